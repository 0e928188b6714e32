"""Ways to a mean, a probability and a total order of the case study: ours, and those of peers.

The mean of C, the probability that it is at least 1, and the total order of one judgment matrix are
those of one mine in one year. Each way takes a size, which is a number of samples or of base rows,
and a seed; all run on one core.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

import recc_mc as rm
from benchmarks.case import case_of
from benchmarks.contenders import JAX_BATCH
from benchmarks.functions import Floats
from benchmarks.header import ROOT
from benchmarks.rivals import batched_numpy
from recc_mc.uncertainty.groups import CLASS, Group, list_groups

__all__ = ["DECOMPOSING", "DRAWING", "FACTOR", "MINE", "YEAR", "Way", "alone", "drawn"]

MINE, YEAR, FACTOR = "Bayan Obo", 2016, "judgment:pressure"
"""Where a mine is overloaded in two of five draws, and the factor that matters most there."""
ONE_CORE: dict[str, Any] = {"scheduler": "synchronous"}
REPLICATES = 8
# Base rows whose exchanges NumPy evaluates together.
TOGETHER = 16

#: Estimates by quantity: "mean" and "probability", or "total".
Way = Callable[[int, int], dict[str, float]]


@cache
def study() -> rm.Study:
    """The case study."""
    return rm.load_study(ROOT / "configs" / "rare_earth_mines.toml")


@cache
def place() -> tuple[int, int]:
    """Numbers of the mine and of the year."""
    return study().panel.mines.index(MINE), study().panel.years.index(YEAR)


@cache
def groups() -> tuple[Group, ...]:
    """The factors, each with its columns."""
    return tuple(group for group in list_groups(study()) if group.kind != CLASS)


def columns() -> int:
    """Dimension of the unit cube."""
    return sum(len(group.columns) for group in groups())


def of_draws(c: Floats) -> dict[str, float]:
    """Mean, and share of 1 or more."""
    return {"mean": float(np.mean(c)), "probability": float(np.mean(c >= 1))}


# Mean and probability.


def simulated(size: int, seed: int) -> dict[str, float]:
    """Ours, every draw kept."""
    draws = rm.simulate(study(), samples=size, seed=seed, keep="samples", **ONE_CORE)
    return of_draws(draws["recc"].values[place()])


def summarised(size: int, seed: int) -> dict[str, float]:
    """Ours, statistics alone."""
    found = rm.simulate(study(), samples=size, seed=seed, keep="summary", **ONE_CORE)
    at = {"mine": MINE, "year": YEAR}
    names = {"mean": "recc_mean", "probability": "overload_probability"}
    return {ours: float(found[name].sel(at)) for ours, name in names.items()}


def of_sequence(size: int, seed: int) -> dict[str, float]:
    """Ours, at rows of a scrambled Sobol' sequence; cells have random noise."""
    found = rm.evaluate_rows(
        study(), sequence(size, seed).T, seed=seed, outputs=["recc"], **ONE_CORE
    )
    return of_draws(found["recc"].values[place()])


def drawn(size: int, seed: int) -> dict[str, float]:
    """Batched NumPy, independent draws."""
    return of_draws(batched_numpy(study(), size, generator(seed))["recc"][place()])


@cache
def jax_compiled() -> Callable[[Any], Mapping[str, Any]]:
    """The chain compiled by XLA, in double precision, for a batch of samples."""
    from benchmarks import rival_jax

    rival_jax.prepare()
    compute: Callable[[Any], Mapping[str, Any]]
    compute = rival_jax.compiled(case_of(study()), JAX_BATCH, np.dtype("float64"))
    return compute


