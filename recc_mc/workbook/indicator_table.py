"""A table of indicators as people have it: where each belongs, and what more of it means."""

from typing import Any

from recc_mc.study.cells import is_blank
from recc_mc.workbook.draft import BOUNDS, COLUMNS
from recc_mc.workbook.tables import YEAR, Table, text_in
from recc_mc.workbook.words import DIRECTIONS, SYSTEM_WORDS, known_word, role_of

__all__ = ["holds_years", "indicator_rows"]

_TOLD_BY = {"system", "criterion", "direction"}
_REPEATED = ("system", "criterion")


def indicator_rows(table: Table) -> list[dict[str, Any]] | None:
    """Rows of a table with a column of indicators and two of system, criterion and direction."""
    number = _heading(table)
    if number is None:
        return None
    roles = enumerate(map(role_of, map(text_in, table.rows[number].cells)))
    return _rows(table, number, {role: c for c, role in roles if role})


def holds_years(table: Table) -> bool:
    """Whether years stand beside the headings of a table of indicators: it is a panel, too."""
    number = _heading(table)
    return number is not None and YEAR in table.kinds[number]


def _heading(table: Table) -> int | None:
    for number, row in enumerate(table.rows):
        roles = {role_of(text_in(cell)) for cell in row.cells}
        if "indicator" in roles and len(roles & _TOLD_BY) > 1:
            return number
    return None


def _rows(table: Table, heading: int, at: dict[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    latest: dict[str, str] = {}
    for row in table.rows[heading + 1 :]:
        name = text_in(row.cells[at["indicator"]])
        if not name:
            continue
        found: dict[str, Any] = {"indicator": name}
        for column in (*COLUMNS[1:], *BOUNDS):
            cell = row.cells[at[column]] if column in at else None
            if column in _REPEATED:
                latest[column] = text_in(cell) or latest.get(column, "")
                cell = latest[column]
            found[column] = None if is_blank(cell) else cell
        for column, words in (("system", SYSTEM_WORDS), ("direction", DIRECTIONS)):
            if found[column] is not None:
                found[column] = known_word(text_in(found[column]), words)
        found["units"] = None if is_blank(found["units"]) else text_in(found["units"])
        rows.append(found)
    return rows
