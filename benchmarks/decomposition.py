"""Variance decomposition of all outputs of the case study, ours and by peers, on one core.

Ours are 43 factors, and classes of them, with the cells' errors in the factor of their indicator.
Peers vary single columns of the unit cube or groups of these, and take the cells' errors for noise
within the model, which is tuned NumPy; only JAX exchanges what ours exchanges.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import recc_mc as rm
from benchmarks.case import Array, Case, Draws, case_of, draws_from_cube
from benchmarks.frame import OURS, Row, measurement, pinned, tried
from benchmarks.rivals import batched_numpy
from benchmarks.same_draws import SEED, cell_variates
from benchmarks.timing import best_times
from recc_mc.kernels.philox import STREAMS
from recc_mc.sampling.sobol import SobolDesign
from recc_mc.uncertainty.compiled import CompiledStudy

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
WORK = "variance decomposition of 288 outputs, 1 core (CPU time)"
INDICES = ("support", "pressure", "recc")
OUTPUTS = (*INDICES, "zone", "grade", "rank")
#: Rows of the check, its replicates where there are some, and its tolerance.
CHECKED, REPLICATES, MOST = 16, 2, 1e-6

#: Outputs (output, row) of points of the unit cube (column, row).
Model = Callable[[Array], Array]


@dataclass(frozen=True)
class Peer:
    """A peer that is given the model as a function.

    Parameters
    ----------
    indices
        First and total order of a model, for so many base rows: function of the study, the model
        and the rows.
    samples
        Base rows of the run that is timed.
    needs
        Peers that have to be installed.
    note
        What a reader has to know.
    """

    indices: Callable[[rm.Study, Model, int], Array]
    samples: int
    needs: tuple[str, ...]
    note: str


def by_salib(study: rm.Study, model: Model, samples: int) -> Array:
    """SALib's design with its groups, and its analysis of one output after the other."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = rm.salib_problem(study)
    design = sample.sample(problem, samples, calc_second_order=False, seed=SEED)
    found = [
        analyze.analyze(problem, y, calc_second_order=False, num_resamples=2, seed=SEED)
        for y in model(design.T)
    ]
    return np.array([(one["S1"], one["ST"]) for one in found])


def by_scipy(study: rm.Study, model: Model, samples: int) -> Array:
    """SciPy's design and estimator, all outputs together."""
    from scipy.stats import sobol_indices, uniform

    columns = rm.salib_problem(study)["num_vars"]
    rng = np.random.default_rng(SEED)
    found = sobol_indices(func=model, n=samples, dists=[uniform()] * columns, rng=rng)
    return np.array([found.first_order, found.total_order])


def by_openturns(study: rm.Study, model: Model, samples: int, *, algorithm: str) -> Array:
    """OpenTURNS' design and one of its estimators."""
    import openturns as ot

    columns = rm.salib_problem(study)["num_vars"]
    ot.RandomGenerator.SetSeed(SEED)
    cube = ot.JointDistribution([ot.Uniform(0, 1)] * columns)
    design = ot.SobolIndicesExperiment(cube, samples).generate()
    y = model(np.asarray(design).T)
    # It refuses all outputs where one is constant: classes of some cells hardly ever change.
    varying = np.ptp(y[:, :samples], axis=1) > 0
    found = getattr(ot, algorithm)(design, ot.Sample(np.ascontiguousarray(y[varying].T)), samples)
    orders = (found.getFirstOrderIndices, found.getTotalOrderIndices)
    indices = np.full((len(y), 2, columns), np.nan)
    indices[varying] = [[np.array(order(k)) for order in orders] for k in range(varying.sum())]
    return indices


def numpy_model(study: rm.Study) -> Model:
    """Tuned batches of NumPy, which draw the errors of cells for themselves."""
    rng = np.random.Generator(np.random.SFC64(SEED))

    def model(u: Array) -> Array:
        return _rows(batched_numpy(study, u.shape[1], rng, u=_inside(u)), OUTPUTS)

    return model


def models_to_check(study: rm.Study) -> tuple[Model, Model]:
    """Our evaluation of rows, and batches of NumPy with the cells' errors that it draws."""

    def ours(u: Array) -> Array:
        found = rm.evaluate_rows(study, _inside(u).T, seed=SEED, outputs=INDICES)
        return _rows(
            {n: found[n].transpose("mine", "year", "sample").values for n in INDICES}, INDICES
        )

    def theirs(u: Array) -> Array:
        cells = cell_variates(study, u.shape[1])
        rng = np.random.default_rng(SEED)
        return _rows(batched_numpy(study, u.shape[1], rng, u=_inside(u), xi_cell=cells), INDICES)

    return ours, theirs


def _inside(u: Array) -> Array:
    return np.ascontiguousarray(np.clip(u, 2.0**-31, 1 - 2.0**-31))


def _rows(found: dict[str, Any], names: tuple[str, ...]) -> Array:
    return np.concatenate([np.reshape(found[n], (-1, found[n].shape[-1])) for n in names])


