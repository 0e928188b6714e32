"""Statistics of the points of a sweep, computed as blocks of all of them in one stream."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, NamedTuple

import xarray as xr
from numpy.typing import NDArray

from recc_mc.errors import RunError
from recc_mc.machine.stopping import Stop
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study import Study
from recc_mc.study.factors import Factor
from recc_mc.study.shape import is_made_of, outputs_of
from recc_mc.summary.family import Baseline, Finish, baseline_of
from recc_mc.summary.first import (
    FROM_FIRST,
    first_sample_statistics,
    first_samples,
    sample_counts,
)
from recc_mc.summary.labelled import BASE_OF
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.shape import completed
from recc_mc.summary.sketch import Edges
from recc_mc.summary.tally import Tally, add_block, compute_tally, tally_statistics
from recc_mc.sweeps.grid import Point
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.plan import criterion_members
from recc_mc.workers.blocks import Block, cut, in_order
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["Run", "Statistics", "at", "compute_points", "statistics_at_hand"]

Statistics = dict[str, NDArray[Any]]

# Points that are prepared, and handed to workers, together.
_WAVE = 64


class Run(NamedTuple):
    """Settings that all points share, and where they are computed."""

    samples: int
    seed: int
    chunk: int
    outputs: tuple[str, ...]
    placement: Placement
    progress: bool = False


class _Task(NamedTuple):
    """What a worker needs to know of a point."""

    words: str
    model: CompiledStudy
    edges: Edges
    baseline: Baseline
    compared: bool


@contextmanager
def at(words: str) -> Iterator[None]:
    """Say where what cannot be computed cannot.

    Raises
    ------
    RunError
        That of the code within, with the words before it.
    """
    try:
        yield
    except RunError as error:
        raise RunError(f"at {words}: {error}") from error


def compute_points(
    points: Sequence[tuple[Point, tuple[Factor, ...]]], run: Run, stop: Stop
) -> Iterator[tuple[int, Statistics]]:
    """Compute points and yield each with its number and its statistics when it is done.

    Parameters
    ----------
    points
        The points, and their factors on common columns.
    run
        Settings.
    stop
        Asks the run to stop.

    Raises
    ------
    RunError
        If some sample has no value; says at which point.
    RunStopped
        If the run was asked to stop.
    """
    for first in range(0, len(points), _WAVE):
        wave = points[first : first + _WAVE]
        baselines = [completed(evaluate(point.study)) for point, _ in wave]
        tasks = [
            _task(point, CompiledStudy.of(point.study, factors=factors), baseline, run)
            for (point, factors), baseline in zip(wave, baselines, strict=True)
        ]
        for number, total in _tallies(tasks, run, stop):
            study, model = wave[number][0].study, tasks[number].model
            yield first + number, _finished(study, model, baselines[number], total, run)


def _task(point: Point, model: CompiledStudy, baseline: xr.Dataset, run: Run) -> _Task:
    with at(point.words):
        edges = find_edges(model, run.seed, run.samples)
    return _Task(
        point.words,
        model,
        edges,
        baseline_of(baseline["recc"].values, baseline["rank"].values),
        _compared(point.study),
    )


def _compared(study: Study) -> bool:
    return is_compared(len(study.panel.mines), study.settings.simulation.compare_mines)


def _tallies(tasks: Sequence[_Task], run: Run, stop: Stop) -> Iterator[tuple[int, Tally]]:
    """Tallies of all samples of each task, in their order."""
    own = cut(run.samples, run.chunk, tasks[0].model.plan.options.unit)
    blocks = [
        Block(number * len(own) + block.number, block.first, block.samples)
        for number in range(len(tasks))
        for block in own
    ]
    results = stream(
        partial(_compute, tasks, len(own), run.seed),
        blocks,
        scheduler=run.placement,
        progress=run.progress,
        stop=stop,
    )
    with stop.draining(), closing(results):
        total: Tally | None = None
        for place, tally in enumerate(in_order(results)):
            total = add_block(total, tally)
            if (place + 1) % len(own) == 0:
                yield place // len(own), total
                total = None


def _compute(tasks: Sequence[_Task], blocks: int, seed: int, block: Block) -> Tally:
    """Tally of a block of the point that it is of."""
    words, model, edges, baseline, compared = tasks[block.number // blocks]
    with at(words):
        return compute_tally(model, seed, edges, baseline, compared, block)


def _finished(
    study: Study, model: CompiledStudy, baseline: xr.Dataset, total: Tally, run: Run
) -> Statistics:
    found = _statistics(study, baseline, total) | _first(study, model, run)
    return {name: found[name] for name in run.outputs}


def _first(study: Study, model: CompiledStudy, run: Run) -> Statistics:
    """Statistics of the first samples, if they are wanted."""
    if not any(name in FROM_FIRST for name in run.outputs):
        return {}
    first = first_samples(model, run.seed, run.samples)
    shape = len(study.panel.mines), len(study.panel.years)
    return dict(first_sample_statistics(first, shape, study.settings.simulation.quantiles))


def _statistics(study: Study, baseline: xr.Dataset, total: Tally) -> Statistics:
    found = {name: baseline[of].values for name, of in BASE_OF.items() if of in baseline}
    levels = list(study.settings.simulation.quantiles)
    members = criterion_members(study.hierarchy)
    return found | tally_statistics(total, Finish(total.samples, found, levels, members))


def statistics_at_hand(point: Point, model: CompiledStudy, samples: int) -> set[str]:
    """Names of the statistics that the summary of a study has.

    Parameters
    ----------
    point, model
        A point, of which a few samples are drawn for it.
    samples
        Number of samples of the run.
    """
    few = Run(2, 0, 2, FROM_FIRST, Placement("synchronous"))
    study, baseline = point.study, completed(evaluate(point.study))
    task = _task(point, model, baseline, few)
    total = _compute([task], 1, few.seed, Block(0, 0, few.samples))
    found = {*_statistics(study, baseline, total), *_first(study, model, few)}
    if "obstacle_quantile" not in sample_counts(model.plan, samples):
        found.discard("obstacle_quantile")
    outputs = outputs_of(study)
    return {name for name in found if is_made_of(name, outputs)}
