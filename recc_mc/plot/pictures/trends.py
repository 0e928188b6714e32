"""Change of an index from the first to the last year, and how probable an increase is."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.language import say
from recc_mc.language.numbers import probability
from recc_mc.plot.canvas import check_rows, row_height, single
from recc_mc.plot.marks import draw_rows, undefined_entry, undefined_rows
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import SYMBOLS, centre_of, intervals, tidy, with_bounds
from recc_mc.plot.style import INDEX_COLOURS, MILLIMETRE, QUIET, SINGLE
from recc_mc.study.nouns import nouns_of

__all__ = ["trends", "trends_table"]


@Picture(
    "summary",
    (
        "{variable}_change_quantile",
        "{variable}_change_mean",
        "{variable}_change_baseline",
        "{variable}_increase_probability",
        "{variable}_increase_probability_error",
    ),
    choices={"variable": SYMBOLS},
    says={"summary": "Group ``summary`` of a result of several years."},
    shown=[
        Shown(
            "trends",
            f"Change of {title}, first to last year",
            "The interval holds {outer} % of the draws, its dot is their median, the mark the "
            "baseline's change; the number is the probability of an increase.",
            {"variable": name},
            lambda groups: groups["summary"].sizes["year"] > 1,
        )
        for name, title in (("recc", "C"), ("support", "S"), ("pressure", "P"))
    ],
)
def trends_table(summary: xr.Dataset, *, variable: str = "recc") -> pd.DataFrame:
    """Numbers of `trends`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, first_year, last_year, baseline, median and the limits of the interval of the
        change, last minus first year, and the probability of an increase with its standard error
        and the bounds of its 95 % interval.
    """
    change, rise = f"{variable}_change", f"{variable}_increase_probability"
    found = xr.Dataset(
        {
            "baseline": summary[f"{change}_baseline"],
            **intervals(summary, change).data_vars,
            "increase_probability": summary[rise],
            "standard_error": summary[f"{rise}_error"],
        }
    )
    table = tidy(found, "mine")
    table.insert(1, "first_year", int(summary["year"].values[0]))
    table.insert(2, "last_year", int(summary["year"].values[-1]))
    return with_bounds(table, "increase_probability")


@drawing
def trends(summary: xr.Dataset, *, variable: str = "recc", ax: Axes | None = None) -> Figure:
    """Draw the change from the first to the last year.

    The probability of an increase is printed beside it.
    """
    table = trends_table(summary, variable=variable)
    check_rows(len(table), nouns_of(summary.attrs))
    sheet = single(ax, SINGLE + 30 * MILLIMETRE, row_height(len(table)))
    panel = sheet.axes[0]
    panel.axvline(0.0, color=QUIET, linewidth=0.6, zorder=1)
    entries = draw_rows(panel, table, INDEX_COLOURS[variable], 28)
    first, last = (table[f"{end}_year"].iloc[0] for end in ("first", "last"))
    text = "Change of {symbol}, {first} to {last}"
    panel.set_xlabel(say(text, symbol=SYMBOLS[variable], first=first, last=last))
    _print_probabilities(panel, table["increase_probability"].tolist())
    centre = table[centre_of(table)]
    undefined_rows(panel, centre)
    sheet.legend([*entries, *undefined_entry(centre)], 4)
    return sheet.figure


def _print_probabilities(ax: Axes, probabilities: list[float]) -> None:
    beside = ax.get_yaxis_transform()
    ax.text(1.03, 1.0, say("P(increase)"), transform=ax.transAxes, ha="left", va="bottom")
    for row, value in enumerate(probabilities):
        text = "–" if np.isnan(value) else probability(value)
        ax.text(1.03, row, text, transform=beside, ha="left", va="center", gid="increase")
