"""Priority vectors from solved tiles."""

from recc_mc.kernels.elementary import exp
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import GEOMETRIC_MEAN


@kernel
def store_weights(k, matrix, g, start, solver, place, lanes, by_mean, weight, means, ratio):
    """Priority vectors of a tile, to the samples ``place`` of the unit.

    ``means`` takes the row geometric means too, if it has rows.
    """
    n = matrix.size
    if means.shape[0] > 0:
        _exponentiate(n, g, start, solver.w)
        _normalise(n, solver.w, solver.step)
        _store(n, matrix.first_item, solver.w, place, lanes, means)
    _exponentiate(n, g, start, solver.w)
    _correct(n, solver.x, place, by_mean, solver.w)
    _normalise(n, solver.w, solver.step)
    _store(n, matrix.first_item, solver.w, place, lanes, weight)
    for lane in range(lanes):
        ratio[k, place[lane]] = (solver.eigenvalue[lane] - n) * matrix.cr_scale


@kernel
def _store(n, first, w, place, lanes, weight):
    for i in range(n):
        for lane in range(lanes):
            weight[first + i, place[lane]] = w[i, lane]


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
