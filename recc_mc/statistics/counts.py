"""Integer counts of what draws show; those of consecutive parts add up to those of the whole."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["count_above", "count_classes", "count_true"]

Counts = NDArray[np.int64]


def count_true(flags: NDArray[np.bool_]) -> Counts:
    """How many draws have a property, along the last axis."""
    return np.asarray(flags.sum(axis=-1, dtype=np.int64))


def count_classes(codes: NDArray[np.integer], first: int, classes: int) -> Counts:
    """How many draws fall into each class.

    Parameters
    ----------
    codes
        Codes (..., sample), ``first`` to ``first + classes - 1``; a smaller one stands for
        undefined and is not counted.
    first
        Code of the first class.
    classes
        How many classes there are.

    Returns
    -------
    numpy.ndarray
        Counts (..., class).

    Raises
    ------
    ValueError
        If a code is larger than that of the last class.
    """
    shape = codes.shape[:-1]
    place = codes.reshape(-1, codes.shape[-1]).astype(np.int64) - (first - 1)
    if place.max(initial=0) > classes:
        raise ValueError(f"code {place.max() + first - 1} of {classes} classes")
    # One pass over all cells: each has a slot for the undefined draws and one per class.
    np.maximum(place, 0, out=place)
    slots = classes + 1
    place += slots * np.arange(len(place))[:, None]
    counts = np.bincount(place.ravel(), minlength=slots * len(place))
    return counts.reshape(*shape, slots)[..., 1:]


def count_above(values: NDArray[np.float64]) -> tuple[Counts, Counts]:
    """How often each row has a larger value than each other row.

    Parameters
    ----------
    values
        Draws (mine, year, sample), NaN where undefined.

    Returns
    -------
    tuple
        Counts (mine, other mine, year) of draws in which the first mine's value is the larger, and
        of draws in which both are defined.
    """
    mines, years, samples = values.shape
    above = np.empty((mines, mines, years), np.int64)
    both = np.full((mines, mines, years), samples, np.int64)
    defined = ~np.isnan(values)
    complete = bool(defined.all())
    for mine in range(mines):
        above[mine] = count_true(values[mine] > values)
        if not complete:
            both[mine] = count_true(defined[mine] & defined)
    return above, both
