"""Spreadsheets as who opens them sees them: one rule for each kind of cell.

- A formula is its stored result; one without (a program wrote it) is refused.
- A number shown as a percentage is one: 85 where the units are %, 0.85 where they are 1.
- A date that is shown as a year is that year; any other date is a date.
- What stands in merged cells stands in each of them; a number that does is nobody's value.
- Hidden rows and columns that hold anything are refused; hidden sheets are not read.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.cells import Percentage, Spread, is_blank
from recc_mc.study.files import read_bytes
from recc_mc.study.names import hint, visible
from recc_mc.study.wording import shown

__all__ = ["Book", "Grid", "Row", "reference"]

_PERCENT = re.compile(r'%(?=(?:[^"]*"[^"]*")*[^"]*$)')
_YEAR_ONLY = re.compile(r'(\[[^\]]*\])*"?y{2,4}"?(["\\]?年"?)?(;@)?', re.IGNORECASE)
_PLAIN_TITLE = re.compile(r"\w+")


class Row(NamedTuple):
    """One row: the line where it starts, and its cells."""

    line: int
    cells: tuple[object, ...]


class Grid(NamedTuple):
    """Cells of a sheet.

    Parameters
    ----------
    title
        Title of the sheet.
    rows
        Every row, from the first one on, all of one width.
    repeated
        Positions (line, column) whose content is that of merged cells they belong to.
    computed
        Positions of cells with a formula.
    """

    title: str
    rows: list[Row]
    repeated: frozenset[tuple[int, int]] = frozenset()
    computed: frozenset[tuple[int, int]] = frozenset()


def reference(title: str, line: int, column: int | None = None) -> str:
    """Cell or row as spreadsheets write it; columns count from 0.

    Examples
    --------
    >>> reference("raw data", 7, 2), reference("data", 7)
    ("'raw data'!C7", 'data!7')
    """
    sheet = title if _PLAIN_TITLE.fullmatch(title) else "'{}'".format(title.replace("'", "''"))
    return f"{sheet}!{'' if column is None else _letters(column)}{line}"


def _letters(column: int) -> str:
    above, last = divmod(column, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + last)


class Book:
    """An .xlsx file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.

    Raises
    ------
    InputError
        If it cannot be read at all.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._content = read_bytes(path, name)
        self._book = self._opened(results=False)
        states = {sheet.title: sheet.sheet_state for sheet in self._book.worksheets}
        self.titles: tuple[str, ...] = tuple(states)
        self.visible = tuple(title for title in states if states[title] == "visible")

    def _opened(self, *, results: bool) -> Any:
        try:
            import openpyxl
        except ImportError as error:
            message = f"{self.name}: reading .xlsx needs openpyxl: pip install recc-mc[excel]"
            raise InputError(message) from error
        with warnings.catch_warnings():
            # It warns of styles and form controls that it cannot keep; only values matter here.
            warnings.simplefilter("ignore", UserWarning)
            try:
                book = openpyxl.load_workbook(io.BytesIO(self._content), data_only=results)
                book.worksheets[0].title  # noqa: B018
            except Exception as error:
                # Whatever the zip and XML parsers raise on a damaged file; a book without a sheet.
                raise InputError(f"{self.name}: not a readable .xlsx file: {error}") from error
        return book

    @cached_property
    def _results(self) -> Any:
        """The same book with the results of its formulas, which few books need."""
        return self._opened(results=True)

    def chosen(self, title: str | None) -> str:
        """Title of the sheet to read: the first one if none is named.

        Raises
        ------
        InputError
            If there is no such sheet, or it is hidden.
        """
        if title is not None:
            if title not in self.titles:
                known = self.visible
                raise InputError(f"{self.name}: no sheet {shown(title)}{hint(title, known)}")
            if title not in self.visible:
                raise InputError(
                    f"{self.name}: sheet {shown(title)}: is hidden, expected a visible one"
                )
            return title
        first: str = self.titles[0]
        if first not in self.visible:
            seen = ", ".join(map(shown, self.visible))
            raise InputError(
                f"{self.name}: sheet {shown(first)}: is the first one, which holds the table, but "
                f"is hidden: expected the table on a visible first sheet (visible: {seen})"
            )
        return first

    def starts_with(self, title: str, word: str) -> bool:
        """Whether the first cell of a sheet holds a word."""
        content = self._book[title].cell(1, 1).value
        return isinstance(content, str) and visible(content).casefold() == word

    def grid(self, title: str, *, strict: bool = True) -> Grid:
        """Cells of a sheet.

        Parameters
        ----------
        title
            Title of the sheet.
        strict
            Whether formulas without a stored result are refused; else they are blank.

        Raises
        ------
        InputError
            With every cell, row and column that cannot be taken as it is seen.
        """
        sheet = self._book[title]
        table = [list(row) for row in sheet.iter_rows()]
        computed = {
            (line, column)
            for line, row in enumerate(table, 1)
            for column, cell in enumerate(row)
            if cell.data_type == "f"
        }
        results = self._results[title] if computed else None
        problems: list[str] = []
        values: list[list[object]] = []
        for line, row in enumerate(table, 1):
            values.append([])
            for column, cell in enumerate(row):
                value = cell.value
                if (line, column) in computed and results is not None:
                    value = results.cell(line, column + 1).value
                    if value is None and strict:
                        problems.append(
                            f"{self.name}:{reference(title, line, column)}: a formula without a "
                            "stored result: expected a file saved by a spreadsheet program, or the "
                            "number itself"
                        )
                values[-1].append(_as_seen(value, str(cell.number_format)))
        problems += self._hidden(sheet, values)
        if problems:
            raise InputError(problems)
        repeated = frozenset(_spread(sheet, values))
        rows = [Row(line, tuple(cells)) for line, cells in enumerate(values, 1)]
        return Grid(title, rows, repeated, frozenset(computed))

    def _hidden(self, sheet: Any, values: Sequence[Sequence[object]]) -> Iterator[str]:
        """Sentences about rows and columns that hold something nobody sees."""
        remedy = "expected it shown, or deleted"
        for line, row in enumerate(values, 1):
            # Asking for the dimensions of a row that has none makes them.
            found = sheet.row_dimensions.get(line)
            if found is not None and found.hidden and not all(map(is_blank, row)):
                place = f"{self.name}:{reference(sheet.title, line)}"
                yield f"{place}: the row is hidden but holds something: {remedy}"
        for found in sheet.column_dimensions.values():
            if not found.hidden:
                continue
            for column in range(found.min - 1, found.max):
                lines = [
                    line
                    for line, row in enumerate(values, 1)
                    if column < len(row) and not is_blank(row[column])
                ]
                if lines:
                    place = f"{self.name}:{reference(sheet.title, lines[0], column)}"
                    yield f"{place}: the column is hidden but holds something: {remedy}"


def _as_seen(value: object, style: str) -> object:
    """Content of a cell with what its format says of it."""
    if isinstance(value, date):
        return value.year if _YEAR_ONLY.fullmatch(style) else value
    if isinstance(value, int | float) and not isinstance(value, bool) and _PERCENT.search(style):
        return Percentage(value)
    return value


def _spread(sheet: Any, values: list[list[object]]) -> Iterator[tuple[int, int]]:
    """Write the content of merged cells into each of them; the positions written to."""
    for area in sheet.merged_cells.ranges:
        if area.min_row > len(values) or area.min_col > len(values[0]):
            continue
        content = values[area.min_row - 1][area.min_col - 1]
        is_number = isinstance(content, int | float) and not isinstance(content, bool)
        for line, column in area.cells:
            if line > len(values) or column > len(values[0]):
                continue
            values[line - 1][column - 1] = Spread(content) if is_number else content
            if (line, column) != (area.min_row, area.min_col):
                yield line, column - 1
