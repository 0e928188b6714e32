"""The verdict: who is the most loaded, who is overloaded, and how sure that is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recc_mc.language import say
from recc_mc.language.numbers import number, percent
from recc_mc.report.contents import Result
from recc_mc.report.findings.verdict import is_sure, surely_not
from recc_mc.report.first_screen.state import Chances, State
from recc_mc.report.variation import varies_nothing
from recc_mc.report.words import sentence_list, sentences

__all__ = ["verdict"]

# More mines than these are counted, not named.
MOST_NAMED = 5
# Mines that take the first place less often are not named.
WORTH_NAMING = 0.05

Chosen = NDArray[np.bool_]


def verdict(result: Result, state: State | None) -> str:
    """The verdict of a result.

    Parameters
    ----------
    result
        Groups of the result, for its words.
    state
        Its mines in the last year; None if it does not tell.
    """
    if state is None:
        return result.said(
            "This file tells where uncertainty comes from or what settings do, not how loaded a "
            "mine is."
        )
    said = [*_sentences(result, state)]
    if varies_nothing(result):
        text = "Nothing was taken as uncertain: how robust that is, this file does not tell."
        said.append(say(text))
    elif not state.drawn:
        said.append(say("How sure that is, this file does not tell: it holds no draws."))
    return sentences(*said)


def _sentences(result: Result, state: State) -> Iterator[str]:
    over = state.overload or _certain(state)
    if len(state.mines) == 1:
        yield _alone(result, state, over)
        return
    first = _leader(state)
    decided = over is None or _open(over).sum() == 0
    if over is not None and first is not None and decided:
        loaded = is_sure(*over)
        if loaded[first] and loaded.sum() == 1 and not np.isnan(over.share).any():
            yield _both(result, state, first, over)
            return
    yield _ranking(result, state, first)
    if over is not None:
        yield from _loads(result, state, over)


def _certain(state: State) -> Chances | None:
    """Whether C >= 1 as computed once, where nothing is drawn."""
    if state.drawn or not state.is_ratio:
        return None
    share = np.where(np.isnan(state.value), np.nan, state.value >= 1)
    return Chances(share, np.zeros_like(share))


def _open(chances: Chances) -> Chosen:
    undecided: Chosen = ~is_sure(*chances) & ~surely_not(*chances) & ~np.isnan(chances.share)
    return undecided


def _leader(state: State) -> int | None:
    """The mine of the first rank, if that is sure; where ranks are not drawn, as computed once."""
    if state.first is None:
        return None if np.isnan(state.value).all() else int(np.nanargmax(state.value))
    sure = np.flatnonzero(is_sure(*state.first))
    return int(sure[0]) if sure.size else None


def _alone(result: Result, state: State, over: Chances | None) -> str:
    """One mine, which is compared with nothing but C = 1."""
    fields = {"name": state.mines[0], "year": state.year, "symbol": state.symbol}
    if over is None or np.isnan(over.share[0]):
        value = number(float(state.value[0]), 2)
        return result.said("{symbol} of {name} is {value} in {year}.", value=value, **fields)
    fields["chance"] = percent(float(over.share[0]))
    if not state.drawn:
        text = "As computed once, {name} is not overloaded in {year} (C < 1)."
        if over.share[0] == 1:
            text = "As computed once, {name} is overloaded in {year} (C ≥ 1)."
        return result.said(text, **fields)
    if is_sure(*over)[0]:
        text = "{name} is overloaded in {year}: C ≥ 1 in {chance} of the draws."
    elif surely_not(*over)[0]:
        text = "{name} is not overloaded in {year}: C ≥ 1 in {chance} of the draws."
    else:
        text = "Whether {name} is overloaded in {year} is open: C ≥ 1 in {chance} of the draws."
    return result.said(text, **fields)


def _both(result: Result, state: State, first: int, over: Chances) -> str:
    """One mine is the most loaded, and it alone is overloaded."""
    text = (
        "As computed once, {name} is the most loaded of {number} mines in {year}, and overloaded "
        "(C ≥ 1); of the others none is."
    )
    chances = {}
    if state.first is not None:
        text = (
            "{name} is the most loaded of {number} mines in {year} in {chance} of the draws, and "
            "overloaded (C ≥ 1) in {overload}; of the others none is."
        )
        if len(state.mines) == 2:
            text = (
                "{name} is the more loaded of two mines in {year} in {chance} of the draws, and "
                "overloaded (C ≥ 1) in {overload}; the other is not."
            )
        chances["chance"] = percent(float(state.first.share[first]))
        chances["overload"] = percent(float(over.share[first]))
    return result.said(
        text, name=state.mines[first], number=len(state.mines), year=state.year, **chances
    )


def _ranking(result: Result, state: State, first: int | None) -> str:
    """Who is the most loaded, or has the largest S or P where there is no C."""
    fields = {"number": f"{len(state.mines):,}", "year": state.year, "symbol": state.symbol}
    case, likely = "unknown", [] if first is None else [first]
    if state.first is None:
        case = "once" if likely else case
    elif not np.isnan(state.first.share).all():
        case = "sure"
        if not likely:
            order = np.argsort(-np.nan_to_num(state.first.share), kind="stable")
            likely = [int(i) for i in order if state.first.share[i] >= WORTH_NAMING]
            likely = likely or [int(order[0])]
            case = "open" if len(likely) > 1 else "probable"
        fields["names"] = _named(state.mines, likely, state.first)
        fields["chance"] = percent(float(state.first.share[likely[0]]))
    fields["name"] = state.mines[likely[0]] if likely else ""
    return result.said(_RANKING[case][0 if state.is_ratio else 1], **fields)


# Of each case, the sentence on C and that on the only index.
_RANKING = {
    "sure": (
        "{name} is the most loaded of {number} mines in {year} in {chance} of the draws.",
        "{name} has the largest {symbol} of {number} mines in {year} in {chance} of the draws.",
    ),
    "probable": (
        "{name} is probably the most loaded of {number} mines in {year}: in {chance} of the draws.",
        "{name} probably has the largest {symbol} of {number} mines in {year}: in {chance} of the "
        "draws.",
    ),
    "open": (
        "Which of {number} mines is the most loaded in {year} is open: {names}.",
        "Which of {number} mines has the largest {symbol} in {year} is open: {names}.",
    ),
    "once": (
        "As computed once, {name} is the most loaded of {number} mines in {year}.",
        "As computed once, {name} has the largest {symbol} of {number} mines in {year}.",
    ),
    "unknown": (
        "Which of {number} mines is the most loaded in {year}, this file does not tell.",
        "Which of {number} mines has the largest {symbol} in {year}, this file does not tell.",
    ),
}


def _loads(result: Result, state: State, over: Chances) -> Iterator[str]:
    """Who is overloaded, and of whom that is open."""
    loaded, undecided = is_sure(*over), _open(over)
    shown = over if state.drawn else None
    fields = {"number": f"{len(state.mines):,}"}
    fields["names"] = _named(state.mines, np.flatnonzero(loaded).tolist(), shown)
    fields["count"] = f"{loaded.sum():,}"
    if loaded.all():
        text = "All of them are overloaded (C ≥ 1)."
        if state.drawn:
            text = "All of them are overloaded (C ≥ 1), each in at least {chance} of the draws."
        yield result.said(text, chance=percent(float(over.share.min())))
    elif loaded.sum() > MOST_NAMED:
        yield result.said("{count} of {number} mines are overloaded (C ≥ 1).", **fields)
    elif loaded.any():
        text = "Overloaded (C ≥ 1): {names}."
        if not (undecided.any() or np.isnan(over.share).any()):
            text = "Overloaded (C ≥ 1): {names}; the others are not."
        yield result.said(text, **fields)
    elif not undecided.any() and not np.isnan(over.share).all():
        likeliest = int(np.nanargmax(over.share))
        fields |= {"name": state.mines[likeliest], "chance": percent(over.share[likeliest])}
        text = "No mine is overloaded (C ≥ 1)."
        if state.drawn:
            text = "No mine is overloaded; C ≥ 1 is likeliest for {name}, in {chance} of the draws."
        yield result.said(text, **fields)
    if undecided.any():
        fields["names"] = _named(state.mines, np.flatnonzero(undecided).tolist(), shown)
        fields["count"] = f"{undecided.sum():,}"
        text = "Whether C ≥ 1 is open for {names}."
        if undecided.sum() > MOST_NAMED:
            text = "Whether C ≥ 1 is open for {count} mines."
        yield result.said(text, **fields)
    if np.isnan(over.share).any():
        unknown = np.flatnonzero(np.isnan(over.share)).tolist()
        yield result.said("C is undefined for {names}.", names=_named(state.mines, unknown, None))


def _named(mines: list[str], chosen: list[int], chances: Chances | None) -> str:
    """Mines, with their chances if there are draws."""
    if chances is None:
        return sentence_list([mines[i] for i in chosen])
    return sentence_list(
        [
            say("{name} ({chance})", name=mines[i], chance=percent(float(chances.share[i])))
            for i in chosen
        ]
    )
