"""Pick-freeze rows of the index: every exchange from stored parts of the rows of A and B.

With linear aggregation of linear weights an index is S = a H + (1 - a) E / D, with H the values r
weighted by the AHP, E by the information that the objective finds in each indicator by itself, as
entropy does, and D the sum of the information. Exchanging

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

from recc_mc.kernels.chain import DONE, INCONSISTENT, NEGATIVE, choose_method
from recc_mc.kernels.combination import scale_objective
from recc_mc.kernels.coordination_effects import add_coordination, make_coordination_scratch
from recc_mc.kernels.effects import TileIndices, add_effects, make_sum_scratch
from recc_mc.kernels.indicator import (
    Scratch,
    add_lanes,
    draw_indicator,
    find_weight,
    make_scratch,
    mark_active,
    members_of,
    normalise_indicator,
)
from recc_mc.kernels.options import LANES, kernel, offset, step, tile_code
from recc_mc.kernels.priorities import find_priorities
from recc_mc.kernels.records import (
    GEOMETRIC_MEAN,
    GOALPOSTS,
    OBJECTIVE,
    PRIORITIZATION,
    SCOPE,
    SYSTEMS,
    Floats,
    Integers,
)
from recc_mc.kernels.vectors import Priorities, count_items

#: Where something comes from.
A, B = 0, 1
#: Index of the passes that are neither 0 nor 1, of which nothing is kept.
OTHER = 2
#: Kinds of exchanges, `Exchanges.groups[:, 0]`.
BY_MATRIX, BY_INDICATOR, BY_VARIANT = 0, 1, 2


class Exchanges(NamedTuple):
    """What is exchanged, and which sums are needed for it. Sources are `A` or `B`.

    Pass 0 is that of A, pass 1 that of B's data with A's choices where data are uncertain. Variant
    0 is A, variant 1 is B.
    """

    groups: Integers  # (group, 2) kind, and number of the matrix, the indicator or the variant
    slots: Integers  # (group, system) place of its index, -1 where that is A's
    slot_counts: Integers  # (system,)
    passes: Integers  # (pass, 4) sources of data, objective, goalposts, scope
    weights: Integers  # (weights, 2) sources of judgments, prioritization
    sums: Integers  # (sum, 2) pass and weights of H
    variants: Integers  # (variant, 2) sum, source of the AHP's share
    nodes: Integers  # (indicator, depth) matrices of the items on its way, -1 beyond
    matrix_slots: Integers  # (matrix, system) place of its exchange, -1 if it is no factor
    indicator_slots: Integers  # (indicator, system) likewise


class Sources(NamedTuple):
    """Method choices of a unit of rows of A and of B, and the priority vectors they ask for."""

    share: Floats  # (source, row)
    codes: Integers  # (source, choice, row)
    vectors: Floats  # (weights, item, row)
    drawn: Priorities  # both kinds of priorities, of one source at a time


class Stored(NamedTuple):
    """What the indices of all exchanges in one tile are put together from, and these."""

    scratch: Scratch
    r: Floats  # (pass 0, 1 or any other, object, lane) normalised values of one indicator
    information: Floats  # (pass 0, 1 or any other, lane)
    weight: Floats  # (lane,)
    other_weight: Floats  # (lane,)
    step: Floats  # (member, object, lane) change of E if the indicator is exchanged
    total_step: Floats  # (member, lane) change of D
    by_judgment: Floats  # (sum, object, lane) H
    by_entropy: Floats  # (pass, object, lane) E
    total: Floats  # (pass, lane) D
    rest: Floats  # (lane,)
    indices: TileIndices


@kernel
def make_sources(plan, exchanges, size):
    """Room for the choices and priority vectors of a unit."""
    matrices = plan.matrices.shape[0]
    items = count_items(plan)
    return Sources(
        np.empty((2, size)),
        np.empty((2, plan.choices.shape[0], size), np.int64),
        np.empty((exchanges.weights.shape[0], items, size)),
        # By slices, as of a block of samples: one type of arguments, so compiled once for both.
        Priorities(
            np.zeros(size, np.int64),
            np.empty((items, size)),
            np.empty((items, size)),
            np.empty((matrices, size))[:, :size],
            np.empty((matrices, size))[:, :size],
            np.empty((matrices, size), np.int8)[:, :size],
        ),
    )


@kernel
def make_stored(plan, exchanges):
    """Room for the indices of all exchanges in one tile."""
    objects = plan.options.mines * plan.options.years
    support = plan.options.support_members
    members = max(support, plan.member.shape[0] - support)
    passes = exchanges.passes.shape[0]
    return Stored(
        make_scratch(plan),
        np.empty((3, objects, LANES), plan.cells.dtype),
        np.empty((3, LANES)),
        np.empty(LANES),
        np.empty(LANES),
        np.empty((members, objects, LANES)),
        np.empty((members, LANES)),
        np.empty((exchanges.sums.shape[0], objects, LANES)),
        np.empty((passes, objects, LANES)),
        np.empty((passes, LANES)),
        np.empty(LANES),
        TileIndices(
            np.empty((2, objects, LANES)),
            np.empty((2, objects, LANES)),
            np.empty((exchanges.slot_counts[0], objects, LANES)),
            np.empty((exchanges.slot_counts[1], objects, LANES)),
        ),
    )


@step
def _slots_of(indices, system):
    """Indices of the exchanges in one system."""
    return indices.supports if system == 0 else indices.pressures


@kernel
def _find_step(vectors, other, path, j, exchanged, start, step):
    """Change of an indicator's AHP weight if the matrix at one depth of its way is exchanged."""
    tile_code()
    start = offset(start)
    item = path[j, exchanged]
    for lane in range(LANES):
        step[lane] = other[item, start + lane] - vectors[item, start + lane]
    for depth in range(path.shape[1]):
        item = path[j, depth]
        if item < 0:
            break
        if depth != exchanged:
            for lane in range(LANES):
                step[lane] *= vectors[item, start + lane]


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
def _copy(x, out):
    tile_code()
    for i in range(x.shape[0]):
        for lane in range(LANES):
            out[i, lane] = x[i, lane]


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
def _run_pass(plan, exchanges, number, place, j, start, sources, stored):
    """Normalise the values at ``place`` by a pass's choices, and add them to its sums.

    Returns a lane in which they cannot be normalised, or -1.
    """
    r = stored.r[place]
    information = stored.information[place]
    objective = sources.codes[exchanges.passes[number, 1], OBJECTIVE, start : start + LANES]
    frozen = sources.codes[exchanges.passes[number, 2], GOALPOSTS, start : start + LANES]
    scope = sources.codes[exchanges.passes[number, 3], SCOPE, start : start + LANES]
    lane = normalise_indicator(plan, j, scope, frozen, objective, stored.scratch, r, information)
    if lane >= 0:
        return lane
    with_entropy = True
    for s in range(exchanges.sums.shape[0]):
        if exchanges.sums[s, 0] == number:
            vectors = sources.vectors[exchanges.sums[s, 1]]
            find_weight(vectors, plan.path, j, start, stored.weight)
            total = stored.by_judgment[s]
            if with_entropy:
                by_entropy = stored.by_entropy[number]
                _add_products(stored.weight, information, r, total, by_entropy)
                with_entropy = False
            else:
                _add_product(stored.weight, r, total)
    add_lanes(information, stored.total[number])
    return -1


