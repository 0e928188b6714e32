"""The logit-normal law of a given mean and standard deviation on (0, 1).

x = 1 / (1 + e^-(m + t z)), z ~ N(0, 1): Johnson's (1949) S_B. Its moments have no closed form; they
are sums over equidistant nodes, which for an analytic integrand under a Gaussian weight are exact
to rounding: the poles of the logistic are pi / t >= 2.2 away from the real line.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats

__all__ = ["LARGEST_SCALE", "solve_logit_normal"]


LARGEST_SCALE = 2.0**0.5
"""Up to this t the law has one peak wherever it lies; beyond, it may heap up at both ends."""

_STEP = 0.125
_NODES = np.arange(-12.0, 12.0 + _STEP, _STEP)
_WEIGHTS = np.exp(-0.5 * _NODES**2) * _STEP / np.sqrt(2 * np.pi)
_MOST_STEPS = 100
_CLOSE = 1e-12
_CELLS = 4096  # solved at a time: steps are taken until all of them have converged
# Cells summed over the nodes at a time. BLAS shares larger products among as many threads as there
# are cores, and then the last bits of a cell are another's where a thread begins elsewhere; waiting
# for each other they also take the cores from whatever else is computed. A multiple of four, for it
# sums four rows as one.
_ROWS = 44
# The widest law of mean p has an sd of 1.0463 p (1 - p) at p = 1/2, and of more of them the nearer
# p is to a bound, up to sqrt(e^2 - 1). Below the smallest mean its variance would lose digits.
_SURELY_LESS = 1.04
_SMALLEST_MEAN = 1e-100


def solve_logit_normal(mean: Floats, sd: Floats) -> tuple[Floats, Floats, Floats]:
    """Location and scale of the laws that have the given means and standard deviations.

    Where the standard deviation is more than that of scale :data:`LARGEST_SCALE` at the mean, the
    law is the one of that scale: same mean, smaller deviation. Every deviation that any law on
    (0, 1) cannot have (sd^2 >= mean (1 - mean)) is among them.

    Parameters
    ----------
    mean
        Means (cell,), in (0, 1).
    sd
        Standard deviations (cell,), positive.

    Returns
    -------
    tuple of arrays
        Location m, scale t and the standard deviation of the law (cell,).
    """
    location, scale, spread = np.empty((3, mean.size))
    room = np.empty((3, _ROWS + 1, _NODES.size))
    for start in range(0, mean.size, _CELLS):
        part = slice(start, start + _CELLS)
        location[part], scale[part], spread[part] = _solve(mean[part], sd[part], room)
    return location, scale, spread


def _solve(mean: Floats, sd: Floats, room: Floats) -> tuple[Floats, Floats, Floats]:
    # By symmetry only means up to 1/2 occur: their distance from the near bound keeps its digits.
    mirrored = mean > 0.5
    near = np.where(mirrored, 1.0 - mean, mean)
    less = (sd < _SURELY_LESS * near * (1.0 - near)) & (near > _SMALLEST_MEAN)
    # Steps are taken until all cells have converged: so all of them, or none.
    location, largest = (near, sd) if less.all() else _widest(near, room)
    inside = less | (sd < largest)
    scale = np.full_like(near, LARGEST_SCALE)
    if inside.any():
        location = location.copy()
        location[inside], scale[inside] = _law(near[inside], sd[inside], room)
    return np.where(mirrored, -location, location), scale, np.where(inside, sd, largest)


def _widest(mean: Floats, room: Floats) -> tuple[Floats, Floats]:
    """Locations and standard deviations of the laws of the largest scale, by Newton's method."""
    m = _logit(mean) - 0.6
    t = np.array([LARGEST_SCALE])
    for _ in range(_MOST_STEPS):
        found, by_m = _by_rows(_mean, m, t, room)
        step = np.log(found / mean) / by_m
        m = m - np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _CLOSE:
            return m, np.sqrt(_by_rows(_moments, m, t, room)[1])
    raise ArithmeticError("no logit-normal law was found")


