"""Scenarios whose goalposts and weights are those of their own changed panel.

Each is the whole chain over the changed draws, by the chain's own pieces. Years after the panel's
last one belong to the panel: their values count for goalposts and entropy. Frozen goalposts stay
those of the data as given, of the last year in the years after it.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.alone import leave_out
from recc_mc.kernels.cells import clip_cells, draw_cells, multiply_shared
from recc_mc.kernels.chain import (
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
    BEYOND_GOALPOSTS,
    BOUNDED,
    POSSIBLE,
    Changes,
)
from recc_mc.kernels.changing import (
    change_values,
    count_held,
    normalise_values,
    put_values,
    take_drawn,
    take_rows,
    take_values,
)
from recc_mc.kernels.index import ORIGIN
from recc_mc.kernels.indicator import Scratch, make_scratch, mark_active, members_of
from recc_mc.kernels.obstacles import drain_obstacles
from recc_mc.kernels.options import LANES, kernel
from recc_mc.kernels.records import FIXED, SCOPE, Floats, Integers, Plan


class Plans(NamedTuple):
    """A study, and the same with the years after the panel's last one as years of the panel."""

    given: Plan
    continued: Plan


class RecomputedRoom(NamedTuple):
    """Large arrays that a block works in; the accumulators are at zero between blocks."""

    chain: Room
    drawn: Floats  # (object, lane) values of one indicator
    x: Floats  # (place, lane) of those that scenarios start from
    value: Floats  # (row, lane) changed values
    held: Floats  # (row, lane)


class Changing(NamedTuple):
    """What one scenario changes in a block."""

    scratch: Scratch  # of the panel as given
    amounts: Floats  # (2, lane) room for an amount, and which lanes are samples
    numbers: Floats  # (value, sample) what the changes draw
    place: Integers  # (row,)
    beyond: Integers  # (indicator, ABOVE, BELOW or BOUNDED)


def make_recomputed_room(plans: Plans, changes: Changes) -> RecomputedRoom:
    """Room for the blocks of a study's scenarios.

    Parameters
    ----------
    plans
        The study.
    changes
        What the scenarios change.
    """
    options, real = plans.given.options, plans.given.cells.dtype
    rows = options.mines * plans.continued.options.years
    return RecomputedRoom(
        make_room(plans.continued),
        np.empty((options.mines * options.years, LANES), real),
        np.empty((len(changes.needed), LANES), real),
        np.empty((rows, LANES), real),
        np.empty((rows, LANES)),
    )


@kernel
def _find_step(changes, scenario, j):
    """The step in which a scenario changes an indicator, or -1."""
    for k in range(scenario.first_step, scenario.first_step + scenario.steps):
        if changes.steps[k].indicator == j:
            return k
    return -1


@kernel
def _draw_values(plan, changes, j, inputs, first, changing, room):
    """Drawn values of one indicator at all places, not yet held within fixed goalposts."""
    draw_cells(plan, j, inputs, first, changing.scratch, room.drawn)
    if plan.more is not None and plan.shared.shape[0] > 0:
        multiply_shared(plan, j, inputs, first, changing.scratch, room.drawn)
    take_drawn(changes, j, plan.options.years, room.drawn, room.x)


@kernel
def _change_indicator(changes, scenario, k, first, changing, room, x):
    """Change the values ``x`` (row, lane) of one indicator; why one cannot be, its row and lane."""
    step = changes.steps[k]
    value, held = room.value, room.held
    take_values(changes, step, scenario.first_row, room.x, value, held)
    why, i, lane = change_values(
        changes, step, changing.numbers, first, changing.amounts, value, held
    )
    put_values(changes, step, value, x)
    counts = changing.beyond[step.indicator]
    counts[BOUNDED] += count_held(changes, step, changing.amounts[1], held)
    return why, i, lane


