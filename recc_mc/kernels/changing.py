"""What scenarios do to drawn values: the changes of one indicator in one tile."""

import numpy as np

from recc_mc.kernels.changes import (
    ADD,
    GROW,
    MULTIPLY,
    NEGATIVE_FACTOR,
    NOT_POSITIVE,
    POSSIBLE,
    SET,
)
from recc_mc.kernels.elementary import constant_by_width
from recc_mc.kernels.options import LANES, kernel, offset, tile_code

#: r is beyond its goalposts from here on: what rounding leaves of 1 and 0 is not.
beyond = constant_by_width(1e-12, 1e-5)


@kernel
def take_drawn(changes, j, years, x, places):
    """Values (place, lane) that scenarios start from, of the drawn ones of indicator ``j``.

    Where the reference goes on with a trend, those of the years after the last are the last drawn
    value and the trend, held within bounds.
    """
    tile_code()
    real = x.dtype.type
    objects = x.shape[0]
    ahead = changes.trend.shape[2]
    low, high = real(changes.bound[0, j]), real(changes.bound[1, j])
    for p in range(places.shape[0]):
        row = changes.needed[p]
        if row < objects:
            for lane in range(LANES):
                places[p, lane] = x[row, lane]
        else:
            mine, h = (row - objects) // ahead, (row - objects) % ahead
            last = mine * years + years - 1
            more = real(changes.trend[j, mine, h])
            for lane in range(LANES):
                places[p, lane] = min(max(x[last, lane] + more, low), high)


@kernel
def take_rows(rows, x, out):
    """Some of the values (row, lane)."""
    tile_code()
    for i in range(out.shape[0]):
        row = rows[i]
        for lane in range(LANES):
            out[i, lane] = x[row, lane]


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
def _multiply(changes, change, number, first, value):
    """x (1 + phi (f - 1)); of phi = 1 exactly x f."""
    tile_code()
    first = offset(first)
    real = value.dtype.type
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        phi = changes.weight[k]
        for lane in range(LANES):
            f = number[first + lane]
            value[i, lane] *= real(f if phi == 1.0 else 1.0 + phi * (f - 1.0))


@kernel
def _add(changes, change, number, first, value):
    """x + phi a."""
    tile_code()
    first = offset(first)
    real = value.dtype.type
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        phi = changes.weight[k]
        for lane in range(LANES):
            value[i, lane] += real(phi * number[first + lane])


@kernel
def _set(changes, change, number, first, value):
    """x + phi (v - x); of phi = 1 exactly v."""
    tile_code()
    first = offset(first)
    real = value.dtype.type
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        phi = changes.weight[k]
        for lane in range(LANES):
            v = number[first + lane]
            x = value[i, lane]
            value[i, lane] = real(v if phi == 1.0 else x + phi * (v - x))


@kernel
def _grow(changes, change, number, first, power, value):
    """x (1 + g)^n, the power by multiplication; ``power`` is scratch (lane,)."""
    tile_code()
    first = offset(first)
    real = value.dtype.type
    grown = -1.0
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        if changes.weight[k] != grown:
            grown = changes.weight[k]
            for lane in range(LANES):
                power[lane] = 1.0
            for _ in range(int(grown)):
                for lane in range(LANES):
                    power[lane] *= 1.0 + number[first + lane]
        for lane in range(LANES):
            value[i, lane] *= real(power[lane])


@kernel
def _change(changes, change, number, first, scratch, value):
    """Make one change."""
    if change.kind == MULTIPLY:
        _multiply(changes, change, number, first, value)
    elif change.kind == ADD:
        _add(changes, change, number, first, value)
    elif change.kind == SET:
        _set(changes, change, number, first, value)
    else:
        _grow(changes, change, number, first, scratch, value)


@kernel
def _hold(changes, change, lower, upper, value, held):
    """Hold values within bounds, and note which were held."""
    tile_code()
    real = value.dtype.type
    low, high = real(lower), real(upper)
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            x = value[i, lane]
            held[i, lane] = 1.0 if x < low or x > high else held[i, lane]
            value[i, lane] = min(max(x, low), high)


@kernel
def _count_below(number, first, limit):
    """How many numbers of a tile are below a limit; counts, unlike minima, are vectorised."""
    tile_code()
    first = offset(first)
    count = np.int64(0)
    for lane in range(LANES):
        count += np.int64(number[first + lane] < limit)
    return count


