"""Marks that several pictures share: undefined cells, rows of names, intervals."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike, NDArray

from recc_mc.language import say, translated
from recc_mc.plot.borrowed import columns_beside, fit_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.selection import centre_of, percents
from recc_mc.plot.style import INK, QUIET, tint

__all__ = [
    "UNDEFINED",
    "baseline_entry",
    "centre_entry",
    "draw_baseline",
    "draw_interval",
    "draw_rows",
    "interval_entry",
    "label_indicators",
    "label_rows",
    "mark_undefined",
    "undefined_entry",
    "undefined_rows",
]

UNDEFINED = "undefined"
"""Group identifier (gid) of the patches that stand for undefined numbers."""
_HATCHED: dict[str, Any] = {
    "facecolor": "#f4f4f4",
    "edgecolor": "#8c8c8c",
    "hatch": "//////",
    "linewidth": 0.0,
}
LABEL_WIDTH = 44
THICK = 3.2
"""Thickness of an interval, in points."""


def mark_undefined(ax: Axes, x: float, y: float, width: float, height: float) -> None:
    """Hatch the place of a number that is undefined, so that it is not taken for zero."""
    ax.add_patch(Rectangle((x, y), width, height, gid=UNDEFINED, zorder=1.5, **_HATCHED))


def undefined_entry(values: ArrayLike, reason: str = "") -> list[Artist]:
    """Entry of the legend, if any of the values is undefined, with the reason if that is known."""
    if not np.isnan(np.asarray(values, np.float64)).any():
        return []
    label = say("undefined: {reason}", reason=reason) if reason else say("undefined")
    return [Patch(label=label, **_HATCHED)]


def label_rows(ax: Axes, names: Sequence[object], width: int = LABEL_WIDTH) -> None:
    """Name the rows 0, 1, ... from the top."""
    width = columns_beside(ax, width)
    labels = [shortened(name, width) for name in drawable(names)]
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    fit_rows(ax, len(labels))
    ax.spines["left"].set_visible(False)


def label_indicators(ax: Axes, rows: pd.DataFrame, width: int) -> None:
    """Name rows of indicators by code and, unless it is the same, long name; part the criteria."""
    names = [
        str(code) if str(name) in ("", str(code)) else f"{code} {name}"
        for code, name in zip(rows["indicator"], rows["long_name"], strict=True)
    ]
    label_rows(ax, names, width)
    below = -0.5
    for _, members in groupby(rows["criterion"]):
        if below > 0:
            ax.axhline(below, color=QUIET, linewidth=0.7, zorder=1.6)
        below += len(list(members))


def draw_interval(
    ax: Axes,
    position: NDArray[np.float64],
    lower: ArrayLike,
    centre: ArrayLike,
    upper: ArrayLike,
    *,
    colour: str,
    thick: float = THICK,
    marker: str = "o",
    size: float = 3.4,
) -> None:
    """Draw horizontal intervals with their centres, one for each position."""
    low, high = np.asarray(lower, np.float64), np.asarray(upper, np.float64)
    ax.hlines(position, low, high, color=tint(colour, 0.45), linewidth=thick, zorder=2)
    ax.plot(
        np.asarray(centre, np.float64), position, linestyle="none", marker=marker,
        color=colour, markersize=size, zorder=4,
    )  # fmt: skip


def draw_rows(
    ax: Axes,
    table: pd.DataFrame,
    colour: str,
    width: int = LABEL_WIDTH,
    thickness: Sequence[float] = (THICK,),
) -> list[Artist]:
    """Draw a row for each mine: its intervals, the widest first, and its baseline.

    Returns
    -------
    list
        Entries of the legend.
    """
    places = np.arange(len(table), dtype=float)
    centre = centre_of(table)
    entries = [centre_entry(colour, centre)]
    for percent, thick in zip(percents(table), thickness, strict=False):
        low, high = table[f"lower_{percent}"], table[f"upper_{percent}"]
        draw_interval(ax, places, low, table[centre], high, colour=colour, thick=thick)
        entries.append(interval_entry(colour, percent, thick))
    draw_baseline(ax, table["baseline"], places)
    label_rows(ax, table["mine"].tolist(), width)
    return [*entries, *baseline_entry()]


def centre_entry(colour: str, centre: str) -> Artist:
    """Entry of the legend for the centres of intervals."""
    label = translated(centre)
    return Line2D([], [], color=colour, marker="o", linestyle="none", markersize=3.4, label=label)


def interval_entry(colour: str, percent: str, thick: float = THICK) -> Artist:
    """Entry of the legend for intervals that hold so many per cent."""
    label = say("{percent} % interval", percent=percent)
    return Line2D([], [], color=tint(colour, 0.45), linewidth=thick, label=label)


_BASELINE: dict[str, Any] = {
    "linestyle": "none",
    "marker": "|",
    "markersize": 7.5,
    "markeredgecolor": INK,
    "markeredgewidth": 1.1,
}


def draw_baseline(ax: Axes, x: ArrayLike, y: ArrayLike, *, size: float = 7.5) -> None:
    """Mark the values without uncertainty."""
    ax.plot(
        np.asarray(x, np.float64),
        np.asarray(y, np.float64),
        zorder=5,
        **_BASELINE | {"markersize": size},
    )


def baseline_entry() -> list[Artist]:
    """Entry of the legend for `draw_baseline`."""
    return [Line2D([], [], label=say("baseline"), **_BASELINE)]


def undefined_rows(ax: Axes, values: ArrayLike) -> None:
    """Say in rows of intervals, which have their limits, where there is no number."""
    low, high = ax.get_xlim()
    for row in np.flatnonzero(np.isnan(np.asarray(values, np.float64))).tolist():
        ax.text(
            0.5, row, say("undefined"), transform=ax.get_yaxis_transform(), ha="center",
            va="center", color=QUIET, fontstyle="italic",
        )  # fmt: skip
        mark_undefined(ax, low, row - 0.4, high - low, 0.8)
