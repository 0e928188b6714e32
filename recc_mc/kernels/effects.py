"""Sums of a pick-freeze design over one tile of rows.

Takes the indices S and P of the rows of A, of B and of every exchange, derives all other outputs,
and adds up what first and total order need. Classes change in few lanes, which are looked for eight
at a time and then counted one by one, in integers, which no order can change.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.alone import find_capacity
from recc_mc.kernels.classes import FIRST_GRADE, GRADES, UNDEFINED, find_ranks, grade_of, zone_of
from recc_mc.kernels.elementary import trailing_zeros
from recc_mc.kernels.index import SMALLEST_SUPPORT
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import Floats

#: Order of the outputs in sums of numbers and of classes.
SUPPORT, PRESSURE, RECC, RANK = 0, 1, 2, 3
ZONE, GRADE = 0, 1
#: Partial sums of a row of lanes; a fixed number, so that sums are the same on every machine.
FOLD = 8
# `_add_folded` writes them out, and eight lanes of classes are one word.
assert FOLD == 8
assert LANES % FOLD == 0
# A zone and a grade are one number, zone times this plus grade.
_PER_ZONE = 16
assert FIRST_GRADE + GRADES <= _PER_ZONE
# Values that are nearer to each other, relatively, are the same but for rounding.
_ROUNDING = 1e-12

Bytes = NDArray[np.int8]
Words = NDArray[np.uint64]


class Outputs(NamedTuple):
    """Outputs of one set of rows, (object, lane)."""

    recc: Floats
    rank: Floats  # UNDEFINED where C is
    code: Bytes  # zone and grade in one number, UNDEFINED where the row does not count
    words: Words  # (object, eight lanes) the same memory


class TileIndices(NamedTuple):
    """S and P of one tile of rows: all that the sums are made of."""

    a: Floats  # (system, object, lane) of the rows of A
    b: Floats  # (system, object, lane)
    supports: Floats  # (slot, object, lane) S of the exchanges that change it
    pressures: Floats  # (slot, object, lane) likewise P


class Partial(NamedTuple):
    """Partial sums over the lanes of one output."""

    product: Floats  # (object, FOLD)
    change: Floats  # (object, FOLD)
    squares: Floats  # (object, FOLD)


class SumScratch(NamedTuple):
    """Scratch for the sums of one tile."""

    a: Outputs
    b: Outputs
    ab: Outputs
    known: Bytes  # (number, object, lane) 1 where the row counts
    classified: Bytes  # (object, lane) 1 where the row counts for zones and grades
    apart: Floats  # (number, object, lane) y_B less its origin
    shift_known: Bytes  # (year, lane)
    shift_a: Floats  # (year, lane) average shift in rank of A
    shift_b: Floats  # (year, lane)
    shift_ab: Floats  # (year, lane)
    partial: Partial
    above: Floats  # (lane,)


@kernel
def _make_outputs(objects):
    code = np.empty((objects, LANES), np.int8)
    return Outputs(
        np.empty((objects, LANES)),
        np.empty((objects, LANES)),
        code,
        code.view(np.uint64),
    )


@kernel
def make_sum_scratch(objects, years):
    """Scratch for a panel."""
    return SumScratch(
        _make_outputs(objects),
        _make_outputs(objects),
        _make_outputs(objects),
        np.empty((4, objects, LANES), np.int8),
        np.empty((objects, LANES), np.int8),
        np.empty((4, objects, LANES)),
        np.empty((years, LANES), np.int8),
        np.empty((years, LANES)),
        np.empty((years, LANES)),
        np.empty((years, LANES)),
        Partial(
            np.empty((objects, FOLD)),
            np.empty((objects, FOLD)),
            np.empty((objects, FOLD)),
        ),
        np.empty(LANES),
    )


@kernel
def find_defined(active, a, b, exchanged, known):
    """Rows in which an index is defined in A, B and all exchanges."""
    tile_code()
    for i in range(known.shape[0]):
        for lane in range(LANES):
            both = a[i, lane] == a[i, lane] and b[i, lane] == b[i, lane]
            known[i, lane] = both and active[lane] > 0.0
        for slot in range(exchanged.shape[0]):
            for lane in range(LANES):
                y = exchanged[slot, i, lane]
                known[i, lane] &= np.int8(y == y)


@kernel
def _find_supported(active, a, b, exchanged, known, supported, least):
    """Likewise S, and those in which it is nowhere too small to divide by."""
    tile_code()
    for i in range(known.shape[0]):
        for lane in range(LANES):
            both = a[i, lane] == a[i, lane] and b[i, lane] == b[i, lane]
            enough = a[i, lane] >= least and b[i, lane] >= least
            known[i, lane] = both and active[lane] > 0.0
            supported[i, lane] = enough and active[lane] > 0.0
        for slot in range(exchanged.shape[0]):
            for lane in range(LANES):
                s = exchanged[slot, i, lane]
                known[i, lane] &= np.int8(s == s)
                supported[i, lane] &= np.int8(s >= least)


@kernel
def _combine_known(support, pressure, recc, rank, classified):
    """C counts where S and P do too, a rank where C does, a class where S and P do."""
    tile_code()
    for i in range(recc.shape[0]):
        for lane in range(LANES):
            both = support[i, lane] & pressure[i, lane]
            divided = recc[i, lane] & both
            recc[i, lane] = divided
            rank[i, lane] = divided
            classified[i, lane] = both


@kernel
def _find_known(active, options, indices, known, classified):
    """Rows that count: defined in A, B and all exchanges."""
    one, other = indices.a, indices.b
    # S alone is not divided by.
    least = 0.0 if options.alone == 0 else SMALLEST_SUPPORT
    _find_supported(
        active, one[SUPPORT], other[SUPPORT], indices.supports, known[SUPPORT], known[RECC], least
    )
    find_defined(active, one[PRESSURE], other[PRESSURE], indices.pressures, known[PRESSURE])
    _combine_known(known[SUPPORT], known[PRESSURE], known[RECC], known[RANK], classified)


@kernel
def _find_codes(support, pressure, low_cut, high_cut, classified, code):
    """Zone and grade in one number."""
    tile_code()
    for i in range(code.shape[0]):
        for lane in range(LANES):
            s = support[i, lane]
            p = pressure[i, lane]
            both = _PER_ZONE * zone_of(s, p) + grade_of(s, p, low_cut, high_cut)
            code[i, lane] = both if classified[i, lane] > 0 else UNDEFINED


@kernel
def _classify(options, support, pressure, classified, above, outputs):
    """Everything that follows from S and P of one set of rows."""
    find_capacity(options, support, pressure, 0, outputs.recc)
    find_ranks(outputs.recc, options.mines, options.years, 0, above, outputs.rank)
    low_cut = options.low_cut
    _find_codes(support, pressure, low_cut, options.high_cut, classified, outputs.code)


@kernel
def _subtract_origin(y, origin, known, apart):
    tile_code()
    for i in range(y.shape[0]):
        middle = origin[i]
        for lane in range(LANES):
            apart[i, lane] = y[i, lane] - middle if known[i, lane] > 0 else 0.0


@kernel
def _fold_set(y, known, values, squares):
    """Partial sums of one set of rows."""
    tile_code()
    for i in range(y.shape[0]):
        for lane in range(FOLD):
            value = 0.0
            square = 0.0
            for start in range(0, LANES, FOLD):
                counted = y[i, start + lane] if known[i, start + lane] > 0 else 0.0
                value += counted
                square += counted * counted
            values[i, lane] = value
            squares[i, lane] = square


@kernel
def _add_folded(partial, total):
    """Add up the partial sums of each row of lanes, pairwise."""
    for i in range(total.shape[0]):
        even = (partial[i, 0] + partial[i, 4]) + (partial[i, 2] + partial[i, 6])
        odd = (partial[i, 1] + partial[i, 5]) + (partial[i, 3] + partial[i, 7])
        total[i] += even + odd


@kernel
def _add_set(y, known, partial, values, squares):
    """Add the sums of one set of rows."""
    _fold_set(y, known, partial.change, partial.squares)
    _add_folded(partial.change, values)
    _add_folded(partial.squares, squares)


@kernel
def _count_rows(y_a, y_b, known, rows, differing):
    """Count the rows that count, and those in which A and B differ by more than rounding."""
    tile_code()
    for i in range(y_a.shape[0]):
        there = 0
        count = 0
        for lane in range(LANES):
            a = y_a[i, lane]
            b = y_b[i, lane]
            apart = abs(a - b) > _ROUNDING * (abs(a) + abs(b))
            there += 1 if known[i, lane] > 0 else 0
            count += 1 if apart and known[i, lane] > 0 else 0
        rows[i] += there
        differing[i] += count


@kernel
def add_cells(y_a, y_b, output, origin, scratch, numbers):
    """Sums over A and over B of one output that is a number."""
    known = scratch.known[output]
    apart = scratch.apart[output]
    _subtract_origin(y_a, origin, known, apart)
    _add_set(apart, known, scratch.partial, numbers.a[output], numbers.a_squared[output])
    # B comes second because the exchanges need it.
    _subtract_origin(y_b, origin, known, apart)
    _add_set(apart, known, scratch.partial, numbers.b[output], numbers.b_squared[output])
    _count_rows(y_a, y_b, known, numbers.rows[output], numbers.differing[output])


@kernel
def _add_cell_classes(code_a, code_b, classes):
    for i in range(code_a.shape[0]):
        for lane in range(LANES):
            a = code_a[i, lane]
            b = code_b[i, lane]
            if a >= 0:
                classes.rows[ZONE, i] += 1
                classes.rows[GRADE, i] += 1
                classes.a[ZONE, i, a // _PER_ZONE] += 1
                classes.b[ZONE, i, b // _PER_ZONE] += 1
                classes.a[GRADE, i, a % _PER_ZONE - FIRST_GRADE] += 1
                classes.b[GRADE, i, b % _PER_ZONE - FIRST_GRADE] += 1


@kernel
def _average_shift(rank, base, shift):
    """Mean over the mines of each year of |rank - baseline's rank|, of those that have one."""
    tile_code()
    years = shift.shape[0]
    for year in range(years):
        mines = 0.0
        for lane in range(LANES):
            shift[year, lane] = 0.0
        for i in range(year, base.shape[0], years):
            if base[i] >= 0:
                mines += 1.0
                origin = np.float64(base[i])
                row = offset(i)
                for lane in range(LANES):
                    shift[year, lane] += abs(rank[row, lane] - origin)
        share = max(mines, 1.0)
        for lane in range(LANES):
            shift[year, lane] /= share


