"""The settings of a study on a sheet of its workbook: a row for each key."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.book import Book, Row, reference
from recc_mc.study.cells import is_blank
from recc_mc.study.judgment_sheets import MATRIX
from recc_mc.study.names import visible
from recc_mc.study.question_sheets import read_questions
from recc_mc.study.toml_text import toml_text
from recc_mc.study.weighing import needs_judgments_of
from recc_mc.study.wording import key_path, shown

__all__ = ["EVIDENCE", "INDICATORS", "PANEL", "STUDY", "StudySheet", "read_study_sheet"]

STUDY, PANEL, INDICATORS = "study", "panel", "indicators"
"""Titles of the sheets of a study; those of its matrices are told by their first cell."""
EVIDENCE = "evidence"
"""Beginning of the titles of sheets of studies, before the name of the evidence."""

_HEADING = ("key", "value")
_KEY, _VALUE = 0, 1
_YES = ("yes", "true", "1")


class StudySheet(NamedTuple):
    """What the sheet says.

    Parameters
    ----------
    text
        The same as a study file.
    file
        What messages call the workbook.
    places
        Cell of each key, by its path.
    """

    text: str
    file: str
    places: Mapping[str, str]

    def without(self, keys: Iterable[str]) -> "StudySheet":
        """Return the same without the places of keys that are said elsewhere."""
        elsewhere = set(keys)
        return self._replace(places={k: v for k, v in self.places.items() if k not in elsewhere})

    def located(self, problems: Iterable[str]) -> list[str]:
        """Sentences about keys, with the cell that gives them."""
        return [self._located(problem) for problem in problems]

    def _located(self, problem: str) -> str:
        start = f"{self.file}: "
        rest = problem.removeprefix(start)
        found = [key for key in self.places if rest.startswith(key) and rest[len(key)] in ":.["]
        if rest == problem or not found:
            return problem
        return f"{self.file}:{self.places[max(found, key=len)]}: {rest}"


def read_study_sheet(path: Path, name: str) -> StudySheet:
    """Read the settings of a study workbook.

    Parameters
    ----------
    path
        The workbook.
    name
        What messages call it.

    Raises
    ------
    InputError
        If there is no such sheet, with everything that is wrong with its rows else.
    """
    book = Book(path, name)
    if STUDY not in book.visible:
        raise InputError(
            f"{name}: no sheet \"{STUDY}\": expected a workbook as 'recc-mc init DIR --workbook' "
            f"writes it; 'recc-mc import {name} -o DIR' makes a study of other tables"
        )
    table: dict[str, Any] = {"study": {}}
    places: dict[str, str] = {}
    problems: list[str] = []
    for row in book.grid(STUDY).rows:
        keys, value = _row(row)
        if not keys and is_blank(value):
            continue
        cell = reference(STUDY, row.line, _VALUE)
        try:
            _put(table, _path(keys), value, places, cell)
        except ValueError as problem:
            problems.append(f"{name}:{cell}: {keys}: {problem}")
    if problems:
        raise InputError(problems)
    read_questions(book, table, places, lambda cell, is_text: _value(cell, is_text=is_text))
    for own_name, evidence in _evidence_without_place(table):
        evidence |= {"file": path.name, "sheet": evidence.get("sheet", f"{EVIDENCE} {own_name}")}
    own = table["study"]
    if "data" not in own:
        for key in (PANEL, INDICATORS):
            if own.setdefault(key, path.name) == path.name:
                own.setdefault(f"{key}_sheet", key)
        # Without any such sheet it is for the study to say whether it needs one.
        if needs_judgments_of(table) or any(book.starts_with(t, MATRIX) for t in book.visible):
            own.setdefault("judgments", path.name)
    return StudySheet(toml_text(table), name, places)


def _evidence_without_place(table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tables of evidence that do not say where their studies are: on a sheet of the workbook."""
    tables = table.get("evidence")
    for name, each in tables.items() if isinstance(tables, dict) else ():
        if isinstance(each, dict) and not {"data", "file"} & each.keys():
            yield name, each


def _row(row: Row) -> tuple[str, object]:
    """Key and value; none for a blank row, a heading, or a key without a value."""
    cells = [*row.cells, None, None]
    key, value = visible(str(cells[_KEY] or "")), cells[_VALUE]
    if key.casefold() == _HEADING[0] and visible(str(value)).casefold() == _HEADING[1]:
        return "", None
    return ("", None) if is_blank(value) else (key, value)


def _path(key: str) -> tuple[str, ...]:
    """Names of a path of keys; that of a table ends in nothing."""
    is_table = key.startswith("[") and key.endswith("]")
    try:
        level = tomllib.loads(f"{key[1:-1] if is_table else key} = 0")
    except tomllib.TOMLDecodeError:
        raise ValueError("expected a key such as method.ahp_share") from None
    path: list[str] = []
    found: Any = level
    while isinstance(found, dict):
        (name,) = found
        path.append(name)
        found = found[name]
    return (*path, "") if is_table else tuple(path)


def _put(
    table: dict[str, Any], path: tuple[str, ...], value: object, places: dict[str, str], cell: str
) -> None:
    """Set a key in nested tables.

    Raises
    ------
    ValueError
        If it is set already, is both a key and a table, or its value has no meaning.
    """
    *tables, last = path
    level = table
    for name in tables:
        level = level.setdefault(name, {})
        if not isinstance(level, dict):
            raise ValueError("is a key and a table at once")
    if not last:
        if visible(str(value)).casefold() not in _YES:
            raise ValueError(f'{shown(value)}: expected "yes", or nothing')
        return
    whole = key_path(path)
    if whole in places:
        raise ValueError(f"is given twice, first in {places[whole]}")
    if isinstance(level.get(last), dict):
        raise ValueError("is a key and a table at once")
    places[whole] = cell
    level[last] = _value(value, is_text=path[0] == "study")


def _value(cell: object, *, is_text: bool) -> Any:
    """Value that a cell gives to a key: a number, or a text that may be a TOML value."""
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else float(cell)
    if isinstance(cell, date | time):
        raise ValueError(f"{cell}: is a date: expected a number or a text")
    text = visible(str(cell))
    if is_text and text[:1] not in ('"', "["):
        return text
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return text if isinstance(value, date | time) else value
