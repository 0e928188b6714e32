"""Draws of judgments: logarithms of perturbed matrices, a unit of samples at a time."""

import numpy as np

from recc_mc.kernels.options import kernel, tile_code
from recc_mc.kernels.records import SAATY_STEPS
from recc_mc.kernels.variates import fill_scalar_variates

_LOG9 = 2.1972245773362196


@kernel
def shifted_on_scale(log_value, shift):
    """ln a moved by ``shift`` steps on Saaty's scale 1/9 ... 1/2, 1, 2 ... 9, held at its ends.

    A value between two points keeps its fraction of the step (linear in ln a).
    """
    tile_code()
    if shift == 0:
        return log_value
    size = abs(log_value)
    below = 1
    while below < 8 and size >= np.log(below + 1.0):
        below += 1
    step = np.log(below + 1.0) - np.log(float(below))
    position = below - 1 + (size - np.log(float(below))) / step
    position = min(max(shift + (position if log_value >= 0.0 else -position), -8.0), 8.0)
    size = abs(position)
    below = min(int(size), 7)
    value = np.log(below + 1.0) + (size - below) * (np.log(below + 2.0) - np.log(below + 1.0))
    return value if position >= 0.0 else -value


@kernel
def base_logs(plan, matrix, u, first, redrawn, logs):
    """The judgments before their error: aggregated, or of a resample of the experts."""
    pairs = logs.shape[0]
    if matrix.expert_column < 0:
        for e in range(pairs):
            value = plan.log_value[matrix.first_entry + e]
            for s in range(logs.shape[1]):
                logs[e, s] = value
        return
    column = pairs if redrawn else matrix.expert_column
    for s in range(logs.shape[1]):
        shares = 0.0
        for e in range(pairs):
            logs[e, s] = 0.0
        for slot in range(matrix.experts):
            pick = min(int(u[column + slot, first + s] * matrix.experts), matrix.experts - 1)
            expert = matrix.first_expert + pick
            shares += plan.expert_share[expert]
            for e in range(pairs):
                logs[e, s] += plan.expert_share[expert] * plan.expert_log[expert, e]
        for e in range(pairs):
            logs[e, s] /= shares


@kernel
def _shift_steps(steps, u, column, first, logs, row):
    """Shift a row of judgments by up to ``steps`` steps of the scale, all shifts equally likely."""
    for s in range(logs.shape[1]):
        shift = int(u[column, first + s] * (2 * steps + 1)) - steps
        logs[row, s] = shifted_on_scale(logs[row, s], shift)


@kernel
def _add_scaled(scale, xi, out, row):
    """Add scale * xi to a row."""
    tile_code()
    for s in range(xi.shape[0]):
        out[row, s] += scale * xi[s]


@kernel
def _limit(bound, out, row):
    """Hold a row within [-bound, bound]."""
    tile_code()
    for s in range(out.shape[1]):
        out[row, s] = min(max(out[row, s], -bound), bound)


@kernel
def _draw_row(plan, sigma, u, column, first, xi, logs, row):
    """Draw a row of judgments by a column of the unit cube."""
    options = plan.options
    if plan.more is not None and options.distribution == SAATY_STEPS:
        _shift_steps(options.steps, u, column, first, logs, row)
    else:
        fill_scalar_variates(options.distribution, u, column, first, xi)
        _add_scaled(sigma, xi, logs, row)
    if options.limited:
        _limit(_LOG9, logs, row)


@kernel
def _follow(share, before, row, other, logs):
    """Move another row by a share of what a row has moved."""
    for s in range(before.shape[0]):
        logs[other, s] += share * (logs[row, s] - before[s])


@kernel
def _draw_incomplete(plan, matrix, u, column, first, xi, logs):
    """Draw the judgments that were given; those that nobody gave move with them."""
    before = np.empty(logs.shape[1])
    for e in range(logs.shape[0]):
        if plan.unjudged[matrix.first_entry + e]:
            continue
        before[:] = logs[e]
        _draw_row(plan, matrix.sigma, u, column, first, xi, logs, e)
        column += 1
        for other in range(logs.shape[0]):
            share = plan.following[matrix.first_entry + other, e]
            if share != 0.0:
                _follow(share, before, e, other, logs)


@kernel
def draw_logs(plan, matrix, u, first, redrawn, xi, logs):
    """Logarithms of drawn judgments (pair, sample): ln a* = ln a + sigma xi, or a shift.

    A judgment that nobody gave has no error of its own. It moves with those that were given, as
    its estimate by logarithmic least squares does, which is linear in their logarithms: were it
    held, it would hold back the weights that it was estimated from.
    """
    base_logs(plan, matrix, u, first, redrawn, logs)
    if matrix.entry_column < 0:
        return
    column = 0 if redrawn else matrix.entry_column
    if plan.more is not None and plan.following.shape[0] > 0:
        _draw_incomplete(plan, matrix, u, column, first, xi, logs)
        return
    for e in range(logs.shape[0]):
        _draw_row(plan, matrix.sigma, u, column + e, first, xi, logs, e)
