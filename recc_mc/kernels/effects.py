"""Sums of a pick-freeze design over one tile of rows.

Takes the indices S and P of the rows of A, of B and of every exchange, derives all other outputs,
and adds up what first and total order need. Classes and ranks change in few lanes: these are looked
for a whole object at a time and then counted one by one, in integers, which no order can change.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.classes import find_grades, find_ranks, find_zones
from recc_mc.kernels.index import SMALLEST_SUPPORT, divide
from recc_mc.kernels.options import LANES, kernel, tile_code
from recc_mc.kernels.records import Floats, Integers

#: Order of the outputs in sums of numbers and of classes.
SUPPORT, PRESSURE, RECC, RANK = 0, 1, 2, 3
ZONE, GRADE = 0, 1
#: Partial sums of a row of lanes; a fixed number, so that sums are the same on every machine.
FOLD = 8
# A zone and a grade in one number: grades are below this.
_GRADES = 16


class Outputs(NamedTuple):
    """Outputs of one set of rows, (object, lane)."""

    recc: Floats
    zone: NDArray[np.int8]
    grade: NDArray[np.int8]
    code: NDArray[np.int8]  # zone and grade in one number, -1 where the row does not count
    rank: NDArray[np.int32]  # -1 where the row does not count


class Scratch(NamedTuple):
    """Scratch for the sums of one tile."""

    a: Outputs
    b: Outputs
    ab: Outputs
    known: Floats  # (S, P or C, object, lane) 1 where the row counts
    shift_known: Floats  # (year, lane)
    apart: Floats  # (S, P or C, object, lane) y_B less its origin
    shift_b: Floats  # (year, lane) average shift in rank of B
    moved: Integers  # (year, lane) change of the sum of shifts
    ranked: Integers  # (year,) mines with a baseline's rank
    product: Floats  # (object, FOLD) partial sums
    change: Floats  # (object, FOLD)
    squares: Floats  # (object, FOLD)
    differing: Integers  # (object,) lanes in which an exchange changes something
    above: Floats  # (lane,)


@kernel
def _make_outputs(objects):
    return Outputs(
        np.empty((objects, LANES)),
        np.empty((objects, LANES), np.int8),
        np.empty((objects, LANES), np.int8),
        np.empty((objects, LANES), np.int8),
        np.empty((objects, LANES), np.int32),
    )


@kernel
def make_scratch(objects, years):
    """Scratch for a panel."""
    return Scratch(
        _make_outputs(objects),
        _make_outputs(objects),
        _make_outputs(objects),
        np.empty((3, objects, LANES)),
        np.empty((years, LANES)),
        np.empty((3, objects, LANES)),
        np.empty((years, LANES)),
        np.zeros((years, LANES), np.int64),
        np.zeros(years, np.int64),
        np.empty((objects, FOLD)),
        np.empty((objects, FOLD)),
        np.empty((objects, FOLD)),
        np.empty(objects, np.int64),
        np.empty(LANES),
    )


@kernel
def _keep_known(y, known):
    """Take out the rows in which an index is undefined."""
    tile_code()
    for i in range(y.shape[0]):
        for lane in range(LANES):
            known[i, lane] = known[i, lane] if y[i, lane] == y[i, lane] else 0.0


@kernel
def _keep_supported(support, known, known_recc):
    """Likewise for S, and for C where the support is too small to divide by."""
    tile_code()
    for i in range(support.shape[0]):
        for lane in range(LANES):
            s = support[i, lane]
            known[i, lane] = known[i, lane] if s == s else 0.0
            known_recc[i, lane] = known_recc[i, lane] if s >= SMALLEST_SUPPORT else 0.0


@kernel
def _start_known(active, known):
    tile_code()
    for i in range(known.shape[0]):
        for lane in range(LANES):
            known[i, lane] = active[lane]


@kernel
def _and_known(one, other, known):
    tile_code()
    for i in range(known.shape[0]):
        for lane in range(LANES):
            known[i, lane] *= one[i, lane] * other[i, lane]


@kernel
def _find_known(active, index_a, index_b, supports, pressures, known):
    """Rows that count: defined in A, B and all exchanges."""
    for output in range(3):
        _start_known(active, known[output])
    _keep_supported(index_a[SUPPORT], known[SUPPORT], known[RECC])
    _keep_supported(index_b[SUPPORT], known[SUPPORT], known[RECC])
    for slot in range(supports.shape[0]):
        _keep_supported(supports[slot], known[SUPPORT], known[RECC])
    _keep_known(index_a[PRESSURE], known[PRESSURE])
    _keep_known(index_b[PRESSURE], known[PRESSURE])
    for slot in range(pressures.shape[0]):
        _keep_known(pressures[slot], known[PRESSURE])
    _and_known(known[SUPPORT], known[PRESSURE], known[RECC])


@kernel
def _join(zone, grade, support_known, pressure_known, code):
    """Zone and grade in one number."""
    tile_code()
    for i in range(code.shape[0]):
        for lane in range(LANES):
            both = zone[i, lane] * _GRADES + grade[i, lane]
            known = support_known[i, lane] * pressure_known[i, lane] > 0.0
            code[i, lane] = both if known else -1


@kernel
def _mask_ranks(known, rank):
    tile_code()
    for i in range(rank.shape[0]):
        for lane in range(LANES):
            rank[i, lane] = rank[i, lane] if known[i, lane] > 0.0 else -1


@kernel
def _classify(plan, support, pressure, scratch, outputs):
    """Everything that follows from S and P."""
    options = plan.options
    divide(support, pressure, 0, outputs.recc)
    find_zones(support, pressure, 0, outputs.zone)
    find_grades(support, pressure, 0, options.low_cut, options.high_cut, outputs.grade)
    find_ranks(outputs.recc, options.mines, options.years, 0, scratch.above, outputs.rank)
    known = scratch.known
    _join(outputs.zone, outputs.grade, known[SUPPORT], known[PRESSURE], outputs.code)
    _mask_ranks(known[RECC], outputs.rank)


@kernel
def _subtract_origin(y, origin, known, apart):
    tile_code()
    for i in range(y.shape[0]):
        middle = origin[i]
        for lane in range(LANES):
            apart[i, lane] = y[i, lane] - middle if known[i, lane] > 0.0 else 0.0


@kernel
def _add_cell_ranks(rank_a, rank_b, origin, numbers):
    for i in range(rank_a.shape[0]):
        for lane in range(LANES):
            if rank_a[i, lane] >= 0:
                a = rank_a[i, lane] - origin[i]
                b = rank_b[i, lane] - origin[i]
                numbers.rows[RANK, i] += 1
                numbers.a[RANK, i] += a
                numbers.b[RANK, i] += b
                numbers.a_squared[RANK, i] += a * a
                numbers.b_squared[RANK, i] += b * b


@kernel
def _add_cell_classes(code_a, code_b, classes):
    for i in range(code_a.shape[0]):
        for lane in range(LANES):
            a = code_a[i, lane]
            b = code_b[i, lane]
            if a >= 0:
                classes.rows[ZONE, i] += 1
                classes.rows[GRADE, i] += 1
                classes.a[ZONE, i, a // _GRADES] += 1
                classes.b[ZONE, i, b // _GRADES] += 1
                classes.a[GRADE, i, a % _GRADES - 1] += 1
                classes.b[GRADE, i, b % _GRADES - 1] += 1


@kernel
def _find_shifts(years, base, scratch, shift):
    """Average shifts in rank of A and B, and in which rows they count."""
    known = scratch.known[RECC]
    for year in range(years):
        mines = 0
        for i in range(year, base.shape[0], years):
            mines += 1 if base[i] >= 0 else 0
        scratch.ranked[year] = mines
        for lane in range(LANES):
            a = 0
            b = 0
            counts = mines > 0
            for i in range(year, base.shape[0], years):
                if base[i] >= 0:
                    counts = counts and known[i, lane] > 0.0
                    a += abs(scratch.a.rank[i, lane] - base[i])
                    b += abs(scratch.b.rank[i, lane] - base[i])
            scratch.shift_known[year, lane] = 1.0 if counts else 0.0
            scratch.shift_b[year, lane] = b / max(mines, 1)
            if counts:
                shift_a = a / mines
                shift_b = b / mines
                shift.rows[0, year] += 1
                shift.a[0, year] += shift_a
                shift.b[0, year] += shift_b
                shift.a_squared[0, year] += shift_a * shift_a
                shift.b_squared[0, year] += shift_b * shift_b


@kernel
def _fold(y_a, y_ab, apart, known, product, change, squares):
    """Partial sums of y_B (y_AB - y_A), y_AB - y_A and its square."""
    tile_code()
    for i in range(y_a.shape[0]):
        for lane in range(FOLD):
            product[i, lane] = 0.0
            change[i, lane] = 0.0
            squares[i, lane] = 0.0
        for start in range(0, LANES, FOLD):
            for lane in range(FOLD):
                step = y_ab[i, start + lane] - y_a[i, start + lane]
                step = step if known[i, start + lane] > 0.0 else 0.0
                product[i, lane] += apart[i, start + lane] * step
                change[i, lane] += step
                squares[i, lane] += step * step


@kernel
def _add_folded(partial, total):
    """Add up partial sums, pairwise."""
    for i in range(total.shape[0]):
        even = (partial[i, 0] + partial[i, 4]) + (partial[i, 2] + partial[i, 6])
        odd = (partial[i, 1] + partial[i, 5]) + (partial[i, 3] + partial[i, 7])
        total[i] += even + odd


@kernel
def _add_numbers(y_a, y_ab, output, group, scratch, numbers):
    """Add one output's sums for one exchange."""
    known = scratch.known[output]
    apart = scratch.apart[output]
    _fold(y_a, y_ab, apart, known, scratch.product, scratch.change, scratch.squares)
    _add_folded(scratch.product, numbers.product[group, output])
    _add_folded(scratch.change, numbers.change[group, output])
    _add_folded(scratch.squares, numbers.change_squared[group, output])


