"""What scenarios do to drawn values: the changes of one indicator in one tile.

Tables are flat: a scenario has consecutive rows, which are all mines in the years that it touches
(mine-major), and consecutive steps, one for each indicator that it changes in the order of the
systems; a step has consecutive changes in the order of the study file. A cell is a row of its
scenario, counted from the scenario's first.

Drawn values are kept by *place*: the objects of the panel, then, where the reference goes on with a
trend, the mines in the years after its last one. Under ``hold`` those years are the last one's.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.elementary import constant_by_width
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import Floats, Integers, Records

#: Kinds of changes.
MULTIPLY, ADD, SET, GROW = 0, 1, 2, 3

#: What a change can be found to be: a value that its indicator cannot have.
POSSIBLE, NEGATIVE_FACTOR, NOT_POSITIVE, BEYOND_GOALPOSTS = 0, 1, 2, 3

#: One scenario.
SCENARIO = np.dtype(
    [
        ("first_row", np.int64),  # among the rows of all scenarios
        ("rows", np.int64),
        ("years", np.int64),  # in which it changes something
        ("first_step", np.int64),
        ("steps", np.int64),
        ("touches", np.int64, 2),  # 1 for each system that it changes
        ("fresh", np.bool_),  # no scenario: the reference itself in the years after the last
    ],
    align=True,
)

#: One indicator in one scenario.
STEP = np.dtype(
    [
        ("indicator", np.int64),
        ("system", np.int64),
        ("member", np.int64),  # its place in the system
        ("slot", np.int64),  # its place among the indicators that are drawn again
        ("first_change", np.int64),
        ("changes", np.int64),
        ("first_cell", np.int64),  # cells that any of the changes concerns
        ("cells", np.int64),
        ("lower", np.float64),  # natural bounds
        ("upper", np.float64),
        ("positive", np.bool_),  # it varies, and its error is lognormal
        ("scenario", np.int64),  # row of the counts
    ],
    align=True,
)

#: One change of one indicator.
CHANGE = np.dtype(
    [
        ("kind", np.int64),
        ("value", np.int64),  # row of the numbers that the samples draw
        ("first_cell", np.int64),
        ("cells", np.int64),
        ("lower", np.float64),  # bounds of the changed value
        ("upper", np.float64),
    ],
    align=True,
)

#: One indicator that is drawn again.
DRAWN = np.dtype(
    [
        ("indicator", np.int64),
        ("kept", np.int64),  # where its values are kept; the last place is for those of no use
    ],
    align=True,
)

#: Last axis of the counts: samples and cells beyond the goalposts, and held at a bound.
ABOVE, BELOW, BOUNDED = 0, 1, 2

#: r is beyond its goalposts from here on: what rounding leaves of 1 and 0 is not.
beyond = constant_by_width(1e-12, 1e-5)


class Changes(NamedTuple):
    """The changes of all scenarios."""

    scenarios: Records  # (scenario,) of SCENARIO
    steps: Records  # (step,) of STEP
    changes: Records  # (change,) of CHANGE
    cell: Integers  # (cell,) row of the scenario
    weight: Floats  # (cell,) phase weight phi; the power of GROW
    place: Integers  # (row,) whose drawn values a row starts from
    year: Integers  # (row,) year of the panel whose goalposts are those of the row
    drawn: Records  # (slot,) of DRAWN
    slots: Integers  # (system, 2) first slot of a system and how many it has
    full: Integers  # (system,) 1 if more than differences of a weighted sum is asked for
    # (indicator, mine, year after the last) what is added to the last drawn value; no years: hold
    trend: Floats
    bound: Floats  # (lower or upper, indicator) that trends are held at


@kernel
def take_values(changes, step, first_row, x, value, held):
    """Drawn values of the cells of a step, ``x`` (place, lane), into ``value`` (cell's row, lane).

    ``held`` (cell's row, lane) will tell which of them are held at a bound; it is -1 where the
    drawn value, such as one that a trend has led to 0, is not above 0 itself.
    """
    tile_code()
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        place = changes.place[first_row + i]
        for lane in range(LANES):
            value[i, lane] = x[place, lane]
            held[i, lane] = 0.0 if x[place, lane] > 0.0 else -1.0


@kernel
def _find_amounts(kind, weight, number, first, amount):
    """What one change multiplies by (MULTIPLY, GROW), adds, or moves towards (SET), by lane."""
    tile_code()
    first = offset(first)
    if kind == MULTIPLY:
        for lane in range(LANES):
            f = number[first + lane]
            amount[lane] = f if weight == 1.0 else 1.0 + weight * (f - 1.0)
    elif kind == GROW:
        for lane in range(LANES):
            amount[lane] = 1.0
        for _ in range(int(weight)):
            for lane in range(LANES):
                amount[lane] *= 1.0 + number[first + lane]
    elif kind == ADD:
        for lane in range(LANES):
            amount[lane] = weight * number[first + lane]
    else:
        for lane in range(LANES):
            amount[lane] = number[first + lane]


@kernel
def _change_value(kind, weight, amount, value):
    """Change the values (lane,) of one cell."""
    tile_code()
    real = value.dtype.type
    if kind == ADD:
        for lane in range(LANES):
            value[lane] += real(amount[lane])
    elif kind == SET:
        for lane in range(LANES):
            v = amount[lane]
            x = value[lane]
            value[lane] = real(v if weight == 1.0 else x + weight * (v - x))
    else:
        for lane in range(LANES):
            value[lane] *= real(amount[lane])


@kernel
def _hold(lower, upper, value, held):
    """Hold the values (lane,) of one cell within bounds, and note which were held."""
    tile_code()
    real = value.dtype.type
    low, high = real(lower), real(upper)
    for lane in range(LANES):
        x = value[lane]
        held[lane] = 1.0 if x < low or x > high else held[lane]
        value[lane] = min(max(x, low), high)


@kernel
def _find_impossible(kind, positive, active, amount, value, held):
    """First lane whose value cannot be, and why; -1 and POSSIBLE if there is none."""
    for lane in range(LANES):
        if active[lane] > 0.0:
            if kind in (MULTIPLY, GROW) and amount[lane] < 0.0:
                return lane, NEGATIVE_FACTOR
            if positive and value[lane] <= 0.0 and held[lane] >= 0.0:
                return lane, NOT_POSITIVE
    return -1, POSSIBLE


@kernel
def _looks_impossible(kind, positive, amount, value):
    """Whether some lane may have a value that cannot be; padding counts too."""
    tile_code()
    real = value.dtype.type
    if kind in (MULTIPLY, GROW):
        least = real(1.0)
        for lane in range(LANES):
            least = min(least, real(amount[lane]))
        if least < 0.0:
            return True
    if positive:
        least = real(1.0)
        for lane in range(LANES):
            least = min(least, value[lane])
        if least <= 0.0:
            return True
    return False


@kernel
def change_values(changes, step, numbers, first, scratch, value, held):
    """Apply the changes of a step in their order, each with its bounds, then the natural ones.

    Parameters
    ----------
    changes, step
        The tables and the step.
    numbers
        (value, sample) what the changes draw.
    first
        Where the tile starts among the samples.
    scratch
        (2, lane): room for amounts, and which lanes are samples.
    value, held
        (row, lane) as of :func:`take_values`.

    Returns
    -------
    tuple
        Why a value cannot be, and the cell's row and lane.
    """
    amount, active = scratch[0], scratch[1]
    for c in range(step.first_change, step.first_change + step.changes):
        change = changes.changes[c]
        for k in range(change.first_cell, change.first_cell + change.cells):
            i = changes.cell[k]
            weight = changes.weight[k]
            _find_amounts(change.kind, weight, numbers[change.value], first, amount)
            _change_value(change.kind, weight, amount, value[i])
            _hold(change.lower, change.upper, value[i], held[i])
            _hold(step.lower, step.upper, value[i], held[i])
            if _looks_impossible(change.kind, step.positive, amount, value[i]):
                lane, why = _find_impossible(
                    change.kind, step.positive, active, amount, value[i], held[i]
                )
                if lane >= 0:
                    return why, i, lane
    return POSSIBLE, -1, -1


@kernel
def count_held(changes, step, active, held):
    """Cells and samples of a step that are held at a bound."""
    tile_code()
    count = 0.0
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            count += active[lane] * max(held[i, lane], 0.0)
    return int(count)


@kernel
def keep_distances(changes, step, lower, upper, value):
    """Distances from a range, in place of the values of the cells of a step."""
    tile_code()
    real = value.dtype.type
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            outside = max(real(lower) - value[i, lane], value[i, lane] - real(upper))
            value[i, lane] = max(outside, real(0.0))


@kernel
def count_beyond(changes, step, first_row, indicator, posts, active, value):
    """How many cells and samples have r > 1 and r < 0; ``posts`` (ORIGIN or SLOPE, group, lane)."""
    tile_code()
    one = value.dtype.type(1.0)
    zero = value.dtype.type(0.0)
    lower = value.dtype.type(indicator.optimum_lower)
    upper = value.dtype.type(indicator.optimum_upper)
    ranged = indicator.direction == 0
    above = 0.0
    below = 0.0
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        group = changes.year[first_row + i] % posts.shape[1]
        for lane in range(LANES):
            x = value[i, lane]
            x = max(max(lower - x, x - upper), zero) if ranged else x
            r = (x - posts[0, group, lane]) * posts[1, group, lane]
            above += active[lane] if r - one > beyond(r) else 0.0
            below += active[lane] if r < -beyond(r) else 0.0
    return int(above), int(below)


@kernel
def clip_values(changes, step, lower, upper, value):
    """Hold the values of the cells of a step within fixed goalposts."""
    tile_code()
    real = value.dtype.type
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            value[i, lane] = min(max(value[i, lane], real(lower)), real(upper))


@kernel
def normalise_values(changes, step, first_row, posts, value):
    """Normalised values in place of those of the cells of a step; r below 0 becomes 0."""
    tile_code()
    real = value.dtype.type
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        group = changes.year[first_row + i] % posts.shape[1]
        for lane in range(LANES):
            r = (value[i, lane] - posts[0, group, lane]) * posts[1, group, lane]
            value[i, lane] = max(r, real(0.0))


@kernel
def put_values(changes, step, value, x):
    """The values of the cells of a step into ``x`` (row of the scenario, lane)."""
    tile_code()
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            x[i, lane] = value[i, lane]