def _law(mean: Floats, sd: Floats, room: Floats) -> tuple[Floats, Floats]:
    """Locations and scales of laws that have the means and standard deviations.

    By Newton's method on (ln mean, ln variance) in (m, ln t), where both are nearly linear.
    """
    m = _logit(mean)
    guess = 0.5 * np.log(np.log1p((sd / (mean * (1.0 - mean))) ** 2))
    log_t = np.minimum(guess, np.log(LARGEST_SCALE))
    for _ in range(_MOST_STEPS):
        found, variance, by_m, by_t, variance_by_m, variance_by_t = _by_rows(
            _moments, m, np.exp(log_t), room
        )
        gap = np.log(found / mean)
        other = np.log(variance) - 2.0 * np.log(sd)
        determinant = by_m * variance_by_t - by_t * variance_by_m
        step = (gap * variance_by_t - by_t * other) / determinant
        turn = (by_m * other - variance_by_m * gap) / determinant
        m = m - np.clip(step, -1.0, 1.0)
        log_t = log_t - np.clip(turn, -0.5, 0.5)
        if max(np.abs(step).max(), np.abs(turn).max()) < _CLOSE:
            return m, np.exp(log_t)
    raise ArithmeticError("no logit-normal law was found")


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p) - np.log1p(-p))


def _by_rows(
    moments: Callable[[Floats, Floats, Floats], tuple[Floats, ...]],
    m: Floats,
    t: Floats,
    room: Floats,
) -> tuple[Floats, ...]:
    """Moments of all cells, a few at a time."""
    # Never one alone, of which the sum would be another kind of product.
    edges = [*range(0, max(m.size - 1, 1), _ROWS), m.size]
    found = [
        moments(m[start:end], t if t.size == 1 else t[start:end], room)
        for start, end in pairwise(edges)
    ]
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


class _FirstMoment(NamedTuple):
    """Mean, the derivative of its logarithm by m, and what the second moment takes of them.

    x - x0 with x0 the logistic of m comes from e^(t z) - 1, so that small scales lose no digits.

    Parameters
    ----------
    mean, by_m
        Mean, and the derivative of its logarithm (cell,).
    unit, shift
        Deviation of first order, x0 (1 - x0) t, and (mean - x0) in units of it (cell,).
    apart, slope
        x - x0 in these units, and dx/dm (cell, node): in the room, until it is used again.
    """

    mean: Floats
    by_m: Floats
    unit: Floats
    shift: Floats
    apart: Floats
    slope: Floats


def _first_moment(m: Floats, t: Floats, room: Floats) -> _FirstMoment:
    """First moment of laws.

    Parameters
    ----------
    m
        Locations (cell,).
    t
        Scales (cell,), or one of all cells (1,), which spares their exponentials.
    room
        Room for three numbers of each cell and node (3, >= cell, node). Memory that each step
        fetched anew took longer than its arithmetic.
    """
    x0 = 1.0 / (1.0 + np.exp(-m))[:, None]
    t = t[:, None]
    scales, cells = len(t), len(m)
    growth = np.multiply(t, _NODES, out=room[0, :scales])
    np.expm1(growth, out=growth)
    share = np.multiply(x0, growth, out=room[1, :cells])
    share += 1.0
    apart = np.divide(growth, t, out=room[2, :scales])
    apart = np.divide(apart, share, out=room[2, :cells])
    growth += 1.0
    slope = np.multiply(x0 * (1.0 - x0), growth, out=room[0, :cells])
    slope /= np.square(share, out=share)
    unit = (x0 * (1.0 - x0) * t)[:, 0]
    shift = apart @ _WEIGHTS
    mean = x0[:, 0] + unit * shift
    return _FirstMoment(mean, slope @ _WEIGHTS / mean, unit, shift, apart, slope)


def _mean(m: Floats, t: Floats, room: Floats) -> tuple[Floats, ...]:
    """Mean and the derivative of its logarithm by m; of what, see `_moments`."""
    return _first_moment(m, t, room)[:2]


def _moments(m: Floats, t: Floats, room: Floats) -> tuple[Floats, ...]:
    """Mean, variance and the derivatives of their logarithms by m and by ln t.

    Parameters
    ----------
    m, t, room
        As of `_first_moment`.
    """
    mean, by_m, unit, shift, apart, slope = _first_moment(m, t, room)
    by_t = t * (slope @ (_NODES * _WEIGHTS)) / mean
    apart -= shift[:, None]
    centred = np.multiply(apart, slope, out=slope)
    spread = np.square(apart, out=apart) @ _WEIGHTS
    variance_by_m = 2.0 * (centred @ _WEIGHTS) / (unit * spread)
    variance_by_t = 2.0 * t * (centred @ (_NODES * _WEIGHTS)) / (unit * spread)
    return mean, unit**2 * spread, by_m, by_t, variance_by_m, variance_by_t
