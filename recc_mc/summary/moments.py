"""Moments of rows of draws: taken by unit of samples, merged in the order of the units."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.options import FOLD, kernel, offset, tile_code

__all__ = ["Moments", "add_moments", "add_products", "mean_and_deviation", "merge_products"]


class Moments(NamedTuple):
    """Moments of each row within each unit; undefined draws are left out.

    Kept by unit, so that whoever merges them can do so in the order of the units: the result is the
    same, bit for bit, however a run was cut. Those of a total have one unit.
    """

    draws: Integers  # (unit, ...) how many are defined
    mean: Floats  # (unit, ...)
    squares: Floats  # (unit, ...) sum of squared deviations from the mean

    @classmethod
    def empty(cls, units: int, *rows: int) -> "Moments":
        """Moments of nothing."""
        shape = (units, *rows)
        return cls(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape))

    def join(self, following: "Moments") -> "Moments":
        """All units of both."""
        return Moments(
            np.concatenate([self.draws, following.draws]),
            np.concatenate([self.mean, following.mean]),
            np.concatenate([self.squares, following.squares]),
        )

    def merge(self) -> "Moments":
        """Moments of all units as of a single one (Chan, Golub & LeVeque 1979)."""
        flat = (len(self.draws), math.prod(self.draws.shape[1:]))
        total = self.each(lambda array: array.reshape(flat)[:1].copy())
        _add_units(*total, *self.each(lambda array: _writeable(array.reshape(flat)[1:])))
        return total.each(lambda array: array.reshape(len(array), *self.draws.shape[1:]))

    def extend(self, following: "Moments") -> "Moments":
        """As `merge` of all units of both, which are not put together for it."""
        if not len(self.draws):
            return following.merge()
        total, flat = self.merge(), (len(following.draws), math.prod(self.draws.shape[1:]))
        _add_units(
            *total.each(lambda array: array.reshape(1, -1)),
            *following.each(lambda array: _writeable(array.reshape(flat))),
        )
        return total

    def total(self) -> "Moments":
        """Moments (...) of all units."""
        return self.merge().each(lambda array: array[0])

    def each(self, change: Callable[[NDArray[Any]], Any]) -> "Moments":
        """Moments whose arrays are changed alike, by an index or a shape."""
        return Moments(change(self.draws), change(self.mean), change(self.squares))


def _writeable(array: NDArray[Any]) -> NDArray[Any]:
    """The array as kernels take it: what is read often may not be written to."""
    return np.require(array, requirements=["C", "W"])


@kernel
def _add_units(
    draws: Integers,
    mean: Floats,
    squares: Floats,
    more_draws: Integers,
    more_mean: Floats,
    more_squares: Floats,
) -> None:
    """Merge units (unit, row) with a first one (1, row), one after the other."""
    for unit in range(more_draws.shape[0]):
        for row in range(draws.shape[1]):
            both = draws[0, row] + more_draws[unit, row]
            share = more_draws[unit, row] / max(both, 1)
            apart = more_mean[unit, row] - mean[0, row]
            # In this order: sums are the same to the last bit.
            more = apart * apart * (draws[0, row] * share)
            squares[0, row] = squares[0, row] + more_squares[unit, row] + more
            mean[0, row] = mean[0, row] + share * apart
            draws[0, row] = both


@kernel
def merge_products(left: Moments, right: Moments, products: Floats) -> Floats:
    """Sums of products of deviations of two variables, of all units as a single one.

    Parameters
    ----------
    left, right
        Moments of both (unit, row).
    products
        Sums of the units (unit, row).
    """
    total = products[:1].copy()
    for row in range(products.shape[1]):
        # Moments of the units so far.
        draws, others = left.draws[0, row], right.draws[0, row]
        mean, other = left.mean[0, row], right.mean[0, row]
        for unit in range(1, products.shape[0]):
            both = draws + left.draws[unit, row]
            share = left.draws[unit, row] / max(both, 1)
            apart = left.mean[unit, row] - mean
            aside = right.mean[unit, row] - other
            total[0, row] = total[0, row] + products[unit, row] + apart * aside * (draws * share)
            mean += share * apart
            draws = both
            others += right.draws[unit, row]
            other += right.draws[unit, row] / max(others, 1) * aside
    return total


@kernel
def _fold(
    values: Floats, row: int, first: int, count: int, origin: float, sums: Floats, hits: Floats
) -> None:
    """Partial sums of value - origin over the defined draws of a row; whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        sums[lane] = 0.0
        hits[lane] = 0.0
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            sums[lane] += value - origin if value == value else 0.0
            hits[lane] += 1.0 if value == value else 0.0


