"""The fused chain: from rows of the unit cube to the index of every sample.

A block of samples is cut into units (the fixed size over which floating sums run, so that no
result depends on how samples were dealt out to workers) and units into tiles of lanes.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.alone import find_capacity, leave_out
from recc_mc.kernels.classes import UNDEFINED, find_grades, find_ranks, find_zones
from recc_mc.kernels.index import (
    Terms,
    add_geometric,
    combine_geometric,
    combine_weight,
    keep_weights,
    scale_entropy,
    sum_members,
)
from recc_mc.kernels.indicator import (
    Scratch,
    add_lanes,
    draw_indicator,
    find_weight,
    make_scratch,
    mark_active,
    may_take,
    members_of,
    normalise_indicator,
)
from recc_mc.kernels.obstacles import (
    IDEAL,
    ObstacleScratch,
    drain_obstacles,
    make_obstacles,
    sum_with_obstacles,
)
from recc_mc.kernels.options import LANES, kernel
from recc_mc.kernels.priorities import find_priorities
from recc_mc.kernels.records import (
    AGGREGATION,
    GEOMETRIC,
    GOALPOSTS,
    PRIORITIZATION,
    SCOPE,
    Floats,
    Integers,
    Plan,
)
from recc_mc.kernels.vectors import Priorities, count_items

#: Samples per unit, except in panels so large that their draws would fill the memory.
UNIT = 1024
#: Draws of one variable in a unit of a large panel.
MOST_DRAWS = 2**20

#: Values of ``status[0]``.
DONE, NEGATIVE, INCONSISTENT = 0, 1, 2

#: First axis of ``Tile.sums``: ln r by AHP weight and by information.
BY_JUDGMENT, BY_ENTROPY = 0, 1
#: First axis of ``Tile.weights``.
AHP, INFORMATION = 0, 1


def unit_size(objects: int) -> int:
    """Samples per unit for a number of objects: a power of two from `LANES` to :data:`UNIT`."""
    return max(LANES, min(UNIT, 1 << ((MOST_DRAWS // objects).bit_length() - 1)))


class Chosen(NamedTuple):
    """Method choices of the samples of a unit, and the priority vectors they ask for."""

    share: Floats  # (sample,) the AHP's share a
    codes: Integers  # (choice, sample)
    vectors: Floats  # (item, sample)


class Room(NamedTuple):
    """Large arrays that a block works in, of use for any number of blocks, one after the other.

    Made in Python: NumPy asks for huge pages, without which the system's zeroing small ones takes
    half the time of a panel of 20,000 objects. The accumulators are at zero between blocks.
    """

    r: Floats  # (member, object, lane) normalised values of one system
    obstacles: ObstacleScratch


class Tile(NamedTuple):
    """One tile of a system, while its indicators are added."""

    scratch: Scratch
    r: Floats  # (member, object, lane) normalised values
    weights: Floats  # (AHP or INFORMATION, indicator, lane)
    combined: Floats  # (indicator, lane) both
    sums: Floats  # (BY_JUDGMENT..., object, lane)
    information_sum: Floats  # (lane,)
    rest: Floats  # (lane,)


@kernel
def _make_chosen(plan):
    size = plan.options.unit
    codes = np.empty((plan.choices.shape[0], size), np.int64)
    return Chosen(np.empty(size), codes, np.empty((count_items(plan), size)))


def make_room(plan: Plan) -> Room:
    """Room for the blocks of a study.

    Parameters
    ----------
    plan
        The study.
    """
    objects, indicators = plan.options.mines * plan.options.years, len(plan.member)
    members = max(plan.options.support_members, indicators - plan.options.support_members)
    real = plan.cells.dtype
    r = np.empty((members, objects, LANES), real)
    return Room(r, make_obstacles(objects, indicators, real))


@kernel
def _make_tile(plan, r):
    objects = plan.options.mines * plan.options.years
    indicators = plan.member.shape[0]
    return Tile(
        make_scratch(plan),
        r,
        np.empty((2, indicators, LANES)),
        np.empty((indicators, LANES), plan.cells.dtype),
        np.empty((2, objects, LANES)),
        np.empty(LANES),
        np.empty(LANES),
    )


@kernel
def choose_method(plan, u, first, size, share, codes):
    """Method choices of ``size`` samples, which start at column ``first`` of ``u``."""
    options = plan.options
    for c in range(plan.choices.shape[0]):
        choice = plan.choices[c]
        for s in range(size):
            codes[c, s] = choice.code[0]
        if choice.column >= 0:
            for k in range(1, choice.count):
                for s in range(size):
                    if u[choice.column, first + s] >= choice.threshold[k - 1]:
                        codes[c, s] = choice.code[k]
    for s in range(size):
        share[s] = options.share_low
        if options.share_column >= 0:
            width = options.share_high - options.share_low
            share[s] += width * u[options.share_column, first + s]


@kernel
def _may_be_geometric(plan):
    """Whether some lanes may aggregate geometrically."""
    return may_take(plan.choices[AGGREGATION], GEOMETRIC)


@kernel
def _add_indicator(plan, j, m, inputs, first, start, chosen, tile):
    """Draw, normalise and add indicator ``j``, member ``m`` of its system.

    Returns a lane in which it cannot be normalised, or -1.
    """
    x = tile.r[m]
    weight = tile.weights[AHP, j]
    information = tile.weights[INFORMATION, j]
    scope = chosen.codes[SCOPE, start : start + LANES]
    frozen = chosen.codes[GOALPOSTS, start : start + LANES]
    draw_indicator(plan, j, inputs, first, scope, tile.scratch, x)
    lane = normalise_indicator(plan, j, scope, frozen, tile.scratch, x, information)
    if lane >= 0:
        return lane
    indicator = plan.indicators[j]
    find_weight(chosen.vectors, indicator.criterion_item, indicator.local_item, start, weight)
    add_lanes(information, tile.information_sum)
    if _may_be_geometric(plan):
        add_geometric(x, weight, information, tile.sums[BY_JUDGMENT], tile.sums[BY_ENTROPY])
    return -1


@kernel
def _finish_system(plan, system, first, start, chosen, tile, obstacles, out):
    """Combined weights, index and obstacle degrees of a system, all indicators being added."""
    members = members_of(plan, system)
    share = chosen.share[start : start + LANES]
    rest = tile.rest
    total = tile.information_sum
    result = out.support if system == 0 else out.pressure
    scale_entropy(share, total, rest)
    for m in range(members.shape[0]):
        j = members[m]
        weight = tile.weights[AHP, j]
        information = tile.weights[INFORMATION, j]
        combine_weight(share, rest, weight, information, out.weight[j], first, tile.combined[j])
        if out.weight_ahp.shape[1] > 0:
            keep_weights(weight, information, total, out.weight_ahp, out.weight_entropy, j, first)
    if result.shape[1] == 0:
        return
    terms = Terms(tile.r, members, tile.combined, first)
    if system < plan.options.obstacle_systems:
        active = tile.scratch.active
        sum_with_obstacles(terms, IDEAL[system], active, obstacles, out.obstacle, result)
    else:
        sum_members(terms, result)
    if _may_be_geometric(plan):
        aggregation = chosen.codes[AGGREGATION, start : start + LANES]
        combine_geometric(
            share, rest, aggregation, tile.sums[BY_JUDGMENT], tile.sums[BY_ENTROPY], result, first
        )


@kernel
def _run_tile(plan, inputs, first, start, chosen, tile, obstacles, out):
    """All outputs of one tile; an indicator and a lane that have none, or -1 twice."""
    mark_active(inputs, first, tile.scratch.active)
    for system in range(2):
        members = members_of(plan, system)
        if members.shape[0] == 0:
            if out.support.shape[1] > 0:
                leave_out(first, out.support if system == 0 else out.pressure)
            continue
        if _may_be_geometric(plan):
            tile.sums[:] = 0.0
        tile.information_sum[:] = 0.0
        for m in range(members.shape[0]):
            lane = _add_indicator(plan, members[m], m, inputs, first, start, chosen, tile)
            if lane >= 0:
                return members[m], lane
        _finish_system(plan, system, first, start, chosen, tile, obstacles, out)
    if out.support.shape[1] == 0:
        return -1, -1
    options = plan.options
    find_capacity(options, out.support, out.pressure, first, out.recc)
    if options.alone >= 0:
        out.zone[:, first : first + LANES] = UNDEFINED
        out.grade[:, first : first + LANES] = UNDEFINED
    else:
        find_zones(out.support, out.pressure, first, out.zone)
        low_cut = options.low_cut
        find_grades(out.support, out.pressure, first, low_cut, options.high_cut, out.grade)
    find_ranks(out.recc, options.mines, options.years, first, tile.rest, out.rank)
    return -1, -1


@kernel
def _run_priorities(plan, inputs, first, size, chosen, out):
    """Priority vectors of a unit; -1, or the first matrix without any."""
    end = first + size
    found = Priorities(
        chosen.codes[PRIORITIZATION, :size],
        chosen.vectors,
        np.empty((0, 0)),
        out.consistency_ratio[:, first:end],
        out.repair[:, first:end],
        out.redraws[:, first:end],
    )
    return find_priorities(plan, inputs, first, found)


@kernel
def run_block(plan, inputs, room, out, status):
    """Run the chain for a block of samples.

    Parameters
    ----------
    plan
        The study as a :class:`~recc_mc.kernels.records.Plan`.
    inputs
        The samples' :class:`~recc_mc.kernels.records.Inputs`; the number of the first is a
        multiple of the plan's unit.
    room
        :class:`Room` to work in.
    out
        :class:`~recc_mc.kernels.records.Draws` to fill. Without samples of the indices, weights
        alone are found.
    status
        (3,) int64. What went wrong: code, matrix or indicator, sample.
    """
    padded = inputs.u.shape[1]
    chosen = _make_chosen(plan)
    tile = _make_tile(plan, room.r)
    obstacles = room.obstacles
    status[0] = DONE
    for begin in range(0, padded, plan.options.unit):
        size = min(plan.options.unit, padded - begin)
        choose_method(plan, inputs.u, begin, size, chosen.share, chosen.codes)
        failed = _run_priorities(plan, inputs, begin, size, chosen, out)
        if failed >= 0:
            status[0] = INCONSISTENT
            status[1] = failed
            return
        for start in range(0, size, LANES):
            first = begin + start
            j, lane = _run_tile(plan, inputs, first, start, chosen, tile, obstacles, out)
            if lane >= 0:
                status[0] = NEGATIVE
                status[1] = j
                status[2] = inputs.sample + first + lane
                return
        number = begin // plan.options.unit
        if number < out.obstacle_mean.shape[0]:
            drain_obstacles(
                obstacles,
                out.obstacle_mean[number],
                out.obstacle_squares[number],
                out.obstacle_defined[number],
                out.obstacle_top5,
            )
