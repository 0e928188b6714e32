"""Probabilities and their Monte Carlo standard errors, from counts."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["probability"]

Floats = NDArray[np.float64]


def probability(hits: ArrayLike, draws: ArrayLike) -> tuple[Floats, Floats]:
    """Share of draws, and its standard error sqrt(p (1 - p) / n).

    Parameters
    ----------
    hits
        How many draws have a property.
    draws
        How many draws there are.

    Returns
    -------
    tuple
        Probabilities and standard errors, NaN where there are no draws.

    Examples
    --------
    >>> [float(value) for value in probability(20, 100)]
    [0.2, 0.04]
    """
    count = np.maximum(draws, 1)
    share = np.where(np.asarray(draws) > 0, np.asarray(hits) / count, np.nan)
    return share, np.sqrt(share * (1 - share) / count)
