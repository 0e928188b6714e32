"""Scenarios whose goalposts and weights are those of the same draw of the reference.

Only the indicators that a scenario changes are drawn again, which gives the same values as in the
reference: a draw is a function of its counter. What the changed cells move is added to copies of
the reference's S and P; nothing else moves. A system that is not a weighted sum, or whose obstacle
degrees are asked for, is drawn again as a whole.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.aggregation import aggregate_by_closeness, aggregate_geometrically
from recc_mc.kernels.alone import find_capacity
from recc_mc.kernels.cells import clip_cells, draw_cells, multiply_shared
from recc_mc.kernels.chain import choose_method
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
    take_values,
)
from recc_mc.kernels.classes import UNDEFINED, find_grades, find_ranks, find_zones
from recc_mc.kernels.index import ORIGIN, SLOPE, Terms, find_goalposts, sum_members
from recc_mc.kernels.indicator import Scratch, make_scratch, mark_active, may_take, members_of
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
    GOALPOSTS,
    SCOPE,
    TOPSIS,
    Floats,
    Integers,
    Plan,
)


class ScenarioRoom(NamedTuple):
    """Large arrays that a block works in; the accumulators are at zero between blocks."""

    drawn: Floats  # (row of the reference, lane) values of one indicator
    x: Floats  # (kept, place, lane) of those that are changed
    r: Floats  # (slot, place, lane) the same normalised
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
    """One tile."""

    scratch: Scratch
    codes: Integers  # (choice, lane)
    share: Floats  # (lane,)
    combined: Floats  # (indicator, lane) weights in the precision of the values
    sums: Floats  # (2, lane)
    amounts: Floats  # (2, lane) room for an amount, and which lanes are samples


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
    objects, indicators = options.mines * options.years, len(plan.member)
    places, kept = len(changes.needed), int(changes.drawn["kept"].max(initial=-1)) + 1
    rows = int(changes.scenarios["rows"].max(initial=0))
    gathered = changes.full.any() or changes.scenarios["fresh"].any()
    members = max(options.support_members, indicators - options.support_members) if gathered else 0
    groups = options.years if (plan.choices["code"][SCOPE] == 1).any() else 1
    return ScenarioRoom(
        np.empty((objects + options.mines * changes.trend.shape[2], LANES), real),
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
def _make_lanes(plan):
    return Lanes(
        make_scratch(plan),
        np.empty((plan.choices.shape[0], LANES), np.int64),
        np.empty(LANES),
        np.empty((plan.member.shape[0], LANES), plan.cells.dtype),
        np.empty((2, LANES)),
        np.empty((2, LANES)),
    )


@kernel
def _copy_lanes(values, first, out):
    """Rows of ``values`` (row, sample) in one tile."""
    tile_code()
    first = offset(first)
    for i in range(out.shape[0]):
        for lane in range(LANES):
            out[i, lane] = values[i, first + lane]


@kernel
def take_rows(rows, drawn, x):
    """Some of the values (row, lane) that are drawn."""
    tile_code()
    for i in range(x.shape[0]):
        row = rows[i]
        for lane in range(LANES):
            x[i, lane] = drawn[row, lane]


@kernel
def continue_values(trend, years, lower, upper, x):
    """Values of the years after the last: the last drawn one and a trend, held within bounds."""
    tile_code()
    real = x.dtype.type
    mines, ahead = trend.shape
    for mine in range(mines):
        last = mine * years + years - 1
        for h in range(ahead):
            place = mines * years + mine * ahead + h
            for lane in range(LANES):
                value = x[last, lane] + real(trend[mine, h])
                x[place, lane] = min(max(value, real(lower)), real(upper))


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
def _draw_again(plan, changes, inputs, first, slot, lanes, room):
    """Values, goalposts and normalised values of one indicator, as the reference has them."""
    drawn = changes.drawn[slot]
    j = drawn.indicator
    x, r, posts = room.drawn, room.r[slot], lanes.scratch.posts
    objects = plan.options.mines * plan.options.years
    indicator = plan.indicators[j]
    draw_cells(plan, j, inputs, first, lanes.scratch, x[:objects])
    if plan.shared.shape[0] > 0:
        multiply_shared(plan, j, inputs, first, lanes.scratch, x[:objects])
    if changes.trend.shape[2] > 0:
        lower, upper = changes.bound[0, j], changes.bound[1, j]
        continue_values(changes.trend[j], plan.options.years, lower, upper, x)
    if drawn.kept >= 0:
        take_rows(changes.needed, x, room.x[drawn.kept])
    scope = lanes.codes[SCOPE]
    if scope[0] == FIXED and plan.options.clip:
        clip_cells(x, indicator.fixed_lower, indicator.fixed_upper)
    find_goalposts(plan, j, x[:objects], scope, lanes.codes[GOALPOSTS], posts)
    take_rows(changes.needed, x, r)
    if indicator.direction == 0:
        find_distances(r, indicator.optimum_lower, indicator.optimum_upper)
    _normalise_places(changes.needed, plan.options.years, objects, posts, r)
    if drawn.kept >= 0:
        _keep_posts(posts, room.posts[drawn.kept])


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
        active, result = lanes.scratch.active, room.result[: scenario.rows]
        sum_with_obstacles(terms, IDEAL[system], active, obstacles, room.kept, result)
    elif scenario.fresh:
        sum_members(terms, room.result)
    if scenario.fresh:
        _take_index(first, room.result, rows)
    placed = Terms(room.ahead, members, lanes.combined, first)
    aggregation = lanes.codes[AGGREGATION]
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
    if options.alone >= 0:
        zone[:, first : first + LANES] = UNDEFINED
        grade[:, first : first + LANES] = UNDEFINED
    else:
        find_zones(support, pressure, first, zone)
        find_grades(support, pressure, first, options.low_cut, options.high_cut, grade)
    find_ranks(recc, options.mines, scenario.years, first, above, out.rank[start:stop])


@kernel
def _run_tile(plan, changes, inputs, numbers, first, lanes, room, out):
    """All scenarios of one tile; why a value cannot be, its step, row and lane.

    Not where the lanes are made: a kernel that makes arrays counts references to all it hands on.
    """
    objects = out.support.shape[0] - changes.place.shape[0]
    choose_method(plan, inputs.u, first, LANES, lanes.share, lanes.codes)
    mark_active(inputs, first, lanes.scratch.active)
    mark_active(inputs, first, lanes.amounts[1])
    _copy_lanes(out.weight, first, lanes.combined)
    for slot in range(changes.drawn.shape[0]):
        _draw_again(plan, changes, inputs, first, slot, lanes, room)
    for s in range(changes.scenarios.shape[0]):
        scenario = changes.scenarios[s]
        why, step, row, lane = _change_systems(
            plan, changes, scenario, numbers, first, lanes, room, out
        )
        if why != POSSIBLE:
            return why, step, row, lane
        find_classes(plan, scenario, objects + scenario.first_row, first, lanes.share, out)
    return POSSIBLE, -1, -1, -1


@kernel
def run_scenarios(plan, changes, inputs, numbers, room, out, status):
    """Run the scenarios of a block of samples whose reference is there.

    Parameters
    ----------
    plan
        The study as a :class:`~recc_mc.kernels.records.Plan`.
    changes
        :class:`~recc_mc.kernels.changes.Changes`.
    inputs
        The samples' :class:`~recc_mc.kernels.records.Inputs`.
    numbers
        (value, sample) what the changes draw, padded as the inputs are.
    room
        :class:`ScenarioRoom` to work in.
    out
        :class:`Levels`, of which the reference's rows are there and the others are filled.
    status
        (5,) int64. What went wrong: code, scenario, indicator, row of the scenario, sample.
    """
    lanes = _make_lanes(plan)
    status[0] = POSSIBLE
    for first in range(0, inputs.u.shape[1], LANES):
        why, step, row, lane = _run_tile(plan, changes, inputs, numbers, first, lanes, room, out)
        if why != POSSIBLE:
            status[0] = why
            status[1] = changes.steps[step].scenario
            status[2] = changes.steps[step].indicator
            status[3] = row
            status[4] = inputs.sample + first + lane
            return
    objects = out.support.shape[0] - changes.place.shape[0]
    drain_obstacles(
        room.obstacles,
        out.obstacle_mean[0, objects:],
        out.obstacle_squares[0, objects:],
        out.obstacle_defined[0, objects:],
        out.obstacle_top5[objects:],
    )
