"""Obstacle degrees: what each mine lacks or is burdened with, and how sure that is."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.language import say
from recc_mc.plot.borrowed import is_roomy
from recc_mc.plot.canvas import check_rows
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import label_indicators, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import Unfit, intervals, percents, tidy
from recc_mc.plot.style import DOUBLE
from recc_mc.study.nouns import nouns_of

__all__ = ["obstacles", "obstacles_table"]

# More mines than this leave no room for an interval in a cell.
MOST_WITH_INTERVAL = 6
# By system, and whether there are intervals.
_TITLES = {
    ("support", False): "Mean obstacle degree in {year} (%)",
    ("support", True): "Mean obstacle degree in {year} (%), in brackets the {percent} % interval",
    ("pressure", False): "Mean obstacle degree of pressure in {year} (%)",
    ("pressure", True): "Mean obstacle degree of pressure in {year} (%), in brackets the "
    "{percent} % interval",
}


def _of_pressure(groups: Mapping[str, xr.Dataset]) -> bool:
    summary = groups["summary"]
    if "obstacle_mean" not in summary:
        return False
    pressure = np.flatnonzero(summary["indicator_system"].values == "pressure")
    return bool(summary["obstacle_mean"].isel(indicator=pressure).notnull().any())


def _shown(title: str, meaning: str, system: str, applies: Any) -> Shown:
    note = "Mean over the draws of the obstacle degree of each indicator, not the baseline's: "
    note = f"{note}{meaning}. The degrees of a mine add up to 1."
    return Shown("obstacles", title, note, {"system": system}, applies)


@Picture(
    "summary",
    ("obstacle_mean", "obstacle_quantile"),
    says={
        "system": '``"support"``, the shares in what S lacks, or ``"pressure"``, the shares in P.'
    },
    shown=[
        _shown(
            "Obstacles to support",
            "its share in what S lacks to be 1, of the weighted 1 - r",
            "support",
            lambda groups: True,
        ),
        _shown(
            "Obstacles by pressure",
            "its share in the pressure, of the weighted r",
            "pressure",
            _of_pressure,
        ),
    ],
)
def obstacles_table(
    summary: xr.Dataset, *, year: int | None = None, system: str = "support"
) -> pd.DataFrame:
    """Numbers of `obstacles`.

    Returns
    -------
    pandas.DataFrame
        Columns indicator, mine, year, long_name, criterion, mean and the limits of the interval of
        the obstacle degree; the degrees of a system sum to 1.
    """
    known = summary["indicator_system"].values.astype(str)
    chosen = summary.sel(year=year).isel(indicator=known == system)
    if system == "pressure" and bool(chosen["obstacle_mean"].isnull().all()):
        raise Unfit(
            "system: the result has no obstacle degrees of the pressure system; "
            '[method] obstacle = "both" makes them'
        )
    bands = intervals(chosen, "obstacle")
    found = bands.assign(mean=chosen["obstacle_mean"]).reset_coords(drop=True)
    limits = [str(name) for name in bands if "_" in str(name)]
    table = tidy(found[["mean", *limits]], "indicator", "mine")
    mines = chosen.sizes["mine"]
    table.insert(2, "year", int(chosen["year"]))
    table.insert(3, "long_name", np.repeat(chosen["indicator_long_name"].values, mines))
    table.insert(4, "criterion", np.repeat(chosen["indicator_criterion"].values, mines))
    return table


@drawing
def obstacles(
    summary: xr.Dataset, *, year: int | None = None, system: str = "support", ax: Axes | None = None
) -> Figure:
    """Draw the mean obstacle degree of each indicator and mine, in per cent.

    The intervals stand in brackets where there are few mines.
    """
    table = obstacles_table(summary, year=year, system=system)
    first = table.drop_duplicates("indicator")
    mines = table["mine"].unique()
    check_rows(len(mines), nouns_of(summary.attrs))
    values = 100 * table["mean"].to_numpy(float).reshape(len(first), len(mines))
    with_interval = len(mines) <= MOST_WITH_INTERVAL and is_roomy(ax)
    texts = np.array(_texts(table, with_interval)).reshape(values.shape).tolist()
    sheet = draw_heat(
        ax, values, rows=first["indicator"].tolist(), columns=mines.tolist(), width=DOUBLE,
        each=5.2, bar=say("Mean degree (%)"), texts=texts if len(mines) <= MOST_PRINTED else None,
    )  # fmt: skip
    panel = sheet.axes[0]
    label_indicators(panel, first, 44)
    text = _TITLES[system, with_interval]
    panel.set_xlabel(say(text, year=table["year"].iloc[0], percent=percents(table)[0]))
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure


def _texts(table: pd.DataFrame, with_interval: bool) -> list[str]:
    mean, low, high = (100 * table.iloc[:, k].to_numpy(float) for k in (5, 6, 7))
    if not with_interval:
        return [f"{m:z.1f}" for m in mean]
    return [f"{m:z.1f} [{a:z.1f}, {b:z.1f}]" for m, a, b in zip(mean, low, high, strict=True)]
