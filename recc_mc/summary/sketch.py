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

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.elementary import float_to_bits
from recc_mc.kernels.options import FOLD, inline, kernel, offset, tile_code

__all__ = ["Edges", "Sketch", "add_rows", "between", "neighbours", "sketch_quantiles"]


ONE_BITS = np.int64(0x3FF0000000000000)
#: A bin takes two steps at least, so that differences of bins' numbers do not overflow.
FINEST = 1
# The largest step of the integer scale, that of infinity.
_LAST_STEP = 2**62
# Stands for the step of an undefined draw.
NO_STEP = np.int64(-(2**63))
# How many roundings there are at most between a draw and its step, and between two ways to
# interpolate.
_ROUNDINGS = 8 * np.finfo(np.float64).eps
# Rows whose quantiles are read at a time.
_ROWS = 256


class Edges(NamedTuple):
    """What the bins of sketches hang on, the same in every block of a run."""

    centre: Floats  # (row of any sketch,)
    scale: Floats  # (row of any sketch,)
    bins: int  # of a row, a power of two


class Sketch(NamedTuple):
    """Counts of the draws of some rows, and the two numbers of each row that its bins hang on."""

    centre: Floats  # (row,)
    scale: Floats  # (row,) reciprocal of the distance within which bins are equally wide
    # (row, place) wide in a total, may be narrow in a block; a sketch without places is left alone
    counts: NDArray[Any]
    least: Floats  # (row,) smallest and largest draw; inf and -inf as long as there is none
    most: Floats  # (row,)

    @classmethod
    def empty(
        cls, centre: Floats, scale: Floats, places: int, draws: int | None = None
    ) -> "Sketch":
        """A sketch of nothing.

        Parameters
        ----------
        centre, scale
            What the bins of each row hang on.
        places
            How many bins of a row can be told apart, a power of two; none for a sketch that is
            left alone.
        draws
            Most draws of a row that will be counted one by one, if that is known. Of few, counts
            are narrow: what counting takes is above all the memory that it goes through.
        """
        rows = len(centre)
        # Kernels are compiled for arrays that may be written to, which those of a message may not.
        own, scales = np.array(centre), np.array(scale)
        least, most = np.full(rows, np.inf), np.full(rows, -np.inf)
        narrow = draws is not None and draws <= np.iinfo(np.int16).max
        counts = np.zeros((rows, places), np.int16 if narrow else np.int64)
        return cls(own, scales, counts, least, most)

    def _copy(self) -> "Sketch":
        return Sketch(
            self.centre.copy(),
            self.scale.copy(),
            self.counts.astype(np.int64),
            self.least.copy(),
            self.most.copy(),
        )

    def merge(self, other: "Sketch") -> "Sketch":
        """Sketch of the draws of both, the same bit for bit however they were shared out.

        Centres and scales of the other are the same; both sketches stay as they are.
        """
        merged = self._copy()
        if merged.counts.size:
            # What is read may not be written to, as kernels are compiled for it.
            _merge(merged, other if other.counts.flags.writeable else other._copy())
        return merged


@inline
def step_of(value: float, centre: float, scale: float) -> int:
    """The integer k of a value."""
    apart = (value - centre) * scale
    steps = float_to_bits(1.0 + abs(apart)) - ONE_BITS
    found: int = steps if apart >= 0.0 else -steps
    return found


@kernel
def find_shift(low: int, high: int, places: int, shift: int) -> int:
    """Smallest shift, not below the given one, that brings all bins between two steps to places.

    The search begins where it may end: the numbers of bins apart are no less than the steps apart,
    shifted. From the finest shift on it takes as long as counting 64 draws.
    """
    apart = float_to_bits(np.float64((high >> FINEST) - (low >> FINEST))) >> 52
    most = float_to_bits(np.float64(places)) >> 52
    # An exponent may have been rounded up.
    shift = max(shift, FINEST + apart - most)
    while (high >> shift) - (low >> shift) >= places:
        shift += 1
    return shift


