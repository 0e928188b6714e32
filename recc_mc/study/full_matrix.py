"""Judgments as a full table of items by items: the triangle above the diagonal is what counts."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from recc_mc.study.cells import is_blank
from recc_mc.study.saaty import abbreviated, ratio_of
from recc_mc.study.wording import shown

__all__ = ["upper_rows"]

# Reciprocals as people round them: 0.17 for 1/6, 0.12 for 1/8.
_ROUNDING = 0.045
_DIGITS = 1e-14
# Of what is far beyond the scale nothing more is said than that.
_LARGEST = 10.0


def upper_rows(
    table: Sequence[Sequence[Any]], at: Callable[[int, int], str]
) -> tuple[list[list[Any]], list[str]]:
    """Rows of the strict upper triangle of a full table, and what contradicts them.

    A judgment that stands only below the diagonal is taken from there, turned round; the diagonal
    is 1 or blank; both sides of a pair must be reciprocal within rounding.

    Parameters
    ----------
    table
        Cells (item, item).
    at
        Where the cell in a row and a column is, as messages say it.

    Examples
    --------
    >>> upper_rows([[1, "1/3"], [3, 1]], lambda i, j: f"{i},{j}")
    ([['1/3']], [])
    >>> upper_rows([["", ""], [3, ""]], lambda i, j: f"{i},{j}")
    ([['1/3']], [])
    """
    problems: list[str] = []
    rows: list[list[Any]] = []
    for i, row in enumerate(table):
        if not is_blank(row[i]) and ratio_of(row[i]) != 1:
            problems.append(f"{at(i, i)}: {shown(row[i])}: expected 1 on the diagonal")
        above: list[Any] = []
        for j in range(i + 1, len(table)):
            first, second = row[j], table[j][i]
            if is_blank(first):
                above.append("" if is_blank(second) else _turned(second))
                continue
            above.append(_exact(first))
            pair = ratio_of(first), ratio_of(second)
            if is_blank(second) or not pair[0]:
                continue
            if not pair[1] or abs(math.log(pair[0] * pair[1])) > _ROUNDING:
                problems.append(
                    f"{at(j, i)}: {shown(second)}: expected {_words(_turned(first))}, the "
                    f"reciprocal of {shown(first)} in {at(i, j).rpartition('!')[2]}"
                )
        if above:
            rows.append(above)
    return rows, problems


def _exact(cell: Any) -> Any:
    """Judgment without what a spreadsheet's arithmetic and its 15 digits have left of it."""
    value = _judged(cell) if isinstance(cell, float) else None
    if value is None:
        return cell
    near = float(1 / Fraction(1 / value).limit_denominator(9)) if value < 1 else round(value)
    return near if abs(near - value) <= _DIGITS * value else float(value)


def _turned(cell: Any) -> Any:
    """Judgment of a pair the other way round; what is none stays."""
    value = _judged(cell)
    if value is None:
        return cell
    fraction = abbreviated(cell if isinstance(cell, str) else repr(cell))
    if fraction is not None:
        return fraction.denominator
    value = 1 / value
    whole = round(max(value, 1 / value))
    if math.isclose(max(value, 1 / value), whole, rel_tol=_DIGITS):
        return whole if value >= 1 else f"1/{whole}"
    return value


def _judged(cell: Any) -> float | None:
    """Judgment that a cell holds, None if it holds none that any scale has."""
    value = ratio_of(cell)
    return value if value and 1 / _LARGEST < value < _LARGEST else None


def _words(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}" if value == value else ""
