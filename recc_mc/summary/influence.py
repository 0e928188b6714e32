"""How much each draw moves a statistic: standard errors of differences, paired or not.

A statistic t of n draws is, to first order, its true value plus the mean of the influence values of
the draws, so its standard error is their standard deviation over sqrt(n) (Hampel 1974). Of two
results with common random numbers the influence values of the same sample are subtracted first, and
what both results have in common cancels.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from recc_mc._typing import Floats

__all__ = ["mean_influence", "quantile_influence", "standard_error"]


def mean_influence(values: ArrayLike) -> Floats:
    """Influence of each draw on a mean, or on a probability as the mean of 0 and 1.

    Parameters
    ----------
    values
        Draws (..., sample); NaN is left out of the mean.

    Returns
    -------
    numpy.ndarray
        Influence values (..., sample), 0 for the draws left out; NaN where fewer than two draws are
        defined: how much one draw varies is not known.

    Examples
    --------
    >>> mean_influence([1.0, 3.0, 2.0]).tolist()
    [-1.0, 1.0, 0.0]
    """
    draws = np.asarray(values, np.float64)
    defined = ~np.isnan(draws)
    count = defined.sum(axis=-1, keepdims=True)
    share = np.where(count > 1, count / draws.shape[-1], np.nan)
    total = np.where(defined, draws, 0.0)
    mean = total.sum(axis=-1, keepdims=True) / np.maximum(count, 1)
    return np.where(defined, total - mean, 0.0) / share


def quantile_influence(values: ArrayLike, levels: ArrayLike) -> Floats:
    """Influence of each draw on quantiles: (p - 1{x <= q}) / f(q).

    The density f is estimated from order statistics around the quantile, as wide apart as Bofinger
    (1975) finds best for a normal distribution.

    Parameters
    ----------
    values
        Draws (sample); NaN is left out.
    levels
        Probabilities p.

    Returns
    -------
    numpy.ndarray
        Influence values (level, sample); NaN where fewer than two draws are defined.
    """
    draws = np.asarray(values, np.float64)
    probabilities = np.asarray(levels, np.float64)
    ordered = np.sort(draws[~np.isnan(draws)])
    if ordered.size < 2:
        return np.full((probabilities.size, draws.size), np.nan)
    below = draws <= np.quantile(ordered, probabilities)[:, None]
    step = np.where(np.isnan(draws), np.nan, probabilities[:, None] - below)
    # Centred once more: of ties and of few draws p is not exactly the share below.
    return mean_influence(step) * _sparsity(ordered, probabilities)[:, None]


def _sparsity(ordered: Floats, levels: Floats) -> Floats:
    """Reciprocal density 1/f at quantiles of sorted draws."""
    count = ordered.size
    z = ndtri(np.clip(levels, 1e-12, 1 - 1e-12))
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    best = (4.5 * density**4 / (2 * z**2 + 1) ** 2 / count) ** 0.2
    lower = np.clip(levels - np.maximum(best, 1 / count), 0, 1)
    upper = np.clip(levels + np.maximum(best, 1 / count), 0, 1)
    spread: Floats = (np.quantile(ordered, upper) - np.quantile(ordered, lower)) / (upper - lower)
    return spread


def standard_error(influence: Floats) -> Floats:
    """Standard error of a statistic, or of a difference of two.

    Parameters
    ----------
    influence
        Influence values (..., sample), or their differences between two results.
    """
    error: Floats = influence.std(axis=-1) / np.sqrt(influence.shape[-1])
    return error
