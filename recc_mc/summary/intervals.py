"""Intervals of probabilities that were estimated from counts of draws."""

import numpy as np
from numpy.typing import ArrayLike

from recc_mc._typing import Floats
from recc_mc.summary.probability import CERTAIN_BOUND

__all__ = ["NORMAL_95", "draws_behind", "symmetric_levels", "wilson"]


NORMAL_95 = 1.959963984540054
"""Quantile of the standard normal distribution that leaves 2.5 % above it."""
# Of a single draw no error is defined.
_FEWEST = 2


def wilson(share: ArrayLike, draws: ArrayLike) -> tuple[Floats, Floats]:
    """95 % intervals of probabilities (Wilson 1927).

    Other than share +- 2 standard errors, they have a width where nothing or everything was hit,
    and cover near those ends.

    Parameters
    ----------
    share
        Shares of the draws.
    draws
        How many draws count; infinitely many leave no interval.

    Returns
    -------
    tuple
        Lower and upper bounds within [0, 1], NaN where a share is or there are no draws.

    Examples
    --------
    >>> low, high = wilson(0.0, 1000)
    >>> float(low), round(float(high), 5)
    (0.0, 0.00383)
    """
    p = np.asarray(share, np.float64)
    n = np.asarray(draws, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        per = np.where(n > 0, NORMAL_95**2 / n, np.nan)
        middle = (p + per / 2) / (1 + per)
        half = np.sqrt(p * (1 - p) * per + per**2 / 4) / (1 + per)
    # At the ends rounding would part the bound from the share.
    low = np.where(p == 0, middle * 0, np.maximum(middle - half, 0))
    high = np.where(p == 1, middle * 0 + 1, np.minimum(middle + half, 1))
    return low, high


def draws_behind(share: ArrayLike, error: ArrayLike) -> Floats:
    """How many draws count in a probability, from its standard error.

    Undefined draws are left out of some probabilities and not of others; the error knows. A bound
    of 1, which is cut off there, may be that of 3 draws or of 2: it counts as 2, so that no
    interval is narrower than its draws allow.

    Parameters
    ----------
    share, error
        Probability p and its error: sqrt(p (1 - p) / n), or the bound 3/n where p is 0 or 1.

    Returns
    -------
    numpy.ndarray
        Number n; infinite where there is no error, NaN where it is undefined.

    Examples
    --------
    >>> float(draws_behind(0.2, 0.04)), float(draws_behind(1.0, 0.003))
    (100.0, 1000.0)
    """
    p, e = np.asarray(share, np.float64), np.asarray(error, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        certain = np.where(e >= 1, _FEWEST, CERTAIN_BOUND / e)
        number = np.where((p == 0) | (p == 1), certain, p * (1 - p) / e**2)
    found: Floats = np.where(e == 0, np.inf, np.where(np.isnan(p), np.nan, np.rint(number)))
    return found


def symmetric_levels(levels: ArrayLike, share: float) -> tuple[float, float] | None:
    """Two levels of quantiles that are symmetric and enclose about a share of the draws.

    Parameters
    ----------
    levels
        Levels that there are.
    share
        The share.

    Returns
    -------
    tuple or None
        The levels; None if no two of them are symmetric.

    Examples
    --------
    >>> symmetric_levels([0.05, 0.25, 0.5, 0.75, 0.95], 0.95)
    (0.05, 0.95)
    """
    known = np.asarray(levels, np.float64)
    lower = [q for q in known.tolist() if q < 0.5 and np.isclose(known, 1 - q).any()]
    if not lower:
        return None
    best = min(lower, key=lambda q: abs(1 - 2 * q - share))
    return best, float(known[np.isclose(known, 1 - best)][0])
