"""Probabilities and their Monte Carlo standard errors, from counts."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from recc_mc._typing import Floats

__all__ = [
    "CERTAIN_BOUND",
    "Precision",
    "bound_of_certain",
    "largest_of",
    "precision_of",
    "probability",
]

CERTAIN_BOUND = 3.0
"""What never happens in n draws has a probability below this over n, with 95 % confidence."""


def probability(hits: ArrayLike, draws: ArrayLike) -> tuple[Floats, Floats]:
    """Share of draws, and its standard error sqrt(p (1 - p) / n).

    Where p is 0 or 1 that would be 0, as if draws could prove that something never happens: there
    the error is the bound of `bound_of_certain`.

    Parameters
    ----------
    hits
        How many draws have a property.
    draws
        How many draws there are.

    Returns
    -------
    tuple
        Probabilities, NaN where there are no draws, and standard errors, NaN where there are fewer
        than two.

    Examples
    --------
    >>> [float(value) for value in probability(20, 100)]
    [0.2, 0.04]
    >>> [float(value) for value in probability(0, 100)]
    [0.0, 0.03]
    """
    hit, number = np.asarray(hits), np.asarray(draws)
    count = np.maximum(number, 1)
    share = np.where(number > 0, hit / count, np.nan)
    certain = (hit == 0) | (hit == number)
    error = np.where(certain, bound_of_certain(number), np.sqrt(share * (1 - share) / count))
    return share, np.where(number > 1, error, np.nan)


def bound_of_certain(draws: ArrayLike) -> Floats:
    """How far a probability may be from 0 or 1 if it is that in all draws: 3/n, at most 1.

    The upper end of a one-sided 95 % interval, 1 - 0.05^(1/n), is just below (Hanley &
    Lippman-Hand 1983, JAMA 249:1743, the rule of three).

    Parameters
    ----------
    draws
        How many draws n there are.

    Returns
    -------
    numpy.ndarray
        Bounds, 1 where there are no draws.
    """
    return np.minimum(CERTAIN_BOUND / np.maximum(draws, 1), 1.0)


class Precision(NamedTuple):
    """How precise probabilities are."""

    error: float  # largest standard error of those between 0 and 1; NaN if there are none
    bound: float  # largest bound of those that are 0 or 1 in all draws; NaN if there are none


def largest_of(chances: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> float:
    """Largest Monte Carlo standard error, or bound of it, of some probabilities.

    That of a single draw, which has none, is 1: nothing is known of the probability.

    Parameters
    ----------
    chances
        Hits and draws of each.
    """
    largest = 0.0
    for hits, draws in chances:
        share, error = probability(hits, draws)
        unknown = np.where(np.isnan(error), ~np.isnan(share), error)
        largest = max(largest, float(unknown.max(initial=0.0)))
    return largest


def precision_of(summary: xr.Dataset, *names: str) -> Precision:
    """Precision of the probabilities of a summary.

    Parameters
    ----------
    summary
        The group ``summary`` of a result.
    names
        Names of probabilities; none stands for all that have an error.

    Returns
    -------
    Precision
        Both NaN where every error is undefined: of single draws.
    """
    ending = "_probability_error"
    chosen = names or [str(n).removesuffix("_error") for n in summary if str(n).endswith(ending)]
    error = bound = np.nan
    for name in chosen:
        share, errors = summary[name].values, summary[f"{name}_error"].values
        certain = (share == 0) | (share == 1)
        error = np.fmax(error, np.fmax.reduce(errors[~certain], initial=np.nan))
        bound = np.fmax(bound, np.fmax.reduce(errors[certain], initial=np.nan))
    return Precision(float(error), float(bound))
