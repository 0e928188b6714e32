"""A panel in the shapes that yearbooks have: what each heading of a table names.

A table is a block of values with headings: rows above it, columns left of it, and the title of its
sheet. Each of mine, year, indicator and units is told by one of them. Where words do not say which,
it is told by what is left: units go with indicators, and a sheet's own title names what no heading
does.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recc_mc.study.book import Row
from recc_mc.study.nouns import nouns_of
from recc_mc.workbook.tables import BLANK, MISSING, NUMBER, TEXT, YEAR, Table, text_in
from recc_mc.workbook.words import (
    SYSTEM_WORDS,
    is_units,
    known_word,
    name_and_units,
    noun_of,
    role_of,
    without_brackets,
    year_in,
)

__all__ = ["Observation", "PanelShape", "panel_shape"]

_YEAR_WITHIN = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_UNITS_WITHIN = re.compile(r"(?:\bunits?|单位)\s*[:\uff1a]\s*([^\s()\uff08\uff09]+)", re.IGNORECASE)
_OBJECTS = ("mine", "indicator")
_GROUPS = {"system": "systems", "criterion": "criteria"}


class Observation(NamedTuple):
    """One cell of a panel, nothing of it judged yet."""

    mine: str
    year: int
    indicator: str
    units: str
    cell: Any
    place: str


@dataclass
class PanelShape:
    """What a table was taken for.

    Parameters
    ----------
    words
        The same in words, such as ``rows are indicators``.
    observations
        Its values.
    notes
        What was left out.
    groups
        System and criterion of indicators, as far as headings give them.
    noun
        What its heading calls mines, None if it is no word that is known.
    """

    words: list[str] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    noun: str | None = None


class _Heading(NamedTuple):
    """One row above the values, or one column left of them."""

    where: str
    role: str
    label: Callable[[int, int], str]


def panel_shape(table: Table) -> PanelShape | None:
    """Find a panel in a table, None if it holds none."""
    start = next((i for i, kinds in enumerate(table.kinds) if NUMBER in kinds), None)
    if start is None or start == 0:
        return None
    return _Shape(table, start).found()


def _role_of_column(heads: Sequence[str], texts: Sequence[str]) -> str | None:
    """What a column of names holds, by what stands above it or else by its texts."""
    roles = [role for role in map(role_of, heads) if role]
    of_units = all(map(is_units, texts))
    if not of_units and set(roles) != {"units"}:
        # The heading of a row of units stands above the names of something else.
        roles = [role for role in roles if role != "units"]
    return roles[0] if roles else "units" if of_units else None


class _Shape:
    def __init__(self, table: Table, start: int) -> None:
        self.table = table
        self.result = PanelShape()
        filled = [
            i
            for i in range(start, len(table.rows))
            if NUMBER in table.kinds[i] or YEAR in table.kinds[i][1:]
        ]
        self.rows = filled
        self.start = start
        self.columns = [c for c in range(table.width) if self._is_data(c)]
        self.keys = [c for c in range(min(self.columns, default=0)) if self._has(c)]
        self.headings: list[_Heading] = []

    def _has(self, column: int) -> bool:
        return any(self.table.kinds[i][column] != BLANK for i in self.rows)

    def _heads(self, column: int) -> list[str]:
        """What stands above a column, from below."""
        cells = [text_in(row.cells[column]) for row in self.table.rows[: self.start]]
        return [text for text in reversed(cells) if text]

    def _is_data(self, column: int) -> bool:
        """Whether a column holds values, rather than names, years or numbers of rows."""
        kinds = [self.table.kinds[i][column] for i in self.rows]
        filled = [kind for kind in kinds if kind not in (BLANK, MISSING)]
        if not filled or (TEXT in filled and filled.count(TEXT) * 2 > len(filled)):
            return not filled and MISSING in kinds
        heads = self._heads(column)
        if any(role_of(text) in ("year", "number") for text in heads):
            return False
        if all(kind == YEAR for kind in filled):
            # Years down, unless a year heads the column too.
            return any(year_in(text) is not None for text in heads)
        return True

    def found(self) -> PanelShape | None:
        if not self.columns or not self.rows:
            return None
        self._read_columns()
        self._read_rows()
        self._settle()
        roles = {heading.role for heading in self.headings}
        if not {"mine", "year", "indicator"} <= roles:
            return None
        self._observe()
        return self.result

    def _add(self, where: str, role: str, label: Callable[[int, int], str]) -> None:
        self.headings.append(_Heading(where, role, label))

    def _read_columns(self) -> None:
        """Columns of names left of the values."""
        for column in self.keys:
            heads = self._heads(column)
            texts = self._down(column)
            role = _role_of_column(heads, [text for text in texts.values() if text])
            kinds = [self.table.kinds[i][column] for i in self.rows]
            if role == "number" or (role is None and set(kinds) <= {NUMBER, BLANK}):
                continue
            if role is None and kinds.count(YEAR) * 2 > len(kinds):
                role = "year"
            if role == "mine":
                self.result.noun = next(filter(None, map(noun_of, heads)), None)
            letter = self.table.at(0, column).rpartition("!")[2].rstrip("0123456789")
            telling = [head for head in heads if role is None or role_of(head) == role]
            name = f"column {letter or column + 1}" + (f' "{telling[0]}"' if telling else "")
            self._add(name, role or "", lambda i, _c, texts=texts: texts.get(i, ""))  # type: ignore[misc]

    def _down(self, column: int) -> dict[int, str]:
        """Names down a column; one stands for the blanks below it, as in printed tables."""
        texts, latest = {}, ""
        for i in self.rows:
            latest = text_in(self.table.rows[i].cells[column]) or latest
            texts[i] = latest
        return texts

    def _read_sections(self) -> int:
        """Rows of a single name among the values, which stands for all below; how many are above.

        The first of them is the last row above the values.
        """
        texts: dict[int, str] = {}
        latest = ""
        for i in range(self.start - 1, self.rows[-1] + 1):
            cells = {text_in(cell) for cell in self.table.rows[i].cells if text_in(cell)}
            if i not in self.rows and len(cells) == 1:
                latest = cells.pop()
            texts[i] = latest
        if len(set(texts.values())) < 2 or not texts[self.start - 1]:
            return 0
        self._add("single names between the rows", "", lambda i, _c: texts[i])
        return 1

    def _read_rows(self) -> None:
        """Rows of headings above the values."""
        self.start -= self._read_sections()
        for i in range(self.start):
            row = self.table.rows[i]
            texts = self._across(row)
            distinct = {text for text in texts.values() if text}
            everything = {text_in(cell) for cell in row.cells if text_in(cell)}
            if len(everything) == 1 and (len(self.columns) > 1 or not distinct):
                self._caption(everything.pop())
                continue
            if not distinct:
                continue
            words = {role_of(text_in(row.cells[c])) for c in self.keys} - {None}
            years = [year_in(text) for text in distinct]
            role = ""
            if all(year is not None for year in years):
                role = "year"
            elif words == {"units"} or all(map(is_units, distinct)):
                role = "units"
            elif words <= set(_GROUPS) and len(words) == 1:
                (role,) = map(str, words)
            elif distinct and all(role_of(text) == "value" for text in distinct):
                continue
            self._add(f"row {row.line}", role, lambda _i, c, texts=texts: texts.get(c, ""))  # type: ignore[misc]

    def _across(self, row: Row) -> dict[int, str]:
        """Names across a row; one stands for the blanks behind it, but in the last row of names."""
        texts, latest = {}, ""
        is_last = row is self.table.rows[self.start - 1]
        for column in self.columns:
            latest = text_in(row.cells[column]) or ("" if is_last else latest)
            texts[column] = latest
        return texts

    def _caption(self, text: str) -> None:
        """What a line above the table says of all its values."""
        if units := _UNITS_WITHIN.search(text):
            self._add(f'caption "{text}"', "units", lambda _i, _c: units[1])
        year = _YEAR_WITHIN.findall(text)
        if len(set(year)) == 1:
            self._add(f'caption "{text}"', "caption year", lambda _i, _c: year[0])

    def _settle(self) -> None:
        """Give every heading its role, the title of the sheet the one that is left."""
        self._use_title_as_year()
        open_ = [h for h in self.headings if not h.role]
        missing = [role for role in _OBJECTS if not self._has_role(role)]
        above = []
        while len(open_) > len(missing):
            # A row of few names over others, such as criteria, says nothing of a single cell.
            heading = next((h for h in open_ if h.where.startswith("row")), open_[0])
            above.append(heading)
            self.headings.remove(heading)
            open_.remove(heading)
        if len(open_) == 1 and len(missing) == 2:
            missing = ["indicator"]
        if len(open_) == 2 and self._indicators_are_across():
            missing.reverse()
        for heading, role in zip(open_, missing, strict=False):
            self.headings[self.headings.index(heading)] = heading._replace(role=role)
        title = self.table.name
        for role in _OBJECTS:
            if not self._has_role(role):
                self._add(f'title "{title}"', role, lambda _i, _c: title)
                break
        self._read_groups(above)

    def _read_groups(self, above: list[_Heading]) -> None:
        """What names several indicators at once: their systems and criteria."""
        told = [h for h in self.headings if h.role in _GROUPS]
        for heading in [*told, *above]:
            labels = self._by_indicator(heading)
            distinct = set(labels.values())
            if "" in distinct or (not heading.role and len(distinct) == len(labels)):
                self.result.notes.append(f"{heading.where}: left out")
                continue
            known = {known_word(label, SYSTEM_WORDS) for label in distinct}
            role = heading.role or ("system" if known <= set(SYSTEM_WORDS) else "criterion")
            self.result.words.append(f"{_GROUPS[role]} from {heading.where}")
            for name, label in labels.items():
                group = self.result.groups.setdefault(name, {})
                # Of criteria within criteria the outer ones stand above.
                group[role] = f"{group[role]}/{label}" if role in group else label

    def _by_indicator(self, heading: _Heading) -> dict[str, str]:
        """What a heading says of each indicator, nothing where it says one thing and another."""
        indicators = next(h for h in self.headings if h.role == "indicator")
        found: dict[str, str] = {}
        for i in self.rows:
            for c in self.columns:
                name, label = name_and_units(indicators.label(i, c))[0], heading.label(i, c)
                if name:
                    found[name] = label if found.get(name, label) == label else ""
        return found

    def _indicators_are_across(self) -> bool:
        """Whether of two kinds of names that no word tells apart the first are indicators."""
        first = next(h for h in self.headings if not h.role)
        labels = [first.label(i, c) for i in self.rows for c in self.columns]
        with_units = any(name_and_units(text)[1] for text in labels)
        unit_column = any(h.role == "units" and h.where.startswith("column") for h in self.headings)
        return first.where.startswith("column") and (with_units or unit_column)

    def _use_title_as_year(self) -> None:
        captions = [h for h in self.headings if h.role == "caption year"]
        self.headings = [h for h in self.headings if h.role != "caption year"]
        if self._has_role("year"):
            return
        year = year_in(self.table.name) or next(iter(_YEAR_WITHIN.findall(self.table.name)), None)
        if year is not None:
            self._add(f'title "{self.table.name}"', "year", lambda _i, _c: str(year))
        elif captions:
            self.headings.append(captions[0]._replace(role="year"))

    def _has_role(self, role: str) -> bool:
        return any(heading.role == role for heading in self.headings)

    def _observe(self) -> None:
        by_role = {heading.role: heading for heading in reversed(self.headings)}
        mines = nouns_of({"noun": self.result.noun}).many
        names = {"mine": mines, "year": "years", "indicator": "indicators", "units": "units"}
        for role, word in names.items():
            if role in by_role:
                self.result.words.append(f"{word} from {by_role[role].where}")
        value_columns = [c for c in self.columns if "value" in map(role_of, self._heads(c))]
        for i in self.rows:
            for c in value_columns or self.columns:
                mine = by_role["mine"].label(i, c)
                year = year_in(by_role["year"].label(i, c))
                indicator, units = name_and_units(by_role["indicator"].label(i, c))
                if not mine or year is None or not indicator:
                    continue
                if "units" in by_role:
                    units = without_brackets(by_role["units"].label(i, c)) or units
                cell = self.table.rows[i].cells[c]
                place = self.table.at(i, c)
                self.result.observations.append(
                    Observation(mine, year, indicator, units, cell, place)
                )
        last = self.rows[-1]
        for row in self.table.rows[last + 1 :]:
            self.result.notes.append(f"line {row.line}: left out as a note below the table")
