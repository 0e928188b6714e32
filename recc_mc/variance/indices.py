"""First- and total-order indices from the sums of a pick-freeze design."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.summary.rounding import varies
from recc_mc.variance.sums import ClassSums, NumberSums

__all__ = [
    "CONSTANT",
    "DEFINED",
    "TOO_FEW_CHANGES",
    "TOO_FEW_ROWS",
    "SobolIndices",
    "aggregate",
    "class_indices",
    "number_indices",
]

DEFINED, CONSTANT, TOO_FEW_ROWS, TOO_FEW_CHANGES = 0, 1, 2, 5
"""Whether an output has indices, and why not."""
# With a single row there is no variance.
_FEWEST_ROWS = 2


class SobolIndices(NamedTuple):
    """Variance-based indices of one replicate; NaN where the output has none."""

    first: Floats  # (factor, output, cell)
    total: Floats  # (factor, output, cell)
    variance: Floats  # (output, cell)
    state: NDArray[np.int8]  # (output, cell) DEFINED or why there is none
    rows: NDArray[np.int64]  # (output, cell) rows the indices are made of
    differing: Floats  # (output, cell) rows in which A and B differ


def number_indices(sums: NumberSums, origin: Floats | float = 0.0) -> SobolIndices:
    """Indices of outputs that are numbers.

    First order by Saltelli et al. (2010), eq. (b) of table 2, with outputs centred, total order by
    Jansen (1999), with the variance V of A and B together:

    S = mean[(y_B - mu) (y_AB - y_A)] / V,  T = mean[(y_A - y_AB)^2] / (2 V)

    Parameters
    ----------
    sums
        Sums over all rows of a replicate.
    origin
        What the outputs of the sums were taken from, (output, cell).

    Returns
    -------
    SobolIndices
        A factor of which nothing changes has exactly 0. An output without variance, or with no
        more than rounding explains, has NaN.
    """
    rows = np.maximum(sums.rows, 1)
    mean = (sums.a + sums.b) / (2 * rows)
    variance = np.maximum((sums.a_squared + sums.b_squared) / (2 * rows) - mean**2, 0.0)
    state = _state(sums.rows, ~varies(variance, origin + mean))
    numerator = (sums.product - mean * sums.change) / rows
    total = sums.change_squared / (2 * rows)
    return _ratios(numerator, total, variance, state, sums.rows, sums.differing.astype(float))


def class_indices(sums: ClassSums) -> SobolIndices:
    """Indices of outputs that are classes: those of the indicators 1_k, weighted by variance.

    S = sum_k Var(E[1_k | X]) / sum_k p_k (1 - p_k), T likewise (Gamboa et al. 2014, aggregated
    indices of a vector), each by the estimator of `number_indices`. Summed over k these need only
    counts: every change of class counts twice in Jansen's sum of squares, and is halved there.

    Parameters
    ----------
    sums
        Counts over all rows of a replicate.
    """
    rows = np.maximum(sums.rows, 1)
    share = (sums.a + sums.b) / (2 * rows[..., None])
    variance = np.maximum((share * (1.0 - share)).sum(axis=-1), 0.0)
    state = _state(sums.rows, variance == 0.0)
    numerator = (sums.agreement - (share * sums.change).sum(axis=-1)) / rows
    # The variance is the chance that two independent draws are of different classes.
    differing = np.asarray(sums.rows * variance)
    return _ratios(numerator, sums.changes / rows, variance, state, sums.rows, differing)


def aggregate(values: Floats, variance: Floats) -> Floats:
    """Indices of several cells together, sum V_c S_c / sum V_c (Gamboa et al. 2014).

    Parameters
    ----------
    values
        SobolIndices (..., cell).
    variance
        Variances (..., cell); cells of which either is NaN are left out.

    Returns
    -------
    numpy.ndarray
        SobolIndices (...), NaN where no cell has one.
    """
    weight = np.where(np.isnan(values), 0.0, np.nan_to_num(variance))
    total = weight.sum(axis=-1)
    weighted = (weight * np.nan_to_num(values)).sum(axis=-1)
    return np.asarray(np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0))


def _state(rows: NDArray[np.int64], constant: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(
        rows < _FEWEST_ROWS, TOO_FEW_ROWS, np.where(constant, CONSTANT, DEFINED)
    ).astype(np.int8)


def _ratios(
    first: Floats,
    total: Floats,
    variance: Floats,
    state: NDArray[np.int8],
    rows: NDArray[np.int64],
    differing: Floats,
) -> SobolIndices:
    divisor = np.where(state == DEFINED, variance, np.nan)
    return SobolIndices(
        first / divisor,
        total / divisor,
        np.where(state == TOO_FEW_ROWS, np.nan, variance),
        state,
        rows,
        differing,
    )
