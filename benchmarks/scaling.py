"""How costs grow: with the size of a study in each direction, with samples, threads and workers.

Sizes of a study: CPU time of one thread for a sample, the kernel into arrays that are there already
(*samples*), and kernel and tally of a block with its part in the total (*summary*), all sizes of a
series in turns. Samples, threads and workers: seconds on the clock of whole calls of `rm.simulate`.
Below each series stand the models that are fitted to it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import dask.config
from distributed import LocalCluster

import recc_mc as rm
from benchmarks.cost import fit
from benchmarks.frame import Row, measurement
from benchmarks.made_up import SEED, Shape, make_study
from benchmarks.timing import best_times
from recc_mc.sampling.draws import empty_draws, fill_draws, fit_chunk
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary.family import baseline_of
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.tally import add_block, compute_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
#: Studies of each series, by the number that grows.
SERIES: dict[str, dict[int, Shape]] = {
    "mines": {n: Shape(mines=n) for n in (6, 31, 100, 300, 1000, 2800)},
    "years": {n: Shape(years=n) for n in (1, 4, 16, 64)},
    # Of ten items a matrix: with fewer the matrix of a system would grow as well.
    "indicators": {n: Shape(indicators=n, items=10) for n in (10, 25, 50, 100, 200)},
    "items of a judgment matrix": {n: Shape(indicators=60, items=n) for n in (3, 5, 10, 15, 30)},
    "levels of criteria": {n: Shape(indicators=64, items=2, depth=n) for n in (1, 2, 3, 4)},
}
#: What grows in proportion, where it is not the number itself: a matrix of n items takes n^3 steps,
#: and of given indicators there are so many fewer. Levels are few, and have no model.
PROPORTIONAL: dict[str, tuple[str, Callable[[int], int]] | None] = {
    "items of a judgment matrix": ("square of the items", lambda n: n**2),
    "levels of criteria": None,
}


class Timed(NamedTuple):
    """Ways to draw samples of a study, and how many each draws at a time."""

    samples: dict[str, int]
    ways: dict[str, Callable[[], object]]


def timed(shape: Shape, least: int, block: int) -> Timed:
    """Both ways to draw samples of a study.

    Parameters
    ----------
    shape
        Size of the study.
    least
        Fewest values to draw at a time.
    block
        Most samples of a block.
    """
    study = make_study(shape)
    model = CompiledStudy.of(study)
    unit = model.plan.options.unit
    samples = unit * max(1, least // (unit * shape.cells))
    draws = empty_draws(model.plan, samples)
    base = rm.evaluate(study)
    known = baseline_of(base["recc"].values, base["rank"].values)
    edges = find_edges(model, SEED, samples)
    compared = is_compared(shape.mines, None)
    # As many as a run would have in a block: tallies of large panels are large themselves.
    units = max(samples, fit_chunk(model.plan, block) // unit * unit)
    total = compute_tally(model, SEED, edges, known, compared, Block(0, 0, units))

    def keep() -> None:
        rows = RandomDesign(model.columns, SEED).rows(0, samples)
        fill_draws(model, rows, draws, seed=SEED)

    def summarize() -> None:
        part = compute_tally(model, SEED, edges, known, compared, Block(0, 0, units))
        add_block(total, part)

    return Timed({"samples": samples, "summary": units}, {"samples": keep, "summary": summarize})


def per_sample(
    shapes: Mapping[int, Shape], least: int, block: int, rounds: int
) -> dict[str, dict[int, float]]:
    """Seconds a sample, by way and size."""
    studies = {n: timed(shape, least, block) for n, shape in shapes.items()}
    times = best_times(
        {f"{way} {n}": run for n, one in studies.items() for way, run in one.ways.items()}, rounds
    )
    return {
        way: {n: times[f"{way} {n}"] / one.samples[way] for n, one in studies.items()}
        for way in ("samples", "summary")
    }


def growth(work: str, name: str, each: str, seconds: Mapping[int, float]) -> Row:
    """Row of the models fitted to a series.

    Parameters
    ----------
    work, name
        The series, and what is fitted.
    each
        What one of N is.
    seconds
        Time by N.
    """
    model = fit(list(seconds), list(seconds.values()))
    note = (
        f"time = {duration(model.fixed)} + {duration(model.each)} N, residuals up to "
        f"{model.residual:.0%}; as N^{model.power:.2f} in the upper half"
    )
    return Row(
        work,
        f"{name}: a + b N",
        f"b, us for one {each}",
        1e6 * model.each,
        note=note,
        more=model._asdict(),
    )


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        # What three digits round up to the next unit is told in it.
        if seconds >= 0.9995 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def series(name: str, small: bool) -> Iterator[Row]:
    """Rows of a series of studies, and the models fitted to it."""
    shapes = SERIES[name]
    if small:
        shapes = dict(list(shapes.items())[:2])
    found = per_sample(shapes, *((1, 1, 1) if small else (2**20, 2**12, 3)))
    for way, seconds in found.items():
        for n, taken in seconds.items():
            nanoseconds = 1e9 * taken / shapes[n].cells
            note = f"{nanoseconds:.2f} ns a value of {shapes[n].cells:,}"
            yield Row(name, f"{way}, {n:,}", "us per sample", 1e6 * taken, note=note)
        model = PROPORTIONAL.get(name, (name.removesuffix("s"), lambda n: n))
        if model is not None:
            each, number = model
            yield growth(name, way, each, {number(n): taken for n, taken in seconds.items()})


@measurement("scaling", "Growth with the size of a study, one thread")
def scaling(small: bool) -> Iterator[Row]:
    """All series of studies."""
    for name in SERIES:
        yield from series(name, small)


def simulation(study: rm.Study, samples: int, **options: object) -> Callable[[], object]:
    """A whole run, which is deaf to how many cores there are if told how many workers."""
    workers = options.pop("workers", None)
    run = {"seed": SEED, "keep": "summary", "scheduler": "threads", **options}

    def compute() -> object:
        with dask.config.set(num_workers=workers):
            return rm.simulate(study, samples=samples, **run)

    return compute


@measurement("runs", "Whole simulations: samples, threads, workers")
def runs(small: bool) -> Iterator[Row]:
    """Seconds on the clock of `rm.simulate`."""
    study = rm.load_study(STUDY)
    counts = (256, 512) if small else (10_000, 30_000, 100_000, 300_000, 1_000_000)
    rounds = 1 if small else 2
    # What is kept of a million draws is more than most machines have room for.
    for keep, some in (("summary", counts), ("samples", counts[:3])):
        ways = {str(n): simulation(study, n, keep=keep) for n in some}
        yield from _by_samples(keep, best_times(ways, rounds, time.perf_counter))
    samples = 512 if small else 262_144
    yield from _shared(study, samples, rounds)


def _by_samples(keep: str, times: Mapping[str, float]) -> Iterator[Row]:
    work = f"samples of a simulation, {keep}"
    seconds = {int(n): taken for n, taken in times.items()}
    for n, taken in seconds.items():
        yield Row(work, f"{n:,} samples", "s, clock", taken, samples=n)
    yield growth(work, "all threads", "sample", seconds)


def _shared(study: rm.Study, samples: int, rounds: int) -> Iterator[Row]:
    """Threads and workers of a cluster: how much of them is made use of."""
    options = {"chunk": max(64, samples // 16)}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        ways = {
            "1 thread": simulation(study, samples, workers=1, **options),
            "2 threads": simulation(study, samples, workers=2, **options),
            "2 processes": simulation(
                study, samples, workers=2, **{**options, "scheduler": "processes"}
            ),
            "cluster of 2 workers": simulation(study, samples, **{**options, "scheduler": address}),
        }
        times = best_times(ways, rounds, time.perf_counter)
    one = times["1 thread"]
    for name, taken in times.items():
        many = int(next(word for word in name.split() if word.isdigit()))
        note = f"efficiency {one / taken / many:.2f}"
        yield Row("threads and workers", name, "s, clock", taken, samples=samples, note=note)