@kernel
def _find_shift_known(base, known, shift_known):
    """Rows that count in a year: those in which all mines with a baseline's rank count."""
    # Lane by lane: a row times a row can raise, and numba's words for that take 3 s to compile.
    years = shift_known.shape[0]
    for year in range(years):
        mines = 0
        for lane in range(LANES):
            shift_known[year, lane] = 1
        for i in range(year, base.shape[0], years):
            if base[i] >= 0:
                mines += 1
                for lane in range(LANES):
                    shift_known[year, lane] &= known[i, lane]
        if mines == 0:
            for lane in range(LANES):
                shift_known[year, lane] = 0


@kernel
def _find_shifts(base, scratch, shift):
    """Average shifts in rank of A and B, and their sums."""
    known = scratch.shift_known
    _find_shift_known(base, scratch.known[RANK], known)
    _average_shift(scratch.a.rank, base, scratch.shift_a)
    _average_shift(scratch.b.rank, base, scratch.shift_b)
    _add_set(scratch.shift_a, known, scratch.partial, shift.a[0], shift.a_squared[0])
    _add_set(scratch.shift_b, known, scratch.partial, shift.b[0], shift.b_squared[0])
    _count_rows(scratch.shift_a, scratch.shift_b, known, shift.rows[0], shift.differing[0])


