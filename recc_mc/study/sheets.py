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
from recc_mc.study.names import BadName, clean_name, hint, nearest, visible
from recc_mc.study.wording import shown

__all__ = [
    "Row",
    "Sheet",
    "column_problems",
    "csv_sheet",
    "read_sheet",
    "sheet_of",
    "width_problem",
]

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
    if path.suffix.lower() == ".xlsx":
        return sheet_of(_xlsx_rows(path, name), name)
    return csv_sheet(read_text(path, name), name)


def csv_sheet(text: str, name: str) -> Sheet:
    """Read a table from the text of a .csv file.

    Raises
    ------
    InputError
        If it cannot be read as a table at all.
    """
    return sheet_of(_csv_rows(text, name), name)


def sheet_of(rows: Iterable[Row], name: str) -> Sheet:
    """Make a table of rows, of which the first that holds anything is the header.

    Raises
    ------
    InputError
        If there is none, or a column has no name or that of another one.
    """
    filled = list(_filled(rows))
    if not filled:
        raise InputError(f"{name}: is empty")
    first, *rest = filled
    cells = ["" if cell is None else visible(str(cell)) for cell in first.cells]
    while cells and not cells[-1]:
        cells.pop()
    header = _header(cells, name, first.line)
    return Sheet(name, first.line, header, [_trimmed(row, len(header)) for row in rest])


def _header(cells: list[str], name: str, line: int) -> tuple[str, ...]:
    if len(cells) == 1:
        for separator, word in ((";", '";"'), ("\t", "tabs")):
            if separator in cells[0]:
                raise InputError(
                    f'{name}:{line}: columns are separated by {word}: expected "," between columns '
                    "and a decimal point in numbers"
                )
    header: list[str] = []
    problems: list[str] = []
    for number, cell in enumerate(cells, 1):
        try:
            header.append(clean_name(cell))
        except BadName as problem:
            problems.append(f"{name}:{line}: column {number}: {shown(cell)}: expected {problem}")
            continue
        if not cell:
            problems.append(f"{name}:{line}: column {number}: has no name")
    problems += [
        f'{name}:{line}: column "{column}": is given twice'
        for column in dict.fromkeys(header)
        if column and header.count(column) > 1
    ]
    if problems:
        raise InputError(problems)
    return tuple(header)


def column_problems(
    sheet: Sheet,
    required: Iterable[str],
    others: Iterable[str],
    expected: str,
    *,
    closed: bool = True,
) -> Iterator[str]:
    """Sentences about columns that are missing or unknown, one for a column that is misspelt.

    Parameters
    ----------
    sheet
        The table.
    required
        Columns it must have.
    others
        Columns that are known besides.
    expected
        End of the sentence about a missing column.
    closed
        Whether there may be no other columns.
    """
    place = f"{sheet.name}:{sheet.line}"
    wanted = list(required)
    known = [*wanted, *others]
    unknown = [column for column in sheet.header if column not in known]
    for column in wanted:
        if column in sheet.header:
            continue
        near = nearest(column, unknown)
        if near is None:
            yield f'{place}: column "{column}": is missing, expected {expected}'
        else:
            unknown.remove(near)
            yield f'{place}: column "{near}": unknown; did you mean "{column}"?'
    for column in unknown if closed else ():
        yield f'{place}: column "{column}": unknown{hint(column, known)}'


def _trimmed(row: Row, width: int) -> Row:
    """Row without blank cells beyond the header, which spreadsheets like to export."""
    cells = list(row.cells)
    while len(cells) > width and is_blank(cells[-1]):
        cells.pop()
    return Row(row.line, tuple(cells))


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
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
            states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
            cells = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        except Exception as error:
            # Whatever the zip and XML parsers raise on a damaged file; a book without a sheet.
            raise InputError(f"{name}: not a readable .xlsx file: {error}") from error
    _refuse_hidden(states, name)
    width = max(map(len, cells), default=0)
    for line, row in enumerate(cells, 1):
        yield Row(line, row + (None,) * (width - len(row)))


def _refuse_hidden(states: dict[str, str], name: str) -> None:
    """Refuse a table that whoever opens the book does not see."""
    first, *rest = states
    if states[first] == "visible":
        return
    seen = [title for title in rest if states[title] == "visible"]
    raise InputError(
        f"{name}: sheet {shown(first)}: is the first one, which holds the table, but is hidden: "
        f"expected the table on a visible first sheet (visible: {', '.join(map(shown, seen))})"
    )


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
