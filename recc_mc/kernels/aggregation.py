"""Ways to aggregate a system other than by the weighted sum: geometric means and TOPSIS.

Both are found object by object of the combined weights W, beside the sum, and take its place in the
lanes that ask for them.
"""

from math import sqrt

import numpy as np

from recc_mc.kernels.elementary import exp, log
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import GEOMETRIC, TOPSIS

#: e to a power below this is 0, not the smallest number of :func:`.elementary.exp`.
SMALLEST_POWER = -690.0
#: Stands for ln 0: times any positive weight it underflows exp, times 0 it is 0.
LOG_ZERO = -1e300


@kernel
def _add_logarithm(terms, m, i, power):
    """Add W ln r of one member."""
    tile_code()
    r, weight = terms.r, terms.weight
    row = terms.members[m]
    for lane in range(LANES):
        value = log(max(np.float64(r[m, i, lane]), 1e-300))
        value = value if r[m, i, lane] > 0.0 else LOG_ZERO
        power[lane] += weight[row, lane] * value


@kernel
def _take_power(aggregation, i, first, power, result):
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        value = exp(power[lane]) if power[lane] > SMALLEST_POWER else 0.0
        value = value if power[lane] == power[lane] else np.nan
        held = result[i, first + lane]
        result[i, first + lane] = value if aggregation[lane] == GEOMETRIC else held


@kernel
def aggregate_geometrically(terms, aggregation, scratch, result):
    """Index exp(sum W ln r), the product of r^W, with 0^0 = 1, of the lanes that take it.

    Parameters
    ----------
    terms
        What is aggregated, :class:`~recc_mc.kernels.index.Terms`.
    aggregation
        (lane,) codes.
    scratch
        (2, lane).
    result
        (object, sample) index.
    """
    power = scratch[0]
    for i in range(result.shape[0]):
        power[:] = 0.0
        for m in range(terms.members.shape[0]):
            _add_logarithm(terms, m, i, power)
        _take_power(aggregation, i, terms.first, power, result)


@kernel
def _add_distances(terms, m, i, worst, best):
    """Add the squares of what one member is away from r = 0 and from r = 1.

    Beyond 1, which frozen and fixed goalposts allow, nothing is lacking: else what is better than
    the ideal would lower the index.
    """
    tile_code()
    r, weight = terms.r, terms.weight
    row = terms.members[m]
    for lane in range(LANES):
        value = np.float64(r[m, i, lane])
        have = weight[row, lane] * value
        lack = weight[row, lane] * max(1.0 - value, 0.0)
        worst[lane] += have * have
        best[lane] += lack * lack


@kernel
def _take_closeness(aggregation, i, first, worst, best, result):
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        away = sqrt(worst[lane])
        value = away / (away + sqrt(best[lane]))
        held = result[i, first + lane]
        result[i, first + lane] = value if aggregation[lane] == TOPSIS else held


@kernel
def aggregate_by_closeness(terms, aggregation, scratch, result):
    """Index d- / (d- + d+), by distances from r = 0 and from r = 1, of the lanes that take it.

    d- = sqrt(sum W^2 r^2), d+ = sqrt(sum W^2 (1 - r)^2). Source: TOPSIS of Hwang and Yoon (1981).

    Parameters
    ----------
    terms
        What is aggregated, :class:`~recc_mc.kernels.index.Terms`.
    aggregation
        (lane,) codes.
    scratch
        (2, lane).
    result
        (object, sample) index.
    """
    worst, best = scratch[0], scratch[1]
    for i in range(result.shape[0]):
        worst[:] = 0.0
        best[:] = 0.0
        for m in range(terms.members.shape[0]):
            _add_distances(terms, m, i, worst, best)
        _take_closeness(aggregation, i, terms.first, worst, best, result)
