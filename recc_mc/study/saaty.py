"""Judgments as people write them: fractions, decimals that abbreviate a fraction, whole tables."""

import re
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from recc_mc.study.cells import is_blank
from recc_mc.study.wording import shown

__all__ = ["abbreviated", "is_number", "ratio_of", "upper_of"]

_RATIO = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:/\s*([0-9]+(?:\.[0-9]+)?)\s*)?")
# Two digits of a judgment and of its inverse: 0.35 beside 2.8.
_ROUNDING = 0.05
_DECIMAL = re.compile(r"0?\.([0-9]+)")
_LEAST_DIGITS = 2


def abbreviated(text: str) -> Fraction | None:
    """Fraction 1/2 to 1/9 of Saaty's scale that a decimal abbreviates, None if there is none.

    A decimal stands for 1/k if it is 1/k within rounding of the digits it is given with, of which
    at least two count: 0.33 is 1/3, 0.3 is not.

    Parameters
    ----------
    text
        The number as written, such as ``"0.1111"``.

    Examples
    --------
    >>> [str(abbreviated(text)) for text in ("0.1111", "0.33", "0.143", "0.3", "0.16")]
    ['1/9', '1/3', '1/7', 'None', 'None']
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None or len(match[1].lstrip("0")) < _LEAST_DIGITS:
        return None
    value, rounding = Fraction(f"0.{match[1]}"), Fraction(1, 2 * 10 ** len(match[1]))
    for k in range(2, 10):
        if abs(value - Fraction(1, k)) <= rounding:
            return Fraction(1, k)
    return None


def is_number(value: Any) -> bool:
    """Whether a TOML value is a finite number."""
    # Compared rather than converted: TOML's whole numbers may exceed every float.
    limit = sys.float_info.max
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and -limit <= value <= limit


def ratio_of(cell: Any) -> float | None:
    """Number in a cell, which may be a fraction in quotes; None if there is none."""
    if is_number(cell):
        return float(cell)
    match = _RATIO.fullmatch(cell) if isinstance(cell, str) else None
    if match is None:
        return None
    divisor = float(match[2] or 1.0)
    return float(match[1]) / divisor if divisor else None


def upper_of(rows: Sequence[Sequence[Any]], note: Callable[[str], None]) -> list[list[Any]]:
    """Judgments above the diagonal of a whole table, row by row.

    Below it each may be blank, or is the inverse of the one above; where that one is blank it is
    taken from below.

    Parameters
    ----------
    rows
        Cells of the table, as many in each row as there are rows.
    note
        Takes a sentence about what contradicts itself.

    Examples
    --------
    >>> upper_of([[1, 3, ""], ["1/3", 1, "1/2"], [4, "", 1]], print)
    [[3, '1/4'], ['1/2']]
    """
    size = len(rows)
    for i in range(size):
        if not is_blank(rows[i][i]) and ratio_of(rows[i][i]) != 1.0:
            note(f"full[{i}][{i}]: must be 1 (an item beside itself), got {shown(rows[i][i])}")
    return [[_above(rows, i, j, note) for j in range(i + 1, size)] for i in range(size - 1)]


def _above(rows: Sequence[Sequence[Any]], i: int, j: int, note: Callable[[str], None]) -> Any:
    cell, mirrored = rows[i][j], rows[j][i]
    if is_blank(mirrored):
        return cell
    value, inverse = ratio_of(cell), ratio_of(mirrored)
    if is_blank(cell):
        if isinstance(mirrored, str) and "/" in mirrored:
            return "/".join(reversed(mirrored.split("/", 1)))
        return mirrored if inverse is None else f"1/{mirrored}"
    if value is not None and (inverse is None or abs(value * inverse - 1.0) > _ROUNDING):
        note(
            f"full[{j}][{i}]: must be the inverse of full[{i}][{j}] = {shown(cell)}, or blank, "
            f"got {shown(mirrored)}"
        )
    return cell
