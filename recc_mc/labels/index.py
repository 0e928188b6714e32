"""Variables of the index as published and of its draws: the groups baseline and samples."""

from dataclasses import replace

from recc_mc.labels.declaration import (
    BY_INDICATOR,
    CELL,
    FILL,
    INDICES,
    Declarations,
    Variable,
    classes,
    drawn,
    flags,
    for_each_index,
    real,
    table,
)
from recc_mc.labels.further import drawn_further, memberships
from recc_mc.study.panel import FILLINGS

__all__ = ["BASELINE", "WHAT_HINDERS", "baselines", "matrix_draws"]


GIVEN_COMMENT = 'the given weight where method.weights is "given"'


def weights() -> Declarations:
    """Weights of the indicators and criteria."""
    for name, label in (
        ("weight", "combined weight"),
        ("weight_ahp", "AHP weight"),
        ("weight_objective", "objective weight"),
        ("weight_entropy", "entropy weight"),
    ):
        comment = {"comment": GIVEN_COMMENT} if name == "weight_ahp" else {}
        yield real(name, ("indicator",), f"{label} of the indicator within its system", **comment)
    label = "combined weight of the indicators of the criterion"
    yield real("criterion_weight", ("criterion",), label)


FILLED_FLAGS = {
    "flag_values": tuple(range(len(FILLINGS))),
    "flag_meanings": " ".join(FILLINGS),
    "comment": "held: at the value of the one nearest year that has a value",
}


def as_read() -> Declarations:
    """What reading made of the study's tables."""
    yield flags("filled", BY_INDICATOR, "how the value of the indicator came about", FILLED_FLAGS)
    label = "consistency ratio of the judgments of the expert alone"
    comment = "NaN where the expert judges no such matrix"
    yield real("expert_consistency_ratio", ("matrix", "expert"), label, comment=comment)


def trends(name: str, label: str) -> Declarations:
    """Trends of an index over the years, and its mean over the mines."""
    yield real(f"{name}_change", ("mine",), f"change of the {label}, first to last year")
    peak = f"year of the largest {label}"
    yield Variable(f"{name}_peak_year", ("mine",), "int32", peak, fill=FILL)
    yield real(f"{name}_mine_mean", ("year",), f"mean of the {label} over the mines")


def goalpost(bound: str) -> Variable:
    """The lower or the upper goalpost."""
    label = f"{bound} goalpost of the normalisation, in the units of the indicator"
    return replace(real(f"goalpost_{bound}", ("year", "indicator"), label), units=None)


def baselines() -> Declarations:
    """The baseline, beside what is compared with it."""
    yield from for_each_index(CELL, suffix="_baseline", prefix="deterministic ")
    yield from classes(CELL, "_baseline", "deterministic ")
    for variable in weights():
        if variable.dims == ("indicator",):
            label = f"deterministic {variable.long_name}"
            yield replace(variable, name=f"{variable.name}_baseline", long_name=label)
    label = "consistency ratio of the judgment matrix of the study"
    yield real("consistency_ratio_baseline", ("matrix",), label)


def matrix_draws() -> Declarations:
    """What became of the drawn judgment matrices."""
    dims = ("matrix", "sample")
    yield drawn("consistency_ratio", dims, "consistency ratio of the judgment matrix as used")
    comment = "1: used as drawn; 0: replaced by the nearest consistent matrix"
    yield drawn("repair", dims, "exponent t of the repair of the drawn matrix", comment=comment)
    label = "number of further attempts until the drawn matrix was accepted"
    yield Variable("redraws", dims, "int8", label, attrs={"valid_min": 0})


WHAT_HINDERS = (
    "share of W (1 - r) in its sum over the support system, of W r in that over the pressure system"
)


def obstacles() -> Declarations:
    """Obstacle degrees of the baseline."""
    comment = {"comment": WHAT_HINDERS}
    yield real("obstacle", BY_INDICATOR, "obstacle degree of the indicator", **comment)
    label = "obstacle degree of the criterion"
    yield real("obstacle_criterion", (*CELL, "criterion"), label, **comment)


BASELINE = table(
    for_each_index(CELL),
    classes(CELL),
    [real("normalized", BY_INDICATOR, "normalised value r of the indicator")],
    weights(),
    [real("consistency_ratio", ("matrix",), "consistency ratio of the judgment matrix")],
    [real("lambda_max", ("matrix",), "principal eigenvalue of the judgment matrix")],
    obstacles(),
    [goalpost("lower"), goalpost("upper")],
    as_read(),
    drawn_further(),
    memberships(),
    *(trends(name, label) for name, label in INDICES.items()),
)
"""Variables of the group ``baseline``."""
