"""Draws a piece at a time: as many samples as fit a small part of the memory."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr
from dask.system import CPU_COUNT
from numpy.typing import NDArray

from recc_mc.run.memory import available_memory

__all__ = ["cell_groups", "pieces"]

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


def cell_groups(arrays: Sequence[Any], samples: int) -> Iterator[slice]:
    """Groups of cells whose draws fit into memory, for a pass over all samples each."""
    cells = arrays[0].shape[0]
    bytes_per_cell = samples * sum(array.dtype.itemsize for array in arrays)
    size = max(1, int(PASS_SHARE * available_memory() / bytes_per_cell))
    for start in range(0, cells, size):
        yield slice(start, start + size)


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
