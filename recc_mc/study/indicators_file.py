"""Reading the table of indicators: one row per indicator, its place in the hierarchy and bounds."""

from collections.abc import Callable, Iterator
from math import inf, isnan, nan
from pathlib import Path

from recc_mc.errors import InputError
from recc_mc.study.cells import BadCell, is_blank, name_of, number_of, path_of, text_of
from recc_mc.study.consistency import MAX_ITEMS
from recc_mc.study.hierarchy import SEPARATOR, SYSTEMS, Hierarchy, Indicator, lineage
from recc_mc.study.names import look_alikes, quoted, visible
from recc_mc.study.optimum import largest_distance, range_words
from recc_mc.study.repeated import grouped
from recc_mc.study.sheets import Row, Sheet, column_problems, read_sheet, width_problem

__all__ = ["hierarchy_of", "missing_goalposts", "read_indicators"]

_REQUIRED = ("indicator", "system", "criterion", "direction", "units", "long_name")
_LIMITS = ("limit_1", "limit_2", "limit_3")
_OPTIMUM = ("optimum_lower", "optimum_upper")
_OPTIONAL = ("lower", "upper", "min", "max", *_OPTIMUM, *_LIMITS, "weight", "lever")
# A direction that could not be read.
_UNREAD = 2
# What lifts a bound that the units would imply.
_NO_BOUND = {"none", "inf", "-inf", "+inf"}

_LEVERS = {"yes": True, "no": False}

_ALL_LIMITS = "limit_1, limit_2, limit_3: expected all three, or none of them"
_NOT_RANGED = "is not for direction 0: the grades of [fuzzy] are of more or less, not of a range"


