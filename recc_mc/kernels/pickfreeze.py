"""Pick-freeze rows of the index: every exchange from stored parts of the rows of A and B.

With linear aggregation an index is S = a H + (1 - a) E / D, with H the values r weighted by the
AHP, E by information 1 - e, and D the sum of the information. Exchanging

- an indicator's error changes its terms: H' = H + w (r_B - r_A), E' = E + (i_B r_B - i_A r_A),
  D' = D + (i_B - i_A);
- a judgment matrix changes the weights of what it compares: H' = H + sum (w' - w) r;
- a method choice or a class of factors takes other sums H, E and D, which are added up beside those
  of A.

The first two are written as differences, so that a factor without effect gives A's index bit by
bit. All indices of one system are found before those of the other, indicator by indicator.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.cells import clip_cells, draw_cells
from recc_mc.kernels.chain import DONE, INCONSISTENT, NEGATIVE, choose_method, may_take
from recc_mc.kernels.effects import add_effects, make_scratch
from recc_mc.kernels.index import (
    ORIGIN,
    SLOPE,
    find_goalposts,
    find_information,
    find_negative,
    normalise,
)
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.philox import CELLS, REDRAWS, STREAMS
from recc_mc.kernels.priorities import priorities
from recc_mc.kernels.records import (
    FIXED,
    GEOMETRIC_MEAN,
    GOALPOSTS,
    PRIORITIZATION,
    SCOPE,
    YEARLY,
    Floats,
    Integers,
)

#: Where something comes from.
A, B = 0, 1
#: Index of the passes that are neither 0 nor 1, of which nothing is kept.
OTHER = 2
#: Kinds of exchanges, `Layout.groups[:, 0]`.
BY_MATRIX, BY_INDICATOR, BY_VARIANT = 0, 1, 2


class Layout(NamedTuple):
    """What is exchanged, and which sums are needed for it. Sources are `A` or `B`.

    Pass 0 is that of A, pass 1 that of B's data with A's choices where data are uncertain. Variant
    0 is A, variant 1 is B.
    """

    groups: Integers  # (group, 2) kind, and number of the matrix, the indicator or the variant
    slots: Integers  # (group, system) place of its index, -1 where that is A's
    slot_counts: Integers  # (system,)
    passes: Integers  # (pass, 3) sources of data, goalposts, scope
    weights: Integers  # (weights, 2) sources of judgments, prioritization
    sums: Integers  # (sum, 2) pass and weights of H
    variants: Integers  # (variant, 2) sum, source of the AHP's share
    nodes: Integers  # (indicator, 2) matrices of its criterion and of the indicator itself
    matrix_slots: Integers  # (matrix, system) place of its exchange, -1 if it is no factor
    indicator_slots: Integers  # (indicator, system) likewise


class Unit(NamedTuple):
    """Method choices and priority vectors of a unit of rows."""

    share: Floats  # (source, row)
    codes: Integers  # (source, choice, row)
    items: Floats  # (weights, item, row)
    by_mean: Integers  # (row,) 0: priorities are eigenvectors
    eigenvectors: Floats  # (item, row) both kinds of priorities, where both may be asked for
    means: Floats  # (item, row)
    ratio: Floats  # (matrix, row) what becomes of the draws, which no output tells
    exponent: Floats  # (matrix, row)
    redraws: NDArray[np.int8]  # (matrix, row)


class Tile(NamedTuple):
    """Scratch for one tile."""

    words: NDArray[np.uint32]  # (object, lane)
    xi: NDArray[np.float32]  # (object, lane)
    shared: Floats  # (3, lane)
    posts: Floats  # (4, group, lane)
    active: Floats  # (lane,)
    r_sum: Floats  # (lane,)
    r_log_sum: Floats  # (lane,)
    rest: Floats  # (lane,)
    weight: Floats  # (lane,)
    r: Floats  # (pass 0, 1 or any other, object, lane) normalised values of one indicator
    information: Floats  # (pass 0, 1 or any other, lane)
    step: Floats  # (member, object, lane) change of E if the indicator is exchanged
    total_step: Floats  # (member, lane) change of D
    other_weight: Floats  # (lane,)
    by_judgment: Floats  # (sum, object, lane) H
    by_entropy: Floats  # (pass, object, lane) E
    total: Floats  # (pass, lane) D
    index_a: Floats  # (system, object, lane)
    index_b: Floats  # (system, object, lane)
    supports: Floats  # (slot, object, lane)
    pressures: Floats  # (slot, object, lane)


@kernel
def _make_unit(plan, layout, size):
    matrices = plan.matrices.shape[0]
    last = plan.matrices[matrices - 1]
    items = last.first_item + last.size
    return Unit(
        np.empty((2, size)),
        np.empty((2, plan.choices.shape[0], size), np.int64),
        np.empty((layout.weights.shape[0], items, size)),
        np.zeros(size, np.int64),
        np.empty((items, size)),
        np.empty((items, size)),
        np.empty((matrices, size)),
        np.empty((matrices, size)),
        np.empty((matrices, size), np.int8),
    )


@kernel
def _make_tile(plan, layout):
    objects = plan.options.mines * plan.options.years
    padded = (objects + 3) // 4 * 4
    support = plan.options.support_members
    members = max(support, plan.member.shape[0] - support)
    yearly = may_take(plan.choices[SCOPE], YEARLY)
    passes = layout.passes.shape[0]
    return Tile(
        np.empty((padded, LANES), np.uint32),
        np.zeros((padded, LANES), np.float32),
        np.empty((3, LANES)),
        np.empty((4, plan.options.years if yearly else 1, LANES)),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty((3, objects, LANES)),
        np.empty((3, LANES)),
        np.empty((members, objects, LANES)),
        np.empty((members, LANES)),
        np.empty(LANES),
        np.empty((layout.sums.shape[0], objects, LANES)),
        np.empty((passes, objects, LANES)),
        np.empty((passes, LANES)),
        np.empty((2, objects, LANES)),
        np.empty((2, objects, LANES)),
        np.empty((layout.slot_counts[0], objects, LANES)),
        np.empty((layout.slot_counts[1], objects, LANES)),
    )


@kernel
def _find_weight(items, criterion, local, start, weight):
    """AHP weight of an indicator."""
    tile_code()
    start = offset(start)
    for lane in range(LANES):
        weight[lane] = items[criterion, start + lane] * items[local, start + lane]


@kernel
def _find_step(items, other, kept, exchanged, start, step):
    """Change of an indicator's AHP weight if one of the two matrices on its way is exchanged."""
    tile_code()
    start = offset(start)
    for lane in range(LANES):
        difference = other[exchanged, start + lane] - items[exchanged, start + lane]
        step[lane] = items[kept, start + lane] * difference