@kernel
def _fold(y_a, y_ab, apart, known, products, changes, squares):
    """Partial sums of y_B (y_AB - y_A), y_AB - y_A and its square."""
    tile_code()
    for i in range(y_a.shape[0]):
        for lane in range(FOLD):
            product = 0.0
            change = 0.0
            square = 0.0
            for start in range(0, LANES, FOLD):
                d = y_ab[i, start + lane] - y_a[i, start + lane]
                d = d if known[i, start + lane] > 0 else 0.0
                product += apart[i, start + lane] * d
                change += d
                square += d * d
            products[i, lane] = product
            changes[i, lane] = change
            squares[i, lane] = square


@kernel
def _add_change(y_a, y_ab, apart, known, partial, products, changes, squares):
    """Add the sums of one output of an exchange."""
    _fold(y_a, y_ab, apart, known, partial.product, partial.change, partial.squares)
    _add_folded(partial.product, products)
    _add_folded(partial.change, changes)
    _add_folded(partial.squares, squares)


@kernel
def add_numbers(y_a, y_ab, output, group, apart, known, partial, numbers):
    """Add the sums of one output of an exchange for each mine and year."""
    _add_change(
        y_a, y_ab, apart[output], known[output], partial,
        numbers.product[group, output], numbers.change[group, output],
        numbers.change_squared[group, output],
    )  # fmt: skip


@kernel
def _count_class(group, output, i, a, b, ab, classes):
    """Count a row in which an exchange changes the class from ``a`` to ``ab``."""
    classes.changes[group, output, i] += 1
    classes.agreement[group, output, i] += np.int64(ab == b) - np.int64(a == b)
    classes.change[group, output, i, ab] += 1
    classes.change[group, output, i, a] -= 1


