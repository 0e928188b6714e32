"""Tables of a page: readable cells, and all digits as CSV."""

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from recc_mc.language import say, translated, word
from recc_mc.results.variables import ZONE_NAMES, ZONES
from recc_mc.study.nouns import MINES, Nouns

__all__ = ["PageTable", "csv_text", "neutral", "page_table", "zone_words"]

# Columns that explain others: in the CSV, but not where room is short.
EXPLAINING = ("long_name", "system", "criterion", "first_year", "last_year")
# More rows than this are not read on a page; the CSV holds all.
MOST_ROWS = 240
# Codes that stand on the page by their names only.
_NAMED = ("zone", "grade", "factor")
UNDEFINED = "–"
# What makes a spreadsheet compute a cell, and the apostrophe that keeps it from that.
_ACTIVE = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_NAMES = dict(zip(ZONES, ZONE_NAMES, strict=True))
# Names of columns that hold probabilities or shares of draws.
_SHARE = re.compile(r"(probability|share)\b.*|.*_(probability|share)")
# Columns that hold names which the study gives, some of which may be words of ours.
_NAMES_OF_STUDY = (
    "mine", "other_mine", "indicator_long_name", "long_name", "criterion", "matrix",
    "scenario", "target", "title", "source", "draw", "units",
)  # fmt: skip
_TITLES = {
    "probability_lower": "probability, 95 % from",
    "probability_upper": "probability, 95 % to",
}
# What sums of terms of order 1 leave where exact ones are zero is below it.
ROUNDING = 1e-12


@dataclass(frozen=True)
class PageTable:
    """A table as a page shows it.

    Parameters
    ----------
    columns
        Titles.
    numeric
        For each column, whether its cells are numbers.
    rows
        Cells as text; at most `MOST_ROWS`.
    shades
        For each cell how dark the page makes it: what it is a share of 1; None where it is none.
    frame
        The whole table.
    """

    columns: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    shades: list[list[float | None]]
    frame: pd.DataFrame = field(compare=False, repr=False)

    @property
    def total(self) -> int:
        """Number of rows of the CSV."""
        return len(self.frame)

    @property
    def extent(self) -> str:
        """How long it is, and how much of it is shown, behind the name of the CSV."""
        total, shown = f"{self.total:,}", len(self.rows)
        if shown < self.total:
            text = ", {total} rows, of which the first {shown} are shown"
            return say(text, total=total, shown=shown)
        return say(", {total} row" if self.total == 1 else ", {total} rows", total=total)

    @property
    def csv(self) -> str:
        """The whole table as a ``data:`` URI."""
        # With the mark of UTF-8, without which spreadsheets guess another encoding of the names.
        content = base64.b64encode(csv_text(self.frame).encode("utf-8-sig")).decode("ascii")
        return f"data:text/csv;charset=utf-8;base64,{content}"


def page_table(
    frame: pd.DataFrame,
    nouns: Nouns = MINES,
    titles: Mapping[str, str] | None = None,
    *,
    brief: bool = False,
    shares: Collection[str] = (),
    ours: int | None = None,
) -> PageTable:
    """Prepare a table for a page.

    Parameters
    ----------
    frame
        The numbers; the index is not shown.
    nouns
        What the study calls its mines, which is the title of their column.
    titles
        Titles of columns that are not their names.
    brief
        Whether columns that only explain others are left to the CSV.
    shares
        Columns with probabilities, or shares of draws, whose names do not say so.
    ours
        How many columns, the first ones, have a title of ours; others are names and years of the
        study. None for all.

    Returns
    -------
    PageTable
        Shares with four decimals, but as 0 and 1 where they are that in all draws. Other floats
        with four decimals or, where these would all be zero, as a power of ten; undefined ones as
        a dash. In the CSV all digits and columns, and nothing where a number is undefined.
    """
    known = {"mine": nouns.said("mine"), **(titles or {})}
    names = [str(name) for name in frame.columns]
    # By position: a mine may be called like a column.
    shown = [k for k, name in enumerate(names) if not (brief and _is_hidden(frame, name))]
    are_shares = [_is_share(frame.iloc[:, k], names[k] in shares) for k in shown]
    columns = [frame.iloc[:MOST_ROWS, k] for k in shown]
    cells = [_texts(*column) for column in zip(columns, are_shares, strict=True)]
    shades = [_shades(*column) for column in zip(columns, are_shares, strict=True)]
    end = len(names) if ours is None else ours
    # In another language the page is; names of files and the heads of their columns are those that
    # programs read, and the same in all.
    return PageTable(
        columns=[(known.get(names[k]) or _title(names[k])) if k < end else names[k] for k in shown],
        numeric=[_is_number(frame.iloc[:, k]) for k in shown],
        rows=[list(row) for row in zip(*cells, strict=True)],
        shades=[list(row) for row in zip(*shades, strict=True)],
        frame=frame,
    )


