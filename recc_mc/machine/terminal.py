"""Tables of plain text, in the columns that a terminal counts."""

from collections.abc import Sequence

from recc_mc.errors import printable, text_width

__all__ = ["grid", "padded"]


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


def padded(text: str, columns: int, side: str = "<") -> str:
    """Text in so many columns of a terminal, on the left or the right."""
    gap = " " * (columns - text_width(text))
    return text + gap if side == "<" else gap + text


def _line(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    return f"  {'  '.join(map(padded, cells, widths, align))}".rstrip()