@kernel
def _fold_squares(
    values: Floats, row: int, first: int, count: int, mean: float, sums: Floats
) -> None:
    """Partial sums of (value - mean)^2; whole folds only."""
    tile_code()
    first = offset(first)
    for lane in range(FOLD):
        sums[lane] = 0.0
    for start in range(0, count // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            value = values[row, first + start + lane]
            apart = value - mean if value == value else 0.0
            sums[lane] += apart * apart


@kernel
def _row_moments(
    values: Floats, row: int, first: int, count: int, sums: Floats, hits: Floats
) -> tuple[int, float, float]:
    """Number, mean and sum of squared deviations of one row of a unit (two passes)."""
    # Deviations are taken from the first defined draw: if all are equal, mean and squares are
    # exact.
    origin = 0.0
    for s in range(first, first + count):
        if values[row, s] == values[row, s]:
            origin = values[row, s]
            break
    _fold(values, row, first, count, origin, sums, hits)
    total = 0.0
    draws = 0.0
    for lane in range(FOLD):
        total += sums[lane]
        draws += hits[lane]
    for s in range(first + count // FOLD * FOLD, first + count):
        if values[row, s] == values[row, s]:
            total += values[row, s] - origin
            draws += 1.0
    mean = origin + total / max(draws, 1.0)
    _fold_squares(values, row, first, count, mean, sums)
    squares = 0.0
    for lane in range(FOLD):
        squares += sums[lane]
    for s in range(first + count // FOLD * FOLD, first + count):
        if values[row, s] == values[row, s]:
            squares += (values[row, s] - mean) ** 2
    return int(draws), mean, squares


@kernel
def add_moments(values: Floats, samples: int, unit_size: int, start: int, moments: Moments) -> None:
    """Moments of all rows of ``values`` (row, sample), unit by unit.

    Parameters
    ----------
    values
        Draws from the beginning of a unit on.
    samples
        How many of them count.
    unit_size
        Samples per unit.
    start
        Number of the first unit among those of ``moments``.
    moments
        (unit, row). Filled for the units that ``samples`` cover.
    """
    sums = np.empty(FOLD)
    hits = np.empty(FOLD)
    for unit in range((samples + unit_size - 1) // unit_size):
        first = unit * unit_size
        count = min(unit_size, samples - first)
        for row in range(values.shape[0]):
            draws, mean, squares = _row_moments(values, row, first, count, sums, hits)
            moments.draws[start + unit, row] = draws
            moments.mean[start + unit, row] = mean
            moments.squares[start + unit, row] = squares


@kernel
def _fold_products(
    left: Floats,
    right: Floats,
    row: int,
    samples: tuple[int, int],
    left_mean: float,
    right_mean: float,
    sums: Floats,
) -> None:
    """Partial sums of (left - mean) (right - mean); whole folds of the first of them on only."""
    tile_code()
    first = offset(samples[0])
    for lane in range(FOLD):
        sums[lane] = 0.0
    for start in range(0, samples[1] // FOLD * FOLD, FOLD):
        for lane in range(FOLD):
            one = left[row, first + start + lane] - left_mean
            other = right[row, first + start + lane] - right_mean
            product = one * other
            sums[lane] += product if product == product else 0.0


@kernel
def add_products(
    left: Floats,
    right: Floats,
    samples: int,
    unit_size: int,
    start: int,
    means: tuple[Floats, Floats],
    products: Floats,
) -> None:
    """Sums of the products of deviations of two variables' rows, unit by unit.

    Parameters
    ----------
    left, right
        (row, sample) draws from the beginning of a unit on.
    samples, unit_size, start
        As of `add_moments`.
    means
        Of both, (unit, row).
    products
        (unit, row). Filled for the units that ``samples`` cover.
    """
    sums = np.empty(FOLD)
    for unit in range((samples + unit_size - 1) // unit_size):
        first = unit * unit_size
        count = min(unit_size, samples - first)
        for row in range(left.shape[0]):
            left_mean = means[0][start + unit, row]
            right_mean = means[1][start + unit, row]
            _fold_products(left, right, row, (first, count), left_mean, right_mean, sums)
            total = 0.0
            for lane in range(FOLD):
                total += sums[lane]
            for s in range(first + count // FOLD * FOLD, first + count):
                product = (left[row, s] - left_mean) * (right[row, s] - right_mean)
                total += product if product == product else 0.0
            products[start + unit, row] = total


def mean_and_deviation(total: Moments) -> tuple[Floats, Floats, Floats]:
    """Mean, its standard error, and the standard deviation (ddof 1).

    NaN where too few draws are defined: none for the mean, less than two for the others.
    """
    count = total.draws
    mean = np.where(count > 0, total.mean, np.nan)
    std = np.where(count > 1, np.sqrt(total.squares / np.maximum(count - 1, 1)), np.nan)
    return mean, std / np.sqrt(np.maximum(count, 1)), std