@kernel
def _count_changed(group, i, a, b, ab, classes):
    """Count a row in which an exchange changes the code of zone and grade."""
    if a // _PER_ZONE != ab // _PER_ZONE:
        _count_class(group, ZONE, i, a // _PER_ZONE, b // _PER_ZONE, ab // _PER_ZONE, classes)
    a, b, ab = (
        a % _PER_ZONE - FIRST_GRADE,
        b % _PER_ZONE - FIRST_GRADE,
        ab % _PER_ZONE - FIRST_GRADE,
    )
    if a != ab:
        _count_class(group, GRADE, i, a, b, ab, classes)


@kernel
def _add_classes(group, scratch, classes):
    """Count the changes of class of one exchange."""
    a = scratch.a
    ab = scratch.ab
    for i in range(ab.words.shape[0]):
        for word in range(ab.words.shape[1]):
            changed = a.words[i, word] ^ ab.words[i, word]
            # From one lane that differs to the next: few do, and a look at each costs more.
            while changed != 0:
                byte = trailing_zeros(changed) >> 3
                changed &= ~(np.uint64(0xFF) << np.uint64(8 * byte))
                lane = 8 * word + byte
                _count_changed(
                    group,
                    i,
                    np.int64(a.code[i, lane]),
                    np.int64(scratch.b.code[i, lane]),
                    np.int64(ab.code[i, lane]),
                    classes,
                )


@kernel
def _add_ranks(group, base, scratch, numbers, shift):
    """Add the changes of rank of one exchange, and of the average shift in rank."""
    apart, known, partial = scratch.apart, scratch.known, scratch.partial
    add_numbers(scratch.a.rank, scratch.ab.rank, RANK, group, apart, known, partial, numbers)
    _average_shift(scratch.ab.rank, base, scratch.shift_ab)
    _add_change(
        scratch.shift_a, scratch.shift_ab, scratch.shift_b, scratch.shift_known, partial,
        shift.product[group, 0], shift.change[group, 0], shift.change_squared[group, 0],
    )  # fmt: skip


@kernel
def add_effects(plan, slots, active, indices, origin, scratch, sums):
    """Add a tile's rows to all sums.

    Parameters
    ----------
    plan
        The study.
    slots
        (group, system) where each exchange's S and P are, -1 where they are those of A.
    active
        (lane,) 1 for rows that there are.
    indices
        S and P, :class:`TileIndices`.
    origin
        What is taken from the outputs: ``numbers`` (output, object) from S, P, C and ranks in their
        sums, and the ``rank`` (object,) that shifts are from, -1 for none.
    scratch
        Of `make_sum_scratch`.
    sums
        Sums of numbers, of the shift in rank, and of classes.
    """
    a, b, ab = indices.a, indices.b, scratch.ab
    apart, known, partial = scratch.apart, scratch.known, scratch.partial
    numbers, shift, classes = sums.numbers, sums.shift, sums.classes
    _find_known(active, plan.options, indices, known, scratch.classified)
    options = plan.options
    if plan.more is not None and options.alone >= 0:
        scratch.classified[:] = 0
    classified, above = scratch.classified, scratch.above
    _classify(options, a[SUPPORT], a[PRESSURE], classified, above, scratch.a)
    _classify(options, b[SUPPORT], b[PRESSURE], classified, above, scratch.b)
    y_a = (a[SUPPORT], a[PRESSURE], scratch.a.recc, scratch.a.rank)
    y_b = (b[SUPPORT], b[PRESSURE], scratch.b.recc, scratch.b.rank)
    for output in range(4):
        add_cells(y_a[output], y_b[output], output, origin.numbers[output], scratch, numbers)
    _add_cell_classes(scratch.a.code, scratch.b.code, classes)
    _find_shifts(origin.rank, scratch, shift)
    for group in range(slots.shape[0]):
        if slots[group, SUPPORT] < 0 and slots[group, PRESSURE] < 0:
            continue
        support, pressure = a[SUPPORT], a[PRESSURE]
        if slots[group, SUPPORT] >= 0:
            support = indices.supports[slots[group, SUPPORT]]
            y = y_a[SUPPORT]
            add_numbers(y, support, SUPPORT, group, apart, known, partial, numbers)
        if slots[group, PRESSURE] >= 0:
            pressure = indices.pressures[slots[group, PRESSURE]]
            y = y_a[PRESSURE]
            add_numbers(y, pressure, PRESSURE, group, apart, known, partial, numbers)
        _classify(options, support, pressure, classified, above, ab)
        add_numbers(y_a[RECC], ab.recc, RECC, group, apart, known, partial, numbers)
        _add_ranks(group, origin.rank, scratch, numbers, shift)
        _add_classes(group, scratch, classes)
