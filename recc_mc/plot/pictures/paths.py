"""Paths of an index under scenarios, over the years of the panel and beyond."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone, panels_or_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import (
    INDEX_LABELS,
    LAST_YEAR,
    SYMBOLS,
    Unfit,
    centre_of,
    intervals,
    percents,
    scenario_word,
    tidy,
)
from recc_mc.plot.style import FAINT, MINE_COLOURS, QUIET, tint
from recc_mc.study.nouns import nouns_of

__all__ = ["scenario_paths", "scenario_paths_table"]

_BAND = 0.9
_LOAD: dict[str, Any] = {"color": QUIET, "linewidth": 0.6, "linestyle": (0, (4, 2)), "zorder": 1}
_BEYOND: dict[str, Any] = {"facecolor": "#f4f4f4", "edgecolor": "none", "zorder": 0}
# Colours of more lines in a panel are not told apart.
MOST_LINES = len(MINE_COLOURS)


def _reaches_beyond(variable: str) -> Any:
    def applies(groups: Mapping[str, xr.Dataset]) -> bool:
        there = groups["scenarios"]
        main = next((name for name in ("recc", *SYMBOLS) if f"{name}_mean" in there), "")
        return main == variable and there.sizes["year"] > 1 and bool(_beyond(there).any())

    return applies


@Picture(
    "scenarios",
    ("{variable}_quantile", "{variable}_mean"),
    choices={"variable": INDEX_LABELS},
    shown=[
        Shown(
            "scenarios",
            f"{title} beyond the panel",
            "Lines are the median, bands hold {outer} % of the draws. Years on grey lie beyond the "
            "panel: what they hold is continued from its last year and changed as the scenario "
            "says, not forecast.",
            {"variable": name},
            _reaches_beyond(name),
        )
        for name, title in (
            ("recc", "Carrying capacity index C"),
            ("support", "Support index S"),
            ("pressure", "Pressure index P"),
        )
    ],
)
def scenario_paths_table(scenarios: xr.Dataset, *, variable: str = "recc") -> pd.DataFrame:
    """Numbers of `scenario_paths`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, scenario (the reference among them), year, the median (mean, where no median
        is stored) and the limits of the interval, ``lower_90`` and ``upper_90`` where the levels
        are stored, and beyond: whether the year lies beyond the panel.
    """
    bands = intervals(scenarios, variable, (_BAND,)).reset_coords(drop=True)
    table = tidy(bands.drop_attrs(), "mine", "scenario", "year")
    years = scenarios["year"].values[_beyond(scenarios)]
    return table.assign(beyond=table["year"].isin(years))


@drawing
def scenario_paths(
    scenarios: xr.Dataset, *, variable: str = "recc", axes: AxesOrNone = None
) -> Figure:
    """Draw an index over the years, a line with its band for each scenario, a panel for each mine.

    Years beyond the panel have a grey ground. A scenario has a line of its own from where it leaves
    that of the reference, which is the first.
    """
    table = scenario_paths_table(scenarios, variable=variable)
    mines, names = table["mine"].unique(), table["scenario"].unique().tolist()
    if len(names) > MOST_LINES:
        raise Unfit(
            f"scenario: at most {MOST_LINES} lines are told apart in a panel, got {len(names)}; "
            "choose some with .sel(scenario=[...])"
        )
    years = table["year"].unique()
    if len(years) == 1:
        raise Unfit(f"scenarios: a path needs at least 2 years, got {years[0]}")
    sheet = panels_or_rows(axes, len(mines), len(years), nouns_of(scenarios.attrs))
    centre, (percent, *_) = centre_of(table), percents(table)
    after = years[_beyond(scenarios)]
    shown = [centre, f"lower_{percent}", f"upper_{percent}"]
    for ax, mine in zip(sheet.axes, mines, strict=True):
        rows = table[table["mine"] == mine].set_index("scenario")
        for colour, name in zip(MINE_COLOURS, names, strict=False):
            line = rows.loc[[name], ["year", *shown]].to_numpy(float)
            first = 0
            if name != names[0]:
                first = _leaves(line[:, 1:], rows.loc[[names[0]], shown].to_numpy(float))
            if first < len(line):
                _draw(ax, *line[first:].T, colour=colour)
        if after.size:
            ax.axvspan(after[0] - 0.5, after[-1] + 0.6, **_BEYOND)
        if variable == "recc":
            ax.axhline(1.0, **_LOAD)
    sheet.label_panels(mines.tolist(), years, SYMBOLS[variable])
    sheet.legend([*_entries(names, variable, percent), *undefined_entry(table[centre])], 4)
    return sheet.figure


def _leaves(line: Floats, reference: Floats) -> int:
    """The last year that a scenario shares with the reference at first; their number if all."""
    differs = ~((line == reference) | (np.isnan(line) & np.isnan(reference))).all(axis=1)
    return max(int(np.argmax(differs)) - 1, 0) if differs.any() else len(line)


def _draw(
    ax: Axes, years: Floats, middle: Floats, low: Floats, high: Floats, *, colour: str
) -> None:
    """Draw a line with its band, seen through: bands of several lines lie over each other."""
    ax.fill_between(years, low, high, color=colour, alpha=0.16, linewidth=0)
    ax.plot(years, middle, color=colour, linewidth=1.2, zorder=3)


def _beyond(scenarios: xr.Dataset) -> NDArray[np.bool_]:
    """Which years lie beyond the panel."""
    years = scenarios["year"].values
    beyond: NDArray[np.bool_] = years > int(scenarios.attrs.get(LAST_YEAR, years[-1]))
    return beyond


def _entries(names: list[str], variable: str, percent: str) -> Iterator[Artist]:
    for colour, name in zip(MINE_COLOURS, drawable(map(scenario_word, names)), strict=False):
        yield Line2D([], [], color=colour, linewidth=1.2, label=shortened(name, 36))
    yield Patch(facecolor=tint(QUIET, 0.3), label=say("{percent} % interval", percent=percent))
    yield Patch(label=say("beyond the panel"), **_BEYOND | {"edgecolor": FAINT})
    if variable == "recc":
        yield Line2D([], [], label="C = 1", **_LOAD)
