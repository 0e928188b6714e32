"""What a workbook of a study holds, complete or still to be filled in, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.hierarchy import SYSTEMS
from recc_mc.study.nouns import Nouns, nouns_of
from recc_mc.study.study_sheet import INDICATORS, PANEL, STUDY
from recc_mc.study.written import LONG

__all__ = [
    "BOUNDS",
    "COLUMNS",
    "LONGEST_TITLE",
    "Draft",
    "DraftMatrix",
    "DraftStudies",
    "write_draft",
]

COLUMNS = ("indicator", "system", "criterion", "direction", "units", "long_name")
BOUNDS = (
    *("lower", "upper", "min", "max", "optimum_lower", "optimum_upper"),
    *("limit_1", "limit_2", "limit_3", "weight", "lever"),
)
_FORBIDDEN = str.maketrans({letter: " " for letter in "[]:*?/\\'"})
LONGEST_TITLE = 31
"""Letters that the title of a sheet may have."""
_NOTES = (
    "One workbook, one study: recc-mc check STUDY.xlsx says what is understood of it and names "
    "every problem with its sheet and cell; evaluate, simulate and sensitivity take it as it is.",
    "Yellow cells are yours, grey ones are formulas. A blank value on the sheet study leaves the "
    "key out: outside [uncertainty] it keeps its default, inside it nothing is uncertain.",
    "panel: a row for each mine and year, a column for each indicator. A blank cell is a missing "
    'value, allowed with method.missing = interpolate; study.missing_values = ["..", "NA"] '
    "declares others.",
    "indicators: system is support or pressure; direction 1 where more means more of its system, "
    "-1 where less does, 0 where it is best from optimum_lower to optimum_upper; min and max are "
    "bounds that no value leaves, none if there is none.",
    "criterion: a further level follows a slash, as in environment/water.",
    "scenarios has a row for each change, targets one for each target; several names are separated "
    "by semicolons, a blank scenario is that of the row above. A number may be a distribution, as "
    "in { low = 1.2, mode = 1.5, high = 1.9 }.",
    "One sheet for each judgment matrix: over the criteria of each system, and over the indicators "
    "of each criterion, or the criteria below it. For another expert copy the sheet and name the "
    "expert in B2 of both; what counts are B1 and B2, not the titles.",
    "What is read is what you see: formulas by their stored results, percentages by their units, "
    "merged cells each by its content. Hidden rows and columns that hold anything are refused; "
    "hidden sheets, and sheets that are none of these, are not read.",
)


class DraftMatrix(NamedTuple):
    """One expert's judgments on one node; None is left to be filled in."""

    name: str
    items: tuple[str, ...]
    upper: Sequence[Sequence[Any]]
    expert: str = ""
    weight: float | None = None


class DraftStudies(NamedTuple):
    """Studies of an evidence, on a sheet of their own."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Draft:
    """A study as its workbook holds it.

    Parameters
    ----------
    settings
        Tables of the study file, as far as they are given.
    indicators
        Rows of the table of indicators, by column.
    rows
        Mine, year and the values of all indicators, None where there is none.
    matrices
        The judgments.
    random_index, cr_limit
        What consistency is measured by.
    evidence
        Tables of studies.
    """

    settings: Mapping[str, Any]
    indicators: list[dict[str, Any]]
    rows: list[tuple[str, int, list[float | None]]]
    matrices: list[DraftMatrix] = field(default_factory=list)
    random_index: str = "saaty1980"
    cr_limit: float = 0.1
    evidence: list[DraftStudies] = field(default_factory=list)


def write_draft(draft: Draft, file: Path) -> Path:
    """Write a workbook.

    Raises
    ------
    InputError
        If it exists or cannot be written, or openpyxl is missing.
    """
    try:
        import openpyxl
    except ImportError as error:
        message = f"{file}: writing .xlsx needs openpyxl: pip install recc-mc[excel]"
        raise InputError(message) from error
    from recc_mc.workbook.matrix_sheet import fill_matrix_sheet
    from recc_mc.workbook.question_sheets import fill_evidence_sheet, fill_question_sheets
    from recc_mc.workbook.settings_sheet import fill_settings_sheet

    book = openpyxl.Workbook()
    book.active.title = STUDY
    settings = dict(draft.settings)
    _fill_panel(book.create_sheet(PANEL), draft)
    _fill_indicators(book.create_sheet(INDICATORS), draft.indicators)
    fill_question_sheets(book, settings)
    for table in draft.evidence:
        fill_evidence_sheet(book.create_sheet(table.title), *table[1:])
    fill_settings_sheet(book.active, settings)
    for matrix in draft.matrices:
        fill_matrix_sheet(
            book.create_sheet(_title(book, matrix.name, matrix.expert)),
            *matrix[:3],
            expert=matrix.expert,
            weight=matrix.weight,
            random_index=draft.random_index,
            cr_limit=draft.cr_limit,
        )
    _fill_notes(book.create_sheet("notes"), nouns_of(draft.settings.get("study", {})))
    try:
        with file.open("xb") as target:
            book.save(target)
    except FileExistsError:
        raise InputError(f"{file}: exists already and is not overwritten") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error
    return file


def _fill_panel(sheet: Any, draft: Draft) -> None:
    from recc_mc.workbook import styles

    names = [row["indicator"] for row in draft.indicators]
    head: Sequence[str] = ("mine", "year", *names)
    rows: list[tuple[Any, ...]] = [(mine, year, *values) for mine, year, values in draft.rows]
    if not set(LONG).isdisjoint(names):
        head = LONG
        rows = [(*row[:2], *cell) for row in rows for cell in zip(names, row[2:], strict=True)]
    for column, name in enumerate(head, 1):
        styles.heading(sheet.cell(1, column, name))
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            styles.given(sheet.cell(line, column), value)
    styles.widths(sheet, {"A": 22})
    sheet.freeze_panes = "C2"


def _fill_indicators(sheet: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from recc_mc.workbook import styles

    for column, name in enumerate((*COLUMNS, *BOUNDS), 1):
        styles.heading(sheet.cell(1, column, name))
        for line, row in enumerate(rows, 2):
            styles.given(sheet.cell(line, column), row.get(name))
    lever = get_column_letter(len(COLUMNS) + len(BOUNDS))
    for letter, words in (("B", ",".join(SYSTEMS)), ("D", "1,-1,0"), (lever, "yes,no")):
        offer = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
        sheet.add_data_validation(offer)
        offer.add(f"{letter}2:{letter}{len(rows) + 200}")
    styles.widths(sheet, {"A": 16, "B": 12, "C": 22, "F": 50})
    sheet.freeze_panes = "B2"


def _title(book: Any, name: str, expert: str) -> str:
    """Title of a sheet that no other has; what counts is what stands on the sheet."""
    whole = f"{name} ({expert})" if expert else name
    base = whole.translate(_FORBIDDEN).strip()[:LONGEST_TITLE] or "matrix"
    taken = {title.casefold() for title in book.sheetnames}
    title, number = base, 1
    while title.casefold() in taken:
        number += 1
        title = f"{base[: LONGEST_TITLE - 1 - len(str(number))]} {number}"
    return title


def _fill_notes(sheet: Any, nouns: Nouns) -> None:
    from recc_mc.workbook import styles

    styles.title(sheet.cell(1, 1, "How to fill in this workbook"))
    for line, text in enumerate(_NOTES, 3):
        styles.note(sheet.cell(line, 1, nouns.said(text)))
        sheet.row_dimensions[line].height = 34
    styles.widths(sheet, {"A": 130})
