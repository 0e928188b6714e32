"""The public function `simulate`: Monte Carlo draws of the index."""

import operator
import secrets
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.machine.memory import available_memory
from recc_mc.results.labels import coordinates
from recc_mc.results.variables import GROUPS
from recc_mc.sampling.draws import bytes_per_sample, compute_block, fit_chunk
from recc_mc.sampling.evaluate import evaluate
from recc_mc.sampling.limits import most_samples
from recc_mc.simulation.collect import collect
from recc_mc.simulation.placing import place
from recc_mc.study import Study
from recc_mc.study.kinds import check_study
from recc_mc.study.names import quoted
from recc_mc.study.reach import warn_of_draws
from recc_mc.study.wording import shown
from recc_mc.summary.edges import find_edges
from recc_mc.summary.first import first_samples
from recc_mc.summary.first_statistics import first_sample_statistics, sample_counts
from recc_mc.summary.labelled import samples_group, summarize_tally
from recc_mc.summary.obstacle_totals import ObstacleTotals
from recc_mc.summary.obstacles import OBSTACLES, criterion_members, obstacle_statistics
from recc_mc.summary.tallies import merge_in_order
from recc_mc.summary.tallies_of_blocks import baseline_of, compute_tally, is_compared
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import Blocks, cut
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["simulate"]

# Share of the available memory that draws may take; the rest is for what is done with them.
MEMORY_SHARE = 0.25
# The largest integer a NetCDF attribute holds: a result must be able to record its seed.
SEEDS = 2**63
# A graph of more blocks takes gigabytes by itself, before anything is computed.
MOST_DEFERRED = 200_000
KEEPS = ("samples", "summary")


