"""Weights that the table of indicators gives, in place of judgments on them."""

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.language.retelling import recorded
from recc_mc.study.hierarchy import SYSTEMS, Hierarchy
from recc_mc.study.judgments import JudgmentMatrix

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "GivenWeights",
    "given_weights",
    "missing_weights",
    "scaled_sentence",
    "weight_nodes",
    "weight_notes",
]

# Sums that differ from 1 by less are those of numbers that were written in full.
_ROUNDING = 1e-9


class GivenWeights(NamedTuple):
    """Weights of the indicators of one system, which stand where its judgment matrices would.

    Parameters
    ----------
    name
        The system, which names the factor, too.
    items
        Its indicators.
    values
        Their weights (item,); sum to 1.
    total
        What they summed to as given.
    """

    name: str
    items: tuple[str, ...]
    values: NDArray[np.float64]
    total: float

    @property
    def size(self) -> int:
        """Number of indicators."""
        return len(self.items)


def given_weights(study: "Study") -> tuple[GivenWeights, ...]:
    """Given weights of each system; none if the study weighs by judgments."""
    if study.settings.method.weights != "given":
        return ()
    found = []
    for system in SYSTEMS:
        members = [i for i in study.hierarchy.indicators if i.system == system]
        values = np.array([i.weight for i in members])
        total = float(values.sum())
        if members:
            found.append(
                GivenWeights(system, tuple(i.name for i in members), values / total, total)
            )
    return tuple(found)


def weight_nodes(study: "Study") -> tuple[JudgmentMatrix | GivenWeights, ...]:
    """What the weights that people give come from, in the order of the kernels' table."""
    return given_weights(study) or study.judgments.matrices


def missing_weights(hierarchy: Hierarchy, name: str) -> list[str]:
    """Problems of a hierarchy whose weights are to be taken: all must be given, some above 0.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    name
        What messages call its file.
    """
    why = 'for method.weights = "given"'
    problems = [
        f'{name}: indicator "{i.name}": expected a weight, {why}'
        for i in hierarchy.indicators
        if isnan(i.weight)
    ]
    for system in SYSTEMS:
        weights = [i.weight for i in hierarchy.indicators if i.system == system]
        if weights and not any(weight != 0 for weight in weights):
            problems.append(f'{name}: system "{system}": every weight is 0: expected more, {why}')
    return problems


def scaled_sentence(study: "Study") -> str:
    """Which systems' weights were divided by their sum, and what that was; empty if none."""
    return ", ".join(
        recorded("{name} (sum {sum})", name=given.name, sum=f"{given.total:.6g}")
        for given in given_weights(study)
        if abs(given.total - 1) > _ROUNDING
    )


def weight_notes(study: "Study") -> Iterator[str]:
    """Sentences about weights that are not taken as they are given, or not at all."""
    if scaled := scaled_sentence(study):
        yield f"weights do not sum to 1 and are divided by their sum: {scaled}"
    given = any(not isnan(indicator.weight) for indicator in study.hierarchy.indicators)
    if given and study.settings.method.weights != "given":
        yield 'column weight: is not used with method.weights = "judgments"'
