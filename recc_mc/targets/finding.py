"""What all draws together say of a question: quantiles, their intervals, and curves."""

from collections.abc import Sequence
from math import ceil, inf, nan

import numpy as np

from recc_mc._typing import Floats
from recc_mc.results.variables.target import STATES
from recc_mc.study import Study
from recc_mc.summary.probability import probability
from recc_mc.targets.levers import changed_value, code_of
from recc_mc.targets.questions import Question
from recc_mc.targets.work import Changes

__all__ = ["COVERAGE", "POINTS", "curve_points", "finding", "quantile_interval", "smallest_with"]

POINTS = 101
"""Points of the curve, from no change to the largest."""
COVERAGE = 0.95
"""Probability with which an interval holds the quantile."""


def curve_points(questions: Sequence[Question]) -> Floats:
    """Changes at which the curves of all questions are told."""
    return np.linspace(0.0, max(question.most for question in questions), POINTS)


def smallest_with(ordered: Floats, share: float) -> float:
    """Smallest change at or below which a share of the draws is.

    Parameters
    ----------
    ordered
        Changes of the draws in order.
    share
        The share, above 0.

    Examples
    --------
    >>> smallest_with(np.arange(10) / 10, 0.9)
    0.8
    """
    # A product such as 0.07 * 100 may be above the whole number that it is.
    place = ceil(round(share * ordered.size, 6))
    return float(ordered[max(place, 1) - 1]) if ordered.size else nan


def quantile_interval(ordered: Floats, share: float) -> tuple[float, float]:
    """Order statistics between which the quantile is, with a probability of `COVERAGE` or more.

    The number of draws below the quantile is binomial, whatever their distribution (David and
    Nagaraja 2003, Order Statistics, section 7.1).

    Parameters
    ----------
    ordered
        Changes of the draws in order.
    share
        The share.

    Returns
    -------
    tuple
        Limits: 0 and infinite where the draws are too few to tell.
    """
    from scipy.stats import binom

    tail = (1 - COVERAGE) / 2
    below, above = (int(binom.ppf(level, ordered.size, share)) for level in (tail, 1 - tail))
    low = float(ordered[below - 1]) if below > 0 else 0.0
    high = float(ordered[above]) if above < ordered.size else inf
    return low, high


def finding(
    study: Study, question: Question, once: Changes, found: Changes, change: Floats
) -> dict[str, object]:
    """Values of the variables of the group ``target`` for one question.

    Parameters
    ----------
    study
        The study.
    question
        The question.
    once
        The same of the index computed once.
    found
        What was found in all draws; its last point is the change that the index computed once
        needs, those before it are `change`.
    change
        The points of the curve.
    """
    ordered = np.sort(found.change[~np.isnan(found.change)])
    required = smallest_with(ordered, question.probability)
    lower, upper = quantile_interval(ordered, question.probability)
    state = "reached"
    if not required < inf:
        state, required = "not_within_max", nan
    elif required == 0.0:
        state = "already_met"
    curve, curve_error = probability(found.held, ordered.size)
    beyond = change > question.most * (1 + 1e-12)
    alone = float(once.change[0])
    values: dict[str, object] = {
        "reached": np.int8(STATES.index(state)),
        "target_probability": question.probability,
        "target_max": question.most,
        "required_change": required,
        "required_change_interval": (lower, upper),
        "required_change_deterministic": alone if alone < inf else nan,
        "required_change_quantile": [
            _or_nan(smallest_with(ordered, level)) for level in study.settings.simulation.quantiles
        ],
        "draw_change": found.change,
    }
    for name, share, error in (
        ("probability_curve", curve[:-1], curve_error[:-1]),
        ("deterministic_change_probability", curve[-1], curve_error[-1]),
        ("impossible_share", *probability(found.unreached, ordered.size)),
        ("undefined_share", *probability(found.undefined, found.change.size)),
    ):
        hidden = beyond if name == "probability_curve" else False
        if name == "deterministic_change_probability" and not alone < inf:
            hidden = True
        values[name] = np.where(hidden, nan, share)
        values[f"{name}_error"] = np.where(hidden, nan, error)
    return values | _of_indicators(study, question, found, required)


def _of_indicators(
    study: Study, question: Question, found: Changes, required: float
) -> dict[str, object]:
    names = study.hierarchy.names
    before, after, alone = (np.full(len(names), nan) for _ in range(3))
    changed = np.zeros(len(names), np.int8)
    for k, j in enumerate(question.levers):
        changed[j] = code_of(study.hierarchy.indicators[j])
        before[j] = study.panel.values[question.mine, question.year, j]
        after[j] = nan if required != required else changed_value(study, j, before[j], required)
        own = found.alone[k]
        alone[j] = _or_nan(smallest_with(np.sort(own[~np.isnan(own)]), question.probability))
    return {
        "changed": changed,
        "value_before": before,
        "value_after": after,
        "single_indicator_change": alone,
    }


def _or_nan(change: float) -> float:
    return change if change < inf else nan
