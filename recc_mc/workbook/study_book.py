"""A whole study as one workbook, to be filled in and computed as it is."""

import os
import tempfile
from math import isinf, isnan
from pathlib import Path
from typing import Any

import numpy as np

from recc_mc.errors import InputError
from recc_mc.study import Study, load_study
from recc_mc.study.evidence_file import Studies
from recc_mc.study.hierarchy import Indicator
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.record import settings_given
from recc_mc.study.study_sheet import EVIDENCE
from recc_mc.study.template import write_template
from recc_mc.study.written import exact_order, lever_word
from recc_mc.workbook.draft import (
    BOUNDS,
    LONGEST_TITLE,
    Draft,
    DraftMatrix,
    DraftStudies,
    write_draft,
)

__all__ = ["write_study_book", "write_template_book"]


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
    return write_draft(_draft(study), Path(os.fsdecode(path)))


def _draft(study: Study) -> Draft:
    panel, weights = study.panel, dict(study.judgments.expert_weights)
    settings = settings_given(study.settings)
    settings["study"]["title"] = study.title
    evidence = [_studies(name, k, each) for k, (name, each) in enumerate(study.studies.items(), 1)]
    for name, table in zip(study.studies, evidence, strict=True):
        given = settings["evidence"][name]
        pooling = {key: value for key, value in given.items() if key not in ("data", "file")}
        settings["evidence"][name] = {**pooling, "sheet": table.title}
    rows: list[tuple[str, int, list[float | None]]] = []
    for i, mine in enumerate(panel.mines):
        for t, year in enumerate(panel.years):
            given = zip(panel.values[i, t].tolist(), panel.holes[i, t], strict=True)
            rows.append((mine, year, [None if hole else value for value, hole in given]))
    matrices = [
        DraftMatrix(matrix.name, *_judgments(matrix, k), expert, weights.get(expert))
        for matrix in study.judgments.matrices
        for k, expert in enumerate(matrix.experts)
        if matrix.size > 1 or expert
    ]
    return Draft(
        settings,
        [_row(found) for found in study.hierarchy.indicators],
        rows,
        matrices,
        study.settings.method.random_index,
        study.cr_limit,
        evidence,
    )


def _studies(name: str, number: int, studies: Studies) -> DraftStudies:
    rows = zip(studies.names, studies.numbers.tolist(), strict=True)
    title = f"{EVIDENCE} {name}"
    return DraftStudies(
        title if len(title) <= LONGEST_TITLE else f"{EVIDENCE} {number}",
        ("study", *studies.columns),
        [(study, *numbers) for study, numbers in rows],
    )


def _judgments(
    matrix: JudgmentMatrix, expert: int
) -> tuple[tuple[str, ...], list[list[float | None]]]:
    """Items, and an expert's judgments above the diagonal; those that were not given are blank."""
    values = np.where(matrix.blanks[expert], np.nan, matrix.stack[expert])
    order = exact_order(values)
    rows = values[np.ix_(order, order)].tolist()
    upper = [[None if isnan(x) else x for x in row[i + 1 :]] for i, row in enumerate(rows)]
    return tuple(matrix.items[i] for i in order), upper


def _row(found: Indicator) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": found.name,
        "system": found.system,
        "criterion": found.criterion,
        "direction": found.direction,
        "units": found.units,
        "long_name": found.long_name,
    }
    numbers = (
        *(found.lower, found.upper, found.minimum, found.maximum),
        *(found.optimum_lower, found.optimum_upper),
        *found.limits,
        found.weight,
    )
    return row | {
        **{
            column: "none" if isinf(value) else None if isnan(value) else value
            for column, value in zip(BOUNDS, numbers, strict=False)
        },
        "lever": lever_word(found.lever) or None,
    }


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
