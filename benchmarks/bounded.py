"""Logits of values between two bounds: what a rival needs to draw them, found without the package.

The law is logit-normal, of the mean and the standard deviation that are asked for, and of a scale
of at most sqrt(2); one root-finding inside another, value by value.
"""

from functools import cache
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Array = NDArray[np.float64]

LARGEST_SCALE = sqrt(2.0)
NODES = np.linspace(-11.0, 11.0, 441)
DENSITY = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()


class Logits(NamedTuple):
    """Location and scales (object,) of one indicator, and its bounds."""

    lower: float
    upper: float
    location: Array
    cell: Array
    systematic: Array


def logits(
    values: Array, cell_cv: float, systematic_cv: float, lower: float, upper: float
) -> Logits:
    """Logits of the values of one indicator, of which none lies at a bound."""
    width = upper - lower
    cell, systematic = (log(1.0 + cv**2) for cv in (cell_cv, systematic_cv))
    relative_sd = sqrt(exp(cell + systematic) - 1.0)
    found = [_law((v - lower) / width, v * relative_sd / width) for v in values.tolist()]
    location, scale = np.array(found).T
    parts = (scale * sqrt(part / (cell + systematic)) for part in (cell, systematic))
    return Logits(lower, upper, location, *parts)


@cache
def _law(mean: float, sd: float) -> tuple[float, float]:
    """Location and scale of a mean and a standard deviation on (0, 1)."""
    scale = LARGEST_SCALE
    if _deviation(scale, mean) > sd:
        scale = brentq(lambda t: _deviation(t, mean) - sd, 1e-6, scale, xtol=1e-14)
    return _location(scale, mean), scale


def _location(scale: float, mean: float) -> float:
    return float(brentq(lambda m: DENSITY @ _logistic(m, scale) - mean, -50.0, 50.0, xtol=1e-14))


def _deviation(scale: float, mean: float) -> float:
    x = _logistic(_location(scale, mean), scale)
    return float(np.sqrt(DENSITY @ (x - mean) ** 2))


def _logistic(location: float, scale: float) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-location - scale * NODES)))
