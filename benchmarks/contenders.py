"""Who computes indices of the case study from draws, and how: ours, and what one would use instead.

A contender is made ready once: what it compiles or prepares is not timed. It then can be given the
draws of a simulation, for the check, and draw for itself.
"""

import atexit
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import recc_mc as rm
from benchmarks.case import Array, Result, case_of, draws_from_cube
from benchmarks.frame import OURS
from benchmarks.rival_loop import Weighing, priority
from benchmarks.rivals import batched_numpy, per_sample_numpy
from benchmarks.same_draws import SEED, SameDraws
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import Draws
from recc_mc.sampling.draws import empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy

#: Outputs that all of them compute.
OUTPUTS = ("support", "pressure", "recc", "zone", "rank")
#: Samples of a batch of JAX, where its time per sample was smallest on the case study.
JAX_BATCH = 256


class Ready(NamedTuple):
    """A contender that can be timed."""

    run: Callable[[int], object]  # draws and evaluates so many samples
    on: Callable[[SameDraws], Mapping[str, Array]]  # evaluates given draws
    compiling: float | None = None  # seconds of CPU that it took, where that is in every session


@dataclass(frozen=True)
class Contender:
    """How a way to compute is made ready, and what is known of it.

    Parameters
    ----------
    ready
        Function of the study and the number of cores.
    samples
        Samples a round: slow ones take fewer.
    most
        Tolerance of the check.
    needs
        Peers that have to be installed.
    parallel
        Whether it is written for several cores.
    note
        What a reader has to know.
    """

    ready: Callable[[rm.Study, int], Ready]
    samples: int
    most: float = 1e-6
    needs: tuple[str, ...] = ()
    parallel: bool = False
    note: str = ""


def ours(study: rm.Study, cores: int, *, precision: str = "double") -> Ready:
    """A simulation as people run it, draws kept."""
    study = study.replace({"method.precision": precision})
    scheduler = "threads" if cores > 1 else "synchronous"

    def run(samples: int) -> object:
        return rm.simulate(study, samples=samples, seed=SEED, keep="samples", scheduler=scheduler)

    def on(given: SameDraws) -> Result:
        draws = rm.simulate(study, samples=given.u.shape[1], seed=SEED, keep="samples")
        return {n: draws[n].transpose("mine", "year", "sample").values for n in OUTPUTS}

    return Ready(run, on)


def kernel(study: rm.Study, cores: int) -> Ready:
    """The compiled chain alone, into arrays that are there already, without labels."""
    model = CompiledStudy.of(study)

    @cache
    def room(samples: int) -> Draws:
        return empty_draws(model.plan, samples + -samples % LANES)

    def run(samples: int) -> object:
        rows = RandomDesign(model.columns, SEED).rows(0, samples)
        return fill_draws(model, rows, room(samples), seed=SEED)

    def on(given: SameDraws) -> Result:
        shape = (*study.panel.values.shape[:2], -1)
        draws = fill_draws(model, given.u, room(given.u.shape[1]), seed=SEED)
        return {name: getattr(draws, name).reshape(shape) for name in OUTPUTS}

    return Ready(run, on)


def _shared(samples: int, parts: int, run: Callable[[int, int], object]) -> None:
    """Part numbers and samples of each, on as many threads; NumPy and XLA let Python go on."""
    edges = [samples * k // parts for k in range(parts + 1)]
    counts = [stop - start for start, stop in pairwise(edges)]
    if parts == 1:
        run(0, samples)
        return
    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(run, range(parts), counts))


def numpy_batches(study: rm.Study, cores: int) -> Ready:
    """Tuned batches of NumPy, as many threads as cores."""
    generators = [np.random.Generator(np.random.SFC64(k)) for k in range(cores)]

    def part(k: int, count: int) -> object:
        return batched_numpy(study, count, generators[k])

    def on(given: SameDraws) -> Result:
        samples = given.u.shape[1]
        return batched_numpy(study, samples, generators[0], u=given.u, xi_cell=given.cells)

    return Ready(lambda samples: _shared(samples, cores, part), on)


