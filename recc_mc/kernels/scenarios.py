"""Scenarios whose goalposts and weights are those of the same draw of the reference.

The reference of a tile is the chain itself, by its own pieces; what scenarios start from of each
indicator, its drawn values and the normalised ones, is kept on the way. What the changed cells move
is added to copies of the reference's S and P; nothing else moves. A system that is no weighted sum,
or whose obstacle degrees are asked for, is put together again in the rows of the scenario.

To draw the changed indicators once more, behind `run_block`, took 0.1 us an indicator and sample:
with obstacle degrees, for which a whole system is needed, 40 % of the chain.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.aggregation import aggregate_by_closeness, aggregate_geometrically
from recc_mc.kernels.alone import find_capacity, leave_out
from recc_mc.kernels.cells import clip_cells, draw_cells, multiply_shared
from recc_mc.kernels.chain import (
    DONE,
    INCONSISTENT,
    NEGATIVE,
    Room,
    choose_method,
    finish_system,
    finish_tile,
    make_chosen,
    make_room,
    make_tile,
    run_priorities,
    weigh_indicator,
)
from recc_mc.kernels.changes import (
    ABOVE,
    BELOW,
    BOUNDED,
    POSSIBLE,
    Changes,
    change_values,
    count_held,
    normalise_values,
    put_values,
    take_drawn,
    take_values,
)
from recc_mc.kernels.classes import UNDEFINED, find_grades, find_ranks, find_zones
from recc_mc.kernels.index import ORIGIN, SLOPE, Terms, sum_members
from recc_mc.kernels.indicator import mark_active, may_take, members_of
from recc_mc.kernels.obstacles import (
    IDEAL,
    ObstacleScratch,
    Sums,
    drain_obstacles,
    make_obstacles,
    sum_with_obstacles,
)
from recc_mc.kernels.optimum import find_distances
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import (
    AGGREGATION,
    FIXED,
    GEOMETRIC,
    SCOPE,
    TOPSIS,
    Floats,
    Integers,
    Plan,
)


class ScenarioRoom(NamedTuple):
    """Large arrays that a block works in; the accumulators are at zero between blocks."""

    chain: Room
    x: Floats  # (kept, place, lane) drawn values of the indicators that are changed
    r: Floats  # (slot, place, lane) normalised ones of all that are needed
    posts: Floats  # (kept, ORIGIN or SLOPE, group, lane)
    value: Floats  # (cell's row, lane) changed values
    held: Floats  # (cell's row, lane)
    ahead: Floats  # (member, row, lane) normalised values of one system
    result: Floats  # (row, lane)
    obstacles: ObstacleScratch  # of the rows behind the panel's objects
    kept: Floats  # no obstacle degrees of single samples


class Levels(NamedTuple):
    """Draws of the reference and of the scenarios, whose rows follow those of the reference."""

    support: Floats  # (row, sample)
    pressure: Floats
    recc: Floats
    zone: Integers
    grade: Integers
    rank: Integers
    weight: Floats  # (indicator, sample) of the reference
    beyond: Integers  # (scenario, indicator, ABOVE, BELOW or BOUNDED)
    # Sums of obstacle degrees of all samples, as of `Draws`.
    obstacle_defined: Integers  # (1, row, indicator)
    obstacle_mean: Floats
    obstacle_squares: Floats
    obstacle_top5: Integers  # (row, indicator)


class Lanes(NamedTuple):
    """One tile; some of the arrays are the chain's."""

    active: Floats  # (lane,) 1 for samples that count
    combined: Floats  # (indicator, lane) weights in the precision of the values
    codes: Integers  # (choice, lane)
    sums: Floats  # (2, lane)
    amounts: Floats  # (2, lane) room for an amount, and which lanes are samples
    above: Floats  # (lane,)


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
def _gather(place, r, ahead):
    """Normalised values (member, row, lane) of the places that a scenario starts from."""
    tile_code()
    for m in range(r.shape[0]):
        for i in range(place.shape[0]):
            row = place[i]
            for lane in range(LANES):
                ahead[m, i, lane] = r[m, row, lane]


@kernel
def _start_rows(origin, first, result, rows):
    """Copies of the reference's index in the rows that a scenario is compared with."""
    tile_code()
    first = offset(first)
    for i in range(rows.shape[0]):
        for lane in range(LANES):
            rows[i, first + lane] = result[origin[i], first + lane]


@kernel
def _add_differences(changes, step, first_row, r, weight, value, first, rows):
    """Add W (r' - r) of the cells of a step to the index of their rows."""
    tile_code()
    first = offset(first)
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        place = changes.place[first_row + i]
        for lane in range(LANES):
            apart = np.float64(value[i, lane]) - np.float64(r[place, lane])
            rows[i, first + lane] += weight[first + lane] * apart


@kernel
def _normalise_step(plan, changes, step, first_row, lanes, room, beyond):
    """Normalised values of a step's changed cells in place of them, and what is counted of them."""
    value, active = room.value, lanes.amounts[1]
    indicator = plan.indicators[step.indicator]
    posts = room.posts[changes.drawn[step.slot].kept]
    clipped = plan.options.clip and lanes.codes[SCOPE, 0] == FIXED
    above, below = normalise_values(
        changes, step, first_row, indicator, clipped, posts, active, value
    )
    counts = beyond[step.scenario, step.indicator]
    counts[ABOVE] += above
    counts[BELOW] += below
    counts[BOUNDED] += count_held(changes, step, active, room.held)


@kernel
def _take_index(first, index, rows):
    """The index of a tile (row, lane) as that of rows."""
    tile_code()
    first = offset(first)
    for i in range(rows.shape[0]):
        for lane in range(LANES):
            rows[i, first + lane] = index[i, lane]


