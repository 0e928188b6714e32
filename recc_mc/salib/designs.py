"""Rows of inputs from SALib's samplers.

Where the rows of a trajectory exchange inputs one after the other, noise is one of them: its column
has one number before the exchange and another one after it, of each trajectory its own, which are
as good as names of two independent draws of the noise.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.salib.estimators.morris import LEVELS
from recc_mc.salib.problem import columns_of, salib_problem
from recc_mc.study import Study

__all__ = [
    "Design",
    "fast_design",
    "latin_design",
    "morris_design",
    "shapley_design",
]

Floats = NDArray[np.float64]

# Rows of a search curve that stand exactly at an end of the unit interval count as this far from
# it, as far as the outermost of 2^30 equal steps.
END = 2.0**-31
# Second part of the key of a generator: 2 is that of the dummies.
EXCHANGED, NOISE = 1, 3


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
        How many consecutive rows have the same noise, where no column selects it.
    """

    rows: Floats
    inputs: NDArray[np.float64] | None
    factors: tuple[str, ...]
    shared: int = 1


def morris_design(study: Study, samples: int, seed: int, grouped: bool) -> Design:
    """Trajectories in which one factor after the other moves (Morris 1991, Campolongo 2007).

    The levels are the medians of four intervals of equal probability, so that an elementary effect
    is per step over the grid's width, from the first median to the last. A step of noise is from
    one draw to another one.
    """
    from SALib.sample.morris import sample

    problem = salib_problem(study, groups=grouped, levels=LEVELS, noise=True)
    inputs = sample(problem, samples, num_levels=LEVELS, seed=seed)
    factors = _factors(study, grouped, noise=True)
    # Few levels are few draws of the noise, the same ones in all trajectories.
    noise = np.flatnonzero([column.is_noise for column in columns_of(study, noise=True)])
    steps = inputs.reshape(samples, len(factors) + 1, -1)[:, :, noise]
    rows = inputs.copy()
    rows[:, noise] = _two_values(steps != steps[:, :1], (seed, NOISE)).reshape(len(rows), -1)
    return Design(rows, inputs, factors)


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

    problem = salib_problem(study, noise=True)
    factors = _factors(study, grouped, noise=True)
    count = len(factors)
    variables = {"num_vars": count, "names": list(factors), "bounds": [[0.0, 1.0]] * count}
    steps = sample(variables, samples, seed=seed).reshape(samples, count + 1, count)
    exchanged = steps != steps[:, :1]
    labels = problem["groups"] if grouped else problem["names"]
    owner = [factors.index(label) for label in labels]
    # A stream of its own: the sampler has used that of the seed for the order.
    rows = _two_values(exchanged[:, :, owner], (seed, EXCHANGED)).reshape(-1, len(owner))
    inputs = exchanged.reshape(-1, count)
    return Design(rows, inputs.astype(float), factors)


def _two_values(exchanged: NDArray[np.bool_], key: tuple[int, int]) -> Floats:
    """Random numbers (trajectory, row, column), one before and another after the exchange."""
    trajectories, _, columns = exchanged.shape
    first, second = np.random.default_rng(key).random((2, trajectories, 1, columns))
    values: Floats = np.clip(np.where(exchanged, second, first), END, 1 - END)
    return values


def _factors(study: Study, grouped: bool, *, noise: bool = False) -> tuple[str, ...]:
    """Distinct names, in order."""
    problem = salib_problem(study, noise=noise)
    return tuple(dict.fromkeys(problem["groups" if grouped else "names"]))
