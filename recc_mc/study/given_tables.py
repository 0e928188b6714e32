"""Tables that are in memory, in whatever form, as what files are read to."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from recc_mc.errors import InputError
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.kinds import check_kind
from recc_mc.study.names import folded_path
from recc_mc.study.panel_cells import Notation, PanelCells
from recc_mc.study.panel_file import sheet_cells
from recc_mc.study.panel_netcdf import dataset_cells
from recc_mc.study.sheets import Row, Sheet, sheet_of

__all__ = ["frame_sheet", "given_cells", "given_document"]

_TABLE = "a DataFrame, or columns by name"


def frame_sheet(table: Any, name: str) -> Sheet:
    """Table of a DataFrame, or of columns by name; the header is row 0.

    Parameters
    ----------
    table
        The table; named levels of its index are columns.
    name
        What messages call it.

    Raises
    ------
    InputError
        If it is no such table.
    """
    import pandas as pd

    if isinstance(table, Mapping):
        try:
            table = pd.DataFrame({key: list(column) for key, column in table.items()})
        except (TypeError, ValueError) as error:
            raise InputError(f"{name}: must be {_TABLE}: {error}") from None
    # Tables of other packages.
    table = table.to_pandas() if hasattr(table, "to_pandas") else table
    check_kind(name, table, pd.DataFrame, _TABLE)
    if table.columns.nlevels > 1:
        levels = table.columns.nlevels
        raise InputError(f"{name}: has {levels} levels of columns: expected one")
    index = [level for level in table.index.names if level is not None]
    frame = table.reset_index(level=index)
    blank = frame.isna().to_numpy()
    columns = [frame.iloc[:, k].astype(object).tolist() for k in range(frame.shape[1])]
    rows = [
        Row(number, tuple(None if no else _plain(cell) for cell, no in zip(row, gaps, strict=True)))
        for number, (row, gaps) in enumerate(zip(zip(*columns, strict=True), blank, strict=True), 1)
    ]
    return sheet_of([Row(0, tuple(map(str, frame.columns))), *rows], name)


def _plain(cell: Any) -> Any:
    return cell.item() if isinstance(cell, np.generic) else cell


def given_cells(panel: Any, indicators: tuple[str, ...], notation: Notation) -> PanelCells:
    """Cells of a panel that is a DataFrame, columns by name or an xarray object.

    Parameters
    ----------
    panel
        The panel.
    indicators
        Indicators expected.
    notation
        How the cells are written.

    Raises
    ------
    InputError
        If it is none of these.
    """
    import xarray as xr

    if isinstance(panel, xr.DataArray):
        panel = panel.to_dataset(name="value")
    if isinstance(panel, xr.Dataset):
        return dataset_cells(panel, "panel", notation)
    if isinstance(panel, np.ndarray):
        raise InputError(
            "panel: an array has no names of mines, years and indicators: expected a DataFrame or "
            "an xarray object"
        )
    return sheet_cells(frame_sheet(panel, "panel"), indicators, notation)


def given_document(
    matrices: Mapping[str, Any], weights: Mapping[str, float] | None, hierarchy: Hierarchy
) -> dict[str, Any]:
    """Tables of a judgments file, of matrices in any form.

    Parameters
    ----------
    matrices
        A matrix by node, or for each node a matrix by expert.
    weights
        Weight of each expert, if any.
    hierarchy
        What the matrices judge on.

    Raises
    ------
    InputError
        If a matrix has other columns than rows.
    """
    document: dict[str, Any] = {"matrix": list(_entries(matrices, hierarchy))}
    if weights is not None:
        document["expert_weights"] = {str(key): _listed(value) for key, value in weights.items()}
    return document


def _entries(given: Mapping[str, Any], hierarchy: Hierarchy) -> Iterator[dict[str, Any]]:
    for name, matrices in given.items():
        items = list(hierarchy.nodes.get(folded_path(str(name)), ()))
        if not isinstance(matrices, Mapping):
            yield {"name": name, **_entry(matrices, items, f'"{name}"')}
            continue
        for expert, matrix in matrices.items():
            whose = f'"{name}" of expert "{expert}"'
            yield {"name": name, "expert": expert, **_entry(matrix, items, whose)}


def _entry(matrix: Any, items: list[str], whose: str) -> dict[str, Any]:
    """Items and judgments of one matrix, in the form that it is given in."""
    matrix = matrix.to_pandas() if hasattr(matrix, "to_pandas") else matrix
    if hasattr(matrix, "columns"):
        items, matrix = _labelled(matrix, items, whose)
    rows = _listed(matrix)
    if isinstance(rows, list) and rows and not any(isinstance(row, list) for row in rows):
        rows = _triangle(rows, len(items))
    lengths = [len(row) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    # Of an unknown node nothing more is said than that it is unknown.
    items = items or [str(number) for number in range(len(lengths))]
    whole = {*lengths} == {len(items)} and len(lengths) == len(items)
    return {"items": items, ("full" if whole else "upper"): rows}


def _labelled(frame: Any, items: list[str], whose: str) -> tuple[list[Any], Any]:
    """Items of a DataFrame, and its cells."""
    labels, columns = frame.index.tolist(), frame.columns.tolist()
    if labels == list(range(len(labels))) and columns == labels:
        return items, frame.astype(object).to_numpy()
    if not frame.columns.is_unique or set(labels) != set(columns):
        raise InputError(
            f"judgments: matrix {whose}: columns {', '.join(map(str, columns))}: expected those "
            f"of its rows, {', '.join(map(str, labels))}"
        )
    return labels, frame[labels].astype(object).to_numpy()


def _triangle(cells: list[Any], size: int) -> list[Any]:
    """Rows of judgments that are given in one; what does not fit is left as the only row."""
    if len(cells) != size * (size - 1) // 2:
        return [cells]
    left = iter(cells)
    return [list(islice(left, length)) for length in range(size - 1, 0, -1)]


def _listed(value: Any) -> Any:
    """Arrays as lists, numbers as Python's, what is not a number as nothing."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    return None if isinstance(value, float) and value != value else value