@kernel
def _finish_whole(plan, scenario, system, first, lanes, room, rows):
    """Obstacle degrees and indices that are no weighted sums, of a system that is there whole."""
    members = members_of(plan, system)
    start, stop = scenario.first_row, scenario.first_row + scenario.rows
    terms = Terms(room.ahead, members, lanes.combined, 0)
    if system < plan.options.obstacle_systems:
        # Not by a kernel: one that returns arrays makes its caller count references.
        every, sums = room.obstacles, room.obstacles.sums
        own = Sums(
            sums.origin[start:stop],
            sums.total[start:stop],
            sums.squares[start:stop],
            sums.top[start:stop],
        )
        obstacles = ObstacleScratch(
            own, every.defined[start:stop], every.weighted, every.best, every.inverse
        )
        active, result = lanes.active, room.result[: scenario.rows]
        sum_with_obstacles(terms, IDEAL[system], active, obstacles, room.kept, result)
    elif scenario.fresh:
        sum_members(terms, room.result)
    if scenario.fresh:
        _take_index(first, room.result, rows)
    placed = Terms(room.ahead, members, lanes.combined, first)
    aggregation = lanes.codes[AGGREGATION]
    if plan.more is None:
        return
    if may_take(plan.choices[AGGREGATION], GEOMETRIC):
        aggregate_geometrically(placed, aggregation, lanes.sums, rows)
    if may_take(plan.choices[AGGREGATION], TOPSIS):
        aggregate_by_closeness(placed, aggregation, lanes.sums, rows)


@kernel
def _change_systems(plan, changes, scenario, numbers, first, lanes, room, out):
    """Indices of both systems of a scenario; why a value cannot be, its step, row and lane."""
    objects = out.support.shape[0] - changes.place.shape[0]
    start = objects + scenario.first_row
    stop = start + scenario.rows
    place = changes.place[scenario.first_row : scenario.first_row + scenario.rows]
    for system in range(2):
        result = out.support if system == 0 else out.pressure
        rows = result[start:stop]
        slot, count = changes.slots[system, 0], changes.slots[system, 1]
        members = members_of(plan, system).shape[0]
        whole = members > 0 and (
            scenario.fresh or (changes.full[system] > 0 and scenario.touches[system] > 0)
        )
        if not scenario.fresh:
            origin = changes.origin[scenario.first_row : scenario.first_row + scenario.rows]
            _start_rows(origin, first, result, rows)
        if whole:
            _gather(place, room.r[slot : slot + count], room.ahead)
        for k in range(scenario.first_step, scenario.first_step + scenario.steps):
            step = changes.steps[k]
            if step.system != system:
                continue
            x = room.x[changes.drawn[step.slot].kept]
            take_values(changes, step, scenario.first_row, x, room.value, room.held)
            why, i, lane = change_values(
                changes, step, numbers, first, lanes.amounts, room.value, room.held
            )
            if why != POSSIBLE:
                return why, k, i, lane
            _normalise_step(plan, changes, step, scenario.first_row, lanes, room, out.beyond)
            _add_differences(
                changes,
                step,
                scenario.first_row,
                room.r[step.slot],
                out.weight[step.indicator],
                room.value,
                first,
                rows,
            )
            if whole:
                put_values(changes, step, room.value, room.ahead[step.member])
        if whole:
            _finish_whole(plan, scenario, system, first, lanes, room, rows)
    return POSSIBLE, -1, -1, -1


@kernel
def find_classes(plan, scenario, start, first, above, out):
    """C, zones, grades and ranks of the rows of a scenario."""
    stop = start + scenario.rows
    support, pressure = out.support[start:stop], out.pressure[start:stop]
    recc, options = out.recc[start:stop], plan.options
    zone, grade = out.zone[start:stop], out.grade[start:stop]
    find_capacity(options, support, pressure, first, recc)
    if plan.more is not None and options.alone >= 0:
        zone[:, first : first + LANES] = UNDEFINED
        grade[:, first : first + LANES] = UNDEFINED
    else:
        find_zones(support, pressure, first, zone)
        find_grades(support, pressure, first, options.low_cut, options.high_cut, grade)
    find_ranks(recc, options.mines, scenario.years, first, above, out.rank[start:stop])


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
def _run_tile(plan, changes, inputs, numbers, first, lanes, room, out):
    """All scenarios of one tile; why a value cannot be, its step, row and lane."""
    objects = out.support.shape[0] - changes.place.shape[0]
    mark_active(inputs, first, lanes.amounts[1])
    for s in range(changes.scenarios.shape[0]):
        scenario = changes.scenarios[s]
        why, step, row, lane = _change_systems(
            plan, changes, scenario, numbers, first, lanes, room, out
        )
        if why != POSSIBLE:
            return why, step, row, lane
        find_classes(plan, scenario, objects + scenario.first_row, first, lanes.above, out)
    return POSSIBLE, -1, -1, -1


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
        :class:`ScenarioRoom` to work in.
    draws
        :class:`~recc_mc.kernels.records.Draws` of the reference to fill, the same bit for bit as
        by `run_block`.
    out
        :class:`Levels` to fill, of which the reference's rows and weights are those of ``draws``;
        obstacle degrees are those of the last unit.
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
            why, step, row, lane = _run_tile(
                plan, changes, inputs, numbers, first, lanes, room, out
            )
            if why != POSSIBLE:
                status[3] = why
                status[4] = changes.steps[step].scenario
                status[5] = changes.steps[step].indicator
                status[6] = row
                status[7] = inputs.sample + first + lane
                return
        _drain(begin // plan.options.unit, objects, room, draws, out)
