"""Common random numbers: one column of the unit cube for a factor at all points of a sweep.

A study numbers the columns of its factors one after the other, so that a factor that is certain at
a point (``cv = 0``) would move those after it to other random numbers. Here a column belongs to a
part of a factor, at whatever points it is there. Where all factors of the sweep are there, each has
the column that it has in the study alone, and the draws are those of `recc_mc.simulate`. What is
counter-based, the noise of cells and redraws, hangs on indicator, matrix, mine and year anyway.
"""

from collections.abc import Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from recc_mc.study import Study
from recc_mc.study.factors import Factor, list_factors

__all__ = ["common_columns"]

Part = tuple[str, str]  # label of the factor, name of the part


def common_columns(studies: Sequence[Study]) -> list[tuple[Factor, ...]]:
    """Factors of each study, on columns that they share.

    Parameters
    ----------
    studies
        Studies of the same indicators and matrices, whose factors are parts of one list.
    """
    listed = [list_factors(study) for study in studies]
    first = _first_columns(listed)
    return [_moved(factors, first) for factors in listed]


def _first_columns(listed: Sequence[Sequence[Factor]]) -> dict[Part, int]:
    """First column of each part, in an order that is that of every list."""
    sizes: dict[Part, int] = {}
    order: TopologicalSorter[Part] = TopologicalSorter()
    for factors in dict.fromkeys(map(tuple, listed)):
        before: tuple[Part, ...] = ()
        for factor in factors:
            for name, size in factor.parts:
                part = (factor.label, name)
                order.add(part, *before)
                sizes[part] = max(size, sizes.get(part, 0))
                before = (part,)
    columns, column = {}, 0
    for part in order.static_order():
        columns[part] = column
        column += sizes[part]
    return columns


def _moved(factors: Sequence[Factor], first: dict[Part, int]) -> tuple[Factor, ...]:
    """Factors on the columns of their parts."""
    moved: list[Factor] = []
    for factor in factors:
        column = moved[-1].columns.stop if moved else 0
        parts: list[tuple[str, int]] = []
        for number, (name, size) in enumerate(factor.parts):
            place = first[factor.label, name]
            if number == 0:
                start = column = place
            elif place > column:
                # A part that the factor has at other points lies in between.
                parts.append(("", place - column))
            parts.append((name, size))
            column = place + size
        moved.append(replace(factor, parts=tuple(parts), first_column=start if parts else column))
    return tuple(moved)
