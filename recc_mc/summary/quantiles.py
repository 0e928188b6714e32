"""Exact quantiles of draws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["between", "neighbours", "quantiles"]


def quantiles(values: NDArray[np.floating], levels: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles along the last axis, linear between order statistics; NaN is left out.

    Parameters
    ----------
    values
        Draws (..., sample).
    levels
        Probabilities.

    Returns
    -------
    numpy.ndarray
        Quantiles (..., level), NaN where no draw is defined.
    """
    result = np.full((*values.shape[:-1], len(levels)), np.nan)
    # Cell by cell: a sorted copy of one cell is all the memory this needs.
    for cell in np.ndindex(values.shape[:-1]):
        draws = values[cell].astype(np.float64)
        defined = draws[~np.isnan(draws)]
        if defined.size:
            defined.sort()
            # numpy.quantile selects and does not sort: several levels take it three times as long.
            lower, upper, share = neighbours(len(defined), levels)
            result[cell] = between(defined[lower], defined[upper], share)
    return result


def neighbours(
    draws: int, levels: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Ranks, from 0, of the two draws that each quantile lies between, and how far it is from one.

    Parameters
    ----------
    draws
        Number of draws.
    levels
        Probabilities.
    """
    place = (draws - 1) * np.asarray(levels)
    lower = np.floor(place).astype(np.int64)
    return lower, np.minimum(lower + 1, draws - 1), place - lower


def between(
    lower: NDArray[np.float64], upper: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values a share of the way from one to another, to the last bit as `numpy.quantile` has them.

    Parameters
    ----------
    lower, upper
        The values.
    share
        The share, 0 to 1.
    """
    apart = upper - lower
    return np.where(share < 0.5, lower + apart * share, upper - apart * (1 - share))
