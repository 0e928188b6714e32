"""The uncertain factors of a study and the unit-cube columns each of them owns."""

from collections.abc import Iterator
from dataclasses import dataclass

from recc_mc.study.choices import CHOICES
from recc_mc.study.given_weights import given_weights
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.study import Study

__all__ = ["FAMILIES", "NOISE", "Factor", "column_count", "list_factors"]

#: Classes of the kinds of factors that are not called like theirs.
FAMILIES = {"shared": "data"}
#: Parts that are counter-based: one column each, if any.
NOISE = ("redraws", "cells")


@dataclass(frozen=True)
class Factor:
    """One group of random inputs that sensitivity analysis treats as a unit.

    Parameters
    ----------
    kind
        ``"judgment"``, ``"data"``, ``"shared"`` or ``"method"``.
    name
        Name of the judgment matrix (of the system, if its weights are given), of the indicator, of
        the shared error or of the choice.
    parts
        Parts that own columns and how many each: ``entries`` and ``experts`` of a matrix,
        ``weights`` that are given, ``systematic`` and ``mine`` of a data error, ``all`` or
        ``mine`` of a shared one, ``choice``; with noise on columns also ``redraws`` of a matrix
        and ``cells`` of an error.
    first_column
        First unit-cube column; the parts follow each other.
    has_cells
        Whether counter-based cell noise belongs to the factor too.
    """

    kind: str
    name: str
    parts: tuple[tuple[str, int], ...]
    first_column: int
    has_cells: bool = False

    @property
    def label(self) -> str:
        """Name in results: ``judgment:climate``."""
        return f"{self.kind}:{self.name}"

    @property
    def family(self) -> str:
        """Class that it belongs to: ``"judgment"``, ``"data"`` or ``"method"``."""
        return FAMILIES.get(self.kind, self.kind)

    @property
    def columns(self) -> range:
        """The factor's unit-cube columns."""
        return range(self.first_column, self.first_column + sum(n for _, n in self.parts))

    def column(self, part: str) -> int:
        """First column of a part, -1 if the factor has no such part."""
        position = self.first_column
        for name, count in self.parts:
            if name == part:
                return position
            position += count
        return -1


def list_factors(study: Study, *, noise: bool = False) -> tuple[Factor, ...]:
    """Uncertain factors of a study, in the order of their columns.

    Judgment matrices in the order of the hierarchy's nodes, then the indicators' data errors, those
    that they share, and the method choices. What cannot vary is no factor.

    Parameters
    ----------
    study
        The study.
    noise
        Whether what is counter-based, the noise of an indicator's cells and the redraws of a
        matrix, has a column too, the last one of its factor. Samples that agree in it agree in
        those numbers.
    """
    factors: list[Factor] = []
    column = 0
    for kind, name, parts in _candidates(study):
        owned = tuple(part for part in parts if part[1] and (noise or part[0] not in NOISE))
        factor = Factor(kind, name, owned, column, ("cells", 1) in parts)
        if factor.parts or factor.has_cells:
            factors.append(factor)
            column = factor.columns.stop
    return tuple(factors)


def column_count(factors: tuple[Factor, ...]) -> int:
    """Dimension of the unit cube."""
    return factors[-1].columns.stop if factors else 0


def _candidates(study: Study) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    for matrix in study.judgments.matrices:
        yield "judgment", matrix.name, _judgment_parts(study, matrix)
    for given in given_weights(study):
        # The weights of a system stand in the place of judgments on it.
        count = given.size if study.settings.uncertainty.weights and given.size > 1 else 0
        yield "judgment", given.name, [("weights", count)]
    for name in study.hierarchy.names:
        model = study.error_model(name)
        if model is None:
            continue
        systematic = int(bool(model.systematic_cv or model.systematic_sd))
        mine = len(study.panel.mines) if model.mine_cv or model.mine_sd else 0
        cells = int(has_cell_part(study, name))
        yield "data", name, [("systematic", systematic), ("mine", mine), ("cells", cells)]
    for error in study.settings.uncertainty.shared:
        numbers = {"all": 1, "mine": len(study.panel.mines)}.get(error.by, 0)
        parts = [(error.by, numbers), ("cells", int(error.by == "cell"))]
        yield "shared", error.name, parts
    for choice in CHOICES:
        drawn = choice.drawn(study.settings.uncertainty.method)
        yield "method", choice.name, [("choice", int(drawn is not None and drawn.varies))]


def _judgment_parts(study: Study, matrix: JudgmentMatrix) -> list[tuple[str, int]]:
    table = study.settings.uncertainty.judgments
    if table is None or matrix.size < 2:
        return []
    by_entry = table.distribution == "saaty_steps" or study.judgment_sigma(matrix.name) > 0
    resampled = table.resample_experts and len(matrix.experts) > 1
    # A matrix of two items never contradicts itself.
    redrawn = table.consistency == "reject" and matrix.size > 2 and (by_entry or resampled)
    return [
        # What nobody judged has no error of its own.
        ("entries", matrix.size * (matrix.size - 1) // 2 - matrix.unjudged if by_entry else 0),
        ("experts", len(matrix.experts) if resampled else 0),
        ("redraws", int(redrawn)),
    ]


def has_cell_part(study: Study, name: str) -> bool:
    """Whether an indicator's cells vary one by one."""
    model = study.error_model(name)
    if model is None:
        return False
    interpolated = study.panel.holes[:, :, study.panel.indicators.index(name)].any()
    extra = model.interpolated_cv or model.interpolated_sd
    return bool(model.cv or model.sd or (extra and interpolated))
