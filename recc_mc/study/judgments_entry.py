"""Reading one entry of the judgments file: the matrix of one node, from one expert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.language.retelling import recorded
from recc_mc.study.cells import is_blank
from recc_mc.study.full_matrix import upper_rows
from recc_mc.study.hierarchy import SEPARATOR
from recc_mc.study.incomplete import completed, unconnected
from recc_mc.study.names import BadName, clean_name, clean_path, folded_path, hint
from recc_mc.study.saaty import abbreviated, ratio_of
from recc_mc.study.wording import shown

__all__ = ["Entry", "EntryReader"]

_KEYS = ("name", "items", "upper", "full", "expert")
# Saaty's scale ends at 9; a written-out ninth may differ in the last digit.
_SCALE_END = 9.0 * (1.0 + 1e-12)


@dataclass(frozen=True, eq=False)
class Entry:
    """One [[matrix]] of the file, its rows and columns in the order of the node."""

    label: str
    name: str
    expert: str
    values: NDArray[np.float64]
    missing: NDArray[np.bool_]


class EntryReader:
    """Reads one [[matrix]] and notes what is wrong in it."""

    def __init__(
        self,
        number: int,
        table: Mapping[str, Any],
        nodes: Mapping[str, tuple[str, ...]],
        places: Mapping[str, str] | None = None,
    ) -> None:
        self.table = table
        self.nodes = nodes
        # Where the parts of the entry are, if that says more than their names.
        self.places = places or {}
        self.problems: list[str] = []
        self.snapped: list[str] = []
        self.estimated: list[str] = []
        self.label = f"matrix {number}"
        name = table.get("name")
        self.name = self._clean(name, "name", clean_path) if isinstance(name, str) else ""
        if self.name:
            self.label = f'matrix {number} "{self.name}"'
        self.label = self.places.get("", self.label)

    def note(self, problem: str) -> None:
        """Note a problem of this entry, which begins with the name of a part."""
        part, _, rest = problem.partition(": ")
        place = self.places.get(part)
        self.problems.append(f"{place}: {rest}" if place else f"{self.label}: {problem}")

    def _clean(self, text: str, place: str, clean: Callable[[str], str] = clean_name) -> str:
        """Name of a text; one that no name may be is noted and left out."""
        try:
            return clean(text)
        except BadName as problem:
            self.note(f"{place}: {shown(text)}: expected {problem}")
            return ""

    def entry(self) -> Entry | None:
        """Return the entry, or None if anything is wrong with it."""
        for key in self.table:
            if key not in _KEYS:
                self.note(f"unknown key {shown(key)}{hint(key, _KEYS)}")
        if not self.name:
            self.note("name: is required, a text in quotes")
        elif self.name not in self.nodes:
            self.note(f"name: neither a system nor a criterion{hint(self.name, self.nodes)}")
        expert = self.table.get("expert", "")
        if not isinstance(expert, str) or ("expert" in self.table and not expert.strip()):
            self.note(f"expert: must be a name in quotes, got {shown(expert)}")
            expert = ""
        expert = self._clean(expert, "expert")
        items = self._items()
        values = None if items is None else self._values(len(items))
        if self.problems or items is None or values is None:
            return None
        order = np.ix_(*[[items.index(item) for item in self.nodes[self.name]]] * 2)
        # Estimated in the order of the node, so that the order of the file changes no bit.
        values = self._completed(values[order], self.missing[order], expert)
        return Entry(self.label, self.name, expert, values, self.missing[order])

    def _completed(
        self, values: NDArray[np.float64], missing: NDArray[np.bool_], expert: str
    ) -> NDArray[np.float64]:
        """Matrix with its missing judgments estimated, which is said."""
        found, items = completed(values, missing), self.nodes[self.name]
        text = (
            'matrix "{name}" of expert "{expert}": nobody judged "{first}" against "{second}", '
            "estimated as {value}"
            if expert
            else 'matrix "{name}": nobody judged "{first}" against "{second}", estimated as {value}'
        )
        for i, j in np.argwhere(np.triu(missing)):
            estimated = recorded(
                text,
                name=self.name,
                expert=expert,
                first=items[i],
                second=items[j],
                value=f"{found[i, j]:.4g}",
            )
            self.estimated.append(estimated)
        return found

    def _items(self) -> list[str] | None:
        """Items in the order of the file, None if their number is unknown."""
        given = self.table.get("items")
        if not isinstance(given, list) or not given:
            self.note("items: is required, a list of names")
            return None
        for index, item in enumerate(given):
            if not isinstance(item, str):
                self.note(f"items[{index}]: must be a name in quotes, got {shown(item)}")
        items = [self._clean(str(item), f"items[{i}]") for i, item in enumerate(given)]
        expected = self.nodes.get(self.name)
        if expected is None:
            return items
        # Paths will do for names, too.
        below = f"{self.name}{SEPARATOR}"
        items = [i if i in expected else folded_path(i).removeprefix(below) for i in items]
        for index, item in enumerate(items):
            if item in items[:index]:
                self.note(f'items[{index}]: "{item}" is listed twice')
            elif item not in expected:
                self.note(f'items[{index}]: "{item}" is not in "{self.name}"{hint(item, expected)}')
        for item in expected:
            if item not in items:
                self.note(f'items: "{item}" is missing')
        return items

    def _values(self, size: int) -> NDArray[np.float64] | None:
        """Reciprocal matrix (item, item) in the order of the file."""
        if "full" in self.table:
            return self._full(size)
        rows = self.table.get("upper", [] if size == 1 else None)
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            self.note("upper: is required, a list of rows")
            return None
        if len(rows) == size and {len(row) for row in rows} == {size}:
            self.note(
                f"upper: is a full matrix of {size} x {size}: expected only the judgments above "
                f"the diagonal, rows of {_lengths(size - 1)}"
                if size > 1
                else "upper: a single item is compared with nothing: expected []"
            )
            return None
        if size > 1 and [len(row) for row in rows] == list(range(size, 0, -1)):
            self.note(
                f"upper: holds the diagonal, rows of {_lengths(size)}: expected only the "
                f"judgments above it, rows of {_lengths(size - 1)}"
            )
            return None
        if len(rows) != size - 1:
            self.note(f"upper: {len(rows)} rows, expected {size - 1} for {size} items")
            return None
        for i, row in enumerate(rows):
            if len(row) != size - 1 - i:
                self.note(f"upper[{i}]: {len(row)} judgments, expected {size - 1 - i}")
        return self._reciprocal(size, rows, "upper", 0)

    def _full(self, size: int) -> NDArray[np.float64] | None:
        """Reciprocal matrix of a whole table."""
        rows = self.table["full"]
        is_table = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
        if "upper" in self.table:
            self.note("full: is not allowed beside upper")
        elif not is_table or len(rows) != size or {len(row) for row in rows} != {size}:
            self.note(f"full: must be {size} rows of {size} judgments")
        else:
            upper, problems = upper_rows(rows, lambda i, j: f"full[{i}][{j}]")
            for problem in problems:
                self.note(problem)
            return self._reciprocal(size, upper, "full", 1)
        return None

    def _reciprocal(
        self, size: int, rows: list[list[Any]], key: str, first: int
    ) -> NDArray[np.float64]:
        """Matrix of the judgments above the diagonal; the first is number `first` of its row."""
        values = np.eye(size)
        self.missing = np.zeros((size, size), dtype=bool)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row[: size - 1 - i]):
                if is_blank(cell):
                    self.missing[[i, i + 1 + j], [i + 1 + j, i]] = True
                    continue
                number = j + first * (i + 1)
                value = self._judgment(
                    cell, f"{key}[{i}][{number}]", f"row {i + 1} col {i + 2 + j}"
                )
                values[i, i + 1 + j] = value
                values[i + 1 + j, i] = 1.0 / value
        apart = unconnected(self.missing)
        if size > 1 and (self.missing | np.eye(size, dtype=bool)).all():
            self.note(f"{key}: holds no judgment, expected one for each pair")
        elif apart is not None:
            self.note(
                f"{key}: no judgment connects items[{apart}] to items[0]: expected so many that "
                "all are compared, if through others"
            )
        return values

    def _judgment(self, cell: Any, place: str, position: str) -> float:
        value = ratio_of(cell)
        # A float has lost the zeros at its end, which only makes it count fewer digits.
        text = cell if isinstance(cell, str) else repr(cell) if isinstance(cell, float) else ""
        fraction = abbreviated(text)
        if fraction is not None and float(fraction) != value:
            value = float(fraction)
            whose = f" of {expert}" if (expert := self.table.get("expert")) else ""
            self.snapped.append(f"{self.name}{whose} {position}: {text.strip()} -> {fraction}")
        if value is None or not 1.0 / _SCALE_END <= value <= _SCALE_END:
            advice = "; a fraction is =1/3 in a spreadsheet" if isinstance(cell, date) else ""
            self.note(f'{place}: must be a judgment from "1/9" to 9, got {shown(cell)}{advice}')
            return 1.0
        return value


def _lengths(longest: int) -> str:
    """Lengths of the rows of a triangle."""
    return ", ".join(map(str, range(longest, 0, -1)))
