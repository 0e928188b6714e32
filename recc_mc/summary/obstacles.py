"""Statistics of the obstacle degrees, from the totals that the kernels keep."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.tally import Moments
from recc_mc.study import Hierarchy
from recc_mc.summary.moments import mean_and_deviation
from recc_mc.summary.probability import probability

__all__ = ["OBSTACLES", "criterion_members", "obstacle_statistics"]

OBSTACLES = (
    "obstacle_mean",
    "obstacle_std",
    "obstacle_criterion_mean",
    "obstacle_top5_probability",
    "obstacle_top5_probability_error",
)
"""Names of the statistics."""


def criterion_members(hierarchy: Hierarchy) -> NDArray[np.bool_]:
    """Which indicators belong to each criterion (criterion, indicator)."""
    return np.array(
        [
            [name in hierarchy.members(criterion) for name in hierarchy.names]
            for criterion in hierarchy.all_criteria
        ]
    )


def obstacle_statistics(
    degree: Moments, top5: NDArray[np.int64], criteria: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Mean and deviation of obstacle degrees, and who is how often among the five largest.

    Parameters
    ----------
    degree
        Moments of the degrees (..., indicator).
    top5
        In how many samples the indicator was among the five largest of its system.
    criteria
        Which indicators belong to each criterion (criterion, indicator).

    Returns
    -------
    dict
        Arrays (..., indicator) and (..., criterion) by the names of their variables; NaN where no
        sample has degrees.
    """
    share, error = probability(top5, degree.draws)
    mean, _, std = mean_and_deviation(degree)
    # All degrees of a system exist in the same samples, so that sums of means are means of sums.
    criterion = np.stack([mean[..., members].sum(axis=-1) for members in criteria], axis=-1)
    return dict(zip(OBSTACLES, (mean, std, criterion, share, error), strict=True))
