"""The smallest change of levers with which one mine and year meets a goal, draw by draw.

A goal is a number below 0,

    constant + p P + p_squared P^2 - s load S - s_squared S^2,

which falls as S grows and P shrinks: C < b is P - b S, a zone's curves are P^2 - S, P - S and
P - S^2, a cut of the grades is P - cut or cut - S. With weighted sums S and P are piecewise linear
in the change, so that the goal is met at a root between two of their break points; with other
aggregations it is found by bisection.
"""

from math import exp, inf, log, nan, sqrt
from typing import NamedTuple

import numpy as np

from recc_mc.kernels.aggregation import LOG_ZERO, SMALLEST_POWER
from recc_mc.kernels.options import kernel
from recc_mc.kernels.records import GEOMETRIC, LINEAR, Floats, Integers

#: Width of the interval at which bisection ends.
WIDTH = 1e-12
#: A change that is needed is not 0: that says that none is.
SMALLEST_CHANGE = 5e-324


class Place(NamedTuple):
    """One mine and year in some samples."""

    level: Floats  # (row, sample) lines of r, as of `recc_mc.kernels.levers.Terms`
    rate: Floats  # (row, sample)
    last: Floats  # (row, sample)
    weight: Floats  # (row, sample)
    system: Integers  # (row,) 0 support, 1 pressure
    indices: Floats  # (system, sample) S and P without a change
    aggregation: Integers  # (sample,)
    load: Floats  # (sample,) factor of S in the goal


class Goal(NamedTuple):
    """What is to be met, and how far changes go."""

    constant: float
    p: float
    p_squared: float
    s: float
    s_squared: float
    ceiling: float  # r of support is held there: 1, or infinite
    most: float  # the largest change that counts


@kernel
def _missing(goal, load, s, p):
    """What is missing from the goal; it is met below 0."""
    of_pressure = goal.constant + (goal.p + goal.p_squared * p) * p
    return of_pressure - (goal.s * load + goal.s_squared * s) * s


@kernel
def _root(goal, load, point, slopes):
    """Change from a point on until the goal is met on a line: the root of a parabola."""
    s, p = point
    ds, dp = slopes
    square = goal.p_squared * dp * dp - goal.s_squared * ds * ds
    first = (goal.p + 2.0 * goal.p_squared * p) * dp
    first -= (goal.s * load + 2.0 * goal.s_squared * s) * ds
    missing = _missing(goal, load, s, p)
    # In this form nothing cancels, whether the parabola opens upwards, downwards or is a line.
    return 2.0 * missing / (sqrt(max(first * first - 4.0 * square * missing, 0.0)) - first)


@kernel
def _start_and_end(place, m, i, ceiling):
    """Changes between which r of a row moves; the same twice where it does not."""
    level, rate, last = place.level[m, i], place.rate[m, i], place.last[m, i]
    if place.system[m] == 0:
        if rate <= 0.0:
            return 0.0, 0.0
        start = max(-level / rate, 0.0)
        end = min((ceiling - level) / rate, last)
    else:
        if rate >= 0.0:
            return 0.0, 0.0
        start = 0.0
        end = min(-level / rate, last)
    return start, max(end, start)


@kernel
def _list_breaks(place, rows, i, ceiling, breaks):
    """Changes at which S or P bend, in order, and by how much; how many there are."""
    count = 0
    for k in range(rows.shape[0]):
        m = rows[k]
        start, end = _start_and_end(place, m, i, ceiling)
        if end <= start:
            continue
        step = place.weight[m, i] * place.rate[m, i]
        for at, bend in ((start, step), (end, -step)):
            b = count
            while b > 0 and breaks[0, b - 1] > at:
                breaks[:, b] = breaks[:, b - 1]
                b -= 1
            breaks[0, b] = at
            breaks[1, b] = bend if place.system[m] == 0 else 0.0
            breaks[2, b] = bend if place.system[m] == 1 else 0.0
            count += 1
    return count


