"""Ranks by C: how probable each is, and in which interval they lie."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from recc_mc.plot.canvas import check_rows, single
from recc_mc.plot.heat import draw_heat, heat_height
from recc_mc.plot.marks import (
    THICK,
    baseline_entry,
    draw_baseline,
    draw_interval,
    interval_entry,
    label_rows,
    row_height,
    undefined_entry,
    undefined_row,
)
from recc_mc.plot.selection import Group, codes, group, intervals, tidy, with_bounds, year_of
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, MILLIMETRE, SINGLE, paper_style

__all__ = [
    "rank_acceptability",
    "rank_acceptability_table",
    "rank_intervals",
    "rank_intervals_table",
]

# More are not printed in the cells: the text would not fit.
MOST_PRINTED = 12
# Seen on the lightest and on the darkest cell, in grey too.
_FRAME = "#f07800"


def rank_acceptability_table(summary: Group, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `rank_acceptability`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.

    Returns
    -------
    pandas.DataFrame
        Columns mine, rank (1 is the largest C), year, baseline_rank, probability, its standard
        error and the bounds of its 95 % interval. Mines in the order of the data.

    Raises
    ------
    InputError
        If a variable or the year is missing.
    """
    name = "rank_probability"
    picture = "rank_acceptability"
    data = group(picture, "summary", summary, [name, f"{name}_error", "rank_baseline"])
    chosen = data.sel(year=year_of(picture, data, year))
    found = xr.Dataset(
        {
            "year": chosen["year"],
            "baseline_rank": codes(chosen["rank_baseline"]),
            "probability": chosen[name],
            "standard_error": chosen[f"{name}_error"],
        }
    )
    found = found.reset_coords(drop=True).assign(year=int(chosen["year"]))
    table = with_bounds(tidy(found, "mine", "rank_position"))
    return table.rename(columns={"rank_position": "rank"})


@paper_style()
def rank_acceptability(
    summary: Group, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw how probable each rank of each mine is, rank 1 being the largest C.

    The rank acceptability index of stochastic multicriteria analysis (Lahdelma and Salminen 2001).

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `rank_acceptability_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or the year is missing.
    """
    table = rank_acceptability_table(summary, year=year)
    mines, ranks = table["mine"].unique(), table["rank"].unique()
    check_rows("rank_acceptability", len(mines))
    values = table["probability"].to_numpy(float).reshape(len(mines), len(ranks))
    printed = len(mines) <= MOST_PRINTED
    width = DOUBLE if len(mines) > MOST_PRINTED else SINGLE + 25 * MILLIMETRE
    sheet = single(ax, width, heat_height(len(mines), ranks.tolist(), 6.5 if printed else 3.2))
    draw_heat(
        sheet, values, rows=mines.tolist(), columns=ranks.tolist(), largest=1.0,
        bar="Probability (–)",
        texts=[[_text(v) for v in row] for row in values] if printed else None,
        spread=not printed,
    )  # fmt: skip
    panel = sheet.axes[0]
    panel.set_xlabel(f"Rank by C in {table['year'].iloc[0]} (1 = largest C)")
    panel.tick_params(axis="x", labelrotation=0)
    if len(ranks) > 20:
        panel.set_xticks(range(4, len(ranks), 5))
        panel.set_xticklabels([str(ranks[k]) for k in range(4, len(ranks), 5)])
    baseline = table.drop_duplicates("mine")["baseline_rank"].to_numpy(float)
    for row, rank in enumerate(baseline):
        if not np.isnan(rank):
            panel.add_patch(_frame(row, rank))
    frame: list[Artist] = [
        Patch(facecolor="none", edgecolor=_FRAME, linewidth=1.2, label="baseline")
    ]
    sheet.legend([*frame, *undefined_entry(values)], 2)
    return sheet.figure


def _frame(row: int, rank: float) -> Rectangle:
    return Rectangle(
        (rank - 1.46, row - 0.46), 0.92, 0.92, fill=False, edgecolor=_FRAME, linewidth=1.2,
        gid="baseline",
    )  # fmt: skip


def _text(value: float) -> str:
    """Two decimals; what rounds to nothing or to certainty is not printed as 0 or 1."""
    if np.isnan(value) or value == 0:
        return ""
    if value < 0.005:
        return "<.01"
    return ">.99" if 0.995 <= value < 1 else f"{value:.2f}"


def rank_intervals_table(summary: Group, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `rank_intervals`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, baseline, median and the limits of the interval, ``lower_95`` and
        ``upper_95`` where the levels are stored. Mines in the order of the data.

    Raises
    ------
    InputError
        If a variable, a pair of levels or the year is missing.
    """
    picture = "rank_intervals"
    needs = ["rank_quantile", "rank_mean", "rank_baseline"]
    data = group(picture, "summary", summary, needs)
    chosen = data.sel(year=[year_of(picture, data, year)])
    bands = {k: codes(v) for k, v in intervals(picture, chosen, "rank").data_vars.items()}
    found = xr.Dataset({"baseline": codes(chosen["rank_baseline"]), **bands})
    return tidy(found, "mine", "year")


@paper_style()
def rank_intervals(summary: Group, *, year: int | None = None, ax: Axes | None = None) -> Figure:
    """Draw the interval in which the rank of each mine lies, against its baseline rank.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    year
        The year; None is the last one.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `rank_intervals_table` has its numbers.

    Raises
    ------
    InputError
        If a variable, a pair of levels or the year is missing.
    """
    table = rank_intervals_table(summary, year=year)
    check_rows("rank_intervals", len(table))
    centre, lower, upper = (str(name) for name in table.columns[3:6])
    width = SINGLE if len(table) <= MOST_PRINTED else SINGLE + 40 * MILLIMETRE
    sheet = single(ax, width, row_height(len(table)))
    panel = sheet.axes[0]
    places = np.arange(len(table), dtype=float)
    colour = INDEX_COLOURS["recc"]
    draw_interval(panel, places, table[lower], table[centre], table[upper], colour=colour)
    draw_baseline(panel, table["baseline"], places)
    label_rows(panel, table["mine"].tolist(), 24)
    panel.set_xlim(0.5, len(table) + 0.5)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel(f"Rank by C in {table['year'].iloc[0]} (1 = largest C)")
    panel.grid(axis="x", color="#e4e4e4", linewidth=0.4)
    for row in np.flatnonzero(table[centre].isna()).tolist():
        undefined_row(panel, row)
    entries = interval_entry(colour, centre, {lower.removeprefix("lower_"): THICK})
    sheet.legend([*entries, *baseline_entry(), *undefined_entry(table[centre])], 4)
    return sheet.figure
