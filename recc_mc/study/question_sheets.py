"""The sheets of a workbook that ask questions: a row for each change, and for each target."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.book import Book, Row, reference
from recc_mc.study.cells import is_blank
from recc_mc.study.names import hint, visible
from recc_mc.study.wording import key_path

__all__ = ["CHANGE_COLUMNS", "LISTS", "QUESTIONS", "TARGET_COLUMNS", "read_questions"]

QUESTIONS = ("scenarios", "targets")
"""Titles of the sheets."""
_SCENARIO = ("scenario", "title", "source")
_SPAN = ("from", "to")
CHANGE_COLUMNS = (
    *_SCENARIO,
    *("indicators", "criteria", "systems", "mines", *_SPAN, "years", "phase"),
    *("multiply", "add", "set", "grow", "lower", "upper", "draw"),
)
"""Columns of a change; a blank scenario is that of the row above."""
TARGET_COLUMNS = (
    *("target", "mine", "year", "below", "zone", "grade", "rank"),
    *("probability", "indicators", "max", "extrapolate"),
)
LISTS = ("indicators", "criteria", "systems", "mines", "years")
"""Columns that hold several names or years, separated by semicolons."""
_TEXTS = (*_SCENARIO, "target", "mine", "draw")

Read = Callable[[object, bool], Any]


class _Cells(NamedTuple):
    """A row by column, without what is blank, and where each cell is."""

    values: dict[str, Any]
    places: dict[str, str]
    line: str


def read_questions(book: Book, table: dict[str, Any], places: dict[str, str], read: Read) -> None:
    """Add the scenarios and targets of a workbook to the tables of its study.

    Parameters
    ----------
    book
        The workbook.
    table
        Tables of the study file, which are added to.
    places
        Cell of each key by its path, which is added to.
    read
        Makes a value of a cell; the second argument says whether it is a text.

    Raises
    ------
    InputError
        With everything that is wrong with the columns and cells of the sheets.
    """
    problems: list[str] = []
    for title, key, columns in (
        ("scenarios", "scenario", CHANGE_COLUMNS),
        ("targets", "target", TARGET_COLUMNS),
    ):
        if title not in book.visible:
            continue
        rows = list(_rows(book, title, columns, read, problems))
        if rows and key in table:
            problems.append(f"{book.name}:{places[key]}: {key}: is on the sheet {title}, too")
        elif rows:
            make = _scenarios if key == "scenario" else _targets
            table[key] = make(rows, places)
    if problems:
        raise InputError(problems)


def _rows(
    book: Book, title: str, columns: tuple[str, ...], read: Read, problems: list[str]
) -> Iterator[_Cells]:
    head, *rows = book.grid(title).rows or [Row(1, ())]
    names = [visible(str(cell)) if not is_blank(cell) else "" for cell in head.cells]
    for number, name in enumerate(names):
        if name and name not in columns:
            place = f"{book.name}:{reference(title, head.line, number)}"
            problems.append(f'{place}: column "{name}": unknown{hint(name, columns)}')
    for row in rows:
        found = _Cells({}, {}, reference(title, row.line))
        for number, (name, cell) in enumerate(zip(names, row.cells, strict=False)):
            if name not in columns or is_blank(cell):
                continue
            found.places[name] = reference(title, row.line, number)
            try:
                value = read(cell, name in _TEXTS)
            except ValueError as problem:
                problems.append(f"{book.name}:{found.places[name]}: {name}: {problem}")
                continue
            found.values[name] = _listed(value) if name in LISTS else value
        if "years" in found.values and not found.values.keys().isdisjoint(_SPAN):
            problems.append(f"{book.name}:{found.places['years']}: years: is for no from and to")
        elif found.values:
            yield found


def _listed(value: Any) -> Any:
    """Names or years of a cell."""
    if isinstance(value, str):
        return [name for part in value.split(";") if (name := visible(part))]
    return value if isinstance(value, list) else [value]


def _scenarios(rows: list[_Cells], places: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        values, cells = dict(row.values), dict(row.places)
        name = values.pop("scenario", None)
        if not found or (name is not None and name != found[-1].get("name")):
            found.append({} if name is None else {"name": name})
            places[key_path(("scenario", len(found) - 1))] = row.line
        one, at = found[-1], ("scenario", len(found) - 1)
        places.setdefault(key_path((*at, "name")), cells.get("scenario", row.line))
        for key in _SCENARIO[1:]:
            if key in values:
                one[key] = values.pop(key)
                places[key_path((*at, key))] = cells[key]
        if not values:
            continue
        changes = one.setdefault("change", [])
        here = (*at, "change", len(changes))
        places[key_path(here)] = row.line
        span = {key: values.pop(key) for key in _SPAN if key in values}
        for key in span:
            places[key_path((*here, "years", key))] = cells[key]
        places |= {key_path((*here, key)): cells[key] for key in values}
        if span:
            values["years"] = span
        changes.append(values)
    return found


def _targets(rows: list[_Cells], places: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for number, row in enumerate(rows):
        here = ("target", number)
        places[key_path(here)] = row.line
        one = {"name" if key == "target" else key: value for key, value in row.values.items()}
        for key, cell in row.places.items():
            places[key_path((*here, "name" if key == "target" else key))] = cell
        found.append(one)
    return found
