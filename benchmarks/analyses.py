"""Every sensitivity method of the package and of its peers, on functions of known indices.

Each takes a function and how many runs of it are allowed, of which it spends as many as its design
can use, and returns estimates with their 95 % intervals under the names of `MEASURES`.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from benchmarks import by_salib
from benchmarks.functions import TOY, TOY_ZONE, Floats, Function, toy_study
from recc_mc.salib.measures import Analysis as Measured
from recc_mc.salib.measures import OutputTask, analyze_block
from recc_mc.salib.methods import METHODS
from recc_mc.salib.methods import NONE as NO_CLASSES
from recc_mc.salib.runs import run_salib
from recc_mc.sampling.sobol import SobolDesign
from recc_mc.sensitivity_analysis import sensitivity
from recc_mc.variance.indices import class_indices, number_indices
from recc_mc.variance.replicates import Replicates
from recc_mc.variance.sums import class_sums, number_sums

__all__ = ["ANALYSES", "MEASURES", "Found", "Interval", "NotComparable"]

MEASURES = ("first", "total", "shapley", "delta", "pawn", "mu_star")
"""What is estimated: both orders, Shapley's shares, Borgonovo's delta, the median of PAWN's
distances, and the mean size of an elementary effect."""
REPLICATES = 8
# Levels of a Morris design are the medians of so many intervals of equal probability.
LEVELS = 4
# SALib's resamples where nothing is said.
RESAMPLES = 100
# Outputs of the toy study, as far as they are functions here.
OUTPUTS = {TOY.name: "recc", TOY_ZONE.name: "zone"}


class Interval(NamedTuple):
    """Estimates with their intervals, (column,); NaN where a method has none."""

    estimate: Floats
    lower: Floats
    upper: Floats


class Found(NamedTuple):
    """What a method has found, by measure, and how often it ran the function."""

    runs: int
    measures: dict[str, Interval]


class NotComparable(ValueError):
    """A method has nothing to say of a function, and why."""


Analysis = Callable[[Function, int, int], Found]


def around(estimate: Any, half: Any = np.nan) -> Interval:
    """Estimates with the half-widths of their intervals."""
    middle, width = np.asarray(estimate, np.float64), np.asarray(half, np.float64)
    return Interval(middle, middle - width, middle + width)


def base_rows(function: Function, runs: int) -> int:
    """Rows of A, and of B, that runs suffice for: a power of two."""
    return 1 << (runs // (function.columns + 2)).bit_length() - 1


def numbers_only(function: Function) -> None:
    """Refuse classes: an index of their codes is another quantity."""
    if function.classes:
        raise NotComparable("has no index of a class")


# Of this package.


def our_sobol(function: Function, runs: int, seed: int) -> Found:
    """Pick-freeze sums of scrambled Sobol' rows; intervals from what the scrambles differ by."""
    rows = max(2, base_rows(function, runs) // REPLICATES)
    spent = REPLICATES * rows * (function.columns + 2)
    if function.name in OUTPUTS:
        parts = sensitivity(
            toy_study("systematic_cv"),
            samples=rows,
            replicates=REPLICATES,
            seed=seed,
            scheduler="synchronous",
        ).sel(output=OUTPUTS[function.name], mine="A", year=2020, factor=["data:s", "data:p"])
        orders = ("first_order", "total_order")
        found = [around(parts[name], parts[f"{name}_error"]) for name in orders]
        return Found(spent, dict(zip(("first", "total"), found, strict=True)))
    estimates = Replicates.none()
    for replicate in range(REPLICATES):
        a, b = SobolDesign(function.columns, seed).rows(replicate, 0, rows)
        estimates = estimates.add(pick_freeze(function, a, b))
    first, total = map(around, estimates.mean, estimates.half_width)
    return Found(spent, {"first": first, "total": total})


def pick_freeze(function: Function, a: Floats, b: Floats) -> Floats:
    """First and total orders (order, column) by our estimators, from rows (column, row)."""
    columns = range(function.columns)
    mixed = np.repeat(a[None], function.columns, axis=0)
    mixed[columns, columns] = b
    outputs = [function.model(a)[None, None], function.model(b)[None, None]]
    outputs.append(np.stack([function.model(u)[None, None] for u in mixed]))
    if function.classes:
        codes = [y.astype(np.int64) for y in outputs]
        found = class_indices(class_sums(*codes, classes=function.classes))
    else:
        found = number_indices(number_sums(*outputs))
    return np.stack([found.first, found.total])[..., 0, 0]


def ours(name: str, function: Function, runs: int, seed: int) -> Found:
    """A method of SALib by our estimators, on rows of its sampler as `recc_mc` makes them."""
    method = METHODS[name]
    if function.classes and NO_CLASSES in method.classes.values() and name != "morris":
        raise NotComparable("has no index of a class")
    samples, spent = samples_of(name, function, runs)
    if function.name in OUTPUTS:
        outputs = (OUTPUTS[function.name],)
        parts = run_salib(
            toy_study("systematic_cv"),
            name,
            samples=samples,
            seed=seed,
            outputs=outputs,
            scheduler="synchronous",
        ).sel(output=outputs[0], mine="A", year=2020)
        return Found(spent, named(name, {str(key): parts[key].values for key in parts}))
    rows = sampled(name, function, samples, seed)
    columns = function.columns
    analysis = Measured(name, rows, tuple(range(columns)), columns, method.resamples, seed)
    output = "zone" if function.classes else "recc"
    task = OutputTask(0, 0, 1, (output,), function.model(np.ascontiguousarray(rows.T))[None])
    measures, _, _ = analyze_block(analysis, task)
    return Found(spent, named(name, {key: values[:, 0] for key, values in measures.items()}))


def samples_of(name: str, function: Function, runs: int) -> tuple[int, int]:
    """What the method counts as its samples, and the runs they take."""
    each = {"morris": function.columns + 1, "shapley": function.columns + 1}
    each["fast"] = function.columns
    samples = runs // each.get(name, 1)
    return samples, samples * each.get(name, 1)


def sampled(name: str, function: Function, samples: int, seed: int) -> Floats:
    """Rows (row, column) of the method's own sampler."""
    from SALib.sample import fast_sampler, latin, morris, shapley

    # SALib takes seed 0 for none.
    problem, seed = cube(function), seed + 1
    match name:
        case "morris":
            end = 1 / (2 * LEVELS)
            bounds = {"bounds": [[end, 1 - end]] * function.columns}
            found = morris.sample(problem | bounds, samples, num_levels=LEVELS, seed=seed)
        case "fast":
            found = fast_sampler.sample(problem, samples, seed=seed)
        case "shapley":
            found = shapley.sample(problem, samples, seed=seed)
        case _:
            found = latin.sample(problem, samples, seed=seed)
    return np.clip(np.asarray(found, np.float64), 2.0**-31, 1 - 2.0**-31)


def cube(function: Function) -> dict[str, Any]:
    """The unit cube as a problem of SALib."""
    columns = function.columns
    names = [f"x{k}" for k in range(columns)]
    return {"num_vars": columns, "names": names, "bounds": [[0.0, 1.0]] * columns}


#: A method's own names of what it estimates.
NAMES = {
    "morris": {"mu_star": "mu_star"},
    "fast": {"first": "S1", "total": "ST"},
    "rbd_fast": {"first": "S1"},
    "delta": {"delta": "delta", "first": "S1"},
    "pawn": {"pawn": "pawn_median"},
    "hdmr": {"first": "S", "total": "ST"},
    "shapley": {"shapley": "shapley_normalized"},
}


def named(method: str, found: Mapping[str, Any]) -> dict[str, Interval]:
    """Measures of a method under our names, with their intervals where it has some."""
    return {
        ours: around(found[theirs], found.get(f"{theirs}_conf", np.nan))
        for ours, theirs in NAMES[method].items()
    }


# Of SALib, SciPy and OpenTURNS, each as its documentation has it.


def salib_sobol(function: Function, runs: int, seed: int) -> Found:
    """Saltelli's design and SALib's analysis."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    numbers_only(function)
    rows = base_rows(function, runs)
    x = sample.sample(cube(function), rows, calc_second_order=False, seed=seed + 1)
    y = function.model(np.clip(x.T, 2.0**-31, 1 - 2.0**-31))
    found = analyze.analyze(cube(function), y, calc_second_order=False, seed=seed + 1)
    orders = {"first": "S1", "total": "ST"}
    measures = {ours: around(found[n], found[f"{n}_conf"]) for ours, n in orders.items()}
    return Found(len(x), measures)


def salib(name: str, function: Function, runs: int, seed: int) -> Found:
    """Another method of SALib, with its own resamples."""
    numbers_only(function)
    samples, spent = samples_of(name, function, runs)
    rows = sampled(name, function, samples, seed)
    y = function.model(np.ascontiguousarray(rows.T))
    groups = tuple(range(function.columns))
    if name == "delta":
        return Found(spent, salib_delta(function, rows, y, seed + 1))
    analyze = getattr(by_salib, f"analyze_{name}")
    return Found(spent, named(name, analyze(rows, y, groups, RESAMPLES, seed + 1)))


def salib_delta(function: Function, rows: Floats, y: Floats, seed: int) -> dict[str, Interval]:
    """SALib's own analysis, with as few resamples as ours: its 100 would take a minute."""
    from SALib.analyze import delta

    looks = warnings.formatwarning
    with by_salib.isolated(seed):
        resamples = METHODS["delta"].resamples
        found = delta.analyze(cube(function), rows, y, num_resamples=resamples, seed=seed)
    # It sets how the whole program words its warnings.
    warnings.formatwarning = looks
    return named("delta", {name.replace("_raw", ""): found[name] for name in found})


def scipy_sobol(function: Function, runs: int, seed: int) -> Found:
    """`scipy.stats.sobol_indices` and its bootstrap, of 999 resamples."""
    from scipy.stats import sobol_indices, uniform

    uniforms: Any = [uniform()] * function.columns

    numbers_only(function)
    rows = base_rows(function, runs)
    found = sobol_indices(
        func=lambda u: function.model(np.clip(u, 2.0**-31, 1 - 2.0**-31))[None],
        n=rows,
        dists=uniforms,
        rng=np.random.default_rng(seed),
    )
    intervals = found.bootstrap(confidence_level=0.95)
    measures = {}
    for name, order in (("first", "first_order"), ("total", "total_order")):
        bounds = getattr(intervals, order).confidence_interval
        measures[name] = Interval(*map(np.ravel, (getattr(found, order), bounds.low, bounds.high)))
    return Found(rows * (function.columns + 2), measures)


def openturns(estimator: str, function: Function, runs: int, seed: int, *, quasi: bool) -> Found:
    """An estimator of OpenTURNS with its bootstrap; of a class the indices of the indicators.

    Parameters
    ----------
    estimator
        Jansen, Saltelli, Martinez or MauntzKucherenko.
    function, runs, seed
        As of all analyses.
    quasi
        Sobol' rows with a random shift instead of independent ones.
    """
    import openturns as ot  # type: ignore[import-untyped]

    ot.RandomGenerator.SetSeed(seed)
    rows, columns = base_rows(function, runs), function.columns
    uniforms = ot.JointDistribution([ot.Uniform(0.0, 1.0)] * columns)
    if quasi:
        # Its own design of Sobol' rows is the same for every seed; so a sequence for A and B in
        # one, shifted by a random number in each column, as its design puts them together.
        twice = ot.JointDistribution([ot.Uniform(0.0, 1.0)] * (2 * columns))
        sequence = ot.LowDiscrepancyExperiment(ot.SobolSequence(), twice, rows, False)
        sequence.setRandomize(True)
        both = np.asarray(sequence.generate())
        a, b = both[:, :columns], both[:, columns:]
        mixed = [np.where(np.arange(columns) == k, b, a) for k in range(columns)]
        x = ot.Sample(np.concatenate([a, b, *mixed]))
    else:
        x = ot.SobolIndicesExperiment(uniforms, rows, False).generate()
    y = function.model(np.clip(np.asarray(x).T, 2.0**-31, 1 - 2.0**-31))
    # A class that no row of A is of has no variance there, which the library refuses.
    shown = y[:, None] == np.unique(y[:rows]) if function.classes else y[:, None]
    algorithm = getattr(ot, f"{estimator}SensitivityAlgorithm")(x, shown.astype(float), rows)
    measures = {}
    for name, order in (("first", "FirstOrder"), ("total", "TotalOrder")):
        bounds = getattr(algorithm, f"get{order}IndicesInterval")()
        estimate = getattr(algorithm, f"getAggregated{order}Indices")()
        ends = bounds.getLowerBound(), bounds.getUpperBound()
        measures[name] = Interval(*(np.array(each) for each in (estimate, *ends)))
    return Found(x.getSize(), measures)


OPENTURNS = ("Saltelli", "Jansen", "Martinez", "MauntzKucherenko")

ANALYSES: Mapping[tuple[str, str], Analysis] = MappingProxyType(
    {
        ("recc_mc", "sobol"): our_sobol,
        **{("recc_mc", name): partial(ours, name) for name in METHODS},
        ("SALib", "sobol"): salib_sobol,
        **{("SALib", name): partial(salib, name) for name in METHODS if name != "hdmr"},
        ("SciPy", "sobol_indices"): scipy_sobol,
        **{("OpenTURNS", name): partial(openturns, name, quasi=False) for name in OPENTURNS},
        ("OpenTURNS", "Jansen, Sobol' rows"): partial(openturns, "Jansen", quasi=True),
    }
)
"""By program and method."""
