"""What cells look like: where to type, what is computed, what is a heading."""

from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

__all__ = ["computed", "exact", "given", "heading", "note", "title", "widths"]

_LINE = Side(style="thin", color="BFBFBF")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TYPED = PatternFill("solid", fgColor="FFF7DC")
_COMPUTED = PatternFill("solid", fgColor="EDEDED")
_HEADING = PatternFill("solid", fgColor="1F4E79")


def given(cell: Any, value: Any = None) -> None:
    """To be filled in, or as it was."""
    cell.fill, cell.border = _TYPED, _FRAME
    exact(cell, value)


def exact(cell: Any, value: Any) -> None:
    """Give a cell a value with all its digits."""
    cell.value = value
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        # openpyxl writes 16 digits, which do not give every number back.
        cell._value = repr(value)


def computed(cell: Any) -> None:
    """A formula, to be left alone."""
    cell.fill, cell.border, cell.font = _COMPUTED, _FRAME, Font(color="595959")


def heading(cell: Any) -> None:
    """Name of a column, or of a part of a table."""
    cell.fill, cell.font = _HEADING, Font(bold=True, color="FFFFFF")
    cell.alignment = Alignment(vertical="center")


def title(cell: Any) -> None:
    """Head of a sheet."""
    cell.font = Font(bold=True, size=14, color="1F4E79")


def note(cell: Any) -> None:
    """Words that explain."""
    cell.font = Font(italic=True, color="595959")
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def widths(sheet: Any, columns: dict[str, float]) -> None:
    """Set how wide columns are, by letter."""
    for letter, width in columns.items():
        sheet.column_dimensions[letter].width = width
