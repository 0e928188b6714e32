"""How consistent a judgment matrix is: eigenvalue, consistency ratio and geometric index.

Plain NumPy, for the base matrices of a study; the draws are judged by the kernels.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from recc_mc.study.judgments import JudgmentMatrix

__all__ = [
    "MAX_ITEMS",
    "RANDOM_INDEX",
    "consistency_ratio",
    "expert_ratios",
    "gci",
    "mean_random_index",
    "principal_eigenvalue",
    "random_index_of",
    "row_geometric_mean",
    "sigma_from_gci",
]

RANDOM_INDEX: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        # Saaty, T. L. (1980): The Analytic Hierarchy Process. McGraw-Hill, New York.
        "saaty1980": (
            0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41,
            1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
        ),
        # Means over random matrices: entries above the diagonal independent and uniform on the
        # 17-point scale 1/9..9. Up to 15 items within 0.003 of the table, beyond within 0.5 % of
        # the line lambda_max = 2.7699 n - 4.3513, of Alonso, J. A. & Lamata, M. T. (2006):
        # Consistency in the Analytic Hierarchy Process: a new approach. Int. J. Uncertainty,
        # Fuzziness Knowl.-Based Syst. 14, 445-459. From 16 items on of 400,000 matrices each, whose
        # eigenvalues were found by powers to 1e-11: standard errors 0.0002 to 0.0001.
        "simulated": (
            0.0, 0.0, 0.5252, 0.8837, 1.1089, 1.2493, 1.3416, 1.4048,
            1.4507, 1.4858, 1.5141, 1.5357, 1.5546, 1.5703, 1.5840,
            1.5952, 1.6055, 1.6141, 1.6219, 1.6292, 1.6351, 1.6412, 1.6462,
            1.6509, 1.6555, 1.6592, 1.6630, 1.6664, 1.6695, 1.6725,
        ),
    }
)  # fmt: skip
"""Mean consistency index of random reciprocal matrices of 1, 2, ... items, by table."""
MAX_ITEMS = len(RANDOM_INDEX["simulated"])
"""Most items of a judgment matrix."""

_SIGMA_RANGE = (0.10, 0.40)
_SIGMA_CONSISTENT = 0.20
# GCI of a consistent matrix is a sum of squared rounding errors, far below any judgment on
# Saaty's scale: one step of the scale gives at least 1e-3.
_GCI_CONSISTENT = 1e-12


def principal_eigenvalue(matrix: NDArray[np.float64]) -> float:
    """Principal (Perron) eigenvalue of a positive reciprocal matrix (item, item)."""
    return float(np.max(np.linalg.eigvals(matrix).real))


def row_geometric_mean(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row geometric mean weights (item,), which sum to 1 (Crawford & Williams 1985)."""
    weights = np.exp(np.mean(np.log(matrix), axis=1))
    normalized: NDArray[np.float64] = weights / np.sum(weights)
    return normalized


def random_index_of(size: int, random_index: str = "saaty1980") -> float:
    """Random index RI of a complete matrix; the simulated one beyond the end of a table.

    Parameters
    ----------
    size
        Number of items, up to `MAX_ITEMS`.
    random_index
        Name of a table in `RANDOM_INDEX`.
    """
    table = RANDOM_INDEX[random_index]
    return table[size - 1] if size <= len(table) else RANDOM_INDEX["simulated"][size - 1]


def mean_random_index(size: int, missing: int, random_index: str = "saaty1980") -> float:
    """Random index RI of a matrix of which some pairs are estimated.

    RI(n, m) = (1 - 2 m / ((n - 1)(n - 2))) RI(n) for m pairs that nobody judged: what is estimated
    is as consistent as it can be, and the dependence on m nearly linear (Agoston & Csato 2022,
    Omega 108, 102576). It is 0 for n - 1 judgments, of which none contradicts another; means over
    1500 random matrices of 4 to 6 items are within 0.02 of it.

    Parameters
    ----------
    size
        Number of items n.
    missing
        Number of pairs m.
    random_index
        Name of a table in `RANDOM_INDEX`.
    """
    whole = random_index_of(size, random_index)
    return whole if not missing else whole * (1 - 2 * missing / ((size - 1) * (size - 2)))


