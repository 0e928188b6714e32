"""Plain-text tables."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from recc_mc.errors import printable, text_width

__all__ = ["grid", "heading", "padded", "show", "variation_lines"]

LINE = 100


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
    # Before widths are counted: an escape is longer than what it stands for.
    lines = [[printable(cell).replace("\n", "\\n") for cell in row] for row in (header, *rows)]
    widths = [max(map(text_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths, align) for line in lines)


def show(text: str) -> None:
    r"""Print text on stdout; names and paths in it cannot command the terminal.

    Examples
    --------
    >>> show("result: a\x1b[2Jb.nc")
    result: a\x1b[2Jb.nc
    """
    print(printable(text))


def heading(text: str) -> str:
    """Text with a rule below it.

    Examples
    --------
    >>> print(heading("Weights"))
    Weights
    -------
    """
    return f"{text}\n{'-' * text_width(text)}"


def variation_lines(attrs: Mapping[Any, Any], of: str = "") -> list[str]:
    r"""What a result varies and what it holds fixed, for the head of its table.

    Parameters
    ----------
    attrs
        Attributes of a group of a result. Files of older versions have none of this.
    of
        End of the attributes' names: ``"_A"`` for the first of two results that are compared.

    Examples
    --------
    >>> print(*variation_lines({"varied": "nothing", "held_fixed": "all data"}), sep="\n")
    varied:     nothing
    held fixed: all data
    """
    known = {"varied:": f"varied{of}", "held fixed:": f"held_fixed{of}"}
    return [
        line
        for title, name in known.items()
        if name in attrs
        for line in textwrap.wrap(f"{title:<11} {attrs[name]}", LINE, subsequent_indent=" " * 12)
    ]


def padded(text: str, columns: int, side: str = "<") -> str:
    """Text in so many columns of a terminal, on the left or the right."""
    gap = " " * (columns - text_width(text))
    return text + gap if side == "<" else gap + text


def _line(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    return f"  {'  '.join(map(padded, cells, widths, align))}".rstrip()
