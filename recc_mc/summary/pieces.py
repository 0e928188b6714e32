"""Draws a piece at a time: as many samples as fit a small part of the memory."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr
from dask.system import CPU_COUNT
from numpy.typing import NDArray

from recc_mc.machine.memory import available_memory

__all__ = ["pieces", "row_groups"]

# Large enough that Python's overhead does not count, small enough for a CPU's outer cache.
BYTES_PER_PIECE = 2**23
# Share of the available memory for the cells that a pass over the draws collects. While dask joins
# their chunks it holds them twice.
PASS_SHARE = 0.125


def pieces(draws: xr.Dataset, unit: int) -> Iterator[dict[str, NDArray[Any]]]:
    """Consecutive pieces of draws as NumPy arrays; all but the last one end at a whole unit.

    Parameters
    ----------
    draws
        Variables that have ``sample`` as their last dimension. Dask arrays are computed some
        chunks at a time, each chunk once and all variables together.
    unit
        Samples per unit.
    """
    per_sample = draws.nbytes / draws.sizes["sample"]
    size = max(1, int(BYTES_PER_PIECE / per_sample) // unit) * unit
    rest: xr.Dataset | None = None
    for part in _in_memory(draws, size):
        joined = part if rest is None else xr.concat([rest, part], "sample", data_vars="all")
        whole = joined.sizes["sample"] // size * size
        for start in range(0, whole, size):
            yield _arrays(joined.isel(sample=slice(start, start + size)))
        rest = joined.isel(sample=slice(whole, None))
    if rest is not None and rest.sizes["sample"]:
        yield _arrays(rest)


def row_groups(arrays: Sequence[Any]) -> Iterator[tuple[slice, ...]]:
    """Groups of rows whose draws fit into memory, for a pass over all samples each.

    Parameters
    ----------
    arrays
        Arrays (row, sample), taken one after the other.

    Yields
    ------
    tuple
        Which rows of each array belong to the group.
    """
    budget = PASS_SHARE * available_memory()
    group = [slice(0, 0) for _ in arrays]
    free = budget
    for number, array in enumerate(arrays):
        row_bytes = array.shape[1] * array.dtype.itemsize
        start = 0
        while start < array.shape[0]:
            # A group that has nothing yet takes one row, however large.
            least = 1 if free == budget else 0
            stop = min(array.shape[0], start + max(least, int(free / row_bytes)))
            group[number] = slice(start, stop)
            free -= (stop - start) * row_bytes
            if stop < array.shape[0]:
                yield tuple(group)
                group, free = [slice(0, 0) for _ in arrays], budget
            start = stop
    yield tuple(group)


def _arrays(draws: xr.Dataset) -> dict[str, NDArray[Any]]:
    return {str(name): np.asarray(array.values) for name, array in draws.data_vars.items()}


def _in_memory(draws: xr.Dataset, size: int) -> Iterator[xr.Dataset]:
    """Parts of the draws, computed: as many chunks as keep every core busy and fill a piece."""
    if draws.chunks:
        draws = draws.unify_chunks()
        start = stop = count = 0
        for chunk in draws.chunksizes["sample"]:
            stop, count = stop + chunk, count + 1
            if count >= CPU_COUNT and stop - start >= size:
                yield draws.isel(sample=slice(start, stop)).compute()
                start, count = stop, 0
        if stop > start:
            yield draws.isel(sample=slice(start, stop)).compute()
    else:
        # Reads a file's variables whole; arrays in memory are not copied.
        yield draws.compute()
