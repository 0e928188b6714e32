"""What experts' tables tell of the hierarchy: whoever judges criteria says what they belong to."""

from collections.abc import Iterator, Sequence
from typing import Any

from recc_mc.study.cells import is_blank
from recc_mc.study.hierarchy import SYSTEMS
from recc_mc.workbook.expert_tables import ExpertTable
from recc_mc.workbook.words import SYSTEM_WORDS, known_word

__all__ = ["fill_hierarchy"]


def fill_hierarchy(rows: Sequence[dict[str, Any]], squares: Sequence[ExpertTable]) -> Iterator[str]:
    """Fill in blank criteria and systems of indicators, and say by which table.

    A table of indicators that is called like an item of another table is of that criterion; one of
    criteria that is called like a system is of that system.

    Parameters
    ----------
    rows
        Rows of the table of indicators, which are filled in.
    squares
        The experts' tables.
    """
    names = {str(row.get("long_name")): row["indicator"] for row in rows}
    compared = {item for square in squares for item in square.items}
    for square in squares:
        items = {names.get(item, item) for item in square.items}
        criterion = next((name for name in square.names if name in compared), None)
        chosen = [row for row in rows if row["indicator"] in items]
        if criterion is not None and len(chosen) == len(items):
            yield from _filled(chosen, "criterion", criterion, square.place)
    for square in squares:
        system = next((s for s in map(_system, square.names) if s in SYSTEMS), None)
        chosen = [row for row in rows if row.get("criterion") in square.items]
        if system is not None and {row["criterion"] for row in chosen} == set(square.items):
            yield from _filled(chosen, "system", system, square.place)


def _system(name: str) -> Any:
    return known_word(name, SYSTEM_WORDS)


def _filled(rows: Sequence[dict[str, Any]], column: str, value: str, place: str) -> Iterator[str]:
    blank = [row for row in rows if is_blank(row.get(column))]
    for row in blank:
        row[column] = value
    if blank:
        yield f'{place}: tells the {column} "{value}" of {len(blank)} indicators'
