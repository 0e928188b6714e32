"""Judgments as people write them: fractions, and decimals that abbreviate a fraction."""

import re
import sys
from fractions import Fraction
from typing import Any

__all__ = ["abbreviated", "is_number", "ratio_of"]

_RATIO = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:/\s*([0-9]+(?:\.[0-9]+)?)\s*)?")
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
