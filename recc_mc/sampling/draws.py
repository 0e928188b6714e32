"""Draws of consecutive samples: rows of the unit cube through the kernels, into arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import RunError
from recc_mc.kernels.chain import INCONSISTENT, NEGATIVE, run_block
from recc_mc.kernels.options import LANES
from recc_mc.kernels.priorities import MOST_REDRAWS
from recc_mc.kernels.records import NOTHING, Draws, Inputs, Plan
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

__all__ = [
    "BLOCK_BYTES",
    "BY_CELL",
    "FURTHER",
    "PER_SAMPLE",
    "by_cell",
    "bytes_per_sample",
    "compute_block",
    "drawn_pattern",
    "empty_draws",
    "fill_draws",
    "fit_chunk",
    "leading_shape",
    "per_sample",
    "raise_for",
    "run_samples",
]

BY_CELL = ("support", "pressure", "recc", "zone", "grade", "rank")
"""Draws of each mine and year."""
PER_SAMPLE = (*BY_CELL, "weight", "consistency_ratio", "repair", "redraws")
"""Draws of every study that have a value for each sample, their last axis."""
_COUPLED = ("coupling", "coordination_index", "coordination", "coordination_class")
_BY_CRITERION, _BY_SYSTEM = ("criterion_score",), ("fuzzy_score", "fuzzy_grade")
FURTHER = (*_BY_CRITERION, *_COUPLED, *_BY_SYSTEM)
"""The same of what is made of an index beside it: without rows where nobody asks for it."""
# Draws that are kept only if asked for.
_DETAILS = ("obstacle", "weight_ahp", "weight_objective")
BLOCK_BYTES = 2**28
"""Most memory for the draws of one block."""


def per_sample(plan: Plan) -> tuple[str, ...]:
    """Draws of a study that have a value for each sample.

    Parameters
    ----------
    plan
        The study.
    """
    pattern = empty_draws(plan, 0)
    return (*PER_SAMPLE, *(name for name in FURTHER if len(getattr(pattern, name))))


def drawn_pattern(plan: Plan) -> dict[str, NDArray[Any]]:
    """Arrays (mine, year, sample) or (..., sample) of no samples, by the names of `per_sample`."""
    pattern = empty_draws(plan, 0)
    return {name: by_cell(plan, name, getattr(pattern, name)) for name in per_sample(plan)}


def fit_chunk(plan: Plan, chunk: int) -> int:
    """Chunk as asked for, or what keeps the draws of a block of a large panel in bounds.

    Parameters
    ----------
    plan
        The study.
    chunk
        Number of samples per block.
    """
    return max(1, min(chunk, BLOCK_BYTES // bytes_per_sample(plan)))


def bytes_per_sample(plan: Plan) -> int:
    """Memory that one sample takes in all variables together."""
    one = empty_draws(plan, 1)
    return sum(getattr(one, name).nbytes for name in (*PER_SAMPLE, *FURTHER))


def compute_block(model: CompiledStudy, seed: int, block: Block, detailed: int = 0) -> Draws:
    """Compute one block of a plain Monte Carlo run.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    block
        Which samples.
    detailed
        Of how many first samples of a run obstacle degrees and both weights are wanted as well;
        a block that holds others, too, comes without.

    Returns
    -------
    Draws
        The draws, without padding.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    rows = RandomDesign(model.columns, seed).rows(block.first, block.samples)
    draws = _padded_draws(model.plan, block.samples, block.first + block.samples <= detailed)
    return fill_draws(model, rows, draws, seed=seed, first=block.first)


