"""Pairwise judgments: one reciprocal matrix per node of the hierarchy, from one or more experts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recc_mc.study.panel import read_only

__all__ = ["JudgmentMatrix", "Judgments"]


@dataclass(frozen=True, eq=False)
class JudgmentMatrix:
    """The judgments on one node of the hierarchy.

    Parameters
    ----------
    name
        Name of the node: a system, or the path of a criterion.
    items
        What is compared: the criteria and indicators right below it, by their own names.
    experts
        Names of the experts; one empty name where the file names none.
    stack
        Reciprocal matrices (expert, item, item).
    shares
        Weight of each expert (expert,); sums to 1.
    missing
        Which pairs an expert did not judge (expert, item, item); their entries are estimated.
    """

    name: str
    items: tuple[str, ...]
    experts: tuple[str, ...]
    stack: NDArray[np.float64]
    shares: NDArray[np.float64]
    missing: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        # A frozen dataclass is written through its base class.
        object.__setattr__(self, "stack", read_only(self.stack))
        object.__setattr__(self, "shares", read_only(self.shares))

    @property
    def size(self) -> int:
        """Number of items compared."""
        return len(self.items)

    @property
    def blanks(self) -> NDArray[np.bool_]:
        """Which pairs each expert did not judge (expert, item, item)."""
        none = np.zeros(self.stack.shape, dtype=bool)
        return none if self.missing is None else self.missing

    @property
    def unjudged(self) -> int:
        """Number of pairs that no expert judged."""
        return int(np.triu(self.nobody).sum())

    @property
    def nobody(self) -> NDArray[np.bool_]:
        """Which pairs no expert judged (item, item)."""
        found: NDArray[np.bool_] = np.all(self.blanks, axis=0)
        return found

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Aggregated matrix (item, item): the weighted geometric mean over the experts.

        Aggregating judgments, not priorities, keeps the matrix reciprocal (Aczel & Saaty 1983).
        """
        if len(self.experts) == 1:
            only: NDArray[np.float64] = self.stack[0]
            return only
        # No product of BLAS, whose last bits depend on how many threads share it.
        logs = np.einsum("e,eij->ij", self.shares, np.log(self.stack))
        upper = np.triu(np.exp(logs), 1)
        # The lower triangle is the inverse of the upper one, so that rounding cannot part them.
        values: NDArray[np.float64] = upper + np.eye(self.size)
        rows, columns = np.triu_indices(self.size, 1)
        values[columns, rows] = 1.0 / values[rows, columns]
        return read_only(values)


@dataclass(frozen=True, eq=False)
class Judgments:
    """All judgment matrices, in the order of `Hierarchy.nodes`.

    Parameters
    ----------
    matrices
        The matrices.
    snapped
        Decimals that were read as the fraction they abbreviate: which, as written, and as what.
    estimated
        Sentences about judgments that nobody gave, and as what they are estimated.
    expert_weights
        Weights of the experts as given, which `JudgmentMatrix.shares` come from; none where all
        weigh the same.
    """

    matrices: tuple[JudgmentMatrix, ...]
    snapped: tuple[str, ...] = ()
    estimated: tuple[str, ...] = ()
    expert_weights: tuple[tuple[str, float], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the matrices."""
        return tuple(matrix.name for matrix in self.matrices)

    @property
    def experts(self) -> tuple[str, ...]:
        """Names of all experts in order of first appearance; none where the file names none."""
        named = (expert for matrix in self.matrices for expert in matrix.experts if expert)
        return tuple(dict.fromkeys(named))

    def __getitem__(self, name: str) -> JudgmentMatrix:
        for matrix in self.matrices:
            if matrix.name == name:
                return matrix
        raise KeyError(name)
