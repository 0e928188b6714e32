"""A whole study as one workbook, to be filled in and computed as it is."""

import os
import tempfile
from collections.abc import Mapping
from math import isclose, isinf, isnan
from pathlib import Path
from typing import Any

import numpy as np

from recc_mc.errors import InputError
from recc_mc.study import Study, load_study
from recc_mc.study.hierarchy import Indicator
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.judgments_file import expert_shares
from recc_mc.study.record import settings_given
from recc_mc.study.template import write_template
from recc_mc.workbook.draft import BOUNDS, Draft, DraftMatrix, write_draft

__all__ = ["write_study_book", "write_template_book"]

_LARGEST_WEIGHT = 1000


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
    panel, weights = study.panel, _weights(study)
    settings = settings_given(study.settings)
    settings["study"]["title"] = study.title
    rows: list[tuple[str, int, list[float | None]]] = []
    for i, mine in enumerate(panel.mines):
        for t, year in enumerate(panel.years):
            given = zip(panel.values[i, t].tolist(), panel.holes[i, t], strict=True)
            rows.append((mine, year, [None if hole else value for value, hole in given]))
    matrices = [
        DraftMatrix(
            matrix.name,
            matrix.items,
            _upper(matrix, k),
            expert,
            weights.get(expert),
        )
        for matrix in study.judgments.matrices
        if matrix.size > 1
        for k, expert in enumerate(matrix.experts)
    ]
    return Draft(
        settings,
        [_row(found) for found in study.hierarchy.indicators],
        rows,
        matrices,
        study.settings.method.random_index,
        study.cr_limit,
    )


def _upper(matrix: JudgmentMatrix, expert: int) -> list[list[float | None]]:
    """Judgments of an expert above the diagonal; those that were not given are blank."""
    values: list[list[float | None]] = matrix.stack[expert].tolist()
    if matrix.missing is not None:
        for i, j in np.argwhere(matrix.missing[expert]):
            values[i][j] = None
    return [row[i + 1 :] for i, row in enumerate(values)]


def _row(found: Indicator) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": found.name,
        "system": found.system,
        "criterion": found.criterion,
        "direction": found.direction,
        "units": found.units,
        "long_name": found.long_name,
    }
    numbers = (found.lower, found.upper, found.minimum, found.maximum)
    return row | {
        column: "none" if isinf(value) else None if isnan(value) else value
        for column, value in zip(BOUNDS, numbers, strict=True)
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
