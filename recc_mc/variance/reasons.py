"""Why outputs have no indices, over all replicates of an analysis and over all cells together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.variance.indices import (
    CONSTANT,
    DEFINED,
    TOO_FEW_CHANGES,
    TOO_FEW_ROWS,
    SobolIndices,
)
from recc_mc.variance.rare import is_rare

__all__ = ["Reasons"]

Codes = NDArray[np.int8]
# Of the variance of all cells, so much must be of cells that have indices themselves.
_LEAST_DEFINED = 0.5


@dataclass(frozen=True)
class Reasons:
    """States of the outputs of some replicates, and how often these change.

    Parameters
    ----------
    states
        (..., cell) the state that all replicates share, or what sets them apart.
    rows
        (..., cell) rows that count, of all replicates.
    differing
        (..., cell) those of them in which A and B differ.
    """

    states: Codes
    rows: NDArray[np.int64]
    differing: Floats

    @classmethod
    def of(cls, indices: SobolIndices) -> Self:
        """Reasons of a single replicate."""
        return cls(indices.state, indices.rows, indices.differing)

    def __add__(self, other: "Reasons") -> "Reasons":
        """Reasons of both; what is constant in some replicates only changes too rarely."""
        one, two = self.states, other.states
        few = (one == TOO_FEW_ROWS) | (two == TOO_FEW_ROWS)
        apart = np.where(few, TOO_FEW_ROWS, TOO_FEW_CHANGES)
        return Reasons(
            np.where(one == two, one, apart).astype(np.int8),
            self.rows + other.rows,
            self.differing + other.differing,
        )

    @property
    def cells(self) -> Codes:
        """Why each output has no indices, or that it has."""
        rare = (self.states == DEFINED) & is_rare(self.rows, self.differing)
        return np.where(rare, TOO_FEW_CHANGES, self.states).astype(np.int8)

    def together(self, variance: Floats) -> Codes:
        """Why the cells of an output have no indices together, or that they have.

        Parameters
        ----------
        variance
            (..., cell) variances, by which cells are weighted; NaN where unknown.

        Returns
        -------
        numpy.ndarray
            (...,) `DEFINED` where at least half of the variance is of cells that have indices.
        """
        states = self.cells
        weight = np.nan_to_num(variance)

        def share(*codes: int) -> Floats:
            return np.asarray(np.where(np.isin(states, codes), weight, 0.0).sum(axis=-1))

        reason = np.where(
            share(TOO_FEW_CHANGES) > share(TOO_FEW_ROWS), TOO_FEW_CHANGES, TOO_FEW_ROWS
        )
        enough = share(DEFINED) >= _LEAST_DEFINED * weight.sum(axis=-1)
        defined = enough & (states == DEFINED).any(axis=-1)
        constant = (states == CONSTANT).all(axis=-1)
        return np.select([constant, defined], [CONSTANT, DEFINED], reason).astype(np.int8)
