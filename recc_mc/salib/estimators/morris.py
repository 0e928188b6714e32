"""Elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007)."""

from collections.abc import Sequence

import numpy as np

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import Measures, by_seed, factor_means, half_width

__all__ = ["LEVELS", "morris"]

LEVELS = 4
"""Levels of a Morris design."""
# Step of the design over the width of its grid.
STEP = LEVELS / (2 * (LEVELS - 1))


def morris(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Mean, mean of absolute values and standard deviation of the elementary effects.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators. The rows of a trajectory follow each other.

    Returns
    -------
    dict
        Where several columns make a factor only ``mu_star`` and ``mu_star_conf`` are defined, their
        means over the columns: these move in directions of their own.
    """
    effects = _effects(inputs, outputs, 1 + max(groups))
    magnitudes = np.abs(effects)
    conf = np.empty(effects.shape[:2])
    for seed, members in by_seed(seeds):
        conf[members] = _widths(magnitudes[members], resamples, seed)
    several = np.bincount(groups) > 1
    measures = {
        "mu": factor_means(effects.mean(axis=2), groups),
        "mu_star": factor_means(magnitudes.mean(axis=2), groups),
        "mu_star_conf": factor_means(conf, groups),
        "sigma": factor_means(effects.std(axis=2, ddof=1), groups),
    }
    directed = {name: np.where(several, np.nan, measures[name]) for name in ("mu", "sigma")}
    return measures | directed


def _effects(inputs: Floats, outputs: Floats, factors: int) -> Floats:
    """Effects (output, column, trajectory) of the one step in which each column moves."""
    steps = np.diff(inputs.reshape(-1, factors + 1, inputs.shape[1]), axis=1)
    trajectories = np.arange(len(steps))[:, None]
    moved = (steps != 0).argmax(axis=1)
    direction = np.sign(steps[trajectories, moved, np.arange(inputs.shape[1])])
    changes = np.diff(outputs.reshape(len(outputs), -1, factors + 1), axis=2)
    effects = direction * changes[:, trajectories, moved] / STEP
    return np.ascontiguousarray(effects.transpose(0, 2, 1))


def _widths(magnitudes: Floats, resamples: int, seed: int) -> Floats:
    """Half-widths (output, column) of the mean magnitude."""
    generator = np.random.default_rng(seed)
    count = magnitudes.shape[2]
    widths = np.empty(magnitudes.shape[:2])
    for column in range(magnitudes.shape[1]):
        chosen = generator.integers(count, size=(resamples, count))
        for output, values in enumerate(magnitudes[:, column]):
            widths[output, column] = half_width(values[chosen].mean(axis=1))
    return widths
