"""Pictures on the caller's axes: texts that fit into a panel, and panels that do not overlap."""

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.transforms import Bbox

from recc_mc.errors import text_width
from recc_mc.plot.fonts import shortened
from recc_mc.plot.notebook import ShownFigure, show_once
from recc_mc.plot.style import DOUBLE, SIZE, SMALL

__all__ = ["borrow", "columns_beside", "explain_below", "fit_rows", "is_roomy", "settle"]

# Width of a column of text, in sizes of the font.
_COLUMN = 0.55
# Of the width of a panel, as much as may go to the names of its rows.
_NAMES = 0.55
# Of the place of a panel, what is left for it beside the labels of its axes.
_PANEL = 0.72
_ROWS = 0.7
_POINTS = 72.0
_SMALLEST = 3.5


def _below(ax: Axes) -> Bbox:
    """The place below the labels of a panel, wherever a layout puts these: a point, in pixels."""
    frame, labels = ax.get_window_extent(), ax.xaxis.get_tightbbox()
    bottom = frame.y0 if labels is None else min(frame.y0, labels.y0)
    return Bbox.from_bounds((frame.x0 + frame.x1) / 2, bottom, 0.0, 0.0)


def borrow(axes: Sequence[Axes]) -> None:
    """Give axes of the caller the sizes of text of all pictures.

    Parameters
    ----------
    axes
        The axes.
    """
    for ax in axes:
        ax.tick_params(labelsize=SMALL)
        for label in (ax.xaxis.label, ax.yaxis.label):
            label.set_fontsize(SIZE)


def is_roomy(ax: Axes | None) -> bool:
    """Whether there is as much room as in a figure of our own: on axes of the caller, half of it.

    Parameters
    ----------
    ax
        Axes of the caller, None for a figure of our own.
    """
    return ax is None or _is_own(ax) or _inches(ax)[0] >= DOUBLE / 2


def columns_beside(ax: Axes, most: int) -> int:
    """Columns of text that the names of rows may take beside a panel.

    Parameters
    ----------
    ax
        The panel.
    most
        What they take where there is room.
    """
    if _is_own(ax):
        return most
    return min(most, max(8, round(_NAMES * _inches(ax)[0] * _POINTS / (_COLUMN * SMALL))))


def fit_rows(ax: Axes, rows: int) -> None:
    """Make the names of rows so small that they stand below each other.

    Parameters
    ----------
    ax
        The panel.
    rows
        Number of its rows.
    """
    if not _is_own(ax):
        each = _ROWS * _inches(ax)[1] * _POINTS / rows / 1.2
        ax.tick_params(axis="y", labelsize=max(_SMALLEST, min(SMALL, each)))


def explain_below(ax: Axes, handles: Sequence[Artist], columns: int) -> None:
    """Explain marks below a panel.

    Parameters
    ----------
    ax
        The panel.
    handles
        Entries.
    columns
        Columns of entries if there is room for them.
    """
    widest = max(text_width(str(handle.get_label())) for handle in handles)
    # A mark takes as much as five letters.
    fitting = int(_columns(_inches(ax)[0], SMALL) // (widest + 5))
    legend: Any = ax.legend(
        handles=handles, loc="upper center", ncols=max(1, min(columns, fitting, len(handles)))
    )
    # What it asks at each drawing.
    legend.get_bbox_to_anchor = partial(_below, ax)


def settle(figure: Figure, given: Any) -> None:
    """Make the texts of axes of the caller fit, and lay out a figure that has no layout.

    Parameters
    ----------
    figure
        Their figure.
    given
        The axes, one or several.
    """
    show_once(figure)
    axes = [ax for ax in np.atleast_1d(np.asarray(given, dtype=object)).flat]
    bars = [item.colorbar.ax for ax in axes for item in ax.collections if item.colorbar]
    for ax in (*axes, *bars):
        width, height = _inches(ax)
        ax.set_xlabel(_wrapped(ax.get_xlabel(), width))
        ax.set_ylabel(_wrapped(ax.get_ylabel(), height))
        title = ax.get_title(loc="left")
        ax.set_title(shortened(title, int(_columns(width, SIZE))), size=_title_size(ax))
    is_free = figure.get_layout_engine() is None
    if is_free and all(ax.get_subplotspec() is not None for ax in figure.axes):
        TightLayoutEngine().execute(figure)


def _title_size(ax: Axes) -> float:
    titles: Any = ax
    size: float = titles._left_title.get_size()
    return size


def _is_own(ax: Axes) -> bool:
    return isinstance(ax.get_figure(root=True), ShownFigure)


def _inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the place of a panel, whatever layout there is so far."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches().tolist()
    place = ax.get_subplotspec()
    if place is None:
        box = ax.get_position()
        return float(box.width * width), float(box.height * height)
    place = place.get_topmost_subplotspec()
    grid = place.get_gridspec()
    across = _share(grid.get_width_ratios(), place.colspan)
    down = _share(grid.get_height_ratios(), place.rowspan)
    return _PANEL * width * across, _PANEL * height * down


def _share(ratios: Any, span: range) -> float:
    return float(sum(ratios[span.start : span.stop]) / sum(ratios))


def _columns(inches: float, size: float) -> float:
    return inches * _POINTS / (_COLUMN * size)


def _wrapped(text: str, inches: float) -> str:
    """Text in as many lines as it takes."""
    room = int(_columns(inches, SIZE))
    if text_width(text) <= room:
        return text
    return textwrap.fill(text, room, break_long_words=False, break_on_hyphens=False)
