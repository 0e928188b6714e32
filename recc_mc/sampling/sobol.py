"""Pick-freeze designs: two sets of quasi-random rows whose columns are exchanged."""

import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.stats import qmc

__all__ = ["MOST_COLUMNS", "SobolDesign"]

MOST_COLUMNS = 21201 // 2
"""Columns a design may have: Joe and Kuo's direction numbers reach 21201 dimensions."""
_BITS = 30
# Half a step of the sequence: a row is in (0, 1), never on its border.
_HALF_STEP = 2.0 ** -(_BITS + 1)


@dataclass(frozen=True)
class SobolDesign:
    """Rows A and B for pick-freeze estimators (Saltelli et al. 2010).

    A and B are the two halves of the columns of *one* scrambled Sobol' sequence of twice the
    dimension. Two sequences, or two parts of one, are not independent of each other, which gives
    wrong indices without any error. Each replicate is another scramble (Owen 1998) of the
    sequence, independent of the others: what varies from one to the next is the error of an
    estimate.

    Parameters
    ----------
    columns
        Dimension of the unit cube, 0 to `MOST_COLUMNS`.
    seed
        Seed of all scrambles, 0 or more.

    Examples
    --------
    >>> a, b = SobolDesign(columns=3, seed=1).rows(replicate=0, first=0, count=8)
    >>> a.shape, b.shape
    ((3, 8), (3, 8))
    """

    columns: int
    seed: int

    def rows(
        self, replicate: int, first: int, count: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rows number `first` and following of one replicate.

        Parameters
        ----------
        replicate
            Number of the scramble, 0 or more.
        first
            Number of the first row.
        count
            How many, a power of two if `first` is 0.

        Returns
        -------
        tuple of numpy.ndarray
            A and B, each with uniforms in (0, 1), (column, row).
        """
        if self.columns == 0:
            return np.empty((0, count)), np.empty((0, count))
        # A copy, because a sequence counts its rows; copying is far cheaper than scrambling.
        sequence = copy.deepcopy(_scrambled(2 * self.columns, self.seed, replicate))
        if first:
            sequence.fast_forward(first)
        rows = np.empty((2 * self.columns, count))
        np.add(sequence.random(count).T, _HALF_STEP, out=rows)
        return rows[: self.columns], rows[self.columns :]


@lru_cache(maxsize=8)
def _scrambled(dimension: int, seed: int, replicate: int) -> "qmc.Sobol":
    # Most of a second, which only sensitivity analysis should wait for.
    from scipy.stats import qmc

    rng = np.random.Generator(
        np.random.Philox(np.random.SeedSequence(seed, spawn_key=(replicate,)))
    )
    return qmc.Sobol(dimension, scramble=True, bits=_BITS, rng=rng)
