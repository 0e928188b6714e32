"""Shapley effects by exchanging factors one after the other (Goda 2021)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import NORMAL_95, UNDEFINED_IS_NAN, Measures

__all__ = ["shapley"]


def shapley(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Shapley effects, as parts of the variance and as shares of it.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; each column is a factor, nothing is resampled.

    Raises
    ------
    ValueError
        If a step changes none or several of the factors, or a trajectory not each of them.
    """
    factors = _exchanged(inputs)
    y = outputs.reshape(len(outputs), len(factors), -1)
    before, after = y[:, :, :-1], y[:, :, 1:]
    parts = np.empty_like(before)
    by_step = (y[:, :, :1] - (before + after) / 2) * (before - after)
    np.put_along_axis(parts, np.broadcast_to(factors, parts.shape), by_step, axis=2)
    effects = parts.mean(axis=1)
    count = parts.shape[1]
    shares, errors = _shares(parts, effects)
    return {
        "shapley": effects,
        "shapley_conf": NORMAL_95 * np.sqrt(parts.var(axis=1, ddof=1) / count),
        "shapley_normalized": shares,
        "shapley_normalized_conf": NORMAL_95 * errors,
    }


def _exchanged(inputs: Floats) -> NDArray[np.int64]:
    """Which factor each step (trajectory, step) changes."""
    columns = inputs.shape[1]
    rows = inputs.reshape(-1, columns + 1, columns)
    changed = rows[:, 1:] != rows[:, :-1]
    if (changed.sum(axis=2) != 1).any():
        raise ValueError("each step of a trajectory must change exactly one factor")
    factors: NDArray[np.int64] = changed.argmax(axis=2)
    if (np.sort(factors, axis=1) != np.arange(columns)).any():
        raise ValueError("each trajectory must change every factor exactly once")
    return factors


def _shares(parts: Floats, effects: Floats) -> tuple[Floats, Floats]:
    """Shares of the variance, and their standard errors as those of a ratio of means."""
    count = parts.shape[1]
    sums = parts.sum(axis=2)
    total = sums.mean(axis=1)[:, None]
    with np.errstate(**UNDEFINED_IS_NAN):
        shares = np.where(total == 0, np.nan, effects / total)
    centred, about = parts - effects[:, None], (sums - total)[..., None]
    own = (centred**2).sum(axis=1)
    together = (centred * about).sum(axis=1)
    variance = own - 2 * shares * together + shares**2 * (about**2).sum(axis=1)
    with np.errstate(**UNDEFINED_IS_NAN):
        variance = variance / ((count - 1) * count * total**2)
    return shares, np.sqrt(np.maximum(variance, 0.0))
