"""Priority vectors from solved tiles."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.elementary import exp
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import GEOMETRIC_MEAN, Floats, Integers


class Priorities(NamedTuple):
    """Priority vectors of a unit of samples, and what became of the draws."""

    by_mean: Integers  # (sample,) what is asked for, EIGENVECTOR or GEOMETRIC_MEAN
    vectors: Floats  # (item, sample)
    means: Floats  # (item, sample) row geometric means, whatever is asked for; none without rows
    ratio: Floats  # (matrix, sample) consistency ratio as drawn, or of the last redraw
    exponent: Floats  # (matrix, sample) of the repair
    redraws: NDArray[np.int8]  # (matrix, sample)


@kernel
def count_items(plan):
    """Rows of all matrices."""
    count = 0
    for k in range(plan.matrices.shape[0]):
        count += plan.matrices[k].size
    return count


@kernel
def store_vectors(k, matrix, g, start, solver, place, lanes, found):
    """Priority vectors of a tile, to the samples ``place`` of the unit."""
    n = matrix.size
    means = found.means
    if means.shape[0] > 0:
        _exponentiate(n, g, start, solver.w)
        _normalise(n, solver.w, solver.step)
        _store(n, matrix.first_item, solver.w, place, lanes, means)
    _exponentiate(n, g, start, solver.w)
    _correct(n, solver.x, place, found.by_mean, solver.w)
    _normalise(n, solver.w, solver.step)
    _store(n, matrix.first_item, solver.w, place, lanes, found.vectors)
    for lane in range(lanes):
        found.ratio[k, place[lane]] = (solver.eigenvalue[lane] - n) * matrix.cr_scale


@kernel
def _store(n, item, w, place, lanes, vectors):
    for i in range(n):
        for lane in range(lanes):
            vectors[item + i, place[lane]] = w[i, lane]


@kernel
def _exponentiate(n, g, start, y):
    """Row geometric means e^g."""
    tile_code()
    start = offset(start)
    for i in range(n):
        for lane in range(LANES):
            y[i, lane] = exp(g[i, start + lane])


@kernel
def _correct(n, x, place, by_mean, y):
    """Eigenvectors, which are e^g times x, where the mean is not asked for."""
    tile_code()
    for i in range(n):
        for lane in range(LANES):
            y[i, lane] *= 1.0 if by_mean[place[lane]] == GEOMETRIC_MEAN else x[i, lane]


@kernel
def _normalise(n, y, total):
    tile_code()
    for lane in range(LANES):
        total[lane] = 0.0
    for i in range(n):
        for lane in range(LANES):
            total[lane] += y[i, lane]
    for lane in range(LANES):
        total[lane] = 1.0 / total[lane]
    for i in range(n):
        for lane in range(LANES):
            y[i, lane] *= total[lane]
