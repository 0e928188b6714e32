"""Reading the panel: cells from a file, put in order, checked for holes and filled."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.study.names import hint, look_alikes
from recc_mc.study.panel import GIVEN, HELD, INTERPOLATED, Panel
from recc_mc.study.panel_cells import Cell, Notation, PanelCells, is_long, long_cells, wide_cells
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
    problems = [*found.problems, *_unknown_indicators(found, indicators), *layout.size_problems()]
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


def _unknown_indicators(found: PanelCells, indicators: tuple[str, ...]) -> Iterator[str]:
    counts = Counter(cell.indicator for cell in found.cells)
    first = {cell.indicator: cell for cell in reversed(found.cells)}
    for indicator, count in counts.items():
        if indicator not in indicators:
            place = first[indicator].place
            times = f" ({count} values)" if count > 1 else ""
            yield (
                f'{place}: indicator: "{indicator}": is not in the table of indicators'
                f"{hint(indicator, indicators)}{times}"
            )


class _Layout:
    """Where each cell goes in the panel, and what is missing."""

    def __init__(self, found: PanelCells, indicators: tuple[str, ...]) -> None:
        self.found = found
        self.indicators = indicators
        self.nouns = found.notation.nouns
        self.mines = tuple(dict.fromkeys(cell.mine for cell in found.cells))
        self.years = tuple(sorted({cell.year for cell in found.cells}))

    def values(self) -> NDArray[np.float64]:
        """Values (mine, year, indicator), NaN where there is none."""
        values = np.full((len(self.mines), len(self.years), len(self.indicators)), np.nan)
        for cell, position in self._positions():
            if cell.value is not None:
                values[position] = cell.value
        return values

    def _positions(self) -> Iterator[tuple[Cell, tuple[int, int, int]]]:
        mines = {mine: i for i, mine in enumerate(self.mines)}
        years = {year: i for i, year in enumerate(self.years)}
        indicators = {indicator: i for i, indicator in enumerate(self.indicators)}
        for cell in self.found.cells:
            if cell.indicator in indicators:
                yield cell, (mines[cell.mine], years[cell.year], indicators[cell.indicator])

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
        places = {cell.mine: f"{cell.place}: mine" for cell in reversed(self.found.cells)}
        return {mine: places[mine] for mine in self.mines}

    def suspects(self, values: NDArray[np.float64]) -> list[Suspect]:
        """Mines and years that look like typing errors."""
        given = ~np.isnan(values)
        places: dict[str | int, str] = {}
        first_value: dict[str | int, str] = {}
        for cell, position in self._positions():
            # A value that cannot be read is one that was meant.
            given[position] |= not cell.readable
            for label in (cell.mine, cell.year):
                places.setdefault(label, cell.place)
                if given[position]:
                    first_value.setdefault(label, cell.place)
        return find_suspects(given, self.mines, self.years, places | first_value, self.nouns)

    def hole_problems(
        self, values: NDArray[np.float64], missing: str, suspects: list[Suspect]
    ) -> Iterator[str]:
        """Holes that are not allowed; one sentence for each series or row that is missing."""
        if self.found.lost_rows or not self.mines:
            # A row that could not be read is not missing, and has been reported.
            return
        holes = np.isnan(values)
        blanks: dict[tuple[int, int, int], Cell] = {}
        for cell, position in self._positions():
            if not cell.readable:
                holes[position] = False
            elif cell.value is None:
                blanks[position] = cell
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
        yield from self._holes(holes, blanks)

    def _empty_series(self, holes: NDArray[np.bool_]) -> Iterator[str]:
        for i, j in np.argwhere(holes.all(axis=1)):
            yield (
                f'{self.found.name}: {self.nouns.one} "{self.mines[i]}", indicator '
                f'"{self.indicators[j]}": has no value in any year, expected at least one to '
                "interpolate from"
            )

    def _holes(
        self, holes: NDArray[np.bool_], blanks: dict[tuple[int, int, int], Cell]
    ) -> Iterator[str]:
        remedy = 'expected a number (or method.missing = "interpolate")'
        given = np.zeros(holes.shape, dtype=bool)
        for _, position in self._positions():
            given[position] = True
        for i, t in np.argwhere(holes.any(axis=2) & ~given.any(axis=2)):
            holes[i, t] = False
            yield (
                f'{self.found.name}: {self.nouns.one} "{self.mines[i]}", year {self.years[t]}: '
                'has no values, expected them (or method.missing = "interpolate")'
            )
        for i, t, j in np.argwhere(holes):
            blank = blanks.get((int(i), int(t), int(j)))
            keys = (
                f'{self.nouns.one} "{self.mines[i]}", year {self.years[t]}, '
                f'indicator "{self.indicators[j]}"'
            )
            if blank is None:
                yield f"{self.found.name}: {keys}: is missing, {remedy}"
            else:
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
