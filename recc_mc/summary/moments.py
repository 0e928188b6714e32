"""Means and standard deviations from merged moments."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.tally import Moments

__all__ = ["mean_and_deviation"]

Floats = NDArray[np.float64]


def mean_and_deviation(total: Moments) -> tuple[Floats, Floats, Floats]:
    """Mean, its standard error, and the standard deviation (ddof 1).

    NaN where too few draws are defined: none for the mean, less than two for the others.
    """
    count = total.draws
    mean = np.where(count > 0, total.mean, np.nan)
    std = np.where(count > 1, np.sqrt(total.squares / np.maximum(count - 1, 1)), np.nan)
    return mean, std / np.sqrt(np.maximum(count, 1)), std
