"""The deterministic index, by the kernels that draw samples."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.errors import InputError
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import Draws
from recc_mc.labels.dataset import labelled
from recc_mc.labels.declaration import FILL
from recc_mc.labels.index import BASELINE
from recc_mc.sampling.draws import BY_CELL, FURTHER, by_cell, empty_draws, fill_draws, per_sample
from recc_mc.study import Hierarchy, Study
from recc_mc.study.consistency import expert_ratios, principal_eigenvalue
from recc_mc.study.kinds import check_study
from recc_mc.study.optimum import compared_values, largest_distance
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.plan import baseline_goalposts

__all__ = ["by_criterion", "evaluate", "normalized", "trends"]


def evaluate(study: Study) -> xr.Dataset:
    """Evaluate the index without uncertainty.

    The numbers come from the kernels that draw the samples, so a simulation in which nothing
    varies gives them back bit for bit.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    xarray.Dataset
        The group ``baseline`` of a result.

    Raises
    ------
    RunError
        If the goalposts are fixed and a normalised value is negative.
    InputError
        If the method gives the indicators of a system no weight, or the study was changed in Python
        to what no study file can say.
    """
    check_study(study)
    # Settings that no study file can say are refused here, not by the kernels.
    _ = study.record
    model = _with_scores(CompiledStudy.of(study, uncertain=False))
    index = _run(model)
    if problems := list(_weightless(study, index)):
        raise InputError(problems)
    cells = (len(study.panel.mines), len(study.panel.years))
    arrays = {name: getattr(index, name).reshape(cells) for name in BY_CELL}
    for name in ("support", "pressure", "recc"):
        arrays |= trends(name, arrays[name], study.panel.years)
    weight = index.weight[:, 0]
    obstacle = _obstacle_degrees(index).reshape(*cells, -1)
    lower, upper = baseline_goalposts(model.plan)
    arrays |= {
        "normalized": normalized(study, lower, upper),
        "goalpost_lower": lower,
        "goalpost_upper": upper,
        "weight": weight,
        "weight_objective": index.weight_objective[:, 0],
        "criterion_weight": by_criterion(weight, study.hierarchy),
        "consistency_ratio": index.consistency_ratio[:, 0],
        "lambda_max": _eigenvalues(study),
        "filled": study.panel.filled,
        "obstacle": obstacle,
        "obstacle_criterion": by_criterion(obstacle, study.hierarchy),
        **_further(model, index),
    }
    if study.judgments.experts:
        arrays["expert_consistency_ratio"] = _expert_ratios(study)
    if len(model.matrices):
        arrays["weight_ahp"] = index.weight_ahp[:, 0]
    if study.settings.method.objective == "entropy":
        arrays["weight_entropy"] = arrays["weight_objective"]
    return labelled("baseline", BASELINE, study, arrays)


def _run(model: CompiledStudy) -> Draws:
    """The one sample there is without uncertainty, with both its weights."""
    draws = empty_draws(model.plan, LANES, weights=True)
    return fill_draws(model, np.empty((model.columns, 1)), draws)


def _weightless(study: Study, index: Draws) -> Iterator[str]:
    """Systems to whose indicators the method gives no weight, and why."""
    method, objective = study.settings.method, index.weight_objective[:, 0]
    for system in study.hierarchy.systems:
        own = [indicator.system == system for indicator in study.hierarchy.indicators]
        if method.objective == "critic" and np.isnan(objective[own]).any():
            yield (
                f'{study.path}: method.objective: "critic" gives no weight: no two indicators of '
                f'system "{system}" are in conflict'
            )
        elif (
            method.combination == "multiplicative"
            and np.isfinite(objective[own]).all()
            and np.isnan(index.weight[own, 0]).any()
        ):
            yield (
                f'{study.path}: method.combination: "multiplicative" gives no weight: w w\' is 0 '
                f'for every indicator of system "{system}"'
            )


def _with_scores(model: CompiledStudy) -> CompiledStudy:
    """Model with the criteria's scores, which the baseline always has."""
    plan = model.plan
    return replace(model, plan=plan._replace(options=plan.options._replace(scored=True)))


