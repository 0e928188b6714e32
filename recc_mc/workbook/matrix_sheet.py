"""The sheet of one expert's judgment matrix: its consistency ratio shows while it is filled in.

Priorities are computed by formulas: row geometric means, then powers of the matrix, which go to the
principal eigenvector; the growth of their sum goes to its eigenvalue.
"""

from collections.abc import Sequence
from typing import Any

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recc_mc.study.consistency import random_index_of
from recc_mc.study.judgment_sheets import EXPERT, ITEM, MATRIX, WEIGHT
from recc_mc.workbook import styles

__all__ = ["fill_matrix_sheet"]

_TOP = 8
_FRACTION = "# ?/?"
# The powers of a matrix that is fit for use settle within a few multiplications.
_POWERS = 8
_BAD = PatternFill("solid", bgColor="F8CBAD")
_GOOD = PatternFill("solid", bgColor="C6E0B4")


def fill_matrix_sheet(
    sheet: Any,
    name: str,
    items: Sequence[str],
    upper: Sequence[Sequence[float | str | None]],
    *,
    expert: str = "",
    weight: float | None = None,
    random_index: str = "saaty1980",
    cr_limit: float = 0.1,
) -> None:
    """Write a matrix as a full table.

    Parameters
    ----------
    sheet
        An empty sheet.
    name
        Name of the matrix.
    items
        What is compared.
    upper
        Rows of the strict upper triangle; None is left to be filled in.
    expert, weight
        Whose judgments they are, and what they count among those of others.
    random_index
        Which table the consistency ratio divides by.
    cr_limit
        Consistency ratio from which on it is shown as too large.
    """
    count = len(items)
    for line, (key, value) in enumerate(((MATRIX, name), (EXPERT, expert), (WEIGHT, weight)), 1):
        styles.heading(sheet.cell(line, 1, key))
        styles.given(sheet.cell(line, 2), value if value != "" else None)
    styles.note(
        sheet.cell(
            6,
            1,
            "How much more does the item of the row count than that of the column? 1 alike, 3 "
            "somewhat, 5 clearly, 7 strongly, 9 extremely more; 1/3 to 1/9 the other way round. "
            "Fill in the yellow cells; the grey ones follow.",
        )
    )
    sheet.merge_cells(start_row=6, start_column=1, end_row=6, end_column=max(9, count + 1))
    sheet.row_dimensions[6].height = 48
    styles.heading(sheet.cell(_TOP, 1, ITEM))
    for i, item in enumerate(items):
        styles.heading(sheet.cell(_TOP, 2 + i, item))
        styles.heading(sheet.cell(_TOP + 1 + i, 1, item))
    _fill_table(sheet, count, upper)
    _fill_consistency(sheet, count, random_index_of(count, random_index), cr_limit)
    styles.widths(sheet, {"A": 22} | {get_column_letter(2 + i): 12 for i in range(count)})
    sheet.freeze_panes = sheet.cell(_TOP + 1, 2)


def _fill_table(sheet: Any, count: int, upper: Sequence[Sequence[float | str | None]]) -> None:
    allowed = DataValidation(
        "decimal", operator="between", formula1="0.111", formula2="9", allow_blank=True
    )
    allowed.error, allowed.errorTitle = "A judgment is a number from 1/9 to 9.", "Judgment"
    sheet.add_data_validation(allowed)
    for i in range(count):
        for j in range(count):
            cell = sheet.cell(_TOP + 1 + i, 2 + j)
            cell.number_format = _FRACTION
            if i == j:
                cell.value = 1
                styles.computed(cell)
            elif i < j:
                styles.given(cell, upper[i][j - i - 1])
                allowed.add(cell)
            else:
                other = f"{get_column_letter(2 + i)}{_TOP + 1 + j}"
                cell.value = f'=IF(ISNUMBER({other}),1/{other},"")'
                styles.computed(cell)


def _fill_consistency(sheet: Any, count: int, random_index: float, cr_limit: float) -> None:
    first, last = _TOP + 1, _TOP + count
    left, right = "$B", f"${get_column_letter(1 + count)}"
    whole = f"{left}${first}:{right}${last}"
    start = count + 3
    letters = [get_column_letter(start + k) for k in range(_POWERS + 2)]
    styles.heading(sheet.cell(_TOP, start, "priority"))
    for k, letter in enumerate(letters[1:]):
        styles.heading(sheet[f"{letter}{_TOP}"])
        sheet[f"{letter}{_TOP}"] = f"power {k}"
    for line in range(first, last + 1):
        row = f"{left}{line}:{right}{line}"
        end, total = f"{letters[-1]}{line}", f"{letters[-1]}${first}:{letters[-1]}${last}"
        formulas = [f"{end}/SUM({total})", f"GEOMEAN({row})"]
        formulas += [f"SUM(MMULT({row},{a}${first}:{a}${last}))" for a in letters[1:-1]]
        for letter, formula in zip(letters, formulas, strict=True):
            cell = sheet[f"{letter}{line}"]
            cell.value = f'=IF(COUNT({whole})={count**2},{formula},"")'
            cell.number_format = "0.0000"
            styles.computed(cell)
    a, b = (f"{letter}{first}:{letter}{last}" for letter in letters[-2:])
    eigenvalue = f"SUM({b})/SUM({a})"
    rows = {
        "D1": ("lambda max", eigenvalue),
        "D2": ("CR", f"MAX(0,(E1-{count})/{count - 1})/{random_index}"),
        "D3": ("limit of CR", f"{cr_limit}"),
    }
    if count <= 2:
        rows["D2"] = ("CR", "0")
    for place, (word, formula) in rows.items():
        styles.heading(sheet[place])
        sheet[place] = word
        cell = sheet[f"E{place[1]}"]
        cell.value = f'=IF(COUNT({whole})={count**2},{formula},"not complete")'
        cell.number_format = "0.0000"
        styles.computed(cell)
    for operator, fill in (("greaterThanOrEqual", _BAD), ("lessThan", _GOOD)):
        rule = CellIsRule(operator=operator, formula=[str(cr_limit)], fill=fill)
        sheet.conditional_formatting.add("E2", rule)
