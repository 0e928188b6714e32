"""Stacked bars of shares: over the years in a panel for each mine, or a row for each mine."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recc_mc._typing import Floats
from recc_mc.plot.canvas import AxesOrNone, Canvas, panels_or_rows
from recc_mc.plot.marks import label_rows, mark_undefined, undefined_entry
from recc_mc.plot.style import INK, SMALL, is_dark
from recc_mc.study.nouns import MINES, Nouns

__all__ = ["Whole", "draw_stacks"]

# Shares from which on a label fits, along a row and up a column.
ROOM = 0.09
THICK = 0.82


class Whole(NamedTuple):
    """Parts of a whole.

    Parameters
    ----------
    names
        Their names in the legend.
    short
        What is printed inside the bars; empty strings print nothing.
    colours
        Their colours.
    """

    names: Sequence[str]
    short: Sequence[str]
    colours: Sequence[str]


def draw_stacks(
    axes: AxesOrNone,
    table: pd.DataFrame,
    column: str,
    parts: Whole,
    title: str,
    nouns: Nouns = MINES,
) -> Figure:
    """Draw the bars of a table by mine, year and part; those with an undefined share are hatched.

    Parameters
    ----------
    axes
        Axes of the caller; None makes a figure.
    table
        Its rows in this order, the mine slowest.
    column
        Column of the shares.
    parts
        The parts.
    title
        Title of the axis.
    nouns
        What the study calls its mines.
    """
    mines, years = table["mine"].unique(), table["year"].unique()
    sheet = panels_or_rows(axes, len(mines), len(years), nouns)
    shares = table[column].to_numpy(float).reshape(len(mines), len(years), -1)
    if len(years) > 1:
        _panels(sheet, shares, parts, years.tolist())
        sheet.label_panels(mines.tolist(), years, title)
    else:
        _rows(sheet.axes[0], shares[:, 0], parts)
        label_rows(sheet.axes[0], mines.tolist())
        sheet.axes[0].set_xlabel(f"{title}, {years[0]}")
    # What is nowhere needs no explanation.
    entries = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=name)
        for name, _, colour, share in zip(*parts, np.moveaxis(shares, -1, 0), strict=True)
        if np.nansum(share) > 0
    ]
    sheet.legend([*entries, *undefined_entry(shares)], 5)
    return sheet.figure


def _panels(sheet: Canvas, shares: Floats, parts: Whole, years: Sequence[int]) -> None:
    printed = len(years) <= 12 and sheet.columns <= 3
    for ax, known in zip(sheet.axes, shares, strict=True):
        base = np.zeros(len(years))
        for part, (name, short, colour) in enumerate(zip(*parts, strict=True)):
            heights = np.nan_to_num(known[:, part])
            ax.bar(
                years, heights, bottom=base, width=THICK, color=colour, edgecolor="white",
                linewidth=0.3,
            ).set_label(name)  # fmt: skip
            if printed:
                _print(ax, np.asarray(years, float), base, heights, short, colour, upright=True)
            base = base + heights
        for k in np.flatnonzero(np.isnan(known).any(axis=-1)).tolist():
            mark_undefined(ax, years[k] - THICK / 2, 0.0, THICK, 1.0)
        ax.set_ylim(0.0, max(1.0, float(base.max())))


def _rows(ax: Axes, shares: Floats, parts: Whole) -> None:
    rows = np.arange(len(shares), dtype=float)
    base = np.zeros(len(shares))
    for part, (name, short, colour) in enumerate(zip(*parts, strict=True)):
        widths = np.nan_to_num(shares[:, part])
        ax.barh(
            rows, widths, left=base, height=THICK, color=colour, edgecolor="white", linewidth=0.3
        ).set_label(name)
        _print(ax, rows, base, widths, short, colour, upright=False)
        base = base + widths
    for row in np.flatnonzero(np.isnan(shares).any(axis=-1)).tolist():
        mark_undefined(ax, 0.0, row - THICK / 2, 1.0, THICK)
    ax.set_xlim(0.0, max(1.0, float(base.max())))


def _print(
    ax: Axes, position: Floats, base: Floats, size: Floats, text: str, colour: str, *, upright: bool
) -> None:
    """Print the short name of a part inside the bars that have room for it."""
    for where, start, length in zip(position, base, size, strict=True):
        if text and length >= ROOM:
            along = start + length / 2
            x, y = (where, along) if upright else (along, where)
            ax.text(
                x, y, text, ha="center", va="center", fontsize=SMALL - 0.5,
                color="white" if is_dark(to_rgb(colour)) else INK, clip_on=True,
            )  # fmt: skip
