"""Principal eigenvalue and eigenvector of positive reciprocal matrices, one per lane.

A judgment matrix A is balanced first: with g the row means of ln A,
C = diag(e^-g) A diag(e^g) = e^E has the same eigenvalues, its Perron vector is that of A divided
by the row-geometric-mean weights, and it differs from the all-ones matrix only by the inconsistency
of the judgments.

The eigenvalue is the root of the last pivot s(lambda) of lambda I - C under elimination without
exchanges: with C = [[B, c], [r, 1]] and v = (lambda I - B)^-1 c,

    s = lambda - 1 - r v,    s' = 1 + r w,    w = (lambda I - B)^-1 v,    Perron vector (v, 1).

s increases and is concave above the largest eigenvalue of B, so Newton's method from a Rayleigh
quotient is there in three steps, however inconsistent the judgments; power iteration takes 20 to 60
steps for 15 digits (|lambda_2 / lambda_1| reaches 0.55 in the case study) and was seven times
slower. A bracket guards every step.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.elementary import exp_pair
from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import Floats

#: A Newton step this small leaves an error of its square once it has been taken.
SMALL_STEP = 1e-7
#: More than any lane needs: a step that Newton cannot take halves the bracket.
MOST_STEPS = 200


class Solver(NamedTuple):
    """Scratch and results of the eigenvalue solver for one tile."""

    c: Floats  # (item * item, lane) balanced matrices
    lu: Floats  # (item * item, lane) factors of lambda I - B
    pivot: Floats  # (item, lane) inverse pivots
    x: Floats  # (item, lane) v, in the end the Perron vectors
    w: Floats  # (item, lane)
    step: Floats  # (lane,)
    row: Floats  # (lane,)
    low: Floats  # (lane,) bracket
    high: Floats  # (lane,)
    smallest: Floats  # (lane,) smallest pivot
    eigenvalue: Floats  # (lane,)


@kernel
def make_solver(most_items):
    """Scratch for matrices of up to ``most_items`` items."""
    return Solver(
        np.empty((most_items * most_items, LANES)),
        np.empty((most_items * most_items, LANES)),
        np.empty((most_items, LANES)),
        np.empty((most_items, LANES)),
        np.empty((most_items, LANES)),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
    )


@kernel
def balance(logs, n, g):
    """Row means ``g`` (item, sample) of ``logs`` (pair, sample), which become the residuals E.

    E_ij = ln a_ij - (g_i - g_j), so that a_ij = e^(g_i - g_j) e^E_ij.
    """
    tile_code()
    samples = logs.shape[1]
    for i in range(n):
        for s in range(samples):
            g[i, s] = 0.0
    e = 0
    for i in range(n):
        for j in range(i + 1, n):
            for s in range(samples):
                g[i, s] += logs[e, s]
            for s in range(samples):
                g[j, s] -= logs[e, s]
            e += 1
    scale = 1.0 / n
    for i in range(n):
        for s in range(samples):
            g[i, s] *= scale
    e = 0
    for i in range(n):
        for j in range(i + 1, n):
            for s in range(samples):
                logs[e, s] -= g[i, s] - g[j, s]
            e += 1


@kernel
def fill_balanced(residual, start, t, n, c):
    """C = e^(t E), reciprocal; the tile of ``residual`` (pair, sample) starts at ``start``."""
    tile_code()
    start = offset(start)
    e = 0
    for i in range(n):
        for lane in range(LANES):
            c[i * n + i, lane] = 1.0
        for j in range(i + 1, n):
            for lane in range(LANES):
                up, down = exp_pair(t[lane] * residual[e, start + lane])
                c[i * n + j, lane] = up
                c[j * n + i, lane] = down
            e += 1


@kernel
def _guess(c, n, row, column, total, low, high, eigenvalue):
    """Row sums enclose the eigenvalue; their Rayleigh quotient with the column sums is near it."""
    tile_code()
    for lane in range(LANES):
        low[lane] = np.inf
        high[lane] = 0.0
        total[lane] = 0.0
        eigenvalue[lane] = 0.0
    for i in range(n):
        for lane in range(LANES):
            row[lane] = 1.0
            column[lane] = 1.0
        for j in range(n):
            if j != i:
                for lane in range(LANES):
                    row[lane] += c[i * n + j, lane]
                    column[lane] += c[j * n + i, lane]
        for lane in range(LANES):
            low[lane] = min(low[lane], row[lane])
            high[lane] = max(high[lane], row[lane])
            eigenvalue[lane] += column[lane] * row[lane]
            total[lane] += column[lane]
    for lane in range(LANES):
        eigenvalue[lane] /= total[lane]
        # Room for rounding: in a consistent matrix all three are equal.
        low[lane] = max(low[lane], n) * (1.0 - 1e-12)
        high[lane] *= 1.0 + 1e-12


@kernel
def factorise(c, n, eigenvalue, row, lu, pivot, smallest):
    """LU factors of lambda I - B without exchanges: stable while all pivots are positive.

    Each entry is finished in the scratch ``row`` before it is stored: LLVM does not vectorise loops
    that read and write different rows of one array.
    """
    tile_code()
    m = n - 1
    for lane in range(LANES):
        smallest[lane] = np.inf
    for i in range(m):
        for j in range(m):
            if i == j:
                for lane in range(LANES):
                    row[lane] = eigenvalue[lane] - c[i * n + j, lane]
            else:
                for lane in range(LANES):
                    row[lane] = -c[i * n + j, lane]
            for k in range(min(i, j)):
                for lane in range(LANES):
                    row[lane] -= lu[i * m + k, lane] * lu[k * m + j, lane]
            if j < i:
                for lane in range(LANES):
                    row[lane] *= pivot[j, lane]
            for lane in range(LANES):
                lu[i * m + j, lane] = row[lane]
            if i == j:
                for lane in range(LANES):
                    smallest[lane] = min(smallest[lane], row[lane])
                    pivot[i, lane] = 1.0 / row[lane]


@kernel
def substitute(lu, pivot, m, right, stride, row, v):
    """Solve (lambda I - B) v = every ``stride``-th row of ``right``, which is not ``v``."""
    tile_code()
    for i in range(m):
        for lane in range(LANES):
            row[lane] = right[i * stride, lane]
        for j in range(i):
            for lane in range(LANES):
                row[lane] -= lu[i * m + j, lane] * v[j, lane]
        for lane in range(LANES):
            v[i, lane] = row[lane]
    for i in range(m - 1, -1, -1):
        for lane in range(LANES):
            row[lane] = v[i, lane]
        for j in range(i + 1, m):
            for lane in range(LANES):
                row[lane] -= lu[i * m + j, lane] * v[j, lane]
        for lane in range(LANES):
            v[i, lane] = row[lane] * pivot[i, lane]


@kernel
def substitute_left(lu, pivot, m, right, row, u):
    """Solve u (lambda I - B) = ``right``."""
    tile_code()
    for i in range(m):
        for lane in range(LANES):
            row[lane] = right[i, lane]
        for j in range(i):
            for lane in range(LANES):
                row[lane] -= lu[j * m + i, lane] * u[j, lane]
        for lane in range(LANES):
            u[i, lane] = row[lane] * pivot[i, lane]
    for i in range(m - 2, -1, -1):
        for lane in range(LANES):
            row[lane] = u[i, lane]
        for j in range(i + 1, m):
            for lane in range(LANES):
                row[lane] -= lu[j * m + i, lane] * u[j, lane]
        for lane in range(LANES):
            u[i, lane] = row[lane]


@kernel
def _advance(n, limit, solver):
    """Newton's step in every lane, taken where it is not small; return how many lanes go on.

    A lane whose step is small stays where it is, so that further rounds repeat its numbers. So does
    one whose eigenvalue is known to lie above ``limit``.
    """
    tile_code()
    s = solver
    c, x, w = s.c, s.x, s.w
    step, slope, smallest = s.step, s.row, s.smallest
    low, high, eigenvalue = s.low, s.high, s.eigenvalue
    last = (n - 1) * n
    for lane in range(LANES):
        step[lane] = eigenvalue[lane] - 1.0
        slope[lane] = 1.0
    for j in range(n - 1):
        for lane in range(LANES):
            step[lane] -= c[last + j, lane] * x[j, lane]
            slope[lane] += c[last + j, lane] * w[j, lane]
    for lane in range(LANES):
        point = eigenvalue[lane]
        regular = smallest[lane] > 0.0
        above = regular and step[lane] > 0.0
        low[lane] = low[lane] if above else max(low[lane], point)
        high[lane] = min(high[lane], point) if above else high[lane]
        move = step[lane] / slope[lane]
        middle = 0.5 * (low[lane] + high[lane])
        guess = point - move
        guess = guess if regular and guess >= low[lane] and guess <= high[lane] else middle
        small = regular and abs(move) <= SMALL_STEP
        beyond = point > limit and not above and not small
        eigenvalue[lane] = point if small or beyond else guess
        step[lane] = move if small else (0.0 if beyond else np.inf)
    # Counted in integers, which add up in vectors; numbers with a point would one by one.
    going = 0
    for lane in range(LANES):
        going += step[lane] == np.inf
    return going


@kernel
def _finish(n, step, w, x, eigenvalue):
    """Take the last, small step: lambda exactly, the vector to first order."""
    tile_code()
    for i in range(n - 1):
        for lane in range(LANES):
            x[i, lane] += step[lane] * w[i, lane]
    for lane in range(LANES):
        x[n - 1, lane] = 1.0
        eigenvalue[lane] -= step[lane]


@kernel
def _solve_three(c, x, eigenvalue):
    """Up to three items: all row sums of C are the eigenvalue and the Perron vector is 1."""
    tile_code()
    for lane in range(LANES):
        eigenvalue[lane] = 0.0
    for i in range(x.shape[0]):
        for lane in range(LANES):
            eigenvalue[lane] += c[i, lane]
        for lane in range(LANES):
            x[i, lane] = 1.0


@kernel
def _iterate(n, limit, solver):
    """Newton's method from ``solver.eigenvalue`` within the bracket."""
    s = solver
    m = n - 1
    for _ in range(MOST_STEPS):
        factorise(s.c, n, s.eigenvalue, s.row, s.lu, s.pivot, s.smallest)
        substitute(s.lu, s.pivot, m, s.c[m:], n, s.row, s.x)
        substitute(s.lu, s.pivot, m, s.x, 1, s.row, s.w)
        if _advance(n, limit, s) == 0:
            break
    _finish(n, s.step, s.w, s.x, s.eigenvalue)


@kernel
def solve(residual, start, t, n, limit, solver):
    """Perron vectors ``solver.x`` and eigenvalues of e^(t E), lane by lane.

    ``residual`` is (pair, sample), the tile starts at ``start``; ``t`` is (lane,). Where the
    eigenvalue exceeds ``limit`` only that is certain: it is a lower bound and the vector is none.
    No lane's result depends on the others'.
    """
    s = solver
    fill_balanced(residual, start, t, n, s.c)
    if n <= 3:
        _solve_three(s.c, s.x[:n], s.eigenvalue)
        return
    _guess(s.c, n, s.row, s.smallest, s.step, s.low, s.high, s.eigenvalue)
    _iterate(n, limit, s)


@kernel
def solve_near(residual, t, n, guess, solver):
    """The same for one tile whose eigenvalues are all close to ``guess``."""
    s = solver
    fill_balanced(residual, 0, t, n, s.c)
    if n <= 3:
        _solve_three(s.c, s.x[:n], s.eigenvalue)
        return
    s.low[:] = 1.0
    s.high[:] = 2.0 * guess
    s.eigenvalue[:] = guess
    _iterate(n, np.inf, s)
