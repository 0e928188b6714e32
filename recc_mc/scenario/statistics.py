"""Statistics of the group ``scenarios`` as arrays, from a tally or from samples that were kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.changes import ABOVE, BELOW, BOUNDED
from recc_mc.labels.declaration import INDICES
from recc_mc.scenario.tally import ScenarioTally
from recc_mc.summary.family import shares
from recc_mc.summary.moments import mean_and_deviation
from recc_mc.summary.quantiles import quantiles
from recc_mc.summary.sketch import sketch_quantiles
from recc_mc.uncertainty.scenarios import CompiledScenarios

__all__ = ["kept_statistics", "tally_statistics"]

Arrays = dict[str, NDArray[Any]]
# Rows of kept samples that quantiles are taken of together.
_ROWS = 256


def tally_statistics(
    total: ScenarioTally,
    scenarios: CompiledScenarios,
    levels: Sequence[float],
    criteria: NDArray[np.bool_],
) -> Arrays:
    """Statistics (scenario, mine, year, ...) of all samples, the reference first.

    Years that a scenario does not touch have the reference's numbers, and changes of 0.

    Parameters
    ----------
    total
        The tally of all samples.
    scenarios
        The scenarios.
    levels
        Probabilities of the quantiles.
    criteria
        Which indicators belong to each criterion (criterion, indicator).

    Returns
    -------
    dict
        Arrays by the names of the variables; quantiles only where there are sketches.
    """
    rows = scenarios.shape.table
    own = rows - scenarios.shape.places
    found: Arrays = {}
    for k, name in enumerate(INDICES):
        moments, apart = total.moments[k].total(), total.changes[k].total()
        draws = moments.draws[rows]
        statistics = mean_and_deviation(moments)
        names = (f"{name}_mean", f"{name}_mean_error", f"{name}_std")
        found |= {of: array[rows] for of, array in zip(names, statistics, strict=True)}
        still = (draws > 0, draws > 1, draws > 1)
        names = (f"{name}_change_mean", f"{name}_change_mean_error", f"{name}_change_std")
        for of, array, known in zip(names, mean_and_deviation(apart), still, strict=True):
            found[of] = _paired(array, own, np.where(known, 0.0, np.nan))
        if total.quantiles[k].counts.size:
            pair = sketch_quantiles(total.quantiles[k], levels)
            found |= dict(zip(_quantile_names(name), (array[rows] for array in pair), strict=True))
            pair = sketch_quantiles(total.change_quantiles[k], levels)
            still_there = np.where(draws > 0, 0.0, np.nan)[..., None]
            for of, array in zip(_quantile_names(f"{name}_change"), pair, strict=True):
                found[of] = _paired(array, own, still_there)
    found |= _probabilities(total, rows, own)
    found |= _obstacles(total, scenarios, criteria)
    return found | _beyond(total, scenarios)


def kept_statistics(
    kept: Mapping[str, Any], scenarios: CompiledScenarios, levels: Sequence[float]
) -> dict[str, Any]:
    """Samples by scenario, and their exact quantiles.

    Parameters
    ----------
    kept
        S, P and C (row, sample), NumPy or dask arrays.
    scenarios
        The scenarios.
    levels
        Probabilities of the quantiles.

    Returns
    -------
    dict
        Arrays (scenario, mine, year, sample) and (scenario, mine, year, quantile) by the names of
        their variables.
    """
    shape = scenarios.shape
    own = shape.table - shape.places
    found: dict[str, Any] = {}
    for name in INDICES:
        rows = kept[name]
        found[name] = rows[shape.table.ravel()].reshape(*shape.table.shape, rows.shape[1])
        level, change = _exact(rows, shape.places, shape.origin, levels)
        found[f"{name}_quantile"] = level[shape.table]
        still = np.where(np.isnan(found[f"{name}_quantile"]), np.nan, 0.0)
        found[f"{name}_change_quantile"] = _paired(change, own, still)
    return found


def _exact(
    rows: Any, places: int, origin: Integers, levels: Sequence[float]
) -> tuple[Floats, Floats]:
    """Quantiles of all rows, and of the differences of those that are compared."""
    found = np.empty((len(rows), len(levels)))
    change = np.empty((len(origin), len(levels)))
    for start in range(0, len(rows), _ROWS):
        found[start : start + _ROWS] = quantiles(np.asarray(rows[start : start + _ROWS]), levels)
    for start in range(0, len(origin), _ROWS):
        some = origin[start : start + _ROWS]
        first = places + start
        apart = np.asarray(rows[first : first + len(some)]) - np.asarray(rows[some])
        change[start : start + _ROWS] = quantiles(apart, levels)
    return found, change


def _quantile_names(name: str) -> tuple[str, str]:
    return f"{name}_quantile", f"{name}_quantile_resolution"


def _paired(array: NDArray[Any], own: Integers, still: NDArray[Any]) -> NDArray[Any]:
    """Numbers of the rows of scenarios, and others where a scenario changes nothing."""
    if not len(array):
        return np.broadcast_to(still, (*own.shape, *array.shape[1:])).copy()
    changed = (own >= 0).reshape(*own.shape, *([1] * (array.ndim - 1)))
    return np.where(changed, array[np.maximum(own, 0)], still)


def _probabilities(total: ScenarioTally, rows: Integers, own: Integers) -> Arrays:
    counts, paired = total.counts, total.paired
    found = dict(shares("overload", counts.over[rows], counts.defined[rows]))
    none = np.zeros(own.shape, np.int64)

    def compared(name: str, hits: Integers, draws: Integers, known: Integers) -> Arrays:
        return shares(name, _paired(hits, own, none), _paired(draws, own, known[rows]))

    for name, hits in (
        ("recc_fall", paired.falls),
        ("recc_rise", paired.rises),
        ("overload_ends", paired.ends),
        ("overload_begins", paired.begins),
    ):
        found |= compared(name, hits, paired.defined, counts.defined)
    ranked = counts.rank.sum(axis=-1) if counts.rank.size else counts.defined
    for name, table, hits, draws, known in (
        ("zone", counts.zone, paired.zone, paired.zones, counts.zone.sum(axis=-1)),
        ("grade", counts.grade, paired.grade, paired.grades, counts.grade.sum(axis=-1)),
        ("rank", counts.rank, paired.rank, paired.ranks, ranked),
    ):
        if table.size:
            each = table[rows]
            found |= shares(name, each, each.sum(axis=-1, keepdims=True))
        found |= compared(f"{name}_flip", hits, draws, known)
    return found


def _obstacles(
    total: ScenarioTally, scenarios: CompiledScenarios, criteria: NDArray[np.bool_]
) -> Arrays:
    """Of a system that a scenario does not change, those of the reference."""
    rows = scenarios.shape.table
    degree = total.obstacles.degree.total()
    mean = np.where(degree.draws > 0, degree.mean, np.nan)
    found = np.empty((*rows.shape, mean.shape[1]))
    found[0] = mean[rows[0]]
    for number in range(len(scenarios.names)):
        changed = scenarios.moved_systems(number)
        found[1 + number] = np.where(changed, mean[rows[1 + number]], found[0])
    criterion = np.stack([found[..., members].sum(axis=-1) for members in criteria], axis=-1)
    return {"obstacle_mean": found, "obstacle_criterion_mean": criterion}


def _beyond(total: ScenarioTally, scenarios: CompiledScenarios) -> Arrays:
    """Shares (scenario, indicator) of the changed cells and samples."""
    cells = scenarios.changed_cells * total.samples
    share = np.where(cells > 0, 1.0, np.nan)[..., None] * total.beyond
    whole = np.full((1 + len(cells), *share.shape[1:]), np.nan)
    whole[1:] = share / np.maximum(cells, 1)[..., None]
    return {
        "above_goalpost_share": whole[..., ABOVE],
        "below_goalpost_share": whole[..., BELOW],
        "bounded_share": whole[..., BOUNDED],
    }
