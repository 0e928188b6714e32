"""Moment-independent indices delta (Borgonovo 2007), from given data (Plischke et al. 2013)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import (
    UNDEFINED_IS_NAN,
    Measures,
    by_seed,
    half_width,
    portions,
)

__all__ = ["delta"]

GRID = 100
# Points of the grid in which a density is followed from the first, how many widths of a kernel that
# may be, and where the kernel is 0 in double precision.
RUN, WIDEST_RUN, FARTHEST = 10, 10.0, 28.0
MOST_CLASSES = 48


def delta(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Borgonovo's index delta, and first-order indices, by classes of each input.

    Estimators and numbers of classes are SALib's, the bias reduction is that of Plischke et al.
    (2013, Eq. 30), twice the estimate minus the mean of its bootstrap replicates. SALib's own
    `analyze` (1.6.0) takes a bootstrap replicate for the estimate too, so that nothing is reduced.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; each column is a factor.
    """
    order = np.argsort(inputs.T, axis=1, kind="stable")
    starts = _starts(len(inputs))
    # Of the rows as they are, then of the bootstrap replicates.
    found = np.empty((2, len(outputs), len(order), resamples + 1))
    for seed, members in by_seed(seeds):
        replicates = np.random.default_rng(seed).integers(
            len(inputs), size=(resamples + 1, len(inputs))
        )
        replicates[0] = np.arange(len(inputs))
        for r, rows in enumerate(replicates):
            times = np.bincount(rows, minlength=len(inputs))
            # The rows of the replicate in the order of each input, as often as they were drawn.
            chosen = np.repeat(order.ravel(), times[order].ravel()).reshape(order.shape)
            for output in members:
                found[:, output, :, r] = _indices(outputs[output], rows, chosen, starts)
    reduced = 2 * found[..., 0] - found[..., 1:].mean(axis=-1)
    widths = half_width(found[..., 1:])
    names = ("delta", "S1")
    measures = dict(zip(names, reduced, strict=True))
    return measures | {f"{name}_conf": width for name, width in zip(names, widths, strict=True)}


def _starts(size: int) -> NDArray[np.int64]:
    """First ranks of the classes of about equal size, and the number of rows behind them."""
    classes = np.ceil(size ** (2 / (7 + np.tanh((1500 - size) / 500))))
    edges = np.linspace(0, size, int(min(classes, MOST_CLASSES)) + 1)
    return np.floor(edges).astype(np.int64)


def _indices(
    values: Floats,
    rows: NDArray[np.int64],
    chosen: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Delta and first-order index of each column."""
    grid = np.linspace(values.min(), values.max(), GRID)
    whole = _densities(values[rows][None], grid)
    mean, variance = values[rows].mean(), values[rows].var()
    apart, between = np.zeros((2, len(chosen)))
    for low, high in pairwise(starts):
        inside = values[chosen[:, low:high]]
        share = (high - low) / len(rows)
        between += share * (inside.mean(axis=1) - mean) ** 2
        area = np.trapezoid(np.abs(_densities(inside, grid) - whole), grid, axis=1)
        # A class of equal values has no density and is left out.
        apart += np.where(np.ptp(inside, axis=1) > 0, share / 2 * area, 0.0)
    with np.errstate(**UNDEFINED_IS_NAN):
        return apart, between / variance


def _densities(samples: Floats, grid: Floats) -> Floats:
    """Gaussian kernel densities (sample, grid point), with Silverman's bandwidth."""
    size = samples.shape[1]
    with np.errstate(**UNDEFINED_IS_NAN):
        width = samples.std(axis=1, ddof=1) * (0.75 * size) ** -0.2
        scale = 1 / (np.sqrt(2) * width)
        # A kernel that is this much narrower than a run, 0 at its start, may not be so at its end.
        wide = scale * (grid[RUN] - grid[0]) < WIDEST_RUN
        sums = np.full((len(samples), len(grid)), np.nan)
        sums[wide] = _sums_by_runs(samples[wide], grid, scale[wide])
        sums[~wide] = _sums(samples[~wide], grid, scale[~wide])
        return np.asarray(sums / (size * np.sqrt(2 * np.pi) * width)[:, None])


def _sums(samples: Floats, grid: Floats, scale: Floats) -> Floats:
    """Sums (sample, grid point) of the kernels exp(-(scale (point - value))^2)."""
    sums = np.empty((len(samples), len(grid)))
    scaled = samples * scale[:, None]
    for portion in portions(len(grid), samples.size):
        distances = (grid[portion, None] * scale)[:, :, None] - scaled
        sums[:, portion] = np.exp(-(distances**2)).sum(axis=2).T
    return sums


def _sums_by_runs(samples: Floats, grid: Floats, scale: Floats) -> Floats:
    """The same for evenly spaced points, with two exponentials for a run of them.

    exp(-(z + k d)^2) = exp(-z^2) exp(-2 z d)^k exp(-(k d)^2), of which the last does not depend on
    the value and the others follow from point to point by one multiplication.
    """
    sums = np.empty((len(samples), len(grid) // RUN, RUN))
    steps = scale * (grid[1] - grid[0])
    for portion in portions(len(samples), grid.size // RUN * samples.shape[1]):
        starts = grid[::RUN, None] - samples[portion, None]
        # What is farther is 0 all the same.
        z = np.clip(starts * scale[portion, None, None], -FARTHEST, FARTHEST)
        kernels, ratios = np.exp(-(z**2)), np.exp(-2 * z * steps[portion, None, None])
        for k in range(RUN):
            np.einsum("cpn->cp", kernels, out=sums[portion, :, k])
            kernels *= ratios
    common = np.exp(-((steps[:, None] * np.arange(RUN)) ** 2))
    return np.asarray((sums * common[:, None]).reshape(len(samples), len(grid)))
