"""What the bootstraps have in common."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Measures", "by_seed", "factor_means", "half_width", "portions"]

Floats = NDArray[np.float64]
Measures = dict[str, Floats]

# Half-width of a 95 % interval of a normal variable, in standard deviations.
NORMAL_95 = 1.959963984540054
# Numbers that are worked on at once: few enough for a core's cache, enough to outweigh the calls.
AT_ONCE = 2**17


def by_seed(seeds: Sequence[int]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each seed with the numbers of its outputs, which are resampled alike."""
    array = np.array(seeds)
    for seed in dict.fromkeys(seeds):
        yield seed, np.flatnonzero(array == seed)


def factor_means(values: Floats, groups: tuple[int, ...]) -> Floats:
    """Means (output, factor) over the columns (output, column) of each factor."""
    sums = np.zeros((1 + max(groups), len(values)))
    np.add.at(sums, np.array(groups), values.T)
    return np.asarray(sums.T / np.bincount(groups))


def portions(count: int, size: int) -> Iterator[slice]:
    """Slices of `count` things of `size` numbers each, as many as are worked on at once."""
    step = max(1, AT_ONCE // max(size, 1))
    yield from (slice(first, min(first + step, count)) for first in range(0, count, step))


def half_width(replicates: Floats) -> Floats:
    """Half-width of the 95 % interval, from replicates along the last axis."""
    return np.asarray(NORMAL_95 * replicates.std(axis=-1, ddof=1))
