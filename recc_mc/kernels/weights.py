"""Priority vectors from solved tiles."""

from recc_mc.kernels.elementary import exp
from recc_mc.kernels.options import LANES, kernel, offset, tile_code


@kernel
def store_weights(k, matrix, g, start, solver, place, lanes, by_mean, weight, ratio):
    """Priority vectors of a tile, to the samples ``place`` of the unit."""
    n = matrix.size
    weigh_tile(n, g, start, solver.x, solver.w, solver.step, place, by_mean)
    for i in range(n):
        row = matrix.first_item + i
        for lane in range(lanes):
            weight[row, place[lane]] = solver.w[i, lane]
    for lane in range(lanes):
        ratio[k, place[lane]] = (solver.eigenvalue[lane] - n) * matrix.cr_scale


@kernel
def weigh_tile(n, g, start, x, y, total, place, by_mean):
    """Normalised priority vectors ``y``: e^g times x, or e^g alone where the mean is asked for."""
    tile_code()
    start = offset(start)
    for lane in range(LANES):
        total[lane] = 0.0
    for i in range(n):
        for lane in range(LANES):
            y[i, lane] = exp(g[i, start + lane])
        for lane in range(LANES):
            y[i, lane] *= 1.0 if by_mean[place[lane]] > 0 else x[i, lane]
        for lane in range(LANES):
            total[lane] += y[i, lane]
    for lane in range(LANES):
        total[lane] = 1.0 / total[lane]
    for i in range(n):
        for lane in range(LANES):
            y[i, lane] *= total[lane]