@kernel
def _add_product(weight, r, total):
    tile_code()
    for i in range(r.shape[0]):
        for lane in range(LANES):
            total[i, lane] += weight[lane] * r[i, lane]


@kernel
def _add_products(one, other, r, one_total, other_total):
    """The same for two sums; reading r once spares a fifth of the time."""
    tile_code()
    for i in range(r.shape[0]):
        for lane in range(LANES):
            one_total[i, lane] += one[lane] * r[i, lane]
            other_total[i, lane] += other[lane] * r[i, lane]


@kernel
def _add_lanes(value, total):
    tile_code()
    for lane in range(LANES):
        total[lane] += value[lane]


@kernel
def _copy(x, out):
    tile_code()
    for i in range(x.shape[0]):
        for lane in range(LANES):
            out[i, lane] = x[i, lane]


@kernel
def _find_rest(share, total, rest):
    """(1 - a) / D."""
    tile_code()
    for lane in range(LANES):
        rest[lane] = (1.0 - share[lane]) / total[lane]


@kernel
def _combine(share, rest, by_judgment, by_entropy, index):
    """S = a H + (1 - a) E / D."""
    tile_code()
    for i in range(index.shape[0]):
        for lane in range(LANES):
            index[i, lane] = share[lane] * by_judgment[i, lane] + rest[lane] * by_entropy[i, lane]


