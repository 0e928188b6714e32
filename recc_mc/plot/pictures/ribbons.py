"""Indices over the years: median, intervals and baseline, a panel for each mine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from recc_mc.plot.canvas import Sheet, check_rows, grid_of_panels, panel_title_width, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import (
    baseline_entry,
    draw_baseline,
    draw_interval,
    interval_entry,
    label_rows,
    mark_undefined,
    row_height,
    undefined_entry,
    undefined_row,
)
from recc_mc.plot.selection import INDICES, INNER, OUTER, Group, choice, group, intervals, tidy
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, INK, MILLIMETRE, QUIET, paper_style, tint
from recc_mc.plot.ticks import label_years

__all__ = ["ribbons", "ribbons_table"]

# Small, so that the narrow bands stay visible beneath it.
_BASELINE: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 2.6,
    "markerfacecolor": "white",
    "markeredgecolor": INK,
    "markeredgewidth": 0.6,
}


def ribbons_table(summary: Group, *, variable: str = "recc") -> pd.DataFrame:
    """Numbers of `ribbons`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    variable
        ``"support"``, ``"pressure"`` or ``"recc"``.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, baseline, median and the limits of the intervals, ``lower_50`` to
        ``upper_95`` where the levels are stored; dimensionless, NaN where undefined.

    Raises
    ------
    InputError
        If a variable or a pair of levels is missing.
    """
    variable = choice("ribbons", "variable", variable, INDICES)
    needs = [f"{variable}_{what}" for what in ("quantile", "mean", "baseline")]
    data = group("ribbons", "summary", summary, needs)
    bands = intervals("ribbons", data, variable, (INNER, OUTER))
    found = xr.Dataset({"baseline": data[f"{variable}_baseline"], **bands.data_vars})
    return tidy(found, "mine", "year")


@paper_style()
def ribbons(
    summary: Group, *, variable: str = "recc", axes: Sequence[Axes] | Axes | None = None
) -> Figure:
    """Draw the median and the intervals of an index over the years.

    A panel for each mine; of a single year one panel with a row for each mine.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    variable
        ``"support"``, ``"pressure"`` or ``"recc"``.
    axes
        Axes to draw on, as many as mines (one for a single year); None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `ribbons_table` has its numbers.

    Raises
    ------
    InputError
        If a variable, a pair of levels or axes are missing.
    """
    table = ribbons_table(summary, variable=variable)
    check_rows("ribbons", table["mine"].nunique())
    colour = INDEX_COLOURS[variable]
    if table["year"].nunique() == 1:
        return _rows(table, variable, colour, axes)
    mines = table["mine"].unique()
    sheet = grid_of_panels("ribbons", axes, len(mines), 34 * MILLIMETRE)
    names = drawable(mines)
    for number, (ax, mine) in enumerate(zip(sheet.axes, mines, strict=True)):
        _panel(ax, table[table["mine"] == mine], variable, colour)
        ax.set_title(shortened(names[number], panel_title_width(sheet)))
        label_years(ax, table["year"].unique(), sheet.columns)
        if sheet.is_left(number):
            ax.set_ylabel(_short(variable))
        if sheet.is_lowest(number):
            ax.set_xlabel("Year")
    for ax, mine in zip(sheet.axes, mines, strict=True):
        _undefined(ax, table[table["mine"] == mine])
    sheet.legend(_entries(table, variable, colour), 6)
    return sheet.figure


def _percents(table: pd.DataFrame) -> list[str]:
    """Percents of the intervals, the widest first."""
    names = [str(name) for name in table]
    found = [name.removeprefix("lower_") for name in names if name.startswith("lower_")]
    return sorted(found, key=float, reverse=True)


def _centre(table: pd.DataFrame) -> str:
    return "median" if "median" in table else "mean"


def _panel(ax: Axes, rows: pd.DataFrame, variable: str, colour: str) -> None:
    years = rows["year"].to_numpy(float)
    for percent, strength in zip(_percents(rows), (0.22, 0.5), strict=False):
        ax.fill_between(
            years, rows[f"lower_{percent}"].to_numpy(float),
            rows[f"upper_{percent}"].to_numpy(float), color=tint(colour, strength), linewidth=0,
        ).set_label(f"{percent} % interval")  # fmt: skip
    centre = _centre(rows)
    ax.plot(years, rows[centre].to_numpy(float), color=colour, linewidth=1.2, label=centre)
    ax.plot(years, rows["baseline"].to_numpy(float), zorder=5, **_BASELINE)
    if variable == "recc":
        ax.axhline(1.0, color=QUIET, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)


def _undefined(ax: Axes, rows: pd.DataFrame) -> None:
    """Hatch the years without numbers, once the panels have their limits."""
    low, high = ax.get_ylim()
    for year in rows["year"][rows[_centre(rows)].isna()]:
        mark_undefined(ax, year - 0.5, low, 1.0, high - low)
    ax.set_ylim(low, high)


def _rows(
    table: pd.DataFrame, variable: str, colour: str, axes: Sequence[Axes] | Axes | None
) -> Figure:
    """Rows of intervals, for a single year."""
    sheet: Sheet = (
        single(None, DOUBLE, row_height(len(table)))
        if axes is None
        else grid_of_panels("ribbons", axes, 1, 0.0)
    )
    ax = sheet.axes[0]
    places = np.arange(len(table), dtype=float)
    thickness = dict(zip(_percents(table), (1.6, 4.8), strict=False))
    for percent, thick in thickness.items():
        draw_interval(
            ax, places, table[f"lower_{percent}"], table[_centre(table)],
            table[f"upper_{percent}"], colour=colour, thick=thick,
        )  # fmt: skip
    draw_baseline(ax, table["baseline"], places)
    if variable == "recc":
        ax.axvline(1.0, color=QUIET, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    label_rows(ax, table["mine"].tolist())
    for row in np.flatnonzero(table[_centre(table)].isna()).tolist():
        undefined_row(ax, row)
    ax.set_xlabel(f"{INDICES[variable]}, {table['year'].iloc[0]}")
    entries = interval_entry(colour, _centre(table), thickness)
    sheet.legend(
        [*entries, *baseline_entry(), *_load_entry(variable), *undefined_entry(table["baseline"])],
        6,
    )
    return sheet.figure


def _short(variable: str) -> str:
    """Title of an axis of a low panel."""
    return {"support": "S (–)", "pressure": "P (–)", "recc": "C = P/S (–)"}[variable]


def _entries(table: pd.DataFrame, variable: str, colour: str) -> list[Artist]:
    bands = [
        Patch(facecolor=tint(colour, strength), label=f"{percent} % interval")
        for percent, strength in zip(_percents(table), (0.22, 0.5), strict=False)
    ]
    centre = Line2D([], [], color=colour, linewidth=1.2, label=_centre(table))
    undefined = undefined_entry(table[_centre(table)])
    baseline = Line2D([], [], label="baseline", **_BASELINE)
    return [centre, *bands[::-1], baseline, *_load_entry(variable), *undefined]


def _load_entry(variable: str) -> list[Artist]:
    if variable != "recc":
        return []
    return [Line2D([], [], color=QUIET, linewidth=0.6, linestyle=(0, (4, 2)), label="C = 1")]
