"""Results of made-up numbers, complete to the last declared variable."""

from typing import Any

import numpy as np
import xarray as xr

from recc_mc.labels.dataset import coordinates
from recc_mc.results.labels import dataset
from recc_mc.results.variables import GROUPS, NAMED, Variable
from recc_mc.study import Study

SEED = 2**40
OUTPUTS = ["support", "pressure", "recc", "rank", "zone", "grade"]
FACTORS = ["judgment:support", "data:water 0", "method:ahp_share", "judgment"]
RESULTS = ["A", "B"]
CONCLUSIONS = ["Mine 0 is the most loaded mine", "Mine 0 is more loaded than Mine 1"]
SOURCES = ["judgment", "data"]
STEPS = [0, 1, 2]
TARGETS = ["Mine 0 2013", "Mine 1 2014"]
CHANGES = [0.0, 0.5, 1.0]
BOUNDS = ["lower", "upper"]
SCENARIOS = ["reference", "more", "less"]
DRAWS = ["more.1"]
ASSUMED = ["reference", "errors:data"]
SINGLE = [group for group in GROUPS if group not in NAMED]


def sizes(study: Study, samples: int) -> dict[str, int]:
    """Length of every dimension."""
    known = {name: variable.size for name, variable in coordinates(study).items()}
    lengths = {"sample": samples, "output": len(OUTPUTS), "factor": len(FACTORS)}
    lengths |= {"conclusion": len(CONCLUSIONS), "error_source": len(SOURCES), "step": len(STEPS)}
    lengths |= {"target": len(TARGETS), "change": len(CHANGES), "bound": len(BOUNDS)}
    lengths |= {"assumption": len(ASSUMED)}
    lengths |= {"scenario": len(SCENARIOS), "draw": len(DRAWS)}
    return known | lengths | {"result": len(RESULTS)}


def values(variable: Variable, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Numbers that the variable's attributes allow, some of them missing."""
    if variable.dtype == "float64":
        numbers = rng.uniform(0.01, 1, shape)
        return np.where(rng.random(shape) < 0.1, np.nan, numbers)
    codes = rng.integers(1, 3, shape).astype(variable.dtype)
    return codes if variable.fill is None else np.where(codes == 1, variable.fill, codes)


def arrays(group: str, study: Study, samples: int = 50) -> dict[str, Any]:
    """Arrays of every variable of a group."""
    rng = np.random.default_rng(list(GROUPS).index(group))
    lengths = sizes(study, samples)
    return {
        name: values(variable, tuple(lengths[dim] for dim in variable.dims), rng).astype(
            variable.dtype
        )
        for name, variable in GROUPS[group].items()
    }


def results(study: Study, samples: int = 50) -> dict[str, xr.Dataset]:
    """All groups of a file that are one each."""
    coords = {
        "sensitivity": {"output": OUTPUTS, "factor": FACTORS},
        "comparison": {"result": RESULTS, "scenario": SCENARIOS},
        "tolerance": {
            "conclusion": CONCLUSIONS,
            "conclusion_kind": ["top_rank", "order"],
            "conclusion_mine": ["Mine 0", "Mine 0"],
            "conclusion_other_mine": ["", "Mine 1"],
            "error_source": SOURCES,
            "error_source_measure": ["sigma of ln a_ij", "cv"],
            "step": STEPS,
        },
        "assumptions": {
            "assumption": ASSUMED,
            "assumption_long_name": ["as it is", "no errors of the data"],
            "assumption_changes": ["", "uncertainty.data left out"],
            "assumption_problem": ["", ""],
        },
        "scenarios": {
            "scenario": SCENARIOS,
            "scenario_title": ["the study as it is", "More of it", "Less of it"],
            "scenario_source": ["", "a brief", ""],
            "draw": DRAWS,
        },
        "target": {
            "target": TARGETS,
            "target_mine": ["Mine 0", "Mine 1"],
            "target_year": [2013, 2014],
            "target_goal": ["C < 1", "rank 2 or below"],
            "target_goal_kind": ["below", "rank"],
            "change": CHANGES,
            "bound": BOUNDS,
        },
    }
    return {
        group: dataset(
            group,
            study,
            arrays(group, study, samples),
            coords=coords.get(group),
            seed=None if group == "baseline" else SEED,
        )
        for group in SINGLE
    }
