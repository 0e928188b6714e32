"""Split of the variance among judgments, data and method."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from recc_mc.labels.factors import factor_names
from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone
from recc_mc.plot.picture import Picture, Shown, drawing, has_indices
from recc_mc.plot.selection import Unfit, tidy
from recc_mc.plot.stacks import Whole, draw_stacks
from recc_mc.plot.style import KIND_COLOURS
from recc_mc.study.nouns import nouns_of

__all__ = ["variance_split", "variance_split_table"]

REST = "interactions"


@Picture(
    "sensitivity",
    ("first_order", "first_order_error"),
    shown=[
        Shown(
            "drivers",
            "What the variance of C comes from",
            "First-order shares of the classes of factors, by mine and year; the rest is due "
            "to interactions between the classes, not to those of single factors within one.",
            applies=has_indices,
            first=True,
        )
    ],
)
def variance_split_table(sensitivity: xr.Dataset, *, output: str = "recc") -> pd.DataFrame:
    """Numbers of `variance_split`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, part (judgment, data, method, as far as they are uncertain, and their
        interactions), share, the half_width of its 95 % interval (NaN for the interactions), and
        drawn. Share is the first-order index of the class, of the interactions 1 minus their sum;
        an estimate may be slightly negative, and is then drawn as 0.
    """
    data = sensitivity.sel(output=output)
    data = data.isel(factor=np.flatnonzero(data["factor_kind"].values == "class"))
    if not data.sizes["factor"]:
        raise Unfit("sensitivity has no factors of kind class; recc_mc.sensitivity makes them")
    share = data["first_order"].reset_coords(drop=True)
    rest = (1 - share.sum("factor", skipna=False)).expand_dims(factor=[REST])
    share = xr.concat([share, rest], "factor")
    half = data["first_order_error"].reset_coords(drop=True)
    half = xr.concat([half, xr.full_like(rest, np.nan)], "factor")
    found = xr.Dataset({"share": share, "half_width": half, "drawn": share.clip(min=0.0)})
    return tidy(found.rename(factor="part"), "mine", "year", "part")


@drawing
def variance_split(
    sensitivity: xr.Dataset, *, output: str = "recc", axes: AxesOrNone = None
) -> Figure:
    """Draw which shares of the variance come from judgments, data, method and interactions.

    A panel for each mine; of a single year one panel with a row for each mine.
    """
    table = variance_split_table(sensitivity, output=output)
    names = table["part"].unique().tolist()
    said = factor_names(sensitivity.attrs)
    parts = Whole(
        [said.class_name(name) for name in names],
        [""] * len(names),
        [KIND_COLOURS[name] for name in names],
    )
    words = nouns_of(sensitivity.attrs)
    return draw_stacks(axes, table, "drawn", parts, say("Share of variance (–)"), words)
