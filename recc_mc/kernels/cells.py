"""Perturbed data, one indicator at a time, on an (object, lane) tile that stays in L1."""

import numpy as np

from recc_mc.kernels.elementary import exp, exp_near_zero, float_to_bits
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.philox import CELLS, SHARED, philox
from recc_mc.kernels.records import (
    ADDITIVE,
    ANCHOR,
    BOUNDED,
    CELL,
    CELL_SHIFT,
    EXACT,
    MINE,
    SPAN,
    SYSTEMATIC,
    VALUE,
)
from recc_mc.kernels.variates import NORMAL, fill_cell_variates, fill_scalar_variates


@kernel
def fill_words(indicator, sample, stream, seed, words):
    """Random words of an indicator's cells: four objects share one Philox counter."""
    tile_code()
    quads = words.shape[0] // 4
    for quad in range(quads):
        position = np.uint64(indicator * quads + quad)
        for lane in range(LANES):
            a, b, c, d = philox(np.uint64(sample + lane), position, stream, seed)
            words[4 * quad, lane] = np.uint32(a)
            words[4 * quad + 1, lane] = np.uint32(b)
            words[4 * quad + 2, lane] = np.uint32(c)
            words[4 * quad + 3, lane] = np.uint32(d)


@kernel
def fill_keyed_words(indicator, column, first, stream, seed, words):
    """Random words of an indicator's cells, numbered by the bits of a column (sample,).

    Samples that agree in the column have the same words, wherever in the run they are. A loop of
    its own, so that runs without such a column do not pay for it.
    """
    tile_code()
    first = offset(first)
    quads = words.shape[0] // 4
    for quad in range(quads):
        position = np.uint64(indicator * quads + quad)
        for lane in range(LANES):
            number = np.uint64(float_to_bits(column[first + lane]))
            a, b, c, d = philox(number, position, stream, seed)
            words[4 * quad, lane] = np.uint32(a)
            words[4 * quad + 1, lane] = np.uint32(b)
            words[4 * quad + 2, lane] = np.uint32(c)
            words[4 * quad + 3, lane] = np.uint32(d)


@kernel
def _set_factor(s, t, common, own, factor):
    """e^(s xi - s^2/2) of the parts that the cells of a mine share."""
    tile_code()
    for lane in range(LANES):
        factor[lane] = exp(s * common[lane] + t * own[lane] - 0.5 * (s * s + t * t))


@kernel
def _multiply_near(start, stop, value, scale, shift, factor, xi, x):
    """x* = x factor e^(s xi - s^2/2) where the last exponent stays near zero."""
    tile_code()
    real = x.dtype.type
    for i in range(start, stop):
        v = value[i]
        s = scale[i]
        m = shift[i]
        for lane in range(LANES):
            x[i, lane] = v * factor[lane] * exp_near_zero(s * real(xi[i, lane]) + m)


@kernel
def _multiply(start, stop, value, scale, shift, factor, xi, x):
    """x* = x factor e^(s xi - s^2/2)."""
    tile_code()
    real = x.dtype.type
    for i in range(start, stop):
        v = value[i]
        s = scale[i]
        m = shift[i]
        for lane in range(LANES):
            x[i, lane] = v * factor[lane] * exp(s * real(xi[i, lane]) + m)


@kernel
def _multiply_common(start, stop, value, factor, x):
    """x* = x factor."""
    tile_code()
    for i in range(start, stop):
        for lane in range(LANES):
            x[i, lane] = value[i] * factor[lane]


@kernel
def _add(start, stop, cells, common, own, xi, x):
    """x* = x + sum over parts of sd xi."""
    tile_code()
    real = x.dtype.type
    for i in range(start, stop):
        v = cells[VALUE, i]
        a = cells[SYSTEMATIC, i]
        b = cells[MINE, i]
        s = cells[CELL, i]
        for lane in range(LANES):
            error = a * real(common[lane]) + b * real(own[lane]) + s * real(xi[i, lane])
            x[i, lane] = v + error


@kernel
def _bend(start, stop, cells, two_sided, common, own, xi, x):
    """x* = anchor + span / (w + e^-(m + sum over parts of s xi)), w = 1 with both bounds, else 0.

    A logistic between two bounds, an exponential from one. It cannot leave them, and no draws
    heap up at one: every value between has its own exponent.
    """
    tile_code()
    real = x.dtype.type
    ends = real(two_sided)
    for i in range(start, stop):
        anchor = cells[ANCHOR, i]
        span = cells[SPAN, i]
        m = cells[CELL_SHIFT, i]
        a = cells[SYSTEMATIC, i]
        b = cells[MINE, i]
        s = cells[CELL, i]
        for lane in range(LANES):
            shared = a * real(common[lane]) + b * real(own[lane])
            exponent = m + (shared + s * real(xi[i, lane]))
            x[i, lane] = anchor + span / (ends + exp(-exponent))