def simulate(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    keep: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Draw Monte Carlo samples of the index.

    Every number is a function of the study, the seed and its sample's number alone: neither `chunk`
    nor `scheduler` changes a bit, and the first samples of a longer run are those of a shorter one.

    Parameters
    ----------
    study
        The study.
    samples
        Number of samples; None for that of the study.
    seed
        Seed, 0 <= seed < 2**63; None for that of the study. If that gives none either, one is
        drawn.
    chunk
        Number of samples that are computed together, rounded up to a multiple of 1024; None for
        that of the study.
    scheduler
        ``"threads"``, ``"processes"``, ``"synchronous"``, ``"tcp://HOST:PORT"``,
        ``"scheduler-file:PATH"`` or ``"slurm"``; None for that of the study.
    keep
        ``"samples"`` for the draws, ``"summary"`` for their summary: nothing per sample is stored,
        and memory does not grow with their number; None for what the study says.
    progress
        Whether to show progress on stderr.

    Returns
    -------
    xarray.Dataset
        With ``keep="summary"`` the group ``summary`` of a result, as `recc_mc.summarize` makes it
        of the samples. Else the group ``samples``: the indices S, P and C and the classes (mine,
        year, sample), weights (indicator, sample), what became of the drawn judgment matrices
        (matrix, sample), statistics of the obstacle degrees and of AHP and entropy weights, and the
        deterministic index. All dimensionless; the attribute ``seed`` tells the seed. Statistics
        that are of the first samples alone have an attribute ``samples``.

        Draws that take more than a quarter of the available memory are dask arrays, chunked along
        ``sample`` and computed when they are used, by the scheduler dask is then told to use.

    Raises
    ------
    InputError
        If an argument is not allowed.
    RunError
        If some sample has no value: no acceptable draw of a judgment matrix under
        ``consistency = "reject"``, or a value beyond fixed goalposts.

    Warns
    -----
    StudyWarning
        If nothing is uncertain, or the baseline makes a choice that no draw can make.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> draws = rm.simulate(study, samples=1000, seed=1)
    >>> dict(draws["recc"].sizes)
    {'mine': 6, 'year': 8, 'sample': 1000}
    """
    check_study(study)
    run = _checked(study, samples, seed, chunk, scheduler, keep)
    warn_of_draws(study)
    model = Model.of(study)
    # The first call of a kernel compiles it: better here than in every worker process at once.
    baseline = evaluate(study)
    if run.keep == "summary":
        return _summary(study, model, run, baseline, progress)
    if run.samples * bytes_per_sample(model.plan) <= MEMORY_SHARE * available_memory():
        arrays = _in_memory(study, model, run, progress)
    else:
        arrays = _deferred(study, model, run)
    counts = sample_counts(model.plan, run.samples)
    return samples_group(study, baseline, arrays, counts, seed=run.seed)


class _Run(NamedTuple):
    """Settings of a run, checked."""

    samples: int
    seed: int
    chunk: int
    scheduler: Placement
    keep: str


def _blocks(model: Model, run: _Run) -> Blocks:
    plan = model.plan
    return cut(run.samples, fit_chunk(plan, run.chunk), plan.options.unit)


def _summary(
    study: Study, model: Model, run: _Run, baseline: xr.Dataset, progress: bool
) -> xr.Dataset:
    """Summary of samples of which only tallies ever leave a worker."""
    edges = find_edges(model, run.seed, run.samples)
    compared = is_compared(len(study.panel.mines), study.settings.simulation.compare_mines)
    known = baseline_of(baseline["recc"].values, baseline["rank"].values)
    compute = partial(compute_tally, model, run.seed, edges, known, compared)
    blocks = _blocks(model, run)
    with closing(stream(compute, blocks, scheduler=run.scheduler, progress=progress)) as results:
        total = merge_in_order(results)
    first = first_samples(model, run.seed, run.samples)
    return summarize_tally(study, baseline, total, first, seed=run.seed)


def _in_memory(study: Study, model: Model, run: _Run, progress: bool) -> dict[str, Any]:
    """NumPy arrays of the draws and of the statistics that are not made of draws."""
    compute = partial(compute_block, model, run.seed)
    blocks = _blocks(model, run)
    with closing(stream(compute, blocks, scheduler=run.scheduler, progress=progress)) as results:
        arrays, totals = collect(model.plan, run.samples, results)
    return arrays | _obstacles(study, totals) | _first(study, model, run)


def _deferred(study: Study, model: Model, run: _Run) -> dict[str, Any]:
    """Dask arrays of the same."""
    # Most results fit into memory and need not wait for this import.
    import dask.array as da
    from dask.delayed import delayed

    from recc_mc.simulation.deferred import defer

    blocks = _blocks(model, run)
    if len(blocks) > MOST_DEFERRED:
        raise InputError(
            f"samples: dask arrays of {run.samples:,} draws would have {len(blocks):,} blocks, "
            f'more than {MOST_DEFERRED:,}; use keep="summary", a larger chunk or fewer samples'
        )
    arrays, totals = defer(model, run.seed, blocks)
    sizes = {name: len(coord) for name, coord in coordinates(study).items()}
    statistics = {
        OBSTACLES: delayed(_obstacles)(study, totals),
        tuple(sample_counts(model.plan, run.samples)): delayed(_first)(study, model, run),
    }
    for names, found in statistics.items():
        for name in names:
            shape = tuple(sizes[dim] for dim in GROUPS["samples"][name].dims)
            pattern = np.empty((0,) * len(shape))
            arrays[name] = da.from_delayed(found[name], shape, meta=pattern)
    return arrays


def _obstacles(study: Study, totals: ObstacleTotals) -> dict[str, NDArray[np.float64]]:
    return obstacle_statistics(totals.degree, totals.top5, criterion_members(study.hierarchy))


def _first(study: Study, model: Model, run: _Run) -> dict[str, NDArray[np.float64]]:
    """Statistics of the first samples."""
    shape = len(study.panel.mines), len(study.panel.years)
    first = first_samples(model, run.seed, run.samples)
    return first_sample_statistics(first, shape, study.settings.simulation.quantiles)


def _checked(
    study: Study,
    samples: object,
    seed: object,
    chunk: object,
    scheduler: str | None,
    keep: str | None,
) -> _Run:
    """Settings, each from the argument or else from the study."""
    simulation, run = study.settings.simulation, study.settings.run
    problems: list[str] = []
    most = most_samples(len(study.panel.mines))

    def whole(name: str, value: object, smallest: int, largest: int | None = None) -> int:
        number = _whole(value)
        expected = None
        if number is None:
            expected = "a whole number"
        elif number < smallest:
            expected = f">= {smallest}"
        elif largest is not None and number > largest:
            expected = f"<= {largest}"
        if expected:
            problems.append(f"{name}: must be {expected}, got {shown(value)}")
        return number or 0

    if seed is None:
        seed = secrets.randbelow(SEEDS) if simulation.seed is None else simulation.seed
    placement = Placement("synchronous")
    try:
        placement = place(study, scheduler=scheduler)
    except InputError as error:
        problems += error.problems
    checked = _Run(
        whole("samples", simulation.samples if samples is None else samples, 1, most),
        whole("seed", seed, 0, SEEDS - 1),
        whole("chunk", run.chunk if chunk is None else chunk, 1),
        placement,
        simulation.keep if keep is None else keep,
    )
    if checked.keep not in KEEPS:
        problems.append(f"keep: must be {quoted(KEEPS)}, got {shown(checked.keep)}")
    if problems:
        raise InputError(problems)
    return checked


def _whole(value: object) -> int | None:
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return operator.index(value)
    return None
