"""Reading a table of studies: two groups each, or an effect and its standard error."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recc_mc._typing import Floats
from recc_mc.errors import InputError
from recc_mc.evidence.effects import EFFECT, MEASURES, VARIANCES, Groups, find_effects
from recc_mc.evidence.pooling import ESTIMATORS, TESTS
from recc_mc.study.cells import BadCell, name_of, number_of
from recc_mc.study.given_tables import frame_sheet
from recc_mc.study.names import look_alikes
from recc_mc.study.repeated import grouped
from recc_mc.study.sheets import Row, Sheet, read_sheet, width_problem
from recc_mc.study.wording import shown

__all__ = ["Studies", "option_problems", "read_studies", "studies_of"]

_GROUPS = Groups._fields
_EFFECTS = ("effect", "se")
_OPTIONS = {
    "measure": MEASURES,
    "variance": VARIANCES,
    "estimator": ESTIMATORS,
    "test": TESTS,
}


@dataclass(frozen=True, eq=False)
class Studies:
    """Effects of studies on one question.

    Parameters
    ----------
    names
        The studies, in the order of the table.
    effect, variance
        Effect of each and its variance (study,).
    measure, variance_kind
        What the effects are, as of `find_effects`.
    """

    names: tuple[str, ...]
    effect: Floats
    variance: Floats
    measure: str
    variance_kind: str


def read_studies(path: str | os.PathLike[str], measure: str, variance: str) -> Studies:
    """Read studies from a .csv or .xlsx file.

    Parameters
    ----------
    path
        The file.
    measure
        One of `MEASURES`.
    variance
        One of `VARIANCES`.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    file = Path(os.fsdecode(path))
    return _studies(read_sheet(file, file.name), measure, variance)


def studies_of(table: Any, measure: str, variance: str) -> Studies:
    """Studies of a table in memory; parameters and errors are as of `read_studies`."""
    return _studies(frame_sheet(table, "table"), measure, variance)


def option_problems(**options: str) -> Iterator[str]:
    """Sentences about options that have a few values: measure, variance, estimator, test."""
    for name, value in options.items():
        allowed = _OPTIONS[name]
        if value not in allowed:
            yield f"{name}: must be {_either(allowed)}, got {shown(value)}"


def _either(names: tuple[str, ...]) -> str:
    *others, last = (f'"{name}"' for name in names)
    return f"{', '.join(others)} or {last}"


def _studies(sheet: Sheet, measure: str, variance: str) -> Studies:
    columns = _columns(sheet)
    if (columns == _EFFECTS) != (measure == EFFECT):
        what = f'must be "{EFFECT}" for a table of effects'
        if measure == EFFECT:
            what = f"must be {_either(MEASURES[:-1])} for a table of two groups"
        raise InputError(f"{sheet.name}: measure: {what}, got {shown(measure)}")
    reader = _Reader(sheet, measure)
    rows = [found for row in sheet.rows if (found := reader.row(row, columns)) is not None]
    reader.problems += look_alikes(reader.places)
    if reader.problems:
        raise InputError(grouped(sheet.name, reader.problems))
    if not rows:
        raise InputError(f"{sheet.name}: holds no study")
    values = np.array([numbers for _, numbers in rows]).T
    names = tuple(name for name, _ in rows)
    if measure == EFFECT:
        return Studies(names, values[0], values[1] ** 2, measure, variance)
    effect, spread = find_effects(Groups(*values), measure, variance)
    return Studies(names, effect, spread, measure, variance)


def _columns(sheet: Sheet) -> tuple[str, ...]:
    """Columns of numbers that the table has: those of groups or those of effects."""
    found = set(sheet.header)
    wanted = _EFFECTS if found & set(_EFFECTS) else _GROUPS
    missing = [name for name in ("study", *wanted) if name not in found]
    unknown = [name for name in sheet.header if name not in ("study", *wanted)]
    if missing or unknown:
        words = [
            f"{word} {', '.join(names)}"
            for word, names in (("missing", missing), ("unknown", unknown))
            if names
        ]
        raise InputError(
            f"{sheet.at(sheet.line)}: columns: give study,{','.join(_GROUPS)} or "
            f"study,{','.join(_EFFECTS)}; {'; '.join(words)}"
        )
    return wanted


class _Reader:
    """Rows of a table as names and numbers; what is wrong is noted."""

    def __init__(self, sheet: Sheet, measure: str) -> None:
        self.sheet = sheet
        self.measure = measure
        self.problems: list[str] = []
        self.places: dict[str, str] = {}

    def row(self, row: Row, columns: tuple[str, ...]) -> tuple[str, list[float]] | None:
        """Name and numbers of a row; None where something is wrong."""
        before = len(self.problems)
        problem = width_problem(self.sheet, row)
        if problem is not None:
            self.problems.append(problem)
            return None
        cells = dict(zip(self.sheet.header, row.cells, strict=True))
        name = self._name(cells["study"], self._place(row, "study"))
        numbers = [self._number(cells[c], c, self._place(row, c)) for c in columns]
        return None if len(self.problems) > before else (name, numbers)

    def _place(self, row: Row, column: str) -> str:
        return f"{self.sheet.at(row.line, self.sheet.header.index(column))}: {column}"

    def _name(self, cell: object, place: str) -> str:
        try:
            name = name_of(cell)
        except BadCell as problem:
            self.problems.append(f"{place}: {problem}")
            return ""
        if name in self.places:
            self.problems.append(f"{place}: {shown(name)} is listed twice")
        self.places.setdefault(name, place)
        return name

    def _number(self, cell: object, column: str, place: str) -> float:
        try:
            value = number_of(cell)
        except BadCell as problem:
            self.problems.append(f"{place}: {problem}")
            return 1.0
        allowed, expected = _limits(column, self.measure)
        if value is None or not allowed(value):
            got = "a blank cell" if value is None else f"{value:g}"
            self.problems.append(f"{place}: must be {expected}, got {got}")
            return 1.0
        return value


def _limits(column: str, measure: str) -> tuple[Callable[[float], bool], str]:
    """What a column may hold, and that in words."""
    if column in ("n1", "n2"):
        return lambda n: n >= 2 and n.is_integer(), "a whole number >= 2"
    if column in ("sd1", "sd2", "se"):
        return lambda x: x > 0, "> 0"
    if measure == "log_ratio_of_means" and column in ("mean1", "mean2"):
        return lambda x: x > 0, "> 0 for log_ratio_of_means"
    return lambda x: True, "a number"