def run_samples(
    model: CompiledStudy,
    rows: NDArray[np.float64],
    *,
    seed: int = 0,
    first: int = 0,
    stream: int = 0,
) -> Draws:
    """Evaluate rows of the unit cube.

    Parameters
    ----------
    model
        The study.
    rows
        Rows of the unit cube (column, sample).
    seed, stream
        Key and base stream of the counter-based numbers, which are not on the unit cube.
    first
        Number of the first sample, a multiple of the plan's unit.

    Returns
    -------
    Draws
        The draws, without padding.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    draws = _padded_draws(model.plan, rows.shape[1])
    return fill_draws(model, rows, draws, seed=seed, first=first, stream=stream)


def fill_draws(
    model: CompiledStudy,
    rows: NDArray[np.float64],
    draws: Draws,
    *,
    seed: int = 0,
    first: int = 0,
    stream: int = 0,
) -> Draws:
    """Evaluate rows of the unit cube into arrays that are there already.

    Parameters
    ----------
    model, rows, seed, first, stream
        As of `run_samples`.
    draws
        Arrays for at least as many samples, rounded up to whole tiles; filled from the front.
        Counts of the largest obstacle degrees are added to those that are there.

    Returns
    -------
    Draws
        Those of the rows, without padding.
    """
    samples = rows.shape[1]
    # Kernels are compiled for contiguous arrays.
    rows = np.ascontiguousarray(rows)
    padding = -samples % LANES
    if padding:
        rows = np.pad(rows, ((0, 0), (0, padding)), mode="edge")
    status = np.zeros(3, np.int64)
    inputs = Inputs(rows, first, samples, np.uint64(seed), np.uint64(stream))
    with model.rooms.lent() as room:
        run_block(model.plan, inputs, room, draws, status)
        raise_for(status, model)
    return _without_padding(draws, samples)


def _padded_draws(plan: Plan, samples: int, detailed: bool = False) -> Draws:
    return empty_draws(plan, samples + -samples % LANES, degrees=detailed, weights=detailed)


def empty_draws(
    plan: Plan,
    samples: int,
    *,
    indices: bool = True,
    degrees: bool = False,
    weights: bool = False,
) -> Draws:
    """Arrays for a number of samples, the sums of obstacle degrees at zero.

    Parameters
    ----------
    plan
        The study.
    samples
        Length of the sample axis.
    indices
        Whether indices, what is made of them and sums of obstacle degrees are wanted.
    degrees
        Whether the obstacle degrees of every sample are wanted; NaN for those that no system has.
    weights
        Whether AHP and objective weights of every sample are wanted.
    """
    objects = plan.options.mines * plan.options.years
    indicators, matrices = len(plan.indicators), len(plan.matrices)
    by_cell = (objects, samples if indices else 0)
    units = -(-samples // plan.options.unit) if indices else 0
    obstacle = np.empty((objects, indicators, samples if degrees else 0))
    if plan.options.obstacle_systems < 2:
        # Kernels write those of every member of the other system.
        obstacle[:, plan.member[plan.options.support_members :]] = np.nan
    further = by_cell[1]
    coupled = (objects if plan.coupling.of != NOTHING else 0, further)
    scored = (objects * len(plan.within) if plan.options.scored else 0, further)
    systems = 1 if plan.options.alone >= 0 else 2
    graded = (objects * systems if len(plan.fuzzy_scores) else 0, further)
    # More mines than a 16-bit rank can number need a wider one.
    rank = np.int16 if plan.options.mines <= np.iinfo(np.int16).max else np.int32
    return Draws(
        support=np.empty(by_cell),
        pressure=np.empty(by_cell),
        recc=np.empty(by_cell),
        zone=np.empty(by_cell, np.int8),
        grade=np.empty(by_cell, np.int8),
        rank=np.empty(by_cell, rank),
        weight=np.empty((indicators, samples)),
        consistency_ratio=np.empty((matrices, samples)),
        repair=np.empty((matrices, samples)),
        redraws=np.empty((matrices, samples), np.int8),
        obstacle_defined=np.zeros((units, objects, indicators), np.int64),
        obstacle_mean=np.zeros((units, objects, indicators)),
        obstacle_squares=np.zeros((units, objects, indicators)),
        obstacle_top5=np.zeros((objects, indicators), np.int64),
        obstacle=obstacle,
        weight_ahp=np.empty((indicators, samples if weights else 0)),
        weight_objective=np.empty((indicators, samples if weights else 0)),
        criterion_score=np.empty(scored),
        coupling=np.empty(coupled),
        coordination_index=np.empty(coupled),
        coordination=np.empty(coupled),
        coordination_class=np.empty(coupled, np.int8),
        fuzzy_score=np.empty(graded),
        fuzzy_grade=np.empty(graded, np.int8),
    )


def _without_padding(draws: Draws, samples: int) -> Draws:
    if draws.weight.shape[1] == samples:
        return draws
    names = (*PER_SAMPLE, *FURTHER, *_DETAILS)
    return draws._replace(**{name: getattr(draws, name)[..., :samples] for name in names})


def raise_for(status: NDArray[np.int64], model: CompiledStudy) -> None:
    """Raise what a kernel found wrong.

    Parameters
    ----------
    status
        Code, number of the matrix or indicator, and of the sample, as kernels report them.
    model
        The study.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    code, number, sample = status.tolist()
    if code == INCONSISTENT:
        raise RunError(
            f'matrix "{model.matrices[number]}": no acceptable draw (CR < '
            f"{model.plan.options.cr_limit:g}) in {MOST_REDRAWS} further attempts; raise cr_limit, "
            'lower sigma or use consistency = "repair"'
        )
    if code == NEGATIVE:
        raise RunError(
            f'indicator "{model.indicators[number]}": sample {sample} drew a value beyond its '
            "fixed goalposts, so that a normalised value would be negative; use method.clip = true "
            "or wider bounds"
        )


def by_cell(plan: Plan, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Array of a variable with its objects, if it has them, as (mine, year)."""
    mines, years = plan.options.mines, plan.options.years
    return array.reshape(*leading_shape(name, len(array), mines, years), *array.shape[1:])


def leading_shape(name: str, rows: int, mines: int, years: int) -> tuple[int, ...]:
    """Dimensions that the rows of a variable run over: with mines and years, if it has them.

    Parameters
    ----------
    name
        Name of the variable.
    rows
        How many rows it has.
    mines, years
        Sizes of the panel.
    """
    if name in (*BY_CELL, *_COUPLED):
        return mines, years
    if name in _BY_CRITERION:
        return mines, years, rows // (mines * years)
    if name in _BY_SYSTEM:
        return rows // (mines * years), mines, years
    return (rows,)
