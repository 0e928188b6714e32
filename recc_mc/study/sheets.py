"""Tables of rows and columns, from CSV files and spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.book import Book, Row, reference
from recc_mc.study.cells import is_blank
from recc_mc.study.files import read_text
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
    title
        Title of the sheet of a spreadsheet.
    others
        Titles of its other visible sheets.
    """

    name: str
    line: int
    header: tuple[str, ...]
    rows: list[Row]
    title: str | None = None
    others: tuple[str, ...] = ()

    def at(self, line: int, column: int | None = None) -> str:
        """Where a row or a cell is, as messages say it."""
        return _place(self.name, self.title, line, column)

    def along(self, line: int, columns: Sequence[int]) -> list[str]:
        """Where each of some cells of a row is: in a file of lines they share one text."""
        if self.title is None:
            return [self.at(line)] * len(columns)
        return [self.at(line, column) for column in columns]


def _place(name: str, title: str | None, line: int, column: int | None = None) -> str:
    return f"{name}:{line if title is None else reference(title, line, column)}"


def read_sheet(path: Path, name: str, title: str | None = None) -> Sheet:
    """Read a table from a .csv file or from a sheet of an .xlsx file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.
    title
        Title of the sheet; the first one if None.

    Raises
    ------
    InputError
        If the file cannot be read as a table at all.
    """
    if path.suffix.lower() != ".xlsx":
        if title is not None:
            raise InputError(f"{name}: has no sheet {shown(title)}: expected an .xlsx file")
        return csv_sheet(read_text(path, name), name)
    book = Book(path, name)
    grid = book.grid(book.chosen(title))
    rows = list(_filled(grid.rows))
    others = tuple(other for other in book.visible if other != grid.title)
    if not rows:
        raise InputError(
            f"{name}: sheet {shown(grid.title)}: is empty{_choice(others)}"
            if others
            else f"{name}: is empty"
        )
    line = rows[0].line
    if any(place[0] == line for place in grid.repeated):
        raise InputError(_several_headings(_place(name, grid.title, line), name))
    return sheet_of(rows, name, grid.title, others)


def csv_sheet(text: str, name: str) -> Sheet:
    """Read a table from the text of a .csv file.

    Raises
    ------
    InputError
        If it cannot be read as a table at all.
    """
    return sheet_of(_csv_rows(text, name), name)


def sheet_of(
    rows: Iterable[Row], name: str, title: str | None = None, others: tuple[str, ...] = ()
) -> Sheet:
    """Make a table of rows, of which the first that holds anything is the header.

    Parameters
    ----------
    rows
        The rows.
    name, title, others
        Of the table.

    Raises
    ------
    InputError
        If there is none, or a column has no name or that of another one.
    """
    filled = list(_filled(rows))
    if not filled:
        raise InputError(f"{name}: is empty")
    first, *rest = filled
    cells = ["" if cell is None else visible(_text(cell)) for cell in first.cells]
    while cells and not cells[-1]:
        cells.pop()
    header = _header(cells, name, _place(name, title, first.line))
    trimmed = [_trimmed(row, len(header)) for row in rest]
    return Sheet(name, first.line, header, trimmed, title, others)


def _text(cell: object) -> str:
    """Text of a heading; spreadsheets hold years as floats."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def _header(cells: list[str], name: str, place: str) -> tuple[str, ...]:
    if len(cells) == 1:
        for separator, word in ((";", '";"'), ("\t", "tabs")):
            if separator in cells[0]:
                raise InputError(
                    f'{place}: columns are separated by {word}: expected "," between columns '
                    "and a decimal point in numbers"
                )
    if cells.count("") > 1:
        raise InputError(_several_headings(place, name))
    header: list[str] = []
    problems: list[str] = []
    for number, cell in enumerate(cells, 1):
        try:
            header.append(clean_name(cell))
        except BadName as problem:
            problems.append(f"{place}: column {number}: {shown(cell)}: expected {problem}")
            continue
        if not cell:
            problems.append(f"{place}: column {number}: has no name")
    problems += [
        f'{place}: column "{column}": is given twice'
        for column in dict.fromkeys(header)
        if column and header.count(column) > 1
    ]
    if problems:
        raise InputError(problems)
    return tuple(header)


def _several_headings(place: str, name: str) -> str:
    """One sentence about a table whose columns have their names in several rows."""
    return (
        f"{place}: its headings stand over several columns or in several rows: expected one row "
        f"with a name for each column; 'recc-mc import {name} -o DIR' makes a study of such a table"
    )


def _choice(others: Iterable[str]) -> str:
    """End of a sentence about a sheet that may be the wrong one."""
    return (
        f"; other sheets: {', '.join(map(shown, others))}: "
        "study.panel_sheet and study.indicators_sheet choose one"
    )


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
    place = sheet.at(sheet.line)
    wanted = list(required)
    known = [*wanted, *others]
    if sheet.others and not any(nearest(column, sheet.header) for column in wanted):
        yield (
            f"{place}: sheet {shown(sheet.title)} has none of the columns {', '.join(wanted)}"
            f"{_choice(sheet.others)}"
        )
        return
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
    return f"{sheet.at(row.line)}: {len(row.cells)} columns: expected {width}{reason}"
