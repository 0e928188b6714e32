"""Sums over the rows of a pick-freeze design: all that first and total order need of them.

Sums of consecutive rows are added up, so rows may be computed anywhere and are never kept. A *cell*
is whatever is analysed on its own: a mine in a year, a component of a vector.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers

__all__ = [
    "ROUNDING",
    "ClassSums",
    "NumberSums",
    "add_sums",
    "class_sums",
    "no_class_sums",
    "no_number_sums",
    "number_sums",
]

ROUNDING = 1e-12
"""Values that are nearer to each other, relatively, are the same but for rounding."""


class NumberSums(NamedTuple):
    """Sums of outputs that are numbers, each taken from an origin near its values.

    y_A, y_B and y_AB are the outputs of a row of A, of B, and of A with one factor's columns from
    B. A row in which any of them is undefined counts in none of the sums.
    """

    rows: Integers  # (output, cell) rows that count
    differing: Integers  # (output, cell) rows in which y_A and y_B differ by more than rounding
    a: Floats  # (output, cell) sum y_A
    b: Floats  # (output, cell) sum y_B
    a_squared: Floats  # (output, cell)
    b_squared: Floats  # (output, cell)
    product: Floats  # (factor, output, cell) sum y_B (y_AB - y_A)
    change: Floats  # (factor, output, cell) sum y_AB - y_A
    change_squared: Floats  # (factor, output, cell)


class ClassSums(NamedTuple):
    """Counts of outputs that are classes; a row counts as in `NumberSums`."""

    rows: Integers  # (output, cell)
    a: Integers  # (output, cell, class) rows of A in the class
    b: Integers  # (output, cell, class)
    agreement: Integers  # (factor, output, cell) how often y_AB = y_B, less how often y_A = y_B
    changes: Integers  # (factor, output, cell) how often y_AB is not y_A
    change: Integers  # (factor, output, cell, class) how many more rows of AB than of A


Sums = TypeVar("Sums", NumberSums, ClassSums)


def no_number_sums(factors: int, outputs: int, cells: int) -> NumberSums:
    """Sums over no rows.

    Parameters
    ----------
    factors, outputs, cells
        How many there are.
    """
    per_cell, per_factor = (outputs, cells), (factors, outputs, cells)
    return NumberSums(
        np.zeros(per_cell, np.int64),
        np.zeros(per_cell, np.int64),
        *(np.zeros(per_cell) for _ in range(4)),
        *(np.zeros(per_factor) for _ in range(3)),
    )


def no_class_sums(factors: int, outputs: int, cells: int, classes: int) -> ClassSums:
    """Counts over no rows.

    Parameters
    ----------
    factors, outputs, cells, classes
        How many there are.
    """
    per_cell, per_factor = (outputs, cells), (factors, outputs, cells)
    return ClassSums(
        rows=np.zeros(per_cell, np.int64),
        a=np.zeros((*per_cell, classes), np.int64),
        b=np.zeros((*per_cell, classes), np.int64),
        agreement=np.zeros(per_factor, np.int64),
        changes=np.zeros(per_factor, np.int64),
        change=np.zeros((*per_factor, classes), np.int64),
    )


def number_sums(
    y_a: Floats, y_b: Floats, y_ab: Floats, *, origin: Floats | float = 0.0
) -> NumberSums:
    """Sums of rows whose outputs are at hand.

    Parameters
    ----------
    y_a, y_b
        Outputs of the rows of A and B, (output, cell, row); NaN where undefined.
    y_ab
        Outputs with each factor's columns exchanged, (factor, output, cell, row).
    origin
        What the outputs are taken from, (output, cell); any number near them will do.
    """
    from_origin = np.asarray(origin)[..., None]
    known = ~(np.isnan(y_a) | np.isnan(y_b) | np.isnan(y_ab).any(axis=0))
    a, b = (np.where(known, y - from_origin, 0.0) for y in (y_a, y_b))
    change = np.where(known, y_ab - y_a, 0.0)
    return NumberSums(
        rows=known.sum(axis=-1),
        differing=(known & _differ(y_a, y_b)).sum(axis=-1),
        a=a.sum(axis=-1),
        b=b.sum(axis=-1),
        a_squared=(a * a).sum(axis=-1),
        b_squared=(b * b).sum(axis=-1),
        product=(b * change).sum(axis=-1),
        change=change.sum(axis=-1),
        change_squared=(change * change).sum(axis=-1),
    )


def _differ(one: Floats, other: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(one - other) > ROUNDING * (np.abs(one) + np.abs(other)))


def class_sums(
    y_a: NDArray[np.integer], y_b: NDArray[np.integer], y_ab: NDArray[np.integer], *, classes: int
) -> ClassSums:
    """Counts of rows whose outputs are at hand.

    Parameters
    ----------
    y_a, y_b
        Classes 0 to `classes` - 1 of the rows of A and B, (output, cell, row); negative where
        undefined.
    y_ab
        Classes with each factor's columns exchanged, (factor, output, cell, row).
    classes
        How many classes there are.
    """
    known = (y_a >= 0) & (y_b >= 0) & (y_ab >= 0).all(axis=0)

    def counts(y: NDArray[np.integer]) -> Integers:
        return np.stack([((y == k) & known).sum(axis=-1) for k in range(classes)], axis=-1)

    in_a = counts(y_a)
    return ClassSums(
        rows=known.sum(axis=-1),
        a=in_a,
        b=counts(y_b),
        agreement=(((y_ab == y_b) & known).sum(axis=-1) - ((y_a == y_b) & known).sum(axis=-1)),
        changes=((y_ab != y_a) & known).sum(axis=-1),
        change=np.stack([counts(y) - in_a for y in y_ab])
        if len(y_ab)
        else np.zeros((0, *in_a.shape), np.int64),
    )


def add_sums(one: Sums, other: Sums) -> Sums:
    """Sums over the rows of both.

    Parameters
    ----------
    one, other
        Sums of the same kind and shape. Floating sums round, so whoever wants the same bits again
        adds in the same order.
    """
    return type(one)(**{name: getattr(one, name) + getattr(other, name) for name in one._fields})
