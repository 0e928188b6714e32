"""Tables as one workbook: a sheet each, the first of them the contents."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recc_mc.errors import InputError, printable

__all__ = ["book_of", "check_writer"]

_WIDEST = 60.0
# Rows that tell how wide a column is.
_LOOKED_AT = 50


def check_writer(path: Path) -> None:
    """Refuse to write a workbook where there is nothing to write it with.

    Raises
    ------
    InputError
        If openpyxl is missing.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        message = f"{path}: writing .xlsx needs openpyxl: pip install recc-mc[excel]"
        raise InputError(message) from error


def book_of(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Workbook of tables.

    Parameters
    ----------
    sheets
        Tables by the names of their sheets; the first column of the first table names the others.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, frame in sheets.items():
        _fill(book.create_sheet(name), frame)
    contents = book.worksheets[0]
    for (cell,) in contents.iter_rows(min_row=2, max_col=1):
        cell.hyperlink = f"#'{cell.value}'!A1"
        cell.style = "Hyperlink"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, frame: pd.DataFrame) -> None:
    """Fill a sheet; its head and first column stay in sight wherever it is read."""
    from openpyxl.utils import get_column_letter

    from recc_mc.workbook.styles import heading

    # By position: a mine may be called like a column.
    for k in range(frame.shape[1]):
        column = [str(frame.columns[k]), *frame.iloc[:, k].tolist()]
        for row, value in enumerate(column, start=1):
            _put(sheet.cell(row, k + 1), value)
        heading(sheet.cell(1, k + 1))
        width = max(len(str(value)) for value in column[:_LOOKED_AT]) + 2.0
        sheet.column_dimensions[get_column_letter(k + 1)].width = min(width, _WIDEST)
    sheet.freeze_panes = "B2"


def _put(cell: Any, value: Any) -> None:
    """Write a value with all its digits; a text is one, whatever it looks like."""
    from recc_mc.workbook.styles import exact

    if isinstance(value, str):
        cell.value = printable(value)
        cell.data_type = "s"
    elif isinstance(value, float):
        # Adding zero turns -0.0 into 0.0.
        exact(cell, value + 0.0 if np.isfinite(value) else None if np.isnan(value) else str(value))
    else:
        cell.value = value
