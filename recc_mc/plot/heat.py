"""Heat maps: a number by row and column, printed where there is room."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm

from recc_mc._typing import Floats
from recc_mc.errors import text_width
from recc_mc.plot.canvas import Canvas, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import label_rows, mark_undefined
from recc_mc.plot.style import INK, MILLIMETRE, SMALL, is_dark, probability_colours

__all__ = ["MOST_PRINTED", "draw_heat"]


MOST_PRINTED = 12
"""With more mines the cells have no room for numbers."""
COLUMN_WIDTH = 24
"""Columns of text that the label of a column of cells may take."""
LINE_WIDTH = 62
"""Columns of text that fit below a heat map."""
# With more cells side by side the white lines between them would hide them.
MOST_PARTED = 24
# Longer texts in the cells are set smaller.
SHORT = 12


def draw_heat(
    ax: Axes | None,
    values: Floats,
    *,
    rows: Sequence[object],
    columns: Sequence[object],
    width: float,
    each: float,
    bar: str,
    largest: float | None = None,
    texts: Sequence[Sequence[str]] | None = None,
    spread: bool = False,
) -> Canvas:
    """Draw a heat map.

    Parameters
    ----------
    ax
        Axes of the caller; None makes a figure.
    values
        Numbers (row, column), NaN where undefined: those cells are hatched.
    rows, columns
        Names.
    width
        Width of the figure that is made, in inches.
    each
        Height of its rows, in millimetres.
    bar
        Title of the colour bar.
    largest
        Value of the darkest colour, None that of the largest number; 0 is the lightest.
    texts
        What is printed in the cells (row, column).
    spread
        Colour by the square root, where most numbers are small.

    Returns
    -------
    Canvas
        Canvas of one panel.
    """
    labels = [shortened(name, COLUMN_WIDTH) for name in drawable(columns)]
    upright = max(map(text_width, labels)) > LINE_WIDTH / len(labels)
    below = 1.25 * max(map(text_width, labels)) if upright else 0.0
    sheet = single(ax, width, (max(len(rows) * each, 24.0) + 16.0 + below) * MILLIMETRE)
    ax = sheet.axes[0]
    largest = float(np.nanmax(values, initial=0.0)) if largest is None else largest
    top = largest if largest > 0 else 1.0
    scale = PowerNorm(0.5, 0.0, top) if spread else Normalize(0.0, top)
    mesh = ax.pcolormesh(
        np.arange(values.shape[1] + 1) - 0.5, np.arange(values.shape[0] + 1) - 0.5,
        np.ma.masked_invalid(values), cmap=probability_colours(), norm=scale,
        edgecolors="white" if values.shape[1] <= MOST_PARTED else "face", linewidth=0.5,
    )  # fmt: skip
    for row, column in np.argwhere(np.isnan(values)).tolist():
        mark_undefined(ax, column - 0.5, row - 0.5, 1.0, 1.0)
    label_rows(ax, rows)
    ax.set_xticks(range(len(labels)), labels)
    ax.tick_params(axis="x", length=0, **{"labelrotation": 90} if upright else {})
    ax.set_xlim(-0.5, len(labels) - 0.5)
    ax.spines["bottom"].set_visible(False)
    if texts is not None:
        _print_values(ax, values, texts, scale)
    sheet.figure.colorbar(mesh, ax=ax, label=bar, pad=0.015, aspect=30, shrink=0.9)
    return sheet


def _print_values(
    ax: Axes, values: Floats, texts: Sequence[Sequence[str]], scale: Normalize
) -> None:
    colours = probability_colours()
    for row, column in np.argwhere(~np.isnan(values)).tolist():
        text = texts[row][column]
        if not text:
            continue
        dark = is_dark(colours(float(scale(values[row, column]))))
        size = SMALL if len(text) <= SHORT else SMALL - 0.6
        ax.text(
            column, row, text, ha="center", va="center", fontsize=size,
            color="white" if dark else INK, clip_on=True,
        )  # fmt: skip
