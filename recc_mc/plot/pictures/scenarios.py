"""What scenarios change: paired changes of an index, and overload before and after."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone, Canvas, panels_of_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import (
    THICK,
    centre_entry,
    draw_interval,
    interval_entry,
    label_rows,
    undefined_entry,
    undefined_rows,
)
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import (
    INDEX_LABELS,
    SYMBOLS,
    centre_of,
    changed_only,
    intervals,
    percents,
    tidy,
    with_bounds,
)
from recc_mc.plot.style import FAINT, INDEX_COLOURS, QUIET, tint
from recc_mc.study.nouns import nouns_of
from recc_mc.study.scenario_tables import REFERENCE

__all__ = [
    "scenario_changes",
    "scenario_changes_table",
    "scenario_overload",
    "scenario_overload_table",
]

_BAND = 0.9
_AXES = {"axes": "Axes to draw on, as many as scenarios; None makes a figure."}
_MORE, _LESS = "#b34b00", "#0072b2"
_TITLE_WIDTH, _NAME_WIDTH = {1: 100, 2: 56, 3: 34}, 26


def _alone(variable: str) -> Any:
    """Whether an index is what a result is about: C, or the only one there is."""

    def applies(groups: Mapping[str, xr.Dataset]) -> bool:
        there = groups["scenarios"]
        main = next((name for name in ("recc", *SYMBOLS) if f"{name}_change_mean" in there), "")
        return main == variable and there.sizes["scenario"] > 1

    return applies


@Picture(
    "scenarios",
    ("{variable}_change_quantile", "{variable}_change_mean"),
    choices={"variable": INDEX_LABELS},
    says=_AXES,
    shown=[
        Shown(
            "scenarios",
            f"Changes of {symbol.removesuffix(' (–)').partition(' ')[0]} by scenario",
            "Each draw with the changes of the scenario less the same draw without: dots are the "
            "median, bars hold {outer} % of the draws. Right of the line the scenario adds to it.",
            {"variable": name},
            _alone(name),
            first=True,
        )
        for name, symbol in SYMBOLS.items()
    ],
)
def scenario_changes_table(
    scenarios: xr.Dataset, *, variable: str = "recc", year: int | None = None
) -> pd.DataFrame:
    """Numbers of `scenario_changes`.

    Returns
    -------
    pandas.DataFrame
        Columns scenario, mine, year, the median (mean, where no median is stored) and the limits of
        the interval of the change, ``lower_90`` and ``upper_90`` where the levels are stored;
        dimensionless, NaN where undefined.
    """
    chosen = changed_only(scenarios).sel(year=year, drop=True)
    bands = intervals(chosen, f"{variable}_change", (_BAND,)).reset_coords(drop=True)
    table = tidy(bands, "scenario", "mine")
    table.insert(2, "year", year)
    return table


@drawing
def scenario_changes(
    scenarios: xr.Dataset,
    *,
    variable: str = "recc",
    year: int | None = None,
    axes: AxesOrNone = None,
) -> Figure:
    """Draw what each scenario changes in an index, draw by draw: a panel for each scenario.

    Mines whose index the scenario leaves as it is have a grey dot.
    """
    table = scenario_changes_table(scenarios, variable=variable, year=year)
    sheet, panels = _sheet(scenarios, table, axes)
    colour, centre, (percent, *_) = INDEX_COLOURS[variable], centre_of(table), percents(table)
    for ax, rows in panels:
        ax.axvline(0.0, color=FAINT, linewidth=0.8, zorder=1)
        middle, low, high = (
            rows[name].to_numpy(float) for name in (centre, f"lower_{percent}", f"upper_{percent}")
        )
        same = (middle == 0) & (low == 0) & (high == 0)
        for chosen, shade in ((~same, colour), (same, QUIET)):
            place = np.flatnonzero(chosen).astype(float)
            draw_interval(ax, place, low[chosen], middle[chosen], high[chosen], colour=shade)
    year_shown = table["year"].iloc[0]
    title = say("Change of {symbol}, {year}", symbol=SYMBOLS[variable], year=year_shown)
    _finish(sheet, panels, title)
    for ax, rows in panels:
        undefined_rows(ax, rows[centre])
    entries = [centre_entry(colour, centre), interval_entry(colour, percent)]
    sheet.legend([*entries, *undefined_entry(table[centre])], 4)
    return sheet.figure


@Picture(
    "scenarios",
    ("overload_probability", "overload_probability_error", "overload_ends_probability",
     "overload_begins_probability"),
    says=_AXES,
    shown=[
        Shown(
            "scenarios",
            "Probability of overload before and after",
            "Share of the draws in which C is 1 or more: without the scenario (hollow) and with it "
            "(filled).",
            applies=lambda groups: groups["scenarios"].sizes["scenario"] > 1,
            first=True,
        )
    ],
)  # fmt: skip
def scenario_overload_table(scenarios: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `scenario_overload`.

    Returns
    -------
    pandas.DataFrame
        Columns scenario, mine, year; the probability of overload with the scenario, its
        standard_error and the bounds of its 95 % interval; before, that of the reference; ends and
        begins, the shares of the draws in which the scenario ends or begins overload.
    """
    chosen = scenarios.sel(year=year, drop=True).reset_coords(drop=True)
    before = chosen["overload_probability"].sel(scenario=REFERENCE, drop=True)
    others = changed_only(chosen)
    share = others["overload_probability"]
    found = xr.Dataset(
        {
            "probability": share,
            "standard_error": others["overload_probability_error"],
            "before": before.broadcast_like(share),
            "ends": others["overload_ends_probability"],
            "begins": others["overload_begins_probability"],
        }
    )
    table = tidy(found.drop_attrs(), "scenario", "mine")
    table.insert(2, "year", year)
    return with_bounds(table)


