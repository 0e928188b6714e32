"""Reading the panel: cells from a file, put in order, checked for holes and filled."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.study.names import hint, look_alikes
from recc_mc.study.panel import GIVEN, HELD, INTERPOLATED, Panel
from recc_mc.study.panel_cells import Notation, PanelCells, is_long, long_cells, wide_cells
from recc_mc.study.panel_netcdf import netcdf_cells
from recc_mc.study.repeated import grouped
from recc_mc.study.sheets import Sheet, read_sheet
from recc_mc.study.suspects import Suspect, find_suspects

__all__ = ["PanelReading", "panel_of", "read_panel", "sheet_cells"]

# Fewer mines or years are compared by the sentences about single holes.
_MOST_ALONE = 2


class PanelReading(NamedTuple):
    """A panel, and sentences about what may be wrong in it but does not stop a study."""

    panel: Panel
    notes: list[str]


def read_panel(
    path: Path,
    name: str,
    indicators: tuple[str, ...],
    missing: str,
    notation: Notation = Notation(),  # noqa: B008
) -> PanelReading:
    """Read a panel from a .csv, .xlsx or .nc file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.
    indicators
        Indicators expected, in the order the panel is to have.
    missing
        What to do about holes: ``"error"``, or ``"interpolate"`` linearly in time within a mine,
        the ends held.
    notation
        How the cells are written.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    return panel_of(_cells(path, name, indicators, notation), indicators, missing)


def panel_of(found: PanelCells, indicators: tuple[str, ...], missing: str) -> PanelReading:
    """Panel of the cells of a file or table.

    Parameters
    ----------
    found
        The cells.
    indicators, missing
        As of `read_panel`.

    Raises
    ------
    InputError
        With everything that is wrong with them.
    """
    layout = _Layout(found, indicators)
    problems = [*found.problems, *layout.unknown_indicators(), *layout.size_problems()]
    values = layout.values()
    alike = list(look_alikes(layout.mine_places()))
    suspects = [] if found.lost_rows or alike else layout.suspects(values)
    # Two spellings of a mine leave holes in each, which are no further problems.
    problems += alike or layout.hole_problems(values, missing, suspects)
    if problems:
        raise InputError(grouped(found.name, problems))
    panel = Panel(layout.mines, layout.years, indicators, *_filled(values, layout.years))
    return PanelReading(panel, [suspect.note for suspect in suspects])


def _cells(path: Path, name: str, indicators: tuple[str, ...], notation: Notation) -> PanelCells:
    if path.suffix.lower() == ".nc":
        return netcdf_cells(path, name, notation)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"{name}: unknown kind of file, expected .csv, .xlsx or .nc")
    return sheet_cells(read_sheet(path, name, notation.sheet), indicators, notation)


def sheet_cells(
    sheet: Sheet,
    indicators: tuple[str, ...],
    notation: Notation = Notation(),  # noqa: B008
) -> PanelCells:
    """Cells of a table of either layout.

    Parameters
    ----------
    sheet
        The table.
    indicators
        Indicators expected.
    notation
        How the cells are written.
    """
    if is_long(sheet, indicators):
        return long_cells(sheet, notation)
    return wide_cells(sheet, indicators, notation)


def _indices(labels: Iterable[Hashable], known: Sequence[Hashable]) -> NDArray[np.intp]:
    """Position of each label among those that are known."""
    positions = {label: i for i, label in enumerate(known)}
    return np.fromiter((positions[label] for label in labels), dtype=np.intp)


