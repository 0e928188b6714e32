"""Distances between conditional and unconditional distributions (Pianosi and Wagener 2018)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import (
    UNDEFINED_IS_NAN,
    Measures,
    factor_means,
    portions,
)

__all__ = ["pawn"]

SLIDES = 10


def pawn(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Statistics, over ten intervals of each input, of Kolmogorov-Smirnov distances.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; nothing is resampled. Of a factor of several columns the means.
    """
    slides = _slides(inputs)
    distances = np.empty((len(outputs), len(slides), SLIDES))
    for values, found in zip(outputs, distances, strict=True):
        order = np.argsort(values)
        # Distributions are compared after the last of equal values.
        last = np.append(np.diff(values[order]) != 0, True)
        for portion in portions(len(slides), SLIDES * len(values)):
            found[portion] = _distances(slides[portion][:, order], last)
    statistics = {
        "pawn_minimum": np.nanmin(distances, axis=-1),
        "pawn_mean": np.nanmean(distances, axis=-1),
        "pawn_median": np.nanmedian(distances, axis=-1),
        "pawn_maximum": np.nanmax(distances, axis=-1),
        "pawn_stdev": np.nanstd(distances, axis=-1),
    }
    statistics["pawn_cv"] = statistics["pawn_stdev"] / statistics["pawn_mean"]
    return {name: factor_means(values, groups) for name, values in statistics.items()}


def _slides(inputs: Floats) -> NDArray[np.int8]:
    """In which interval of its input each row is (column, row); the largest is in none, -1."""
    step = 1 / SLIDES
    edges = np.quantile(inputs, np.arange(0, 1 + step, step), axis=0)
    found = np.full(inputs.T.shape, -1, np.int8)
    for number, (low, high) in enumerate(pairwise(edges)):
        found[((inputs >= low) & (inputs < high)).T] = number
    return found


def _distances(slides: NDArray[np.int8], last: NDArray[np.bool_]) -> Floats:
    """Distances (column, slide) from slides in the order of the outputs; NaN where none is in."""
    inside = slides[:, None] == np.arange(SLIDES, dtype=np.int8)[:, None]
    below = np.cumsum(inside, axis=2, dtype=np.int32)
    rows, members = below.shape[2], below[..., -1]
    every = np.arange(1, rows + 1)[last]
    with np.errstate(**UNDEFINED_IS_NAN):
        apart = np.abs(below[..., last] / members[..., None] - every / rows)
    return np.asarray(apart.max(axis=-1))
