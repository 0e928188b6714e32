"""The logit-normal law of a given mean and standard deviation on (0, 1).

x = 1 / (1 + e^-(m + t z)), z ~ N(0, 1): Johnson's (1949) S_B. Its moments have no closed form; they
are sums over equidistant nodes, which for an analytic integrand under a Gaussian weight are exact
to rounding: the poles of the logistic are pi / t >= 2.2 away from the real line.
"""

import numpy as np

from recc_mc._typing import Floats

__all__ = ["LARGEST_SCALE", "solve_logit_normal"]


LARGEST_SCALE = 2.0**0.5
"""Up to this t the law has one peak wherever it lies; beyond, it may heap up at both ends."""

_STEP = 0.125
_NODES = np.arange(-12.0, 12.0 + _STEP, _STEP)
_WEIGHTS = np.exp(-0.5 * _NODES**2) * _STEP / np.sqrt(2 * np.pi)
_MOST_STEPS = 100
_CELLS = 4096  # at a time: what bounds the memory of the nodes


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
    for start in range(0, mean.size, _CELLS):
        part = slice(start, start + _CELLS)
        location[part], scale[part], spread[part] = _solve(mean[part], sd[part])
    return location, scale, spread


def _solve(mean: Floats, sd: Floats) -> tuple[Floats, Floats, Floats]:
    # By symmetry only means up to 1/2 occur: their distance from the near bound keeps its digits.
    mirrored = mean > 0.5
    near = np.where(mirrored, 1.0 - mean, mean)
    widest = np.full_like(near, np.log(LARGEST_SCALE))
    location = _newton(near, None, np.log(near) - np.log1p(-near) - 0.6, widest)[0]
    largest = np.sqrt(_moments(location, LARGEST_SCALE)[1])
    scale = np.full_like(near, LARGEST_SCALE)
    inside = sd < largest
    if inside.any():
        p, s = near[inside], sd[inside]
        guess = 0.5 * np.log(np.log1p((s / (p * (1.0 - p))) ** 2))
        start = np.log(p) - np.log1p(-p)
        location[inside], logs = _newton(p, s, start, np.minimum(guess, widest[inside]))
        scale[inside] = np.exp(logs)
    return np.where(mirrored, -location, location), scale, np.where(inside, sd, largest)


def _newton(mean: Floats, sd: Floats | None, m: Floats, log_t: Floats) -> tuple[Floats, Floats]:
    """Newton's method on (ln mean, ln variance) in (m, ln t), where both are nearly linear.

    Without deviations the scales stay, and only the means are sought.
    """
    for _ in range(_MOST_STEPS):
        found, variance, by_m, by_t, variance_by_m, variance_by_t = _moments(m, np.exp(log_t))
        gap = np.log(found / mean)
        if sd is None:
            step = gap / by_m
            turn = np.zeros_like(step)
        else:
            other = np.log(variance) - 2.0 * np.log(sd)
            determinant = by_m * variance_by_t - by_t * variance_by_m
            step = (gap * variance_by_t - by_t * other) / determinant
            turn = (by_m * other - variance_by_m * gap) / determinant
        m = m - np.clip(step, -1.0, 1.0)
        log_t = log_t - np.clip(turn, -0.5, 0.5)
        if max(np.abs(step).max(), np.abs(turn).max()) < 1e-12:
            return m, log_t
    raise ArithmeticError("no logit-normal law was found")


def _moments(m: Floats, t: Floats | float) -> tuple[Floats, ...]:
    """Mean, variance and the derivatives of their logarithms by m and by ln t.

    x - x0 with x0 the logistic of m comes from e^(t z) - 1, so that small scales lose no digits.
    """
    t = np.broadcast_to(t, m.shape)[:, None]
    x0 = 1.0 / (1.0 + np.exp(-m))[:, None]
    growth = np.expm1(t * _NODES)
    share = 1.0 + x0 * growth
    # Apart from x0, in units of its own first-order deviation x0 (1 - x0) t.
    unit = (x0 * (1.0 - x0) * t)[:, 0]
    apart = growth / t / share
    shift = apart @ _WEIGHTS
    slope = x0 * (1.0 - x0) * (1.0 + growth) / share**2
    mean = x0[:, 0] + unit * shift
    centred = (apart - shift[:, None]) * slope
    spread = (apart - shift[:, None]) ** 2 @ _WEIGHTS
    by_m = slope @ _WEIGHTS / mean
    by_t = t[:, 0] * (slope @ (_NODES * _WEIGHTS)) / mean
    variance_by_m = 2.0 * (centred @ _WEIGHTS) / (unit * spread)
    variance_by_t = 2.0 * t[:, 0] * (centred @ (_NODES * _WEIGHTS)) / (unit * spread)
    return mean, unit**2 * spread, by_m, by_t, variance_by_m, variance_by_t