@kernel
def _count_not_positive(changes, change, value):
    tile_code()
    count = np.int64(0)
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            count += np.int64(value[i, lane] <= 0.0)
    return count


@kernel
def _find_impossible(changes, step, change, number, active, value, held):
    """Why a value cannot be after a change, and which row and lane it is of."""
    for k in range(change.first_cell, change.first_cell + change.cells):
        i = changes.cell[k]
        phi = changes.weight[k]
        for lane in range(LANES):
            if active[lane] > 0.0:
                f = number[lane]
                if change.kind == MULTIPLY and 1.0 + phi * (f - 1.0) < 0.0:
                    return NEGATIVE_FACTOR, i, lane
                if change.kind == GROW and 1.0 + f < 0.0:
                    return NEGATIVE_FACTOR, i, lane
                if step.positive and value[i, lane] <= 0.0 and held[i, lane] >= 0.0:
                    return NOT_POSITIVE, i, lane
    return POSSIBLE, -1, -1


@kernel
def _looks_impossible(changes, step, change, number, first, value):
    """Whether some value may be one that cannot be; padding counts too."""
    if change.kind == MULTIPLY and _count_below(number, first, 0.0) > 0:
        return True
    if change.kind == GROW and _count_below(number, first, -1.0) > 0:
        return True
    return step.positive and _count_not_positive(changes, change, value) > 0


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
        (2, lane): room, and which lanes are samples.
    value, held
        (row, lane) as of :func:`take_values`.

    Returns
    -------
    tuple
        Why a value cannot be, and the cell's row and lane.
    """
    active = scratch[1]
    for c in range(step.first_change, step.first_change + step.changes):
        change = changes.changes[c]
        number = numbers[change.value]
        _change(changes, change, number, first, scratch[0], value)
        if step.bounded:
            _hold(changes, change, change.lower, change.upper, value, held)
            _hold(changes, change, step.lower, step.upper, value, held)
        if _looks_impossible(changes, step, change, number, first, value):
            own = number[first : first + LANES]
            why, i, lane = _find_impossible(changes, step, change, own, active, value, held)
            if why != POSSIBLE:
                return why, i, lane
    return POSSIBLE, -1, -1


@kernel
def count_held(changes, step, active, held):
    """Cells and samples of a step that are held at a bound."""
    tile_code()
    if not step.bounded:
        return np.int64(0)
    count = np.int64(0)
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            count += np.int64(held[i, lane] > 0.0) & np.int64(active[lane] > 0.0)
    return count


@kernel
def normalise_values(changes, step, first_row, indicator, clipped, posts, active, value):
    """Normalised values in place of those of the cells of a step; r below 0 becomes 0.

    Parameters
    ----------
    changes, step, first_row
        The tables, the step, and the first row of its scenario.
    indicator
        Record of the indicator.
    clipped
        Whether values are held within its fixed goalposts.
    posts
        (ORIGIN or SLOPE, group, lane) of the reference.
    active
        (lane,) 1 for samples that count.
    value
        (row, lane).

    Returns
    -------
    tuple
        How many cells and samples have r > 1 and r < 0 before they are held.
    """
    tile_code()
    real = value.dtype.type
    zero, one = real(0.0), real(1.0)
    lower, upper = real(indicator.optimum_lower), real(indicator.optimum_upper)
    low = real(indicator.fixed_lower) if clipped else real(-np.inf)
    high = real(indicator.fixed_upper) if clipped else real(np.inf)
    ranged = indicator.direction == 0
    above = np.int64(0)
    below = np.int64(0)
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        group = changes.year[first_row + i] % posts.shape[1]
        for lane in range(LANES):
            x = value[i, lane]
            v = min(max(x, low), high)
            x = max(max(lower - x, x - upper), zero) if ranged else x
            v = max(max(lower - v, v - upper), zero) if ranged else v
            r = (x - posts[0, group, lane]) * posts[1, group, lane]
            above += np.int64(r - one > beyond(r)) & np.int64(active[lane] > 0.0)
            below += np.int64(r < -beyond(r)) & np.int64(active[lane] > 0.0)
            value[i, lane] = max((v - posts[0, group, lane]) * posts[1, group, lane], zero)
    return above, below


@kernel
def put_values(changes, step, value, x):
    """The values of the cells of a step into ``x`` (row of the scenario, lane)."""
    tile_code()
    for k in range(step.first_cell, step.first_cell + step.cells):
        i = changes.cell[k]
        for lane in range(LANES):
            x[i, lane] = value[i, lane]
