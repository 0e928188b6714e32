"""Stacked bars of shares: over the years in a panel for each mine, or a row for each mine."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch
from numpy.typing import NDArray

from recc_mc.plot.canvas import Sheet, grid_of_panels, panel_title_width, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import label_rows, mark_undefined, row_height
from recc_mc.plot.style import DOUBLE, INK, MILLIMETRE, SMALL
from recc_mc.plot.ticks import label_years

__all__ = ["Stack", "draw_stacks", "stack_entries", "stack_sheet"]

Floats = NDArray[np.float64]
# Shares from which on a label fits, along a row and up a column.
ROOM = 0.09
THICK = 0.82


class Stack:
    """Parts of a whole.

    Parameters
    ----------
    shares
        Shares (mine, year, part); a bar with a NaN is hatched.
    names
        Names of the parts, for the legend.
    short
        What is printed inside the bars; empty strings print nothing.
    colours
        Colours of the parts.
    """

    def __init__(
        self, shares: Floats, names: Sequence[str], short: Sequence[str], colours: Sequence[str]
    ) -> None:
        self.shares = shares
        self.names = names
        self.short = short
        self.colours = colours


def stack_sheet(picture: str, axes: Sequence[Axes] | Axes | None, mines: int, years: int) -> Sheet:
    """Make a sheet: panels for several years, one panel of rows for a single year."""
    if years > 1:
        return grid_of_panels(picture, axes, mines, 34 * MILLIMETRE)
    if axes is None:
        return single(None, DOUBLE, row_height(mines))
    return grid_of_panels(picture, axes, 1, 0.0)


def draw_stacks(
    sheet: Sheet, stack: Stack, mines: Sequence[object], years: Sequence[int], title: str
) -> None:
    """Draw the bars on a sheet of `stack_sheet`."""
    if len(years) > 1:
        _panels(sheet, stack, mines, years, title)
    else:
        _rows(sheet.axes[0], stack, mines, f"{title}, {years[0]}")


def stack_entries(stack: Stack) -> list[Artist]:
    """Entries of the legend for the parts that are there at all."""
    return [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=name)
        for name, colour, share in zip(
            stack.names, stack.colours, np.moveaxis(stack.shares, -1, 0), strict=True
        )
        if np.nansum(share) > 0
    ]


def _panels(
    sheet: Sheet, stack: Stack, mines: Sequence[object], years: Sequence[int], title: str
) -> None:
    names = drawable(mines)
    for number, ax in enumerate(sheet.axes):
        shares = stack.shares[number]
        base = np.zeros(len(years))
        for part, colour in enumerate(stack.colours):
            heights = np.nan_to_num(shares[:, part])
            bars = ax.bar(
                years, heights, bottom=base, width=THICK, color=colour, edgecolor="white",
                linewidth=0.3,
            )  # fmt: skip
            bars.set_label(stack.names[part])
            if len(years) <= 12 and sheet.columns <= 3:
                _print(ax, np.asarray(years, float), base, heights, stack, part, upright=True)
            base = base + heights
        for k in np.flatnonzero(np.isnan(shares).any(axis=-1)).tolist():
            mark_undefined(ax, years[k] - THICK / 2, 0.0, THICK, 1.0)
        ax.set_title(shortened(names[number], panel_title_width(sheet)))
        label_years(ax, years, sheet.columns)
        ax.set_ylim(0.0, max(1.0, float(base.max())))
        if sheet.is_left(number):
            ax.set_ylabel(title)
        if sheet.is_lowest(number):
            ax.set_xlabel("Year")


def _rows(ax: Axes, stack: Stack, mines: Sequence[object], title: str) -> None:
    shares = stack.shares[:, 0]
    rows = np.arange(len(mines), dtype=float)
    base = np.zeros(len(mines))
    for part, colour in enumerate(stack.colours):
        widths = np.nan_to_num(shares[:, part])
        bars = ax.barh(
            rows, widths, left=base, height=THICK, color=colour, edgecolor="white", linewidth=0.3
        )
        bars.set_label(stack.names[part])
        _print(ax, rows, base, widths, stack, part, upright=False)
        base = base + widths
    for row in np.flatnonzero(np.isnan(shares).any(axis=-1)).tolist():
        mark_undefined(ax, 0.0, row - THICK / 2, 1.0, THICK)
    label_rows(ax, mines)
    ax.set_xlim(0.0, max(1.0, float(base.max())))
    ax.set_xlabel(title)


def _print(
    ax: Axes, position: Floats, base: Floats, size: Floats, stack: Stack, part: int, upright: bool
) -> None:
    """Print the short name inside the bars that have room for it."""
    text = stack.short[part]
    red, green, blue = to_rgb(stack.colours[part])
    dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5
    for where, start, length in zip(position, base, size, strict=True):
        if text and length >= ROOM:
            along = start + length / 2
            x, y = (where, along) if upright else (along, where)
            ax.text(
                x, y, text, ha="center", va="center", fontsize=SMALL - 0.5,
                color="white" if dark else INK, clip_on=True,
            )  # fmt: skip