@kernel
def _walk(place, goal, rows, i, breaks):
    """Smallest change of weighted sums, from break to break."""
    load = place.load[i]
    s, p = place.indices[0, i], place.indices[1, i]
    at, ds, dp = 0.0, 0.0, 0.0
    for b in range(_list_breaks(place, rows, i, goal.ceiling, breaks)):
        end = min(breaks[0, b], goal.most)
        if end > at:
            width = end - at
            s_end, p_end = s + ds * width, p + dp * width
            if _missing(goal, load, s_end, p_end) < 0.0:
                return at + min(_root(goal, load, (s, p), (ds, dp)), width)
            at, s, p = end, s_end, p_end
        if breaks[0, b] >= goal.most:
            break
        ds += breaks[1, b]
        dp += breaks[2, b]
    return inf


@kernel
def _held(place, m, i, ceiling, change):
    """Normalised value r of a row after a change."""
    level = place.level[m, i]
    r = max(level, 0.0)
    if change > 0.0:
        moved = max(level + place.rate[m, i] * min(change, place.last[m, i]), 0.0)
        r = max(min(moved, ceiling), r) if place.system[m] == 0 else min(moved, r)
    return r


@kernel
def _add_row(geometric, weight, r, sums):
    """Add a row to the sums of its system: W ln r, or squares of what it has and lacks."""
    if geometric:
        sums[0] += weight * (log(r) if r > 0.0 else LOG_ZERO)
    else:
        sums[0] += (weight * r) ** 2
        sums[1] += (weight * max(1.0 - r, 0.0)) ** 2


@kernel
def _index_of(geometric, sums):
    """Index of a system of its sums."""
    if geometric:
        return exp(sums[0]) if sums[0] > SMALLEST_POWER else 0.0
    have = sqrt(sums[0])
    return have / (have + sqrt(sums[1]))


@kernel
def _missing_after(place, goal, rows, i, change, sums):
    """What is missing after a change, with the sums of the rows that stay given."""
    geometric = place.aggregation[i] == GEOMETRIC
    sums[1] = sums[0]
    for k in range(rows.shape[0]):
        m = rows[k]
        r = _held(place, m, i, goal.ceiling, change)
        _add_row(geometric, place.weight[m, i], r, sums[1, place.system[m]])
    s, p = _index_of(geometric, sums[1, 0]), _index_of(geometric, sums[1, 1])
    return _missing(goal, place.load[i], s, p)


@kernel
def _bisect(place, goal, rows, i, sums):
    """Smallest change of any other aggregation."""
    geometric = place.aggregation[i] == GEOMETRIC
    sums[:] = 0.0
    for m in range(place.level.shape[0]):
        moves = False
        for k in range(rows.shape[0]):
            moves = moves or rows[k] == m
        if not moves:
            r = _held(place, m, i, goal.ceiling, 0.0)
            _add_row(geometric, place.weight[m, i], r, sums[0, place.system[m]])
    low, high = 0.0, goal.most
    if not _missing_after(place, goal, rows, i, high, sums) < 0.0:
        return inf
    while high - low > WIDTH * max(high, 1.0):
        middle = 0.5 * (low + high)
        if _missing_after(place, goal, rows, i, middle, sums) < 0.0:
            high = middle
        else:
            low = middle
    return high


@kernel
def find_changes(place, goal, rows, change):
    """Smallest change of some rows in each sample.

    Parameters
    ----------
    place
        :class:`Place`; of aggregations other than the weighted sum with all rows of both systems.
    goal
        :class:`Goal`.
    rows
        (number,) the rows that are changed together.
    change
        (sample,) to fill: 0 where the goal is met without, infinite where no change up to
        ``goal.most`` is enough, NaN where S or P is undefined.
    """
    breaks, sums = np.empty((3, 2 * rows.shape[0])), np.empty((2, 2, 2))
    for i in range(change.shape[0]):
        s, p = place.indices[0, i], place.indices[1, i]
        if s != s or p != p:
            change[i] = nan
        elif _missing(goal, place.load[i], s, p) < 0.0:
            change[i] = 0.0
        elif place.aggregation[i] == LINEAR:
            change[i] = max(_walk(place, goal, rows, i, breaks), SMALLEST_CHANGE)
        else:
            change[i] = max(_bisect(place, goal, rows, i, sums), SMALLEST_CHANGE)
