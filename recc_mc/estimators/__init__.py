"""Estimators of variance-based sensitivity: pure functions that know no study."""

from recc_mc.estimators.indices import (
    CONSTANT,
    DEFINED,
    TOO_FEW_CHANGES,
    TOO_FEW_ROWS,
    Indices,
    aggregate,
    class_indices,
    number_indices,
)
from recc_mc.estimators.rare import FEWEST_MEETINGS, expected_meetings, is_rare
from recc_mc.estimators.replicates import CONFIDENCE, Replicates
from recc_mc.estimators.rounding import varies
from recc_mc.estimators.sums import (
    ClassSums,
    NumberSums,
    add_sums,
    class_sums,
    no_class_sums,
    no_number_sums,
    number_sums,
)

__all__ = [
    "CONFIDENCE",
    "CONSTANT",
    "DEFINED",
    "FEWEST_MEETINGS",
    "TOO_FEW_CHANGES",
    "TOO_FEW_ROWS",
    "ClassSums",
    "Indices",
    "NumberSums",
    "Replicates",
    "add_sums",
    "aggregate",
    "class_indices",
    "class_sums",
    "expected_meetings",
    "is_rare",
    "no_class_sums",
    "no_number_sums",
    "number_indices",
    "number_sums",
    "varies",
]
