"""Ranks of many values by a sorting network, some lanes beside each other.

A network compares the same places whatever the values, so that lanes go together: of 2,000 values,
Batcher's takes 28 exchanges a value, each of them two instructions for eight lanes. Sorting lane by
lane takes ten times as long, for processors foresee no comparison of random values.
"""

import numpy as np

from recc_mc.kernels.elementary import float_to_bits
from recc_mc.kernels.options import kernel, offset, tile_code

#: Lanes that are sorted together, one vector: more would not keep large panels in the L2 cache.
SIDE = 8
LARGEST = np.int64(0x7FFFFFFFFFFFFFFF)


@kernel
def _make_keys(recc, year, years, first, mask, keys):
    """Keys (mine * lane,) that fall where C rises, NaN last; the bits of the mask tell the mine."""
    tile_code()
    first = offset(first)
    for mine in range(keys.shape[0] // SIDE):
        i = offset(mine * years + year)
        for lane in range(SIDE):
            # Adding 0 makes -0.0 and 0.0 one.
            c = recc[i, first + lane] + 0.0
            bits = float_to_bits(c)
            rising = bits ^ ((bits >> 63) & LARGEST)
            key = ~rising if c == c else LARGEST
            keys[mine * SIDE + lane] = (key & ~mask) | mine


@kernel
def _exchange(low, high, rows, run):
    """Put the smaller of each pair into the first array: ``run`` rows, as many not, and so on."""
    tile_code()
    for start in range(0, rows, 2 * run):
        for row in range(start, min(start + run, rows)):
            k = offset(row * SIDE)
            for lane in range(SIDE):
                a = low[k + lane]
                b = high[k + lane]
                low[k + lane] = min(a, b)
                high[k + lane] = max(a, b)


@kernel
def sort_lanes(keys, count):
    """Sort each lane of ``keys`` (place * lane,), ``count`` places, by merge exchange.

    Source: Knuth 1998, The Art of Computer Programming 3, algorithm 5.2.2M (Batcher 1968). No place
    is compared twice in a pass, so that what is written and what is compared do not overlap.
    """
    half = 1
    while 2 * half < count:
        half *= 2
    p = half
    while p > 0:
        q = half
        r = 0
        apart = p
        while True:
            rows = count - apart - r
            if rows > 0:
                _exchange(keys[r * SIDE :], keys[(r + apart) * SIDE :], rows, p)
            if q == p:
                break
            apart = q - p
            q //= 2
            r = p
        p //= 2


@kernel
def _order_alike(recc, of, keys, lane, start, stop):
    """Sort places whose keys differ in the mine alone by their C, of which keys lack some bits.

    ``of`` is the year, of how many, the sample, and the bits of the mine.
    """
    year, years, sample, mask = of
    for place in range(start + 1, stop):
        key = keys[place * SIDE + lane]
        c = recc[(key & mask) * years + year, sample]
        k = place
        while k > start:
            before = keys[(k - 1) * SIDE + lane]
            if recc[(before & mask) * years + year, sample] >= c:
                break
            keys[k * SIDE + lane] = before
            k -= 1
        keys[k * SIDE + lane] = key


@kernel
def _number(recc, of, keys, lane, undefined, rank):
    """Ranks of one sample from its sorted keys."""
    year, years, sample, mask = of
    count = keys.shape[0] // SIDE
    place = 0
    while place < count:
        head = keys[place * SIDE + lane] | mask
        stop = place + 1
        while stop < count and keys[stop * SIDE + lane] | mask == head:
            stop += 1
        if head == LARGEST:
            for k in range(place, stop):
                rank[(keys[k * SIDE + lane] & mask) * years + year, sample] = undefined
        elif stop == place + 1:
            rank[(keys[place * SIDE + lane] & mask) * years + year, sample] = stop
        else:
            _order_alike(recc, of, keys, lane, place, stop)
            number = place + 1
            last = np.inf
            for k in range(place, stop):
                i = (keys[k * SIDE + lane] & mask) * years + year
                number = k + 1 if recc[i, sample] < last else number
                last = recc[i, sample]
                rank[i, sample] = number
        place = stop


@kernel
def rank_by_sorting(recc, mines, year, years, first, undefined, rank):
    """Ranks of one year in `SIDE` samples: 1 = the largest C, ties share the lower number."""
    mask = np.int64(1)
    while mask < mines:
        mask *= 2
    mask -= 1
    keys = np.empty(mines * SIDE, np.int64)
    _make_keys(recc, year, years, first, mask, keys)
    sort_lanes(keys, mines)
    for lane in range(SIDE):
        of = year, years, first + lane, mask
        _number(recc, of, keys, lane, undefined, rank)
