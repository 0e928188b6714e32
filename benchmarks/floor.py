"""The floor: what no implementation of the chain can do without.

For every cell of the panel one Philox word, one inverse normal and one logarithm, over the same
lanes and with the same elementary functions as the kernel. The inverse normal is the package's
branch-free single-precision design for cell noise before it went over to Box-Muller pairs, which
cost half as much; it stays here as the yardstick.
"""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.cells import fill_words
from recc_mc.kernels.elementary import fma, log
from recc_mc.kernels.options import LANES, inline, kernel, tile_code
from recc_mc.kernels.variates import log_single


@inline
def inverse_normal(word):  # type: ignore[no-untyped-def]
    """Phi^-1((word + 1/2) 2^-32) in single precision (after Giles 2010), error below 1e-6."""
    centred = np.int32(np.uint32(word) ^ np.uint32(0x80000000))
    rest = np.int32((centred ^ ~np.int32(centred >> np.int32(31))) & np.int32(0x7FFFFFFF))
    x = fma(np.float32(centred), np.float32(2.0**-31), np.float32(2.0**-32))
    t = fma(np.float32(rest), np.float32(2.0**-31), np.float32(2.0**-32))
    w = -log_single(t * (np.float32(2.0) - t), x * x)
    a = w - np.float32(3.0)
    centre = fma(np.float32(-7.68006436e-09), a, np.float32(-5.98903567e-09))
    centre = fma(centre, a, np.float32(6.3295559e-07))
    centre = fma(centre, a, np.float32(-2.6688103e-06))
    centre = fma(centre, a, np.float32(-1.79650178e-05))
    centre = fma(centre, a, np.float32(0.000276459603))
    centre = fma(centre, a, np.float32(-0.00118257441))
    centre = fma(centre, a, np.float32(-0.00811560434))
    centre = fma(centre, a, np.float32(0.341717012))
    b = np.sqrt(w) - np.float32(2.95)
    tail = fma(np.float32(1.8888461e-05), b, np.float32(-5.15885815e-05))
    tail = fma(tail, b, np.float32(-0.000312338939))
    tail = fma(tail, b, np.float32(0.00205814337))
    tail = fma(tail, b, np.float32(-0.00550623494))
    tail = fma(tail, b, np.float32(0.00934803193))
    tail = fma(tail, b, np.float32(-0.0125721434))
    tail = fma(tail, b, np.float32(0.0151118953))
    tail = fma(tail, b, np.float32(1.41516262))
    central = w < np.float32(6.0)
    slope = (centre if central else tail) * x
    point = a if central else b
    start = np.float32(2.29603524) if central else np.float32(3.93563977)
    return fma(slope, point, start * x)


@kernel
def fill_normals(words, xi):  # type: ignore[no-untyped-def]
    """Normals of words, (object, lane)."""
    tile_code()
    for i in range(words.shape[0]):
        for lane in range(LANES):
            xi[i, lane] = inverse_normal(words[i, lane])


@kernel
def _fill_logs(x, out):  # type: ignore[no-untyped-def]
    tile_code()
    for i in range(x.shape[0]):
        for lane in range(LANES):
            out[i, lane] = log(x[i, lane])


@kernel
def _run(indicators, tiles, seed, words, xi, x, out):  # type: ignore[no-untyped-def]
    for tile in range(tiles):
        for j in range(indicators):
            fill_words(j, tile * LANES, np.uint64(1), seed, words)
            fill_normals(words, xi)
            _fill_logs(x, out)


def floor(objects: int, indicators: int, samples: int, seed: int = 1) -> NDArray[np.float64]:
    """Do the floor's work for a panel; ``samples`` is rounded down to whole tiles."""
    padded = (objects + 3) // 4 * 4
    words = np.empty((padded, LANES), np.uint32)
    xi = np.empty((padded, LANES), np.float32)
    x = np.random.default_rng(seed).uniform(0.01, 1.0, (objects, LANES))
    out = np.empty((objects, LANES))
    _run(indicators, samples // LANES, np.uint64(seed), words, xi, x, out)
    return out
