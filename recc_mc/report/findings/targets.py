"""Findings about what it would take to reach a goal."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.language.numbers import SPACE, percent
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import TARGETS, Findings
from recc_mc.report.targets import state_of
from recc_mc.report.words import chance, sentence_list, sentences

__all__ = ["target_findings"]

SECTION = "targets"
_WAYS = {-1: "{indicators} down", 1: "{indicators} up", 2: "{indicators} towards their range"}
MOST_INDICATORS = 6
# Levers that are enough alone and are named.
MOST_ALONE = 3


def target_findings(result: Result) -> Findings:
    """What change each target requires, or that none is enough."""
    if not result.holds("target", "required_change", "reached", "changed"):
        return
    target = result.groups["target"]
    met = []
    for k in range(target.sizes["target"]):
        one = target.isel(target=k)
        if state_of(one) == "already_met":
            share, error = _now(one)
            met.append(say("{name} ({value})", name=_whose(one), value=chance(share, error)))
        else:
            yield TARGETS, Finding(sentences(*_sentences(one)), SECTION)
    if met:
        goals = list(dict.fromkeys(map(retold, target["target_goal"].values.astype(str))))
        text = say(
            "Nothing is required of {targets}: {goals}.",
            targets=sentence_list(met),
            goals=sentence_list(goals),
        )
        yield TARGETS, Finding(text, SECTION)


def _sentences(one: xr.Dataset) -> Iterator[str]:
    goal, wanted = retold(str(one["target_goal"].item())), _size(float(one["target_probability"]))
    yield say(
        "{target}: {goal} in {share} of the draws now.",
        target=_whose(one),
        goal=goal,
        share=chance(*_now(one)),
    )
    if state_of(one) == "not_within_max":
        curve = one["probability_curve"].fillna(-1.0).values
        best = int(np.argmax(curve))
        yield say(
            "No change up to {limit} ({levers}) makes it {wanted}; the most is {share}, at "
            "{change}.",
            limit=_size(float(one["target_max"])),
            levers=_levers(one),
            wanted=wanted,
            share=percent(float(curve[best])),
            change=_size(float(one["change"].values[best])),
        )
        return
    low, high = one["required_change_interval"].values
    interval = f"[{100 * low:.1f},{SPACE}{100 * high:.1f}]"
    size = _size(float(one["required_change"]))
    yield say(
        "It takes a change of {size} {interval} to make it {wanted}: {levers}.",
        size=size,
        interval=interval,
        wanted=wanted,
        levers=_levers(one),
    )
    once = float(one["required_change_deterministic"])
    if not np.isnan(once):
        share = float(one["deterministic_change_probability"])
        yield say(
            "The index computed once would need {change}, which is enough in {share} of the draws.",
            change=_size(once),
            share=percent(share),
        )
    yield _alone(one)


def _whose(one: xr.Dataset) -> str:
    """Target, and whose it is unless its name says it."""
    name, mine = str(one["target"].item()), str(one["target_mine"].item())
    if mine in name:
        return name
    year = int(one["target_year"])
    return say("{mine} {year}, {name}", mine=mine, year=year, name=name)


def _now(one: xr.Dataset) -> tuple[float, float]:
    """Probability without any change, and its error."""
    first = one.isel(change=0)
    return float(first["probability_curve"]), float(first["probability_curve_error"])


def _alone(one: xr.Dataset) -> str:
    """Which single indicators are enough, the smallest change first."""
    change = one["single_indicator_change"].values
    names = one["indicator"].values
    order = [k for k in np.argsort(change, kind="stable") if not np.isnan(change[k])]
    if not order:
        return say("No indicator is enough alone.")
    texts = [
        say("{name} ({value})", name=names[k], value=_size(float(change[k])))
        for k in order[:MOST_ALONE]
    ]
    return say("Enough alone: {indicators}.", indicators=sentence_list(texts))


def _size(change: float) -> str:
    return f"{round(100 * change, 1):g}{SPACE}%"


def _levers(one: xr.Dataset) -> str:
    """Indicators that are changed, by the way that helps."""
    ways = one["changed"].values
    names = one["indicator"].values.astype(str)
    texts = [
        say(words, indicators=sentence_list(names[ways == way].tolist(), MOST_INDICATORS))
        for way, words in _WAYS.items()
        if (ways == way).any()
    ]
    return translated(", ").join(texts)
