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
            result[cell] = np.quantile(defined, levels, overwrite_input=True)
    return result
