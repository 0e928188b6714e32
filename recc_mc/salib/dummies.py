"""What a method gives a factor that does nothing, measured with columns of random numbers.

Distances between distributions (delta, pawn) are never negative, fits to few rows (hdmr) follow
noise, and classes of rows (rbd_fast) differ by chance, so that a factor without any effect does not
get 0. Its value is measured in the same run: columns of uniform random numbers, which no output
depends on, stand beside the inputs (Khorashadi Zadeh et al. 2017).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from recc_mc._typing import Floats

__all__ = ["dummy_columns", "split_dummies"]


# The fit with dummies may be of another order than the one without (hdmr), and has more pairs.
WITHOUT = ("ST",)
# Second part of the key of the generator: 0 is nobody's, 1 the second rows of shapley.
STREAM = 2


def dummy_columns(rows: int, count: int, seed: int) -> Floats:
    """Columns (row, dummy) of uniform random numbers, from a stream of their own of the seed."""
    return np.random.default_rng((seed, STREAM)).random((count, rows)).T


def split_dummies(measures: Mapping[str, Floats], count: int) -> dict[str, NDArray[Any]]:
    """Measures without the last `count` factors, and what these say of a factor without effect.

    Parameters
    ----------
    measures
        By name (factor, ...), the dummies last.
    count
        Number of dummies, at least 2; 0 if there are none.

    Returns
    -------
    dict
        The measures of the other factors and, by ``NAME_dummy`` (...), the mean over the dummies;
        ``NAME_dummy_conf`` is the half-width of the 95 % prediction interval of one more (Student's
        t), from their spread.
    """
    if not count:
        return dict(measures)
    # The mean of the others is itself uncertain.
    width = stdtrit(count - 1, 0.975) * np.sqrt(1 + 1 / count)
    found: dict[str, NDArray[Any]] = {name: array[:-count] for name, array in measures.items()}
    for name, array in measures.items():
        if name.endswith("_conf") or name in WITHOUT:
            continue
        dummies = array[-count:]
        found[f"{name}_dummy"] = dummies.mean(axis=0)
        found[f"{name}_dummy_conf"] = width * dummies.std(axis=0, ddof=1)
    return found
