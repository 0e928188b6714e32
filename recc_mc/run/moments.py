"""Moments of units of samples, merged in the order of the units."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.tally import Moments

__all__ = ["add_products", "add_units"]

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


def add_products(
    products: Floats, left: Moments, right: Moments, units: Moments, others: Moments, more: Floats
) -> Floats:
    """Sums of products of deviations of two variables with those of the following units added.

    Parameters
    ----------
    products, left, right
        The sums, and the moments of both variables, of all units before.
    units, others
        Moments of both variables with the following units as first axis.
    more
        Sums of these units.
    """
    for number in range(len(more)):
        one, other = (Moments(*(part[number] for part in each)) for each in (units, others))
        draws = left.draws + one.draws
        share = one.draws / np.maximum(draws, 1)
        apart = (one.mean - left.mean) * (other.mean - right.mean)
        products = products + more[number] + apart * (left.draws * share)
        left, right = _merge(left, one), _merge(right, other)
    return products


def _merge(one: Moments, other: Moments) -> Moments:
    draws = one.draws + other.draws
    share = other.draws / np.maximum(draws, 1)
    apart = other.mean - one.mean
    return Moments(
        draws,
        one.mean + share * apart,
        one.squares + other.squares + apart * apart * (one.draws * share),
    )
