"""Judgment matrices in a spreadsheet: one sheet for each, and for each expert."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.book import Book, Grid, reference
from recc_mc.study.cells import is_blank
from recc_mc.study.full_matrix import upper_rows
from recc_mc.study.names import folded
from recc_mc.study.wording import shown

__all__ = ["EXPERT", "ITEM", "MATRIX", "WEIGHT", "MatrixSheets", "read_matrix_sheets"]

MATRIX, EXPERT, WEIGHT, ITEM = "matrix", "expert", "weight", "item"
"""What stands in column A: above a table, what it is; in its heading, what its lines are."""


class MatrixSheets(NamedTuple):
    """Sheets as the tables of a judgments file.

    Parameters
    ----------
    document
        The same as a judgments file gives, ``matrix`` and ``expert_weights``.
    places
        For each entry of ``matrix``: the cell of each part, with a colon before it.
    problems
        What is wrong with the sheets, each beginning with a colon and the cell.
    """

    document: dict[str, Any]
    places: list[Mapping[str, str]]
    problems: list[str]


def read_matrix_sheets(path: Path, name: str) -> MatrixSheets:
    """Read every visible sheet whose first cell says ``matrix``.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no such sheet.
    """
    book = Book(path, name)
    found = MatrixSheets({"matrix": []}, [], [])
    weights: dict[str, tuple[Any, str]] = {}
    for title in book.visible:
        if not book.starts_with(title, MATRIX):
            continue
        sheet = _MatrixSheet(book.grid(title, strict=False))
        found.document["matrix"].append(sheet.table())
        found.places.append(sheet.places)
        found.problems.extend(sheet.problems)
        weight, expert = sheet.head.get(WEIGHT), str(sheet.head.get(EXPERT, ""))
        if not is_blank(weight):
            place = sheet.places[WEIGHT]
            first, earlier = weights.setdefault(folded(expert), (weight, place))
            if first != weight:
                found.problems.append(
                    f"{place}: {shown(weight)}: expected {shown(first)} as in {earlier[1:]}, one "
                    "weight for each expert"
                )
    if not found.places:
        raise InputError(
            f'{name}: no sheet of judgments: expected one for each matrix, with "{MATRIX}" in A1 '
            "and its name in B1"
        )
    if weights:
        found.document["expert_weights"] = {key: value for key, (value, _) in weights.items()}
    return found


class _MatrixSheet:
    """One sheet: what stands above the table, and the table."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.problems: list[str] = []
        self.head: dict[str, Any] = {}
        self.places: dict[str, str] = {"": self.at(1, 1)}
        self.start = len(grid.rows)
        for row in grid.rows:
            key = folded(str(row.cells[0] or "")).casefold()
            if key == ITEM:
                self.start = row.line
                break
            if key in (MATRIX, EXPERT, WEIGHT):
                self.places[{MATRIX: "name"}.get(key, key)] = self.at(row.line, 1)
                if len(row.cells) > 1 and not is_blank(row.cells[1]):
                    self.head[key] = row.cells[1]

    def at(self, line: int, column: int | None = None) -> str:
        return f":{reference(self.grid.title, line, column)}"

    def table(self) -> dict[str, Any]:
        """Entry of a judgments file."""
        items, cells = self._cells()
        for i in range(len(items)):
            self.places[f"items[{i}]"] = self.at(self.start + 1 + i, 0)
            for j in range(i + 1, len(items)):
                self.places[f"upper[{i}][{j - i - 1}]"] = self.at(self.start + 1 + i, 1 + j)
        rows, problems = upper_rows(cells, lambda i, j: self.at(self.start + 1 + i, 1 + j))
        self.problems += problems
        table: dict[str, Any] = {"items": items, "upper": rows}
        if MATRIX in self.head:
            table["name"] = str(self.head[MATRIX])
        if EXPERT in self.head:
            table["expert"] = str(self.head[EXPERT])
        return table

    def _cells(self) -> tuple[list[str], list[list[Any]]]:
        """Items, and the cells of the table; a formula without a stored result is blank."""
        if self.start == len(self.grid.rows):
            self.problems.append(
                f'{self.places[""]}: has no table: expected a row of "{ITEM}" and the names, and a '
                "row for each of them"
            )
            return [], []
        rows = []
        for row in self.grid.rows[self.start :]:
            if is_blank(row.cells[0]):
                break
            rows.append(row)
        items = [_name(row.cells[0]) for row in rows]
        heading = self.grid.rows[self.start - 1].cells[1:]
        for j, item in enumerate(items):
            given = heading[j] if j < len(heading) else None
            if (self.start, 1 + j) not in self.grid.computed and folded(_name(given)) != folded(
                item
            ):
                self.problems.append(
                    f"{self.at(self.start, 1 + j)}: {shown('' if given is None else given)}: "
                    f"expected {shown(item)}, the items in the order of the rows"
                )
        for i, row in enumerate(rows):
            for j in range(i + 1, len(rows)):
                place = (row.line, 1 + j)
                if place in self.grid.computed and is_blank(row.cells[1 + j]):
                    self.problems.append(
                        f"{self.at(*place)}: a formula without a stored result: expected a "
                        "judgment, or the file saved by a spreadsheet program"
                    )
        width = 1 + len(items)
        return items, [list((*row.cells, *[None] * width)[1:width]) for row in rows]


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)
