"""Quantiles of draws that are not kept, from a sketch, each with a bound of its error."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.sketch import FINEST, ONE_BITS, Sketch, find_shift, merge_sketches
from recc_mc.summary.quantiles import between, neighbours

__all__ = ["add_sketch", "sketch_quantiles"]

# The largest step of the sketch's integer scale, that of infinity.
_LAST_STEP = 2**62
# How many roundings there are at most between a draw and its step, and between two ways to
# interpolate.
_ROUNDINGS = 8 * np.finfo(np.float64).eps

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def _copy(sketch: Sketch) -> Sketch:
    return Sketch(
        sketch.centre.copy(),
        sketch.scale.copy(),
        sketch.counts.copy(),
        sketch.least.copy(),
        sketch.most.copy(),
    )


class _Bins(NamedTuple):
    """Bins of a row that hold draws, in rising order."""

    lower: Floats  # no draw of the bin is smaller
    upper: Floats  # nor larger
    counts: Integers


def add_sketch(total: Sketch, part: Sketch) -> Sketch:
    """Sketch of the draws of two, the same bit for bit however draws were shared among them.

    Parameters
    ----------
    total, part
        Sketches with the same centres and scales; they stay as they are.
    """
    # Kernels are compiled for arrays that may be written to.
    merged, other = (_copy(sketch) for sketch in (total, part))
    if merged.counts.size:
        merge_sketches(merged, other)
    return merged


def sketch_quantiles(sketch: Sketch, levels: Sequence[float]) -> tuple[Floats, Floats]:
    """Quantiles, linear between order statistics, and how much they may be wrong.

    A quantile lies between two draws of known rank, each of which lies within a known bin: the
    stretch that it is in is known, whatever the distribution. Within, it is placed as if the draws
    of a bin were spread evenly. The smallest and the largest draw are known exactly.

    Parameters
    ----------
    sketch
        The sketch.
    levels
        Probabilities.

    Returns
    -------
    tuple
        Quantiles and bounds of their errors, both (row, level): none is further from the quantile
        of the draws themselves than its bound. NaN where no draw is defined.
    """
    rows = len(sketch.counts)
    found, bound = (np.full((rows, len(levels)), np.nan) for _ in range(2))
    for row in np.flatnonzero(sketch.least <= sketch.most):
        found[row], bound[row] = _quantiles(_bins(sketch, int(row)), levels)
    return found, bound


def _quantiles(bins: _Bins, levels: Sequence[float]) -> tuple[Floats, Floats]:
    draws = int(bins.counts.sum())
    below = np.cumsum(bins.counts)
    *ranks, share = neighbours(draws, levels)
    ends = [_draw(bins, below, rank) for rank in ranks]
    low, value, high = (between(one, other, share) for one, other in zip(*ends, strict=True))
    bound = np.maximum(value - low, high - value)
    # Two ways to compute one number differ in the last bits, unless its draws are known.
    rounding = _ROUNDINGS * np.abs(ends).max(axis=(0, 1))
    return value, np.where(low < high, bound + rounding, bound)


def _draw(bins: _Bins, below: Integers, rank: Integers) -> tuple[Floats, Floats, Floats]:
    """What the draw of a rank is at least, about, and at most."""
    place = np.searchsorted(below, rank, side="right")
    low, high, count = bins.lower[place], bins.upper[place], bins.counts[place]
    # The smallest and the largest are at an end of the first and last bin.
    low = np.where(rank == below[-1] - 1, bins.upper[-1], low)
    high = np.where(rank == 0, bins.lower[0], high)
    inside = (rank - (below[place] - count) + 0.5) / count
    return low, low + inside * (high - low), high


def _bins(sketch: Sketch, row: int) -> _Bins:
    """Bins of a row with their edges, which end at the smallest and the largest draw."""
    counts, places = sketch.counts[row], sketch.counts.shape[1]
    centre, scale = sketch.centre[row], sketch.scale[row]
    ends = sketch.least[row], sketch.most[row]
    first, last = (int(_step(end, centre, scale)) for end in ends)
    shift = int(find_shift(first, last, places, FINEST))
    # The numbers of the bins, of which the places are remainders.
    numbers = (first >> shift) + np.arange((last >> shift) - (first >> shift) + 1)
    counts = counts[numbers % places]
    numbers, counts = numbers[counts > 0], counts[counts > 0]
    # A step more on either side: draws were rounded to steps.
    lower = np.clip(_value((numbers << shift) - 1, centre, scale, -1), *ends)
    upper = np.clip(_value(((numbers + 1) << shift), centre, scale, 1), *ends)
    return _Bins(lower, upper, counts)


def _step(value: float, centre: float, scale: float) -> Integers:
    """The integer scale of `recc_mc.kernels.sketch`."""
    apart = (np.float64(value) - centre) * scale
    steps = (1.0 + np.abs(apart)).view(np.int64) - ONE_BITS
    return np.asarray(np.where(apart >= 0, steps, -steps), np.int64)


def _value(steps: Integers, centre: float, scale: float, side: int) -> Floats:
    """Values of which the steps are, rounded generously to one side."""
    size = np.minimum(np.abs(steps), _LAST_STEP)
    with np.errstate(over="ignore"):
        apart = ((size + ONE_BITS).view(np.float64) - 1.0) / scale
        value = centre + np.sign(steps) * apart
        return np.asarray(value + side * _ROUNDINGS * (np.abs(centre) + apart))