@kernel
def _fold_cells(apart, known, count, value, squares):
    """Partial sums of one set of rows, and of the rows that count."""
    tile_code()
    for i in range(apart.shape[0]):
        for lane in range(FOLD):
            count[i, lane] = 0.0
            value[i, lane] = 0.0
            squares[i, lane] = 0.0
        for start in range(0, LANES, FOLD):
            for lane in range(FOLD):
                y = apart[i, start + lane]
                count[i, lane] += known[i, start + lane]
                value[i, lane] += y
                squares[i, lane] += y * y


@kernel
def _add_cell_numbers(y_a, y_b, output, origin, scratch, numbers):
    """Sums over A and over B of one output."""
    known = scratch.known[output]
    apart = scratch.apart[output]
    # B comes second because the exchanges need it.
    for y, values, squares in (
        (y_a, numbers.a, numbers.a_squared),
        (y_b, numbers.b, numbers.b_squared),
    ):
        _subtract_origin(y, origin, known, apart)
        _fold_cells(apart, known, scratch.product, scratch.change, scratch.squares)
        _add_folded(scratch.change, values[output])
        _add_folded(scratch.squares, squares[output])
    for i in range(known.shape[0]):
        count = 0.0
        for lane in range(FOLD):
            count += scratch.product[i, lane]
        numbers.rows[output, i] += np.int64(count)


