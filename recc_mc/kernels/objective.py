"""Information of the indicators of one tile by other objectives than entropy.

An objective gives every indicator the information I that its column of normalised values carries;
its weight w' is its share of that of its system. A column that is the same in all objects carries
none under any objective. Entropy stands where values are normalised, `.index.find_information`.
Standard deviation s, variation coefficient s / mean and equal weights need one column each; CRITIC
(Diakoulaki, Mavrotas and Papayannakis 1995, doi:10.1016/0305-0548(94)00059-H) all of a system,
I = s sum_k (1 - rho_jk), and is found when all are there. s has ddof 1, rho keeps its sign, both
are over the objects.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from recc_mc.kernels.options import LANES, kernel, tile_code
from recc_mc.kernels.records import CRITIC, CV, ENTROPY, EQUAL, Floats

#: Below this 1 - rho is rounding noise of columns that are one but for origin and scale.
NO_CONFLICT = 1e-12
#: Objects whose products are added up pair by pair before the next: their values, of all members,
#: stay in the cache.
OBJECTS = 16


class Conflicts(NamedTuple):
    """Scratch for the correlations of one system; without members where none are asked for."""

    mean: Floats  # (member, lane)
    deviation: Floats  # (member, lane)
    product: Floats  # (member, member, lane) sums of products about the means
    conflict: Floats  # (member, lane) sum of 1 - rho
    varying: Floats  # (lane,) how many members vary


@kernel
def make_conflicts(members):
    """Scratch for systems of up to so many members."""
    return Conflicts(
        np.empty((members, LANES)),
        np.empty((members, LANES)),
        np.empty((members, members, LANES)),
        np.empty((members, LANES)),
        np.empty(LANES),
    )


@kernel
def find_spread(r, mean, deviation):
    """Mean and standard deviation of each lane; that of a constant is exactly 0."""
    tile_code()
    objects = r.shape[0]
    for lane in range(LANES):
        mean[lane] = 0.0
        deviation[lane] = 0.0
    # Less the first value, which a constant is all through.
    for i in range(objects):
        for lane in range(LANES):
            mean[lane] += np.float64(r[i, lane]) - np.float64(r[0, lane])
    for lane in range(LANES):
        mean[lane] = np.float64(r[0, lane]) + mean[lane] / objects
    for i in range(objects):
        for lane in range(LANES):
            apart = np.float64(r[i, lane]) - mean[lane]
            deviation[lane] += apart * apart
    for lane in range(LANES):
        deviation[lane] = sqrt(deviation[lane] / (objects - 1))


@kernel
def find_contrast(objective, mean, deviation, information):
    """Information of one column in the lanes that do not go by entropy; of CRITIC its factor s."""
    tile_code()
    for lane in range(LANES):
        s = deviation[lane]
        code = objective[lane]
        relative = s / mean[lane] if mean[lane] > 0.0 else 0.0
        value = relative if code == CV else s
        equal = 1.0 if s > 0.0 else 0.0
        value = equal if code == EQUAL else value
        information[lane] = information[lane] if code == ENTROPY else value


@kernel
def _add_products(one, other, one_mean, other_mean, product):
    """Add the products of two columns about their means."""
    tile_code()
    for i in range(one.shape[0]):
        for lane in range(LANES):
            apart = np.float64(one[i, lane]) - one_mean[lane]
            product[lane] += apart * (np.float64(other[i, lane]) - other_mean[lane])


@kernel
def _add_conflict(scale, one, other, product, conflict, other_conflict):
    """Add 1 - rho of two columns to the conflict of both; a constant is in conflict with none."""
    tile_code()
    for lane in range(LANES):
        size = one[lane] * other[lane] * scale
        apart = 1.0 - product[lane] / size
        apart = apart if apart > NO_CONFLICT else 0.0
        apart = apart if size > 0.0 else 0.0
        conflict[lane] += apart
        other_conflict[lane] += apart


@kernel
def _count_varying(deviation, varying):
    tile_code()
    for lane in range(LANES):
        varying[lane] += 1.0 if deviation[lane] > 0.0 else 0.0


@kernel
def _take_conflict(objective, deviation, conflict, varying, information):
    """I = s sum (1 - rho) in the lanes of CRITIC; an only column that varies has all the weight."""
    tile_code()
    for lane in range(LANES):
        factor = conflict[lane] if varying[lane] > 1.0 else 1.0
        value = deviation[lane] * factor
        information[lane] = value if objective[lane] == CRITIC else information[lane]


@kernel
def find_conflicts(r, members, objective, conflicts, information):
    """Information by CRITIC of all indicators of a system, in the lanes that take it.

    Parameters
    ----------
    r
        (member, object, lane) normalised values.
    members
        (member,) numbers of the indicators.
    objective
        (lane,) codes.
    conflicts
        Scratch.
    information
        (indicator, lane) of all objectives.
    """
    mean, deviation, product = conflicts.mean, conflicts.deviation, conflicts.product
    conflict, varying = conflicts.conflict, conflicts.varying
    count, objects = members.shape[0], r.shape[1]
    product[:] = 0.0
    conflict[:] = 0.0
    varying[:] = 0.0
    for m in range(count):
        find_spread(r[m], mean[m], deviation[m])
        _count_varying(deviation[m], varying)
    for start in range(0, objects, OBJECTS):
        stop = min(start + OBJECTS, objects)
        for m in range(count):
            for k in range(m):
                _add_products(r[m, start:stop], r[k, start:stop], mean[m], mean[k], product[m, k])
    for m in range(count):
        for k in range(m):
            _add_conflict(
                objects - 1, deviation[m], deviation[k], product[m, k], conflict[m], conflict[k]
            )
    for m in range(count):
        _take_conflict(objective, deviation[m], conflict[m], varying, information[members[m]])
