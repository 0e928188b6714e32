"""Rows of inputs from SALib's samplers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.salib.problem import salib_problem
from recc_mc.study import Study

__all__ = [
    "LEVELS",
    "Design",
    "fast_design",
    "latin_design",
    "morris_design",
    "shapley_design",
]

Floats = NDArray[np.float64]

LEVELS = 4
"""Levels of a Morris design."""
# Rows of a search curve that stand exactly at an end of the unit interval count as this far from
# it, as far as the outermost of 2^30 equal steps.
END = 2.0**-31


class Design(NamedTuple):
    """What is evaluated, and what the analysis of the outputs is told about it.

    Parameters
    ----------
    rows
        (row, column) of the unit cube.
    inputs
        (row, factor) as the analysis wants to see the rows; None if it looks at their order alone.
    factors
        Names of the factors that the analysis tells apart.
    shared
        How many consecutive rows have the same cell noise.
    """

    rows: Floats
    inputs: NDArray[np.float64] | None
    factors: tuple[str, ...]
    shared: int = 1


def morris_design(study: Study, samples: int, seed: int, grouped: bool) -> Design:
    """Trajectories in which one factor after the other moves (Morris 1991, Campolongo 2007).

    The levels are the medians of four intervals of equal probability, so that an elementary effect
    is per step over the grid's width, from the first median to the last.
    """
    from SALib.sample.morris import sample

    problem = salib_problem(study, groups=grouped, levels=LEVELS)
    rows = sample(problem, samples, num_levels=LEVELS, seed=seed)
    factors = _factors(study, grouped)
    return Design(rows, rows, factors, len(factors) + 1)


def fast_design(study: Study, samples: int, seed: int, grouped: bool) -> Design:
    """Search curves, one per column (Saltelli, Tarantola and Chan 1999)."""
    from SALib.sample.fast_sampler import sample

    rows = sample(salib_problem(study, groups=grouped), samples, seed=seed)
    np.clip(rows, END, 1 - END, out=rows)
    return Design(rows, None, _factors(study, grouped), samples)


def latin_design(study: Study, samples: int, seed: int, grouped: bool) -> Design:
    """Latin hypercube sample, for the methods that work on any independent inputs."""
    from SALib.sample.latin import sample

    # With groups the sampler would give all columns of a factor one and the same value.
    rows = sample(salib_problem(study, groups=False), samples, seed=seed)
    return Design(rows, rows, _factors(study, grouped))


def shapley_design(study: Study, samples: int, seed: int, grouped: bool) -> Design:
    """Trajectories that exchange the factors of two random rows in random order (Goda 2021).

    SALib knows no groups here, but its estimator only needs to know which factor each step
    exchanges. So its sampler is given one variable per factor, and wherever that takes its second
    value, all columns of the factor do.
    """
    from SALib.sample.shapley import sample

    problem = salib_problem(study)
    factors = _factors(study, grouped)
    count = len(factors)
    variables = {"num_vars": count, "names": list(factors), "bounds": [[0.0, 1.0]] * count}
    steps = sample(variables, samples, seed=seed).reshape(samples, count + 1, count)
    exchanged = steps != steps[:, :1]
    labels = problem["groups"] if grouped else problem["names"]
    owner = [factors.index(label) for label in labels]
    # A stream of its own: the sampler has used that of the seed for the order.
    first, second = np.random.default_rng((seed, 1)).random((2, samples, 1, len(owner)))
    rows = np.where(exchanged[:, :, owner], second, first).reshape(-1, len(owner))
    inputs = exchanged.reshape(-1, count)
    return Design(np.clip(rows, END, 1 - END), inputs.astype(float), factors, count + 1)


def _factors(study: Study, grouped: bool) -> tuple[str, ...]:
    """Distinct names, in order."""
    problem = salib_problem(study)
    return tuple(dict.fromkeys(problem["groups" if grouped else "names"]))
