"""Obstacle degrees of a tile, added up over samples: single ones are stored only if asked for.

What hinders is a low support and a high pressure: the degree of an indicator is its share of
sum I W, where I = 1 - r in the support system and I = r in the pressure system. Both are
I = origin + slope r; kernels are given the two numbers, which costs nothing, for a fused
multiply-add takes the time of a subtraction and gives the same bits.
"""

from typing import Any, NamedTuple

import numpy as np

from recc_mc.kernels.elementary import constant_by_width, fma
from recc_mc.kernels.options import LANES, inline, kernel, offset, tile_code
from recc_mc.kernels.records import Floats, Integers

#: Partial sums per cell: the 64 lanes of a tile are folded onto this many, one vector.
FOLD = 8
# `_add_degrees` writes the folds out one by one.
assert LANES == 8 * FOLD

#: How many of the largest obstacle degrees make the top.
TOP = 5
#: Stands for one of the largest while there are fewer.
NONE = -1.0
#: I of a value at its goalpost, as rounding leaves it.
rounding = constant_by_width(4e-16, 2e-7)
#: I = origin + slope r, by system.
IDEAL = ((1.0, -1.0), (0.0, 1.0))


class Sums(NamedTuple):
    """Sums over the samples of a unit."""

    origin: Floats  # (object, indicator) the unit's first degree, from which the sums are taken
    total: Floats  # (object, indicator, fold) sum of the degrees, less their origin
    squares: Floats  # (object, indicator, fold) sum of the squares of the same
    top: Floats  # (object, indicator, fold) how often among the largest


class ObstacleScratch(NamedTuple):
    """Accumulators over the samples of a unit, and scratch."""

    sums: Sums
    defined: Integers  # (object, indicator) how often the degrees exist
    weighted: Floats  # (lane,) sum I W of one object
    best: Floats  # (TOP * lane,) largest I W of one object, largest first
    inverse: Floats  # (lane,)


def make_obstacles(
    objects: int, indicators: int, dtype: np.dtype[np.floating[Any]]
) -> ObstacleScratch:
    """Accumulators at zero, and scratch of a type."""
    return ObstacleScratch(
        Sums(
            np.full((objects, indicators), np.nan),
            np.zeros((objects, indicators, FOLD)),
            np.zeros((objects, indicators, FOLD)),
            np.zeros((objects, indicators, FOLD)),
        ),
        np.zeros((objects, indicators), np.int64),
        np.empty(LANES, dtype),
        np.empty(TOP * LANES, dtype),
        np.empty(LANES, dtype),
    )


@inline
def _obstacle(r, weight, ideal):
    """I W with I = max(origin + slope r, 0); what rounding leaves where I is 0 counts as 0."""
    real = type(r)
    deviation = fma(real(ideal[1]), r, real(ideal[0]))
    return deviation * weight if deviation > rounding(r) else real(0.0) * weight


@inline
def _order(a, b):
    """The larger and the smaller of two."""
    return max(a, b), min(a, b)


@kernel
def _insert(terms, m, i, ideal, result, weighted, best):
    """Add one member to the index, to the sum of I W and to its five largest."""
    tile_code()
    first = offset(terms.first)
    r, weight = terms.r, terms.weight
    row = terms.members[m]
    for lane in range(LANES):
        w = weight[row, lane]
        v = _obstacle(r[m, i, lane], w, ideal)
        result[i, first + lane] += r[m, i, lane] * w
        weighted[lane] += v
        # One pass of an insertion sort: the smaller of each pair moves on. Constant offsets into
        # one array let LLVM see that the five rows are apart.
        b0, v = _order(best[lane], v)
        b1, v = _order(best[LANES + lane], v)
        b2, v = _order(best[2 * LANES + lane], v)
        b3, v = _order(best[3 * LANES + lane], v)
        best[lane] = b0
        best[LANES + lane] = b1
        best[2 * LANES + lane] = b2
        best[3 * LANES + lane] = b3
        best[4 * LANES + lane] = max(best[4 * LANES + lane], v)


@inline
def _sort_four(v0, v1, v2, v3):
    """Four numbers, largest first."""
    v0, v1 = _order(v0, v1)
    v2, v3 = _order(v2, v3)
    v0, v2 = _order(v0, v2)
    v1, v3 = _order(v1, v3)
    v1, v2 = _order(v1, v2)
    return v0, v1, v2, v3


