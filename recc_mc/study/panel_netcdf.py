"""Cells of a panel from a NetCDF file."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from recc_mc.errors import InputError
from recc_mc.study.cells import BadCell, name_of, number_of, stands_for_nothing, year_of
from recc_mc.study.files import read_bytes
from recc_mc.study.names import BadName, clean_name
from recc_mc.study.panel_cells import Cell, Notation, PanelCells
from recc_mc.study.wording import shown

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["dataset_cells", "netcdf_cells"]

Label = TypeVar("Label", str, int)

_DIMS = ("mine", "year")


def netcdf_cells(path: Path, name: str, notation: Notation) -> PanelCells:
    """Read the cells of a panel.

    Either one variable per indicator on the dimensions mine and year, or one variable ``value``
    on mine, year and indicator. Both need their coordinates. Missing values (``_FillValue``, NaN)
    are blank cells.

    Raises
    ------
    InputError
        If the file is no NetCDF file or has another layout.
    """
    # Also says what a missing or empty file is; the library's own messages do not.
    read_bytes(path, name)
    import xarray as xr

    try:
        # Decoded, years would become dates, and indicators in days durations.
        data = xr.load_dataset(path, engine="netcdf4", decode_times=False, decode_timedelta=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{name}: not a readable NetCDF file: {error}") from error
    return dataset_cells(data, name, notation)


def dataset_cells(data: "xr.Dataset", name: str, notation: Notation) -> PanelCells:
    """Cells of a panel that is a dataset, laid out as in a file.

    Raises
    ------
    InputError
        If it has another layout.
    """
    coordinates = _Coordinates(data, name)
    found = PanelCells(name, notation)
    for indicator, variable in _variables(data, name, coordinates):
        if variable.dtype.kind not in "iuf":
            found.problems.append(f"{name}: {indicator}: has no numbers, expected numbers")
            found.lost_rows = True
            continue
        values = variable.transpose(*_DIMS).values.tolist()
        for mine, row in zip(coordinates.mines, values, strict=True):
            for year, value in zip(coordinates.years, row, strict=True):
                found.cells.append(_cell(name, mine, year, indicator, value, found))
    return found


def _cell(name: str, mine: str, year: int, indicator: str, value: float, found: PanelCells) -> Cell:
    column = f"{indicator}[{mine}, {year}]"
    if value != value or stands_for_nothing(value, found.notation.missing_values):
        return Cell(name, column, mine, year, indicator, None)
    try:
        return Cell(name, column, mine, year, indicator, number_of(value))
    except BadCell as problem:
        found.problems.append(f"{name}: {column}: {problem}")
        return Cell(name, column, mine, year, indicator, None, readable=False)


class _Coordinates:
    """Labels along the dimensions of the file."""

    def __init__(self, data: "xr.Dataset", name: str) -> None:
        self.data = data
        self.name = name
        self.problems: list[str] = []
        self.mines = self._labels("mine", name_of)
        self.years = self._labels("year", year_of)
        # Only a panel in one variable has this dimension.
        self.indicators = self._labels("indicator", name_of) if "indicator" in data.dims else []
        units = str(data["year"].attrs.get("units", "")) if "year" in data.coords else ""
        if " since " in units:
            self.problems.append(f'{name}: year: units "{units}": expected plain years')
        if self.problems:
            raise InputError(self.problems)

    def _labels(self, dimension: str, parse: Callable[[object], Label]) -> list[Label]:
        place = f"{self.name}: {dimension}"
        if dimension not in self.data.coords or self.data[dimension].dims != (dimension,):
            self.problems.append(f"{place}: is missing, expected a dimension with coordinates")
            return []
        labels = []
        values = self.data[dimension].values
        # Times as dates, of which a message can say that they are; as numbers they are nothing.
        values = values.astype("datetime64[s]") if values.dtype.kind == "M" else values
        for label in values.tolist():
            try:
                labels.append(parse(label.decode() if isinstance(label, bytes) else label))
            except BadCell as problem:
                self.problems.append(f"{place}: {problem}")
        for label, count in Counter(labels).items():
            if count > 1:
                self.problems.append(f"{place}: {label}: is given {count} times")
        return labels


def _variables(
    data: "xr.Dataset", name: str, coordinates: _Coordinates
) -> Iterator[tuple[str, "xr.DataArray"]]:
    """Variables on mine and year, by indicator; others (areas, comments) are left alone."""
    if "value" in data and set(data["value"].dims) == {*_DIMS, "indicator"}:
        for position, indicator in enumerate(coordinates.indicators):
            yield indicator, data["value"].isel(indicator=position)
        return
    found = [key for key in data.data_vars if set(data[key].dims) == set(_DIMS)]
    if not found:
        raise InputError(
            f"{name}: no variable on (mine, year), nor value on (mine, year, indicator): expected "
            "one per indicator"
        )
    seen: set[str] = set()
    for key in found:
        try:
            indicator = clean_name(str(key))
        except BadName as problem:
            raise InputError(f"{name}: {shown(key)}: expected {problem}") from None
        if indicator in seen:
            raise InputError(f'{name}: variable "{indicator}": is given twice')
        seen.add(indicator)
        yield indicator, data[key]
