"""Curves of a sweep: an index or the probability of overload against the value of a setting."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pandas.api.types import is_numeric_dtype

from recc_mc.labels.swept import KEY, swept_dims
from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone, panels_or_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import INDEX_LABELS, SYMBOLS, Unfit, centre_of, intervals, tidy
from recc_mc.plot.style import MINE_COLOURS, QUIET, tint
from recc_mc.study.nouns import nouns_of
from recc_mc.summary.intervals import draws_behind, wilson

__all__ = ["sweep_curves", "sweep_curves_table"]

_BAND = 0.9
_OVERLOAD = "overload"
_NEEDS = {
    **{name: (f"{name}_quantile", f"{name}_mean") for name in INDEX_LABELS},
    _OVERLOAD: ("overload_probability", "overload_probability_error"),
}
_TITLES = {**SYMBOLS, _OVERLOAD: "P(C ≥ 1) (–)"}
_LINE: dict[str, Any] = {"color": QUIET, "linewidth": 0.6, "linestyle": (0, (4, 2)), "zorder": 1}
# Lines of one panel: colours of more are not told apart.
MOST_LINES = len(MINE_COLOURS)


def _has(variable: str) -> Any:
    return lambda groups: all(name in groups["sweep"] for name in _NEEDS[variable])


@Picture(
    "sweep",
    lambda given: _NEEDS[given["variable"]],
    choices={"variable": _NEEDS},
    says={"variable": "An index, or ``overload`` for the probability that C >= 1."},
    shown=[
        Shown(
            "sweeps",
            f"{title} against the settings",
            note,
            {"variable": name},
            applies=_has(name),
        )
        for name, title, note in (
            *(
                (
                    name,
                    title,
                    "Lines are the median, bands hold {outer} % of the draws. The same draws are "
                    "taken at every value: what differs is due to the setting.",
                )
                for name, title in (
                    ("recc", "Carrying capacity index C"),
                    ("support", "Support index S"),
                    ("pressure", "Pressure index P"),
                )
            ),
            (
                _OVERLOAD,
                "Probability of overload",
                "Bands are the 95 % intervals (Wilson). The same draws are taken at every value: "
                "what differs is due to the setting.",
            ),
        )
    ],
)
def sweep_curves_table(
    sweep: xr.Dataset, *, variable: str = "recc", year: int | None = None
) -> pd.DataFrame:
    """Numbers of `sweep_curves`.

    Returns
    -------
    pandas.DataFrame
        A column for each swept key, mine, year, the median (mean, where no median is stored) and
        the limits of the interval, ``lower_90`` and ``upper_90`` where the levels are stored; of a
        probability ``probability``, its standard error and the limits of its 95 % interval,
        ``lower_95`` and ``upper_95``.
    """
    chosen = sweep.sel(year=year)
    if variable == _OVERLOAD:
        share, error = (chosen[name] for name in _NEEDS[_OVERLOAD])
        low, high = wilson(share, draws_behind(share, error))
        bands = xr.Dataset(
            {
                "probability": share,
                "standard_error": error,
                "lower_95": share.copy(data=low),
                "upper_95": share.copy(data=high),
            }
        )
    else:
        bands = intervals(chosen, variable, (_BAND,))
    found = bands.reset_coords(drop=True).drop_attrs()
    dims = [*swept_dims(sweep), "mine"]
    table = tidy(found, *dims)
    table.insert(len(dims), "year", int(chosen["year"]))
    return table


@drawing
def sweep_curves(
    sweep: xr.Dataset,
    *,
    variable: str = "recc",
    year: int | None = None,
    axes: AxesOrNone = None,
) -> Figure:
    """Draw an index, or the probability of overload, against the values of a swept key.

    A panel for each mine; the key with the most values that are numbers is the horizontal axis,
    values of the others are lines of their own colours.
    """
    table = sweep_curves_table(sweep, variable=variable, year=year)
    dims, mines = list(swept_dims(sweep)), table["mine"].unique()
    across = _across(table, dims)
    others = [dim for dim in dims if dim != across]
    lines = list(product(*(table[dim].unique() for dim in others)))
    if len(lines) > MOST_LINES:
        raise Unfit(
            f"sweep: {len(lines)} combinations of {', '.join(others)} are more than the "
            f"{MOST_LINES} lines of a panel; choose some with .sel({others[0]}=[...])"
        )
    sheet = panels_or_rows(axes, len(mines), 2, nouns_of(sweep.attrs))
    names = drawable(mines)
    for k, (ax, mine) in enumerate(zip(sheet.axes, mines, strict=True)):
        rows = table[table["mine"] == mine]
        for colour, values in zip(MINE_COLOURS, lines, strict=False):
            chosen = (rows[others] == list(values)).all(axis=1) if others else slice(None)
            _draw(ax, rows.loc[chosen], across, colour)
        if variable in (_OVERLOAD, "recc"):
            ax.axhline(0.5 if variable == _OVERLOAD else 1.0, **_LINE)
        ax.set_title(shortened(names[k], 38))
        if k % sheet.columns == 0:
            ax.set_ylabel(f"{_TITLES[variable]}, {table['year'].iloc[0]}")
        if k + sheet.columns >= len(mines):
            ax.set_xlabel(shortened(str(sweep[across].attrs[KEY]), 38))
    entries = list(_entries(others, lines, variable))
    sheet.legend([*entries, *undefined_entry(table[_centre(table)])], 4)
    return sheet.figure


def _across(table: pd.DataFrame, dims: list[str]) -> str:
    """The key that lines run along."""
    return max(dims, key=lambda dim: (is_numeric_dtype(table[dim]), table[dim].nunique()))


def _centre(table: pd.DataFrame) -> str:
    return "probability" if "probability" in table else centre_of(table)


def _draw(ax: Axes, rows: pd.DataFrame, across: str, colour: str) -> None:
    """Draw a line with its band, or points with intervals where values are no numbers."""
    (low,) = (name for name in rows if str(name).startswith("lower_"))
    high = str(low).replace("lower", "upper")
    y, lower, upper = (rows[name].to_numpy(float) for name in (_centre(rows), low, high))
    if is_numeric_dtype(rows[across]) and len(rows) > 1:
        order = np.argsort(rows[across].to_numpy(float))
        x, y, lower, upper = (
            rows[across].to_numpy(float)[order],
            y[order],
            lower[order],
            upper[order],
        )
        # Seen through: bands of several lines lie over each other.
        ax.fill_between(x, lower, upper, color=colour, alpha=0.2, linewidth=0)
        ax.plot(x, y, color=colour, linewidth=1.0, marker="o", markersize=2.2, zorder=3)
        return
    places = np.arange(len(rows), dtype=float)
    ax.vlines(places, lower, upper, color=tint(colour, 0.45), linewidth=3.2)
    ax.plot(places, y, color=colour, linestyle="none", marker="o", markersize=3.4, zorder=3)
    labels = [str(value) for value in rows[across]]
    ax.set_xticks(places, [shortened(label, 12) for label in drawable(labels)])
    ax.set_xlim(-0.6, len(rows) - 0.4)


def _entries(others: list[str], lines: list[tuple[Any, ...]], variable: str) -> Iterator[Artist]:
    for colour, values in zip(MINE_COLOURS, lines, strict=False):
        if others:
            label = ", ".join(
                f"{dim} = {value if isinstance(value, str) else f'{value:g}'}"
                for dim, value in zip(others, values, strict=True)
            )
            yield Line2D([], [], color=colour, marker="o", markersize=2.2, label=label)
    if variable == "recc":
        yield Line2D([], [], label="C = 1", **_LINE)
    if variable == _OVERLOAD:
        yield Line2D([], [], label=say("as often as not"), **_LINE)
