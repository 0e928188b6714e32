"""Cells of a panel as found in a file, before they are put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from recc_mc.study.cells import (
    BadCell,
    looks_missing,
    name_of,
    number_of,
    stands_for_nothing,
    year_of,
)
from recc_mc.study.names import nearest
from recc_mc.study.nouns import MINES, Nouns
from recc_mc.study.sheets import Row, Sheet, column_problems, width_problem
from recc_mc.study.wording import shown

__all__ = ["Cell", "Notation", "PanelCells", "is_long", "long_cells", "wide_cells"]

_LONG = ("mine", "year", "indicator", "value")
_KEYS = ("mine", "year")
_LAYOUTS = "mine,year,indicator,value or mine,year and a column per indicator"


class Cell(NamedTuple):
    """One value of the panel.

    Parameters
    ----------
    place
        Where it stands, such as ``panel.csv:17``.
    column
        Column it stands in.
    mine, year, indicator
        What it is a value of.
    value
        The value; None if the cell is blank or could not be read.
    readable
        False if the cell holds something that is no value; that has been reported.
    """

    place: str
    column: str
    mine: str
    year: int
    indicator: str
    value: float | None
    readable: bool = True


class Notation(NamedTuple):
    """What a study says of how its panel is written.

    Parameters
    ----------
    sheet
        Title of the sheet of a spreadsheet; the first one if None.
    missing_values
        What stands in cells without a value, beside nothing.
    units
        Units of each indicator, by name: they tell what a percentage is.
    nouns
        What the study calls its mines; their column is called mine.
    """

    sheet: str | None = None
    missing_values: tuple[str, ...] = ()
    units: Mapping[str, str] = MappingProxyType({})
    nouns: Nouns = MINES


@dataclass
class PanelCells:
    """What a file holds: its cells, and what is wrong with them one by one.

    Parameters
    ----------
    name
        What messages call the file.
    notation
        How its cells are written.
    cells
        Cells in the order of the file.
    problems
        Sentences about cells and rows that could not be read.
    lost_rows
        Whether rows are left out because their mine, year or indicator could not be read.
    """

    name: str
    notation: Notation = field(default_factory=Notation)
    cells: list[Cell] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lost_rows: bool = False


def is_long(sheet: Sheet, indicators: Sequence[str]) -> bool:
    """Whether a sheet has one row per value, rather than one per mine and year.

    One of the two columns that say so may be misspelt, or both where there are no others.
    """
    others = [name for name in sheet.header if name not in (*_LONG, *indicators)]
    exact = [name for name in _LONG[2:] if name in sheet.header]
    near = [name for name in _LONG[2:] if name not in exact and nearest(name, others)]
    found = len(exact) + len(near) == len(_LONG[2:])
    return found and bool(exact or len(sheet.header) == len(_LONG))


def long_cells(sheet: Sheet, notation: Notation) -> PanelCells:
    """Cells of a table mine, year, indicator, value."""
    found = PanelCells(sheet.name, notation)
    found.problems += column_problems(sheet, _LONG, (), _LAYOUTS)
    if found.problems:
        found.lost_rows = True
        return found
    at = [sheet.header.index(column) for column in _LONG]
    first: dict[tuple[str, int, str], int] = {}
    for row in sheet.rows:
        cell = _long_cell(sheet, row, at, found)
        if cell is None:
            found.lost_rows = True
            continue
        earlier = first.setdefault((cell.mine, cell.year, cell.indicator), row.line)
        if earlier != row.line:
            found.problems.append(
                f'{cell.place}: {notation.nouns.one} "{cell.mine}", year {cell.year}, '
                f'indicator "{cell.indicator}": is given twice, first in line {earlier}'
            )
        else:
            found.cells.append(cell)
    return found


def _long_cell(sheet: Sheet, row: Row, at: list[int], found: PanelCells) -> Cell | None:
    """Cell of a row, None if it cannot be told what the value belongs to."""
    keys = _row_keys(sheet, row, found)
    if keys is None:
        return None
    try:
        indicator = name_of(row.cells[at[2]])
    except BadCell as problem:
        found.problems.append(f"{sheet.at(row.line, at[2])}: indicator: {problem}")
        return None
    return _cell(sheet.at(row.line, at[3]), "value", keys, indicator, row.cells[at[3]], found)


def wide_cells(sheet: Sheet, indicators: Sequence[str], notation: Notation) -> PanelCells:
    """Cells of a table mine, year, and one column per indicator."""
    problems = column_problems(sheet, _KEYS, indicators, _LAYOUTS, closed=False)
    found = PanelCells(sheet.name, notation, problems=list(problems))
    if found.problems:
        found.lost_rows = True
        return found
    columns = [i for i, name in enumerate(sheet.header) if name not in _KEYS]
    if not columns:
        found.problems.append(f"{sheet.at(sheet.line)}: has no column of an indicator")
        found.lost_rows = True
    first: dict[tuple[str, int], int] = {}
    for row in sheet.rows:
        keys = _row_keys(sheet, row, found)
        if keys is None:
            found.lost_rows = True
            continue
        earlier = first.setdefault(keys, row.line)
        if earlier != row.line:
            found.problems.append(
                f'{sheet.at(row.line)}: {notation.nouns.one} "{keys[0]}", year {keys[1]}: is given '
                f"twice, first in line {earlier}"
            )
            continue
        for i, place in zip(columns, sheet.along(row.line, columns), strict=True):
            name = sheet.header[i]
            found.cells.append(_cell(place, name, keys, name, row.cells[i], found))
    return found


def _cell(
    place: str,
    column: str,
    keys: tuple[str, int],
    indicator: str,
    content: object,
    found: PanelCells,
) -> Cell:
    notation = found.notation
    if stands_for_nothing(content, notation.missing_values):
        return Cell(place, column, *keys, indicator, None)
    try:
        value = number_of(content, notation.units.get(indicator, ""))
        return Cell(place, column, *keys, indicator, value)
    except BadCell as problem:
        remedy = (
            f" (or study.missing_values = [{shown(content)}])" if looks_missing(content) else ""
        )
        found.problems.append(f"{place}: {column}: {problem}{remedy}")
        return Cell(place, column, *keys, indicator, None, readable=False)


def _row_keys(sheet: Sheet, row: Row, found: PanelCells) -> tuple[str, int] | None:
    """Mine and year of a row, None if they cannot be read."""
    problem = width_problem(sheet, row)
    if problem is not None:
        found.problems.append(problem)
        return None
    mine = year = None
    at = {column: sheet.header.index(column) for column in _KEYS}
    try:
        mine = name_of(row.cells[at["mine"]])
    except BadCell as bad:
        found.problems.append(f"{sheet.at(row.line, at['mine'])}: mine: {bad}")
    try:
        year = year_of(row.cells[at["year"]])
    except BadCell as bad:
        found.problems.append(f"{sheet.at(row.line, at['year'])}: year: {bad}")
    return None if mine is None or year is None else (mine, year)
