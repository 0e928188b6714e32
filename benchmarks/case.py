"""What the rivals share: the default study's constants, and where its draws come from.

A rival covers one configuration, the case study's, so that nothing in its loops has to ask which
options are on. The constants are worked out here from the study alone, not with the package, so
that a rival is also a second opinion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.bounded import Logits, logits
from recc_mc import Study

Array = NDArray[np.float64]
Result = dict[str, NDArray[Any]]

#: Saaty 1980, by number of items.
RANDOM_INDEX = (
    0,
    0,
    0,
    0.58,
    0.90,
    1.12,
    1.24,
    1.32,
    1.41,
    1.45,
    1.49,
    1.51,
    1.48,
    1.56,
    1.57,
    1.59,
)

#: How many obstacles are counted as the main ones.
TOP = 5


@dataclass(frozen=True)
class Matrix:
    """A judgment matrix, its error and its place among the columns of the judgment draws."""

    values: Array
    sigma: float
    columns: slice

    @property
    def size(self) -> int:
        return len(self.values)

    @cached_property
    def upper_logs(self) -> Array:
        return np.log(self.values[np.triu_indices(self.size, 1)])


@dataclass(frozen=True)
class Case:
    """Constants of a study with the case study's uncertainty model.

    Objects are mine-years, mine by mine; indicators are in the study's order.
    """

    shape: tuple[int, int]  # mines, years
    values: Array  # (object, indicator)
    direction: NDArray[np.int64]
    systems: tuple[slice, slice]  # indicators of support, of pressure
    matrices: tuple[Matrix, ...]
    cell_sd: Array  # of the logarithm, by indicator
    systematic_sd: Array
    bounded: Mapping[int, Logits]  # indicators between two bounds; the others are lognormal
    share: tuple[float, float]
    cuts: tuple[float, float]
    cr_limit: float
    members: tuple[tuple[int, NDArray[np.int64]], ...]  # matrix of a criterion, its indicators
    parents: tuple[tuple[int, int], ...]  # matrix of its system, its place there

    @property
    def judgment_columns(self) -> int:
        return self.matrices[-1].columns.stop


@dataclass(frozen=True)
class Draws:
    """Standard normals and method choices of some samples, samples innermost."""

    judgments: Array  # (judgment column, sample)
    systematic: Array  # (indicator, sample)
    share: Array  # (sample,)
    geometric: NDArray[np.bool_]  # (sample,) prioritization by row geometric means
    frozen: NDArray[np.bool_]  # (sample,) goalposts of the baseline


def draws_from_cube(case: Case, u: Array) -> Draws:
    """Draws of rows of the unit cube, u (column, sample), in the package's column order."""
    judgments, indicators = case.judgment_columns, len(case.direction)
    low, high = case.share
    return Draws(
        judgments=ndtri(u[:judgments]),
        systematic=ndtri(u[judgments : judgments + indicators]),
        share=low + (high - low) * u[-3],
        geometric=u[-2] >= 0.5,
        frozen=u[-1] >= 0.5,
    )


def draw(case: Case, samples: int, rng: np.random.Generator) -> Draws:
    """Fresh draws, without the detour over the unit cube."""
    return Draws(
        judgments=rng.standard_normal((case.judgment_columns, samples)),
        systematic=rng.standard_normal((len(case.direction), samples)),
        share=rng.uniform(*case.share, samples),
        geometric=rng.random(samples) >= 0.5,
        frozen=rng.random(samples) >= 0.5,
    )


def judgment_sigma(values: Array) -> float:
    """Error of the logarithm of a judgment that a matrix's own inconsistency suggests."""
    n = len(values)
    if n <= 2:
        return 0.20
    logs = np.log(values)
    priorities = logs.mean(axis=1)
    residuals = logs - (priorities[:, None] - priorities)
    index = 2.0 / ((n - 1) * (n - 2)) * np.sum(residuals[np.triu_indices(n, 1)] ** 2)
    return float(np.clip(np.sqrt(index), 0.10, 0.40)) if index > 1e-12 else 0.20


