"""Largest errors at which conclusions hold: the group tolerance."""

from recc_mc.labels.declaration import (
    NOT_NEGATIVE,
    Declarations,
    Variable,
    probability,
    real,
)

__all__ = ["STATES", "tolerances"]

STATES = ("found", "holds_at_the_largest", "fails_at_the_smallest")
"""Meanings of the codes of ``tolerance_state``, which are their places."""
_STATE = {
    "flag_values": tuple(range(len(STATES))),
    "flag_meanings": " ".join(STATES),
    "comment": "found: the conclusion ceases to hold within the sizes tried; else it holds at the "
    "largest of them and all below, or does not even hold at the smallest",
}
_INTERVAL = (
    "95 % Monte Carlo interval: where the share of the draws crosses the level by more than the "
    "95 % score interval of Wilson (1927)"
)


def tolerances() -> Declarations:
    """What `recc_mc.tolerance` finds."""
    dims = ("conclusion", "error_source")
    label = "largest size of the error at which the conclusion holds"
    comment = (
        "the first size, from the smallest on, at which the share of the draws in which the "
        "conclusion holds falls below the level; NaN where tolerance_state says why; units are "
        "those of error_source_measure"
    )
    yield real("tolerance", dims, label, comment=comment, **NOT_NEGATIVE)
    below = f"{_INTERVAL}; 0 where that is below the smallest size tried"
    yield real("tolerance_lower", dims, f"lower limit of the {label}", comment=below)
    above = f"{_INTERVAL}; infinite where that is above the largest size tried"
    yield real("tolerance_upper", dims, f"upper limit of the {label}", comment=above)
    label = "whether a tolerance was found within the sizes tried"
    yield Variable("tolerance_state", dims, "int8", label, None, attrs=_STATE)
    comment = "NaN behind the last size that was tried of an error"
    label = "size of the error that was tried"
    yield real("error_size", ("error_source", "step"), label, comment=comment, **NOT_NEGATIVE)
    label = "probability that the conclusion holds at the size of the error"
    yield from probability("holds_probability", (*dims, "step"), label)