@kernel
def _count_differing(one, other, differing):
    """In how many lanes each object differs."""
    tile_code()
    for i in range(differing.shape[0]):
        count = np.int64(0)
        for lane in range(LANES):
            count += np.int64(one[i, lane] != other[i, lane])
        differing[i] = count


@kernel
def _count_class(group, output, i, a, b, ab, classes):
    """Count a row in which an exchange may have changed the class."""
    if ab != a:
        classes.changes[group, output, i] += 1
        classes.agreement[group, output, i] += (1 if ab == b else 0) - (1 if a == b else 0)
        classes.change[group, output, i, ab] += 1
        classes.change[group, output, i, a] -= 1


@kernel
def _add_classes(group, scratch, classes):
    """Count the changes of class of one exchange."""
    a = scratch.a.code
    b = scratch.b.code
    ab = scratch.ab.code
    _count_differing(a, ab, scratch.differing)
    for i in range(a.shape[0]):
        if scratch.differing[i] == 0:
            continue
        for lane in range(LANES):
            of_a = np.int64(a[i, lane])
            of_b = np.int64(b[i, lane])
            of_ab = np.int64(ab[i, lane])
            if of_a != of_ab:
                _count_class(
                    group, ZONE, i, of_a // _GRADES, of_b // _GRADES, of_ab // _GRADES, classes
                )
                _count_class(
                    group,
                    GRADE,
                    i,
                    of_a % _GRADES - 1,
                    of_b % _GRADES - 1,
                    of_ab % _GRADES - 1,
                    classes,
                )


