"""The index of one tile: goalposts, normalisation, entropy, weighted sums, and C = P/S."""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.elementary import constant_by_width, log, log_unit
from recc_mc.kernels.optimum import span_range
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import (
    FIXED,
    FROZEN,
    POOLED,
    YEARLY,
    Floats,
    Integers,
)

#: Below this the information 1 - e of an indicator is rounding noise of a constant column.
no_information = constant_by_width(1e-13, 1e-6)
#: Support below this gives no RECC.
SMALLEST_SUPPORT = 1e-9

#: First axis of the goalposts' scratch (4, group, lane). A group is a set of objects that may
#: share goalposts: all of them, or those of one year. r = (x - origin) * slope.
LOW, HIGH, ORIGIN, SLOPE = 0, 1, 2, 3


@kernel
def _start_extremes(x, low, high):
    tile_code()
    for i in range(low.shape[0]):
        for lane in range(LANES):
            low[i, lane] = x[i, lane]
            high[i, lane] = x[i, lane]


@kernel
def _widen(x, start, low, high):
    """Widen the extremes by the objects from ``start`` on, group by group."""
    tile_code()
    groups = low.shape[0]
    for i in range(start, x.shape[0]):
        group = i % groups
        for lane in range(LANES):
            low[group, lane] = min(low[group, lane], x[i, lane])
            high[group, lane] = max(high[group, lane], x[i, lane])


@kernel
def _widen_by_fours(x, start, stop, low, high):
    """Widen the extremes of the only group; four objects a pass spare the stores between."""
    tile_code()
    for i in range(start, stop, 4):
        for lane in range(LANES):
            a = x[i, lane]
            b = x[i + 1, lane]
            c = x[i + 2, lane]
            d = x[i + 3, lane]
            low[0, lane] = min(low[0, lane], min(min(a, b), min(c, d)))
            high[0, lane] = max(high[0, lane], max(max(a, b), max(c, d)))


@kernel
def find_extremes(x, low, high):
    """Smallest and largest value of each group of objects."""
    _start_extremes(x, low, high)
    start = low.shape[0]
    if start == 1:
        start = x.shape[0] - (x.shape[0] - 1) % 4
        _widen_by_fours(x, 1, start, low, high)
    _widen(x, start, low, high)


@kernel
def _pool_extremes(low, high, scope):
    """In lanes with pooled goalposts, widen the extremes of every year to those of all."""
    tile_code()
    groups = low.shape[0]
    for group in range(1, groups):
        for lane in range(LANES):
            low[0, lane] = (
                min(low[0, lane], low[group, lane]) if scope[lane] == POOLED else low[0, lane]
            )
            high[0, lane] = (
                max(high[0, lane], high[group, lane]) if scope[lane] == POOLED else high[0, lane]
            )
    for group in range(1, groups):
        for lane in range(LANES):
            low[group, lane] = low[0, lane] if scope[lane] == POOLED else low[group, lane]
            high[group, lane] = high[0, lane] if scope[lane] == POOLED else high[group, lane]


@kernel
def _freeze(frozen, scope, pooled_low, pooled_high, yearly_low, yearly_high, low, high):
    """In lanes with frozen goalposts, take those of the unperturbed data."""
    tile_code()
    real = low.dtype.type
    for group in range(low.shape[0]):
        for lane in range(LANES):
            lower = real(pooled_low[group] if scope[lane] == POOLED else yearly_low[group])
            upper = real(pooled_high[group] if scope[lane] == POOLED else yearly_high[group])
            low[group, lane] = lower if frozen[lane] == FROZEN else low[group, lane]
            high[group, lane] = upper if frozen[lane] == FROZEN else high[group, lane]


@kernel
def _span(low, high, direction, origin, slope):
    """Origin and slope of r. Direction -1 swaps ends and sign; no width gives slope 0, so r = 0."""
    tile_code()
    real = low.dtype.type
    for group in range(low.shape[0]):
        for lane in range(LANES):
            width = high[group, lane] - low[group, lane]
            inverse = real(1.0) / width if width > 0.0 else real(0.0)
            origin[group, lane] = low[group, lane] if direction > 0 else high[group, lane]
            slope[group, lane] = inverse if direction > 0 else -inverse