PEERS = {
    "SALib, groups": Peer(by_salib, 512, ("SALib",), "43 groups, one output after the other"),
    "scipy.stats.sobol_indices": Peer(by_scipy, 512, ("scipy",), "100 single columns"),
    **{
        f"OpenTURNS, {name}": Peer(
            partial(by_openturns, algorithm=f"{name}SensitivityAlgorithm"),
            512,
            ("openturns",),
            "100 single columns",
        )
        for name in ("Saltelli", "Jansen")
    },
}


@measurement("decomposition", "Variance decomposition of all cells, beside peers")
def decomposition(small: bool) -> Iterator[Row]:
    """CPU time of a base row, each peer in turns with ours."""
    yield from tried(WORK, OURS, partial(pinned, 1, ours_alone, small))
    for name, peer in PEERS.items():
        yield from tried(WORK, name, partial(pinned, 1, measured, name, small), peer.needs)
    for dtype in ("float64", "float32"):
        run = partial(pinned, 1, by_jax, dtype, small)
        yield from tried(WORK, f"JAX, pick-freeze, {dtype}", run, ("jax",))


def _ours(small: bool) -> tuple[rm.Study, int, Callable[[], object]]:
    study, rows, replicates = rm.load_study(STUDY), 64 if small else 512, 2 if small else 8
    options = {"samples": rows, "replicates": replicates, "scheduler": "synchronous"}
    run = partial(rm.sensitivity, study, seed=SEED, **options)
    return study, rows * replicates, run


def ours_alone(small: bool) -> Iterator[Row]:
    """Whole calls, with standard errors."""
    _, samples, run = _ours(small)
    times = best_times({OURS: run}, 1 if small else 5, time.process_time)
    value = 1e6 * times[OURS] / samples
    note = "43 factors, 3 classes, and standard errors"
    yield Row(WORK, OURS, "us per base row", value, 1.0, 0.0, samples, note)


def measured(name: str, small: bool) -> Iterator[Row]:
    """A peer that is given the model as a function, after the check."""
    peer = PEERS[name]
    study, count, ours = _ours(small)
    both = [peer.indices(study, model, CHECKED) for model in models_to_check(study)]
    agreed = _agreed(*both)
    samples = CHECKED if small else peer.samples
    runs = {OURS: ours, name: lambda: peer.indices(study, numpy_model(study), samples)}
    times = best_times(runs, 1 if small else 2, time.process_time)
    row = Row(
        WORK,
        name,
        "us per base row",
        1e6 * times[name] / samples,
        agreed_to=agreed,
        samples=samples,
        note=peer.note,
    )
    yield row.beside(1e6 * times[OURS] / count)


def _agreed(ours: Array, theirs: Array, most: float = MOST) -> float:
    error = float(np.nanmax(np.abs(ours - theirs)))
    if not error <= most:
        raise ArithmeticError(f"indices differ by {error:.1e} on the same draws")
    return float(10.0 ** np.ceil(np.log10(error))) if error else 0.0


def by_jax(dtype: str, small: bool) -> Iterator[Row]:
    """Pick-freeze rows of every factor, compiled, after a check against ours on the same rows."""
    from benchmarks import rival_jax

    rival_jax.prepare()
    study, count, ours = _ours(small)
    case = case_of(study)
    single = dtype == "float32"
    theirs = [
        rival_jax.indices_on_draws(case, *_rows_of(study, case, k), np.dtype(dtype))
        for k in range(REPLICATES)
    ]
    agreed = _agreed(_indices(study), np.mean(theirs, axis=0), 1e-3 if single else MOST)
    samples = 64 if small else 2048
    batch = min(samples, 256)
    compute = rival_jax.compiled_decomposition(case, batch, np.dtype(dtype))
    name = f"JAX, pick-freeze, {dtype}"
    runs = {OURS: ours, name: lambda: compute(samples // batch)}
    times = best_times(runs, 1 if small else 3, time.process_time)
    row = Row(
        WORK,
        name,
        "us per base row",
        1e6 * times[name] / samples,
        agreed_to=agreed,
        samples=samples,
        note="43 factors, as ours, every exchange in full",
    )
    yield row.beside(1e6 * times[OURS] / count)


def _indices(study: rm.Study) -> Array:
    """First and total order (factor, order, output) of S, P and C: ours, of a few rows."""
    found = rm.sensitivity(
        study, samples=CHECKED, replicates=REPLICATES, seed=SEED, scheduler="synchronous"
    )
    found = found.sel(output=list(INDICES)).isel(factor=found["factor_kind"] != "class")
    orders = [
        found[name].transpose("factor", ...).values for name in ("first_order", "total_order")
    ]
    return np.stack([order.reshape(len(order), -1) for order in orders], axis=1)


def _rows_of(study: rm.Study, case: Case, replicate: int) -> list[tuple[Draws, Array]]:
    """The rows A and B of it: draws and errors of cells (indicator, object, sample)."""
    columns = CompiledStudy.of(study).columns
    found = []
    for half, u in enumerate(SobolDesign(columns, SEED).rows(replicate, 0, CHECKED)):
        stream = STREAMS * (1 + 2 * replicate + half)
        cells = cell_variates(study, CHECKED, stream).reshape(CHECKED, -1, len(case.direction))
        found.append((draws_from_cube(case, u), cells.transpose(2, 1, 0)))
    return found
