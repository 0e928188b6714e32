"""Split of the variance among judgments, data and method."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.errors import InputError
from recc_mc.plot.canvas import check_rows
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.selection import Group, choice, group, tidy
from recc_mc.plot.stacks import Stack, draw_stacks, stack_entries, stack_sheet
from recc_mc.plot.style import KIND_COLOURS, paper_style

__all__ = ["variance_split", "variance_split_table"]

REST = "interactions"


def variance_split_table(sensitivity: Group, *, output: str = "recc") -> pd.DataFrame:
    """Numbers of `variance_split`.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, part (judgment, data, method, as far as they are uncertain, and their
        interactions), share, the half_width of its 95 % interval (NaN for the interactions), and
        drawn. Share is the first-order index of the class, of the interactions 1 minus their sum;
        an estimate may be slightly negative, and is then drawn as 0.

    Raises
    ------
    InputError
        If a variable is missing or the output is not known.
    """
    picture = "variance_split"
    needs = ["first_order", "first_order_error"]
    data = group(picture, "sensitivity", sensitivity, needs)
    names = [str(name) for name in data["output"].values]
    data = data.sel(output=choice(picture, "output", output, names))
    data = data.isel(factor=np.flatnonzero(data["factor_kind"].values == "class"))
    if not data.sizes["factor"]:
        raise InputError(
            "plot.variance_split: sensitivity has no factors of kind class; recc_mc.sensitivity "
            "makes them"
        )
    share = data["first_order"].reset_coords(drop=True)
    rest = (1 - share.sum("factor", skipna=False)).expand_dims(factor=[REST])
    share = xr.concat([share, rest], "factor")
    half = data["first_order_error"].reset_coords(drop=True)
    half = xr.concat([half, xr.full_like(rest, np.nan)], "factor")
    found = xr.Dataset({"share": share, "half_width": half, "drawn": share.clip(min=0.0)})
    return tidy(found.rename(factor="part"), "mine", "year", "part")


@paper_style()
def variance_split(
    sensitivity: Group, *, output: str = "recc", axes: Sequence[Axes] | Axes | None = None
) -> Figure:
    """Draw which shares of the variance come from judgments, data, method and interactions.

    A panel for each mine; of a single year one panel with a row for each mine.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.
    axes
        Axes to draw on, as many as mines (one for a single year); None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `variance_split_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or axes are missing, or the output is not known.
    """
    table = variance_split_table(sensitivity, output=output)
    mines, years, parts = (table[name].unique() for name in ("mine", "year", "part"))
    check_rows("variance_split", len(mines))
    shares = table["drawn"].to_numpy(float).reshape(len(mines), len(years), len(parts))
    stack = Stack(shares, parts.tolist(), [""] * len(parts), [KIND_COLOURS[p] for p in parts])
    sheet = stack_sheet("variance_split", axes, len(mines), len(years))
    draw_stacks(sheet, stack, mines.tolist(), years.tolist(), "Share of variance (–)")
    sheet.legend([*stack_entries(stack), *undefined_entry(shares)], 5)
    return sheet.figure
