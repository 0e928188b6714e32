"""Indices over the years: median, intervals and baseline, a panel for each mine."""

from typing import Any

import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from recc_mc.language import say, translated
from recc_mc.plot.canvas import AxesOrNone, panels_or_rows
from recc_mc.plot.marks import draw_rows, mark_undefined, undefined_entry, undefined_rows
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import (
    INDEX_LABELS,
    INNER,
    OUTER,
    SYMBOLS,
    centre_of,
    intervals,
    percents,
    tidy,
)
from recc_mc.plot.style import INDEX_COLOURS, INK, QUIET, tint
from recc_mc.study.nouns import nouns_of

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
_LOAD: dict[str, Any] = {"color": QUIET, "linewidth": 0.6, "linestyle": (0, (4, 2))}
# Of the bands, the widest first.
STRENGTHS = (0.22, 0.5)


@Picture(
    "summary",
    ("{variable}_quantile", "{variable}_mean", "{variable}_baseline"),
    choices={"variable": INDEX_LABELS},
    shown=[
        Shown(
            "index",
            f"{title} over the years",
            "Bands hold {inner} % and {outer} % of the draws, the line is their median, marks are "
            "the baseline, computed once without uncertainty.",
            {"variable": name},
        )
        for name, title in (
            ("recc", "Carrying capacity index C"),
            ("support", "Support index S"),
            ("pressure", "Pressure index P"),
        )
    ],
)
def ribbons_table(summary: xr.Dataset, *, variable: str = "recc") -> pd.DataFrame:
    """Numbers of `ribbons`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, baseline, median and the limits of the intervals, ``lower_50`` to
        ``upper_95`` where the levels are stored; dimensionless, NaN where undefined.
    """
    bands = intervals(summary, variable, (INNER, OUTER))
    found = xr.Dataset({"baseline": summary[f"{variable}_baseline"], **bands.data_vars})
    return tidy(found, "mine", "year")


@drawing
def ribbons(summary: xr.Dataset, *, variable: str = "recc", axes: AxesOrNone = None) -> Figure:
    """Draw the median and the intervals of an index over the years.

    A panel for each mine; of a single year one panel with a row for each mine.
    """
    table = ribbons_table(summary, variable=variable)
    mines, years = table["mine"].unique(), table["year"].unique()
    sheet = panels_or_rows(axes, len(mines), len(years), nouns_of(summary.attrs))
    colour, centre = INDEX_COLOURS[variable], centre_of(table)
    of_load = [Line2D([], [], label="C = 1", **_LOAD)] if variable == "recc" else []
    if len(years) == 1:
        ax = sheet.axes[0]
        entries = draw_rows(ax, table, colour, thickness=(1.6, 4.8))
        if of_load:
            ax.axvline(1.0, zorder=1, **_LOAD)
        undefined_rows(ax, table[centre])
        ax.set_xlabel(f"{translated(INDEX_LABELS[variable])}, {years[0]}")
        sheet.legend([*entries, *of_load, *undefined_entry(table["baseline"])], 6)
        return sheet.figure
    panels = list(zip(sheet.axes, (table[table["mine"] == mine] for mine in mines), strict=True))
    for ax, rows in panels:
        _panel(ax, rows, colour)
        if of_load:
            ax.axhline(1.0, zorder=1, **_LOAD)
    sheet.label_panels(mines.tolist(), years, SYMBOLS[variable])
    for ax, rows in panels:
        _undefined(ax, rows)
    entries = [*_entries(table, colour), *of_load, *undefined_entry(table[centre])]
    sheet.legend(entries, 6)
    return sheet.figure


def _panel(ax: Axes, rows: pd.DataFrame, colour: str) -> None:
    years, centre = rows["year"].to_numpy(float), centre_of(rows)
    for percent, strength in zip(percents(rows), STRENGTHS, strict=False):
        ax.fill_between(
            years, rows[f"lower_{percent}"].to_numpy(float),
            rows[f"upper_{percent}"].to_numpy(float), color=tint(colour, strength), linewidth=0,
        ).set_label(f"{percent} % interval")  # fmt: skip
    ax.plot(years, rows[centre].to_numpy(float), color=colour, linewidth=1.2, label=centre)
    ax.plot(years, rows["baseline"].to_numpy(float), zorder=5, **_BASELINE)


def _undefined(ax: Axes, rows: pd.DataFrame) -> None:
    """Hatch the years without numbers, once the panels have their limits."""
    low, high = ax.get_ylim()
    for year in rows["year"][rows[centre_of(rows)].isna()]:
        mark_undefined(ax, year - 0.5, low, 1.0, high - low)
    ax.set_ylim(low, high)


def _entries(table: pd.DataFrame, colour: str) -> list[Artist]:
    bands = [
        Patch(facecolor=tint(colour, strength), label=say("{percent} % interval", percent=percent))
        for percent, strength in zip(percents(table), STRENGTHS, strict=False)
    ]
    centre = Line2D([], [], color=colour, linewidth=1.2, label=translated(centre_of(table)))
    return [centre, *bands[::-1], Line2D([], [], label=say("baseline"), **_BASELINE)]
