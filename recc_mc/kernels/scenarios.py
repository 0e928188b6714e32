"""Scenarios whose goalposts and weights are those of the same draw of the reference.

The reference of a tile is the chain itself, by its own pieces; what scenarios start from of each
indicator, its drawn values and the normalised ones, is kept on the way (`anchored` does the rest).

To draw the changed indicators once more, behind `run_block`, took 0.1 us an indicator and sample:
with obstacle degrees, for which a whole system is needed, 40 % of the chain.
"""

import numpy as np

from recc_mc.kernels.alone import leave_out
from recc_mc.kernels.anchored import Lanes, ScenarioRoom, run_tile
from recc_mc.kernels.cells import clip_cells, draw_cells, multiply_shared
from recc_mc.kernels.chain import (
    DONE,
    INCONSISTENT,
    NEGATIVE,
    choose_method,
    finish_system,
    finish_tile,
    make_chosen,
    make_room,
    make_tile,
    run_priorities,
    weigh_indicator,
)
from recc_mc.kernels.changes import POSSIBLE, Changes
from recc_mc.kernels.changing import take_drawn
from recc_mc.kernels.index import ORIGIN, SLOPE
from recc_mc.kernels.indicator import mark_active, members_of
from recc_mc.kernels.obstacles import drain_obstacles, make_obstacles
from recc_mc.kernels.optimum import find_distances
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import FIXED, SCOPE, Plan


def make_scenario_room(plan: Plan, changes: Changes) -> ScenarioRoom:
    """Room for the blocks of a study's scenarios.

    Parameters
    ----------
    plan
        The study.
    changes
        What the scenarios change.
    """
    options, real = plan.options, plan.cells.dtype
    indicators = len(plan.member)
    places, kept = len(changes.needed), int(changes.drawn["kept"].max(initial=-1)) + 1
    rows = int(changes.scenarios["rows"].max(initial=0))
    gathered = changes.full.any() or changes.scenarios["fresh"].any()
    members = max(options.support_members, indicators - options.support_members) if gathered else 0
    groups = options.years if (plan.choices["code"][SCOPE] == 1).any() else 1
    return ScenarioRoom(
        make_room(plan),
        np.empty((kept, places, LANES), real),
        np.empty((len(changes.drawn), places, LANES), real),
        np.empty((kept, 2, groups, LANES), real),
        np.empty((rows, LANES), real),
        np.empty((rows, LANES)),
        np.empty((members, rows, LANES), real),
        np.empty((rows, LANES)),
        make_obstacles(len(changes.place), indicators, real),
        np.empty((0, 0, 0)),
    )


@kernel
def _make_lanes(plan, tile):
    return Lanes(
        tile.scratch.active,
        tile.combined,
        np.empty((plan.choices.shape[0], LANES), np.int64),
        np.empty((2, LANES)),
        np.empty((2, LANES)),
        np.empty(LANES),
    )


@kernel
def _copy_codes(codes, start, out):
    """Method choices (choice, lane) of a tile."""
    tile_code()
    start = offset(start)
    for c in range(out.shape[0]):
        for lane in range(LANES):
            out[c, lane] = codes[c, start + lane]


@kernel
def _copy_rows(x, out):
    tile_code()
    for i in range(out.shape[0]):
        for lane in range(LANES):
            out[i, lane] = x[i, lane]


@kernel
def _normalise_places(needed, years, objects, posts, r):
    """Normalised values in place; those behind the objects have the goalposts of the last year."""
    tile_code()
    real = r.dtype.type
    groups = posts.shape[1]
    for i in range(r.shape[0]):
        place = needed[i]
        group = (place % years if place < objects else years - 1) % groups
        for lane in range(LANES):
            value = (r[i, lane] - posts[ORIGIN, group, lane]) * posts[SLOPE, group, lane]
            r[i, lane] = max(value, real(0.0))


@kernel
def _keep_posts(posts, kept):
    """Origins and slopes of a tile."""
    tile_code()
    for group in range(kept.shape[1]):
        for lane in range(LANES):
            kept[0, group, lane] = posts[ORIGIN, group, lane]
            kept[1, group, lane] = posts[SLOPE, group, lane]


@kernel
def _normalise_again(plan, changes, slot, clipped, posts, room):
    """Normalised values at the places of one indicator, as the reference has them."""
    drawn, r = changes.drawn[slot], room.r[slot]
    indicator = plan.indicators[drawn.indicator]
    if drawn.kept >= 0:
        _copy_rows(r, room.x[drawn.kept])
        _keep_posts(posts, room.posts[drawn.kept])
    if clipped:
        clip_cells(r, indicator.fixed_lower, indicator.fixed_upper)
    if plan.more is not None and indicator.direction == 0:
        find_distances(r, indicator.optimum_lower, indicator.optimum_upper)
    years = plan.options.years
    _normalise_places(changes.needed, years, plan.options.mines * years, posts, r)


