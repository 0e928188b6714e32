"""Experts' judgments as they hand them in: full square tables, anywhere on a sheet."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from recc_mc.study.cells import is_blank
from recc_mc.study.full_matrix import upper_rows
from recc_mc.study.saaty import ratio_of
from recc_mc.workbook.tables import BLANK, TEXT, YEAR, Table, text_in

__all__ = ["ExpertTable", "expert_tables"]


class ExpertTable(NamedTuple):
    """One square table.

    Parameters
    ----------
    table
        The sheet or file it stands on.
    place
        Where it begins.
    names
        What it may be called: what stands in its corner and above it, and its sheet.
    items
        What it compares.
    upper
        Judgments above the diagonal, row by row.
    expert, weight
        Whose they are, where the sheet says so.
    problems
        What contradicts itself.
    last
        Its last row; rows count from 0.
    """

    table: Table
    place: str
    names: list[str]
    items: tuple[str, ...]
    upper: list[list[Any]]
    expert: str
    weight: Any
    problems: list[str]
    last: int


def expert_tables(table: Table) -> Iterator[ExpertTable]:
    """Every square table whose rows and columns have the same names in the same order."""
    row = 0
    while row < len(table.rows):
        found = next(filter(None, (_at(table, row, c) for c in range(table.width - 2))), None)
        if found is not None:
            yield found
        row = row + 1 if found is None else found.last + 1


def _at(table: Table, row: int, column: int) -> ExpertTable | None:
    """Square table whose corner is a cell."""
    items: list[str] = []
    for c in range(column + 1, table.width):
        text = text_in(table.rows[row].cells[c])
        down = row + 1 + len(items)
        if not text or down >= len(table.rows):
            break
        if (
            table.kinds[row][c] not in (TEXT, YEAR)
            or text_in(table.rows[down].cells[column]) != text
        ):
            break
        items.append(text)
    size = len(items)
    if size < 2 or len(set(items)) < size:
        return None
    cells = [
        list(table.rows[row + 1 + i].cells[column + 1 : column + 1 + size]) for i in range(size)
    ]
    if not all(is_blank(cell) or ratio_of(cell) for line in cells for cell in line):
        return None

    def at(i: int, j: int) -> str:
        return table.at(row + 1 + i, column + 1 + j)

    upper, problems = upper_rows(cells, at)
    head = _head(table, row)
    corner = text_in(table.rows[row].cells[column])
    names = [head.get("matrix", ""), corner, *_above(table, row, column), table.name]
    return ExpertTable(
        table,
        table.at(row, column),
        [name for name in names if name],
        tuple(items),
        upper,
        str(head.get("expert", "")),
        head.get("weight"),
        problems,
        row + size,
    )


def _head(table: Table, row: int) -> dict[str, Any]:
    """What our own sheets say above a table."""
    found: dict[str, Any] = {}
    for line in table.rows[:row]:
        key = text_in(line.cells[0]).casefold()
        if key in ("matrix", "expert", "weight") and not is_blank(line.cells[1]):
            found[key] = line.cells[1] if key == "weight" else text_in(line.cells[1])
    return found


def _above(table: Table, row: int, column: int) -> list[str]:
    """Text right above a table."""
    if row == 0 or table.kinds[row - 1][column] == BLANK:
        return []
    return [text_in(table.rows[row - 1].cells[column])]
