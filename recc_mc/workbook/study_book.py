"""A whole study as one workbook, to be filled in and computed as it is."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from math import isclose, isinf, isnan
from pathlib import Path
from typing import Any

import numpy as np

from recc_mc.errors import InputError
from recc_mc.study import SYSTEMS, Study, load_study
from recc_mc.study.hierarchy import Indicator
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.judgments_file import expert_shares
from recc_mc.study.record import settings_given
from recc_mc.study.study_sheet import INDICATORS, PANEL, STUDY
from recc_mc.study.template import write_template

__all__ = ["write_study_book", "write_template_book"]

_COLUMNS = ("indicator", "system", "criterion", "direction", "units", "long_name")
_BOUNDS = {"lower": "lower", "upper": "upper", "min": "minimum", "max": "maximum"}
_FORBIDDEN = str.maketrans({letter: " " for letter in "[]:*?/\\'"})
_LONGEST_TITLE = 31
_LARGEST_WEIGHT = 1000
_NOTES = (
    "One workbook, one study: recc-mc check STUDY.xlsx says what is understood of it and names "
    "every problem with its sheet and cell; evaluate, simulate and sensitivity take it as it is.",
    "Yellow cells are yours, grey ones are formulas. A blank value on the sheet study leaves the "
    "key out: outside [uncertainty] it keeps its default, inside it nothing is uncertain.",
    "panel: a row for each mine and year, a column for each indicator. A blank cell is a missing "
    'value, allowed with method.missing = interpolate; study.missing_values = ["..", "NA"] '
    "declares others.",
    "indicators: system is support or pressure; direction 1 where more means more of its system, "
    "-1 where less does; min and max are bounds that no value leaves, none if there is none.",
    "One sheet for each judgment matrix: over the criteria of each system, and over the indicators "
    "of each criterion. For another expert copy the sheet and name the expert in B2 of both; what "
    "counts are B1 and B2, not the titles.",
    "What is read is what you see: formulas by their stored results, percentages by their units, "
    "merged cells each by its content. Hidden rows and columns that hold anything are refused; "
    "hidden sheets, and sheets that are none of these, are not read.",
)


def write_study_book(study: Study, path: str | os.PathLike[str]) -> Path:
    """Write a study as a workbook that gives the very same study when it is read.

    Parameters
    ----------
    study
        The study.
    path
        The file to write, which must not exist.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If it exists or cannot be written, or openpyxl is missing.
    """
    file = Path(os.fsdecode(path))
    try:
        import openpyxl
    except ImportError as error:
        message = f"{file}: writing .xlsx needs openpyxl: pip install recc-mc[excel]"
        raise InputError(message) from error
    from recc_mc.workbook.settings_sheet import fill_settings_sheet

    book = openpyxl.Workbook()
    book.active.title = STUDY
    settings = settings_given(study.settings)
    settings["study"]["title"] = study.title
    fill_settings_sheet(book.active, settings)
    _fill_panel(book.create_sheet(PANEL), study)
    _fill_indicators(book.create_sheet(INDICATORS), study.hierarchy.indicators)
    for matrix in study.judgments.matrices:
        if matrix.size > 1:
            _add_matrices(book, study, matrix)
    _fill_notes(book.create_sheet("notes"))
    try:
        with file.open("xb") as target:
            book.save(target)
    except FileExistsError:
        raise InputError(f"{file}: exists already and is not overwritten") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error
    return file


def write_template_book(directory: str | os.PathLike[str]) -> Path:
    """Write the study to start from, the case study, as one workbook.

    Parameters
    ----------
    directory
        Where to write it; made if it does not exist.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InputError
        If it exists or cannot be written.
    """
    folder = Path(os.fsdecode(directory))
    with tempfile.TemporaryDirectory() as place:
        study = load_study(write_template(Path(place) / "study")[0])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    return write_study_book(study, folder / "study.xlsx")


def _fill_panel(sheet: Any, study: Study) -> None:
    from recc_mc.workbook import styles

    panel = study.panel
    for column, name in enumerate(("mine", "year", *panel.indicators), 1):
        styles.heading(sheet.cell(1, column, name))
    line = 1
    for i, mine in enumerate(panel.mines):
        for t, year in enumerate(panel.years):
            line += 1
            given = zip(panel.values[i, t].tolist(), panel.holes[i, t], strict=True)
            values = [None if hole else value for value, hole in given]
            for column, value in enumerate((mine, year, *values), 1):
                styles.given(sheet.cell(line, column), value)
    styles.widths(sheet, {"A": 22})
    sheet.freeze_panes = "C2"


def _fill_indicators(sheet: Any, indicators: Iterable[Indicator]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    from recc_mc.workbook import styles

    for column, name in enumerate((*_COLUMNS, *_BOUNDS), 1):
        styles.heading(sheet.cell(1, column, name))
    lines = 1
    for lines, found in enumerate(indicators, 2):
        plain = (found.name, found.system, found.criterion, found.direction)
        bounds = (_bound(getattr(found, attribute)) for attribute in _BOUNDS.values())
        for column, value in enumerate((*plain, found.units, found.long_name, *bounds), 1):
            styles.given(sheet.cell(lines, column), value)
    for letter, words in (("B", ",".join(SYSTEMS)), ("D", "1,-1")):
        offer = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
        sheet.add_data_validation(offer)
        offer.add(f"{letter}2:{letter}{lines + 200}")
    styles.widths(sheet, {"A": 16, "B": 12, "C": 22, "F": 50})
    sheet.freeze_panes = "B2"


def _bound(value: float) -> Any:
    return "none" if isinf(value) else None if isnan(value) else value


def _add_matrices(book: Any, study: Study, matrix: JudgmentMatrix) -> None:
    from recc_mc.workbook.matrix_sheet import fill_matrix_sheet

    size = matrix.size
    weights = _weights(study)
    for expert, values in zip(matrix.experts, matrix.stack, strict=True):
        upper = [[float(values[i, j]) for j in range(i + 1, size)] for i in range(size)]
        fill_matrix_sheet(
            book.create_sheet(_title(book, matrix.name, expert)),
            matrix.name,
            matrix.items,
            upper,
            expert=expert,
            weight=weights.get(expert),
            random_index=study.settings.method.random_index,
            cr_limit=study.cr_limit,
        )


def _title(book: Any, name: str, expert: str) -> str:
    """Title of a sheet that no other has; what counts is what stands on the sheet."""
    whole = f"{name} ({expert})" if expert else name
    base = whole.translate(_FORBIDDEN).strip()[:_LONGEST_TITLE] or "matrix"
    taken = {title.casefold() for title in book.sheetnames}
    title, number = base, 1
    while title.casefold() in taken:
        number += 1
        title = f"{base[: _LONGEST_TITLE - 1 - len(str(number))]} {number}"
    return title


def _weights(study: Study) -> dict[str, float]:
    """Weight of each expert, none where all count the same: whole numbers where they can be."""
    weights: dict[str, float] = {}
    for matrix in study.judgments.matrices:
        shares = dict(zip(matrix.experts, matrix.shares.tolist(), strict=True))
        known = [weights[expert] / share for expert, share in shares.items() if expert in weights]
        scale = known[0] if known else 1.0
        for expert, share in shares.items():
            if expert:
                weights.setdefault(expert, share * scale)
    least = min(weights.values(), default=1.0)
    ratios = {expert: weight / least for expert, weight in weights.items()}
    if all(isclose(ratio, 1.0) for ratio in ratios.values()):
        return {}
    for factor in range(1, _LARGEST_WEIGHT):
        whole = {expert: round(factor * ratio) for expert, ratio in ratios.items()}
        if all(isclose(whole[expert], factor * ratio) for expert, ratio in ratios.items()):
            for unit in (1, 10, 100):
                found = {expert: number / unit for expert, number in whole.items()}
                if _gives_shares(study, found):
                    return found
    return ratios


def _gives_shares(study: Study, weights: Mapping[str, float]) -> bool:
    """Whether weights give the shares of the study to the last bit."""
    return all(
        np.array_equal(expert_shares(matrix.experts, weights), matrix.shares)
        for matrix in study.judgments.matrices
    )


def _fill_notes(sheet: Any) -> None:
    from recc_mc.workbook import styles

    styles.title(sheet.cell(1, 1, "How to fill in this workbook"))
    for line, text in enumerate(_NOTES, 3):
        styles.note(sheet.cell(line, 1, text))
        sheet.row_dimensions[line].height = 34
    styles.widths(sheet, {"A": 130})
