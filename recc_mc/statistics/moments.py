"""Means and standard deviations that merge."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.tally import Moments

__all__ = ["add_units", "mean_and_deviation"]

Floats = NDArray[np.float64]


def add_units(total: Moments | None, units: Moments) -> Moments:
    """Moments with those of the following units added (Chan, Golub & LeVeque 1979).

    One unit after the other, so that the result is the same, bit for bit, however the units came
    in parts.

    Parameters
    ----------
    total
        Moments of all units before; None if there are none.
    units
        Moments with the units as first axis.
    """
    for number in range(len(units.draws)):
        unit = Moments(*(part[number] for part in units))
        total = unit if total is None else _merge(total, unit)
    if total is None:
        raise ValueError("no units")
    return total


def mean_and_deviation(total: Moments) -> tuple[Floats, Floats, Floats]:
    """Mean, its standard error, and the standard deviation (ddof 1).

    NaN where too few draws are defined: none for the mean, less than two for the others.
    """
    count = total.draws
    mean = np.where(count > 0, total.mean, np.nan)
    std = np.where(count > 1, np.sqrt(total.squares / np.maximum(count - 1, 1)), np.nan)
    return mean, std / np.sqrt(np.maximum(count, 1)), std


def _merge(one: Moments, other: Moments) -> Moments:
    draws = one.draws + other.draws
    share = other.draws / np.maximum(draws, 1)
    apart = other.mean - one.mean
    return Moments(
        draws,
        one.mean + share * apart,
        one.squares + other.squares + apart * apart * (one.draws * share),
    )
