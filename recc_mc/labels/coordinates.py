"""Coordinates of all groups."""

from collections.abc import Mapping

from recc_mc.labels.declaration import (
    GRADE_FLAGS,
    ZONE_FLAGS,
    Variable,
    flags,
    real,
    table,
    text,
)
from recc_mc.labels.further import COORDINATION_FLAGS, FUZZY_FLAGS

__all__ = []

COORDINATES: Mapping[str, Variable] = table(
    [
        text("mine", "mine", "mine"),
        text("other_mine", "other_mine", "mine compared with"),
        Variable("year", ("year",), "int32", "calendar year"),
        Variable(
            "sample",
            ("sample",),
            "int64",
            "number of the Monte Carlo sample",
            attrs={"standard_name": "realization"},
        ),
        text("indicator", "indicator", "indicator"),
        text("indicator_long_name", "indicator", "long name of the indicator"),
        text("indicator_units", "indicator", "units of the indicator"),
        text("indicator_system", "indicator", "system of the indicator"),
        text("indicator_criterion", "indicator", "criterion of the indicator"),
        flags(
            "indicator_direction",
            ("indicator",),
            "what a larger value of the indicator means",
            {
                "flag_values": (-1, 0, 1),
                "flag_meanings": "less_of_its_system best_within_a_range more_of_its_system",
            },
        ),
        text("criterion", "criterion", "criterion"),
        text("criterion_system", "criterion", "system of the criterion"),
        text("matrix", "matrix", "judgment matrix"),
        text("expert", "expert", "expert"),
        Variable("matrix_size", ("matrix",), "int8", "number of items compared"),
        real("quantile", ("quantile",), "probability of the quantile"),
        flags("zone", ("zone",), "coupling zone", ZONE_FLAGS),
        text("zone_name", "zone", "name of the coupling zone"),
        flags("grade", ("grade",), "grade block", GRADE_FLAGS),
        text("grade_name", "grade", "name of the grade block"),
        text("system", "system", "system"),
        flags(
            "coordination_class",
            ("coordination_class",),
            "class of the coupling coordination degree",
            COORDINATION_FLAGS,
        ),
        text("coordination_class_name", "coordination_class", "name of the class of coordination"),
        flags("fuzzy_class", ("fuzzy_class",), "grade of the fuzzy evaluation", FUZZY_FLAGS),
        text("fuzzy_class_name", "fuzzy_class", "name of the grade of the fuzzy evaluation"),
        Variable("rank_position", ("rank_position",), "int32", "rank, 1 the most loaded mine"),
        text("factor", "factor", "uncertain factor"),
        text(
            "factor_kind",
            "factor",
            "judgment, data, method or scenario; class: all factors of a kind",
        ),
        text("output", "output", "output of the model"),
        text("result", "result", "result that is compared"),
        text("study", "study", "study whose effect is pooled"),
        text("bound", "bound", "end of an interval"),
        text("entry", "entry", "judgment above the diagonal of a matrix"),
        text("entry_matrix", "entry", "judgment matrix of the entry"),
        text("entry_item", "entry", "item that is compared"),
        text("entry_other_item", "entry", "item that it is compared with"),
        text("entry_factor", "entry", "factor that the entry belongs to"),
        text("indicator_factor", "indicator", "factor of the indicator's error"),
        text("shared", "shared", "error that indicators share"),
        text("shared_factor", "shared", "factor of the shared error"),
        text("choice", "choice", "choice of the method"),
        text("choice_factor", "choice", "factor of the choice"),
        text("choice_codes", "choice", "what the numbers of the choice stand for"),
        text("conclusion", "conclusion", "conclusion of the baseline"),
        text("conclusion_kind", "conclusion", "top_rank, order, overload, zone or grade"),
        text("conclusion_mine", "conclusion", "mine that the conclusion is about"),
        text("conclusion_other_mine", "conclusion", "mine that it is compared with"),
        text("error_source", "error_source", "what is uncertain"),
        text("error_source_measure", "error_source", "what the size of the error is"),
        text("scenario", "scenario", "scenario"),
        text("scenario_title", "scenario", "title of the scenario"),
        text("scenario_source", "scenario", "source of the scenario"),
        text("draw", "draw", "random number that changes draw"),
        Variable("step", ("step",), "int32", "number of the size of the error, from the smallest"),
    ]
)
"""Coordinates by name; an auxiliary one begins with the name of its dimension."""
