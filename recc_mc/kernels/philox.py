"""Philox4x32-10: random numbers as a pure function of a counter and a key.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11; the
known answers of Random123 are in the tests. The key is the seed. The counter is laid out as

    word 0, 1   sample index (low, high half)
    word 2      position within the sample (which four numbers)
    word 3      stream (what the numbers are for, see :data:`CELLS` and its neighbours)

so a number depends on nothing but seed, stream, sample and position.
"""

import numpy as np

from recc_mc.kernels.options import inline, kernel, offset, tile_code

#: Streams. Sensitivity designs add multiples of :data:`STREAMS` for each replicate and matrix.
SCALARS = 0
CELLS = 1
REDRAWS = 2
SHARED = 3
STREAMS = 4
#: From here on streams are those of scenarios: half of a digest that names a random number.
SCENARIOS = 0x80000000

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)


@inline
def philox(sample, position, stream, seed):
    """Four 32-bit words in 64-bit lanes; all arguments are uint64.

    64-bit lanes hold the 32 x 32 products whole: LLVM turns each multiplication into one
    vpmuludq. Upper halves are left dirty where the next step ignores them.
    """
    c0 = sample & _LOW
    c1 = sample >> _HALF
    c2 = position
    c3 = stream
    k0 = seed & _LOW
    k1 = seed >> _HALF
    # Ten rounds are the generator's published margin and what every number here was drawn with;
    # seven pass the same batteries and would take 3 % off the chain (0.2 of 6.3 us a sample).
    for _ in range(10):
        p0 = _M0 * (c0 & _LOW)
        p1 = _M1 * (c2 & _LOW)
        c0 = (p1 >> _HALF) ^ c1 ^ k0
        c1 = p1 & _LOW
        c2 = (p0 >> _HALF) ^ c3 ^ k1
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inline
def uniform_pair(sample, position, stream, seed):
    """Two uniforms in (0, 1), (v + 1/2) 2^-52 with v of 52 random bits."""
    a, b, c, d = philox(sample, position, stream, seed)
    v = (((a & _LOW) << _HALF) | (b & _LOW)) >> np.uint64(12)
    w = (((c & _LOW) << _HALF) | (d & _LOW)) >> np.uint64(12)
    return (
        (np.float64(np.int64(v)) + 0.5) * 2.220446049250313e-16,
        (np.float64(np.int64(w)) + 0.5) * 2.220446049250313e-16,
    )


@kernel
def fill_uniforms(sample, stream, seed, u):
    """Fill ``u`` (column, sample) for the samples from number ``sample`` on."""
    tile_code()
    sample = offset(sample)
    for pair in range(u.shape[0] // 2):
        for s in range(u.shape[1]):
            a, b = uniform_pair(np.uint64(sample + s), np.uint64(pair), stream, seed)
            u[2 * pair, s] = a
            u[2 * pair + 1, s] = b
    if u.shape[0] % 2:
        last = u.shape[0] - 1
        for s in range(u.shape[1]):
            u[last, s], _ = uniform_pair(np.uint64(sample + s), np.uint64(last // 2), stream, seed)


@kernel
def fill_named_uniforms(sample, position, stream, seed, u):
    """Fill ``u`` (sample,) with one uniform of each sample from number ``sample`` on."""
    tile_code()
    sample = offset(sample)
    for s in range(u.shape[0]):
        u[s], _ = uniform_pair(np.uint64(sample + s), np.uint64(position), stream, seed)