@drawing
def scenario_overload(
    scenarios: xr.Dataset, *, year: int | None = None, axes: AxesOrNone = None
) -> Figure:
    """Draw the probability of overload without and with each scenario, a panel for each."""
    table = scenario_overload_table(scenarios, year=year)
    sheet, panels = _sheet(scenarios, table, axes)
    for ax, rows in panels:
        before, after = rows["before"].to_numpy(float), rows["probability"].to_numpy(float)
        ax.axvline(0.5, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
        for chosen, colour in (
            (after > before, _MORE),
            (after < before, _LESS),
            (after == before, QUIET),
        ):
            places = np.flatnonzero(chosen)
            if not places.size:
                continue
            first, second = before[chosen], after[chosen]
            ax.hlines(places, first, second, color=tint(colour, 0.45), linewidth=THICK, zorder=2)
            ax.plot(first, places, zorder=3, **_mark(colour, hollow=True))
            ax.plot(second, places, zorder=4, **_mark(colour, hollow=False))
        ax.set_xlim(-0.05, 1.05)
    _finish(sheet, panels, f"P(C ≥ 1) (–), {table['year'].iloc[0]}")
    for ax, rows in panels:
        undefined_rows(ax, rows["probability"])
    sheet.legend([*_entries(table), *undefined_entry(table["probability"])], 5)
    return sheet.figure


def _mark(colour: str, *, hollow: bool) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": "o",
        "markersize": 4.2 if hollow else 3.4,
        "markerfacecolor": "white" if hollow else colour,
        "markeredgecolor": colour,
        "markeredgewidth": 0.9,
        "clip_on": False,
    }


def _entries(table: pd.DataFrame) -> Iterator[Artist]:
    yield Line2D([], [], label=say("without the scenario"), **_mark(QUIET, hollow=True))
    yield Line2D([], [], label=say("with it"), **_mark(QUIET, hollow=False))
    more, less = (table["probability"] > table["before"], table["probability"] < table["before"])
    for there, colour, label in (
        (more, _MORE, say("more often")),
        (less, _LESS, say("less often")),
    ):
        if there.any():
            yield Line2D([], [], color=tint(colour, 0.45), linewidth=THICK, label=label)


def _sheet(
    scenarios: xr.Dataset, table: pd.DataFrame, axes: AxesOrNone
) -> tuple[Canvas, list[tuple[Axes, pd.DataFrame]]]:
    """A panel for each scenario, and the rows of the table that it shows."""
    names, mines = table["scenario"].unique(), table["mine"].nunique()
    sheet = panels_of_rows(axes, len(names), mines, nouns_of(scenarios.attrs))
    rows = [table[table["scenario"] == name].reset_index(drop=True) for name in names]
    return sheet, list(zip(sheet.axes, rows, strict=True))


def _finish(sheet: Canvas, panels: list[tuple[Axes, pd.DataFrame]], title: str) -> None:
    """Name the panels, their rows and their axes where no other panel does."""
    names = drawable(rows["scenario"].iloc[0] for _, rows in panels)
    width = _TITLE_WIDTH.get(sheet.columns, 26)
    for number, ((ax, rows), name) in enumerate(zip(panels, names, strict=True)):
        ax.set_title(shortened(name, width))
        if number % sheet.columns == 0:
            label_rows(ax, rows["mine"].tolist(), _NAME_WIDTH)
        else:
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
        if number + sheet.columns >= len(panels):
            ax.set_xlabel(title)
