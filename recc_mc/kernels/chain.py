"""The fused chain: from rows of the unit cube to the index of every sample.

A block of samples is cut into units (the fixed size over which floating sums run, so that no
result depends on how samples were dealt out to workers) and units into tiles of lanes.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.aggregation import aggregate_by_closeness, aggregate_geometrically
from recc_mc.kernels.alone import find_capacity, leave_out
from recc_mc.kernels.classes import UNDEFINED, find_grades, find_ranks, find_zones
from recc_mc.kernels.combination import (
    add_product,
    combine_weight,
    find_shares,
    keep_weights,
    scale_objective,
    take_product,
)
from recc_mc.kernels.coupling import couple
from recc_mc.kernels.criteria import keep_scores, score_criteria
from recc_mc.kernels.fuzzy import find_positions, grade_system
from recc_mc.kernels.index import Terms, sum_members
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
from recc_mc.kernels.objective import Conflicts, find_conflicts, make_conflicts
from recc_mc.kernels.obstacles import (
    IDEAL,
    ObstacleScratch,
    drain_obstacles,
    make_obstacles,
    sum_with_obstacles,
)
from recc_mc.kernels.options import LANES, kernel, step
from recc_mc.kernels.priorities import find_priorities
from recc_mc.kernels.records import (
    AGGREGATION,
    COMBINATION,
    CRITERIA,
    CRITIC,
    GAME_THEORY,
    GEOMETRIC,
    GOALPOSTS,
    MULTIPLICATIVE,
    NOTHING,
    OBJECTIVE,
    PRIORITIZATION,
    SCOPE,
    TOPSIS,
    Floats,
    Integers,
    Plan,
    Scores,
)
from recc_mc.kernels.vectors import Priorities, count_items

#: Samples per unit, except in panels so large that their draws would fill the memory.
UNIT = 1024
#: Draws of one variable in a unit of a large panel.
MOST_DRAWS = 2**20

#: Values of ``status[0]``.
DONE, NEGATIVE, INCONSISTENT = 0, 1, 2

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
    scores: Scores
    position: Floats  # (member, object, lane) places among the fuzzy grades, no members without


class Tile(NamedTuple):
    """One tile of a system, while its indicators are added."""

    scratch: Scratch
    r: Floats  # (member, object, lane) normalised values
    weights: Floats  # (AHP or INFORMATION, indicator, lane)
    combined: Floats  # (indicator, lane) both
    information_sum: Floats  # (lane,)
    share: Floats  # (lane,)
    rest: Floats  # (lane,)
    sums: Floats  # (4, lane) scratch
    conflicts: Conflicts
    scores: Scores
    position: Floats  # (member, object, lane)


@kernel
def make_chosen(plan):
    """Room for the choices of a unit."""
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
    scored = plan.options.scored or plan.coupling.of == CRITERIA
    criteria = len(plan.within) if scored else 0
    scores = Scores(np.empty((criteria, objects, LANES)), np.empty((criteria, LANES)))
    graded = members if len(plan.fuzzy_scores) else 0
    position = np.empty((graded, objects, LANES), real)
    return Room(r, make_obstacles(objects, indicators, real), scores, position)


@kernel
def make_tile(plan, room):
    """A tile of a study, in a room of it."""
    indicators = plan.member.shape[0]
    correlated = room.r.shape[0] if may_take(plan.choices[OBJECTIVE], CRITIC) else 0
    return Tile(
        make_scratch(plan),
        room.r,
        np.empty((2, indicators, LANES)),
        np.empty((indicators, LANES), plan.cells.dtype),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty((4, LANES)),
        make_conflicts(correlated),
        room.scores,
        room.position,
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


@step
def _codes(chosen, choice, start):
    """Alternatives of a choice that the lanes of a tile take."""
    return chosen.codes[choice, start : start + LANES]


@kernel
def _add_indicator(plan, j, m, inputs, first, start, chosen, tile):
    """Draw, normalise and add indicator ``j``, member ``m`` of its system.

    Returns a lane in which it cannot be normalised, or -1.
    """
    scope = _codes(chosen, SCOPE, start)
    draw_indicator(plan, j, inputs, first, scope, tile.scratch, tile.r[m])
    return weigh_indicator(plan, j, m, start, chosen, tile)


@kernel
def weigh_indicator(plan, j, m, start, chosen, tile):
    """Normalise the values of indicator ``j`` that ``tile.r`` holds, and add its weights.

    Returns a lane in which it cannot be normalised, or -1.
    """
    x = tile.r[m]
    weight = tile.weights[AHP, j]
    information = tile.weights[INFORMATION, j]
    scope = _codes(chosen, SCOPE, start)
    frozen = _codes(chosen, GOALPOSTS, start)
    objective = _codes(chosen, OBJECTIVE, start)
    if plan.more is not None and tile.position.shape[0] > 0:
        find_positions(plan.indicators[j], x, tile.position[m])
    lane = normalise_indicator(plan, j, scope, frozen, objective, tile.scratch, x, information)
    if lane >= 0:
        return lane
    find_weight(chosen.vectors, plan.path, j, start, weight)
    add_lanes(information, tile.information_sum)
    return -1


@kernel
def _weigh_conflicts(plan, members, start, chosen, tile):
    """Information by CRITIC, and the sum of it, of a system."""
    information = tile.weights[INFORMATION]
    objective = _codes(chosen, OBJECTIVE, start)
    find_conflicts(tile.r, members, objective, tile.conflicts, information)
    tile.information_sum[:] = 0.0
    for m in range(members.shape[0]):
        add_lanes(information[members[m]], tile.information_sum)


@kernel
def _multiply_weights(members, combination, first, tile, out):
    """Combined weights of a system in the lanes that multiply."""
    total = tile.sums[0]
    total[:] = 0.0
    for m in range(members.shape[0]):
        add_product(tile.weights[AHP, members[m]], tile.weights[INFORMATION, members[m]], total)
    for m in range(members.shape[0]):
        j = members[m]
        weight, information = tile.weights[AHP, j], tile.weights[INFORMATION, j]
        take_product(
            combination, weight, information, total, out.weight[j], first, tile.combined[j]
        )


@kernel
def _find_weights(plan, members, first, start, chosen, tile, out):
    """Combined weights of a system, all indicators being added."""
    if plan.more is not None and may_take(plan.choices[OBJECTIVE], CRITIC):
        _weigh_conflicts(plan, members, start, chosen, tile)
    total = tile.information_sum
    share = chosen.share[start : start + LANES]
    combination = _codes(chosen, COMBINATION, start)
    if plan.more is not None and may_take(plan.choices[COMBINATION], GAME_THEORY):
        find_shares(members, tile.weights, total, combination, share, tile.sums, tile.share)
        share = tile.share
    scale_objective(share, total, tile.rest)
    for m in range(members.shape[0]):
        j = members[m]
        weight = tile.weights[AHP, j]
        information = tile.weights[INFORMATION, j]
        combine_weight(
            share, tile.rest, weight, information, out.weight[j], first, tile.combined[j]
        )
        if out.weight_ahp.shape[1] > 0:
            keep_weights(weight, information, total, out.weight_ahp, out.weight_objective, j, first)
    if plan.more is not None and may_take(plan.choices[COMBINATION], MULTIPLICATIVE):
        _multiply_weights(members, combination, first, tile, out)


@kernel
def finish_system(plan, system, first, start, chosen, tile, obstacles, out):
    """Combined weights, index and obstacle degrees of a system, all indicators being added."""
    members = members_of(plan, system)
    result = out.support if system == 0 else out.pressure
    _find_weights(plan, members, first, start, chosen, tile, out)
    if result.shape[1] == 0:
        return
    terms = Terms(tile.r, members, tile.combined, first)
    if system < plan.options.obstacle_systems:
        active = tile.scratch.active
        sum_with_obstacles(terms, IDEAL[system], active, obstacles, out.obstacle, result)
    else:
        sum_members(terms, result)
    if tile.scores.score.shape[0] > 0:
        score_criteria(plan.within, terms, tile.scores)
    if plan.more is None:
        return
    aggregation = _codes(chosen, AGGREGATION, start)
    if may_take(plan.choices[AGGREGATION], GEOMETRIC):
        aggregate_geometrically(terms, aggregation, tile.sums, result)
    if may_take(plan.choices[AGGREGATION], TOPSIS):
        aggregate_by_closeness(terms, aggregation, tile.sums, result)
    if tile.position.shape[0] > 0:
        base = system * result.shape[0] if plan.options.alone < 0 else 0
        scores = plan.fuzzy_scores
        grade_system(terms, tile.position, scores, base, out.fuzzy_score, out.fuzzy_grade)


@kernel
def _run_tile(plan, inputs, first, start, chosen, tile, obstacles, out):
    """All outputs of one tile; an indicator and a lane that have none, or -1 twice."""
    mark_active(inputs, first, tile.scratch.active)
    for system in range(2):
        members = members_of(plan, system)
        if plan.more is not None and members.shape[0] == 0:
            if out.support.shape[1] > 0:
                leave_out(first, out.support if system == 0 else out.pressure)
            continue
        tile.information_sum[:] = 0.0
        for m in range(members.shape[0]):
            lane = _add_indicator(plan, members[m], m, inputs, first, start, chosen, tile)
            if lane >= 0:
                return members[m], lane
        finish_system(plan, system, first, start, chosen, tile, obstacles, out)
    if out.support.shape[1] == 0:
        return -1, -1
    finish_tile(plan, first, tile, out)
    return -1, -1


@kernel
def finish_tile(plan, first, tile, out):
    """What is made of the indices of both systems."""
    options = plan.options
    find_capacity(options, out.support, out.pressure, first, out.recc)
    if plan.more is not None and options.alone >= 0:
        out.zone[:, first : first + LANES] = UNDEFINED
        out.grade[:, first : first + LANES] = UNDEFINED
    else:
        find_zones(out.support, out.pressure, first, out.zone)
        low_cut = options.low_cut
        find_grades(out.support, out.pressure, first, low_cut, options.high_cut, out.grade)
    find_ranks(out.recc, options.mines, options.years, first, tile.rest, out.rank)
    if out.criterion_score.shape[0] > 0:
        keep_scores(tile.scores.score, first, out.criterion_score)
    if plan.more is not None and plan.coupling.of != NOTHING:
        couple(plan.coupling, tile.scores, first, out)


@kernel
def run_priorities(plan, inputs, first, size, chosen, out):
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
    chosen = make_chosen(plan)
    tile = make_tile(plan, room)
    obstacles = room.obstacles
    status[0] = DONE
    for begin in range(0, padded, plan.options.unit):
        size = min(plan.options.unit, padded - begin)
        choose_method(plan, inputs.u, begin, size, chosen.share, chosen.codes)
        failed = run_priorities(plan, inputs, begin, size, chosen, out)
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
