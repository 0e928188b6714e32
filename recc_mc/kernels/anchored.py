"""Scenarios of one tile whose goalposts and weights are those of the reference.

What the changed cells move is added to copies of the reference's S and P; nothing else moves. A
system that is no weighted sum, or whose obstacle degrees are asked for, is put together again in
the rows of the scenario.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.aggregation import aggregate_by_closeness, aggregate_geometrically
from recc_mc.kernels.alone import find_capacity
from recc_mc.kernels.chain import Room
from recc_mc.kernels.changes import ABOVE, BELOW, BOUNDED, POSSIBLE
from recc_mc.kernels.changing import (
    change_values,
    count_held,
    normalise_values,
    put_values,
    take_values,
)
from recc_mc.kernels.classes import UNDEFINED, find_grades, find_ranks, find_zones
from recc_mc.kernels.index import Terms, sum_members
from recc_mc.kernels.indicator import mark_active, may_take, members_of
from recc_mc.kernels.obstacles import IDEAL, ObstacleScratch, Sums, sum_with_obstacles
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import (
    AGGREGATION,
    FIXED,
    GEOMETRIC,
    SCOPE,
    TOPSIS,
    Floats,
    Integers,
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
def run_tile(plan, changes, inputs, numbers, first, lanes, room, out):
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
