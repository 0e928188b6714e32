"""Moments, class counts and histograms of draws, added up block by block.

Works on finished draws, (row, sample), a unit at a time while they are still in the cache. Counts
are integers and add up in any order; moments are kept by unit, so that whoever merges them can do
so in the order of the units. Both are therefore the same however a run was cut.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.kernels.records import Floats, Integers

#: Independent partial sums of a unit; a fixed number, so that a sum is the same on every machine.
FOLD = 16


class Moments(NamedTuple):
    """Moments of each row within each unit; undefined draws are left out."""

    draws: Integers  # (unit, row) how many are defined
    mean: Floats  # (unit, row)
    squares: Floats  # (unit, row) sum of squared deviations from the mean


class Counts(NamedTuple):
    """In how many draws something is the case."""

    zone: Integers  # (object, zone)
    grade: Integers  # (object, grade)
    rank: Integers  # (object, rank); no ranks where they are not kept
    overload: Integers  # (object,) C >= 1
    above: Integers  # (mine, other mine, year) C of the first is larger; empty where not kept
    both: Integers  # (mine, other mine, year) both are defined
    accepted: Integers  # (matrix,)
    repaired: Integers  # (matrix,)
    redrawn: Integers  # (matrix,)


class Histogram(NamedTuple):
    """Fixed-edge histograms of each row; the first and last bin take what lies beyond."""

    low: Floats  # (row,) lower edge
    scale: Floats  # (row,) bins per unit of the value
    counts: NDArray[np.int64]  # (row, bin)
    least: Floats  # (row,) smallest and largest draw
    most: Floats  # (row,)


@kernel
def _fold(values, row, first, count, origin, sums, hits):
    """Partial sums of value - origin over the defined draws of a row; whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        sums[lane] = 0.0
        hits[lane] = 0.0
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            sums[lane] += value - origin if value == value else 0.0
            hits[lane] += 1.0 if value == value else 0.0


