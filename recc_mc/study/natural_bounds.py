"""Natural bounds of an indicator: values that it cannot take, whatever the error of its data."""

from math import inf, isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.study.hierarchy import Indicator

__all__ = ["PERCENT_BOUNDS", "Bounds", "is_percentage", "natural_bounds"]

#: How units say that a value is a percentage.
PERCENT = frozenset({"%", "\N{FULLWIDTH PERCENT SIGN}", "percent", "per cent", "pct"})
PERCENT_BOUNDS = (0.0, 100.0)


class Bounds(NamedTuple):
    """Smallest and largest value an indicator can take; infinite where there is none.

    Parameters
    ----------
    lower, upper
        The bounds.
    from_units
        Whether one of them follows from the units rather than from the table of indicators.
    """

    lower: float
    upper: float
    from_units: bool = False

    def __str__(self) -> str:
        """In words: ``0 to 100``, ``>= 0``, ``<= 1`` or ``none``."""
        if self.lower == -inf and self.upper == inf:
            return "none"
        if self.upper == inf:
            return f">= {self.lower:g}"
        return f"<= {self.upper:g}" if self.lower == -inf else f"{self.lower:g} to {self.upper:g}"


def is_percentage(indicator: Indicator) -> bool:
    """Whether the units of an indicator are per cent."""
    return indicator.units.strip().casefold() in PERCENT


def natural_bounds(indicator: Indicator, values: NDArray[np.float64]) -> Bounds:
    """Natural bounds of an indicator: those of its table, else those that its units imply.

    Units of per cent imply 0 to 100 where the columns ``min`` and ``max`` are left blank and all
    values lie there: a rate of growth, or a share that may exceed the whole, shows by its values or
    says ``none``.

    Parameters
    ----------
    indicator
        The indicator.
    values
        Its values as given.
    """
    lower, upper = indicator.minimum, indicator.maximum
    least, most = PERCENT_BOUNDS
    implied = is_percentage(indicator) and bool(np.all((values >= least) & (values <= most)))
    return Bounds(
        (least if implied else -inf) if isnan(lower) else lower,
        (most if implied else inf) if isnan(upper) else upper,
        implied and (isnan(lower) or isnan(upper)),
    )
