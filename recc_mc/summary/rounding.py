"""What varies, and what only rounding makes vary."""

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats

__all__ = ["varies"]

# Variation of this size relative to an output is rounding, and explains nothing.
_RELATIVE_NOISE = 1e-12


def varies(variance: Floats, mean: Floats | float) -> NDArray[np.bool_]:
    """Whether an output varies by more than rounding: its deviation beside its size.

    Parameters
    ----------
    variance, mean
        Of the output.

    Examples
    --------
    >>> varies(np.array([1e-6, 1e-32, 0.0]), 1.0).tolist()
    [True, False, False]
    """
    size = np.sqrt(np.square(mean) + variance)
    return np.asarray(variance > (_RELATIVE_NOISE * size) ** 2)
