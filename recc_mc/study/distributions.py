"""The distributions of data errors, one entry each.

What reads a study, keeps an error within bounds, tells how much of it is impossible or makes the
kernels' plan goes through :data:`DISTRIBUTIONS`.
"""

from collections.abc import Callable, Mapping
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["DISTRIBUTIONS", "VARIATES", "Distribution"]

Floats = NDArray[np.float64]

VARIATES = ("normal", "uniform", "triangular")
"""Standardised variates (mean 0, sd 1), in the order of their codes in the kernels."""


class Distribution(NamedTuple):
    """A distribution of data errors.

    Parameters
    ----------
    variate
        The standardised variate that it is made of, one of `VARIATES`.
    reach
        Largest absolute value of that variate.
    cumulative, quantile
        Its distribution function and the inverse; None of the normal variate, whose sums are normal
        again.
    """

    variate: str
    reach: float = inf
    cumulative: Callable[[Floats], Floats] | None = None
    quantile: Callable[[Floats], Floats] | None = None


_UNIFORM, _TRIANGULAR = sqrt(3.0), sqrt(6.0)


def _uniform_cumulative(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.clip(x / _UNIFORM, -1.0, 1.0)))


def _uniform_quantile(u: Floats) -> Floats:
    return np.asarray(_UNIFORM * (2.0 * u - 1.0))


def _triangular_cumulative(x: Floats) -> Floats:
    place = np.clip(x / _TRIANGULAR, -1.0, 1.0)
    tail = 0.5 * (1.0 - np.abs(place)) ** 2
    return np.where(place < 0, tail, 1.0 - tail)


def _triangular_quantile(u: Floats) -> Floats:
    size = 1.0 - np.sqrt(2.0 * np.minimum(u, 1.0 - u))
    return np.asarray(_TRIANGULAR * np.where(u < 0.5, -size, size))


DISTRIBUTIONS: Mapping[str, Distribution] = {
    "lognormal": Distribution("normal"),
    "normal": Distribution("normal"),
    "uniform": Distribution("uniform", _UNIFORM, _uniform_cumulative, _uniform_quantile),
    "triangular": Distribution(
        "triangular", _TRIANGULAR, _triangular_cumulative, _triangular_quantile
    ),
}
"""All distributions by their names in the study file, the default first."""
