"""Every variable and coordinate of a result, declared once.

The tables below serve the checks of `recc_mc.results.labels.dataset`, the attributes that readers
of a file see, and its encoding.
"""

from collections.abc import Mapping
from types import MappingProxyType

from recc_mc.results.variables.comparison import COMPARED_PROBABILITIES, differences
from recc_mc.results.variables.coordinates import COORDINATES
from recc_mc.results.variables.declaration import (
    BY_INDICATOR,
    CELL,
    DRAWN,
    FILL,
    GRADES,
    INDICES,
    ZONE_NAMES,
    ZONES,
    Variable,
    classes,
    drawn,
    for_each_index,
    real,
    table,
)
from recc_mc.results.variables.index import (
    as_read,
    baselines,
    goalpost,
    matrix_draws,
    obstacle_statistics,
    obstacles,
    part_weight_statistics,
    shares,
    trends,
    weights,
)
from recc_mc.results.variables.sensitivity import dummies, effects, outside, salib_measures
from recc_mc.results.variables.summary import (
    change_statistics,
    class_probabilities,
    correlation,
    first_overload,
    flips,
    moments,
    ranking,
    undefined_count,
    weight_statistics,
)

__all__ = [
    "COMPARED_PROBABILITIES",
    "COORDINATES",
    "FILL",
    "GRADES",
    "GROUPS",
    "INDICES",
    "ZONES",
    "ZONE_NAMES",
    "Variable",
]

GROUPS: Mapping[str, Mapping[str, Variable]] = MappingProxyType(
    {
        "baseline": table(
            for_each_index(CELL),
            classes(CELL),
            [real("normalized", BY_INDICATOR, "normalised value r of the indicator")],
            weights(),
            [real("consistency_ratio", ("matrix",), "consistency ratio of the judgment matrix")],
            [real("lambda_max", ("matrix",), "principal eigenvalue of the judgment matrix")],
            obstacles(),
            [goalpost("lower"), goalpost("upper")],
            as_read(),
            *(trends(name, label) for name, label in INDICES.items()),
        ),
        "samples": table(
            (drawn(name, DRAWN, label) for name, label in INDICES.items()),
            classes(DRAWN),
            [drawn("weight", ("indicator", "sample"), "combined weight of the indicator")],
            matrix_draws(),
            baselines(),
            obstacle_statistics(),
            part_weight_statistics(),
        ),
        "summary": table(
            *(moments(name, label) for name, label in INDICES.items()),
            undefined_count(),
            class_probabilities(),
            first_overload(),
            flips(),
            ranking(),
            *(change_statistics(name, label) for name, label in INDICES.items()),
            correlation(),
            weight_statistics(),
            part_weight_statistics(),
            baselines(),
            obstacle_statistics(),
            shares(),
        ),
        "sensitivity": table(effects(), outside(), salib_measures(), dummies()),
        "comparison": table(differences()),
    }
)
"""Variables of each group of a result, by name."""
