"""How a dataset becomes variables of a NetCDF-4 group: types, chunks, compression, streaming."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.results import texts
from recc_mc.results.chunks import write_chunks
from recc_mc.results.variables import variables_of

if TYPE_CHECKING:
    import netCDF4

__all__ = ["Encoding", "write_attributes", "write_group"]

SAMPLES_PER_CHUNK = 20_000
# All cells of one chunk of samples are held in memory while dask-backed arrays are written.
BYTES_PER_CHUNK = 2**28
# Attributes that CF wants in the type of the variable they describe.
_TYPED = ("flag_values", "valid_min", "valid_max", "valid_range")


@dataclass(frozen=True)
class Encoding:
    """Choices of ``[output]``.

    Parameters
    ----------
    dtype
        Type of floats stored per sample, ``"float32"`` or ``"float64"``.
    compression
        ``"zlib"`` or ``"none"``.
    as_they_are
        Names of groups that were in the file before: their floats stay as they were stored.
    """

    dtype: str = "float32"
    compression: str = "zlib"
    as_they_are: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.dtype not in ("float32", "float64"):
            raise InputError(f'dtype: must be "float32" or "float64", got {self.dtype!r}')
        if self.compression not in ("zlib", "none"):
            raise InputError(f'compression: must be "zlib" or "none", got {self.compression!r}')

    def options(self, group: str, name: str, variable: xr.Variable, samples: int) -> dict[str, Any]:
        """Arguments of ``netCDF4.Dataset.createVariable`` other than the name.

        Parameters
        ----------
        group
            Name of the group.
        name
            Name of the variable or coordinate.
        variable
            The variable, its texts as characters.
        samples
            Number of samples in a chunk.
        """
        options: dict[str, Any] = {"datatype": variable.dtype, "dimensions": variable.dims}
        # What has changed on the disk is then an error, and not another number.
        options["fletcher32"] = True
        declared = variables_of(group).get(name)
        if declared is not None and variable.dtype.kind != "S":
            if declared.per_sample and group not in self.as_they_are:
                options["datatype"] = np.dtype(self.dtype)
            options["fill_value"] = np.nan if variable.dtype.kind == "f" else declared.fill
        if self.compression == "zlib":
            # Readable by every netCDF4 and h5py; a higher level costs time and saves few bytes.
            options |= {"compression": "zlib", "complevel": 1, "shuffle": True}
        if variable.dims[-1:] == ("sample",):
            # Readers ask for the series of one cell, so a chunk holds one cell's samples.
            options["chunksizes"] = (*(1,) * (variable.ndim - 1), samples)
            # Whole chunks are written, past the cache.
            options["chunk_cache"] = 1
        return options


def write_group(
    handle: "netCDF4.Dataset",
    data: xr.Dataset,
    attrs: Mapping[str, Any],
    encoding: Encoding,
    guard: Callable[[], AbstractContextManager[None]],
) -> None:
    """Write a dataset into an empty group.

    Parameters
    ----------
    handle
        The open group; its path says which declarations hold.
    data
        NumPy arrays are written at once, dask arrays block by block of samples.
    attrs
        Attributes of the group.
    encoding
        Types and compression.
    guard
        Makes a context that translates the errors of writing, and of writing only: what goes
        wrong in the computation of a block is not the file's fault.
    """
    samples = _samples_per_chunk(data)
    names = [*data.coords, *data.data_vars]
    lazy = [name for name, array in data.data_vars.items() if array.chunks is not None]
    stored = {name: _stored(data[name].variable) for name in names}
    sizes = {dim: size for variable in stored.values() for dim, size in variable.sizes.items()}
    with guard():
        write_attributes(handle, attrs)
        for dim, size in sizes.items():
            handle.createDimension(str(dim), size)
        for name, variable in stored.items():
            options = encoding.options(handle.path.lstrip("/"), str(name), variable, samples)
            _define(handle.createVariable(str(name), **options), variable, _auxiliary(data, name))
        # Chunks are written to what is in the file already.
        handle.sync()
    for name, variable in stored.items():
        if name not in lazy:
            values = variable.values
            with guard():
                _write(handle, str(name), values)
    if lazy:
        _stream(handle, data[lazy], samples, guard)


def write_attributes(
    handle: "netCDF4.Dataset | netCDF4.Variable[Any]", attrs: Mapping[Any, Any]
) -> None:
    """Write attributes, texts as characters."""
    for key, value in attrs.items():
        handle.setncattr(str(key), texts.attribute(value))


def _stored(variable: xr.Variable) -> xr.Variable:
    """Variable as it is stored: texts with a dimension of their bytes."""
    if variable.dtype.kind in "fiub":
        return variable
    values = texts.characters(variable.values)
    dims = (*variable.dims, f"string{values.shape[-1]}")
    return xr.Variable(dims, values, {**variable.attrs, "_Encoding": texts.ENCODING})


def _auxiliary(data: xr.Dataset, name: Hashable) -> list[str]:
    """Coordinates of a variable that are not those of its dimensions."""
    if name in data.coords:
        return []
    return [str(coord) for coord in data[name].coords if coord not in data[name].dims]


def _define(
    stored: "netCDF4.Variable[Any]", variable: xr.Variable, auxiliary: Sequence[str]
) -> None:
    """Give a new variable its attributes."""
    # Else netCDF4 takes characters that are written for texts, and encodes them once more.
    stored.set_auto_chartostring(False)
    attrs = {
        key: np.array(value, stored.dtype) if key in _TYPED else value
        for key, value in variable.attrs.items()
    }
    write_attributes(stored, attrs | ({"coordinates": " ".join(auxiliary)} if auxiliary else {}))


def _write(handle: "netCDF4.Dataset", name: str, values: NDArray[Any], first: int = 0) -> None:
    """Write values, draws from a position on at which a chunk begins."""
    variable = handle[name]
    is_compressed = variable.filters()["zlib"] and variable.dimensions[-1:] == ("sample",)
    if not (is_compressed and write_chunks(handle, name, values, first)):
        along = values.shape[-1:]
        variable[(..., *(slice(first, first + length) for length in along))] = values


def _stream(
    handle: "netCDF4.Dataset",
    data: xr.Dataset,
    samples: int,
    guard: Callable[[], AbstractContextManager[None]],
) -> None:
    """Compute and write dask arrays a window of samples at a time.

    All variables of a window are computed together, because they share their blocks' tasks.
    Only this process touches the file.
    """
    constant = data.drop_dims("sample", errors="ignore")
    for name, array in constant.compute().data_vars.items():
        with guard():
            _write(handle, str(name), array.values)
    drawn = data.drop_vars(constant.data_vars)
    for start, block in _aligned(drawn, samples) if drawn.data_vars else ():
        for name, array in block.data_vars.items():
            with guard():
                _write(handle, str(name), array.values, start)


def _aligned(data: xr.Dataset, samples: int) -> Iterator[tuple[int, xr.Dataset]]:
    """Computed blocks that end where a chunk of the file ends, with their first positions.

    A chunk written in two pieces would be decompressed and compressed again.
    """
    data = data.unify_chunks()
    position = 0
    pending: list[xr.Dataset] = []
    for start, stop in _windows(data.chunksizes["sample"], samples):
        pending.append(data.isel(sample=slice(start, stop)).compute())
        block = xr.concat(pending, "sample", data_vars="all") if len(pending) > 1 else pending[0]
        whole = stop - position
        if stop < data.sizes["sample"]:
            whole -= whole % samples
        yield position, block.isel(sample=slice(0, whole))
        position += whole
        pending = [block.isel(sample=slice(whole, None))]


def _windows(blocks: Sequence[int], samples: int) -> Iterator[tuple[int, int]]:
    """Runs of dask blocks that fill a chunk of the file and keep every core busy."""
    from dask.system import CPU_COUNT

    start = stop = count = 0
    for size in blocks:
        stop, count = stop + size, count + 1
        if count >= CPU_COUNT and stop - start >= samples:
            yield start, stop
            start, count = stop, 0
    if stop > start:
        yield start, stop


def _samples_per_chunk(data: xr.Dataset) -> int:
    drawn = [array for array in data.data_vars.values() if "sample" in array.dims]
    if not drawn:
        return 1
    length = data.sizes["sample"]
    bytes_per_sample = sum(array.nbytes for array in drawn) / max(1, length)
    fitting = int(BYTES_PER_CHUNK / max(1.0, bytes_per_sample))
    return max(1, min(length, SAMPLES_PER_CHUNK, fitting))