@kernel
def clip_cells(x, lower, upper):
    """Hold the values within bounds."""
    tile_code()
    real = x.dtype.type
    for i in range(x.shape[0]):
        for lane in range(LANES):
            x[i, lane] = min(max(x[i, lane], real(lower)), real(upper))


@kernel
def draw_cells(plan, j, inputs, first, scratch, x):
    """Fill ``x`` (object, lane) with draws of indicator ``j``; the tile starts at ``first``.

    Parts that cells share cost one exponential a mine, not one a cell.
    """
    u, seed = inputs.u, inputs.seed
    error = plan.indicators[j]
    cells = plan.cells[j]
    value = cells[VALUE]
    words, xi = scratch.words, scratch.xi
    common = scratch.shared[0]
    own = scratch.shared[1]
    factor = scratch.factor
    if error.model == EXACT:
        factor[:] = 1.0
        _multiply_common(0, x.shape[0], value, factor, x)
        return
    common[:] = 0.0
    own[:] = 0.0
    if error.has_cells:
        stream = inputs.stream + np.uint64(CELLS) + error.stream
        if error.cell_column >= 0:
            fill_keyed_words(j, u[error.cell_column], first, stream, seed, words)
        else:
            fill_words(j, inputs.sample + first, stream, seed, words)
        fill_cell_variates(error.variate, words, xi)
    if error.systematic_column >= 0:
        fill_scalar_variates(error.variate, u, error.systematic_column, first, common)
    by_mine = error.mine_column >= 0
    span = plan.options.years if by_mine else x.shape[0]
    for start in range(0, x.shape[0], span):
        stop = start + span
        if by_mine:
            column = error.mine_column + start // span
            fill_scalar_variates(error.variate, u, column, first, own)
        if error.model == ADDITIVE:
            _add(start, stop, cells, common, own, xi, x)
            continue
        if error.model == BOUNDED:
            _bend(start, stop, cells, error.two_sided, common, own, xi, x)
            continue
        _set_factor(cells[SYSTEMATIC, 0], cells[MINE, 0], common, own, factor)
        if not error.has_cells:
            _multiply_common(start, stop, value, factor, x)
        elif error.near_zero:
            _multiply_near(start, stop, value, cells[CELL], cells[CELL_SHIFT], factor, xi, x)
        else:
            _multiply(start, stop, value, cells[CELL], cells[CELL_SHIFT], factor, xi, x)
    if error.bounded:
        clip_cells(x, error.lower, error.upper)


@kernel
def _scale_cells(scale, xi, x):
    """x e^(s xi - s^2/2), in place."""
    tile_code()
    real = x.dtype.type
    s = real(scale)
    shift = real(0.5) * s * s
    for i in range(x.shape[0]):
        for lane in range(LANES):
            x[i, lane] *= exp(s * real(xi[i, lane]) - shift)


@kernel
def _scale_common(start, stop, factor, x):
    """x times a factor of each lane, in place."""
    tile_code()
    for i in range(start, stop):
        for lane in range(LANES):
            x[i, lane] *= factor[lane]


@kernel
def multiply_shared(plan, j, inputs, first, scratch, x):
    """Multiply draws of indicator ``j`` by the errors it shares with others, e^(s xi - s^2/2).

    The numbers depend on the error and not on the indicator, so that all of these have the same.
    """
    words, xi, common, factor = scratch.words, scratch.xi, scratch.shared[0], scratch.factor
    for k in range(plan.shared.shape[0]):
        if not plan.sharing[k, j]:
            continue
        error = plan.shared[k]
        if error.column < 0:
            stream = inputs.stream + np.uint64(SHARED) + error.stream
            if error.cell_column >= 0:
                column = inputs.u[error.cell_column]
                fill_keyed_words(k, column, first, stream, inputs.seed, words)
            else:
                fill_words(k, inputs.sample + first, stream, inputs.seed, words)
            fill_cell_variates(NORMAL, words, xi)
            _scale_cells(error.scale, xi, x)
            continue
        span = plan.options.years if error.by_mine else x.shape[0]
        for start in range(0, x.shape[0], span):
            column = error.column + start // span
            fill_scalar_variates(NORMAL, inputs.u, column, first, common)
            _set_factor(error.scale, 0.0, common, common, factor)
            _scale_common(start, start + span, factor, x)
