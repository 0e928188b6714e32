"""Studies of one system: its index stands alone."""

from recc_mc.kernels.index import divide
from recc_mc.kernels.options import LANES, kernel, offset, tile_code


@kernel
def find_capacity(options, support, pressure, first, recc):
    """C = P/S, or the index of the only system: that of the other is 1."""
    if options.alone == 0:
        divide(pressure, support, first, recc)
    else:
        divide(support, pressure, first, recc)


@kernel
def leave_out(first, result):
    """Index of a system without indicators: 1, so that C is the index of the other one."""
    tile_code()
    first = offset(first)
    for i in range(result.shape[0]):
        for lane in range(LANES):
            result[i, first + lane] = 1.0
