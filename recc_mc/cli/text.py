"""Plain-text tables."""

import unicodedata
from collections.abc import Sequence

__all__ = ["grid", "heading"]


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    """Lay out columns.

    Parameters
    ----------
    header
        Title of each column.
    rows
        Cells.
    align
        One ``<`` or ``>`` for each column.

    Returns
    -------
    str
        Lines, indented by two blanks.

    Examples
    --------
    >>> print(grid(["mine", "C"], [["Bayan Obo", "1.03"]], "<>"))
      mine          C
      Bayan Obo  1.03
    """
    lines = [header, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths, align) for line in lines)


def heading(text: str) -> str:
    """Text with a rule below it.

    Examples
    --------
    >>> print(heading("Weights"))
    Weights
    -------
    """
    return f"{text}\n{'-' * _width(text)}"


def _line(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    padded = (_padded(*column) for column in zip(cells, widths, align, strict=True))
    return f"  {'  '.join(padded)}".rstrip()


def _padded(text: str, width: int, side: str) -> str:
    gap = " " * (width - _width(text))
    return text + gap if side == "<" else gap + text


def _width(text: str) -> int:
    """Columns a terminal gives to a text: two for a wide letter, none for a combining mark."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
