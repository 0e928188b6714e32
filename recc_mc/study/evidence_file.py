"""Reading a table of studies: two groups each, or an effect and its standard error."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recc_mc._typing import Floats
from recc_mc.errors import InputError
from recc_mc.evidence.effects import Groups, find_effects
from recc_mc.evidence.options import EFFECT, ESTIMATORS, MEASURES, TESTS, VARIANCES
from recc_mc.study.cells import BadCell, name_of, number_of
from recc_mc.study.evidence_settings import BUILTIN_PREFIX
from recc_mc.study.names import hint, look_alikes
from recc_mc.study.repeated import grouped
from recc_mc.study.sheets import Row, Sheet, read_sheet, width_problem
from recc_mc.study.wording import shown
from recc_mc.study.written import csv_text, number_text

__all__ = [
    "Studies",
    "evidence_sheet",
    "option_problems",
    "read_studies",
    "studies_in",
    "studies_text",
]

_BUILTIN = Path(__file__).parent / "builtin_evidence"

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
    columns, numbers
        What the table gives of each: names of its columns, and the numbers (study, column).
    """

    names: tuple[str, ...]
    effect: Floats
    variance: Floats
    measure: str
    variance_kind: str
    columns: tuple[str, ...]
    numbers: Floats


def read_studies(path: str | os.PathLike[str], measure: str, variance: str) -> Studies:
    """Read studies from a .csv or .xlsx file, or those that come with the package.

    Parameters
    ----------
    path
        The file, or ``"builtin:NAME"``.
    measure
        One of `MEASURES`.
    variance
        One of `VARIANCES`.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    text = os.fsdecode(path)
    file = Path(text)
    return studies_in(evidence_sheet(text, file, file.name), measure, variance)


def evidence_sheet(given: str, file: Path, name: str, title: str | None = None) -> Sheet:
    """Read a table of studies, nothing of which is interpreted yet.

    Parameters
    ----------
    given
        What a user gives: ``"builtin:NAME"``, or the file.
    file
        The file.
    name
        What messages call it.
    title
        Title of the sheet of a spreadsheet; the first one if None.

    Raises
    ------
    InputError
        If there is no such table.
    """
    if not given.startswith(BUILTIN_PREFIX):
        return read_sheet(file, name, title)
    wanted = given.removeprefix(BUILTIN_PREFIX)
    known = sorted(path.stem for path in _BUILTIN.glob("*.csv"))
    if wanted not in known:
        near = hint(wanted, known)
        raise InputError(f'no evidence "{wanted}" comes with the package{near}')
    return read_sheet(_BUILTIN / f"{wanted}.csv", given)


def option_problems(**options: str) -> Iterator[str]:
    """Sentences about options that have a few values: measure, variance, estimator, test."""
    for name, value in options.items():
        allowed = _OPTIONS[name]
        if value not in allowed:
            yield f"{name}: must be {_either(allowed)}, got {shown(value)}"


def _either(names: tuple[str, ...]) -> str:
    *others, last = (f'"{name}"' for name in names)
    return f"{', '.join(others)} or {last}"


def studies_in(sheet: Sheet, measure: str, variance: str) -> Studies:
    """Studies of a table as read; measure, variance and errors are as of `read_studies`."""
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
    numbers = np.array([found for _, found in rows])
    values = numbers.T
    names = tuple(name for name, _ in rows)
    if measure == EFFECT:
        effect, spread = values[0], values[1] ** 2
    else:
        effect, spread = find_effects(Groups(*values), measure, variance)
    return Studies(names, effect, spread, measure, variance, columns, numbers)


def studies_text(studies: Studies) -> str:
    """Table of studies as the text of a .csv file that is read to the same studies, to the bit."""
    rows = zip(studies.names, studies.numbers.tolist(), strict=True)
    return csv_text(
        [("study", *studies.columns), *((name, *map(number_text, row)) for name, row in rows)]
    )


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
