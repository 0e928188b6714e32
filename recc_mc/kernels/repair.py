"""Consistency repair: shrink a judgment matrix in logs until its CR is below the limit.

B = A^t o W^(1-t) with W_ij = w_i / w_j from the row geometric mean; balanced, C(t) = e^(t E). The
row-geometric-mean weights do not move.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.eigen import (
    MOST_STEPS,
    SMALL_STEP,
    factorise,
    fill_balanced,
    solve_near,
    substitute,
    substitute_left,
)
from recc_mc.kernels.options import LANES, kernel, tile_code
from recc_mc.kernels.records import Floats
from recc_mc.kernels.vectors import store_vectors

#: Below this, lambda_max - n is rounding: only the consistent matrix itself is acceptable.
SMALLEST_TARGET = 1e-11


class Search(NamedTuple):
    """Scratch of the search for the repair exponent."""

    u: Floats  # (item, lane) left vector
    t: Floats  # (lane,)
    low: Floats  # (lane,) bracket
    high: Floats  # (lane,)
    step: Floats  # (lane,)
    slope: Floats  # (lane,)


@kernel
def make_search(items):
    """Scratch for one tile."""
    return Search(
        np.empty((items, LANES)),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
    )


@kernel
def _start_search(residual, n, target, eigenvalue, t, low, high, square):
    """First guess from lambda_max(t) - n = c2 t^2 + c4 t^4 + ...

    c2 = sum_{i<j} E_ij^2 / n by perturbation of the all-ones matrix (the odd terms up to t^3
    vanish because E is antisymmetric with row sums 0); c4 is what is missing at t = 1.
    """
    tile_code()
    for lane in range(LANES):
        square[lane] = 0.0
    for e in range(residual.shape[0]):
        for lane in range(LANES):
            square[lane] += residual[e, lane] * residual[e, lane]
    for lane in range(LANES):
        low[lane] = 0.0
        high[lane] = 1.0
        c2 = square[lane] / n
        c4 = max(eigenvalue[lane] - n - c2, 0.0)
        t[lane] = min(np.sqrt(2.0 * target / (c2 + np.sqrt(c2 * c2 + 4.0 * c4 * target))), 1.0)
        eigenvalue[lane] = n + target


@kernel
def _differentiate(residual, c, n, v, u, slope):
    """Slope ds/dt = -(u, 1) (E o C) (v, 1) of the last pivot at fixed lambda."""
    tile_code()
    for lane in range(LANES):
        v[n - 1, lane] = 1.0
        u[n - 1, lane] = 1.0
        slope[lane] = 0.0
    e = 0
    for i in range(n):
        for j in range(i + 1, n):
            for lane in range(LANES):
                up = u[i, lane] * c[i * n + j, lane] * v[j, lane]
                down = u[j, lane] * c[j * n + i, lane] * v[i, lane]
                slope[lane] -= residual[e, lane] * (up - down)
            e += 1


@kernel
def _advance(c, n, v, smallest, eigenvalue, search):
    """Newton's step in t, taken where it is not small; return how many lanes go on.

    A lane whose step is small stays where it is, so that further rounds repeat its numbers.
    """
    tile_code()
    t, low, high = search.t, search.low, search.high
    step, slope = search.step, search.slope
    last = (n - 1) * n
    for lane in range(LANES):
        step[lane] = eigenvalue[lane] - 1.0
    for j in range(n - 1):
        for lane in range(LANES):
            step[lane] -= c[last + j, lane] * v[j, lane]
    for lane in range(LANES):
        regular = smallest[lane] > 0.0
        below = regular and step[lane] > 0.0
        low[lane] = max(low[lane], t[lane]) if below else low[lane]
        high[lane] = high[lane] if below else min(high[lane], t[lane])
        move = step[lane] / slope[lane]
        middle = 0.5 * (low[lane] + high[lane])
        guess = t[lane] - move
        guess = guess if regular and guess >= low[lane] and guess <= high[lane] else middle
        small = regular and abs(move) <= SMALL_STEP * t[lane]
        t[lane] = t[lane] if small else guess
        step[lane] = move if small else np.inf
    # Counted in integers, which add up in vectors; numbers with a point would one by one.
    going = 0
    for lane in range(LANES):
        going += step[lane] == np.inf
    return going


@kernel
def _finish_search(margin, step, t):
    """Take the last, small step and stay a margin below the root."""
    tile_code()
    for lane in range(LANES):
        last = step[lane] if step[lane] < np.inf else 0.0
        t[lane] = (t[lane] - last) * (1.0 - margin)


@kernel
def find_exponent(residual, n, target, solver, search):
    """Largest t in ``search.t`` with lambda_max(e^(t E)) - n < ``target``, per lane.

    Expects the eigenvalues at t = 1. At the target eigenvalue the last pivot s of lambda I - C(t)
    vanishes where the repaired matrix just reaches the limit; Newton's method in t finds that point
    in three or four evaluations, where bisection would solve forty eigenvalue problems. On return t
    lies a margin below it, so that the matrix is acceptable in floating point too.
    """
    s = solver
    m = n - 1
    if target < SMALLEST_TARGET:
        search.t[:] = 0.0
        return
    _start_search(
        residual, n, target, s.eigenvalue, search.t, search.low, search.high, search.slope
    )
    for _ in range(MOST_STEPS):
        fill_balanced(residual, 0, search.t, n, s.c)
        factorise(s.c, n, s.eigenvalue, s.row, s.lu, s.pivot, s.smallest)
        substitute(s.lu, s.pivot, m, s.c[m:], n, s.row, s.x)
        substitute_left(s.lu, s.pivot, m, s.c[m * n :], s.row, search.u)
        _differentiate(residual, s.c, n, s.x, search.u, search.slope)
        if _advance(s.c, n, s.x, s.smallest, s.eigenvalue, search) == 0:
            break
    _finish_search(5e-14 + 5e-15 * n / target, search.step, search.t)


@kernel
def _shrink(n, target, eigenvalue, shrink, t):
    """Shrink t where the matrix is not yet acceptable; return whether there was any such lane.

    The margin of the search almost always suffices. Where rounding is as large as the target, the
    exponent goes to 0, the consistent matrix itself.
    """
    any_left = False
    for lane in range(LANES):
        if t[lane] > 0.0 and not (eigenvalue[lane] - n < target):
            t[lane] = t[lane] * (1.0 - shrink) if shrink < 0.5 else 0.0
            any_left = True
        elif t[lane] == 0.0:
            eigenvalue[lane] = n
    return any_left


@kernel
def repair(plan, k, g, residual, flagged, solver, found):
    """Shrink the flagged samples towards consistency until their CR is below the limit."""
    matrix = plan.matrices[k]
    n = matrix.size
    limit = plan.options.cr_limit
    search = make_search(n)
    tile = np.empty((residual.shape[0], LANES))
    rows = np.empty((n, LANES))
    place = np.empty(LANES, np.int64)
    for start in range(0, flagged.shape[0], LANES):
        lanes = min(LANES, flagged.shape[0] - start)
        for lane in range(LANES):
            place[lane] = flagged[start + min(lane, lanes - 1)]
            for e in range(residual.shape[0]):
                tile[e, lane] = residual[e, place[lane]]
            for i in range(n):
                rows[i, lane] = g[i, place[lane]]
            solver.eigenvalue[lane] = n + found.ratio[k, place[lane]] / matrix.cr_scale
        find_exponent(tile, n, limit / matrix.cr_scale, solver, search)
        target = limit / matrix.cr_scale
        shrink = 1e-13
        solve_near(tile, search.t, n, n + target, solver)
        while _shrink(n, target, solver.eigenvalue, shrink, search.t):
            shrink *= 2.0
            solve_near(tile, search.t, n, n + target, solver)
        store_vectors(k, matrix, rows, 0, solver, place, lanes, found)
        for lane in range(lanes):
            found.exponent[k, place[lane]] = search.t[lane]
