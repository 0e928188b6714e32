"""Whatever tables files hold: every visible sheet of a spreadsheet, every text file."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unicodedata import normalize

from recc_mc.errors import InputError
from recc_mc.study.book import Book, Row, reference
from recc_mc.study.cells import is_blank, looks_missing, number_of
from recc_mc.study.files import read_text
from recc_mc.study.names import folded
from recc_mc.workbook.words import year_in

__all__ = [
    "BLANK",
    "MISSING",
    "NUMBER",
    "TEXT",
    "YEAR",
    "Table",
    "kind_of",
    "read_tables",
    "text_in",
]

_LIKE_A_NUMBER = re.compile(r"\s*[+-]?[0-9][0-9,.' ]*%?\s*")
BLANK, TEXT, NUMBER, YEAR, MISSING = "blank", "text", "number", "year", "missing"


@dataclass(frozen=True)
class Table:
    """Cells of a sheet or a text file; all rows have one width.

    Parameters
    ----------
    file
        What messages call the file.
    title
        Title of the sheet; None in a text file.
    rows
        Rows with their lines.
    alone
        Whether the file holds no other table.
    """

    file: str
    title: str | None
    rows: list[Row]
    alone: bool

    @cached_property
    def name(self) -> str:
        """What the table is called: the title of its sheet, or its file."""
        return Path(self.file).stem if self.title is None else self.title

    @property
    def place(self) -> str:
        """Where the table is, as messages say it."""
        return self.file if self.title is None else f"{self.file}: sheet {self.title}"

    def at(self, row: int, column: int) -> str:
        """Where a cell is, as messages say it; rows count from 0."""
        line = self.rows[row].line
        return f"{self.file}:{line if self.title is None else reference(self.title, line, column)}"

    @cached_property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row.cells) for row in self.rows), default=0)

    @cached_property
    def kinds(self) -> list[list[str]]:
        """What each cell may be."""
        return [[kind_of(cell) for cell in row.cells] for row in self.rows]


def kind_of(cell: Any) -> str:
    """Whether a cell is blank, text, a number, a year or a sign for a missing value."""
    if is_blank(cell):
        return BLANK
    if year_in(cell) is not None:
        return YEAR
    if looks_missing(cell):
        return MISSING
    try:
        number_of(cell, "%")
    except ValueError:
        # A number as people write it is to be told, not to be taken for a name.
        is_number = isinstance(cell, float) or _LIKE_A_NUMBER.fullmatch(
            normalize("NFKC", str(cell))
        )
        return NUMBER if is_number else TEXT
    return NUMBER


def text_in(cell: Any) -> str:
    """Content of a cell as a name, on one line."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if is_blank(cell) else folded(" ".join(str(cell).split()))


def read_tables(files: Sequence[Path]) -> Iterator[Table]:
    """Every table of some files.

    Raises
    ------
    InputError
        If a file cannot be read, or a cell not be taken as it is seen.
    """
    for file in files:
        name = str(file)
        if file.suffix.lower() == ".xlsx":
            book = Book(file, name)
            for title in book.visible:
                # A matrix may be half formulas; it says so itself if a judgment is.
                strict = not book.starts_with(title, "matrix")
                rows = book.grid(title, strict=strict).rows
                yield _table(name, title, rows, len(book.visible) == 1)
        elif file.suffix.lower() == ".csv":
            text = read_text(file, name)
            try:
                cells = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            except csv.Error as error:
                raise InputError(f"{name}: not valid CSV: {error}") from error
            rows = [Row(line, tuple(row)) for line, row in enumerate(cells, 1)]
            yield _table(name, None, rows, True)
        else:
            raise InputError(f"{name}: unknown kind of file, expected .csv or .xlsx")


def _table(file: str, title: str | None, rows: list[Row], alone: bool) -> Table:
    filled = [row for row in rows if not all(map(is_blank, row.cells))]
    width = max(
        (i + 1 for row in filled for i, cell in enumerate(row.cells) if not is_blank(cell)),
        default=0,
    )
    cut = [Row(row.line, (*row.cells, *[None] * width)[:width]) for row in filled]
    return Table(file, title, cut, alone)