@kernel
def _slot_at(exchanges, system, j, depth):
    """Place of the exchange of the matrix at one depth of an indicator's way, -1 if none."""
    if depth >= exchanges.nodes.shape[1] or exchanges.nodes[j, depth] < 0:
        return -1
    return exchanges.matrix_slots[exchanges.nodes[j, depth], system]


@kernel
def _add_matrices(plan, exchanges, system, j, start, sources, stored):
    """Add an indicator's terms to the exchanges of the matrices on its way, two at a time."""
    r = stored.r[A]
    slots = _slots_of(stored.indices, system)
    one, other = sources.vectors[0], sources.vectors[1]
    for depth in range(0, plan.path.shape[1], 2):
        upper = _slot_at(exchanges, system, j, depth)
        lower = _slot_at(exchanges, system, j, depth + 1)
        if upper >= 0:
            _find_step(one, other, plan.path, j, depth, start, stored.weight)
        if lower >= 0:
            _find_step(one, other, plan.path, j, depth + 1, start, stored.other_weight)
        if upper >= 0 and lower >= 0:
            _add_products(stored.weight, stored.other_weight, r, slots[upper], slots[lower])
        elif upper >= 0:
            _add_product(stored.weight, r, slots[upper])
        elif lower >= 0:
            _add_product(stored.other_weight, r, slots[lower])


