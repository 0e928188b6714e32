"""What experts' tables tell of the hierarchy: a table is called like what its items belong to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recc_mc.study.cells import is_blank
from recc_mc.study.hierarchy import SEPARATOR, SYSTEMS
from recc_mc.study.names import folded
from recc_mc.workbook.expert_tables import ExpertTable
from recc_mc.workbook.words import SYSTEM_WORDS, known_word

__all__ = ["fill_hierarchy"]


def fill_hierarchy(rows: Sequence[dict[str, Any]], squares: Sequence[ExpertTable]) -> Iterator[str]:
    """Fill in blank systems and criteria of indicators, and say of how many.

    Parameters
    ----------
    rows
        Rows of the table of indicators, which are filled in.
    squares
        The experts' tables.
    """
    above = _above(squares)
    counts = {"system": 0, "criterion": 0}
    for row in rows:
        given = str(row.get("criterion") or "")
        way = _way(given.split(SEPARATOR)[0], above) if given else _way(row["indicator"], above)
        if not way and not given:
            way = _way(str(row.get("long_name")), above)
        system = way.pop(0) if way and way[0] in SYSTEMS else None
        if system is not None and not way and not given:
            way = _only_criterion(row, squares)
        found = {"system": system, "criterion": SEPARATOR.join(way) or None}
        for column, value in found.items():
            if value is not None and is_blank(row.get(column)):
                row[column] = value
                counts[column] += 1
    for column, count in counts.items():
        if count:
            yield f"{column} of {count} indicators: as the tables of judgments are called"


def _only_criterion(row: Mapping[str, Any], squares: Sequence[ExpertTable]) -> list[str]:
    """Criterion of an indicator that stands in a table of its system: what that table is called."""
    items = {row["indicator"], str(row.get("long_name"))}
    own = next(square for square in squares if not items.isdisjoint(square.items))
    names = (name for name in own.names if known_word(name, SYSTEM_WORDS) in SYSTEMS)
    return [name for name in names if folded(name).casefold() not in SYSTEMS][:1]


def _above(squares: Sequence[ExpertTable]) -> Mapping[str, str]:
    """Name of the table that an item stands in: a system, or an item of another table."""
    compared = {item for square in squares for item in square.items}
    above: dict[str, str] = {}
    for square in squares:
        names = (known_word(name, SYSTEM_WORDS) for name in square.names)
        own = next((n for n in names if n in SYSTEMS or n in compared - {*square.items}), None)
        for item in square.items if own is not None else ():
            above.setdefault(item, str(own))
    return above


def _way(item: str, above: Mapping[str, str]) -> list[str]:
    """What an item belongs to, from the top."""
    way: list[str] = []
    while (item := above.get(item, "")) and item not in way:
        way.insert(0, item)
    return way