def jax_drawn(size: int, seed: int) -> dict[str, float]:
    """JAX, independent draws in whole batches, of which the first are taken."""
    import jax

    compute = jax_compiled()
    number = place()[0] * len(study().panel.years) + place()[1]
    keys = jax.random.split(jax.random.key(seed), -(-size // JAX_BATCH))
    batches = [compute(key)["recc"] for key in keys]
    c = np.concatenate([np.asarray(batch).reshape(-1, JAX_BATCH)[number] for batch in batches])
    return of_draws(c[:size])


def numpy_at(rows: Callable[[int, int], Floats], size: int, seed: int) -> dict[str, float]:
    """Batched NumPy at rows (column, row) of somebody's sampler."""
    found = batched_numpy(study(), size, generator(seed), u=rows(size, seed))
    return of_draws(found["recc"][place()])


def sequence(size: int, seed: int, dimension: int | None = None) -> Floats:
    """Scrambled Sobol' rows (column, row) of SciPy."""
    engine = qmc.Sobol(dimension or columns(), rng=np.random.default_rng(seed))
    return inside(engine.random(size).T)


def salib_latin(size: int, seed: int) -> Floats:
    """Latin hypercube of SALib."""
    from SALib.sample import latin

    return inside(latin.sample(problem(), size, seed=seed + 1).T)


def openturns_sequence(size: int, seed: int) -> Floats:
    """Sobol' rows of OpenTURNS with a random shift."""
    import openturns as ot  # type: ignore[import-untyped]

    ot.RandomGenerator.SetSeed(seed)
    uniforms = ot.JointDistribution([ot.Uniform(0.0, 1.0)] * columns())
    experiment = ot.LowDiscrepancyExperiment(ot.SobolSequence(), uniforms, size, False)
    experiment.setRandomize(True)
    return inside(np.asarray(experiment.generate()).T)


def generator(seed: int) -> np.random.Generator:
    """NumPy's fastest."""
    return np.random.Generator(np.random.SFC64(seed))


def inside(rows: NDArray[Any]) -> Floats:
    """Rows without the ends of the cube, at which a normal error is infinite."""
    return np.ascontiguousarray(np.clip(rows, 2.0**-31, 1 - 2.0**-31))


def problem() -> dict[str, Any]:
    """The unit cube as SALib has it."""
    found: dict[str, Any] = rm.salib_problem(study(), groups=False)
    return found


# Total order.


def decomposed(size: int, seed: int) -> dict[str, float]:
    """Ours: all factors, outputs, mines and years at the same time."""
    found = rm.sensitivity(
        study(), samples=size // REPLICATES, replicates=REPLICATES, seed=seed, **ONE_CORE
    )
    at = {"output": "recc", "factor": FACTOR, "mine": MINE, "year": YEAR}
    return {"total": float(found["total_order"].sel(at))}


def alone(size: int, seed: int) -> dict[str, float]:
    """Batched NumPy, the one factor alone: Jansen's estimator of scrambled Sobol' rows A and AB."""
    both = sequence(size, seed, 2 * columns())
    a, b = both[: columns()], both[columns() :]
    (factor,) = (group for group in groups() if group.label == FACTOR)
    y = evaluated([a, exchanged(a, b, factor)], seed)
    return {"total": float(np.mean((y[0] - y[1]) ** 2) / (2 * np.var(y[0])))}


def exchanged(a: Floats, b: Floats, group: Group) -> Floats:
    """A with a factor's columns from B."""
    mixed = a.copy()
    mixed[list(group.columns)] = b[list(group.columns)]
    return mixed


def evaluated(sets: list[Floats], seed: int, independent: int | None = None) -> Floats:
    """C (set, row) by batched NumPy: the sets share the noise of cells, but for one of them."""
    shape = study().panel.values.shape
    rng = generator(seed)
    found = np.empty((len(sets), sets[0].shape[1]))
    for start in range(0, found.shape[1], TOGETHER):
        part = slice(start, min(start + TOGETHER, found.shape[1]))
        size = part.stop - part.start
        noise = [rng.standard_normal((size, *shape))] * len(sets)
        if independent is not None:
            noise[independent] = rng.standard_normal((size, *shape))
        u = np.concatenate([rows[:, part] for rows in sets], axis=1)
        y = batched_numpy(study(), u.shape[1], rng, u=u, xi_cell=np.concatenate(noise))["recc"]
        found[:, part] = y[place()].reshape(len(sets), size)
    return found


def by_salib(size: int, seed: int) -> dict[str, float]:
    """Batched NumPy at Saltelli's design of SALib by factors, and its analysis of one output."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    x = sample.sample(rm.salib_problem(study()), size, calc_second_order=False, seed=seed + 1)
    # A, the exchanges and B of each base row follow each other.
    sets = inside(x.T).reshape(columns(), size, len(groups()) + 2)
    split = [np.ascontiguousarray(sets[:, :, k]) for k in range(sets.shape[2])]
    y = evaluated(split, seed, independent=len(split) - 1).T.ravel()
    found = analyze.analyze(rm.salib_problem(study()), y, calc_second_order=False, seed=seed + 1)
    names = [group.label for group in groups()]
    return {"total": float(found["ST"][names.index(FACTOR)])}


def by_scipy(size: int, seed: int) -> dict[str, float]:
    """Batched NumPy at scrambled rows of SciPy, factor by factor, and `sobol_indices`."""
    from scipy.stats import sobol_indices

    both = sequence(size, seed, 2 * columns())
    a, b = both[: columns()], both[columns() :]
    sets = [a, *(exchanged(a, b, group) for group in groups()), b]
    y = evaluated(sets, seed, independent=len(sets) - 1)
    values: Any = {"f_A": y[:1], "f_B": y[-1:], "f_AB": y[1:-1, None]}
    names = [group.label for group in groups()]
    found = sobol_indices(func=values, n=size)
    return {"total": float(np.ravel(found.total_order)[names.index(FACTOR)])}


def by_openturns(size: int, seed: int) -> dict[str, float]:
    """Batched NumPy at independent rows, factor by factor, and OpenTURNS' Jansen."""
    import openturns as ot

    a, b = inside(generator(seed).random((2, columns(), size)))
    sets = [a, b, *(exchanged(a, b, group) for group in groups())]
    y = evaluated(sets, seed, independent=1).reshape(-1, 1)
    # It only counts the columns of the design, of which there is one for each factor.
    design = ot.Sample(len(y), len(groups()))
    found = ot.JansenSensitivityAlgorithm(design, ot.Sample(y), size).getTotalOrderIndices()
    return {"total": found[[group.label for group in groups()].index(FACTOR)]}


DRAWING: Mapping[str, Way] = MappingProxyType(
    {
        "recc_mc, summary": summarised,
        "recc_mc, draws kept": simulated,
        "recc_mc, Sobol' rows": of_sequence,
        "batched NumPy": drawn,
        "JAX, float64": jax_drawn,
        "SciPy Sobol' rows, NumPy": partial(numpy_at, sequence),
        "SALib Latin hypercube, NumPy": partial(numpy_at, salib_latin),
        "OpenTURNS Sobol' rows, NumPy": partial(numpy_at, openturns_sequence),
    }
)
"""Ways to the mean and to the probability, by a number of samples."""

DECOMPOSING: Mapping[str, Way] = MappingProxyType(
    {
        "recc_mc, all factors and cells": decomposed,
        "batched NumPy, this factor alone": alone,
        "SALib, NumPy, all factors": by_salib,
        "SciPy sobol_indices, NumPy, all factors": by_scipy,
        "OpenTURNS Jansen, NumPy, all factors": by_openturns,
    }
)
"""Ways to the total order, by a number of base rows."""
