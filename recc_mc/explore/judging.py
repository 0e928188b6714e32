"""Single judgments of a study in place of others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from recc_mc.errors import InputError
from recc_mc.study import Study
from recc_mc.study.checks import consistency_findings
from recc_mc.study.consistency import consistency_ratio, expert_ratios
from recc_mc.study.incomplete import completed
from recc_mc.study.judgments import JudgmentMatrix

__all__ = ["SCALE", "Pair", "judged", "judgment", "ratio", "ratio_text"]

SCALE = (*(1 / k for k in range(9, 1, -1)), *map(float, range(1, 10)))
"""Saaty's scale, from 1/9 to 9."""


class Pair(NamedTuple):
    """Which judgment: how much more important one item is than another, to an expert."""

    matrix: str
    expert: int  # position
    row: int
    column: int  # above the diagonal: row < column


def judgment(study: Study, pair: Pair) -> float:
    """A judgment of a study."""
    return float(study.judgments[pair.matrix].stack[pair.expert, pair.row, pair.column])


def judged(study: Study, given: Mapping[Pair, float]) -> Study:
    """Study with some judgments set anew; judgments that nobody gave are estimated anew.

    Parameters
    ----------
    study
        The study.
    given
        Judgments on Saaty's scale.

    Raises
    ------
    InputError
        If one is not of the scale, or makes a matrix that the study does not allow.
    """
    for pair, value in given.items():
        if not 1 / 9 <= value <= 9:
            raise InputError(f'matrix "{pair.matrix}": expected 1/9 to 9, got {value:g}')
    if not given:
        return study
    matrices = tuple(
        _changed(matrix, {p: value for p, value in given.items() if p.matrix == matrix.name})
        for matrix in study.judgments.matrices
    )
    found = replace(study, judgments=replace(study.judgments, matrices=matrices))
    problems, _ = consistency_findings(found)
    if problems:
        raise InputError(problems)
    return found


def _changed(matrix: JudgmentMatrix, given: Mapping[Pair, float]) -> JudgmentMatrix:
    if not given:
        return matrix
    stack, missing = matrix.stack.copy(), matrix.blanks.copy()
    for (_, expert, row, column), value in given.items():
        stack[expert, row, column] = value
        stack[expert, column, row] = 1.0 / value
        missing[expert, row, column] = missing[expert, column, row] = False
    for expert in {pair.expert for pair in given}:
        stack[expert] = completed(stack[expert], missing[expert])
    return replace(matrix, stack=stack, missing=missing if missing.any() else None)


def ratio(study: Study, matrix: str, expert: int | None = None) -> float:
    """Consistency ratio of a matrix, or of one expert's judgments in it."""
    found, table = study.judgments[matrix], study.settings.method.random_index
    if expert is not None and len(found.experts) > 1:
        return expert_ratios(found, table)[expert]
    return consistency_ratio(found.values, table, found.unjudged)


def ratio_text(value: float) -> str:
    """A judgment as people write it: a whole number, or its fraction.

    Examples
    --------
    >>> [ratio_text(value) for value in (3.0, 1 / 3, 2.5)]
    ['3', '1/3', '2.5']
    """
    whole = round(max(value, 1 / value))
    if not np.isclose(max(value, 1 / value), whole, rtol=1e-12):
        return f"{value:.3g}"
    return f"{whole}" if value >= 1 else f"1/{whole}"
