"""What the verdict would be without each assumption: the group assumptions."""

from recc_mc.labels.declaration import Declarations, probability, real, with_error

__all__ = ["without_assumptions"]

_DIMS = ("assumption", "mine")
_PAIRED = (
    "paired: each sample less the same sample of the study as it is, where both are defined; "
    "the standard error is sd(d) / sqrt(n), or the bound 3/n where draws differ and none changes "
    "sides"
)


def without_assumptions() -> Declarations:
    """What `recc_mc.assumptions` finds."""
    first = "probability of the first rank, the most loaded mine"
    overload = "probability of overload, carrying capacity index C >= 1"
    for name, label in (("first_probability", first), ("overload_probability", overload)):
        yield from probability(name, _DIMS, label)
        change = real(f"{name}_change", _DIMS, f"change of the {label}", comment=_PAIRED)
        yield from with_error(change)
    index = "mean of the carrying capacity index C, or of the only index"
    for name, label in (("index_mean", index), ("rank_mean", "mean of the rank")):
        yield from with_error(real(name, _DIMS, label))
        change = real(f"{name}_change", _DIMS, f"change of the {label}", comment=_PAIRED)
        yield from with_error(change)
