"""Quantile sketches: counts of draws in bins whose width is bounded, whatever the distribution.

The bins of a row of draws x are stretches of equal length of the integer

    k(x) = +-(bits(1 + |x - c| s) - bits(1)),  the sign that of x - c,

where bits() reads the representation of a float64 as an integer, c is a centre and 1/s a scale.
k never falls where x rises, and takes 2^52 steps for every doubling of 1/s + |x - c|: near the
centre bins are equally wide, far from it their width is a fixed share of the distance, as in
histograms of high dynamic range and in DDSketch (Masson, Rim & Lee 2019, VLDB 12:2195).

A bin takes 2^shift steps, with the least shift for which the bins from the smallest draw to the
largest are no more than there are places. So no draw is ever beyond the bins, and the counts are a
function of the draws alone: in whatever order they are added or merged, every bit is the same. The
count of bin b is at place b modulo the number of places, a power of two; it stays there when the
smallest draw becomes smaller, and two bins become one when the shift grows by one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.elementary import float_to_bits
from recc_mc.kernels.options import inline, kernel, offset, tile_code
from recc_mc.kernels.records import Floats
from recc_mc.kernels.tally import FOLD

ONE_BITS = np.int64(0x3FF0000000000000)
#: A bin takes two steps at least, so that differences of bins' numbers do not overflow.
FINEST = 1


class Sketch(NamedTuple):
    """Counts of the draws of some rows, and the two numbers of each row that its bins hang on."""

    centre: Floats  # (row,)
    scale: Floats  # (row,) reciprocal of the distance within which bins are equally wide
    counts: NDArray[np.int64]  # (row, place)
    least: Floats  # (row,) smallest and largest draw; inf and -inf as long as there is none
    most: Floats  # (row,)


@inline
def step_of(value, centre, scale):
    """The integer k of a value."""
    apart = (value - centre) * scale
    steps = float_to_bits(1.0 + abs(apart)) - ONE_BITS
    return steps if apart >= 0.0 else -steps


@kernel
def find_shift(low, high, places, shift):
    """Smallest shift, not below the given one, that brings all bins between two steps to places."""
    while (high >> shift) - (low >> shift) >= places:
        shift += 1
    return shift


@kernel
def _find_range(values, row, first, count, least, most):
    """Partial extremes of the defined draws of a row; whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        least[lane] = np.inf
        most[lane] = -np.inf
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            # NaN is neither smaller nor larger.
            least[lane] = value if value < least[lane] else least[lane]
            most[lane] = value if value > most[lane] else most[lane]


@kernel
def _find_places(values, row, first, count, centre, scale, shift, mask, places):
    """Place of each draw's bin; -1 where the draw is undefined."""
    tile_code()
    first = offset(first)
    for s in range(count):
        value = values[row, first + s]
        place = (step_of(value, centre, scale) >> shift) & mask
        places[s] = place if value == value else np.int64(-1)


@kernel
def _move(counts, row, base, by, more, other):
    """Add counts (place,), whose first bin is number ``base``, to a row with bins 2^by as wide."""
    mask = counts.shape[1] - 1
    for place in range(counts.shape[1]):
        if more[other, place] > 0:
            number = base + ((place - base) & mask)
            counts[row, (number >> by) & mask] += more[other, place]


@kernel
def _widen(sketch, row, low, high):
    """Let a row reach from one draw to another too; return its shift."""
    centre = sketch.centre[row]
    scale = sketch.scale[row]
    places = sketch.counts.shape[1]
    before = sketch.least[row], sketch.most[row]
    least = min(before[0], low)
    most = max(before[1], high)
    shift = find_shift(step_of(least, centre, scale), step_of(most, centre, scale), places, FINEST)
    if before[0] <= before[1]:
        first = step_of(before[0], centre, scale)
        old = find_shift(first, step_of(before[1], centre, scale), places, FINEST)
        if old < shift:
            finer = sketch.counts[row : row + 1].copy()
            sketch.counts[row] = 0
            _move(sketch.counts, row, first >> old, shift - old, finer, 0)
    sketch.least[row] = least
    sketch.most[row] = most
    return shift


@kernel
def add_row(values, row, first, count, place, sketch):
    """Count the defined draws of one row, ``count`` from ``first`` on, in a row of the sketch."""
    lows = np.empty(FOLD)
    highs = np.empty(FOLD)
    _find_range(values, row, first, count, lows, highs)
    low = lows.min()
    high = highs.max()
    for s in range(first + count // FOLD * FOLD, first + count):
        value = values[row, s]
        low = value if value < low else low
        high = value if value > high else high
    if low > high:
        return
    shift = _widen(sketch, place, low, high)
    places = np.empty(count, np.int64)
    mask = sketch.counts.shape[1] - 1
    _find_places(
        values, row, first, count, sketch.centre[place], sketch.scale[place], shift, mask, places
    )
    for s in range(count):
        if places[s] >= 0:
            sketch.counts[place, places[s]] += 1


@kernel
def add_rows(values, samples, unit_size, first_row, sketch):
    """Count the defined draws of (row, sample) in their rows of the sketch.

    Parameters
    ----------
    values
        Draws.
    samples
        How many of them count.
    unit_size
        Samples that are counted at a time, while they are in the cache.
    first_row
        Row of the sketch that the first row of ``values`` belongs to.
    sketch
        Added to.
    """
    for row in range(values.shape[0]):
        for first in range(0, samples, unit_size):
            add_row(values, row, first, min(unit_size, samples - first), first_row + row, sketch)


@kernel
def merge_sketches(total, part):
    """Add the draws of one sketch to another, whose centres and scales are the same."""
    for row in range(total.counts.shape[0]):
        low = part.least[row]
        high = part.most[row]
        if low <= high:
            shift = _widen(total, row, low, high)
            first = step_of(low, part.centre[row], part.scale[row])
            last = step_of(high, part.centre[row], part.scale[row])
            finer = find_shift(first, last, part.counts.shape[1], FINEST)
            _move(total.counts, row, first >> finer, shift - finer, part.counts, row)