@step
def _add_exchange(plan, j, m, start, sources, stored, index):
    """Note what exchanging an indicator adds to D and to E, and to H in place of its index."""
    r, information = stored.r, stored.information
    find_weight(sources.vectors[0], plan.path, j, start, stored.weight)
    _subtract(information[B], information[A], stored.total_step[m])
    _exchange(stored.weight, information[A], information[B], r[A], r[B], index, stored.step[m])


@kernel
def _store_indicator(plan, exchanges, system, m, inputs, start, sources, stored):
    """All terms of an indicator, member ``m``; a lane it cannot be normalised in, or -1."""
    j = members_of(plan, system)[m]
    scope = sources.codes[A, SCOPE, start : start + LANES]
    passes = exchanges.passes
    for source in range(2):
        if source >= passes.shape[0] or passes[source, 0] != source:
            continue
        r = stored.r[source]
        draw_indicator(plan, j, inputs[source], start, scope, stored.scratch, r)
        # Its own pass comes last: that one normalises what is drawn in place.
        for number in range(passes.shape[0]):
            p = (source + 1 + number) % passes.shape[0]
            if passes[p, 0] != source:
                continue
            place = source
            if p != source:
                place = OTHER
                _copy(r, stored.r[OTHER])
            lane = _run_pass(plan, exchanges, p, place, j, start, sources, stored)
            if lane >= 0:
                return lane
    _add_matrices(plan, exchanges, system, j, start, sources, stored)
    slot = exchanges.indicator_slots[j, system]
    if slot >= 0:
        slots = _slots_of(stored.indices, system)
        _add_exchange(plan, j, m, start, sources, stored, slots[slot])
    return -1


@kernel
def _find_variant(exchanges, number, start, sources, stored, index):
    s = exchanges.variants[number, 0]
    p = exchanges.sums[s, 0]
    share = sources.share[exchanges.variants[number, 1], start : start + LANES]
    scale_objective(share, stored.total[p], stored.rest)
    _combine(share, stored.rest, stored.by_judgment[s], stored.by_entropy[p], index)


@kernel
def _find_indices(plan, exchanges, system, start, sources, stored):
    """Indices of A, B and all exchanges in one system, all indicators being added."""
    slots = _slots_of(stored.indices, system)
    members = members_of(plan, system)
    rest = stored.rest
    if plan.more is not None and members.shape[0] == 0:
        # As in the chain: the index of a system without indicators is 1.
        stored.indices.a[system] = 1.0
        stored.indices.b[system] = 1.0
        slots[:] = 1.0
        return
    _find_variant(exchanges, 0, start, sources, stored, stored.indices.a[system])
    _find_variant(exchanges, 1, start, sources, stored, stored.indices.b[system])
    share = sources.share[A, start : start + LANES]
    h = stored.by_judgment[exchanges.variants[0, 0]]
    e = stored.by_entropy[0]
    for group in range(exchanges.groups.shape[0]):
        slot = exchanges.slots[group, system]
        if slot < 0:
            continue
        kind = exchanges.groups[group, 0]
        number = exchanges.groups[group, 1]
        if kind == BY_VARIANT:
            _find_variant(exchanges, number, start, sources, stored, slots[slot])
        elif kind == BY_MATRIX:
            scale_objective(share, stored.total[0], rest)
            _combine_steps(share, rest, h, e, slots[slot])
        else:
            m = 0
            while members[m] != number:
                m += 1
            _find_other_rest(share, stored.total[0], stored.total_step[m], rest)
            _combine_exchanged(share, rest, stored.step[m], h, e, slots[slot])


