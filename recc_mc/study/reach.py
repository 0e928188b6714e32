"""Whether the baseline is among what is drawn; if not, the draws lie around something else."""

import warnings
from collections.abc import Iterator
from typing import Any

from recc_mc.errors import StudyWarning
from recc_mc.language.retelling import recorded
from recc_mc.study.choices import CHOICES
from recc_mc.study.consistency import consistency_ratio
from recc_mc.study.study import Study
from recc_mc.study.variation import is_drawn, variation

__all__ = [
    "NOTHING_UNCERTAIN",
    "TOLD",
    "baseline_findings",
    "draw_attributes",
    "draw_findings",
    "warn_of_draws",
]

TOLD = ("varied", "held_fixed", "baseline_outside")
"""Attributes by which a group of a result tells what its draws are."""

NOTHING_UNCERTAIN = (
    "nothing is uncertain: all draws are the same, and how robust the result is they do not tell"
)


_INCONSISTENT = {
    "repair": 'uncertainty.judgments.consistency: draws of matrix "{name}" with a consistency '
    "ratio of {limit} or more are repaired, its own of {ratio} stays in the baseline: the baseline "
    "is none of the draws",
    "reject": 'uncertainty.judgments.consistency: draws of matrix "{name}" with a consistency '
    "ratio of {limit} or more are drawn again, its own of {ratio} stays in the baseline: the "
    "baseline is none of the draws",
}


def draw_attributes(study: Study) -> dict[str, Any]:
    """Attributes of a group of draws, or of what is made of them.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        `TOLD`: what is varied, what is held fixed, and why the baseline is none of the draws; None
        where it may be one.
    """
    outside = "; ".join(baseline_findings(study)) or None
    return dict(zip(TOLD, (*variation(study), outside), strict=True))


def draw_findings(study: Study) -> list[str]:
    """What a reader of the draws must know: that they vary nothing, or not around the baseline.

    Parameters
    ----------
    study
        The study.
    """
    if variation(study).is_nothing:
        return [f"uncertainty: {NOTHING_UNCERTAIN}", *baseline_findings(study)]
    return baseline_findings(study)


def warn_of_draws(study: Study, stacklevel: int = 2, *, varied: bool = False) -> None:
    """Warn of `draw_findings` before anything is drawn.

    Parameters
    ----------
    study
        The study.
    stacklevel
        As of `warnings.warn`: 2 for who has called the function that calls this one.
    varied
        Whether something else varies that is not of the study's own uncertainty.

    Warns
    -----
    StudyWarning
        For each finding.

    Raises
    ------
    InputError
        If the study was changed in Python to what no study file can say: a result could not tell
        what was drawn.
    """
    # A record that cannot be made is an error here, not after the draws.
    _ = study.record
    for finding in baseline_findings(study) if varied else draw_findings(study):
        warnings.warn(finding, StudyWarning, stacklevel=stacklevel + 1)


def baseline_findings(study: Study) -> list[str]:
    """Choices that the baseline makes and no draw can make.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        A sentence for each; none if the baseline is one of the possible draws.
    """
    return [*_choices(study), *_repaired(study)]


def _choices(study: Study) -> Iterator[str]:
    method, table = study.settings.method, study.settings.uncertainty.method
    for choice in CHOICES:
        drawn, base = choice.drawn(table), choice.held(method)
        # The origin of the goalposts has no key: without errors in the data re-estimated goalposts
        # are the frozen ones, and both are the baseline's.
        if drawn is not None and choice.key is not None and not drawn.takes(base):
            shown = f'"{base}"' if choice.alternatives else f"{base:g}"
            yield recorded(
                "uncertainty.method.{choice}: {drawn} leaves out method.{key} = {held}: the "
                "baseline is none of the draws",
                choice=choice.name,
                drawn=drawn.exact,
                key=choice.key,
                held=shown,
            )


def _repaired(study: Study) -> Iterator[str]:
    """Drawn matrices whose own judgments the consistency policy would not let pass."""
    table = study.settings.uncertainty.judgments
    if table is None or table.consistency == "keep":
        return
    if table.consistency == "repair" and _weighs_by_row_means(study):
        # Repair leaves the row geometric means, and with them the weights, where they are.
        return
    for matrix in study.judgments.matrices:
        ratio = consistency_ratio(
            matrix.values, study.settings.method.random_index, matrix.unjudged
        )
        if is_drawn(study, matrix) and ratio >= table.cr_limit:
            yield recorded(
                _INCONSISTENT[table.consistency],
                name=matrix.name,
                limit=f"{table.cr_limit:g}",
                ratio=f"{ratio:.4f}",
            )


def _weighs_by_row_means(study: Study) -> bool:
    """Whether baseline and draws alike take row geometric means for weights."""
    table = study.settings.uncertainty.method
    drawn = table.prioritization.possible if table and table.prioritization else ()
    return {study.settings.method.prioritization, *drawn} == {"geometric_mean"}