def consistency_ratio(
    matrix: NDArray[np.float64], random_index: str = "saaty1980", missing: int = 0
) -> float:
    """Saaty's consistency ratio CR = CI / RI(n), CI = (lambda_max - n) / (n - 1).

    Parameters
    ----------
    matrix
        Positive reciprocal matrix (item, item) of at most `MAX_ITEMS` items.
    random_index
        Name of a table in `RANDOM_INDEX`.
    missing
        How many pairs nobody judged.

    Returns
    -------
    float
        CR, never negative; 0 for one or two items, which are always consistent, and where so few
        pairs are judged that none contradicts another.

    Examples
    --------
    >>> matrix = np.array([[1.0, 2.0, 8.0], [0.5, 1.0, 2.0], [0.125, 0.5, 1.0]])
    >>> round(consistency_ratio(matrix), 4)
    0.0462
    """
    n = len(matrix)
    divisor = mean_random_index(n, missing, random_index) if n > 2 else 0.0
    if divisor <= 0:
        return 0.0
    index = (principal_eigenvalue(matrix) - n) / (n - 1)
    # lambda_max >= n, so a negative index is the solver's rounding.
    return max(0.0, index) / divisor


def gci(matrix: NDArray[np.float64], missing: int = 0) -> float:
    """Geometric consistency index (Aguaron & Moreno-Jimenez 2003).

    GCI = 2 / ((n - 1)(n - 2)) sum_{i<j} ln^2(a_ij w_j / w_i), w the row geometric mean; 0 for one
    or two items.

    Parameters
    ----------
    matrix
        Positive reciprocal matrix (item, item).
    missing
        How many pairs nobody judged: each has no error, and the divisor, (n - 1)(n - 2) / 2
        judgments beyond those that weights take, is less by it. 0 if none is left.
    """
    n = len(matrix)
    divisor = (n - 1) * (n - 2) - 2 * missing
    if divisor <= 0:
        return 0.0
    log_weights = np.log(row_geometric_mean(matrix))
    errors = np.log(matrix) - (log_weights[:, None] - log_weights[None, :])
    return float(2.0 / divisor * np.sum(np.triu(errors, 1) ** 2))


def expert_ratios(matrix: "JudgmentMatrix", random_index: str = "saaty1980") -> list[float]:
    """Consistency ratio of each expert's own judgments, in the order of `matrix.experts`."""
    if matrix.missing is None:
        return [consistency_ratio(own, random_index) for own in matrix.stack]
    counts = _missing_pairs(matrix.missing)
    return [
        consistency_ratio(own, random_index, count)
        for own, count in zip(matrix.stack, counts, strict=True)
    ]


def _missing_pairs(missing: NDArray[np.bool_]) -> list[int]:
    """How many pairs each expert did not judge."""
    return [int(np.triu(pairs).sum()) for pairs in missing]


def sigma_from_gci(
    stack: NDArray[np.float64],
    shares: NDArray[np.float64] | None = None,
    missing: NDArray[np.bool_] | None = None,
) -> float:
    """Standard deviation of ln a_ij that the inconsistency of the judgments suggests.

    Under independent errors of ln a_ij with variance sigma^2, E[GCI] = sigma^2 for the matrix of
    each expert, so the mean of the experts' GCI estimates it, too. GCI is a convex function of
    ln A: that of the experts' geometric mean is never larger, and is 0 for experts who contradict
    themselves and cancel out. That errors of experts are independent, and partly cancel in their
    mean, is not assumed.

    Parameters
    ----------
    stack
        Reciprocal matrices (expert, item, item), or one matrix (item, item).
    shares
        Weight of each expert (expert,); sums to 1. None gives all the same.
    missing
        Which pairs each expert did not judge (expert, item, item); None if all did.

    Returns
    -------
    float
        Square root of the weighted mean of the experts' GCI, limited to [0.10, 0.40]; 0.20 where
        all are consistent, or have one or two items, and so say nothing about their error.
    """
    matrices = stack.reshape(-1, *stack.shape[-2:])
    counts = [0] * len(matrices) if missing is None else _missing_pairs(missing)
    found = [gci(matrix, count) for matrix, count in zip(matrices, counts, strict=True)]
    index = float(np.average(found, weights=shares))
    if index < _GCI_CONSISTENT:
        return _SIGMA_CONSISTENT
    return float(np.clip(np.sqrt(index), *_SIGMA_RANGE))
