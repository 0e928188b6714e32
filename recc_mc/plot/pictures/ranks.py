"""Ranks by C: how probable each is, and in which interval they lie."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from recc_mc.language import say
from recc_mc.plot.canvas import check_rows, row_height, single
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import draw_rows, undefined_entry, undefined_rows
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import centre_of, codes, intervals, ranking_symbol, tidy, with_bounds
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, MILLIMETRE, SINGLE
from recc_mc.study.nouns import nouns_of

__all__ = [
    "rank_acceptability",
    "rank_acceptability_table",
    "rank_intervals",
    "rank_intervals_table",
]

# Seen on the lightest and on the darkest cell, in grey too.
_FRAME = "#f07800"


@Picture(
    "summary",
    ("rank_probability", "rank_probability_error", "rank_baseline"),
    shown=[
        Shown(
            "ranking",
            "How often each mine takes each rank",
            "Share of the draws in which a mine has a rank (rank acceptability). Rank 1 is the "
            "most loaded mine. The frames mark the baseline.",
        )
    ],
)
def rank_acceptability_table(summary: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `rank_acceptability`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, rank (1 is the largest C), year, baseline_rank, probability, its standard
        error and the bounds of its 95 % interval. Mines in the order of the data.
    """
    chosen = summary.sel(year=year)
    found = xr.Dataset(
        {
            "year": chosen["year"],
            "baseline_rank": codes(chosen["rank_baseline"]),
            "probability": chosen["rank_probability"],
            "standard_error": chosen["rank_probability_error"],
        }
    )
    found = found.reset_coords(drop=True).assign(year=int(chosen["year"]))
    table = with_bounds(tidy(found, "mine", "rank_position"))
    return table.rename(columns={"rank_position": "rank"})


@drawing
def rank_acceptability(
    summary: xr.Dataset, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw how probable each rank of each mine is, rank 1 being the largest C.

    The rank acceptability index of stochastic multicriteria analysis (Lahdelma and Salminen 2001).
    """
    table = rank_acceptability_table(summary, year=year)
    mines, ranks = table["mine"].unique(), table["rank"].unique()
    check_rows(len(mines), nouns_of(summary.attrs))
    values = table["probability"].to_numpy(float).reshape(len(mines), len(ranks))
    printed = len(mines) <= MOST_PRINTED
    sheet = draw_heat(
        ax, values, rows=mines.tolist(), columns=ranks.tolist(), largest=1.0,
        width=SINGLE + 25 * MILLIMETRE if printed else DOUBLE, each=6.5 if printed else 3.2,
        bar=say("Probability (–)"), spread=not printed,
        texts=[[_text(v) for v in row] for row in values] if printed else None,
    )  # fmt: skip
    panel = sheet.axes[0]
    panel.set_xlabel(_axis(summary, table))
    panel.tick_params(axis="x", labelrotation=0)
    if len(ranks) > 20:
        panel.set_xticks(range(4, len(ranks), 5))
        panel.set_xticklabels([str(ranks[k]) for k in range(4, len(ranks), 5)])
    baseline = table.drop_duplicates("mine")["baseline_rank"].to_numpy(float)
    for row, rank in enumerate(baseline):
        if not np.isnan(rank):
            panel.add_patch(_frame(row, rank))
    frame: list[Artist] = [
        Patch(facecolor="none", edgecolor=_FRAME, linewidth=1.2, label=say("baseline"))
    ]
    sheet.legend([*frame, *undefined_entry(values)], 2)
    return sheet.figure


def _axis(summary: xr.Dataset, table: pd.DataFrame) -> str:
    symbol = ranking_symbol(summary)
    text = "Rank by {symbol} in {year} (1 = largest {symbol})"
    return say(text, symbol=symbol, year=table["year"].iloc[0])


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


@Picture(
    "summary",
    ("rank_quantile", "rank_mean", "rank_baseline"),
    shown=[
        Shown(
            "ranking",
            "Rank intervals against the baseline rank",
            "The interval holds {outer} % of the draws; the baseline's rank is marked.",
        )
    ],
)
def rank_intervals_table(summary: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `rank_intervals`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, baseline, median and the limits of the interval, ``lower_95`` and
        ``upper_95`` where the levels are stored. Mines in the order of the data.
    """
    chosen = summary.sel(year=[year])
    bands = intervals(chosen, "rank").map(codes)
    found = xr.Dataset({"baseline": codes(chosen["rank_baseline"]), **bands.data_vars})
    return tidy(found, "mine", "year")


@drawing
def rank_intervals(
    summary: xr.Dataset, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw the interval in which the rank of each mine lies, against its baseline rank."""
    table = rank_intervals_table(summary, year=year)
    check_rows(len(table), nouns_of(summary.attrs))
    width = SINGLE if len(table) <= MOST_PRINTED else SINGLE + 40 * MILLIMETRE
    sheet = single(ax, width, row_height(len(table)))
    panel = sheet.axes[0]
    entries = draw_rows(panel, table, INDEX_COLOURS["recc"], 24)
    panel.set_xlim(0.5, len(table) + 0.5)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel(_axis(summary, table))
    panel.grid(axis="x", color="#e4e4e4", linewidth=0.4)
    centre = table[centre_of(table)]
    undefined_rows(panel, centre)
    sheet.legend([*entries, *undefined_entry(centre)], 4)
    return sheet.figure
