"""Variables of what is made of an index beside it: criterion scores, coupling, fuzzy evaluation."""

from collections.abc import Callable
from dataclasses import replace

from recc_mc.labels.declaration import CELL, FILL, Declarations, Variable, flags, real

__all__ = [
    "BY_CRITERION",
    "BY_SYSTEM",
    "COORDINATION_CLASSES",
    "COORDINATION_FLAGS",
    "COUPLED",
    "FUZZY_CLASS",
    "FUZZY_FLAGS",
    "FUZZY_GRADES",
    "drawn_further",
    "memberships",
]

COORDINATION_CLASSES = (
    "extreme_imbalance", "serious_imbalance", "moderate_imbalance", "mild_imbalance",
    "near_imbalance", "barely_coordinated", "primary_coordination", "intermediate_coordination",
    "good_coordination", "quality_coordination",
)  # fmt: skip
"""Classes of the coordination degree; the code of a class is its number, 1 to 10."""
COORDINATION_FLAGS = {
    "flag_values": tuple(range(1, len(COORDINATION_CLASSES) + 1)),
    "flag_meanings": " ".join(COORDINATION_CLASSES),
    "comment": "steps of 0.1 from 0 to 1; a degree on a step is of the class above it",
}

FUZZY_GRADES = ("first", "second", "third")
"""Grades of the fuzzy evaluation; the code of a grade is its number, 1 to 3."""
FUZZY_FLAGS = {
    "flag_values": tuple(range(1, len(FUZZY_GRADES) + 1)),
    "flag_meanings": " ".join(FUZZY_GRADES),
    "comment": "the first grade is that of the most of a system, the largest support or the "
    "heaviest pressure",
}

# A dataset has no dimension of the name of a variable that does not run along it.
FUZZY_CLASS = "fuzzy_class"
"""Dimension of the grades of the fuzzy evaluation."""

BY_CRITERION = (*CELL, "criterion")
BY_SYSTEM = ("system", *CELL)

COUPLED = {
    "coupling": "degree of coupling C",
    "coordination_index": "coordination index T",
    "coordination": "coupling coordination degree D",
}
_COUPLED_COMMENTS = {
    "coupling": "0 where all that is coupled is 0; NaN where some of it is below 0",
    "coordination_index": "T = sum a U; NaN where some U is below 0",
    "coordination": "D = sqrt(C T)",
}
_TIES = "the grade of the largest membership; of equal memberships the first"


def drawn_further(kind: Callable[..., Variable] = real, dims: tuple[str, ...] = ()) -> Declarations:
    """What there is a value of in each mine and year, and in each sample.

    Parameters
    ----------
    kind
        Declares a number.
    dims
        Dimensions behind those of the mines and years.
    """
    comment = "sum r W / sum W over its indicators; NaN where they have no weight"
    yield kind("criterion_score", (*BY_CRITERION, *dims), "score of the criterion", comment=comment)
    for name, label in COUPLED.items():
        yield kind(name, (*CELL, *dims), label, comment=_COUPLED_COMMENTS[name])
    label = "class of the coupling coordination degree"
    found = flags("coordination_class", (*CELL, *dims), label, COORDINATION_FLAGS)
    yield replace(found, fill=FILL)
    label = "score of the fuzzy evaluation of the system"
    yield kind("fuzzy_score", (*BY_SYSTEM, *dims), label)
    label = "grade of the fuzzy evaluation of the system"
    attrs = {**FUZZY_FLAGS, "comment": f"{_TIES}; {FUZZY_FLAGS['comment']}"}
    yield replace(flags("fuzzy_grade", (*BY_SYSTEM, *dims), label, attrs), fill=FILL)


def memberships() -> Declarations:
    """Memberships of the systems in the grades."""
    dims = (*BY_SYSTEM, FUZZY_CLASS)
    label = "membership of the system in the grade of the fuzzy evaluation"
    yield real("fuzzy_membership", dims, label, valid_range=(0.0, 1.0))