def read_indicators(path: Path, name: str, title: str | None = None) -> Hierarchy:
    """Read the hierarchy from a .csv file or a sheet of an .xlsx file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.
    title
        Title of the sheet; the first one if None.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    return hierarchy_of(read_sheet(path, name, title))


def hierarchy_of(sheet: Sheet) -> Hierarchy:
    """Hierarchy that a table of indicators spans.

    Raises
    ------
    InputError
        With everything that is wrong in the table.
    """
    levels = [column for column in sheet.header if column.casefold().startswith("sub")]
    problems = [
        f'{sheet.at(sheet.line)}: column "{column}": unknown; a further level stands in criterion, '
        'as in "environment/water"'
        for column in levels
    ]
    known = (*_OPTIONAL, *levels)
    problems += column_problems(sheet, _REQUIRED, known, ", ".join(_REQUIRED))
    if problems:
        raise InputError(problems)
    indicators: dict[int, Indicator] = {}
    for row in sheet.rows:
        found = _parse(sheet, row)
        if isinstance(found, Indicator):
            indicators[row.line] = found
        else:
            problems += found
    problems += _repeated(sheet, indicators)
    problems += _alike(sheet, indicators)
    problems += _misplaced_criteria(sheet, indicators)
    problems += _ambiguous(sheet, indicators)
    # A row that could not be read may be the one that is missed.
    if len(indicators) == len(sheet.rows):
        problems += _size_problems(sheet, Hierarchy(tuple(indicators.values())))
    if problems:
        raise InputError(grouped(sheet.name, problems))
    return Hierarchy(tuple(indicators.values()))


def _parse(sheet: Sheet, row: Row) -> Indicator | list[str]:
    """Read one row: the indicator, or what is wrong with it."""
    problem = width_problem(sheet, row)
    if problem is not None:
        return [problem]
    cells = dict(zip(sheet.header, row.cells, strict=True))
    places = {column: sheet.at(row.line, i) for i, column in enumerate(sheet.header)}
    reader = _RowReader(places, cells)
    name = reader.name("indicator")
    found = Indicator(
        name=name,
        system=reader.system(),
        criterion=reader.name("criterion", path_of),
        direction=reader.direction(),
        units=reader.text("units", "1"),
        long_name=reader.text("long_name", name),
        lower=reader.bound("lower"),
        upper=reader.bound("upper"),
        minimum=reader.natural_bound("min", -inf),
        maximum=reader.natural_bound("max", inf),
        optimum_lower=reader.bound("optimum_lower"),
        optimum_upper=reader.bound("optimum_upper"),
        limit_1=reader.bound("limit_1"),
        limit_2=reader.bound("limit_2"),
        limit_3=reader.bound("limit_3"),
        weight=reader.weight(),
        lever=reader.lever(),
    )
    reader.order("lower", found.lower, "upper", found.upper)
    reader.order("min", found.minimum, "max", found.maximum)
    reader.limits(found)
    reader.optimum(found)
    return reader.problems or found


class _RowReader:
    """Cells of one row as values; what is wrong is noted, and a stand-in returned."""

    def __init__(self, places: dict[str, str], cells: dict[str, object]) -> None:
        self.places = places
        self.cells = cells
        self.problems: list[str] = []

    def note(self, column: str, problem: BadCell) -> None:
        self.problems.append(f"{self.places[column]}: {column}: {problem}")

    def name(self, column: str, read: Callable[[object], str] = name_of) -> str:
        try:
            return read(self.cells[column])
        except BadCell as problem:
            self.note(column, problem)
            return ""

    def text(self, column: str, default: str) -> str:
        try:
            return text_of(self.cells[column]) or default
        except BadCell as problem:
            self.note(column, problem)
            return default

    def system(self) -> str:
        cell = self.cells["system"]
        name = visible(cell) if isinstance(cell, str) else ""
        if name not in SYSTEMS:
            self.note("system", BadCell("" if cell is None else cell, quoted(SYSTEMS)))
        return name

    def direction(self) -> int:
        try:
            value = number_of(self.cells["direction"])
        except BadCell:
            value = None
        if value not in (1.0, -1.0, 0.0):
            cell = self.cells["direction"]
            expected = "1, -1, or 0 (best within a range)"
            self.note("direction", BadCell("" if cell is None else cell, expected))
            return _UNREAD
        return int(value)

    def bound(self, column: str) -> float:
        try:
            value = number_of(self.cells.get(column))
        except BadCell as problem:
            self.note(column, problem)
            return nan
        return nan if value is None else value

    def weight(self) -> float:
        value = self.bound("weight")
        if value < 0:
            self.note("weight", BadCell(self.cells["weight"], "a number >= 0"))
        return value

    def lever(self) -> bool | None:
        cell = self.cells.get("lever")
        if is_blank(cell):
            return None
        word = visible(cell).casefold() if isinstance(cell, str) else ""
        if word not in _LEVERS:
            self.note("lever", BadCell(cell, quoted(_LEVERS)))
        return _LEVERS.get(word)

    def natural_bound(self, column: str, none: float) -> float:
        """Bound of a column; ``none`` stands for a bound that is said not to exist."""
        cell = self.cells.get(column)
        if isinstance(cell, str) and cell.strip().casefold() in _NO_BOUND:
            if cell.strip().startswith("-") is (none < 0) or "inf" not in cell.casefold():
                return none
            expected = f'a number, or "none" if there is no {column}imum'
            self.note(column, BadCell(cell, expected))
            return nan
        return self.bound(column)

    def order(self, low: str, least: float, high: str, most: float) -> None:
        if least >= most:
            self.problems.append(
                f"{self.places[high]}: {high}: {most:g}: expected more than {low} = {least:g}"
            )

    def limits(self, found: Indicator) -> None:
        """Limits of the grades: all or none, and in the order of the direction."""
        given = [column for column in _LIMITS if not isnan(getattr(found, column))]
        if not given or found.direction == _UNREAD:
            return
        place, more = self.places[given[0]], found.direction > 0
        if found.is_ranged:
            self.problems.append(f"{place}: {given[0]}: {_NOT_RANGED}")
        elif len(given) < len(_LIMITS):
            self.problems.append(f"{place}: {_ALL_LIMITS}")
        elif found.limits != tuple(sorted(set(found.limits), reverse=more)):
            shown = ", ".join(f"{limit:g}" for limit in found.limits)
            order = "falling" if more else "rising"
            self.problems.append(
                f"{place}: limit_1, limit_2, limit_3: {shown}: expected {order} numbers, for "
                f"direction {found.direction}"
            )

    def optimum(self, found: Indicator) -> None:
        """Range that is best: for direction 0, and for it alone."""
        ends = {"optimum_lower": found.optimum_lower, "optimum_upper": found.optimum_upper}
        blank = [column for column in ends if is_blank(self.cells.get(column))]
        if found.is_ranged and blank:
            self.problems.append(
                f"{self.places['direction']}: direction: 0: expected the range that is best in "
                f"optimum_lower and optimum_upper, but {' and '.join(blank)} "
                f"{'is' if len(blank) == 1 else 'are'} blank"
            )
        elif found.direction in (1, -1):
            self.problems += [
                f"{self.places[column]}: {column}: {value:g}: is only for direction 0, "
                f"not {found.direction}"
                for column, value in ends.items()
                if not isnan(value)
            ]
        elif found.optimum_lower > found.optimum_upper:
            self.problems.append(
                f"{self.places['optimum_upper']}: optimum_upper: {found.optimum_upper:g}: "
                f"expected at least optimum_lower = {found.optimum_lower:g}"
            )


def _repeated(sheet: Sheet, indicators: dict[int, Indicator]) -> Iterator[str]:
    first: dict[str, int] = {}
    for line, indicator in indicators.items():
        earlier = first.setdefault(indicator.name, line)
        if earlier != line:
            yield (
                f'{sheet.at(line)}: indicator: "{indicator.name}": '
                f"is given twice, first in line {earlier}"
            )


def _alike(sheet: Sheet, indicators: dict[int, Indicator]) -> Iterator[str]:
    """Names that a reader takes for the same: they would be two indicators or two criteria."""
    names: dict[str, str] = {}
    # A system's own name as that of a criterion is another sentence.
    criteria = dict.fromkeys(SYSTEMS, "the name of a system")
    for line, indicator in indicators.items():
        names.setdefault(indicator.name, f"{sheet.at(line)}: indicator")
        for path in lineage(indicator.criterion):
            criteria.setdefault(path, f"{sheet.at(line)}: criterion")
    yield from look_alikes(names)
    yield from look_alikes(criteria)


def _misplaced_criteria(sheet: Sheet, indicators: dict[int, Indicator]) -> Iterator[str]:
    first: dict[str, tuple[int, str]] = {}
    for line, indicator in indicators.items():
        top, *_ = paths = lineage(indicator.criterion)
        if top in SYSTEMS:
            place = f'{sheet.at(line)}: criterion: "{top}":'
            yield f"{place} is the name of a system, expected another name"
        for criterion in paths:
            earlier, system = first.setdefault(criterion, (line, indicator.system))
            if system != indicator.system:
                yield (
                    f'{sheet.at(line)}: criterion: "{criterion}": is in system '
                    f'"{indicator.system}", but in "{system}" in line {earlier}: '
                    "expected one system"
                )
                break


def _ambiguous(sheet: Sheet, indicators: dict[int, Indicator]) -> Iterator[str]:
    """Indicators that one matrix would compare with a criterion of the same name."""
    criteria = {path for found in indicators.values() for path in lineage(found.criterion)}
    for line, found in indicators.items():
        path = f"{found.criterion}{SEPARATOR}{found.name}"
        if path in criteria:
            yield (
                f'{sheet.at(line)}: indicator: "{found.name}": is the name of a criterion of '
                f'"{found.criterion}", too: expected another name'
            )


def _size_problems(sheet: Sheet, hierarchy: Hierarchy) -> Iterator[str]:
    for name, items in hierarchy.nodes.items():
        if len(items) > MAX_ITEMS:
            kind, members = "criterion", set(hierarchy.names)
            if name in SYSTEMS:
                kind, members = "system", set()
            what = "indicators" if members.issuperset(items) else "criteria"
            yield (
                f'{sheet.name}: {kind} "{name}" has {len(items)} {what}: '
                f"expected at most {MAX_ITEMS} to compare in one matrix"
            )


def missing_goalposts(hierarchy: Hierarchy, name: str) -> list[str]:
    """Problems of a hierarchy whose bounds are to be the goalposts: all must be given."""
    why = 'for goalposts = "fixed"'
    problems = []
    for found in hierarchy.indicators:
        place = f'{name}: indicator "{found.name}":'
        if isnan(found.lower) or isnan(found.upper):
            problems.append(f"{place} expected lower and upper, {why}")
        elif found.is_ranged and not largest_distance(found, found.lower, found.upper) > 0:
            problems.append(
                f"{place} lower and upper, {found.lower:g} to {found.upper:g}, lie within its "
                f"optimum range, {range_words(found)}: expected one of them outside, {why}"
            )
    return problems
