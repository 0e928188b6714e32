"""Variables of the group ``scenarios``, declared once."""

from collections.abc import Iterator

from recc_mc.labels.declaration import (
    CELL,
    INDICES,
    NOT_NEGATIVE,
    PROBABILITY,
    Declarations,
    Variable,
    drawn,
    probability,
    real,
    table,
    with_error,
)
from recc_mc.labels.index import WHAT_HINDERS
from recc_mc.summary.quantiles import FROM_SKETCH

__all__ = ["SCENARIOS"]

_CELL = ("scenario", *CELL)
_PAIRED = "paired: each sample less the same sample of the reference"
_AGAINST = "the same sample of the reference"


def scenarios() -> Declarations:
    """What `recc_mc.scenarios` finds."""
    for name, label in INDICES.items():
        yield from _statistics(name, label)
        yield from _statistics(f"{name}_change", f"change of the {label}", comment=_PAIRED)
        yield drawn(name, (*_CELL, "sample"), label)
    yield from _probabilities()
    comment = {"comment": WHAT_HINDERS}
    dims: tuple[str, ...] = (*_CELL, "indicator")
    yield real("obstacle_mean", dims, "mean obstacle degree", **comment, **NOT_NEGATIVE)
    label = "mean obstacle degree of the criterion"
    yield real("obstacle_criterion_mean", (*_CELL, "criterion"), label, **NOT_NEGATIVE)
    yield from _shares()
    comment = {"comment": "of changes that share a draw, those of the first in the study file"}
    label = "quantiles of what a draw multiplies by, adds, sets or grows by"
    yield Variable(
        "effect_quantile",
        ("scenario", "draw", "quantile"),
        "float64",
        label,
        units=None,
        attrs=comment,
    )


def _statistics(name: str, label: str, **attrs: object) -> Declarations:
    yield from with_error(real(f"{name}_mean", _CELL, f"mean of the {label}", **attrs))
    deviation = f"standard deviation of the {label}"
    yield real(f"{name}_std", _CELL, deviation, **attrs, **NOT_NEGATIVE)
    levels = (*_CELL, "quantile")
    yield real(f"{name}_quantile", levels, f"quantiles of the {label}", **attrs)
    text = f"largest possible error of the quantiles of the {label}"
    attrs = {"comment": FROM_SKETCH, **NOT_NEGATIVE}
    yield real(f"{name}_quantile_resolution", levels, text, **attrs)


def _probabilities() -> Iterator[Variable]:
    label = "probability that C is less than in {}"
    yield from probability("recc_fall_probability", _CELL, label.format(_AGAINST))
    label = "probability that C is larger than in {}"
    yield from probability("recc_rise_probability", _CELL, label.format(_AGAINST))
    label = "probability of overload, carrying capacity index C >= 1"
    yield from probability("overload_probability", _CELL, label)
    label = "probability that C < 1 where C >= 1 in {}"
    yield from probability("overload_ends_probability", _CELL, label.format(_AGAINST))
    label = "probability that C >= 1 where C < 1 in {}"
    yield from probability("overload_begins_probability", _CELL, label.format(_AGAINST))
    for name, dim, label in (
        ("zone", "zone", "coupling zone"),
        ("grade", "grade", "grade block"),
        ("rank", "rank_position", "rank"),
    ):
        yield from probability(f"{name}_probability", (*_CELL, dim), f"probability of the {label}")
        flip = f"probability that the {label} is not that of {_AGAINST}"
        yield from probability(f"{name}_flip_probability", _CELL, flip)


def _shares() -> Iterator[Variable]:
    for name, label in (
        ("above_goalpost", "are beyond the best value, r > 1, and count in full"),
        ("below_goalpost", "are beyond the worst value, r < 0, and count as 0"),
        ("bounded", "are held at a bound"),
    ):
        comment = (
            "NaN of indicators that the scenario does not change; years that are the same as the "
            "last one, which is held, count once"
        )
        attrs = {"comment": comment, **PROBABILITY}
        dims = ("scenario", "indicator")
        yield real(
            f"{name}_share", dims, f"share of changed cells and samples that {label}", **attrs
        )


SCENARIOS = table(scenarios())
"""Variables of the group ``scenarios``."""
