"""When a finding is called sure, and under which heading it then stands."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.report.contents import Finding
from recc_mc.summary.intervals import draws_behind, wilson

__all__ = [
    "DRIVERS",
    "HEADINGS",
    "INFORMATION",
    "KNOWN",
    "OPEN",
    "PRECISION",
    "SURE",
    "SURE_ABOVE",
    "TARGETS",
    "TOLERANCE",
    "WHAT_IF",
    "Findings",
    "is_sure",
    "last_year",
    "surely_not",
]

SURE = "What is robust against what was varied"
OPEN = "What is not"
TOLERANCE = "How large errors may be"
DRIVERS = "What the uncertainty comes from"
WHAT_IF = "What would happen if"
KNOWN = "What other studies say"
TARGETS = "What it would take"
INFORMATION = "What is worth knowing better"
PRECISION = "How far to trust these numbers"
HEADINGS = (SURE, OPEN, WHAT_IF, KNOWN, TARGETS, TOLERANCE, DRIVERS, INFORMATION, PRECISION)

SURE_ABOVE = 0.95
"""A statement is called sure if it surely holds in this share of the draws."""

Findings = Iterator[tuple[str, Finding]]
Values = xr.DataArray | NDArray[np.float64] | float


def is_sure(share: Values, error: Values) -> NDArray[np.bool_]:
    """Whether a probability and all of its 95 % interval are above the level."""
    sure: NDArray[np.bool_] = wilson(share, draws_behind(share, error))[0] >= SURE_ABOVE
    return sure


def surely_not(share: Values, error: Values) -> NDArray[np.bool_]:
    """Whether the probability of the opposite is."""
    never: NDArray[np.bool_] = wilson(share, draws_behind(share, error))[1] <= 1 - SURE_ABOVE
    return never


def last_year(data: xr.Dataset) -> tuple[int, xr.Dataset]:
    """Last year and the data of it."""
    last = data.isel(year=-1)
    return int(last["year"]), last