def _require_default_model(study: Study) -> None:
    settings = study.settings
    method, uncertainty = settings.method, settings.uncertainty
    judgments, data, choices = uncertainty.judgments, uncertainty.data, uncertainty.method
    if judgments is None or data is None or choices is None:
        raise ValueError("the rivals expect all three tables of [uncertainty]")
    alternatives = [
        (choice.names, choice.probabilities) if choice else None
        for choice in (choices.prioritization, choices.goalposts)
    ]
    half = (0.5, 0.5)
    models = [study.error_model(name) for name in study.hierarchy.names]
    expected = {
        "goalposts": method.goalposts == "pooled",
        "random_index": method.random_index == "saaty1980",
        "objective weights": method.objective == "entropy",
        "combination of weights": method.combination == "linear",
        "aggregation": method.aggregation == "linear",
        "errors of the judgments": judgments.distribution == "lognormal"
        and judgments.sigma == "gci"
        and judgments.consistency == "repair"
        and not judgments.resample_experts
        and not judgments.limit_to_scale,
        "errors of the data": all(
            model.distribution == "lognormal"
            and model.cv > 0
            and model.systematic_cv > 0
            and model.mine_cv == 0
            and (model.lower <= 0 if np.isinf(model.upper) else model.lower >= 0)
            for model in models
        ),
        "choices of the method": alternatives
        == [(("eigenvector", "geometric_mean"), half), (("reestimated", "frozen"), half)]
        and choices.ahp_share is not None
        and choices.scope is None
        and choices.objective is None
        and choices.combination is None
        and choices.aggregation is None,
        "interpolated cells": not study.panel.holes.any(),
        "matrices of two items": all(m.size != 2 for m in study.judgments.matrices),
        "support indicators": sum(i.system == "support" for i in study.hierarchy.indicators) >= TOP,
    }
    if wrong := [name for name, fits in expected.items() if not fits]:
        raise ValueError(f"the rivals are not written for this study's {', '.join(wrong)}")


def case_of(study: Study) -> Case:
    """Constants of a study.

    Raises
    ------
    ValueError
        If the study's options are not those that the rivals are written for.
    """
    _require_default_model(study)
    hierarchy, panel = study.hierarchy, study.panel
    systems = [i.system for i in hierarchy.indicators]
    support = systems.count("support")
    if systems != ["support"] * support + ["pressure"] * (len(systems) - support):
        raise ValueError("the rivals expect the support indicators before those of pressure")
    matrices, start = [], 0
    for matrix in study.judgments.matrices:
        pairs = matrix.size * (matrix.size - 1) // 2
        columns = slice(start, start + pairs)
        matrices.append(Matrix(matrix.values, judgment_sigma(matrix.values), columns))
        start += pairs
    models = [study.error_model(name) for name in hierarchy.names]
    names = [matrix.name for matrix in study.judgments.matrices]
    share = study.settings.uncertainty.method.ahp_share
    return Case(
        shape=panel.values.shape[:2],
        values=panel.values.reshape(-1, len(hierarchy.names)),
        direction=np.array([i.direction for i in hierarchy.indicators]),
        systems=(slice(0, support), slice(support, len(systems))),
        matrices=tuple(matrices),
        cell_sd=np.sqrt(np.log1p(np.square([model.cv for model in models]))),
        systematic_sd=np.sqrt(np.log1p(np.square([model.systematic_cv for model in models]))),
        bounded={
            j: logits(values, model.cv, model.systematic_cv, model.lower, model.upper)
            for j, (model, values) in enumerate(
                zip(models, np.moveaxis(panel.values, -1, 0).reshape(len(models), -1), strict=True)
            )
            if np.isfinite(model.upper)
        },
        share=(share.low, share.high),
        cuts=tuple(study.settings.method.grade_cuts),
        cr_limit=study.settings.uncertainty.judgments.cr_limit,
        members=tuple(
            (names.index(c), np.array([hierarchy.names.index(i) for i in hierarchy.members(c)]))
            for c in hierarchy.all_criteria
        ),
        parents=tuple(
            (names.index(system), place)
            for system in ("support", "pressure")
            for place, _ in enumerate(hierarchy.criteria(system))
        ),
    )


def empty_result(case: Case, samples: int) -> Result:
    """Arrays for the results of `samples` samples; a rival fills them."""
    shape = (*case.shape, samples)
    out: Result = {name: np.empty(shape) for name in ("support", "pressure", "recc")}
    out |= {name: np.empty(shape, np.int8) for name in ("zone", "grade", "rank")}
    out["weight"] = np.empty((len(case.direction), samples))
    for name in ("consistency_ratio", "repair"):
        out[name] = np.empty((len(case.matrices), samples))
    return out