@kernel
def _combine_steps(share, rest, by_judgment, by_entropy, index):
    """The same where ``index`` holds what is to be added to H."""
    tile_code()
    for i in range(index.shape[0]):
        for lane in range(LANES):
            h = by_judgment[i, lane] + index[i, lane]
            index[i, lane] = share[lane] * h + rest[lane] * by_entropy[i, lane]


@kernel
def _subtract(value, other, difference):
    tile_code()
    for lane in range(LANES):
        difference[lane] = value[lane] - other[lane]


@kernel
def _exchange(weight, information_a, information_b, r_a, r_b, step, entropy_step):
    """What exchanging an indicator adds to H and to E."""
    tile_code()
    for i in range(step.shape[0]):
        for lane in range(LANES):
            step[i, lane] = weight[lane] * (r_b[i, lane] - r_a[i, lane])
            entropy_step[i, lane] = (
                information_b[lane] * r_b[i, lane] - information_a[lane] * r_a[i, lane]
            )


@kernel
def _find_other_rest(share, total, step, rest):
    """(1 - a) / D' with one indicator's information exchanged."""
    tile_code()
    for lane in range(LANES):
        rest[lane] = (1.0 - share[lane]) / (total[lane] + step[lane])


@kernel
def _combine_exchanged(share, rest, entropy_step, by_judgment, by_entropy, index):
    """The index with one indicator exchanged; ``index`` holds what is to be added to H."""
    tile_code()
    for i in range(index.shape[0]):
        for lane in range(LANES):
            h = by_judgment[i, lane] + index[i, lane]
            e = by_entropy[i, lane] + entropy_step[i, lane]
            index[i, lane] = share[lane] * h + rest[lane] * e


@kernel
def _run_pass(plan, layout, number, j, start, unit, tile, r, information):
    """Normalise drawn values in place by a pass's choices, and add them to its sums.

    Returns a lane in which they cannot be normalised, or -1.
    """
    indicator = plan.indicators[j]
    frozen = unit.codes[layout.passes[number, 1], GOALPOSTS, start : start + LANES]
    scope = unit.codes[layout.passes[number, 2], SCOPE, start : start + LANES]
    find_goalposts(plan, j, r, scope, frozen, tile.posts)
    if scope[0] == FIXED:
        lane = find_negative(r, tile.posts, tile.active)
        if lane >= 0:
            return lane
    normalise(r, tile.posts[ORIGIN], tile.posts[SLOPE], tile.r_sum, tile.r_log_sum)
    find_information(plan.options.log_objects, tile.r_sum, tile.r_log_sum, information)
    first = True
    for s in range(layout.sums.shape[0]):
        if layout.sums[s, 0] == number:
            items = unit.items[layout.sums[s, 1]]
            criterion = indicator.criterion_item
            _find_weight(items, criterion, indicator.local_item, start, tile.weight)
            total = tile.by_judgment[s]
            if first:
                _add_products(tile.weight, information, r, total, tile.by_entropy[number])
                first = False
            else:
                _add_product(tile.weight, r, total)
    _add_lanes(information, tile.total[number])
    return -1


@kernel
def _add_matrices(plan, layout, system, j, start, unit, tile, r, slots):
    """Add an indicator's terms to the exchanges of the two matrices on its way."""
    indicator = plan.indicators[j]
    criterion = indicator.criterion_item
    local = indicator.local_item
    upper = layout.matrix_slots[layout.nodes[j, 0], system]
    lower = layout.matrix_slots[layout.nodes[j, 1], system]
    if upper >= 0:
        _find_step(unit.items[0], unit.items[1], local, criterion, start, tile.weight)
    if lower >= 0:
        _find_step(unit.items[0], unit.items[1], criterion, local, start, tile.other_weight)
    if upper >= 0 and lower >= 0:
        _add_products(tile.weight, tile.other_weight, r, slots[upper], slots[lower])
    elif upper >= 0:
        _add_product(tile.weight, r, slots[upper])
    elif lower >= 0:
        _add_product(tile.other_weight, r, slots[lower])


