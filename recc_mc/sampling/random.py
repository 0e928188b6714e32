"""Plain Monte Carlo: independent uniform rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.philox import SCALARS, fill_uniforms

__all__ = ["RandomDesign"]


@dataclass(frozen=True)
class RandomDesign:
    """Independent uniform rows of the unit cube.

    Parameters
    ----------
    columns
        Dimension of the unit cube, 0 or more.
    seed
        Key of the counter-based generator, 0 <= seed < 2**64.

    Examples
    --------
    Every row is a function of the seed and its number alone, however many are asked for:

    >>> design = RandomDesign(columns=3, seed=1)
    >>> bool((design.rows(0, 5)[:, 2:4] == design.rows(2, 2)).all())
    True
    """

    columns: int
    seed: int

    def rows(self, first: int, count: int) -> NDArray[np.float64]:
        """Rows number `first` and following.

        Parameters
        ----------
        first
            Number of the first row.
        count
            How many.

        Returns
        -------
        numpy.ndarray
            Uniforms in (0, 1), (column, sample): samples are the contiguous axis.
        """
        u = np.empty((self.columns, count))
        fill_uniforms(first, np.uint64(SCALARS), np.uint64(self.seed), u)
        return u
