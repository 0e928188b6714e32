"""Models of cost, fitted so that growth is a statement: time = a + b N, time = c N^p."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls


class Model(NamedTuple):
    """How a cost grows with N.

    Parameters
    ----------
    fixed, each
        a and b of a + b N, none below 0, which have the least relative residuals.
    residual
        Largest of these, of a share.
    power
        Slope of ln time over ln N between the upper half of the sizes: 1 if time is proportional.
    """

    fixed: float
    each: float
    residual: float
    power: float


def fit(sizes: Sequence[float], seconds: Sequence[float]) -> Model:
    """Fit both models.

    Parameters
    ----------
    sizes
        N, ascending.
    seconds
        Time of each.
    """
    n, t = np.asarray(sizes, float), np.asarray(seconds, float)
    # nnls works on columns of like sizes.
    terms = np.column_stack([np.ones_like(n), n / n.max()]) / t[:, None]
    (fixed, scaled), _ = nnls(terms, np.ones_like(t))
    residuals = terms @ [fixed, scaled] - 1.0
    upper = slice(len(n) // 2 - (len(n) < 4), None)
    power = np.polyfit(np.log(n[upper]), np.log(t[upper]), 1)[0]
    return Model(
        float(fixed), float(scaled / n.max()), float(np.abs(residuals).max()), float(power)
    )