def _further(model: CompiledStudy, index: Draws) -> dict[str, NDArray[Any]]:
    """What is made of the index beside it, as far as it is asked for."""
    plan = model.plan
    names = [name for name in per_sample(plan) if name in FURTHER]
    found = {name: by_cell(plan, name, getattr(index, name))[..., 0] for name in names}
    if "fuzzy_score" in found:
        # With scores of 1 for a grade and 0 for the others the score is the grade's membership.
        each = np.eye(len(plan.fuzzy_scores))
        grades = [replace(model, plan=plan._replace(fuzzy_scores=only)) for only in each]
        shares = [by_cell(plan, "fuzzy_score", _run(grade).fuzzy_score) for grade in grades]
        found["fuzzy_membership"] = np.concatenate(shares, axis=-1)
    return found


def normalized(study: Study, lower: Floats, upper: Floats) -> Floats:
    """Normalised values (mine, year, indicator), 0 where goalposts coincide (Eq. 2).

    Never below 0, as in the draws.

    Parameters
    ----------
    study
        The study.
    lower, upper
        Goalposts (year, indicator), in the units of the indicator.
    """
    values = study.panel.values.copy()
    if study.settings.method.clip:
        values = np.clip(values, lower, upper)
    rising = np.array([indicator.direction > 0 for indicator in study.hierarchy.indicators])
    width = upper - lower
    slope = np.where(rising, 1.0, -1.0) / np.where(width > 0, width, np.inf)
    origin = np.where(rising, lower, upper)
    for j, indicator in enumerate(study.hierarchy.indicators):
        if indicator.is_ranged:
            values[:, :, j] = compared_values(indicator, values[:, :, j])
            most = largest_distance(indicator, lower[:, j], upper[:, j])
            # Goalposts within the range leave distances of 0, which are best.
            origin[:, j] = np.where(most > 0, most, 1.0)
            slope[:, j] = -1.0 / origin[:, j]
    # Adding 0 turns the -0.0 of a falling indicator's best value into 0.0.
    return np.maximum((values - origin) * slope, 0.0) + 0.0


def _obstacle_degrees(index: Draws) -> Floats:
    """Obstacle degrees (object, indicator), NaN where there are none."""
    degrees: Floats = np.where(index.obstacle_defined[0] > 0, index.obstacle_mean[0], np.nan)
    return degrees


def by_criterion(values: Floats, hierarchy: Hierarchy) -> Floats:
    """Sums (..., criterion) over the indicators of each criterion, the last axis of the values."""
    place = {name: k for k, name in enumerate(hierarchy.names)}
    sums = [
        values[..., [place[name] for name in hierarchy.members(criterion)]].sum(axis=-1)
        for criterion in hierarchy.all_criteria
    ]
    return np.stack(sums, axis=-1)


def _eigenvalues(study: Study) -> Floats:
    return np.array([principal_eigenvalue(m.values) for m in study.judgments.matrices])


def _expert_ratios(study: Study) -> Floats:
    """Consistency ratio (matrix, expert) of each expert's own judgments, NaN if none."""
    experts, matrices = study.judgments.experts, study.judgments.matrices
    ratios = np.full((len(matrices), len(experts)), np.nan)
    for row, matrix in zip(ratios, matrices, strict=True):
        own = expert_ratios(matrix, study.settings.method.random_index)
        for expert, ratio in zip(matrix.experts, own, strict=True):
            if expert:
                row[experts.index(expert)] = ratio
    return ratios


def trends(name: str, values: Floats, years: tuple[int, ...]) -> dict[str, NDArray[np.generic]]:
    """Change from the first to the last year, year of the peak, and mean over the mines.

    Parameters
    ----------
    name
        Name of the index.
    values
        The index (mine, year).
    years
        The years.
    """
    known = np.where(np.isnan(values), -np.inf, values)
    peak = np.asarray(years, np.int32)[known.argmax(axis=1)]
    return {
        f"{name}_change": values[:, -1] - values[:, 0],
        f"{name}_peak_year": np.where(np.isinf(known.max(axis=1)), np.int32(FILL), peak),
        f"{name}_mine_mean": values.mean(axis=0),
    }