def _is_hidden(frame: pd.DataFrame, column: str) -> bool:
    """Whether the page leaves a column to the CSV."""
    if column == "year":
        return frame["year"].nunique() == 1
    # The code of a class, or of a factor, whose name is there.
    return column in EXPLAINING or (column in _NAMED and "name" in frame)


def _title(column: str) -> str:
    """Title of a column: its name in words."""
    bound = re.fullmatch(r"(lower|upper)_(\d+(?:\.\d+)?)", column)
    if bound:
        text = "{share} % from" if bound[1] == "lower" else "{share} % to"
        return say(text, share=bound[2])
    if re.fullmatch(r"[\d.]+ %", column):
        return column
    return translated(_TITLES.get(column, column.replace("_", " ")))


def csv_text(frame: pd.DataFrame) -> str:
    """All of a table as CSV: all digits, no zero with a sign, and no text that is a formula."""
    frame = neutral(frame)
    # Adding zero turns -0.0 into 0.0; by position, as two columns may have one name.
    plain = [frame.iloc[:, k] for k in range(frame.shape[1])]
    plain = [column + 0.0 if is_float_dtype(column) else column for column in plain]
    return pd.concat(plain, axis=1).to_csv(index=False, lineterminator="\n")


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Table whose texts no spreadsheet takes for formulas.

    A text that begins with ``=``, ``+``, ``-`` or ``@`` (full-width forms too), a tab or a line
    end gets an apostrophe before it, unless it is a number; so does one that begins with an
    apostrophe. Without its first apostrophe, a text that begins with one is what it was.
    """
    columns = [_neutral(name) for name in frame.columns]
    cells = frame.copy()
    for k in range(frame.shape[1]):
        if not is_numeric_dtype(frame.iloc[:, k]):
            cells.isetitem(k, [_neutral(value) for value in frame.iloc[:, k]])
    return cells.set_axis(columns, axis="columns")


def _neutral(cell: Any) -> Any:
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell


def _is_number(column: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _is_share(column: "pd.Series[Any]", is_named: bool) -> bool:
    """Whether a column holds shares of 1; what its name says may also hold for a year."""
    return is_float_dtype(column) and (is_named or bool(_SHARE.fullmatch(str(column.name))))


def _shades(column: "pd.Series[Any]", are_shares: bool) -> list[float | None]:
    if not are_shares:
        return [None] * len(column)
    return [None if np.isnan(value) else value for value in column.to_numpy(np.float64).tolist()]


def _texts(column: "pd.Series[Any]", are_shares: bool) -> list[str]:
    if not is_float_dtype(column):
        texts = [zone_words(str(value)) for value in column]
        return texts if column.name in _NAMES_OF_STUDY else [word(text) for text in texts]
    values = column.to_numpy(np.float64)
    if are_shares:
        return [_share(value) for value in values.tolist()]
    defined = values[~np.isnan(values)]
    # Ranks and years that have holes are floats without decimals.
    decimals = 0 if defined.size and (defined == defined.round()).all() and defined.max() > 1 else 4
    return [_number(value, decimals) for value in values.tolist()]


def zone_words(text: str) -> str:
    """Text of a cell: the name of a zone as it stands in a sentence, any other as it is."""
    return _NAMES.get(text, text)


def _share(value: float) -> str:
    """Share as text; only what is 0 or 1 in all draws looks like it."""
    if value in (0.0, 1.0):
        return f"{value:z.0f}"
    text = _number(value, 4)
    return ">0.9999" if text == "1.0000" else text


def _number(value: float, decimals: int) -> str:
    """Number as text; one that is not zero does not look like zero."""
    if np.isnan(value):
        return UNDEFINED
    text = f"{value:z.{decimals}f}"
    is_small = abs(value) > ROUNDING and not float(text)
    return f"{value:.0e}" if is_small else text
