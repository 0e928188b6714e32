"""Single cells of a table as numbers, years and names.

Cells are texts (CSV), or texts, numbers, dates and None (spreadsheets).
"""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal

from recc_mc.study.names import BadName, clean_name, clean_path, clean_text, visible
from recc_mc.study.wording import shown

__all__ = [
    "BadCell",
    "Percentage",
    "Spread",
    "is_blank",
    "looks_missing",
    "name_of",
    "number_of",
    "path_of",
    "stands_for_nothing",
    "text_of",
    "year_of",
]

# float() would also take "1_000", "infinity", and digits of other scripts.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YEAR = re.compile(r"[+-]?[0-9]{1,9}")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_COMMAS = re.compile(r"[+-]?[0-9.,]*,[0-9.,]*([eE][+-]?[0-9]+)?")
# Beyond it differences and products of values overflow.
_LARGEST = 1e100
# Larger numbers are dates: 20120101, 201201, or days since 1899-12-30 as spreadsheets count them.
_LAST_YEAR = 9999
_SERIAL_ZERO = date(1899, 12, 30)
_LAST_SERIAL = 99_999
# What tables write where there is no value; which of it a study means is for the study to say.
_CODES = frozenset(
    (
        "..",
        "...",
        "…",
        "……",
        "-",
        "--",
        "–",
        "—",
        "na",
        "n/a",
        "n.a.",
        "null",
        "*",
        "缺",
    )
)
_PERCENT = re.compile(r"(.*[0-9.])\s*[%\uff05]")
_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}([T ].*)?")


class Percentage(float):
    """Number that a spreadsheet shows as a percentage: 0.85 shown as 85%."""

    def __str__(self) -> str:
        return f"{_percents(self):g}%"


class Spread(float):
    """Number that stands in several cells at once, which are merged."""


class BadCell(ValueError):
    """A cell that is not what its column holds: the value, and what is expected."""

    def __init__(self, cell: object, expected: str) -> None:
        super().__init__(f"{shown(cell)}: expected {expected}")


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not visible(cell))


def name_of(cell: object, clean: Callable[[str], str] = clean_name) -> str:
    """Name in a cell; a whole number of a spreadsheet is a name, too.

    Parameters
    ----------
    cell
        The cell.
    clean
        What makes a name of its text.

    Raises
    ------
    BadCell
        If the cell is blank or neither text nor whole number, or the name cannot be shown.
    """
    if is_blank(cell):
        raise BadCell("", "a name")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise BadCell(cell, "a name")
    try:
        name = clean(str(cell))
    except BadName as problem:
        raise BadCell(cell, str(problem)) from None
    if not name:
        raise BadCell(cell, "a name")
    return name


def path_of(cell: object) -> str:
    """Path of a criterion in a cell, as of `clean_path`; the rest is as of `name_of`."""
    return name_of(cell, clean_path)


def text_of(cell: object) -> str:
    """Words in a cell on one line; empty if it is blank.

    Raises
    ------
    BadCell
        If they cannot be shown.
    """
    try:
        return "" if is_blank(cell) else clean_text(str(cell))
    except BadName as problem:
        raise BadCell(cell, str(problem)) from None


def year_of(cell: object) -> int:
    """Year in a cell.

    Raises
    ------
    BadCell
        If the cell is not a whole number, or the number of a date.
    """
    year = _whole_number(cell)
    if year is None:
        is_date = isinstance(cell, date) or (
            isinstance(cell, str) and _DATE.fullmatch(visible(cell))
        )
        end = ", not a date" if is_date else ""
        raise BadCell("" if cell is None else cell, f"a whole year such as 2012{end}")
    if abs(year) > _LAST_YEAR:
        raise BadCell(cell, f"a whole year such as 2012{_as_date(year)}")
    return year


def _whole_number(cell: object) -> int | None:
    # Spreadsheets hold every number as a float.
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    text = visible(cell) if isinstance(cell, str) else ""
    return int(text) if _YEAR.fullmatch(text) else None


def _as_date(number: int) -> str:
    """What date a number that is no year may stand for, as the end of a sentence."""
    if 0 < number <= _LAST_SERIAL:
        day = _SERIAL_ZERO + timedelta(days=number)
        return f", not the number of a date ({day.isoformat()} in spreadsheets)"
    # 20120101 or 201201
    return (
        ", not a date" if re.fullmatch(r"[0-9]{4}(0[1-9]|1[0-2])([0-9]{2})?", str(number)) else ""
    )


def looks_missing(cell: object) -> bool:
    """Whether a cell holds what tables often write where there is no value."""
    return isinstance(cell, str) and visible(cell).casefold() in _CODES


def stands_for_nothing(cell: object, codes: Collection[str]) -> bool:
    """Whether a cell holds one of the codes that a study declares for a missing value.

    Examples
    --------
    >>> stands_for_nothing(" .. ", ["..", "-999"]), stands_for_nothing(-999.0, ["-999"])
    (True, True)
    """
    if not codes:
        return False
    if isinstance(cell, str):
        return visible(cell) in codes
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return any(_NUMBER.fullmatch(code) and float(code) == cell for code in codes)


def number_of(cell: object, units: str = "") -> float | None:
    """Finite number in a cell, None if it is blank.

    Parameters
    ----------
    cell
        The cell.
    units
        What the number counts: a percentage is 85 in ``"%"``, and 0.85 in ``"1"``.

    Raises
    ------
    BadCell
        If the cell holds anything else.
    """
    if cell is None:
        return None
    if isinstance(cell, str):
        return _number_in(visible(cell), units, cell)
    if isinstance(cell, Spread):
        raise BadCell(float(cell), "a number in one cell, not over merged cells")
    if isinstance(cell, Percentage):
        return _finite(_percentage(_percents(cell), units, cell), cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _finite(cell, cell)
    raise BadCell(cell, "a number")


def _number_in(text: str, units: str, cell: str) -> float | None:
    # A large panel has millions of cells: the two usual kinds come first.
    if _NUMBER.fullmatch(text):
        return _finite(float(text), cell)
    if not text:
        return None
    if (percent := _PERCENT.fullmatch(text)) and _NUMBER.fullmatch(percent[1]):
        return _finite(_percentage(float(percent[1]), units, cell), cell)
    if _NOT_FINITE.fullmatch(text):
        raise BadCell(cell, "a finite number")
    if _COMMAS.fullmatch(text):
        raise BadCell(cell, "a number with a decimal point and no other separator")
    raise BadCell(cell, "a number")


def _percents(fraction: float) -> float:
    """Fraction in percent, as decimals: 0.07 is 7, not 7.000000000000001."""
    return float(Decimal(repr(float(fraction))).scaleb(2))


def _percentage(percents: float, units: str, cell: object) -> float:
    if units in ("%", "percent"):
        return percents
    if units == "1":
        return float(Decimal(repr(percents)).scaleb(-2))
    raise BadCell(
        cell,
        f"a plain number, as its units are {shown(units)}, not %"
        if units
        else "a plain number, not a percentage",
    )


def _finite(value: float, cell: object) -> float:
    if not -_LARGEST <= value <= _LARGEST:
        raise BadCell(cell, f"a finite number, of at most {_LARGEST:g} in magnitude")
    return float(value)
