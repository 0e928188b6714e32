"""Numbers and lists as they stand in a sentence."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

__all__ = ["and_more", "chance", "cleanly", "count", "number", "percent", "sentence_list", "signed"]

# A sentence with more names than this is not read.
MOST_NAMES = 8
UNDEFINED = "undefined"


def percent(share: float) -> str:
    """Share in per cent; what is not certain is never rounded to certainty.

    Examples
    --------
    >>> percent(0.9731), percent(0.99999), percent(1.0), percent(0.0002)
    ('97.3 %', 'more than 99.9 %', '100 %', 'less than 0.1 %')
    """
    if np.isnan(share):
        return UNDEFINED
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.0005:
        return "less than 0.1 %"
    if share >= 0.9995:
        return "more than 99.9 %"
    return f"{100 * share:.1f} %"


def chance(share: float, error: float) -> str:
    """Probability in per cent with its standard error in percentage points.

    Examples
    --------
    >>> chance(0.9731, 0.0011), chance(0.5, 0.00001), chance(1.0, 0.0)
    ('97.3 % ± 0.1', '50.0 % ± <0.1', '100 %')
    """
    if np.isnan(share) or not error > 0:
        return percent(share)
    points = f"{100 * error:.1f}" if error >= 0.0005 else "<0.1"
    return f"{percent(share)} ± {points}"


def number(value: float, digits: int = 3) -> str:
    """Number with a fixed count of decimals.

    Examples
    --------
    >>> number(0.12345), number(float("nan"))
    ('0.123', 'undefined')
    """
    return UNDEFINED if np.isnan(value) else f"{value:.{digits}f}"


def signed(value: float, digits: int = 3) -> str:
    """Number with its sign.

    Examples
    --------
    >>> signed(-0.02), signed(0.5, 1)
    ('−0.020', '+0.5')
    """
    return UNDEFINED if np.isnan(value) else f"{value:+.{digits}f}".replace("-", "−")


def count(amount: int, singular: str, plural: str | None = None) -> str:
    """Amount of things.

    Examples
    --------
    >>> count(1, "mine"), count(12_000, "draw"), count(2, "matrix", "matrices")
    ('1 mine', '12,000 draws', '2 matrices')
    """
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def and_more(items: Sequence[str], most: int = MOST_NAMES) -> list[str]:
    """Items, the last of them the number of those left out if there are more than can be read."""
    if len(items) <= most:
        return list(items)
    return [*items[: most - 1], f"{len(items) - most + 1} more"]


def sentence_list(items: Sequence[str], most: int = MOST_NAMES) -> str:
    """Items in a sentence.

    Examples
    --------
    >>> sentence_list(["A", "B", "C"]), sentence_list(list("ABCDE"), most=3)
    ('A, B and C', 'A, B and 3 more')
    """
    shown = and_more(items, most)
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def cleanly(labels: xr.DataArray | Any) -> list[str]:
    """Labels of a coordinate as text."""
    return [str(label) for label in np.atleast_1d(labels)]
