"""One row for each mine: its draws along the axis of all, its chance of overload, its rank."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import xarray as xr
from markupsafe import Markup

from recc_mc._typing import Floats
from recc_mc.language import say
from recc_mc.language.numbers import number
from recc_mc.report.contents import Result
from recc_mc.report.first_screen.ridge import Axis, axis_of, bars, point, ridge
from recc_mc.report.first_screen.state import State
from recc_mc.report.words import chance, sentences
from recc_mc.study.nouns import Nouns
from recc_mc.summary.intervals import symmetric_levels

__all__ = ["Place", "Places", "places"]

# Rows that are seen at once, and rows that there are.
SHOWN, MOST = 12, 100
# Draws that a density is made of: the first ones, which are as random as all.
DENSE = 20_000
# Share of the draws on either side that lies beyond the axis.
BEYOND = 0.002


class Place(NamedTuple):
    """A row.

    Parameters
    ----------
    mine
        Its name.
    picture
        Its draws.
    value
        Index, with its interval.
    overload
        Probability that C >= 1, with its interval; empty without C or draws.
    rank
        Median and interval of the rank, or the rank; empty where none is known.
    """

    mine: str
    picture: Markup
    value: str
    overload: str
    rank: str


class Places(NamedTuple):
    """Rows, their axis, and what is said of them.

    Parameters
    ----------
    shown, folded
        Rows in front, and those that a reader unfolds.
    left_out
        Number of those that there is no row of.
    ticks
        Values along the axis, each with its place in per cent.
    titles
        Those of the columns that have something in them, by the names of `Place`.
    caption
        How to read it.
    more
        What unfolds the others.
    """

    shown: list[Place]
    folded: list[Place]
    left_out: str
    ticks: list[tuple[str, float]]
    titles: dict[str, str]
    caption: str
    more: str


class _Drawn(NamedTuple):
    """Range of all draws, the picture of a mine, and how to read it."""

    limits: tuple[float, float]
    picture: Callable[[int, Axis, float | None, str], Markup]
    caption: str


def places(result: Result, state: State) -> Places:
    """Rows of the mines, in the order of the result: that of the baseline's last year.

    Parameters
    ----------
    result
        Groups of a result.
    state
        Its mines in the last year.
    """
    drawn = _drawn(result, state)
    mark = 1.0 if state.is_ratio else None
    low, high = drawn.limits
    if mark is not None:
        low, high = min(low, mark), max(high, mark)
    # Where zero is near it is a better end than a number close to it.
    axis = axis_of(0.0 if 0 < low < 0.25 * high else low, high)
    rows = [_place(state, drawn, i, axis, mark) for i in range(min(len(state.mines), MOST))]
    fields = {"symbol": state.symbol, "year": state.year}
    titles = {
        "mine": result.said("mine"),
        "picture": say("{symbol} in {year}", **fields),
        "value": say("median [95 %]") if _levels(state) else state.symbol,
        "overload": say("overloaded in"),
        "rank": say("rank [95 %]")
        if state.drawn and "rank_quantile" in state.data
        else say("rank"),
    }
    titles = {name: text for name, text in titles.items() if any(getattr(r, name) for r in rows)}
    rest = len(state.mines) - MOST
    return Places(
        rows[:SHOWN],
        rows[SHOWN:],
        result.said("{number} more mines stand in the tables below.", number=rest)
        if rest > 0
        else "",
        [(f"{tick:g}", axis.place(tick)) for tick in axis.ticks],
        titles,
        drawn.caption,
        result.said("{number} more mines", number=max(len(rows) - SHOWN, 0)),
    )


def _drawn(result: Result, state: State) -> _Drawn:
    """What there is to draw: the draws themselves, else quantiles, else the value computed once."""
    samples = result.groups.get("samples")
    if state.drawn and samples is not None and state.ranked in samples:
        last = samples[state.ranked].isel(year=-1, sample=slice(DENSE))
        values = last.transpose("mine", "sample").values[:MOST]
        return _densities(np.asarray(values, np.float64), state, result.nouns)
    levels = _levels(state)
    if levels is not None:
        return _intervals(state, levels, result.nouns)
    known = state.value[:MOST][np.isfinite(state.value[:MOST])]
    limits = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return _Drawn(
        limits, lambda i, *rest: _one(state.value[i], *rest), _caption("", state, result.nouns)
    )


def _densities(draws: Floats, state: State, nouns: Nouns) -> _Drawn:
    defined = [row[np.isfinite(row)] for row in draws]
    ends = [np.quantile(row, (BEYOND, 1 - BEYOND)) for row in defined if row.size]
    limits = (float(np.min(ends)), float(np.max(ends))) if ends else (0.0, 1.0)

    def picture(i: int, axis: Axis, mark: float | None, label: str) -> Markup:
        return ridge(defined[i], axis, mark, label) if defined[i].size else Markup(say("undefined"))

    text = say("Each hill is how often a value is drawn, as high as its own peak.")
    return _Drawn(limits, picture, _caption(text, state, nouns))


def _intervals(state: State, levels: tuple[float, float], nouns: Nouns) -> _Drawn:
    quantiles = state.data[f"{state.ranked}_quantile"]
    inner = symmetric_levels(quantiles["quantile"].values, 0.5) or levels
    wide, narrow = (quantiles.sel(quantile=list(pair)).values[:MOST] for pair in (levels, inner))
    middle = _medians(state)[:MOST]
    known = wide[np.isfinite(wide).all(axis=1)]
    limits = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)

    def picture(i: int, axis: Axis, mark: float | None, label: str) -> Markup:
        if not np.isfinite(wide[i]).all():
            return Markup(say("undefined"))
        outer, core = ((float(pair[i, 0]), float(pair[i, 1])) for pair in (wide, narrow))
        return bars(outer, core, float(middle[i]), axis, mark, label)

    text = say(
        "The line spans {outer} % of the draws and the bar {inner} %, with the median.",
        outer=f"{100 * (levels[1] - levels[0]):g}",
        inner=f"{100 * (inner[1] - inner[0]):g}",
    )
    return _Drawn(limits, picture, _caption(text, state, nouns))


def _one(value: float, axis: Axis, mark: float | None, label: str) -> Markup:
    if not np.isfinite(value):
        return Markup(say("undefined"))
    return point(float(value), axis, mark, label)


def _caption(text: str, state: State, nouns: Nouns) -> str:
    limit = nouns.said("The dashed line is C = 1: at and beyond it a mine is overloaded.")
    return sentences(text, limit if state.is_ratio else "")


def _levels(state: State) -> tuple[float, float] | None:
    name = f"{state.ranked}_quantile"
    if not state.drawn or name not in state.data or state.data[name].dims != ("mine", "quantile"):
        return None
    return symmetric_levels(state.data["quantile"].values, 0.95)


def _medians(state: State) -> Floats:
    quantiles: xr.DataArray = state.data[f"{state.ranked}_quantile"]
    found = quantiles.sel(quantile=0.5, method="nearest")
    return np.asarray(found.values, np.float64)


def _place(state: State, drawn: _Drawn, i: int, axis: Axis, mark: float | None) -> Place:
    value = _value(state, i)
    label = say(
        "{symbol} of {name}: {value}", symbol=state.symbol, name=state.mines[i], value=value
    )
    overload = ""
    if state.overload is not None:
        overload = chance(float(state.overload.share[i]), float(state.overload.error[i]))
    return Place(
        state.mines[i], drawn.picture(i, axis, mark, label), value, overload, _rank(state, i)
    )


def _value(state: State, i: int) -> str:
    levels = _levels(state)
    if levels is None:
        return number(float(state.value[i]), 2)
    quantiles = state.data[f"{state.ranked}_quantile"].isel(mine=i)
    low, high = (float(quantiles.sel(quantile=level)) for level in levels)
    middle = float(_medians(state)[i])
    if np.isnan(middle):
        return number(middle)
    return f"{number(middle, 2)} [{number(low, 2)}, {number(high, 2)}]"


def _rank(state: State, i: int) -> str:
    """Rank with its interval, else that of the baseline."""
    if state.drawn and "rank_quantile" in state.data:
        ranks = state.data["rank_quantile"].isel(mine=i)
        levels = symmetric_levels(ranks["quantile"].values, 0.95)
        if levels is not None and not np.isnan(ranks.values).any():
            low, high = (int(ranks.sel(quantile=level)) for level in levels)
            middle = int(ranks.sel(quantile=0.5, method="nearest"))
            return f"{middle} [{low}, {high}]"
    for name in ("rank_baseline", "rank"):
        if name in state.data and state.data[name].dims == ("mine",):
            rank = int(state.data[name][i])
            return str(rank) if rank > 0 else ""
    return ""
