"""Statistics of the obstacle degrees, from the totals that the kernels keep."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.statistics.probability import probability

__all__ = ["OBSTACLES", "obstacle_statistics"]

OBSTACLES = (
    "obstacle_mean",
    "obstacle_top5_probability",
    "obstacle_top5_probability_error",
)
"""Names of the statistics."""


def obstacle_statistics(
    degree: NDArray[np.float64], top5: NDArray[np.int64], defined: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Mean obstacle degree, and probability of being among the five largest with its error.

    Parameters
    ----------
    degree
        Sum of the degrees over the samples.
    top5
        In how many samples the indicator was among the five largest of its system.
    defined
        In how many samples there were degrees.

    Returns
    -------
    dict
        Arrays of the same shape by the names of their variables; NaN where no sample has degrees.
    """
    share, error = probability(top5, defined)
    mean = np.where(defined > 0, degree / np.maximum(defined, 1), np.nan)
    return dict(zip(OBSTACLES, (mean, share, error), strict=True))