@kernel
def _start_four(terms, i, ideal, result, weighted, best):
    """Start the index, the sum of I W and its five largest with the first four members.

    Clearing what they are added to and compared with takes 2 % of the chain.
    """
    tile_code()
    first = offset(terms.first)
    r, members, weight = terms.r, terms.members, terms.weight
    row0, row1, row2, row3 = members[0], members[1], members[2], members[3]
    for lane in range(LANES):
        w0 = weight[row0, lane]
        w1 = weight[row1, lane]
        w2 = weight[row2, lane]
        w3 = weight[row3, lane]
        # Added to 0 a sum is never -0.
        result[i, first + lane] = 0.0 + (
            (r[0, i, lane] * w0 + r[1, i, lane] * w1) + (r[2, i, lane] * w2 + r[3, i, lane] * w3)
        )
        v0 = _obstacle(r[0, i, lane], w0, ideal)
        v1 = _obstacle(r[1, i, lane], w1, ideal)
        v2 = _obstacle(r[2, i, lane], w2, ideal)
        v3 = _obstacle(r[3, i, lane], w3, ideal)
        weighted[lane] = (v0 + v1) + (v2 + v3)
        v0, v1, v2, v3 = _sort_four(v0, v1, v2, v3)
        best[lane] = v0
        best[LANES + lane] = v1
        best[2 * LANES + lane] = v2
        best[3 * LANES + lane] = v3
        best[4 * LANES + lane] = NONE


@kernel
def _insert_four(terms, m, i, ideal, result, weighted, best):
    """The same for four members at once: sort them, then merge two sorted lists.

    24 comparisons and 10 memory accesses where four insertions take 36 and 40.
    """
    tile_code()
    first = offset(terms.first)
    r, members, weight = terms.r, terms.members, terms.weight
    row0, row1, row2, row3 = members[m], members[m + 1], members[m + 2], members[m + 3]
    for lane in range(LANES):
        w0 = weight[row0, lane]
        w1 = weight[row1, lane]
        w2 = weight[row2, lane]
        w3 = weight[row3, lane]
        result[i, first + lane] += (r[m, i, lane] * w0 + r[m + 1, i, lane] * w1) + (
            r[m + 2, i, lane] * w2 + r[m + 3, i, lane] * w3
        )
        v0 = _obstacle(r[m, i, lane], w0, ideal)
        v1 = _obstacle(r[m + 1, i, lane], w1, ideal)
        v2 = _obstacle(r[m + 2, i, lane], w2, ideal)
        v3 = _obstacle(r[m + 3, i, lane], w3, ideal)
        weighted[lane] += (v0 + v1) + (v2 + v3)
        v0, v1, v2, v3 = _sort_four(v0, v1, v2, v3)
        # The larger of crosswise pairs are the five largest of both, in bitonic order.
        b0, b4 = _order(best[lane], max(best[4 * LANES + lane], v0))
        b1, b3 = _order(max(best[LANES + lane], v3), max(best[3 * LANES + lane], v1))
        b2, b4 = _order(max(best[2 * LANES + lane], v2), b4)
        b1, b2 = _order(b1, b2)
        b3, b4 = _order(b3, b4)
        best[lane] = b0
        best[LANES + lane] = b1
        best[2 * LANES + lane] = b2
        best[3 * LANES + lane] = b3
        best[4 * LANES + lane] = b4


@kernel
def _clear(i, first, result, weighted, best):
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        result[i, first + lane] = 0.0
        weighted[lane] = 0.0
    for lane in range(TOP * LANES):
        best[lane] = NONE


@kernel
def _invert(active, weighted, inverse):
    """1 / sum I W where it is a sample's and positive, else 0; return for how many."""
    tile_code()
    real = weighted.dtype.type
    for lane in range(LANES):
        reciprocal = real(active[lane]) / weighted[lane]
        inverse[lane] = reciprocal if weighted[lane] > 0.0 else real(0.0)
    count = 0
    for lane in range(LANES):
        count += inverse[lane] > 0.0
    return count


@kernel
def _take_origin(terms, i, ideal, inverse, origin):
    """Take the degrees of the first sample that has them as origins of the sums of a unit.

    Sums of squares then do not cancel, and are exactly 0 where no degree varies.
    """
    for lane in range(LANES):
        if inverse[lane] > 0.0:
            for m in range(terms.members.shape[0]):
                row = terms.members[m]
                value = _obstacle(terms.r[m, i, lane], terms.weight[row, lane], ideal)
                origin[i, row] = value * inverse[lane]
            return


@inline
def _apart(r, weight, ideal, inverse, least, base):
    """A degree less its origin, and 1 if it is among the largest; both 0 if there is none."""
    real = type(r)
    value = _obstacle(r, weight, ideal)
    degree = value * inverse
    apart = degree - base
    held = real(1.0) if value >= least and degree > 0.0 else real(0.0)
    return (apart if inverse > 0.0 else real(0.0)), held