@kernel
def _add_system(plan, changes, system, inputs, where, work, room, draws):
    """A system of the reference in one tile; an indicator and a lane that have none, or -1 twice.

    ``where`` the tile starts in the block and in its unit.
    """
    first, start = where
    chosen, tile = work
    members = members_of(plan, system)
    if plan.more is not None and members.shape[0] == 0:
        leave_out(first, draws.support if system == 0 else draws.pressure)
        return -1, -1
    slot = changes.slots[system, 0]
    stop = slot + changes.slots[system, 1]
    clipped = plan.options.clip and chosen.codes[SCOPE, start] == FIXED
    tile.information_sum[:] = 0.0
    for m in range(members.shape[0]):
        j = members[m]
        x = tile.r[m]
        draw_cells(plan, j, inputs, first, tile.scratch, x)
        if plan.more is not None and plan.shared.shape[0] > 0:
            multiply_shared(plan, j, inputs, first, tile.scratch, x)
        needed = slot < stop and changes.drawn[slot].indicator == j
        if needed:
            take_drawn(changes, j, plan.options.years, x, room.r[slot])
        if clipped:
            clip_cells(x, plan.indicators[j].fixed_lower, plan.indicators[j].fixed_upper)
        lane = weigh_indicator(plan, j, m, start, chosen, tile)
        if lane >= 0:
            return j, lane
        if needed:
            _normalise_again(plan, changes, slot, clipped, tile.scratch.posts, room)
            slot += 1
    finish_system(plan, system, first, start, chosen, tile, room.chain.obstacles, draws)
    return -1, -1


@kernel
def _run_reference(plan, changes, inputs, where, work, room, draws):
    """The reference in one tile; an indicator and a lane that have none, or -1 twice."""
    first, tile = where[0], work[1]
    mark_active(inputs, first, tile.scratch.active)
    for system in range(2):
        j, lane = _add_system(plan, changes, system, inputs, where, work, room, draws)
        if lane >= 0:
            return j, lane
    finish_tile(plan, first, tile, draws)
    return -1, -1


@kernel
def _drain(number, objects, room, draws, out):
    """Move the sums of obstacle degrees of a unit to its outputs."""
    if number < draws.obstacle_mean.shape[0]:
        drain_obstacles(
            room.chain.obstacles,
            draws.obstacle_mean[number],
            draws.obstacle_squares[number],
            draws.obstacle_defined[number],
            draws.obstacle_top5,
        )
    drain_obstacles(
        room.obstacles,
        out.obstacle_mean[0, objects:],
        out.obstacle_squares[0, objects:],
        out.obstacle_defined[0, objects:],
        out.obstacle_top5[objects:],
    )


@kernel
def run_scenarios(plan, changes, inputs, numbers, room, draws, out, status):
    """Run the chain and the scenarios for a block of samples.

    Parameters
    ----------
    plan
        The study as a :class:`~recc_mc.kernels.records.Plan`.
    changes
        :class:`~recc_mc.kernels.changes.Changes`.
    inputs
        As of :func:`~recc_mc.kernels.chain.run_block`.
    numbers
        (value, sample) what the changes draw, padded as the inputs are.
    room
        :class:`~recc_mc.kernels.anchored.ScenarioRoom` to work in.
    draws
        :class:`~recc_mc.kernels.records.Draws` of the reference to fill, the same bit for bit as
        by `run_block`.
    out
        :class:`~recc_mc.kernels.anchored.Levels` to fill, of which the reference's rows and weights
        are those of ``draws``; obstacle degrees are those of the last unit.
    status
        (8,) int64. What went wrong: of the reference, as of `run_block`; then of a scenario: code,
        scenario, indicator, row of the scenario, sample.
    """
    chosen = make_chosen(plan)
    tile = make_tile(plan, room.chain)
    lanes = _make_lanes(plan, tile)
    work = (chosen, tile)
    objects = out.support.shape[0] - changes.place.shape[0]
    status[0] = DONE
    status[3] = POSSIBLE
    for begin in range(0, inputs.u.shape[1], plan.options.unit):
        size = min(plan.options.unit, inputs.u.shape[1] - begin)
        choose_method(plan, inputs.u, begin, size, chosen.share, chosen.codes)
        failed = run_priorities(plan, inputs, begin, size, chosen, draws)
        if failed >= 0:
            status[0] = INCONSISTENT
            status[1] = failed
            return
        for start in range(0, size, LANES):
            first = begin + start
            j, lane = _run_reference(plan, changes, inputs, (first, start), work, room, draws)
            if lane >= 0:
                status[0] = NEGATIVE
                status[1] = j
                status[2] = inputs.sample + first + lane
                return
            _copy_codes(chosen.codes, start, lanes.codes)
            why, step, row, lane = run_tile(plan, changes, inputs, numbers, first, lanes, room, out)
            if why != POSSIBLE:
                status[3] = why
                status[4] = changes.steps[step].scenario
                status[5] = changes.steps[step].indicator
                status[6] = row
                status[7] = inputs.sample + first + lane
                return
        _drain(begin // plan.options.unit, objects, room, draws, out)
