"""Exact quantiles of draws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["quantiles"]


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
            result[cell] = _between(defined, np.asarray(levels))
    return result


def _between(draws: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of sorted draws, to the last bit those of `numpy.quantile`.

    Which selects and does not sort: several levels take it three times as long.
    """
    place = (len(draws) - 1) * levels
    before = np.floor(place).astype(np.int64)
    lower, upper = draws[before], draws[np.minimum(before + 1, len(draws) - 1)]
    share, apart = place - before, upper - lower
    return np.where(share < 0.5, lower + apart * share, upper - apart * (1 - share))
