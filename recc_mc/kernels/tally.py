"""Moments and class counts of draws, added up block by block.

What compares mines or years with each other is in :mod:`.comparisons`, quantiles in
:mod:`.sketch`.

Works on finished draws, (row, sample), a unit at a time while they are still in the cache. Counts
are integers and add up in any order; moments are kept by unit, so that whoever merges them can do
so in the order of the units. Both are therefore the same however a run was cut.
"""

from typing import NamedTuple

import numpy as np

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
    rank_sum: Integers  # (object,) sum of the ranks
    rank_squares: Integers  # (object,) sum of their squares
    rank_same: Integers  # (object,) the rank is that of the baseline
    overload: Integers  # (object,) C >= 1
    # (mine, year) the first year with C >= 1, among draws with a C in all years; behind the years
    # that there is none
    first_overload: Integers
    above: Integers  # (mine, other mine, year) C of the first is larger; empty where not kept
    both: Integers  # (mine, other mine, year) both are defined
    # (year, score) concordant less discordant pairs of mines, from minus to plus all pairs; no
    # scores where pairs are not kept
    tau: Integers
    unchanged: Integers  # (year,) all ranks are those of the baseline; empty where not kept
    tied: Integers  # (year,) all mines share a rank, with the score 0; empty where not kept
    increase: Integers  # (row,) the last year's S, P or C is larger; no rows if it is the first
    peak: Integers  # (row, year) the first of the largest
    accepted: Integers  # (matrix,)
    repaired: Integers  # (matrix,)
    redrawn: Integers  # (matrix,)


class Baseline(NamedTuple):
    """What the draws are compared with: the deterministic index."""

    recc: Floats  # (object,) NaN where it is undefined
    rank: Integers  # (object,) -1 where it is undefined


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
def row_moments(values, row, first, count, sums, hits):
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
            draws, mean, squares = row_moments(values, row, first, count, sums, hits)
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
def _sum_ranks(rank, i, samples, same):
    """Sum of the ranks of one object and of their squares; how often it is ``same``."""
    tile_code()
    total = np.int64(0)
    squares = np.int64(0)
    equal = np.int64(0)
    for s in range(samples):
        # 0 where it is undefined, which adds nothing.
        place = np.int64(rank[i, s]) if rank[i, s] > 0 else np.int64(0)
        total += place
        squares += place * place
        equal += np.int64(place == same)
    return total, squares, equal


@kernel
def add_ranks(rank, samples, baseline_rank, counts):
    """Add up ranks, and count those of the baseline."""
    for i in range(rank.shape[0]):
        total, squares, same = _sum_ranks(rank, i, samples, baseline_rank[i])
        counts.rank_sum[i] += total
        counts.rank_squares[i] += squares
        counts.rank_same[i] += same


@kernel
def _fold_products(left, right, row, first, count, left_mean, right_mean, sums):
    """Partial sums of (left - mean) (right - mean); whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        sums[lane] = 0.0
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            one = left[row, first + start + lane] - left_mean
            other = right[row, first + start + lane] - right_mean
            product = one * other
            sums[lane] += product if product == product else 0.0


@kernel
def add_products(left, right, samples, unit_size, left_row, right_row, moments, products):
    """Sums of the products of deviations of two variables' rows, unit by unit.

    Parameters
    ----------
    left, right
        (row, sample) draws from the beginning of a unit on.
    samples, unit_size
        As of `add_moments`.
    left_row, right_row
        Rows of ``moments``, which are there, that their first rows belong to.
    moments
        Means of each unit.
    products
        (unit, row). Filled for the units that ``samples`` cover.
    """
    sums = np.empty(FOLD)
    for unit in range((samples + unit_size - 1) // unit_size):
        first = unit * unit_size
        count = min(unit_size, samples - first)
        for row in range(left.shape[0]):
            left_mean = moments.mean[unit, left_row + row]
            right_mean = moments.mean[unit, right_row + row]
            _fold_products(left, right, row, first, count, left_mean, right_mean, sums)
            total = 0.0
            for lane in range(FOLD):
                total += sums[lane]
            for s in range(first + count // FOLD * FOLD, first + count):
                product = (left[row, s] - left_mean) * (right[row, s] - right_mean)
                total += product if product == product else 0.0
            products[unit, row] = total


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
