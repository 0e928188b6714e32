"""Indicators that are best within a range: the distances that they are normalised by.

r = 1 within the range [a, b], 1 - (a - x)/M below, 1 - (x - b)/M above, with M the larger of the
distances a - lo and hi - b of the goalposts.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.study.hierarchy import Indicator

__all__ = ["compared_values", "largest_distance", "range_words"]


def compared_values(indicator: Indicator, values: NDArray[Any]) -> Floats:
    """What tells objects apart: distances from the range, or the values where there is none.

    Parameters
    ----------
    indicator
        The indicator.
    values
        Its values, of any shape.

    Examples
    --------
    >>> acidity = Indicator("pH", "support", "soil", 0, "1", "pH", optimum_lower=6, optimum_upper=8)
    >>> compared_values(acidity, np.array([4.0, 6.0, 7.0, 9.0, 12.0])).tolist()
    [2.0, 0.0, 0.0, 1.0, 4.0]
    """
    if not indicator.is_ranged:
        return np.asarray(values, np.float64)
    outside = np.maximum(indicator.optimum_lower - values, values - indicator.optimum_upper)
    return np.asarray(np.maximum(outside, 0.0))


def largest_distance(indicator: Indicator, low: Any, high: Any) -> Any:
    """M, the larger of the distances of the goalposts from the range; 0 if both lie within."""
    below, above = indicator.optimum_lower - low, high - indicator.optimum_upper
    return np.maximum(np.maximum(below, above), 0.0)


def range_words(indicator: Indicator) -> str:
    """The range in words: ``6 to 8``, or the optimum alone."""
    lower, upper = indicator.optimum_lower, indicator.optimum_upper
    return f"{lower:g}" if lower == upper else f"{lower:g} to {upper:g}"
