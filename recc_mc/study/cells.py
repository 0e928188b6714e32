"""Single cells of a table as numbers, years and names.

Cells are texts (CSV), or texts, numbers, dates and None (spreadsheets).
"""

import re

from recc_mc.study.names import clean_name
from recc_mc.study.wording import shown

__all__ = ["BadCell", "is_blank", "name_of", "number_of", "year_of"]

# float() would also take "1_000", "infinity", and digits of other scripts.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YEAR = re.compile(r"[+-]?[0-9]{1,9}")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_COMMAS = re.compile(r"[+-]?[0-9.,]*,[0-9.,]*([eE][+-]?[0-9]+)?")
# Beyond it differences and products of values overflow.
_LARGEST = 1e100


class BadCell(ValueError):
    """A cell that is not what its column holds: the value, and what is expected."""

    def __init__(self, cell: object, expected: str) -> None:
        super().__init__(f"{shown(cell)}: expected {expected}")


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def name_of(cell: object) -> str:
    """Name in a cell; a whole number of a spreadsheet is a name, too.

    Raises
    ------
    BadCell
        If the cell is blank or neither text nor whole number.
    """
    if is_blank(cell):
        raise BadCell("", "a name")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise BadCell(cell, "a name")
    return clean_name(str(cell))


def year_of(cell: object) -> int:
    """Year in a cell.

    Raises
    ------
    BadCell
        If the cell is not a whole number.
    """
    if isinstance(cell, float) and cell.is_integer():
        # Spreadsheets hold every number as a float.
        return int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and _YEAR.fullmatch(cell.strip()):
        return int(cell)
    raise BadCell("" if cell is None else cell, "a whole year such as 2012")


def number_of(cell: object) -> float | None:
    """Finite number in a cell, None if it is blank.

    Raises
    ------
    BadCell
        If the cell holds anything else.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _finite(cell, cell)
    text = cell.strip() if isinstance(cell, str) else ""
    if _NUMBER.fullmatch(text):
        return _finite(float(text), cell)
    if _NOT_FINITE.fullmatch(text):
        raise BadCell(cell, "a finite number")
    if _COMMAS.fullmatch(text):
        raise BadCell(cell, "a number with a decimal point and no other separator")
    raise BadCell(cell, "a number")


def _finite(value: float, cell: object) -> float:
    if not -_LARGEST <= value <= _LARGEST:
        raise BadCell(cell, f"a finite number, of at most {_LARGEST:g} in magnitude")
    return float(value)
