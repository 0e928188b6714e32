"""Moments of units of samples, merged in the order of the units."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.tally import Moments

__all__ = ["add_products", "add_units", "of_each"]

Floats = NDArray[np.float64]


def of_each(moments: Moments, change: Callable[[NDArray[Any]], Any]) -> Moments:
    """Moments whose arrays are changed alike, by an index or a shape."""
    return Moments(change(moments.draws), change(moments.mean), change(moments.squares))


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
        unit = _unit(units, number)
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
        one, other = _unit(units, number), _unit(others, number)
        draws = left.draws + one.draws
        share = one.draws / np.maximum(draws, 1)
        apart = (one.mean - left.mean) * (other.mean - right.mean)
        products = products + more[number] + apart * (left.draws * share)
        left, right = _merge(left, one), _merge(right, other)
    return products


def _unit(units: Moments, number: int) -> Moments:
    return of_each(units, lambda part: part[number])


def _merge(one: Moments, other: Moments) -> Moments:
    draws = one.draws + other.draws
    share = other.draws / np.maximum(draws, 1)
    apart = other.mean - one.mean
    return Moments(
        draws,
        one.mean + share * apart,
        one.squares + other.squares + apart * apart * (one.draws * share),
    )