@kernel
def _find_steps(
    values: Floats,
    row: int,
    first: int,
    centre: float,
    scale: float,
    ends: tuple[Floats, Floats],
    steps: Integers,
) -> None:
    """Step of each draw, `NO_STEP` where it is undefined, and partial extremes of the draws."""
    tile_code()
    first = offset(first)
    least, most = ends
    for lane in range(FOLD):
        least[lane] = np.inf
        most[lane] = -np.inf
    whole = len(steps) // FOLD * FOLD
    for start in range(0, whole, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            # NaN is neither smaller nor larger.
            least[lane] = value if value < least[lane] else least[lane]
            most[lane] = value if value > most[lane] else most[lane]
            step = step_of(value, centre, scale)
            steps[start + lane] = step if value == value else NO_STEP
    for s in range(whole, len(steps)):
        value = values[row, first + s]
        least[0] = value if value < least[0] else least[0]
        most[0] = value if value > most[0] else most[0]
        step = step_of(value, centre, scale)
        steps[s] = step if value == value else NO_STEP


@kernel
def _move(
    counts: NDArray[Any], row: int, base: int, by: int, more: NDArray[Any], other: int
) -> None:
    """Add counts (place,), whose first bin is number ``base``, to a row with bins 2^by as wide."""
    mask = counts.shape[1] - 1
    for place in range(counts.shape[1]):
        if more[other, place] > 0:
            number = base + ((place - base) & mask)
            counts[row, (number >> by) & mask] += more[other, place]


@kernel
def _widen(sketch: Sketch, row: int, low: float, high: float) -> int:
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
def _add_row(
    values: Floats,
    row: int,
    first: int,
    sketch: Sketch,
    ends: tuple[Floats, Floats],
    steps: Integers,
) -> None:
    """Count the defined draws of one row, as many from ``first`` on as there is room for steps."""
    _find_steps(values, row, first, sketch.centre[row], sketch.scale[row], ends, steps)
    low = ends[0][0]
    high = ends[1][0]
    for lane in range(1, FOLD):
        low = min(low, ends[0][lane])
        high = max(high, ends[1][lane])
    if low > high:
        return
    shift = _widen(sketch, row, low, high)
    mask = sketch.counts.shape[1] - 1
    for s in range(len(steps)):
        if steps[s] != NO_STEP:
            sketch.counts[row, (steps[s] >> shift) & mask] += 1


@kernel
def add_rows(values: Floats, samples: int, unit_size: int, sketch: Sketch) -> None:
    """Count the defined draws of (row, sample) in their rows of the sketch.

    Parameters
    ----------
    values
        Draws.
    samples
        How many of them count.
    unit_size
        Samples that are counted at a time, while they are in the cache.
    sketch
        Added to.
    """
    ends = np.empty(FOLD), np.empty(FOLD)
    steps = np.empty(unit_size, np.int64)
    for row in range(values.shape[0]):
        for first in range(0, samples, unit_size):
            _add_row(values, row, first, sketch, ends, steps[: samples - first])


@kernel
def _merge(total: Sketch, part: Sketch) -> None:
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


def neighbours(
    draws: int | Integers, levels: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Ranks, from 0, of the two draws that each quantile lies between, and how far it is from one.

    Parameters
    ----------
    draws
        Number of draws; of several rows (row, 1).
    levels
        Probabilities.
    """
    place = (draws - 1) * np.asarray(levels)
    lower = np.floor(place).astype(np.int64)
    return lower, np.minimum(lower + 1, draws - 1), place - lower


def between(
    lower: NDArray[np.float64], upper: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values a share of the way from one to another, to the last bit as `numpy.quantile` has them.

    Parameters
    ----------
    lower, upper
        The values.
    share
        The share, 0 to 1.
    """
    apart = upper - lower
    return np.where(share < 0.5, lower + apart * share, upper - apart * (1 - share))


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
    shape = len(sketch.counts), len(levels)
    found, bound = np.full(shape, np.nan), np.full(shape, np.nan)
    rows = np.flatnonzero(sketch.least <= sketch.most)
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        found[some], bound[some] = _quantiles(_bins(sketch, some), levels)
    return found, bound


class _Bins(NamedTuple):
    """Bins of some rows that have draws, in rising order."""

    centre: Floats  # (row, 1)
    scale: Floats  # (row, 1)
    ends: tuple[Floats, Floats]  # (row, 1) smallest and largest draw
    shift: Integers  # (row, 1)
    first: Integers  # (row, 1) number of the first bin
    counts: Integers  # (row, bin) of the bins from the first one on
    below: Integers  # (row, bin) draws in the bin and those before

    def edges(self, place: Integers) -> tuple[Floats, Floats]:
        """No draw of a bin (row, level) is smaller, nor larger; the ends are draws."""
        number = self.first + place
        # A step more on either side: draws were rounded to steps.
        lower = _value((number << self.shift) - 1, self.centre, self.scale, -1)
        upper = _value((number + 1) << self.shift, self.centre, self.scale, 1)
        return np.clip(lower, *self.ends), np.clip(upper, *self.ends)


def _bins(sketch: Sketch, rows: Integers) -> _Bins:
    """Bins of rows that have draws."""
    places = sketch.counts.shape[1]
    centre, scale = sketch.centre[rows, None], sketch.scale[rows, None]
    ends = sketch.least[rows, None], sketch.most[rows, None]
    low, high = (_step(end, centre, scale) for end in ends)
    steps = zip(low.ravel().tolist(), high.ravel().tolist(), strict=True)
    shift = np.array([[find_shift(*pair, places, FINEST)] for pair in steps])
    first = low >> shift
    # The places are the remainders of the bins' numbers.
    turned = (first + np.arange(places)) % places
    counts = np.take_along_axis(sketch.counts[rows].astype(np.int64), turned, axis=1)
    return _Bins(centre, scale, ends, shift, first, counts, np.cumsum(counts, axis=1))


def _quantiles(bins: _Bins, levels: Sequence[float]) -> tuple[Floats, Floats]:
    *ranks, share = neighbours(bins.below[:, -1:], levels)
    ends = [_draw(bins, rank) for rank in ranks]
    low, value, high = (between(one, other, share) for one, other in zip(*ends, strict=True))
    bound = np.maximum(value - low, high - value)
    # Two ways to compute one number differ in the last bits, unless its draws are known.
    rounding = _ROUNDINGS * np.abs(ends).max(axis=(0, 1))
    return value, np.where(low < high, bound + rounding, bound)


def _draw(bins: _Bins, rank: Integers) -> tuple[Floats, Floats, Floats]:
    """What the draw of a rank (row, level) is at least, about, and at most."""
    place = np.stack([(bins.below <= k[:, None]).sum(axis=1) for k in rank.T], axis=1)
    low, high = bins.edges(place)
    count, below = (np.take_along_axis(of, place, axis=1) for of in (bins.counts, bins.below))
    smallest, largest = bins.ends
    # The smallest and the largest are at an end of the first and last bin.
    low = np.where(rank == bins.below[:, -1:] - 1, largest, low)
    high = np.where(rank == 0, smallest, high)
    inside = (rank - (below - count) + 0.5) / count
    return low, low + inside * (high - low), high


def _step(value: Floats, centre: Floats, scale: Floats) -> Integers:
    """As `step_of`, in NumPy."""
    apart = (value - centre) * scale
    steps = (1.0 + np.abs(apart)).view(np.int64) - ONE_BITS
    return np.asarray(np.where(apart >= 0, steps, -steps), np.int64)


def _value(steps: Integers, centre: Floats, scale: Floats, side: int) -> Floats:
    """Values of which the steps are, rounded generously to one side."""
    size = np.minimum(np.abs(steps), _LAST_STEP)
    with np.errstate(over="ignore"):
        apart = ((size + ONE_BITS).view(np.float64) - 1.0) / scale
        value = centre + np.sign(steps) * apart
        return np.asarray(value + side * _ROUNDINGS * (np.abs(centre) + apart))
