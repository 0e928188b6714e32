"""Values that nobody measured, the same doubles from a seed on every machine.

Random bits are those of Philox4x64-10 (Salmon et al. 2011), which NumPy keeps as they are, a stream
for each indicator. Only sums, products, quotients and square roots are made of them, one element at
a time, which IEEE 754 has every machine round alike; logarithms and exponentials, which differ
between libraries, are not used.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Series", "Words", "series_values"]

Floats = NDArray[np.float64]

# Twelve 16-bit numbers, whose sum is as good as normal.
_WORDS = 3
# Growth is compounded in two to this power steps.
_SQUARINGS = 6


class Series(NamedTuple):
    """What an indicator is like.

    Parameters
    ----------
    level
        Its value in a usual place in the first year, in its units.
    most
        Values stay below it; infinite if there is no such bound.
    spread
        Standard deviation of the logarithm (with `most`, of the log odds) of the places' levels.
    shared
        Correlation of the levels with how developed the places are, which indicators share.
    trend
        Growth of the same in a year; a place's own is within half of it.
    noise
        Standard deviation of what a year adds, half of which lasts to the next.
    """

    level: float
    most: float
    spread: float
    shared: float
    trend: float
    noise: float


class Words:
    """A stream of random numbers.

    Parameters
    ----------
    seed
        Seed, below 2^64.
    stream
        Number of the stream.
    """

    def __init__(self, seed: int, stream: int) -> None:
        self._bits = np.random.Philox(key=seed + (stream << 64))

    def integers(self, number: int, below: int) -> list[int]:
        """Whole numbers from 0; of so few that a remainder of 64 bits is fair."""
        return [int(word) % below for word in self._bits.random_raw(number)]

    def uniforms(self, number: int) -> Floats:
        """Numbers in [0, 1), (number,)."""
        words = np.asarray(self._bits.random_raw(number), np.uint64)
        return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, number: int) -> Floats:
        """Numbers of mean 0 and standard deviation 1, at most 6 from 0, (number,)."""
        words = np.asarray(self._bits.random_raw(number * _WORDS), np.uint64)
        # A sum of whole numbers is exact, in whatever order a machine keeps their bytes.
        pieces: Floats = words.view(np.uint16).reshape(number, -1).sum(axis=1, dtype=np.float64)
        return (pieces + 6.0) * 2.0**-16 - 6.0


def series_values(series: Series, developed: Floats, years: int, words: Words) -> Floats:
    """Values of an indicator.

    Parameters
    ----------
    series
        What it is like.
    developed
        How developed the places are, of mean 0 and standard deviation 1, (mine,).
    years
        Number of years.
    words
        Its random numbers.

    Returns
    -------
    NDArray[float64]
        Values, (mine, year).
    """
    places = len(developed)
    own = np.sqrt(1.0 - series.shared * series.shared)
    start = series.spread * (series.shared * developed + own * words.normals(places))
    trend = series.trend * (0.5 + words.uniforms(places))
    values = np.empty((places, years))
    lasting = np.zeros(places)
    for year in range(years):
        lasting = 0.5 * lasting + series.noise * words.normals(places)
        values[:, year] = _level(series, _grown(start + trend * year + lasting))
    return values


def _grown(rate: Floats) -> Floats:
    """What 1 grows to at a rate: nearly its exponential, and of products alone."""
    grown = 1.0 + rate * 2.0**-_SQUARINGS
    for _ in range(_SQUARINGS):
        grown = grown * grown
    return grown


def _level(series: Series, times: Floats) -> Floats:
    """The level so many times, or a share at so many times its odds."""
    if np.isinf(series.most):
        return series.level * times
    odds = series.level / (series.most - series.level) * times
    return series.most * (odds / (1.0 + odds))