@kernel
def find_goalposts(plan, j, x, scope, frozen, posts):
    """Goalposts of indicator ``j`` for the method choices ``scope`` and ``frozen`` (lane,)."""
    low = posts[LOW]
    high = posts[HIGH]
    indicator = plan.indicators[j]
    if scope[0] == FIXED:
        low[:] = indicator.fixed_lower
        high[:] = indicator.fixed_upper
    else:
        find_extremes(x, low, high)
        if low.shape[0] > 1:
            _pool_extremes(low, high, scope)
        _freeze(
            frozen,
            scope,
            plan.frozen[LOW, POOLED, j],
            plan.frozen[HIGH, POOLED, j],
            plan.frozen[LOW, YEARLY, j],
            plan.frozen[HIGH, YEARLY, j],
            low,
            high,
        )
    if plan.more is not None and indicator.direction == 0:
        lower = indicator.optimum_lower
        span_range(low, high, lower, indicator.optimum_upper, posts[ORIGIN], posts[SLOPE])
    else:
        _span(low, high, indicator.direction, posts[ORIGIN], posts[SLOPE])


@kernel
def find_negative(x, posts, active):
    """First lane whose normalised values would be negative, or -1."""
    groups = posts.shape[1]
    for i in range(x.shape[0]):
        group = i % groups
        for lane in range(LANES):
            r = (x[i, lane] - posts[ORIGIN, group, lane]) * posts[SLOPE, group, lane]
            if r < 0.0 and active[lane] > 0.0:
                return lane
    return -1


@kernel
def normalise(x, origin, slope, r_sum, r_log_sum):
    """Normalised values in place of ``x``, their sum and the sum of r ln r.

    r below 0 becomes 0: only draws under frozen goalposts leave any.
    """
    tile_code()
    real = x.dtype.type
    groups = origin.shape[0]
    for lane in range(LANES):
        r_sum[lane] = 0.0
        r_log_sum[lane] = 0.0
    for i in range(x.shape[0]):
        group = i % groups
        for lane in range(LANES):
            r = max((x[i, lane] - origin[group, lane]) * slope[group, lane], real(0.0))
            x[i, lane] = r
            r_sum[lane] += r
            r_log_sum[lane] += r * log_unit(r)


@kernel
def find_information(log_objects, least, r_sum, r_log_sum, information):
    """1 - e of an indicator: sum p ln p = (sum r ln r)/R - ln R for p = r/R; 0 below ``least``."""
    tile_code()
    for lane in range(LANES):
        total = max(r_sum[lane], 1e-300)
        value = 1.0 + (r_log_sum[lane] / total - log(total)) / log_objects
        value = value if r_sum[lane] > 0.0 else 0.0
        information[lane] = value if value > least else 0.0


class Terms(NamedTuple):
    """What the index of one system is the sum of, in one tile."""

    r: Floats  # (member, object, lane) normalised values
    members: Integers  # (member,) the indicators' numbers
    weight: Floats  # (indicator, lane) combined weights
    first: int  # where the tile starts among the samples


@kernel
def _sum_four(terms, m, result):
    """Add four members to the index of every object."""
    tile_code()
    first = offset(terms.first)
    r, members, weight = terms.r, terms.members, terms.weight
    row0, row1, row2, row3 = members[m], members[m + 1], members[m + 2], members[m + 3]
    for i in range(r.shape[1]):
        for lane in range(LANES):
            result[i, first + lane] += (
                r[m, i, lane] * weight[row0, lane] + r[m + 1, i, lane] * weight[row1, lane]
            ) + (r[m + 2, i, lane] * weight[row2, lane] + r[m + 3, i, lane] * weight[row3, lane])


@kernel
def _sum_one(terms, m, result):
    """Add a member to the index of every object."""
    tile_code()
    first = offset(terms.first)
    r, weight = terms.r, terms.weight
    row = terms.members[m]
    for i in range(r.shape[1]):
        for lane in range(LANES):
            result[i, first + lane] += r[m, i, lane] * weight[row, lane]


@kernel
def _clear(first, result):
    tile_code()
    first = offset(first)
    for i in range(result.shape[0]):
        for lane in range(LANES):
            result[i, first + lane] = 0.0


@kernel
def sum_members(terms, result):
    """Index of one system, sum r W, into the tile's columns of ``result``."""
    count = terms.members.shape[0]
    whole = count - count % 4
    _clear(terms.first, result)
    for m in range(0, whole, 4):
        _sum_four(terms, m, result)
    for m in range(whole, count):
        _sum_one(terms, m, result)


@kernel
def divide(support, pressure, first, recc):
    """C = P/S; NaN where the support is too small to divide by."""
    tile_code()
    first = offset(first)
    for i in range(support.shape[0]):
        for lane in range(LANES):
            s = support[i, first + lane]
            ratio = pressure[i, first + lane] / s
            recc[i, first + lane] = ratio if s >= SMALLEST_SUPPORT else np.nan
