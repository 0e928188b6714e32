"""Findings about what it would take to reach a goal."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import TARGETS, Findings
from recc_mc.report.targets import state_of
from recc_mc.report.words import SPACE, chance, percent, sentence_list

__all__ = ["target_findings"]

SECTION = "targets"
_WAYS = {-1: "down", 1: "up", 2: "towards their range"}
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
            met.append(f"{_whose(one)} ({chance(share, error)})")
        else:
            yield TARGETS, Finding(" ".join(_sentences(one)), SECTION)
    if met:
        goals = sentence_list(list(dict.fromkeys(target["target_goal"].values.astype(str))))
        yield TARGETS, Finding(f"Nothing is required of {sentence_list(met)}: {goals}.", SECTION)


def _sentences(one: xr.Dataset) -> Iterator[str]:
    goal, wanted = str(one["target_goal"].item()), _size(float(one["target_probability"]))
    yield f"{_whose(one)}: {goal} in {chance(*_now(one))} of the draws now."
    if state_of(one) == "not_within_max":
        curve = one["probability_curve"].fillna(-1.0).values
        best = int(np.argmax(curve))
        yield (
            f"No change up to {_size(float(one['target_max']))} ({_levers(one)}) makes it "
            f"{wanted}; the most is {percent(float(curve[best]))}, at "
            f"{_size(float(one['change'].values[best]))}."
        )
        return
    low, high = one["required_change_interval"].values
    interval = f"[{100 * low:.1f},{SPACE}{100 * high:.1f}]"
    size = _size(float(one["required_change"]))
    yield f"It takes a change of {size} {interval} to make it {wanted}: {_levers(one)}."
    once = float(one["required_change_deterministic"])
    if not np.isnan(once):
        share = float(one["deterministic_change_probability"])
        yield (
            f"The index computed once would need {_size(once)}, which is enough in "
            f"{percent(share)} of the draws."
        )
    yield _alone(one)


def _whose(one: xr.Dataset) -> str:
    """Target, and whose it is unless its name says it."""
    name, mine = str(one["target"].item()), str(one["target_mine"].item())
    return name if mine in name else f"{mine} {int(one['target_year'])}, {name}"


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
        return "No indicator is enough alone."
    texts = [f"{names[k]} ({_size(float(change[k]))})" for k in order[:MOST_ALONE]]
    return f"Enough alone: {sentence_list(texts)}."


def _size(change: float) -> str:
    return f"{round(100 * change, 1):g}{SPACE}%"


def _levers(one: xr.Dataset) -> str:
    """Indicators that are changed, by the way that helps."""
    ways = one["changed"].values
    names = one["indicator"].values.astype(str)
    texts = [
        f"{sentence_list(names[ways == way].tolist(), MOST_INDICATORS)} {word}"
        for way, word in _WAYS.items()
        if (ways == way).any()
    ]
    return ", ".join(texts)
