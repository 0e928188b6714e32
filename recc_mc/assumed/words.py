"""What dropping each assumption does, in sentences: those that a terminal and a report show."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc.assumed.variants import words_of
from recc_mc.language import say
from recc_mc.language.numbers import SPACE, in_percent, signed
from recc_mc.study.nouns import nouns_of
from recc_mc.study.shape import SYMBOLS
from recc_mc.summary.intervals import NORMAL_95

__all__ = ["Effect", "effects", "leader_of", "problems"]


class Effect(NamedTuple):
    """What dropping an assumption does to the verdict on the most loaded mine.

    Parameters
    ----------
    assumption
        In words.
    sentence
        The effect.
    first, overload
        Probabilities of the first rank and of overload with their changes, in points; empty where
        there are none.
    mean
        Mean of C, or of the only index, with its change.
    size
        Largest change of a probability; what carries most has the largest.
    """

    assumption: str
    sentence: str
    first: str
    overload: str
    mean: str
    size: float


def effects(found: xr.Dataset) -> list[Effect]:
    """Effects on the mine that is most often the most loaded, the largest first.

    Parameters
    ----------
    found
        Group ``assumptions`` of a result.
    """
    leader = leader_of(found)
    every = [
        _effect(found.isel(assumption=k), leader)
        for k in range(1, found.sizes["assumption"])
        if not str(found["assumption_problem"].values[k])
    ]
    return sorted(every, key=lambda effect: -effect.size)


def leader_of(found: xr.Dataset) -> int:
    """Position of the mine that is most often the most loaded in the study as it is."""
    return int(np.argmax(found["first_probability"].isel(assumption=0).fillna(-1).values))


def problems(found: xr.Dataset) -> Iterator[tuple[str, str]]:
    """Assumptions in words that the study cannot drop, and why.

    Parameters
    ----------
    found
        Group ``assumptions`` of a result.
    """
    for name, why in zip(
        found["assumption"].values, found["assumption_problem"].values, strict=True
    ):
        if str(why):
            yield words_of(str(name), nouns_of(found.attrs)), str(why)


def _effect(one: xr.Dataset, leader: int) -> Effect:
    mine = one.isel(mine=leader)
    words = words_of(str(one["assumption"].item()), nouns_of(one.attrs))
    first = _moved(mine, "first_probability") if one.sizes["mine"] > 1 else ""
    overload = _moved(mine, "overload_probability") if "overload_probability" in one else ""
    mean, change = (float(mine[name]) for name in ("index_mean", "index_mean_change"))
    shifts = [
        abs(float(mine[f"{name}_change"]))
        for name, text in (("first_probability", first), ("overload_probability", overload))
        if text
    ]
    return Effect(
        words,
        _sentence(one, leader, words, first, overload),
        first,
        overload,
        say("{value} ({change})", value=f"{mean:.3f}", change=signed(change, 3)),
        max(shifts, default=0.0),
    )


def _sentence(one: xr.Dataset, leader: int, words: str, first: str, overload: str) -> str:
    now = int(np.argmax(one["first_probability"].fillna(-1).values))
    fields = {
        "assumption": words[:1].upper() + words[1:],
        "name": str(one["mine"].values[leader]),
        "first": first,
        "overload": overload,
        "symbol": SYMBOLS[str(one.attrs["assumptions_index"])],
        "other": str(one["mine"].values[now]),
        "chance": _chance(float(one["first_probability"].values[now])),
    }
    if not first:
        text = "{assumption}: {name} is overloaded in {overload}."
        if not overload:
            text = "{assumption}: nothing to be first among."
    elif not overload:
        text = "{assumption}: {name} has the largest {symbol} in {first}."
    elif now != leader:
        text = (
            "{assumption}: {other} is then most often the most loaded, in {chance}; {name} in "
            "{first}, and it is overloaded in {overload}."
        )
    else:
        text = "{assumption}: {name} is the most loaded in {first}, and overloaded in {overload}."
    return nouns_of(one.attrs).said(text, **fields)


def _moved(mine: xr.Dataset, name: str) -> str:
    """Probability, and its change in points with half of its 95 % interval."""
    share, change, error = (float(mine[f"{name}{end}"]) for end in ("", "_change", "_change_error"))
    if change == 0 and error == 0:
        return say("{chance} (no change at all)", chance=_chance(share))
    # Where no draw changes sides, the error is a bound of the change itself.
    half = error if change == 0 else NORMAL_95 * error
    shift = f"{signed(100 * change, 1)}{SPACE}±{SPACE}{100 * half:.1f}"
    return say("{chance} ({shift} points)", chance=_chance(share), shift=shift)


def _chance(share: float) -> str:
    return f"{in_percent(share)}{SPACE}%"
