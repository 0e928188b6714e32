"""When a finding is called sure, and under which heading it then stands."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.report.model import Finding

__all__ = [
    "DRIVERS",
    "HEADINGS",
    "OPEN",
    "PRECISION",
    "SURE",
    "SURE_ABOVE",
    "Findings",
    "is_sure",
    "last_year",
    "surely_not",
]

SURE = "What is robust"
OPEN = "What is not"
DRIVERS = "What the uncertainty comes from"
PRECISION = "How far to trust these numbers"
HEADINGS = (SURE, OPEN, DRIVERS, PRECISION)

SURE_ABOVE = 0.95
"""A statement is called sure if it holds in this share of the draws."""

Findings = Iterator[tuple[str, Finding]]
Values = xr.DataArray | NDArray[np.float64] | float


def is_sure(share: Values, error: Values) -> NDArray[np.bool_]:
    """Whether a probability is above the level, two standard errors allowed for.

    What happens in all draws has a bound for its error, of which one is enough; a single draw has
    none, and nothing is sure of it.
    """
    chance = np.asarray(share)
    allowed = np.where(chance == 1, 1, 2) * np.asarray(error)
    sure: NDArray[np.bool_] = chance - allowed >= SURE_ABOVE
    return sure


def surely_not(share: Values, error: Values) -> NDArray[np.bool_]:
    """Whether the probability of the opposite is."""
    return is_sure(1 - np.asarray(share), error)


def last_year(data: xr.Dataset) -> tuple[int, xr.Dataset]:
    """Last year and the data of it."""
    last = data.isel(year=-1)
    return int(last["year"]), last