@kernel
def _add_indicator(plan, layout, system, m, j, rows_a, rows_b, first, row, start, seed, stream,
                   unit, tile, slots):  # fmt: skip
    """All terms of an indicator; a lane it cannot be normalised in, or -1."""
    indicator = plan.indicators[j]
    for source in range(2):
        if source >= layout.passes.shape[0] or layout.passes[source, 0] != source:
            continue
        r = tile.r[source]
        draw_cells(
            plan, j, rows_a if source == A else rows_b, first, row,
            stream + np.uint64(STREAMS * source + CELLS), seed, tile.words, tile.xi, tile.shared, r,
        )  # fmt: skip
        if unit.codes[A, SCOPE, 0] == FIXED and plan.options.clip:
            clip_cells(r, indicator.fixed_lower, indicator.fixed_upper)
        for p in range(1, layout.passes.shape[0]):
            if p != source and layout.passes[p, 0] == source:
                _copy(r, tile.r[OTHER])
                lane = _run_pass(
                    plan, layout, p, j, start, unit, tile, tile.r[OTHER], tile.information[OTHER]
                )
                if lane >= 0:
                    return lane
        information = tile.information[source]
        lane = _run_pass(plan, layout, source, j, start, unit, tile, r, information)
        if lane >= 0:
            return lane
    _add_matrices(plan, layout, system, j, start, unit, tile, tile.r[A], slots)
    slot = layout.indicator_slots[j, system]
    if slot >= 0:
        criterion = indicator.criterion_item
        _find_weight(unit.items[0], criterion, indicator.local_item, start, tile.weight)
        before = tile.information[A]
        after = tile.information[B]
        _subtract(after, before, tile.total_step[m])
        _exchange(tile.weight, before, after, tile.r[A], tile.r[B], slots[slot], tile.step[m])
    return -1


@kernel
def _find_variant(layout, number, start, unit, tile, index):
    s = layout.variants[number, 0]
    p = layout.sums[s, 0]
    share = unit.share[layout.variants[number, 1], start : start + LANES]
    _find_rest(share, tile.total[p], tile.rest)
    _combine(share, tile.rest, tile.by_judgment[s], tile.by_entropy[p], index)


@kernel
def _finish_system(plan, layout, system, members, start, unit, tile, slots):
    """Indices of A, B and all exchanges in one system, all indicators being added."""
    _find_variant(layout, 0, start, unit, tile, tile.index_a[system])
    _find_variant(layout, 1, start, unit, tile, tile.index_b[system])
    share = unit.share[A, start : start + LANES]
    h = tile.by_judgment[layout.variants[0, 0]]
    e = tile.by_entropy[0]
    for group in range(layout.groups.shape[0]):
        slot = layout.slots[group, system]
        if slot < 0:
            continue
        kind = layout.groups[group, 0]
        number = layout.groups[group, 1]
        if kind == BY_VARIANT:
            _find_variant(layout, number, start, unit, tile, slots[slot])
        elif kind == BY_MATRIX:
            _find_rest(share, tile.total[0], tile.rest)
            _combine_steps(share, tile.rest, h, e, slots[slot])
        else:
            m = 0
            while members[m] != number:
                m += 1
            _find_other_rest(share, tile.total[0], tile.total_step[m], tile.rest)
            _combine_exchanged(share, tile.rest, tile.step[m], h, e, slots[slot])


