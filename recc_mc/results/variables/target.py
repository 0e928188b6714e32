"""What it takes to reach a goal: the group target."""

from dataclasses import replace

from recc_mc.labels.declaration import (
    NOT_NEGATIVE,
    Declarations,
    drawn,
    flags,
    probability,
    real,
    with_comment,
)

__all__ = ["STATES", "targets"]

STATES = ("reached", "not_within_max", "already_met")
"""Meanings of the codes of ``reached``, which are their places."""
_REACHED = {
    "flag_values": tuple(range(len(STATES))),
    "flag_meanings": " ".join(STATES),
    "comment": "not_within_max: the share of the draws that reach the goal at target_max is below "
    "target_probability; already_met: it is not below that without any change",
}
_CHANGED = {
    "flag_values": (-1, 0, 1, 2),
    "flag_meanings": "down unchanged up towards_its_range",
}
_RELATIVE = (
    "relative change of all changed indicators at a time, each in the way that helps: x (1 + t) or "
    "x (1 - t), and towards its range by t x where one is best within a range; goalposts, weights "
    "and method are those of the same draw without the change"
)
_WHOSE = "NaN where reached says why"


def targets() -> Declarations:
    """What `recc_mc.target` finds."""
    each, by_indicator = ("target",), ("target", "indicator")
    yield flags("reached", each, "whether the goal is reached", _REACHED)
    yield flags("changed", by_indicator, "how the indicator is changed", _CHANGED)
    for name, label in (
        ("target_probability", "share of the draws in which the goal is to be reached"),
        ("target_max", "largest change that was looked for"),
    ):
        yield real(name, each, label, **NOT_NEGATIVE)
    label = "change with which the goal is reached at the target's probability"
    comment = f"{_RELATIVE}; the quantile of the draws' own smallest changes; {_WHOSE}"
    yield real("required_change", each, label, comment=comment, **NOT_NEGATIVE)
    comment = (
        "95 % Monte Carlo interval: order statistics whose ranks are binomial quantiles; infinite "
        "where one is beyond target_max"
    )
    label = f"limits of the {label}"
    yield real("required_change_interval", (*each, "bound"), label, comment=comment)
    label = "change with which the index computed once reaches the goal"
    comment = f"{_RELATIVE}; NaN where none up to target_max does"
    yield real("required_change_deterministic", each, label, comment=comment, **NOT_NEGATIVE)
    label = "probability that the goal is reached with required_change_deterministic"
    yield from probability("deterministic_change_probability", each, label)
    label = "quantiles of the draws' own smallest changes that reach the goal"
    comment = "NaN where so many draws do not reach it at target_max"
    quantiles = (*each, "quantile")
    yield real("required_change_quantile", quantiles, label, comment=comment, **NOT_NEGATIVE)
    yield from probability("impossible_share", each, "probability that no change is enough")
    label = "probability that C is undefined without a change"
    comment = "for want of support, which reaches no goal; or without S or P, which does not count"
    yield from with_comment(probability("undefined_share", each, label), comment)
    label = "probability that the goal is reached with the change"
    yield from probability("probability_curve", (*each, "change"), label)
    label = "change of the indicator alone with which the goal is reached at that probability"
    comment = "NaN where it is not changed, or no change up to target_max is enough"
    yield real("single_indicator_change", by_indicator, label, comment=comment, **NOT_NEGATIVE)
    for name, label in (
        ("value_before", "value of the changed indicator"),
        ("value_after", "value of the changed indicator after required_change"),
    ):
        comment = f"in the units of the indicator; {_WHOSE if 'after' in name else 'as given'}"
        yield replace(real(name, by_indicator, label, comment=comment), units=None)
    label = "smallest change with which the draw reaches the goal"
    comment = "infinite where none up to target_max does; NaN where S or P is undefined"
    yield drawn("draw_change", (*each, "sample"), label, comment=comment)
