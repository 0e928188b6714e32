"""Obstacle degrees: what each mine lacks or is burdened with, and how sure that is."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.errors import InputError
from recc_mc.plot.canvas import check_rows, single
from recc_mc.plot.heat import draw_heat, heat_height
from recc_mc.plot.labels import group_rows, indicator_labels
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.selection import OUTER, Group, choice, group, interval, tidy, year_of
from recc_mc.plot.style import DOUBLE, paper_style

__all__ = ["obstacles", "obstacles_table"]

# More mines than this leave no room for an interval in a cell, and more than that for a number.
MOST_WITH_INTERVAL = 6
MOST_PRINTED = 12


def obstacles_table(
    summary: Group, *, year: int | None = None, system: str = "support"
) -> pd.DataFrame:
    """Numbers of `obstacles`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.
    system
        ``"support"``, the shares in what S lacks, or ``"pressure"``, the shares in P.

    Returns
    -------
    pandas.DataFrame
        Columns indicator, mine, year, long_name, criterion, mean and the limits of the interval of
        the obstacle degree; the degrees of a system sum to 1.

    Raises
    ------
    InputError
        If a variable, a pair of levels, the year or the system is missing.
    """
    picture = "obstacles"
    data = group(picture, "summary", summary, ["obstacle_mean", "obstacle_quantile"])
    known = data["indicator_system"].values.astype(str)
    system = choice(picture, "system", system, list(dict.fromkeys(known.tolist())))
    chosen = data.sel(year=year_of(picture, data, year)).isel(indicator=known == system)
    if system == "pressure" and bool(chosen["obstacle_mean"].isnull().all()):
        raise InputError(
            "plot.obstacles: system: the result has no obstacle degrees of the pressure system; "
            '[method] obstacle = "both" makes them'
        )
    quantiles = chosen["obstacle_quantile"]
    low, high = interval(picture, np.asarray(quantiles["quantile"].values, np.float64), OUTER)
    percent = f"{100 * (high - low):g}"
    found = xr.Dataset(
        {
            "mean": chosen["obstacle_mean"],
            f"lower_{percent}": quantiles.sel(quantile=low, drop=True),
            f"upper_{percent}": quantiles.sel(quantile=high, drop=True),
        }
    ).reset_coords(drop=True)
    table = tidy(found, "indicator", "mine")
    mines = chosen.sizes["mine"]
    table.insert(2, "year", int(chosen["year"]))
    table.insert(3, "long_name", np.repeat(chosen["indicator_long_name"].values, mines))
    table.insert(4, "criterion", np.repeat(chosen["indicator_criterion"].values, mines))
    return table


@paper_style()
def obstacles(
    summary: Group, *, year: int | None = None, system: str = "support", ax: Axes | None = None
) -> Figure:
    """Draw the mean obstacle degree of each indicator and mine, in per cent.

    The intervals stand in brackets where there are few mines.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.
    system
        ``"support"``, the shares in what S lacks, or ``"pressure"``, the shares in P.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `obstacles_table` has its numbers.

    Raises
    ------
    InputError
        If a variable, a pair of levels, the year or the system is missing.
    """
    table = obstacles_table(summary, year=year, system=system)
    first = table.drop_duplicates("indicator")
    mines = table["mine"].unique()
    check_rows("obstacles", len(mines))
    values = 100 * table["mean"].to_numpy(float).reshape(len(first), len(mines))
    sheet = single(ax, DOUBLE, heat_height(len(first), mines.tolist(), 5.2))
    with_interval = len(mines) <= MOST_WITH_INTERVAL
    texts = np.array(_texts(table, with_interval)).reshape(values.shape).tolist()
    draw_heat(
        sheet, values, rows=first["indicator"].tolist(), columns=mines.tolist(),
        largest=float(np.nanmax(values, initial=0.0)),
        bar="Mean degree (%)",
        texts=texts if len(mines) <= MOST_PRINTED else None,
    )  # fmt: skip
    panel = sheet.axes[0]
    group_rows(panel, indicator_labels(first), first["criterion"].tolist(), 44)
    of = "" if system == "support" else " of pressure"
    title = f"Mean obstacle degree{of} in {table['year'].iloc[0]} (%)"
    if with_interval:
        percent = str(table.columns[6]).removeprefix("lower_")
        title = f"{title}, in brackets the {percent} % interval"
    panel.set_xlabel(title)
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure


def _texts(table: pd.DataFrame, with_interval: bool) -> list[str]:
    mean, low, high = (100 * table.iloc[:, k].to_numpy(float) for k in (5, 6, 7))
    if not with_interval:
        return [f"{m:z.1f}" for m in mean]
    return [f"{m:z.1f} [{a:z.1f}, {b:z.1f}]" for m, a, b in zip(mean, low, high, strict=True)]
