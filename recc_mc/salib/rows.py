"""The model as SALib wants it: rows of inputs in, every output out."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from recc_mc.errors import InputError
from recc_mc.results import dataset
from recc_mc.salib.problem import columns_of
from recc_mc.sampling.draws import (
    BY_CELL,
    PER_SAMPLE,
    empty_draws,
    fit_chunk,
    run_samples,
)
from recc_mc.simulation.placing import place
from recc_mc.study import Study
from recc_mc.study.arguments import SEEDS, whole
from recc_mc.study.kinds import check_study
from recc_mc.study.names import hint
from recc_mc.study.shape import COORDINATION, OUTPUTS, analysed_outputs
from recc_mc.study.wording import shown
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream as run_stream

__all__ = ["evaluate_rows", "run_rows"]

CHUNK = 8192
_OF_CELLS = (*BY_CELL, COORDINATION)


@dataclass(frozen=True, eq=False)
class RowTask(Block):
    """Rows that are computed together.

    Parameters
    ----------
    rows
        (row, column), evenly spaced rows of the whole.
    place
        Which rows of the whole these are.
    """

    rows: NDArray[np.float64]
    place: slice


def evaluate_rows(
    study: Study,
    rows: ArrayLike,
    *,
    seed: int = 0,
    shared: int = 1,
    outputs: Sequence[str] | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Evaluate the model for rows of the inputs that `recc_mc.salib_problem` describes.

    Parameters
    ----------
    study
        The study.
    rows
        Inputs, (row, input), each within (0, 1), the columns in the order of the problem's names,
        with or without those of noise (``noise=True``).
    seed
        Key of the noise of single cells and of redraws. Without columns of noise that of a row is a
        function of the seed and the row's number, so that the first rows of a longer array give the
        same values; with them it is one of the seed and the numbers in those columns.
    shared
        So many consecutive rows have the same noise where no column selects it: the length of a
        trajectory where a method compares rows with each other, which would otherwise take the
        noise for an effect.
    outputs
        What to return: indices and classes of each mine and year, which is what None stands for,
        also ``weight``, ``consistency_ratio``, ``repair`` and ``redraws``.
    scheduler
        As of `recc_mc.simulate`; changes no bit.
    progress
        Whether to show progress on stderr.

    Returns
    -------
    xarray.Dataset
        The outputs (mine, year, sample) of the group ``samples``, dimensionless, one sample per
        row. NaN, or -1 for classes and ranks, where an index is undefined.

    Raises
    ------
    InputError
        If the rows or another argument are not allowed.
    RunError
        If some row has no value: no acceptable draw of a judgment matrix, or a value beyond fixed
        goalposts.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> medians = [[0.5] * rm.salib_problem(study)["num_vars"]]
    >>> dict(rm.evaluate_rows(study, medians)["recc"].sizes)
    {'mine': 6, 'year': 8, 'sample': 1}
    """
    check_study(study)
    array, noise = _checked_rows(study, rows)
    there, every = analysed_outputs(study), (*OUTPUTS, COORDINATION)
    drawn = (*PER_SAMPLE, COORDINATION)
    known = [name for name in drawn if name in there or name not in every]
    outputs = [name for name in every if name in there] if outputs is None else outputs
    problems = [
        f"outputs: must be among {', '.join(known)}, got {shown(name)}{hint(name, known)}"
        for name in outputs
        if name not in known
    ]
    seed = whole(problems, "seed", seed, 0, SEEDS - 1)
    shared = whole(problems, "shared", shared, 1)
    if not problems and len(array) % shared:
        problems = [f"shared: must divide the number of rows, {len(array)}, got {shared}"]
    if problems:
        raise InputError(problems)
    model, where = CompiledStudy.of(study, noise=noise), place(study, scheduler=scheduler)
    found = run_rows(model, array, outputs, where, seed=seed, shared=shared, progress=progress)
    shape = study.panel.values.shape[:2]
    arrays = {
        name: values.reshape(*shape, -1) if name in _OF_CELLS else values
        for name, values in found.items()
    }
    return dataset("samples", study, arrays, seed=seed)


