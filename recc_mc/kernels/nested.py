"""Counts of nested rows: what is known of a factor is held, and all the rest varies.

Rows of A draw the rest, each row of B is the same: what is known. An exchange of A with B then is A
with one factor known, and all factors share the rows of the rest. What is counted, in integers, is
how often a mine is the most loaded one, and how often it is overloaded.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.alone import find_capacity
from recc_mc.kernels.chain import DONE, INCONSISTENT, NEGATIVE, choose_method
from recc_mc.kernels.classes import find_ranks
from recc_mc.kernels.options import LANES, kernel, tile_code
from recc_mc.kernels.pickfreeze import A, B, exchange_tile, find_vectors, make_sources, make_stored

Integers = NDArray[np.int64]


class Counts(NamedTuple):
    """In how many rows something holds; set 0 is A, each exchange has one after it."""

    largest: Integers  # (set, object) no mine of the year has a larger C
    ranked: Integers  # (set, year) some mine has a C
    over: Integers  # (set, object) C >= 1
    defined: Integers  # (set, object) there is a C


@kernel
def _count_largest(rank, largest):
    tile_code()
    for i in range(rank.shape[0]):
        count = 0
        for lane in range(LANES):
            count += 1 if rank[i, lane] == 1.0 else 0
        largest[i] += count


@kernel
def _count_defined(recc, over, defined):
    tile_code()
    for i in range(recc.shape[0]):
        above = 0
        there = 0
        for lane in range(LANES):
            c = recc[i, lane]
            above += 1 if c >= 1.0 else 0
            there += 1 if c == c else 0
        over[i] += above
        defined[i] += there


@kernel
def _count_ranked(rank, any_rank, ranked):
    tile_code()
    years = ranked.shape[0]
    for year in range(years):
        for lane in range(LANES):
            any_rank[lane] = 0.0
        for i in range(year, rank.shape[0], years):
            for lane in range(LANES):
                any_rank[lane] = max(any_rank[lane], rank[i, lane])
        count = 0
        for lane in range(LANES):
            count += 1 if any_rank[lane] > 0.0 else 0
        ranked[year] += count


@kernel
def _count_set(options, support, pressure, number, tile, counts):
    """Add one tile of one set of rows."""
    recc, rank, above = tile
    find_capacity(options, support, pressure, 0, recc)
    find_ranks(recc, options.mines, options.years, 0, above, rank)
    _count_largest(rank, counts.largest[number])
    _count_ranked(rank, above, counts.ranked[number])
    _count_defined(recc, counts.over[number], counts.defined[number])


@kernel
def _count_tile(plan, slots, indices, tile, counts):
    """Add one tile of A and of all exchanges."""
    a = indices.a
    _count_set(plan.options, a[0], a[1], 0, tile, counts)
    for group in range(slots.shape[0]):
        support, pressure = a[0], a[1]
        if slots[group, 0] >= 0:
            support = indices.supports[slots[group, 0]]
        if slots[group, 1] >= 0:
            pressure = indices.pressures[slots[group, 1]]
        _count_set(plan.options, support, pressure, group + 1, tile, counts)


@kernel
def count_unit(plan, exchanges, a, b, counts, status):
    """Count a unit of rows.

    Parameters
    ----------
    plan
        The study, one of `recc_mc.uncertainty.layout.is_linear`.
    exchanges
        What is exchanged, as `recc_mc.kernels.pickfreeze.Exchanges`.
    a, b
        The rows, whole tiles, as :class:`~recc_mc.kernels.records.Inputs`.
    counts
        :class:`Counts`, to which is added.
    status
        (3,) int64. What went wrong: code, matrix or indicator, row.
    """
    size = a.u.shape[1]
    objects = plan.options.mines * plan.options.years
    sources = make_sources(plan, exchanges, size)
    stored = make_stored(plan, exchanges)
    tile = (np.empty((objects, LANES)), np.empty((objects, LANES)), np.empty(LANES))
    status[0] = DONE
    choose_method(plan, a.u, 0, size, sources.share[A], sources.codes[A])
    choose_method(plan, b.u, 0, size, sources.share[B], sources.codes[B])
    failed = find_vectors(plan, exchanges, (a, b), sources)
    if failed >= 0:
        status[0] = INCONSISTENT
        status[1] = failed
        return
    for start in range(0, size, LANES):
        j, lane = exchange_tile(plan, exchanges, (a, b), start, sources, stored)
        if lane >= 0:
            status[0] = NEGATIVE
            status[1] = j
            status[2] = a.sample + start + lane
            return
        _count_tile(plan, exchanges.slots, stored.indices, tile, counts)
