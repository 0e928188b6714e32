"""Weights that a study gives as numbers: drawn within each system, as priority vectors are.

All is done in logarithms, so that no weight of a draw, however small, is lost or divided by 0.
"""

import numpy as np

from recc_mc.kernels.elementary import exp
from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.kernels.records import DIRICHLET
from recc_mc.kernels.variates import NORMAL, fill_scalar_variates

#: Stands for ln 0, and what e is to the power of below that is 0.
LOG_ZERO, SMALLEST_POWER = -1e300, -690.0
#: Nodes of a table of quantiles lie from -REACH to REACH standard normals, NODES in each of them.
#: No column of the unit cube comes from beyond (2^-53 is Phi of -8.21). A cubic through values and
#: slopes is then within 1e-8 of the logarithm of a gamma quantile of shape 0.01 to 1e6, and within
#: 1e-9 of one of shape 0.1 to 1e5.
REACH, NODES = 8.5, 64
#: Rows of a table.
QUANTILE, SLOPE = 0, 1


@kernel
def _scale(sigma, base, xi, out, row):
    """ln w + sigma z: what all weights of a system are divided by needs no shift of the mean."""
    tile_code()
    for s in range(xi.shape[0]):
        out[row, s] = base + sigma * xi[s]


@kernel
def _interpolate(table, xi, out, row):
    """Cubic interpolation of a tabulated function and its slope at ``xi``."""
    for s in range(xi.shape[0]):
        place = (min(max(xi[s], -REACH), REACH) + REACH) * NODES
        node = min(int(place), table.shape[1] - 2)
        t = place - node
        rest = 1.0 - t
        out[row, s] = (
            rest * rest * (1.0 + 2.0 * t) * table[QUANTILE, node]
            + t * t * (1.0 + 2.0 * rest) * table[QUANTILE, node + 1]
            + t * rest * (rest * table[SLOPE, node] - t * table[SLOPE, node + 1]) / NODES
        )


@kernel
def _exponentiate(first, size, peak, total, out):
    """Weights of sum 1 from their logarithms, which may all be too small to stand for themselves.

    ``peak`` and ``total`` are scratch (sample,).
    """
    tile_code()
    first = offset(first)
    samples = out.shape[1]
    for s in range(samples):
        peak[s] = LOG_ZERO
        total[s] = 0.0
    for i in range(size):
        for s in range(samples):
            peak[s] = max(peak[s], out[first + i, s])
    for i in range(size):
        for s in range(samples):
            power = out[first + i, s] - peak[s]
            value = exp(power) if power > SMALLEST_POWER else 0.0
            out[first + i, s] = value
            total[s] += value
    for s in range(samples):
        total[s] = 1.0 / total[s]
    for i in range(size):
        for s in range(samples):
            out[first + i, s] *= total[s]


@kernel
def draw_given(plan, matrix, u, first, xi, out):
    """Weights of one system (item, sample), among those of the other, for a unit of samples.

    Under DIRICHLET they are independent gamma variates of shape c w, divided by their sum.
    """
    for i in range(matrix.size):
        row = matrix.first_item + i
        base = plan.log_value[matrix.first_entry + i]
        if matrix.entry_column < 0 or base <= LOG_ZERO:
            out[row, :] = base
            continue
        fill_scalar_variates(NORMAL, u, matrix.entry_column + i, first, xi)
        if matrix.kind == DIRICHLET:
            _interpolate(plan.quantile[matrix.first_entry + i], xi, out, row)
        else:
            _scale(matrix.sigma, base, xi, out, row)
    samples = out.shape[1]
    _exponentiate(matrix.first_item, matrix.size, np.empty(samples), np.empty(samples), out)


@kernel
def _copy(first, size, vectors, means):
    for i in range(first, first + size):
        for s in range(vectors.shape[1]):
            means[i, s] = vectors[i, s]


@kernel
def find_given(plan, k, u, first, xi, found):
    """The same as a system's priority vectors, by whatever method; nothing is inconsistent."""
    matrix = plan.matrices[k]
    draw_given(plan, matrix, u, first, xi, found.vectors)
    if found.means.shape[0] > 0:
        _copy(matrix.first_item, matrix.size, found.vectors, found.means)
    found.ratio[k, :] = 0.0
    found.exponent[k, :] = 1.0
    found.redraws[k, :] = 0