def run_rows(
    model: CompiledStudy,
    rows: NDArray[np.float64],
    outputs: Collection[str],
    where: Placement,
    *,
    seed: int,
    shared: int = 1,
    stream: int = 0,
    objects: NDArray[np.int64] | None = None,
    progress: bool = False,
) -> dict[str, NDArray[Any]]:
    """Evaluate rows that have been checked.

    Parameters
    ----------
    model
        The study.
    rows
        (row, column).
    outputs, seed, shared, progress
        As of `evaluate_rows`.
    where
        Where to compute.
    stream
        Base stream of the noise; another one is another, independent noise of the same rows.
    objects
        Which objects to keep of the outputs that have them; None for all.

    Returns
    -------
    dict
        (object, row) or (..., row) by the names of the outputs.
    """
    every = np.arange(model.plan.options.mines * model.plan.options.years)
    kept = every if objects is None else objects
    pattern = empty_draws(model.plan, 0)
    arrays: dict[str, NDArray[Any]] = {}
    for name in outputs:
        one = getattr(pattern, name)
        length = len(kept) if name in _OF_CELLS else len(one)
        arrays[name] = np.empty((length, len(rows)), one.dtype)
    compute = partial(_compute, model, seed, stream, tuple(outputs), kept)
    chunk = fit_chunk(model.plan, CHUNK)
    blocks = tuple(_blocks(rows, shared, chunk, model.plan.options.unit))
    with closing(run_stream(compute, blocks, scheduler=where, progress=progress)) as results:
        for block, found in results:
            assert isinstance(block, RowTask)
            for name, values in zip(outputs, found, strict=True):
                arrays[name][:, block.place] = values
    return arrays


def _compute(
    model: CompiledStudy,
    seed: int,
    stream: int,
    outputs: tuple[str, ...],
    kept: NDArray[np.int64],
    block: Block,
) -> tuple[NDArray[Any], ...]:
    assert isinstance(block, RowTask)
    draws = run_samples(model, block.rows.T, seed=seed, first=block.first, stream=stream)
    found = ((name, getattr(draws, name)) for name in outputs)
    return tuple(values[kept] if name in _OF_CELLS else values for name, values in found)


def _blocks(rows: NDArray[np.float64], shared: int, chunk: int, unit: int) -> Iterator[RowTask]:
    """Cut rows so that those which share their noise have the same sample number.

    Cell noise is a function of the sample's number. Hence the first rows of all trajectories make
    one series of samples, the second rows another one with the same numbers, and so on.
    """
    number = 0
    for step in range(shared):
        for block in cut(len(rows) // shared, chunk, unit):
            first = step + block.first * shared
            where = slice(first, first + (block.samples - 1) * shared + 1, shared)
            yield RowTask(number, block.first, block.samples, rows[where], where)
            number += 1


def _checked_rows(study: Study, rows: ArrayLike) -> tuple[NDArray[np.float64], bool]:
    """Rows, and whether they have the columns that select noise."""
    try:
        array = np.asarray(rows, np.float64)
    except (TypeError, ValueError):
        raise InputError("rows: must be an array of numbers") from None
    plain, full = (len(columns_of(study, noise=noise)) for noise in (False, True))
    columns = array.shape[1] if array.ndim == 2 else 0
    if columns not in (plain, full) or not columns or not len(array):
        raise InputError(_wrong_shape(plain, full, array.shape))
    outside = ~((array > 0) & (array < 1))
    if outside.any():
        row, column = np.argwhere(outside)[0].tolist()
        advice = ""
        if np.isin(array[outside], (0, 1)).all():
            advice = "; for a Morris design use the bounds of salib_problem(study, levels=...)"
        raise InputError(
            f"rows: must lie within (0, 1), but {outside.sum()} values do not, the first of them "
            f"{array[row, column]:g} in row {row}, column {column}{advice}"
        )
    return array, columns > plain


def _wrong_shape(plain: int, full: int, shape: tuple[int, ...]) -> str:
    problem = f"must have the shape (rows, {plain})" if plain else "the study has no scalar input"
    noise = f"; with columns of noise (rows, {full})" if full > plain else ""
    return f"rows: {problem}, got {shape}{noise}"