@kernel
def exchange_tile(plan, exchanges, inputs, start, sources, stored):
    """Indices of one tile; an indicator and a lane that have none, or -1 twice."""
    mark_active(inputs[A], start, stored.scratch.active)
    for system in range(2):
        members = members_of(plan, system)
        slots = _slots_of(stored.indices, system)
        stored.by_judgment[:] = 0.0
        stored.by_entropy[:] = 0.0
        stored.total[:] = 0.0
        for k in range(exchanges.matrix_slots.shape[0]):
            if exchanges.matrix_slots[k, system] >= 0:
                slots[exchanges.matrix_slots[k, system]] = 0.0
        for m in range(members.shape[0]):
            lane = _store_indicator(plan, exchanges, system, m, inputs, start, sources, stored)
            if lane >= 0:
                return members[m], lane
        _find_indices(plan, exchanges, system, start, sources, stored)
    return -1, -1


@kernel
def _select(by_mean, drawn, vectors):
    """Priority vectors by the method that is chosen for each row."""
    tile_code()
    means, eigenvectors = drawn.means, drawn.vectors
    for i in range(vectors.shape[0]):
        for row in range(by_mean.shape[0]):
            vectors[i, row] = (
                means[i, row] if by_mean[row] == GEOMETRIC_MEAN else eigenvectors[i, row]
            )


@kernel
def find_vectors(plan, exchanges, inputs, sources):
    """Priority vectors of all sets of weights; -1, or the first matrix without any.

    Both kinds are made of the same draws at once: solving for eigenvalues is what takes time.
    """
    for source in range(2):
        if not (exchanges.weights[:, 0] == source).any():
            continue
        failed = find_priorities(plan, inputs[source], 0, sources.drawn)
        if failed >= 0:
            return failed
        for v in range(exchanges.weights.shape[0]):
            if exchanges.weights[v, 0] == source:
                by_mean = sources.codes[exchanges.weights[v, 1], PRIORITIZATION]
                _select(by_mean, sources.drawn, sources.vectors[v])
    return -1


@kernel
def run_unit(plan, exchanges, a, b, origin, sums, status):
    """Add the sums of one unit of rows.

    Parameters
    ----------
    plan
        The study, one of `recc_mc.uncertainty.layout.is_linear`.
    exchanges
        What is exchanged, as :class:`Exchanges`.
    a, b
        The rows, as :class:`~recc_mc.kernels.records.Inputs`.
    origin, sums
        As of :func:`~recc_mc.kernels.effects.add_effects`.
    status
        (3,) int64. What went wrong: code, matrix or indicator, row.
    """
    size = a.u.shape[1]
    sources = make_sources(plan, exchanges, size)
    stored = make_stored(plan, exchanges)
    scratch = make_sum_scratch(stored.r.shape[1], plan.options.years)
    further = make_coordination_scratch(plan, stored.r.shape[1])
    status[0] = DONE
    choose_method(plan, a.u, 0, size, sources.share[A], sources.codes[A])
    choose_method(plan, b.u, 0, size, sources.share[B], sources.codes[B])
    failed = find_vectors(plan, exchanges, (a, b), sources)
    if failed >= 0:
        status[0] = INCONSISTENT
        status[1] = failed
        return
    active = stored.scratch.active
    for start in range(0, size, LANES):
        j, lane = exchange_tile(plan, exchanges, (a, b), start, sources, stored)
        if lane >= 0:
            status[0] = NEGATIVE
            status[1] = j
            status[2] = a.sample + start + lane
            return
        indices, slots = stored.indices, exchanges.slots
        add_effects(plan, slots, active, indices, origin, scratch, sums)
        if plan.more is not None and plan.coupling.of == SYSTEMS:
            add_coordination(plan, slots, active, indices, origin, further, sums.numbers)
