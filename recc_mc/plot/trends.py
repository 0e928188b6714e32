"""Change of an index from the first to the last year, and how probable an increase is."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.plot.canvas import check_rows, single
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
from recc_mc.plot.selection import INDICES, Group, choice, group, intervals, tidy, with_bounds
from recc_mc.plot.style import INDEX_COLOURS, MILLIMETRE, QUIET, SINGLE, paper_style

__all__ = ["trends", "trends_table"]


def trends_table(summary: Group, *, variable: str = "recc") -> pd.DataFrame:
    """Numbers of `trends`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result of several years.
    variable
        ``"support"``, ``"pressure"`` or ``"recc"``.

    Returns
    -------
    pandas.DataFrame
        Columns mine, first_year, last_year, baseline, median and the limits of the interval of the
        change, last minus first year, and the probability of an increase with its standard error
        and the bounds of its 95 % interval.

    Raises
    ------
    InputError
        If a variable or a pair of levels is missing.
    """
    variable = choice("trends", "variable", variable, INDICES)
    change, rise = f"{variable}_change", f"{variable}_increase_probability"
    needs = [f"{change}_{what}" for what in ("quantile", "mean", "baseline")]
    data = group("trends", "summary", summary, [*needs, rise, f"{rise}_error"])
    found = xr.Dataset(
        {
            "baseline": data[f"{change}_baseline"],
            **intervals("trends", data, change).data_vars,
            "increase_probability": data[rise],
            "standard_error": data[f"{rise}_error"],
        }
    )
    table = tidy(found, "mine")
    table.insert(1, "first_year", int(data["year"].values[0]))
    table.insert(2, "last_year", int(data["year"].values[-1]))
    return with_bounds(table, "increase_probability")


@paper_style()
def trends(summary: Group, *, variable: str = "recc", ax: Axes | None = None) -> Figure:
    """Draw the change from the first to the last year; the probability of an increase is printed.

    Parameters
    ----------
    summary
        Group ``summary`` of a result of several years.
    variable
        ``"support"``, ``"pressure"`` or ``"recc"``.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `trends_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or a pair of levels is missing.
    """
    table = trends_table(summary, variable=variable)
    check_rows("trends", len(table))
    centre, lower, upper = (str(name) for name in table.columns[4:7])
    sheet = single(ax, SINGLE + 30 * MILLIMETRE, row_height(len(table)))
    panel = sheet.axes[0]
    colour = INDEX_COLOURS[variable]
    places = np.arange(len(table), dtype=float)
    panel.axvline(0.0, color=QUIET, linewidth=0.6, zorder=1)
    draw_interval(panel, places, table[lower], table[centre], table[upper], colour=colour)
    draw_baseline(panel, table["baseline"], places)
    label_rows(panel, table["mine"].tolist(), 28)
    symbol = {"support": "S", "pressure": "P", "recc": "C = P/S"}[variable]
    years = f"{table['first_year'].iloc[0]} to {table['last_year'].iloc[0]}"
    panel.set_xlabel(f"Change of {symbol} (–), {years}")
    _print_probabilities(panel, table["increase_probability"].tolist())
    for row in np.flatnonzero(table[centre].isna()).tolist():
        undefined_row(panel, row)
    entries = interval_entry(colour, centre, {lower.removeprefix("lower_"): THICK})
    sheet.legend([*entries, *baseline_entry(), *undefined_entry(table[centre])], 4)
    return sheet.figure


def _print_probabilities(ax: Axes, probabilities: list[float]) -> None:
    beside = ax.get_yaxis_transform()
    ax.text(1.03, 1.0, "P(increase)", transform=ax.transAxes, ha="left", va="bottom")
    for row, value in enumerate(probabilities):
        text = "–" if np.isnan(value) else _probability(value)
        ax.text(1.03, row, text, transform=beside, ha="left", va="center", gid="increase")


def _probability(value: float) -> str:
    """Three decimals; what rounds to 0 or 1 without being it is not printed so."""
    if 0 < value < 0.0005:
        return "<0.001"
    return ">0.999" if 0.9995 <= value < 1 else f"{value:.3f}"
