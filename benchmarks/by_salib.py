"""The estimators' slow twins: one output through one of SALib's analyses, which do more besides.

SALib treats seed 0 as no seed (``if seed:``), and uses NumPy's global generator in `fast` and in
`hdmr`, which ignores its seed altogether. Here its state is set before and put back after.
"""

import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.salib.estimators.morris import LEVELS

__all__ = [
    "analyze_delta",
    "analyze_fast",
    "analyze_hdmr",
    "analyze_morris",
    "analyze_pawn",
    "analyze_rbd_fast",
    "analyze_shapley",
    "isolated",
]

Floats = NDArray[np.float64]
Measures = dict[str, Floats]

# Above this number of columns the expansion stops at first order: it has 25 coefficients for each
# pair of them.
MOST_PAIRED = 10

# Half-width of a 95 % interval of a normal variable, in standard deviations.
NORMAL_95 = 1.959963984540054

_ONE_AT_A_TIME = threading.Lock()


def analyze_morris(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """Mean, mean of absolute values and standard deviation of the elementary effects.

    Parameters
    ----------
    inputs
        (row, column).
    y
        (row,) values of the output.
    groups
        Number of the factor of each column.
    resamples
        Number of bootstrap resamples for the confidence intervals.
    seed
        Seed of those.

    Returns
    -------
    dict
        By name (factor,). Where several columns make a factor only ``mu_star`` is defined: they
        move in directions of their own.
    """
    from SALib.analyze.morris import analyze

    problem = _problem(len(groups)) | {"groups": [f"g{k}" for k in groups]}
    with isolated(seed):
        result = analyze(problem, inputs, y, num_resamples=resamples, num_levels=LEVELS, seed=seed)
    found = _measures(result, {name: name for name in ("mu", "mu_star", "mu_star_conf", "sigma")})
    several = np.bincount(groups) > 1
    return found | {name: np.where(several, np.nan, found[name]) for name in ("mu", "sigma")}


def analyze_fast(
    inputs: Floats | None, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """First-order and total-order indices from the spectrum along each search curve."""
    from SALib.analyze.fast import analyze

    with isolated(seed):
        result = analyze(_problem(len(groups)), y, num_resamples=resamples)
    return _measures(result, {name: name for name in ("S1", "S1_conf", "ST", "ST_conf")})


def analyze_rbd_fast(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """First-order indices from the spectrum of the outputs in the order of each input."""
    from SALib.analyze.rbd_fast import analyze

    with isolated(seed):
        result = analyze(_problem(len(groups)), inputs, y, num_resamples=resamples, seed=seed)
    return _measures(result, {name: name for name in ("S1", "S1_conf")})


def analyze_delta(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """Borgonovo's index delta, and first-order indices, by classes of each input.

    Estimators and numbers of classes are SALib's, the bias reduction is that of Plischke et al.
    (2013, Eq. 30), twice the estimate minus the mean of its bootstrap replicates. SALib's own
    `analyze` (1.6.0) takes a bootstrap replicate for the estimate too, so that nothing is reduced.
    """
    from SALib.analyze.delta import calc_delta, sobol_first

    size = len(y)
    classes = np.ceil(size ** (2 / (7 + np.tanh((1500 - size) / 500))))
    edges = np.linspace(0, size, int(min(classes, 48)) + 1)
    grid = np.linspace(y.min(), y.max(), 100)
    # The rows as they are, then the bootstrap replicates.
    chosen = np.random.default_rng(seed).integers(size, size=(resamples + 1, size))
    chosen[0] = np.arange(size)
    delta, first = np.empty((2, resamples + 1, len(groups)))
    with isolated(seed):
        for r, rows in enumerate(chosen):
            for k, x in enumerate(inputs[rows].T):
                delta[r, k] = calc_delta(y[rows], grid, x, edges)
                first[r, k] = sobol_first(y[rows], x, edges)
    return {
        "delta": 2 * delta[0] - delta[1:].mean(axis=0),
        "delta_conf": NORMAL_95 * delta[1:].std(axis=0, ddof=1),
        "S1": 2 * first[0] - first[1:].mean(axis=0),
        "S1_conf": NORMAL_95 * first[1:].std(axis=0, ddof=1),
    }


def analyze_pawn(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """Kolmogorov-Smirnov distances between conditional and unconditional distribution.

    Their statistics over ten intervals of each input; of a factor of several columns the means.
    """
    from SALib.analyze.pawn import analyze

    problem = _problem(len(groups)) | {"groups": [f"g{k}" for k in groups]}
    with isolated(seed):
        result = analyze(problem, inputs, y)
    names = ("minimum", "mean", "median", "maximum", "CV", "stdev")
    return _measures(result, {f"pawn_{name.lower()}": name for name in names})


def analyze_hdmr(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """Structural, correlative and total contribution of each column's component function.

    SALib's successor `enhanced_hdmr` (1.6.0) fails for an expansion of first order, and one of
    second order takes it longer than all outputs here together.
    """
    from SALib.analyze.hdmr import analyze

    columns = len(groups)
    order = 2 if columns <= MOST_PAIRED else 1
    # Its backfitting stops at changes that are small against 1, not against the output.
    y = y / y.std()
    with isolated(seed):
        result = analyze(_problem(columns), inputs, y, maxorder=order, K=resamples)
    names = [name + end for name in ("Sa", "Sb", "S", "ST") for end in ("", "_conf")]
    found = _measures(result, {name: name for name in names})
    return {name: values[:columns] for name, values in found.items()}


def analyze_shapley(
    inputs: Floats, y: Floats, groups: tuple[int, ...], resamples: int, seed: int
) -> Measures:
    """Shapley effects, as parts of the variance and as shares of it."""
    from SALib.analyze.shapley import analyze

    with isolated(seed):
        result = analyze(_problem(inputs.shape[1]), inputs, y)
    names = [name + end for name in ("shapley", "shapley_normalized") for end in ("", "_conf")]
    return _measures(result, {name: name for name in names})


def _problem(columns: int) -> dict[str, Any]:
    """Problem for an analysis, which looks at numbers of inputs and not at their distributions."""
    names = [f"x{k}" for k in range(columns)]
    return {"num_vars": columns, "names": names, "bounds": [[0.0, 1.0]] * columns}


def _measures(result: Mapping[str, Any], names: Mapping[str, str]) -> Measures:
    return {
        ours: np.ma.filled(np.ma.asarray(result[theirs], np.float64), np.nan)
        for ours, theirs in names.items()
    }


@contextmanager
def isolated(seed: int) -> Iterator[None]:
    """Global state as SALib should find it, and as others left it afterwards.

    It is one for all threads, so that analyses take turns; processes do not wait for each other.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # What they warn of is told by the flags, or is no concern of the user of this package.
        warnings.simplefilter("ignore")
        state = np.random.get_state()  # noqa: NPY002
        np.random.seed(seed)  # noqa: NPY002
        try:
            yield
        finally:
            np.random.set_state(state)  # noqa: NPY002
