"""The share of the variance that is outside what a method attributes to factors.

Cell noise, and redraws under the policy "reject", are counter-based. Methods that exchange inputs
(morris, shapley) have columns that select them, so that nothing is outside. No output is a smooth
function of such a column, which the other methods could not read. How much of the variance they
cause there is estimated from rows that are evaluated twice, with two streams of noise: half the
mean square of the difference is E[Var(Y | columns)].
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.kernels.philox import STREAMS
from recc_mc.salib.arguments import Run
from recc_mc.salib.designs import latin_design
from recc_mc.salib.measures import CLASSES, RELATIVE_ROUNDING
from recc_mc.salib.outputs import Evaluated, objects_of
from recc_mc.salib.problem import columns_of
from recc_mc.salib.rows import run_rows
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["outside_parts", "outside_shares", "variance_outside"]

MOST_ROWS = 4096
"""Rows that are evaluated twice, at most; the error of a share is then about 0.02."""
# Half-width of a 95 % interval of a normal variable, in standard deviations.
NORMAL_95 = 1.959963984540054


def outside_parts(study: Study, *, noise: bool = False) -> tuple[str, ...]:
    """Names of what is random and no column of a design.

    Parameters
    ----------
    study
        The study.
    noise
        Whether the design has columns of noise: then nothing is left out.
    """
    columns = columns_of(study, noise=True)
    return tuple(column.label for column in columns if column.is_noise and not noise)


def variance_outside(study: Study, run: Run, done: Evaluated) -> dict[str, NDArray[Any]]:
    """Shares of variance outside, by cell and over all cells, with half-widths of 95 % intervals.

    Parameters
    ----------
    study, run, done
        The study, the run, and what it has evaluated: given rows are evaluated again, designs of
        which rows belong together are replaced by a Latin hypercube.

    Returns
    -------
    dict
        ``variance_outside`` (output, mine, year) and ``variance_outside_aggregate`` (output) with
        ``_error``; exactly 0 where there is nothing outside, NaN where an output is constant.
    """
    shape = (len(study.panel.mines), len(run.years))
    found: list[tuple[Floats, Floats, float, float]] = []
    if outside_parts(study, noise=run.method.noise):
        rows = done.design.rows[:MOST_ROWS]
        if not run.method.given_data:
            rows = latin_design(study, MOST_ROWS, run.seed, False).rows
        one, two = (
            run_rows(
                CompiledStudy.of(study), rows, run.outputs, run.where,
                seed=done.seed, stream=stream, objects=objects_of(study, run),
            )
            for stream in (0, STREAMS)
        )  # fmt: skip
        found = [outside_shares(one[o], two[o], o in CLASSES) for o in run.outputs]
    else:
        nothing = np.zeros(int(np.prod(shape)))
        found = [(nothing, nothing, 0.0, 0.0)] * len(run.outputs)
    names = ("variance_outside", "variance_outside_error")
    together = ("variance_outside_aggregate", "variance_outside_aggregate_error")
    cells = {n: np.stack([f[k] for f in found]).reshape(-1, *shape) for k, n in enumerate(names)}
    return cells | {n: np.array([f[k] for f in found]) for k, n in enumerate(together, 2)}


def outside_shares(
    one: NDArray[Any], two: NDArray[Any], classes: bool
) -> tuple[Floats, Floats, float, float]:
    """E[Var(Y | row)] / Var(Y), and half-widths by the influence of each row on that ratio.

    Parameters
    ----------
    one, two
        (cell, row) outputs of the same rows with two streams; NaN, or negative codes where integer,
        are undefined and left out.
    classes
        Whether the values are names: then of their indicators, summed.

    Returns
    -------
    tuple
        Shares (cell,) and half-widths, and both of all cells together, weighted by variance.
    """
    known = _known(one) & _known(two)
    count = np.maximum(known.sum(axis=1), 1)[:, None]
    parts = [_by_row(np.where(known, y, 0), known, count, classes) for y in (one, two)]
    square = (one != two) * 1.0 if classes else (np.where(known, one * 1.0 - two, 0.0) ** 2) / 2
    square = np.where(known, square, 0.0)
    variance = (parts[0][0] + parts[1][0]) / 2
    within = square.sum(axis=1) / count[:, 0]
    noise = (RELATIVE_ROUNDING * np.abs(np.where(known, one, 0)).max(axis=1)) ** 2
    varies = variance > noise
    share = np.where(varies, within / np.where(varies, variance, 1.0), np.nan)
    change = np.where(known, square - within[:, None], 0.0) / count
    spread = (parts[0][1] + parts[1][1]) / 2 / count

    def width(influence: Floats) -> Floats:
        return np.asarray(NORMAL_95 * np.sqrt((influence**2).sum(axis=-1)))

    error = width((change - share[:, None] * spread) / np.where(varies, variance, np.nan)[:, None])
    total = float(variance[varies].sum())
    if not total:
        return share, error, np.nan, np.nan
    together = float(within[varies].sum()) / total
    mixed = (change - together * spread)[varies].sum(axis=0) / total
    return share, error, together, float(width(mixed))


def _known(y: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(y) if y.dtype.kind == "f" else y >= 0)


def _by_row(
    y: NDArray[Any], known: NDArray[np.bool_], count: Floats, classes: bool
) -> tuple[Floats, Floats]:
    """Variance (cell,) of one stream, and how far each row moves it (cell, row)."""
    if classes:
        shares = np.zeros((len(y), 1 + int(y.max(initial=0))))
        cells = np.broadcast_to(np.arange(len(y))[:, None], y.shape)
        np.add.at(shares, (cells[known], y[known]), 1)
        shares = shares / count
        same = (shares**2).sum(axis=1)
        moved = -2 * (np.take_along_axis(shares, y.astype(np.int64), axis=1) - same[:, None])
        return 1 - same, np.where(known, moved, 0.0)
    mean = np.where(known, y, 0.0).sum(axis=1, keepdims=True) / count
    square = np.where(known, (y - mean) ** 2, 0.0)
    variance = square.sum(axis=1) / count[:, 0]
    return variance, np.where(known, square - variance[:, None], 0.0)
