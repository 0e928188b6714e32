"""From rows of the unit cube to priority vectors: draws, consistency policy, weights.

Works on a unit of samples at a time. Repairing or redrawing concerns some samples only; these are
gathered into full tiles, so the cost is proportional to their number.
"""

import numpy as np

from recc_mc.kernels.eigen import balance, make_solver, solve
from recc_mc.kernels.elementary import float_to_bits
from recc_mc.kernels.given import find_given
from recc_mc.kernels.judgments import draw_logs
from recc_mc.kernels.options import LANES, kernel
from recc_mc.kernels.philox import REDRAWS, uniform_pair
from recc_mc.kernels.records import JUDGED, KEEP, REJECT, REPAIR
from recc_mc.kernels.repair import repair
from recc_mc.kernels.vectors import store_vectors

#: Further attempts at one matrix under "reject".
MOST_REDRAWS = 100


@kernel
def _number(matrix, inputs, first, flagged, number):
    """Numbers of flagged samples' redraws: the samples' own, or the bits of a column."""
    for s in flagged:
        number[s] = np.uint64(inputs.sample + first + s)
        if matrix.redraw_column >= 0:
            number[s] = np.uint64(float_to_bits(inputs.u[matrix.redraw_column, first + s]))


@kernel
def redraw(plan, k, inputs, number, flagged, solver, found):
    """Draw the flagged samples' matrices again until acceptable; return how many never were."""
    matrix = plan.matrices[k]
    stream = inputs.stream + np.uint64(REDRAWS) + matrix.stream
    pairs = matrix.size * (matrix.size - 1) // 2
    columns = pairs + matrix.experts
    u = np.empty((columns + 1, LANES))
    xi = np.empty(LANES)
    logs = np.empty((pairs, LANES))
    rows = np.empty((matrix.size, LANES))
    ones = np.ones(LANES)
    place = np.empty(LANES, np.int64)
    beyond = matrix.size + plan.options.cr_limit / matrix.cr_scale
    count = flagged.shape[0]
    for attempt in range(1, MOST_REDRAWS + 1):
        left = 0
        for start in range(0, count, LANES):
            lanes = min(LANES, count - start)
            for lane in range(LANES):
                place[lane] = flagged[start + min(lane, lanes - 1)]
                for column in range(0, columns, 2):
                    position = ((k * (MOST_REDRAWS + 1) + attempt) << 12) + column // 2
                    u[column, lane], u[column + 1, lane] = uniform_pair(
                        number[place[lane]], np.uint64(position), stream, inputs.seed
                    )
            draw_logs(plan, matrix, u, 0, True, xi, logs)
            balance(logs, matrix.size, rows)
            solve(logs, 0, ones, matrix.size, beyond, solver)
            store_vectors(k, matrix, rows, 0, solver, place, lanes, found)
            for lane in range(lanes):
                found.redraws[k, place[lane]] = attempt
                if not (found.ratio[k, place[lane]] < plan.options.cr_limit):
                    flagged[left] = place[lane]
                    left += 1
        count = left
        if count == 0:
            break
    return count


@kernel
def _flag(k, limit, wanted, found, flagged):
    """Those of the first ``wanted`` samples whose matrix ``k`` is not acceptable; how many."""
    count = 0
    for s in range(flagged.shape[0]):
        found.exponent[k, s] = 1.0
        found.redraws[k, s] = 0
        if s < wanted and not (found.ratio[k, s] < limit):
            flagged[count] = s
            count += 1
    return count


@kernel
def find_priorities(plan, inputs, first, found):
    """Priority vectors of all matrices for one unit of samples.

    Parameters
    ----------
    plan
        The study.
    inputs
        Rows of the unit cube, :class:`~recc_mc.kernels.records.Inputs`; those of the unit start at
        ``first``. What is padding is not worth a repair.
    found
        :class:`~recc_mc.kernels.vectors.Priorities` to fill.

    Returns
    -------
    int
        -1, or the first matrix of which some sample found no acceptable draw.
    """
    samples = found.by_mean.shape[0]
    most = 0
    for k in range(plan.matrices.shape[0]):
        if plan.matrices[k].kind == JUDGED:
            most = max(most, plan.matrices[k].size)
    solver = make_solver(most)
    ones = np.ones(LANES)
    xi = np.empty(samples)
    place = np.empty(LANES, np.int64)
    flagged = np.empty(samples, np.int64)
    number = np.empty(samples, np.uint64)
    for k in range(plan.matrices.shape[0]):
        matrix = plan.matrices[k]
        if plan.more is not None and matrix.kind != JUDGED:
            find_given(plan, k, inputs.u, first, xi, found)
            continue
        n = matrix.size
        logs = np.empty((n * (n - 1) // 2, samples))
        g = np.empty((n, samples))
        draw_logs(plan, matrix, inputs.u, first, False, xi, logs)
        balance(logs, n, g)
        certain = matrix.entry_column < 0 and matrix.expert_column < 0
        # Matrices that will be repaired or redrawn need no eigenvalue, only the verdict.
        beyond = np.inf
        if plan.options.policy != KEEP and n > 2 and not certain:
            beyond = n + plan.options.cr_limit / matrix.cr_scale
        for start in range(0, samples, LANES):
            for lane in range(LANES):
                place[lane] = start + lane
            solve(logs, start, ones, n, beyond, solver)
            store_vectors(k, matrix, g, start, solver, place, LANES, found)
        count = _flag(k, plan.options.cr_limit, inputs.samples - first, found, flagged)
        if count == 0 or certain or n <= 2:
            continue
        if plan.options.policy == REPAIR:
            repair(plan, k, g, logs, flagged[:count], solver, found)
        elif plan.more is not None and plan.options.policy == REJECT:
            _number(matrix, inputs, first, flagged[:count], number)
            if redraw(plan, k, inputs, number, flagged[:count], solver, found) > 0:
                return k
    return -1