@kernel
def _run_system(plans, changes, scenario, system, inputs, where, work, out):
    """All indicators of a system, changed, and its index.

    Why it has none, and of which indicator, row and lane; ``where`` the tile starts in the block
    and in its unit.
    """
    first, start = where
    chosen, tile, changing, room = work
    plan = plans.continued
    members = members_of(plan, system)
    if plan.more is not None and members.shape[0] == 0:
        leave_out(first, out.support if system == 0 else out.pressure)
        return POSSIBLE, -1, -1, -1
    tile.information_sum[:] = 0.0
    for m in range(members.shape[0]):
        j = members[m]
        x = tile.r[m]
        _draw_values(plans.given, changes, j, inputs, first, changing, room)
        take_rows(changing.place, room.x, x)
        k = _find_step(changes, scenario, j)
        if k >= 0:
            why, i, lane = _change_indicator(changes, scenario, k, first, changing, room, x)
            if why != POSSIBLE:
                return why, j, i, lane
        indicator = plan.indicators[j]
        if chosen.codes[SCOPE, start] == FIXED and plan.options.clip:
            clip_cells(x, indicator.fixed_lower, indicator.fixed_upper)
        lane = weigh_indicator(plan, j, m, start, chosen, tile)
        if lane >= 0:
            return BEYOND_GOALPOSTS, j, -1, lane
        if k >= 0:
            posts, active = tile.scratch.posts[ORIGIN:], changing.amounts[1]
            step = changes.steps[k]
            above, below = normalise_values(
                changes, step, scenario.first_row, indicator, False, posts, active, room.value
            )
            changing.beyond[j, ABOVE] += above
            changing.beyond[j, BELOW] += below
    finish_system(plan, system, first, start, chosen, tile, room.chain.obstacles, out)
    return POSSIBLE, -1, -1, -1


@kernel
def _make_changing(plan, numbers, place, beyond):
    return Changing(make_scratch(plan), np.empty((2, LANES)), numbers, place, beyond)


@kernel
def run_recomputed(plans, changes, number, inputs, numbers, room, out, status):
    """Run one scenario of a block of samples.

    Parameters
    ----------
    plans
        :class:`Plans`.
    changes
        :class:`~recc_mc.kernels.changes.Changes`.
    number
        Which of its scenarios; its rows are all mines in all years.
    inputs
        The samples' :class:`~recc_mc.kernels.records.Inputs`.
    numbers
        (value, sample) what the changes draw, padded as the inputs are.
    room
        :class:`RecomputedRoom` to work in.
    out
        :class:`~recc_mc.kernels.records.Draws` to fill, and counts (indicator, ABOVE, BELOW or
        BOUNDED) to add to.
    status
        (5,) int64. What went wrong: code, scenario, indicator, row or -1, sample.
    """
    draws, beyond = out
    plan = plans.continued
    scenario = changes.scenarios[number]
    place = changes.place[scenario.first_row : scenario.first_row + scenario.rows]
    chosen = make_chosen(plan)
    tile = make_tile(plan, room.chain)
    changing = _make_changing(plans.given, numbers, place, beyond)
    work = (chosen, tile, changing, room)
    status[0] = POSSIBLE
    for begin in range(0, inputs.u.shape[1], plan.options.unit):
        size = min(plan.options.unit, inputs.u.shape[1] - begin)
        choose_method(plan, inputs.u, begin, size, chosen.share, chosen.codes)
        # Consistent as it is: the reference, whose judgments are the same, was found so.
        run_priorities(plan, inputs, begin, size, chosen, draws)
        for start in range(0, size, LANES):
            first = begin + start
            mark_active(inputs, first, tile.scratch.active)
            mark_active(inputs, first, changing.amounts[1])
            for system in range(2):
                why, j, row, lane = _run_system(
                    plans, changes, scenario, system, inputs, (first, start), work, draws
                )
                if why != POSSIBLE:
                    status[0] = why
                    status[2] = j
                    status[3] = row
                    status[4] = inputs.sample + first + lane
                    return
            finish_tile(plan, first, tile, draws)
    drain_obstacles(
        room.chain.obstacles,
        draws.obstacle_mean[0],
        draws.obstacle_squares[0],
        draws.obstacle_defined[0],
        draws.obstacle_top5,
    )