@kernel
def _add_degrees(terms, i, ideal, inverse, best, sums):
    """Add the degrees I_j W_j / sum I W of object ``i``, their squares, and who is in the top.

    Lanes are folded onto the width of the accumulators in registers, in an order that is always
    the same one: by way of scratch the whole chain took 5 % longer.
    """
    tile_code()
    r, members, weight = terms.r, terms.members, terms.weight
    total, squares, top = sums.total, sums.squares, sums.top
    last = offset((min(TOP, members.shape[0]) - 1) * LANES)
    for m in range(members.shape[0]):
        row = members[m]
        base = best.dtype.type(sums.origin[i, row])

        # numba writes it out where it is called.
        def of(k):
            w = weight[row, k]  # noqa: B023
            return _apart(r[m, i, k], w, ideal, inverse[k], best[last + k], base)  # noqa: B023

        for lane in range(FOLD):
            a0, h0 = of(lane)
            a1, h1 = of(lane + FOLD)
            a2, h2 = of(lane + 2 * FOLD)
            a3, h3 = of(lane + 3 * FOLD)
            a4, h4 = of(lane + 4 * FOLD)
            a5, h5 = of(lane + 5 * FOLD)
            a6, h6 = of(lane + 6 * FOLD)
            a7, h7 = of(lane + 7 * FOLD)
            total[i, row, lane] += ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7))
            squares[i, row, lane] += ((a0 * a0 + a1 * a1) + (a2 * a2 + a3 * a3)) + (
                (a4 * a4 + a5 * a5) + (a6 * a6 + a7 * a7)
            )
            top[i, row, lane] += ((h0 + h1) + (h2 + h3)) + ((h4 + h5) + (h6 + h7))


@kernel
def _keep(terms, i, ideal, inverse, kept):
    """Store the degrees of object ``i``; NaN where there are none."""
    tile_code()
    first = offset(terms.first)
    r, members, weight = terms.r, terms.members, terms.weight
    for m in range(members.shape[0]):
        row = members[m]
        for lane in range(LANES):
            degree = _obstacle(r[m, i, lane], weight[row, lane], ideal) * inverse[lane]
            kept[i, row, first + lane] = degree if inverse[lane] > 0.0 else np.nan


@kernel
def sum_with_obstacles(terms, ideal, active, obstacles, kept, result):
    """Index of one system, sum r W, and its obstacle degrees A_j = I_j W_j / sum I W.

    An indicator is in the top five if its degree is positive and not below the fifth largest.
    A cell in which no I is positive has no obstacle degrees and is not counted. I W is what Eq.
    11-12 weigh under either aggregation: the weighted sum of deviations, not a part of the index.

    Parameters
    ----------
    terms
        What is summed, :class:`~recc_mc.kernels.index.Terms`.
    ideal
        Origin and slope of I, one of :data:`IDEAL`.
    active
        (lane,) 1 for samples of this run, 0 for padding.
    obstacles
        Accumulators and scratch.
    kept
        (object, indicator, sample) takes the degrees themselves, if it has samples.
    result
        (object, sample) index.
    """
    sums, counts = obstacles.sums, obstacles.defined
    weighted, best, inverse = obstacles.weighted, obstacles.best, obstacles.inverse
    origin = sums.origin
    members, first = terms.members, terms.first
    count = members.shape[0]
    whole = count - count % 4
    for i in range(result.shape[0]):
        if whole == 0:
            _clear(i, first, result, weighted, best)
        else:
            _start_four(terms, i, ideal, result, weighted, best)
        for m in range(4, whole, 4):
            _insert_four(terms, m, i, ideal, result, weighted, best)
        for m in range(whole, count):
            _insert(terms, m, i, ideal, result, weighted, best)
        defined = _invert(active, weighted, inverse)
        if defined > 0 and np.isnan(origin[i, members[0]]):
            _take_origin(terms, i, ideal, inverse, origin)
        _add_degrees(terms, i, ideal, inverse, best, sums)
        if kept.shape[2] > 0:
            _keep(terms, i, ideal, inverse, kept)
        for m in range(count):
            counts[i, members[m]] += defined


@kernel
def drain_obstacles(obstacles, mean, squares, defined, top5):
    """Move a unit's accumulators to its outputs and set them back to zero.

    Parameters
    ----------
    obstacles
        Accumulators.
    mean, squares, defined
        (object, indicator) of this unit: mean degree, sum of the squared deviations from it, and
        how many samples have one.
    top5
        (object, indicator) of all units: added to.
    """
    sums = obstacles.sums
    for i in range(mean.shape[0]):
        for j in range(mean.shape[1]):
            total = 0.0
            square = 0.0
            top = 0.0
            for lane in range(FOLD):
                total += sums.total[i, j, lane]
                square += sums.squares[i, j, lane]
                top += sums.top[i, j, lane]
            count = obstacles.defined[i, j]
            apart = total / max(count, 1)
            mean[i, j] = sums.origin[i, j] + apart if count > 0 else 0.0
            squares[i, j] = max(square - total * apart, 0.0)
            top5[i, j] += np.int64(top)
            defined[i, j] = count
    sums.origin[:] = np.nan
    sums.total[:] = 0.0
    sums.squares[:] = 0.0
    sums.top[:] = 0.0
    obstacles.defined[:] = 0
