"""Tables of a page: readable cells, and all digits as CSV."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

__all__ = ["Table", "page_table"]

# More rows than this are not read on a page; the CSV holds all.
MOST_ROWS = 240
UNDEFINED = "–"


@dataclass(frozen=True)
class Table:
    """A table as a page shows it.

    Parameters
    ----------
    columns
        Titles.
    numeric
        For each column, whether its cells are numbers.
    rows
        Cells as text; at most `MOST_ROWS`.
    total
        Number of rows of the CSV.
    csv
        The whole table as a ``data:`` URI.
    """

    columns: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    total: int
    csv: str


def page_table(frame: pd.DataFrame, titles: Mapping[str, str] | None = None) -> Table:
    """Prepare a table for a page.

    Parameters
    ----------
    frame
        The numbers; the index is not shown.
    titles
        Titles of columns that are not their names.

    Returns
    -------
    Table
        Floats with four decimals, undefined ones as a dash; in the CSV all digits, and nothing
        where a number is undefined.
    """
    known = titles or {}
    columns = [str(name) for name in frame.columns]
    cells = [_texts(frame[name].iloc[:MOST_ROWS]) for name in frame.columns]
    return Table(
        columns=[known.get(name, name.replace("_", " ")) for name in columns],
        numeric=[_is_number(frame[name]) for name in frame.columns],
        rows=[list(row) for row in zip(*cells, strict=True)],
        total=len(frame),
        csv=_csv(frame),
    )


def _csv(frame: pd.DataFrame) -> str:
    text = frame.to_csv(index=False, lineterminator="\n")
    # With the mark of UTF-8, without which spreadsheets guess another encoding of the names.
    content = base64.b64encode(text.encode("utf-8-sig")).decode("ascii")
    return f"data:text/csv;charset=utf-8;base64,{content}"


def _is_number(column: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _texts(column: "pd.Series[Any]") -> list[str]:
    if not is_float_dtype(column):
        return [str(value) for value in column]
    values = column.to_numpy(np.float64)
    defined = values[~np.isnan(values)]
    # Ranks and years that have holes are floats without decimals.
    decimals = 0 if defined.size and (defined == defined.round()).all() and defined.max() > 1 else 4
    return [UNDEFINED if np.isnan(value) else f"{value:.{decimals}f}" for value in values]
