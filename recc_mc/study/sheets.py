"""Tables of rows and columns, from CSV files and spreadsheets."""

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.cells import is_blank
from recc_mc.study.files import read_bytes, read_text
from recc_mc.study.names import clean_name

__all__ = ["Row", "Sheet", "read_sheet", "width_problem"]

_DECIMAL_COMMA = re.compile(r"(^|,)[+-]?[0-9]+,[0-9]+(,|$)")


class Row(NamedTuple):
    """One row: the line where it starts, and its cells."""

    line: int
    cells: tuple[object, ...]


class Sheet(NamedTuple):
    """A table as read: nothing is interpreted yet.

    Parameters
    ----------
    name
        What messages call the file.
    line
        Line of the header.
    header
        Names of the columns, all distinct.
    rows
        Rows that hold anything.
    """

    name: str
    line: int
    header: tuple[str, ...]
    rows: list[Row]


def read_sheet(path: Path, name: str) -> Sheet:
    """Read a table from a .csv file or the first sheet of an .xlsx file.

    Raises
    ------
    InputError
        If the file cannot be read as a table at all.
    """
    is_book = path.suffix.lower() == ".xlsx"
    rows = list(_filled(_xlsx_rows(path, name) if is_book else _csv_rows(path, name)))
    if not rows:
        raise InputError(f"{name}: is empty")
    first, *rest = rows
    header = tuple("" if cell is None else clean_name(str(cell)) for cell in first.cells)
    while header and not header[-1]:
        header = header[:-1]
    _check_header(header, name, first.line)
    return Sheet(name, first.line, header, [_trimmed(row, len(header)) for row in rest])


def _check_header(header: tuple[str, ...], name: str, line: int) -> None:
    if len(header) == 1:
        for separator, word in ((";", '";"'), ("\t", "tabs")):
            if separator in header[0]:
                raise InputError(
                    f'{name}:{line}: columns are separated by {word}: expected "," between columns '
                    "and a decimal point in numbers"
                )
    problems = [
        f"{name}:{line}: column {number}: has no name"
        for number, column in enumerate(header, 1)
        if not column
    ]
    problems += [
        f'{name}:{line}: column "{column}": is given twice'
        for column in dict.fromkeys(header)
        if column and header.count(column) > 1
    ]
    if problems:
        raise InputError(problems)


def _trimmed(row: Row, width: int) -> Row:
    """Row without blank cells beyond the header, which spreadsheets like to export."""
    cells = list(row.cells)
    while len(cells) > width and is_blank(cells[-1]):
        cells.pop()
    return Row(row.line, tuple(cells))


def _csv_rows(path: Path, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(read_text(path, name), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        # The reader has gone on to the end of the file; the row began here.
        raise InputError(f"{name}:{line}: not valid CSV: {error}") from error


def _xlsx_rows(path: Path, name: str) -> Iterator[Row]:
    content = read_bytes(path, name)
    try:
        import openpyxl
    except ImportError as error:
        message = f"{name}: reading .xlsx needs openpyxl: pip install recc-mc[excel]"
        raise InputError(message) from error
    with warnings.catch_warnings():
        # It warns of styles and form controls that it cannot keep; only values matter here.
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            cells = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        except Exception as error:
            # Whatever the zip and XML parsers raise on a damaged file; a book without a sheet.
            raise InputError(f"{name}: not a readable .xlsx file: {error}") from error
    width = max(map(len, cells), default=0)
    for line, row in enumerate(cells, 1):
        yield Row(line, row + (None,) * (width - len(row)))


def _filled(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that hold anything; each keeps the line it came from."""
    return (row for row in rows if not all(is_blank(cell) for cell in row.cells))


def width_problem(sheet: Sheet, row: Row) -> str | None:
    """Sentence about a row with too few or too many cells, None if it fits the header."""
    width = len(sheet.header)
    if len(row.cells) == width:
        return None
    reason = ""
    if len(row.cells) > width and _DECIMAL_COMMA.search(",".join(map(str, row.cells))):
        reason = "; numbers need a decimal point, not a comma"
    return f"{sheet.name}:{row.line}: {len(row.cells)} columns: expected {width}{reason}"
