"""Every variable and coordinate of a result, declared once.

The tables below serve the checks of `recc_mc.labels.dataset`, the attributes that readers of a file
see, and its encoding. Statistics declare their variables where they are computed.
"""

from collections.abc import Mapping
from types import MappingProxyType

import xarray as xr

from recc_mc.labels.coordinates import COORDINATES
from recc_mc.labels.declaration import FILL, INDICES, ZONE_NAMES, Variable, table
from recc_mc.labels.index import BASELINE
from recc_mc.labels.swept import swept_dims
from recc_mc.results.variables.assumptions import without_assumptions
from recc_mc.results.variables.comparison import (
    COMPARED_PROBABILITIES,
    COMPARED_SCENARIOS,
    differences,
)
from recc_mc.results.variables.evidence import evidence
from recc_mc.results.variables.sensitivity import (
    dummies,
    effects,
    information,
    outside,
    salib_measures,
)
from recc_mc.results.variables.target import targets
from recc_mc.results.variables.tolerance import tolerances
from recc_mc.scenario.variables import SCENARIOS
from recc_mc.study.class_names import GRADES, ZONES
from recc_mc.summary.tally import SAMPLES, SUMMARY

__all__ = [
    "COMPARED_PROBABILITIES",
    "COMPARED_SCENARIOS",
    "COORDINATES",
    "FILL",
    "GRADES",
    "GROUPS",
    "INDICES",
    "NAMED",
    "ZONES",
    "ZONE_NAMES",
    "Variable",
    "expected_dims",
    "variables_of",
]

GROUPS: Mapping[str, Mapping[str, Variable]] = MappingProxyType(
    {
        "baseline": BASELINE,
        "samples": SAMPLES,
        "summary": SUMMARY,
        "sensitivity": table(effects(), information(), outside(), salib_measures(), dummies()),
        # With the swept keys as further dimensions, which come first.
        "sweep": SUMMARY,
        "tolerance": table(tolerances()),
        "assumptions": table(without_assumptions()),
        "target": table(targets()),
        "comparison": table(differences()),
        "evidence": table(evidence()),
        "scenarios": SCENARIOS,
    }
)
"""Variables of each group of a result, by name."""
NAMED = ("evidence",)
"""Groups that hold one group for each name that the user gave, such as ``evidence/management``."""


def variables_of(group: str) -> Mapping[str, Variable]:
    """Variables of a group; of ``evidence/management`` those of ``evidence``.

    Raises
    ------
    KeyError
        If there is no such group.
    """
    return GROUPS[group.partition("/")[0]]


def expected_dims(group: str, declared: Variable, array: xr.DataArray) -> tuple[str, ...]:
    """Dimensions that a variable of a group must have: those of a sweep are the study's keys, too.

    Parameters
    ----------
    group
        Name of the group.
    declared
        The variable.
    array
        What is there.
    """
    swept = swept_dims(array) if declared.name in GROUPS["sweep"] and group == "sweep" else ()
    return (*swept, *declared.dims)
