"""A study from what people have: panels, tables of indicators and experts' matrices."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recc_mc.errors import InputError
from recc_mc.study.cells import BadCell, is_blank, looks_missing, number_of
from recc_mc.study.files import parse_toml
from recc_mc.study.names import look_alikes
from recc_mc.study.nouns import MINES, nouns_of
from recc_mc.study.question_sheets import QUESTIONS
from recc_mc.study.repeated import grouped
from recc_mc.study.study_sheet import EVIDENCE, STUDY, read_study_sheet
from recc_mc.workbook.draft import Draft, write_draft
from recc_mc.workbook.draft_matrices import draft_matrices, listed
from recc_mc.workbook.expert_tables import ExpertTable, expert_tables
from recc_mc.workbook.hierarchy_told import fill_hierarchy
from recc_mc.workbook.indicator_table import holds_years, indicator_rows
from recc_mc.workbook.panel_shape import Observation, panel_shape
from recc_mc.workbook.tables import Table, read_tables, text_in
from recc_mc.workbook.words import SYSTEM_WORDS, known_word

__all__ = ["Imported", "import_study"]

_KEPT = ("title", "missing_values", "noun", "nouns")


@dataclass
class Imported:
    """What became of some files.

    Parameters
    ----------
    path
        The workbook of the study.
    taken
        What each table was taken for, one line each.
    left
        What is left to fill in.
    """

    path: Path
    taken: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def import_study(
    files: Sequence[str | os.PathLike[str]], directory: str | os.PathLike[str]
) -> Imported:
    """Make a study of the tables in some files, and write it as a workbook to be filled in.

    Parameters
    ----------
    files
        Spreadsheets (.xlsx) and text files (.csv): panels in any of the shapes that yearbooks have,
        tables of indicators, experts' full judgment matrices. A workbook that an earlier import
        wrote is one of them: where its hierarchy is filled in, the sheets of the matrices follow.
    directory
        Where to write ``study.xlsx``; made if it does not exist.

    Returns
    -------
    Imported
        What each table was taken for, and what is left to fill in.

    Raises
    ------
    InputError
        If a file cannot be read, no panel is found, or a cell is neither a number nor blank.
    """
    found = _Found()
    for table in read_tables([Path(os.fsdecode(file)) for file in files]):
        found.take(table)
    draft, left = found.draft()
    folder = Path(os.fsdecode(directory))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    return Imported(write_draft(draft, folder / "study.xlsx"), found.taken, left)


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.observations: list[Observation] = []
        self.indicators: list[dict[str, Any]] = []
        self.matrices: list[ExpertTable] = []
        self.files: list[str] = []
        self.settings: dict[str, Any] = {}
        self.groups: dict[str, dict[str, str]] = {}
        self.noun: str | None = None
        self.panels: list[str] = []

    def take(self, table: Table) -> None:
        """Find out what a table holds."""
        if table.file not in self.files:
            self.files.append(table.file)
        if table.title == STUDY and text_in(table.rows[0].cells[0]) == "key":
            self.settings = _settings(Path(table.file))
            self.taken.append(f"{table.place}: settings of a study")
            return
        if self.settings and (note := _asked(table.title)):
            self.taken.append(f"{table.place}: {note}")
            return
        squares = list(expert_tables(table))
        if squares:
            self.matrices += squares
            for square in squares:
                self.taken.append(f"{square.place}: judgments on {listed(square.items)}")
            return
        rows = indicator_rows(table)
        if rows is not None:
            self.indicators += rows
            self.taken.append(f"{table.place}: indicators, {len(rows)} rows")
            if not holds_years(table):
                return
        shape = panel_shape(table)
        if shape is None or not shape.observations:
            self.taken.append(f"{table.place}: left out, no table that is known")
            return
        self.observations += shape.observations
        self.panels.append(table.file)
        self.noun = self.noun or shape.noun
        for name, group in shape.groups.items():
            self.groups[name] = group | self.groups.get(name, {})
        self.taken.append(
            f"{table.place}: panel, {len(shape.observations)} values; {'; '.join(shape.words)}"
        )
        self.taken += [f"{table.place}: {note}" for note in shape.notes]

    def draft(self) -> tuple[Draft, list[str]]:
        """Put together what was found, and say what is missing."""
        if not self.observations:
            raise InputError(
                f"{', '.join(self.files)}: no panel found: expected a table of values with mines, "
                "years and indicators in its headings or in the titles of sheets"
            )
        indicators = self._indicator_rows()
        units = {row["indicator"]: row["units"] or "" for row in indicators}
        values, blank = self._values(units)
        self.taken += fill_hierarchy(indicators, self.matrices)
        names = [row["indicator"] for row in indicators]
        mines = list(dict.fromkeys(o.mine for o in self.observations))
        years = sorted({o.year for o in self.observations})
        rows = [
            (mine, year, [values.get((mine, year, name)) for name in names])
            for mine in mines
            for year in years
        ]
        left = _left_of_indicators(indicators) + _left_of_panel(rows, names, blank)
        matrices, more = draft_matrices(indicators, self.matrices)
        nouns = nouns_of(self._settings()["study"])
        if nouns != MINES:
            self.taken.append(f"called {nouns.one} and {nouns.many}: study.noun and study.nouns")
        self.taken.append(
            f"in all: {nouns.amount(len(mines))} ({listed(mines)}), {len(years)} years "
            f"({years[0]}-{years[-1]}), {len(names)} indicators ({listed(names)})"
        )
        return Draft(self._settings(), indicators, rows, matrices), left + more

    def _settings(self) -> dict[str, Any]:
        """Tables of the study file: those of an earlier import, or what is known of the panel."""
        noun = {} if self.noun in (None, MINES.one) else {"noun": self.noun}
        return self.settings or {"study": {"title": Path(self.panels[0]).stem, **noun}}

    def _indicator_rows(self) -> list[dict[str, Any]]:
        """Table of indicators: rows that were found, and what the panel has besides."""
        rows = {row["indicator"]: dict(row) for row in self.indicators}
        by_long_name = {str(row.get("long_name")): name for name, row in rows.items()}
        self.observations = [
            o._replace(indicator=by_long_name.get(o.indicator, o.indicator))
            if o.indicator not in rows
            else o
            for o in self.observations
        ]
        for seen in self.observations:
            row = rows.setdefault(seen.indicator, {"indicator": seen.indicator})
            row.setdefault("long_name", seen.indicator)
            if not row.get("units"):
                row["units"] = seen.units or None
            for column, label in self.groups.get(seen.indicator, {}).items():
                if is_blank(row.get(column)):
                    row[column] = known_word(label, SYSTEM_WORDS) if column == "system" else label
        return [{"units": None, **row} for row in rows.values()]

    def _values(
        self, units: Mapping[str, str]
    ) -> tuple[dict[tuple[str, int, str], float], Counter[str]]:
        """Values by mine, year and indicator; how often which sign stands for a missing one."""
        values: dict[tuple[str, int, str], float] = {}
        places: dict[tuple[str, int, str], str] = {}
        problems: list[str] = []
        missing: Counter[str] = Counter()
        one = nouns_of(self._settings()["study"]).one
        for seen in self.observations:
            key = seen[:3]
            if looks_missing(seen.cell):
                missing[str(seen.cell).strip()] += 1
                continue
            try:
                value = number_of(seen.cell, units.get(seen.indicator, ""))
            except BadCell as problem:
                problems.append(f"{seen.place}: {seen.indicator}: {problem}")
                continue
            if value is None:
                continue
            if values.setdefault(key, value) != value:
                problems.append(
                    f'{seen.place}: {one} "{seen.mine}", year {seen.year}, indicator '
                    f'"{seen.indicator}": {value:g}, but {values[key]:g} in {places[key]}: '
                    "expected one value"
                )
            places.setdefault(key, seen.place)
        first = {o.mine: f"{o.place}: {one}" for o in reversed(self.observations)}
        problems += look_alikes(first)
        problems += [problem for square in self.matrices for problem in square.problems]
        if problems:
            raise InputError(_told_once(self.files, problems))
        return values, missing


def _settings(file: Path) -> dict[str, Any]:
    """Settings of a workbook that was imported before; where its tables are is told anew."""
    found = parse_toml(read_study_sheet(file, str(file)).text, str(file))
    evidence = {k: v for k, v in found.pop("evidence", {}).items() if v.get("file") != file.name}
    kept = {k: v for k, v in found["study"].items() if k in _KEPT}
    return found | {"study": kept} | ({"evidence": evidence} if evidence else {})


def _asked(title: str | None) -> str:
    """What becomes of a sheet that a study asks questions by; empty of all others."""
    if title in QUESTIONS:
        return f"{title} of a study"
    if title is not None and title.startswith(f"{EVIDENCE} "):
        return "left out, studies that are evidence: copy the sheet and its keys of the sheet study"
    return ""


def _told_once(files: Iterable[str], problems: list[str]) -> list[str]:
    for file in files:
        problems = grouped(file, problems)
    return problems


def _left_of_indicators(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    left = []
    for column in ("system", "criterion", "direction", "units"):
        blank = [row["indicator"] for row in rows if row.get(column) is None]
        if blank:
            reason = "; blank units are 1" if column == "units" else ""
            left.append(f"sheet indicators: {column} of {listed(blank)}{reason}")
    for column in ("optimum_lower", "optimum_upper"):
        blank = [r["indicator"] for r in rows if r.get("direction") == 0 and r.get(column) is None]
        if blank:
            left.append(f"sheet indicators: {column} of {listed(blank)}, which are best in a range")
    return left


def _left_of_panel(
    rows: Sequence[tuple[str, int, list[float | None]]],
    names: Sequence[str],
    missing: Counter[str],
) -> list[str]:
    blank = sum(value is None for _, _, values in rows for value in values)
    if not blank:
        return []
    signs = "".join(f', {count} of them "{sign}"' for sign, count in missing.items())
    total = len(rows) * len(names)
    return [
        f"sheet panel: {blank} of {total} values are blank{signs}: give them, or set "
        'method.missing to "interpolate" on sheet study'
    ]