@kernel
def _add_ranks(group, years, base, origin, scratch, numbers, shift):
    """Add the changes of rank of one exchange, and of the average shift in rank."""
    a = scratch.a.rank
    b = scratch.b.rank
    ab = scratch.ab.rank
    moved = False
    _count_differing(a, ab, scratch.differing)
    for i in range(a.shape[0]):
        if scratch.differing[i] == 0:
            continue
        moved = True
        for lane in range(LANES):
            step = np.int64(ab[i, lane]) - np.int64(a[i, lane])
            if step != 0:
                numbers.product[group, RANK, i] += (b[i, lane] - origin[i]) * step
                numbers.change[group, RANK, i] += step
                numbers.change_squared[group, RANK, i] += step * step
                if base[i] >= 0:
                    before = abs(a[i, lane] - base[i])
                    scratch.moved[i % years, lane] += abs(ab[i, lane] - base[i]) - before
    if moved:
        _add_shifts(group, years, scratch, shift)


@kernel
def _add_shifts(group, years, scratch, shift):
    for year in range(years):
        for lane in range(LANES):
            steps = scratch.moved[year, lane]
            if steps != 0 and scratch.shift_known[year, lane] > 0.0:
                step = steps / scratch.ranked[year]
                shift.product[group, 0, year] += scratch.shift_b[year, lane] * step
                shift.change[group, 0, year] += step
                shift.change_squared[group, 0, year] += step * step
            scratch.moved[year, lane] = 0


@kernel
def add_effects(
    plan, slots, active, index_a, index_b, supports, pressures, origin, base, scratch, sums
):
    """Add a tile's rows to all sums.

    Parameters
    ----------
    plan
        The study.
    slots
        (group, system) where each exchange's S and P are, -1 where they are those of A.
    active
        (lane,) 1 for rows that there are.
    index_a, index_b
        (system, object, lane) S and P of A and B.
    supports, pressures
        (slot, object, lane) S and P of the exchanges that change them.
    origin
        (output, object) what S, P, C and ranks are taken from.
    base
        (object,) ranks that shifts are from, -1 for none.
    scratch
        Of `make_scratch`.
    sums
        Sums of numbers, of the shift in rank, and of classes.
    """
    years = plan.options.years
    known = scratch.known
    _find_known(active, index_a, index_b, supports, pressures, known)
    _classify(plan, index_a[SUPPORT], index_a[PRESSURE], scratch, scratch.a)
    _classify(plan, index_b[SUPPORT], index_b[PRESSURE], scratch, scratch.b)
    y_a = (index_a[SUPPORT], index_a[PRESSURE], scratch.a.recc)
    y_b = (index_b[SUPPORT], index_b[PRESSURE], scratch.b.recc)
    ranks = origin[RANK].astype(np.int64)
    for output in range(3):
        _add_cell_numbers(y_a[output], y_b[output], output, origin[output], scratch, sums.numbers)
    _add_cell_ranks(scratch.a.rank, scratch.b.rank, ranks, sums.numbers)
    _add_cell_classes(scratch.a.code, scratch.b.code, sums.classes)
    _find_shifts(years, base, scratch, sums.shift)
    for group in range(slots.shape[0]):
        support = index_a[SUPPORT]
        pressure = index_a[PRESSURE]
        if slots[group, SUPPORT] >= 0:
            support = supports[slots[group, SUPPORT]]
            _add_numbers(y_a[SUPPORT], support, SUPPORT, group, scratch, sums.numbers)
        if slots[group, PRESSURE] >= 0:
            pressure = pressures[slots[group, PRESSURE]]
            _add_numbers(y_a[PRESSURE], pressure, PRESSURE, group, scratch, sums.numbers)
        _classify(plan, support, pressure, scratch, scratch.ab)
        _add_numbers(y_a[RECC], scratch.ab.recc, RECC, group, scratch, sums.numbers)
        _add_classes(group, scratch, sums.classes)
        _add_ranks(group, years, base, ranks, scratch, sums.numbers, sums.shift)