def jax_batches(study: rm.Study, cores: int, *, dtype: str = "float64") -> Ready:
    """Compiled batches of JAX, as many at a time as there are cores; results are NumPy arrays."""
    import jax

    from benchmarks import rival_jax

    rival_jax.prepare()
    case = case_of(study)
    start = time.process_time()
    compute = rival_jax.compiled(case, JAX_BATCH, np.dtype(dtype))
    compiling = time.process_time() - start
    shape = (*study.panel.values.shape[:2], -1)

    def part(k: int, count: int) -> Result:
        keys = jax.random.split(jax.random.key(k), -(-count // JAX_BATCH))
        batches = [compute(key) for key in keys]
        return {
            name: np.concatenate([batch[name] for batch in batches], axis=-1).reshape(shape)
            for name in OUTPUTS
        }

    def on(given: SameDraws) -> Result:
        samples, *_, indicators = given.cells.shape
        cells = given.cells.reshape(samples, -1, indicators).transpose(2, 1, 0)
        return rival_jax.on_draws(case, draws_from_cube(case, given.u), cells, np.dtype(dtype))

    return Ready(lambda samples: _shared(samples, cores, part), on, compiling)


def numpy_loop(
    study: rm.Study, cores: int, *, weighing: Callable[[], Weighing] | None = None
) -> Ready:
    """One sample after the other, weights by this module or by a library."""
    rng = np.random.default_rng(SEED)
    by = weighing() if weighing else None

    def on(given: SameDraws) -> Result:
        samples = given.u.shape[1]
        return per_sample_numpy(study, samples, rng, u=given.u, xi_cell=given.cells, weighing=by)

    return Ready(lambda samples: per_sample_numpy(study, samples, rng, weighing=by), on)


def by_pymcdm() -> Weighing:
    """pymcdm's entropy weights; its AHP refuses judgments between those of Saaty's scale."""
    from pymcdm.weights import entropy_weights

    # A column with a 0 would have no entropy: none is handed over.
    return Weighing(priority, lambda r: entropy_weights(np.maximum(r, 1e-300)))


def by_pydecision() -> Weighing:
    """pyDecision's weights."""
    from pyDecision.algorithm.ahp import ahp_method
    from pyDecision.algorithm.entropy import entropy_method

    def priorities(a: Array, geometric: bool) -> Array:
        return np.asarray(ahp_method(a, "geometric" if geometric else "max_eigen")[0])

    return Weighing(priorities, lambda r: entropy_method(r, ["max"] * r.shape[1]))


class _OneSample:
    """The model as EMA workbench calls it: keywords in, arrays out."""

    def __init__(self, study: rm.Study) -> None:
        self.study, self.rng, self.cells = study, np.random.default_rng(SEED), iter(())

    def __call__(self, **inputs: float) -> dict[str, Array]:
        u = np.array([inputs[f"u{k}"] for k in range(len(inputs))])[:, None]
        found = per_sample_numpy(self.study, 1, self.rng, u=u, xi_cell=next(self.cells, None))
        return {name: found[name].ravel() for name in OUTPUTS}


def ema_workbench(study: rm.Study, cores: int) -> Ready:
    """EMA workbench: its Latin hypercubes, and its evaluator in this or in several processes."""
    import ema_workbench as ema

    function = _OneSample(study)
    model = ema.Model("recc", function=function)
    columns = rm.salib_problem(study)["num_vars"]
    model.uncertainties = [ema.RealParameter(f"u{k}", 0, 1) for k in range(columns)]
    model.outcomes = [ema.ArrayOutcome(name) for name in OUTPUTS]

    def evaluator(processes: int) -> Any:
        if processes > 1:
            return ema.MultiprocessingEvaluator(model, n_processes=processes)
        return ema.SequentialEvaluator(model)

    # Opened once, as in a session: its processes take longer to start than these samples.
    session = ExitStack()
    everywhere = session.enter_context(evaluator(cores))
    atexit.register(session.close)

    # Told to a log, progress does not run over the lines of the suite.
    def run(samples: int) -> object:
        return everywhere.perform_experiments(scenarios=samples, log_progress=True)

    def on(given: SameDraws) -> Result:
        function.cells = iter(given.cells[:, None])
        scenarios = [
            ema.Scenario(str(k), **{f"u{c}": value for c, value in enumerate(row)})
            for k, row in enumerate(given.u.T)
        ]
        with evaluator(1) as evaluate:
            _, found = evaluate.perform_experiments(scenarios=scenarios, log_progress=True)
        return {name: np.moveaxis(found[name], 0, -1) for name in OUTPUTS}

    return Ready(run, on)


LOOP = "one sample at a time"
CONTENDERS = {
    OURS: Contender(ours, 32_768, parallel=True, note="and grades, weights, obstacle degrees"),
    "recc_mc, single precision": Contender(
        partial(ours, precision="single"), 32_768, 1e-4, parallel=True
    ),
    "recc_mc, kernel alone": Contender(kernel, 8192, note="into arrays that are there already"),
    "NumPy, tuned batches": Contender(numpy_batches, 8192, parallel=True),
    "JAX, float64": Contender(
        jax_batches, 8192, needs=("jax",), parallel=True, note="normals in float32, as ours"
    ),
    "JAX, float32": Contender(
        partial(jax_batches, dtype="float32"), 8192, 1e-4, needs=("jax",), parallel=True
    ),
    "NumPy, one sample at a time": Contender(numpy_loop, 100),
    "EMA workbench": Contender(
        ema_workbench,
        100,
        needs=("ema_workbench",),
        parallel=True,
        note=f"its model: NumPy, {LOOP}",
    ),
    "pymcdm": Contender(
        partial(numpy_loop, weighing=by_pymcdm),
        100,
        needs=("pymcdm",),
        note=f"its entropy weights in NumPy, {LOOP}; its AHP refuses judgments off Saaty's scale",
    ),
    "pyDecision": Contender(
        partial(numpy_loop, weighing=by_pydecision),
        100,
        needs=("pyDecision",),
        note=f"its AHP and entropy weights in NumPy, {LOOP}",
    ),
}
