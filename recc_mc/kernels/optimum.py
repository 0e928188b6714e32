"""Indicators that are best within a range: distances from it, and what they are normalised by."""

from recc_mc.kernels.options import LANES, kernel, tile_code


@kernel
def span_range(low, high, lower, upper, origin, slope):
    """Origin and slope of r for distances d from the range ``lower`` to ``upper``.

    r = 1 - d/M, M the larger of the distances of both goalposts; r = 1 where neither has any.
    """
    tile_code()
    real = low.dtype.type
    # Added to any distance and divided by, exactly, it leaves 1.
    far = real(2.0**100)
    for group in range(low.shape[0]):
        for lane in range(LANES):
            below = real(lower) - low[group, lane]
            above = high[group, lane] - real(upper)
            most = max(max(below, above), real(0.0))
            origin[group, lane] = most if most > 0.0 else -far
            slope[group, lane] = real(-1.0) / (most if most > 0.0 else -far)


@kernel
def find_distances(x, lower, upper):
    """Distances from a range, in place of the values."""
    tile_code()
    real = x.dtype.type
    for i in range(x.shape[0]):
        for lane in range(LANES):
            outside = max(real(lower) - x[i, lane], x[i, lane] - real(upper))
            x[i, lane] = max(outside, real(0.0))
