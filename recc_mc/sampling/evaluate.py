"""The public function `evaluate`: the deterministic index."""

from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.kernels.records import Draws
from recc_mc.labels.dataset import labelled
from recc_mc.labels.declaration import FILL
from recc_mc.labels.index import BASELINE
from recc_mc.sampling.draws import BY_CELL, run_samples
from recc_mc.study import Hierarchy, Study
from recc_mc.study.consistency import expert_ratios, principal_eigenvalue
from recc_mc.study.kinds import check_study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.plan import baseline_goalposts

__all__ = ["evaluate"]


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
        The group ``baseline`` of a result: indices S, P and C, zone, grade and rank (mine, year);
        normalised values and obstacle degrees (mine, year, indicator); weights (indicator);
        consistency of the judgment matrices (matrix) and of each expert (matrix, expert); how
        values were filled (mine, year, indicator); goalposts (year, indicator), in the units of
        the indicator; trends. Dimensionless where nothing else is said.

    Raises
    ------
    RunError
        If the goalposts are fixed and a normalised value is negative.
    InputError
        If the study was changed in Python to what no study file can say.

    Examples
    --------
    >>> import recc_mc as rm
    >>> baseline = rm.evaluate(rm.load_study("configs/rare_earth_mines.toml"))
    >>> round(baseline["recc"].sel(mine="Bayan Obo", year=2019).item(), 4)
    1.2543
    """
    check_study(study)
    # Settings that no study file can say are refused here, not by the kernels.
    _ = study.record
    model = CompiledStudy.of(study, uncertain=False)
    index = _run(model)
    cells = (len(study.panel.mines), len(study.panel.years))
    arrays = {name: getattr(index, name).reshape(cells) for name in BY_CELL}
    for name in ("support", "pressure", "recc"):
        arrays |= _trends(name, arrays[name], study.panel.years)
    weight = index.weight[:, 0]
    obstacle = _obstacle_degrees(index).reshape(*cells, -1)
    lower, upper = baseline_goalposts(model.plan)
    arrays |= {
        "normalized": _normalized(study, lower, upper),
        "goalpost_lower": lower,
        "goalpost_upper": upper,
        "weight": weight,
        "weight_entropy": _run(_with_share(model, 0.0)).weight[:, 0],
        "criterion_weight": _by_criterion(weight, study.hierarchy),
        "consistency_ratio": index.consistency_ratio[:, 0],
        "lambda_max": _eigenvalues(study),
        "filled": study.panel.filled,
        "obstacle": obstacle,
        "obstacle_criterion": _by_criterion(obstacle, study.hierarchy),
    }
    if study.judgments.experts:
        arrays["expert_consistency_ratio"] = _expert_ratios(study)
    if len(model.matrices):
        arrays["weight_ahp"] = _run(_with_share(model, 1.0)).weight[:, 0]
    return labelled("baseline", BASELINE, study, arrays)


def _run(model: CompiledStudy) -> Draws:
    """The one sample there is without uncertainty."""
    return run_samples(model, np.empty((model.columns, 1)))


def _with_share(model: CompiledStudy, share: float) -> CompiledStudy:
    """Model with another share of the AHP weight: 1 gives it alone, 0 the entropy weight."""
    options = model.plan.options._replace(share_low=share, share_high=share, share_column=-1)
    return replace(model, plan=model.plan._replace(options=options))


def _normalized(study: Study, lower: Floats, upper: Floats) -> Floats:
    """Normalised values (mine, year, indicator), 0 where goalposts coincide (Eq. 2).

    Never below 0, as in the draws.
    """
    values = study.panel.values
    if study.settings.method.clip:
        values = np.clip(values, lower, upper)
    rising = np.array([indicator.direction > 0 for indicator in study.hierarchy.indicators])
    width = upper - lower
    slope = np.where(rising, 1.0, -1.0) / np.where(width > 0, width, np.inf)
    # Adding 0 turns the -0.0 of a falling indicator's best value into 0.0.
    return np.maximum((values - np.where(rising, lower, upper)) * slope, 0.0) + 0.0


def _obstacle_degrees(index: Draws) -> Floats:
    """Obstacle degrees (object, indicator), NaN where there are none."""
    degrees: Floats = np.where(index.obstacle_defined[0] > 0, index.obstacle_mean[0], np.nan)
    return degrees


def _by_criterion(values: Floats, hierarchy: Hierarchy) -> Floats:
    """Sums over the indicators of each criterion, the last axis."""
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


def _trends(name: str, values: Floats, years: tuple[int, ...]) -> dict[str, NDArray[np.generic]]:
    """Change from the first to the last year, year of the peak, and mean over the mines."""
    known = np.where(np.isnan(values), -np.inf, values)
    peak = np.asarray(years, np.int32)[known.argmax(axis=1)]
    return {
        f"{name}_change": values[:, -1] - values[:, 0],
        f"{name}_peak_year": np.where(np.isinf(known.max(axis=1)), np.int32(FILL), peak),
        f"{name}_mine_mean": values.mean(axis=0),
    }
