"""Heat maps: a number by row and column, printed where there is room."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm
from numpy.typing import NDArray

from recc_mc.errors import text_width
from recc_mc.plot.canvas import Sheet
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import label_rows, mark_undefined
from recc_mc.plot.style import INK, MILLIMETRE, SMALL, is_dark, probability_colours

__all__ = ["draw_heat", "heat_height"]

Floats = NDArray[np.float64]

COLUMN_WIDTH = 24
"""Columns of text that the label of a column of cells may take."""
LINE_WIDTH = 62
"""Columns of text that fit below a heat map."""
# With more cells side by side the white lines between them would hide them.
MOST_PARTED = 24
# Longer texts in the cells are set smaller.
SHORT = 12


def heat_height(rows: int, columns: Sequence[object], each: float) -> float:
    """Height in inches of a heat map whose rows have so many millimetres."""
    labels = [shortened(name, COLUMN_WIDTH) for name in drawable(columns)]
    below = 1.25 * max(map(text_width, labels)) if _are_upright(labels) else 0.0
    return (max(rows * each, 24.0) + 16.0 + below) * MILLIMETRE


def draw_heat(
    sheet: Sheet,
    values: Floats,
    *,
    rows: Sequence[object],
    columns: Sequence[object],
    largest: float,
    bar: str,
    texts: Sequence[Sequence[str]] | None = None,
    spread: bool = False,
) -> None:
    """Draw a heat map.

    Parameters
    ----------
    sheet
        Sheet of one panel.
    values
        Numbers (row, column), NaN where undefined: those cells are hatched.
    rows, columns
        Names.
    largest
        Value of the darkest colour; 0 is the lightest.
    bar
        Title of the colour bar.
    texts
        What is printed in the cells (row, column).
    spread
        Colour by the square root, where most numbers are small.
    """
    ax = sheet.axes[0]
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
    _label_columns(ax, columns)
    if texts is not None:
        _print_values(ax, values, texts, scale)
    sheet.figure.colorbar(mesh, ax=ax, label=bar, pad=0.015, aspect=30, shrink=0.9)


def _label_columns(ax: Axes, columns: Sequence[object]) -> None:
    labels = [shortened(name, COLUMN_WIDTH) for name in drawable(columns)]
    ax.set_xticks(range(len(labels)), labels)
    ax.tick_params(axis="x", length=0)
    if _are_upright(labels):
        ax.tick_params(axis="x", labelrotation=90)
    ax.set_xlim(-0.5, len(labels) - 0.5)
    ax.spines["bottom"].set_visible(False)


def _are_upright(labels: Sequence[str]) -> bool:
    """Whether labels of columns are too wide to stand side by side."""
    return max(map(text_width, labels)) > LINE_WIDTH / len(labels)


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
