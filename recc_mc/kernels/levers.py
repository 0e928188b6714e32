"""What a relative change of indicators makes of their normalised values, draw by draw.

The values are those of the chain, drawn anew: a function of the sample's number alone. With the
same draw's goalposts, a value x that is changed by t of its size has

    r(t) = level + rate min(t, last), held at 0 and at the ceiling,

where ``last`` is the change at which the value is at its own bound.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.chain import choose_method
from recc_mc.kernels.index import ORIGIN, SLOPE, find_goalposts
from recc_mc.kernels.indicator import draw_indicator, make_scratch
from recc_mc.kernels.options import LANES, kernel
from recc_mc.kernels.records import AGGREGATION, GOALPOSTS, SCOPE, Floats, Integers

#: One indicator that may be changed.
LEVER = np.dtype(
    [
        ("indicator", np.int64),
        ("way", np.int64),  # +1 a larger value helps, -1 a smaller one; 0 one nearer its range
        ("lower", np.float64),  # bounds of its values
        ("upper", np.float64),
    ],
    align=True,
)


class Terms(NamedTuple):
    """Normalised values of levers as functions of the change; samples padded to whole tiles."""

    level: Floats  # (object, lever, sample) r without a change, neither held at 0 nor at 1
    rate: Floats  # (object, lever, sample) what a change of 1 adds to it
    last: Floats  # (object, lever, sample) the change at which the value reaches a bound
    aggregation: Integers  # (sample,) codes


@kernel
def _keep_distance(optimum, size, x, origin, slope, line):
    """Line of a value that is best within a range, and moves towards it.

    Returns level, rate and last.
    """
    lower, upper = optimum
    away = max(max(lower - x, x - upper), 0.0)
    line[0] = (away - origin) * slope
    line[1] = -size * slope
    line[2] = away / size if size > 0.0 else 0.0


@kernel
def _keep_value(lever, size, x, origin, slope, line):
    """Line of a value that is the better the larger it is, or the smaller.

    A decrease ends at 0, where all is gone.
    """
    if lever.way > 0:
        bound = min(lever.upper, 0.0) if x < 0.0 else lever.upper
        room = bound - x
    else:
        bound = max(lever.lower, 0.0) if x > 0.0 else lever.lower
        room = x - bound
    line[0] = (x - origin) * slope
    line[1] = lever.way * size * slope
    line[2] = max(room, 0.0) / size if size > 0.0 else 0.0


@kernel
def _keep_lines(plan, lever, first, place, x, posts, terms):
    """Lines of a lever at one object, ``place`` says which and where it is among those kept."""
    row, k, m = place
    group = row % posts.shape[1]
    row_of = plan.indicators[lever.indicator]
    optimum = (row_of.optimum_lower, row_of.optimum_upper)
    line = np.empty(3)
    for lane in range(LANES):
        value = np.float64(x[row, lane])
        size = abs(value)
        origin = np.float64(posts[ORIGIN, group, lane])
        slope = np.float64(posts[SLOPE, group, lane])
        if lever.way == 0:
            _keep_distance(optimum, size, value, origin, slope, line)
        else:
            _keep_value(lever, size, value, origin, slope, line)
        terms.level[k, m, first + lane] = line[0]
        terms.rate[k, m, first + lane] = line[1]
        terms.last[k, m, first + lane] = line[2]


@kernel
def read_terms(plan, inputs, levers, objects, terms):
    """Draw levers again and keep their lines at some objects.

    Parameters
    ----------
    plan
        The study as a :class:`~recc_mc.kernels.records.Plan`.
    inputs
        The samples' :class:`~recc_mc.kernels.records.Inputs`, those of the chain.
    levers
        (lever,) of :data:`LEVER`.
    objects
        (object,) numbers of the objects.
    terms
        :class:`Terms` to fill.
    """
    scratch = make_scratch(plan)
    x = np.empty((plan.options.mines * plan.options.years, LANES), plan.cells.dtype)
    share, codes = np.empty(LANES), np.empty((plan.choices.shape[0], LANES), np.int64)
    for first in range(0, inputs.u.shape[1], LANES):
        choose_method(plan, inputs.u, first, LANES, share, codes)
        terms.aggregation[first : first + LANES] = codes[AGGREGATION]
        for m in range(levers.shape[0]):
            lever = levers[m]
            j = lever.indicator
            draw_indicator(plan, j, inputs, first, codes[SCOPE], scratch, x)
            find_goalposts(plan, j, x, codes[SCOPE], codes[GOALPOSTS], scratch.posts)
            for k in range(objects.shape[0]):
                _keep_lines(plan, lever, first, (objects[k], k, m), x, scratch.posts, terms)