@kernel
def _run_tile(plan, layout, rows_a, rows_b, row, start, seed, stream, unit, tile, status):
    """Indices of one tile; False if some row has none."""
    for system in range(2):
        split = plan.options.support_members
        members = plan.member[:split] if system == 0 else plan.member[split:]
        slots = tile.supports if system == 0 else tile.pressures
        tile.by_judgment[:] = 0.0
        tile.by_entropy[:] = 0.0
        tile.total[:] = 0.0
        for k in range(layout.matrix_slots.shape[0]):
            if layout.matrix_slots[k, system] >= 0:
                slots[layout.matrix_slots[k, system]] = 0.0
        for m in range(members.shape[0]):
            lane = _add_indicator(
                plan, layout, system, m, members[m], rows_a, rows_b, start, row + start, start,
                seed, stream, unit, tile, slots,
            )  # fmt: skip
            if lane >= 0:
                status[0] = NEGATIVE
                status[1] = members[m]
                status[2] = row + start + lane
                return False
        _finish_system(plan, layout, system, members, start, unit, tile, slots)
    return True


@kernel
def _select(by_mean, eigenvectors, means, items):
    """Priority vectors by the method that is chosen for each row."""
    tile_code()
    for i in range(items.shape[0]):
        for row in range(by_mean.shape[0]):
            items[i, row] = (
                means[i, row] if by_mean[row] == GEOMETRIC_MEAN else eigenvectors[i, row]
            )


@kernel
def _find_priorities(plan, layout, rows_a, rows_b, row, rows, seed, stream, unit):
    """Priority vectors of all sets of weights; -1, or the first matrix without any.

    Both kinds are made of the same draws at once: solving for eigenvalues is what takes time.
    """
    for source in range(2):
        if not (layout.weights[:, 0] == source).any():
            continue
        failed = priorities(
            plan,
            rows_a if source == A else rows_b,
            0,
            row,
            rows,
            seed,
            stream + np.uint64(STREAMS * source + REDRAWS),
            unit.by_mean,
            unit.eigenvectors,
            unit.means,
            unit.ratio,
            unit.exponent,
            unit.redraws,
        )
        if failed >= 0:
            return failed
        for v in range(layout.weights.shape[0]):
            if layout.weights[v, 0] == source:
                by_mean = unit.codes[layout.weights[v, 1], PRIORITIZATION]
                _select(by_mean, unit.eigenvectors, unit.means, unit.items[v])
    return -1


@kernel
def run_unit(plan, layout, rows_a, rows_b, row, rows, seed, stream, origin, base, sums, status):
    """Add the sums of one unit of rows.

    Parameters
    ----------
    plan
        The study; its aggregation is linear.
    layout
        What is exchanged, a :class:`Layout`.
    rows_a, rows_b
        (column, row) rows of the unit cube, padded to whole tiles.
    row
        Number of the first row.
    rows
        How many rows count.
    seed, stream
        Key and base stream of A's counter-based numbers; those of B follow.
    origin, base, sums
        As of :func:`~recc_mc.kernels.effects.add_effects`.
    status
        (3,) int64. What went wrong: code, matrix or indicator, row.
    """
    unit = _make_unit(plan, layout, rows_a.shape[1])
    tile = _make_tile(plan, layout)
    scratch = make_scratch(tile.r.shape[1], plan.options.years)
    status[0] = DONE
    size = rows_a.shape[1]
    choose_method(plan, rows_a, 0, size, unit.share[A], unit.codes[A])
    choose_method(plan, rows_b, 0, size, unit.share[B], unit.codes[B])
    failed = _find_priorities(plan, layout, rows_a, rows_b, row, rows, seed, stream, unit)
    if failed >= 0:
        status[0] = INCONSISTENT
        status[1] = failed
        return
    for start in range(0, rows_a.shape[1], LANES):
        for lane in range(LANES):
            tile.active[lane] = 1.0 if start + lane < rows else 0.0
        if not _run_tile(
            plan, layout, rows_a, rows_b, row, start, seed, stream, unit, tile, status
        ):
            return
        add_effects(
            plan, layout.slots, tile.active, tile.index_a, tile.index_b, tile.supports,
            tile.pressures, origin, base, scratch, sums,
        )  # fmt: skip
