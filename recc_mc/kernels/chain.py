"""The fused chain: from rows of the unit cube to the index of every sample.

A block of samples is cut into units (the fixed size over which floating sums run, so that no
result depends on how samples were dealt out to workers) and units into tiles of lanes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.cells import clip_cells, draw_cells
from recc_mc.kernels.classes import find_grades, find_ranks, find_zones
from recc_mc.kernels.index import (
    ORIGIN,
    SLOPE,
    add_geometric,
    combine_geometric,
    combine_weight,
    divide,
    find_goalposts,
    find_information,
    find_negative,
    keep_weights,
    normalise,
    scale_entropy,
    sum_members,
)
from recc_mc.kernels.obstacles import IDEAL, drain_obstacles, make_obstacles, sum_with_obstacles
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.philox import CELLS, REDRAWS
from recc_mc.kernels.priorities import priorities
from recc_mc.kernels.records import (
    AGGREGATION,
    FIXED,
    GEOMETRIC,
    GOALPOSTS,
    PRIORITIZATION,
    SCOPE,
    YEARLY,
    Floats,
    Integers,
)

#: Samples per unit, except in panels so large that their draws would fill the memory.
UNIT = 1024
#: Draws of one variable in a unit of a large panel.
MOST_DRAWS = 2**20

#: Values of ``status[0]``.
DONE, NEGATIVE, INCONSISTENT = 0, 1, 2

#: Rows of ``Tile.lanes``.
R_SUM, R_LOG_SUM, INFORMATION_SUM, REST, ACTIVE, ABOVE = 0, 1, 2, 3, 4, 5
#: First axis of ``Tile.sums``: ln r by AHP weight and by information.
BY_JUDGMENT, BY_ENTROPY = 0, 1
#: First axis of ``Tile.weights``.
AHP, INFORMATION = 0, 1


def unit_size(objects: int) -> int:
    """Samples per unit for a number of objects: a power of two from `LANES` to :data:`UNIT`."""
    return max(LANES, min(UNIT, 1 << ((MOST_DRAWS // objects).bit_length() - 1)))


class Unit(NamedTuple):
    """Method choices and priority vectors of the samples of a unit."""

    share: Floats  # (sample,) the AHP's share a
    codes: Integers  # (choice, sample)
    items: Floats  # (item, sample) priority vectors


class Tile(NamedTuple):
    """Scratch for one tile; the part in use at a time stays in the L1 cache."""

    words: NDArray[np.uint32]  # (object, lane) random words; objects padded to fours
    xi: NDArray[np.float32]  # (object, lane) standardised variates of the cells
    shared: Floats  # (3, lane) errors that cells share
    posts: Floats  # (4, group, lane) goalposts
    r: Floats  # (member, object, lane) normalised values of one system
    weights: Floats  # (AHP or INFORMATION, indicator, lane)
    sums: Floats  # (BY_JUDGMENT..., object, lane)
    lanes: Floats  # (R_SUM..., lane)


@kernel
def _make_unit(plan):
    last = plan.matrices[plan.matrices.shape[0] - 1]
    items = last.first_item + last.size
    size = plan.options.unit
    return Unit(
        np.empty(size), np.empty((plan.choices.shape[0], size), np.int64), np.empty((items, size))
    )


@kernel
def _make_tile(plan):
    objects = plan.options.mines * plan.options.years
    padded = (objects + 3) // 4 * 4
    indicators = plan.member.shape[0]
    members = max(plan.options.support_members, indicators - plan.options.support_members)
    yearly = may_take(plan.choices[SCOPE], YEARLY)
    return Tile(
        np.empty((padded, LANES), np.uint32),
        np.zeros((padded, LANES), np.float32),
        np.empty((3, LANES)),
        np.empty((4, plan.options.years if yearly else 1, LANES)),
        np.empty((members, objects, LANES)),
        np.empty((2, indicators, LANES)),
        np.empty((2, objects, LANES)),
        np.empty((6, LANES)),
    )


@kernel
def may_take(choice, code):
    """Whether some samples may take an alternative of a choice."""
    found = False
    for k in range(choice.count):
        found = found or choice.code[k] == code
    return found


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
def _take_weight(items, criterion, local, start, information, weight, total):
    """AHP weight of an indicator (criterion times local weight); add up the information."""
    tile_code()
    start = offset(start)
    for lane in range(LANES):
        weight[lane] = items[criterion, start + lane] * items[local, start + lane]
        total[lane] += information[lane]


@kernel
def _may_be_geometric(plan):
    """Whether some lanes may aggregate geometrically."""
    return may_take(plan.choices[AGGREGATION], GEOMETRIC)


@kernel
def _add_indicator(plan, j, u, first, sample, start, seed, stream, unit, tile, x):
    """Draw, normalise and add indicator ``j``; return a lane it cannot be normalised in, or -1."""
    indicator = plan.indicators[j]
    scope = unit.codes[SCOPE, start : start + LANES]
    frozen = unit.codes[GOALPOSTS, start : start + LANES]
    draw_cells(plan, j, u, first, sample, stream, seed, tile.words, tile.xi, tile.shared, x)
    if scope[0] == FIXED and plan.options.clip:
        clip_cells(x, indicator.fixed_lower, indicator.fixed_upper)
    find_goalposts(plan, j, x, scope, frozen, tile.posts)
    if scope[0] == FIXED:
        lane = find_negative(x, tile.posts, tile.lanes[ACTIVE])
        if lane >= 0:
            return lane
    normalise(x, tile.posts[ORIGIN], tile.posts[SLOPE], tile.lanes[R_SUM], tile.lanes[R_LOG_SUM])
    weight = tile.weights[AHP, j]
    information = tile.weights[INFORMATION, j]
    log_objects = plan.options.log_objects
    find_information(log_objects, tile.lanes[R_SUM], tile.lanes[R_LOG_SUM], information)
    _take_weight(
        unit.items,
        indicator.criterion_item,
        indicator.local_item,
        start,
        information,
        weight,
        tile.lanes[INFORMATION_SUM],
    )
    if _may_be_geometric(plan):
        add_geometric(x, weight, information, tile.sums[BY_JUDGMENT], tile.sums[BY_ENTROPY])
    return -1


@kernel
def _finish_system(plan, system, members, first, start, unit, tile, obstacles, out):
    """Combined weights, index and obstacle degrees of a system, all indicators being added."""
    share = unit.share[start : start + LANES]
    rest = tile.lanes[REST]
    result = out.support if system == 0 else out.pressure
    scale_entropy(share, tile.lanes[INFORMATION_SUM], rest)
    for m in range(members.shape[0]):
        j = members[m]
        weight = tile.weights[AHP, j]
        combine_weight(share, rest, weight, tile.weights[INFORMATION, j], out.weight, j, first)
        if out.weight_ahp.shape[1] > 0:
            total = tile.lanes[INFORMATION_SUM]
            information = tile.weights[INFORMATION, j]
            keep_weights(weight, information, total, out.weight_ahp, out.weight_entropy, j, first)
    if system < plan.options.obstacle_systems:
        sum_with_obstacles(
            tile.r,
            members,
            out.weight,
            first,
            IDEAL[system],
            tile.lanes[ACTIVE],
            obstacles,
            out.obstacle,
            result,
        )
    else:
        sum_members(tile.r, members, out.weight, first, result)
    if _may_be_geometric(plan):
        aggregation = unit.codes[AGGREGATION, start : start + LANES]
        combine_geometric(
            share, rest, aggregation, tile.sums[BY_JUDGMENT], tile.sums[BY_ENTROPY], result, first
        )


@kernel
def _run_tile(plan, u, first, sample, start, seed, stream, unit, tile, obstacles, out, status):
    """All outputs of one tile; False if some sample has none."""
    for system in range(2):
        split = plan.options.support_members
        members = plan.member[:split] if system == 0 else plan.member[split:]
        if _may_be_geometric(plan):
            tile.sums[:] = 0.0
        tile.lanes[INFORMATION_SUM] = 0.0
        for m in range(members.shape[0]):
            lane = _add_indicator(
                plan, members[m], u, first, sample, start, seed, stream, unit, tile, tile.r[m]
            )
            if lane >= 0:
                status[0] = NEGATIVE
                status[1] = members[m]
                status[2] = sample + lane
                return False
        _finish_system(plan, system, members, first, start, unit, tile, obstacles, out)
    divide(out.support, out.pressure, first, out.recc)
    find_zones(out.support, out.pressure, first, out.zone)
    low_cut = plan.options.low_cut
    find_grades(out.support, out.pressure, first, low_cut, plan.options.high_cut, out.grade)
    mines = plan.options.mines
    find_ranks(out.recc, mines, plan.options.years, first, tile.lanes[ABOVE], out.rank)
    return True


@kernel
def run_block(plan, u, sample, samples, seed, stream, out, status):
    """Run the chain for ``samples`` samples from number ``sample`` on.

    Parameters
    ----------
    plan
        The study as a :class:`~recc_mc.kernels.records.Plan`.
    u
        (column, sample) rows of the unit cube, padded to whole tiles.
    sample
        Global number of the block's first sample, a multiple of the plan's unit.
    samples
        How many samples count; the rest of the last tile is computed and ignored.
    seed, stream
        Key and base stream of the counter-based numbers.
    out
        :class:`~recc_mc.kernels.records.Draws` to fill.
    status
        (3,) int64. What went wrong: code, matrix or indicator, sample.
    """
    padded = u.shape[1]
    unit = _make_unit(plan)
    unwanted = np.empty((0, 0))
    tile = _make_tile(plan)
    obstacles = make_obstacles(out.support.shape[0], plan.member.shape[0])
    status[0] = DONE
    for begin in range(0, padded, plan.options.unit):
        size = min(plan.options.unit, padded - begin)
        choose_method(plan, u, begin, size, unit.share, unit.codes)
        failed = priorities(
            plan,
            u,
            begin,
            sample + begin,
            samples - begin,
            seed,
            stream + np.uint64(REDRAWS),
            unit.codes[PRIORITIZATION, :size],
            unit.items,
            unwanted,
            out.consistency_ratio[:, begin : begin + size],
            out.repair[:, begin : begin + size],
            out.redraws[:, begin : begin + size],
        )
        if failed >= 0:
            status[0] = INCONSISTENT
            status[1] = failed
            return
        for start in range(0, size, LANES):
            first = begin + start
            for lane in range(LANES):
                tile.lanes[ACTIVE, lane] = 1.0 if first + lane < samples else 0.0
            if not _run_tile(
                plan,
                u,
                first,
                sample + first,
                start,
                seed,
                stream + np.uint64(CELLS),
                unit,
                tile,
                obstacles,
                out,
                status,
            ):
                return
        number = begin // plan.options.unit
        drain_obstacles(
            obstacles,
            out.obstacle_mean[number],
            out.obstacle_squares[number],
            out.obstacle_defined[number],
            out.obstacle_top5,
        )
