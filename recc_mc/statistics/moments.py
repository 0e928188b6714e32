"""Means and standard deviations that merge."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.chain import UNIT

__all__ = ["Moments", "add_units", "mean_and_deviation", "unit_moments"]

Floats = NDArray[np.float64]


class Moments(NamedTuple):
    """Number, mean and sum of squared deviations of the defined draws of each cell.

    Those of a part of a run have its units as first axis, before those of the cells.
    """

    draws: NDArray[np.int64]
    mean: Floats
    squares: Floats


def unit_moments(values: Floats) -> Moments:
    """Moments (unit, ...) of draws along the last axis, unit by unit; NaN is left out.

    Parameters
    ----------
    values
        Draws (..., sample) from the beginning of a unit of `recc_mc.kernels.chain.UNIT` samples on.
    """
    starts = range(0, values.shape[-1], UNIT)
    units = [_of_unit(values[..., start : start + UNIT]) for start in starts]
    return Moments(*(np.stack(parts) for parts in zip(*units, strict=True)))


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


def _of_unit(values: Floats) -> Moments:
    defined = ~np.isnan(values)
    count = defined.sum(axis=-1)
    # Deviations from a draw: if all are equal, their mean is exact and the squares are 0.
    origin = np.where(count > 0, np.fmax.reduce(values, axis=-1), 0.0)
    deviation = np.where(defined, values - origin[..., None], 0.0)
    shift = deviation.sum(axis=-1) / np.maximum(count, 1)
    deviation = np.where(defined, deviation - shift[..., None], 0.0)
    return Moments(count, origin + shift, (deviation * deviation).sum(axis=-1))