@kernel
def _fold_squares(values, row, first, count, mean, sums):
    """Partial sums of (value - mean)^2; whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        sums[lane] = 0.0
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            apart = value - mean if value == value else 0.0
            sums[lane] += apart * apart


@kernel
def _row_moments(values, row, first, count, sums, hits):
    """Number, mean and sum of squared deviations of one row of a unit (two passes)."""
    # Deviations are taken from the first defined draw: if all are equal, mean and squares are
    # exact.
    origin = 0.0
    for s in range(first, first + count):
        if values[row, s] == values[row, s]:
            origin = values[row, s]
            break
    _fold(values, row, first, count, origin, sums, hits)
    total = 0.0
    draws = 0.0
    for lane in range(FOLD):
        total += sums[lane]
        draws += hits[lane]
    for s in range(first + count // FOLD * FOLD, first + count):
        if values[row, s] == values[row, s]:
            total += values[row, s] - origin
            draws += 1.0
    mean = origin + total / max(draws, 1.0)
    _fold_squares(values, row, first, count, mean, sums)
    squares = 0.0
    for lane in range(FOLD):
        squares += sums[lane]
    for s in range(first + count // FOLD * FOLD, first + count):
        if values[row, s] == values[row, s]:
            squares += (values[row, s] - mean) ** 2
    return np.int64(draws), mean, squares


@kernel
def add_moments(values, samples, unit_size, first_row, moments):
    """Moments of all rows of ``values`` (row, sample), unit by unit.

    Parameters
    ----------
    values
        Draws from the beginning of a unit on.
    samples
        How many of them count.
    unit_size
        Samples per unit.
    first_row
        Row of ``moments`` that the first row of ``values`` belongs to.
    moments
        Filled for the units that ``samples`` cover.
    """
    sums = np.empty(FOLD)
    hits = np.empty(FOLD)
    for unit in range((samples + unit_size - 1) // unit_size):
        first = unit * unit_size
        count = min(unit_size, samples - first)
        for row in range(values.shape[0]):
            draws, mean, squares = _row_moments(values, row, first, count, sums, hits)
            moments.draws[unit, first_row + row] = draws
            moments.mean[unit, first_row + row] = mean
            moments.squares[unit, first_row + row] = squares


@kernel
def add_classes(codes, samples, lowest, counts):
    """Count codes ``lowest``... of (object, sample); smaller ones are undefined."""
    for i in range(codes.shape[0]):
        for s in range(samples):
            place = np.int64(codes[i, s]) - lowest
            if place >= 0:
                counts[i, place] += 1


@kernel
def add_overload(recc, samples, overload):
    """Count C >= 1."""
    for i in range(recc.shape[0]):
        count = 0
        for s in range(samples):
            count += 1 if recc[i, s] >= 1.0 else 0
        overload[i] += count


@kernel
def _compare(recc, i, k, samples, above, both):
    tile_code()
    larger = np.int64(0)
    defined = np.int64(0)
    for s in range(samples):
        larger += np.int64(recc[i, s] > recc[k, s])
        defined += np.int64(recc[i, s] == recc[i, s]) & np.int64(recc[k, s] == recc[k, s])
    return larger, defined


@kernel
def add_outranks(recc, samples, years, above, both):
    """Count in how many draws one mine's C is larger than another's of the same year."""
    mines = recc.shape[0] // years
    for mine in range(mines):
        for other in range(mines):
            for year in range(years):
                larger, defined = _compare(
                    recc, mine * years + year, other * years + year, samples, above, both
                )
                above[mine, other, year] += larger
                both[mine, other, year] += defined


@kernel
def add_ledger(ratio, exponent, redraws, samples, limit, accepted, repaired, redrawn):
    """Count what became of the drawn judgment matrices."""
    for k in range(ratio.shape[0]):
        for s in range(samples):
            changed = exponent[k, s] < 1.0
            again = redraws[k, s] > 0
            repaired[k] += 1 if changed else 0
            redrawn[k] += 1 if again else 0
            accepted[k] += 1 if ratio[k, s] < limit and not changed and not again else 0


@kernel
def add_histogram(values, samples, first_row, histogram):
    """Count the defined draws of (row, sample) in the bins of their rows."""
    bins = histogram.counts.shape[1]
    for row in range(values.shape[0]):
        place = first_row + row
        low = histogram.low[place]
        scale = histogram.scale[place]
        least = histogram.least[place]
        most = histogram.most[place]
        for s in range(samples):
            value = values[row, s]
            if value == value:
                # Clamped as a float: an index beyond the integers would be undefined.
                position = min(max((value - low) * scale + 1.0, 0.0), bins - 1.0)
                histogram.counts[place, np.int64(position)] += 1
                least = min(least, value)
                most = max(most, value)
        histogram.least[place] = least
        histogram.most[place] = most


@kernel
def tally_draws(draws, samples, years, unit_size, cr_limit, moments, counts, histogram):
    """Add the first ``samples`` samples of ``draws`` to all tallies.

    Rows of the moments are S, P and C of every object, then the indicators' weights; rows of the
    histogram are S, P and C of every object. A histogram without bins is left alone.
    """
    objects = draws.recc.shape[0]
    rows = (draws.support, draws.pressure, draws.recc)
    for number in range(3):
        add_moments(rows[number], samples, unit_size, number * objects, moments)
        if histogram.counts.shape[1] > 0:
            add_histogram(rows[number], samples, number * objects, histogram)
    add_moments(draws.weight, samples, unit_size, 3 * objects, moments)
    add_classes(draws.zone, samples, 0, counts.zone)
    add_classes(draws.grade, samples, 1, counts.grade)
    if counts.rank.shape[1] > 0:
        add_classes(draws.rank, samples, 1, counts.rank)
    add_overload(draws.recc, samples, counts.overload)
    if counts.above.shape[0] > 0:
        add_outranks(draws.recc, samples, years, counts.above, counts.both)
    add_ledger(
        draws.consistency_ratio,
        draws.repair,
        draws.redraws,
        samples,
        cr_limit,
        counts.accepted,
        counts.repaired,
        counts.redrawn,
    )
