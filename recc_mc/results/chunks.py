"""Draws become chunks of the file on all cores; HDF5 is handed each as it is to stand there.

HDF5 itself compresses in one thread, and looks for repeated words, of which random digits have
none: to look for runs of one byte takes less than half the time and finds as much. What is written
is read like any other file.
"""

import ctypes
import os
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial, reduce
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recc_mc.summary.threads import CPU_COUNT

if TYPE_CHECKING:
    import netCDF4

__all__ = ["deflated", "shuffled", "write_chunks"]

Bytes = NDArray[np.uint8]
Filter = Callable[[Bytes], Bytes]
Item = TypeVar("Item")
Result = TypeVar("Result")

# Of H5Fpublic.h and H5Ppublic.h.
_WRITABLE, _DEFAULT = 1, 0
# Chunks that a core is ahead of the file.
_AHEAD = 16
_NUMBER, _ID, _SIZE, _TEXT = ctypes.c_int, ctypes.c_int64, ctypes.c_size_t, ctypes.c_char_p
_WORD, _POINTER, _OFFSET = ctypes.c_uint32, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint64)
# What a function of HDF5 returns, and what it takes.
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "H5Fopen": (_ID, _TEXT, _WORD, _ID),
    "H5Fclose": (_NUMBER, _ID),
    "H5Dopen2": (_ID, _ID, _TEXT, _ID),
    "H5Dclose": (_NUMBER, _ID),
    "H5Dget_create_plist": (_ID, _ID),
    "H5Pget_nfilters": (_NUMBER, _ID),
    "H5Pget_filter2": (_NUMBER, _ID, _WORD, *[_POINTER] * 3, _SIZE, _TEXT, _POINTER),
    "H5Pclose": (_NUMBER, _ID),
    "H5Dwrite_chunk": (_NUMBER, _ID, _ID, _WORD, _OFFSET, _SIZE, _TEXT),
}


def write_chunks(handle: "netCDF4.Dataset", name: str, values: NDArray[Any], first: int) -> bool:
    """Write draws of a variable, chunk by chunk.

    Parameters
    ----------
    handle
        The group, whose definitions are in the file.
    name
        Name of the variable, each chunk of which holds samples of one cell.
    values
        Draws, the last axis along samples; the others are whole.
    first
        Position of the first of them, where a chunk begins. They end where one ends, or are the
        last.

    Returns
    -------
    bool
        Whether they are written; they are not where HDF5 cannot be called past netCDF4, or has
        been told to do with chunks what is not known here.

    Raises
    ------
    RuntimeError
        If HDF5 cannot write them.
    """
    library, variable = _library(), handle[name]
    if library is None:
        return False
    place, path = os.fsencode(handle.filepath()), f"{handle.path}/{name}".encode()
    with (
        _opened(library.H5Fopen(place, _WRITABLE, _DEFAULT), library.H5Fclose) as file,
        _opened(library.H5Dopen2(file, path, _DEFAULT), library.H5Dclose) as dataset,
    ):
        filters = _filters(library, dataset, variable.dtype.itemsize)
        if filters is None:
            return False
        *_, samples = variable.chunking()
        make = partial(_chunk, values, np.dtype(variable.dtype), samples, filters)
        for (*cell, start), chunk in _ahead(make, _places(values.shape, samples)):
            offset = (ctypes.c_uint64 * values.ndim)(*cell, first + start)
            size = len(chunk)
            _checked(library.H5Dwrite_chunk(dataset, _DEFAULT, 0, offset, size, chunk))
    return True


def deflated(data: Bytes) -> Bytes:
    """Compressed bytes, as HDF5's deflate filter reads them."""
    # A higher level finds no more.
    compressor = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return np.frombuffer(compressor.compress(data.data) + compressor.flush(), np.uint8)


def shuffled(size: int, data: Bytes) -> Bytes:
    """First bytes of all values, then all second ones, and so on; what is no whole value last."""
    whole = len(data) - len(data) % size
    return np.concatenate([data[:whole].reshape(-1, size).T.reshape(-1), data[whole:]])


def with_checksum(data: Bytes) -> Bytes:
    """Bytes with Fletcher's checksum behind them, as HDF5 computes it of big-endian words."""
    words = np.append(data, np.zeros(len(data) % 2, np.uint8)).view(">u2").astype(np.uint64)
    sums = int(words.sum()), int(words @ np.arange(len(words), 0, -1, dtype=np.uint64))
    # Modulo 65535, in which a sum is 0 only if all words are.
    low, high = ((value - 1) % 0xFFFF + 1 if value else 0 for value in sums)
    return np.append(data, np.array([high << 16 | low], "<u4").view(np.uint8))


@cache
def _library() -> Any:
    """HDF5 as netCDF4 has loaded it; None where its functions cannot be reached from there."""
    import netCDF4  # noqa: F401  (loads it)

    try:
        library = ctypes.CDLL(sys.modules["netCDF4._netCDF4"].__file__)
        for name, (result, *arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (KeyError, OSError, AttributeError):
        return None
    return library


@contextmanager
def _opened(number: int, close: Callable[[int], int]) -> Iterator[int]:
    """What HDF5 has opened, or was about to."""
    try:
        yield _checked(number)
    finally:
        close(number)


def _checked(result: int) -> int:
    if result < 0:
        raise RuntimeError("HDF5 reports an error")
    return result


def _filters(library: Any, dataset: int, size: int) -> Sequence[Filter] | None:
    """What is done with a chunk, in its order; None if that is not known."""
    known: dict[int, Filter] = {1: deflated, 2: partial(shuffled, size), 3: with_checksum}
    with _opened(library.H5Dget_create_plist(dataset), library.H5Pclose) as properties:
        count = _checked(library.H5Pget_nfilters(properties))
        found = [_filter(library, properties, position) for position in range(count)]
    return [known[number] for number in found] if known.keys() >= set(found) else None


def _filter(library: Any, properties: int, position: int) -> int:
    nothing = None, ctypes.byref(_SIZE(0)), None, 0, None, None
    return _checked(library.H5Pget_filter2(properties, position, *nothing))


def _places(shape: tuple[int, ...], samples: int) -> Iterator[tuple[int, ...]]:
    """Cell and first sample of each chunk."""
    *cells, length = shape
    return product(*map(range, cells), range(0, length, samples))


def _chunk(
    values: NDArray[Any],
    dtype: np.dtype[Any],
    samples: int,
    filters: Sequence[Filter],
    place: tuple[int, ...],
) -> tuple[tuple[int, ...], bytes]:
    """A chunk with its place; the last one is filled up."""
    *cell, start = place
    drawn = values[tuple(cell)][start : start + samples]
    filled = np.zeros(samples, dtype)
    # What is beyond the type's range is infinite in the file.
    with np.errstate(over="ignore"):
        filled[: len(drawn)] = drawn
    chunk = reduce(lambda data, apply: apply(data), filters, filled.view(np.uint8))
    return place, chunk.tobytes()


def _ahead(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Results in their order, computed by all cores, and never many of them in memory."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(CPU_COUNT) as threads:
        for item in items:
            waiting.append(threads.submit(work, item))
            if len(waiting) > _AHEAD * CPU_COUNT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
