"""The coupling coordination degree of a tile: how far systems or criteria go together, and high.

U_1 to U_n are the indices of the systems or the scores of a system's criteria. The standard degree
of coupling is C = (prod U)^(1/n) / mean U. It is near 1 for most U, which the modified one mends
(Wang S., Kong W., Ren L., Zhi D. & Dai B. 2021, Journal of Natural Resources 36:793):
C = sqrt((1 - mean of |U_i - U_j| over the pairs) (prod U / max U)^(1/(n - 1))). The coordination
index is T = sum a U, the coordination degree D = sqrt(C T).
"""

import numpy as np

from recc_mc.kernels.classes import UNDEFINED
from recc_mc.kernels.elementary import exp, log
from recc_mc.kernels.options import LANES, inline, kernel
from recc_mc.kernels.records import SYSTEMS

#: How many classes of coordination there are, of equal width on [0, 1], and the code of the first.
COORDINATION_CLASSES, FIRST_COORDINATION = 10, 1
#: Where P is 1 but for rounding, 1 - P is 0.
ROUNDING = 1e-6


@inline
def _root(x, n):
    """x^(1/n) of a number that is not negative."""
    if n == 1:
        return x
    if n == 2:
        return np.sqrt(x)
    return exp(log(x) / n) if x > 1e-300 else 0.0


@inline
def _standard(u, lane):
    """Geometric over arithmetic mean; 0 where both are."""
    n = u.shape[0]
    product = 1.0
    total = 0.0
    for k in range(n):
        product *= u[k, lane]
        total += u[k, lane]
    return n * _root(product, n) / total if total > 0.0 else 0.0


@inline
def _modified(u, lane):
    """The modified degree; 0 where all U are."""
    n = u.shape[0]
    largest = 0.0
    apart = 0.0
    for k in range(n):
        largest = max(largest, u[k, lane])
        for other in range(k):
            apart += abs(u[k, lane] - u[other, lane])
    if not largest > 0.0:
        return 0.0
    product = 1.0
    for k in range(n):
        product *= u[k, lane] / largest
    # Of values that frozen goalposts leave above 1 the differences may be larger than 1.
    likeness = max(1.0 - apart / (n * (n - 1) / 2), 0.0)
    return np.sqrt(likeness * _root(product, n - 1))


@inline
def coordination_class_of(degree):
    """Class 1..10 at steps of 0.1; a value on a step belongs above."""
    code = FIRST_COORDINATION
    for k in range(1, COORDINATION_CLASSES):
        code += 1 if degree >= k / COORDINATION_CLASSES else 0
    return code


@inline
def _is_defined(u, lane):
    """Whether none of them is undefined or below 0."""
    defined = True
    for k in range(u.shape[0]):
        defined = defined and u[k, lane] >= 0.0
    return defined


@kernel
def couple_object(modified, u, share, found):
    """Coupling C, coordination index T and degree D of one object, NaN where some U is below 0.

    Parameters
    ----------
    modified
        Whether C is the modified degree.
    u, share
        (n, lane) what is coupled, and the share a of each in T.
    found
        (3, lane) takes C, T and D.
    """
    for lane in range(LANES):
        coupling = np.nan
        index = np.nan
        if _is_defined(u, lane):
            coupling = _modified(u, lane) if modified else _standard(u, lane)
            index = 0.0
            for k in range(u.shape[0]):
                index += share[k, lane] * u[k, lane]
        found[0, lane] = coupling
        found[1, lane] = index
        found[2, lane] = np.sqrt(coupling * index)


@kernel
def take_systems(reverse, support, pressure, first, u):
    """U of one object: S, and P or 1 - P."""
    for lane in range(LANES):
        p = pressure[first + lane]
        rest = 1.0 - p
        u[0, lane] = support[first + lane]
        u[1, lane] = (rest if abs(rest) > ROUNDING else 0.0) if reverse else p


@kernel
def _take_criteria(chosen, scores, i, u):
    for k in range(chosen.shape[0]):
        for lane in range(LANES):
            u[k, lane] = scores.score[chosen[k], i, lane]


@kernel
def _set_shares(coupling, scores, share):
    """Shares in T: equal, or the weights of the criteria."""
    n = share.shape[0]
    for k in range(n):
        for lane in range(LANES):
            share[k, lane] = (
                scores.share[coupling.criteria[k], lane] if coupling.weighted else 1 / n
            )


@kernel
def couple(coupling, scores, first, out):
    """Coupling and coordination of every object of a tile, whose S and P are there.

    Parameters
    ----------
    coupling
        What is coupled, :class:`~recc_mc.kernels.records.Coupling`.
    scores
        The tile's :class:`~recc_mc.kernels.records.Scores`, where criteria are.
    first
        Where the tile starts among the samples.
    out
        :class:`~recc_mc.kernels.records.Draws` to fill.
    """
    n = 2 if coupling.of == SYSTEMS else coupling.criteria.shape[0]
    u = np.empty((n, LANES))
    share = np.empty((n, LANES))
    found = np.empty((3, LANES))
    _set_shares(coupling, scores, share)
    for i in range(out.coordination.shape[0]):
        if coupling.of == SYSTEMS:
            take_systems(coupling.reverse, out.support[i], out.pressure[i], first, u)
        else:
            _take_criteria(coupling.criteria, scores, i, u)
        couple_object(coupling.modified, u, share, found)
        for lane in range(LANES):
            degree = found[2, lane]
            out.coupling[i, first + lane] = found[0, lane]
            out.coordination_index[i, first + lane] = found[1, lane]
            out.coordination[i, first + lane] = degree
            code = coordination_class_of(degree) if degree == degree else UNDEFINED
            out.coordination_class[i, first + lane] = code