class _Layout:
    """Where each cell goes in the panel, and what is missing."""

    def __init__(self, found: PanelCells, indicators: tuple[str, ...]) -> None:
        self.found = found
        self.indicators = indicators
        self.nouns = found.notation.nouns
        self.mines = tuple(dict.fromkeys(cell.mine for cell in found.cells))
        self.years = tuple(sorted({cell.year for cell in found.cells}))
        known = set(indicators)
        self.cells = [cell for cell in found.cells if cell.indicator in known]
        self.unknown = [cell for cell in found.cells if cell.indicator not in known]
        # Mine, year and indicator of each of them, as positions.
        self.at = (
            _indices((cell.mine for cell in self.cells), self.mines),
            _indices((cell.year for cell in self.cells), self.years),
            _indices((cell.indicator for cell in self.cells), indicators),
        )
        unreadable = [k for k, cell in enumerate(self.cells) if not cell.readable]
        self.unreadable = tuple(numbers[unreadable] for numbers in self.at)

    def values(self) -> NDArray[np.float64]:
        """Values (mine, year, indicator), NaN where there is none."""
        values = np.full((len(self.mines), len(self.years), len(self.indicators)), np.nan)
        values[self.at] = [np.nan if cell.value is None else cell.value for cell in self.cells]
        return values

    def unknown_indicators(self) -> Iterator[str]:
        """Indicators that the table of indicators has not, each once."""
        first = {cell.indicator: cell for cell in reversed(self.unknown)}
        for indicator, count in Counter(cell.indicator for cell in self.unknown).items():
            times = f" ({count} values)" if count > 1 else ""
            yield (
                f'{first[indicator].place}: indicator: "{indicator}": is not in the table of '
                f"indicators{hint(indicator, self.indicators)}{times}"
            )

    def size_problems(self) -> Iterator[str]:
        """Too few objects to compare."""
        if self.found.lost_rows:
            return
        if not self.mines:
            yield f"{self.found.name}: holds no values"
        elif len(self.mines) == len(self.years) == 1:
            only = f'only {self.nouns.one} "{self.mines[0]}" in only year {self.years[0]}'
            yield (
                f"{self.found.name}: {only}: expected several {self.nouns.many}, or several years "
                "of the one, to compare"
            )

    def mine_places(self) -> dict[str, str]:
        """Where each mine stands first."""
        first = {cell.mine: cell for cell in reversed(self.found.cells)}
        return {mine: f"{first[mine].place}: mine" for mine in self.mines}

    def suspects(self, values: NDArray[np.float64]) -> list[Suspect]:
        """Mines and years that look like typing errors."""
        given = ~np.isnan(values)
        # A value that cannot be read is one that was meant.
        given[self.unreadable] = True
        # A label that only unknown indicators have stands with them, any other with what is known.
        places: dict[str | int, str] = {
            label: cell.place for cell in reversed(self.unknown) for label in (cell.mine, cell.year)
        }
        places |= self._first_places(np.arange(len(self.cells)))
        places |= self._first_places(np.flatnonzero(given[self.at]))
        return find_suspects(given, self.mines, self.years, places, self.nouns)

    def _first_places(self, among: NDArray[np.intp]) -> dict[str | int, str]:
        """Where each mine and each year stands first among some of the cells."""
        places: dict[str | int, str] = {}
        for labels, at in ((self.mines, self.at[0]), (self.years, self.at[1])):
            numbers, first = np.unique(at[among], return_index=True)
            for number, k in zip(numbers, among[first], strict=True):
                places[labels[number]] = self.cells[k].place
        return places

    def hole_problems(
        self, values: NDArray[np.float64], missing: str, suspects: list[Suspect]
    ) -> Iterator[str]:
        """Holes that are not allowed; one sentence for each series or row that is missing."""
        if self.found.lost_rows or not self.mines:
            # A row that could not be read is not missing, and has been reported.
            return
        holes = np.isnan(values)
        holes[self.unreadable] = False
        for j in np.flatnonzero(holes.all(axis=(0, 1))):
            yield f'{self.found.name}: indicator "{self.indicators[j]}": has no values'
            holes[:, :, j] = False
        if missing == "interpolate":
            yield from self._empty_series(holes)
            return
        for suspect in suspects:
            if suspect.is_sparse and holes.shape[suspect.axis ^ 1] > _MOST_ALONE:
                # One sentence in place of one for each hole that a mistyped name leaves.
                yield suspect.problem
                holes[(slice(None),) * suspect.axis + (suspect.index,)] = False
        yield from self._holes(holes)

    def _empty_series(self, holes: NDArray[np.bool_]) -> Iterator[str]:
        for i, j in np.argwhere(holes.all(axis=1)):
            yield (
                f'{self.found.name}: {self.nouns.one} "{self.mines[i]}", indicator '
                f'"{self.indicators[j]}": has no value in any year, expected at least one to '
                "interpolate from"
            )

    def _holes(self, holes: NDArray[np.bool_]) -> Iterator[str]:
        remedy = 'expected a number (or method.missing = "interpolate")'
        which = np.full(holes.shape, -1)
        which[self.at] = np.arange(len(self.cells))
        for i, t in np.argwhere(holes.any(axis=2) & (which < 0).all(axis=2)):
            holes[i, t] = False
            yield (
                f'{self.found.name}: {self.nouns.one} "{self.mines[i]}", year {self.years[t]}: '
                'has no values, expected them (or method.missing = "interpolate")'
            )
        for i, t, j in np.argwhere(holes):
            keys = (
                f'{self.nouns.one} "{self.mines[i]}", year {self.years[t]}, '
                f'indicator "{self.indicators[j]}"'
            )
            if which[i, t, j] < 0:
                yield f"{self.found.name}: {keys}: is missing, {remedy}"
            else:
                blank = self.cells[which[i, t, j]]
                yield f"{blank.place}: {blank.column}: is blank ({keys}), {remedy}"


def _filled(
    values: NDArray[np.float64], years: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Values without holes, and how each came about (mine, year, indicator).

    A hole between two years with a value is interpolated linearly in time within its mine; one
    before the first or after the last such year is held at that year's value.
    """
    filled = values.copy()
    codes = np.full(values.shape, GIVEN, dtype=np.int8)
    for i, j in np.argwhere(np.isnan(values).any(axis=1)):
        known = ~np.isnan(values[i, :, j])
        filled[i, :, j] = np.interp(years, np.array(years)[known], values[i, known, j])
        inside = np.logical_or.accumulate(known) & np.logical_or.accumulate(known[::-1])[::-1]
        codes[i, :, j] = np.where(known, GIVEN, np.where(inside, INTERPOLATED, HELD))
    return filled, codes
