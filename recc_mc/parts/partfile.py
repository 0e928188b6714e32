"""Named arrays as a file with checksums, laid out so that arrays can be memory-mapped.

A file is a preamble (magic, length and CRC-32 of the header), the header (JSON: the label, the
CRC-32 of the data, and name, types, shape and place of each array) and the data, every array at a
multiple of 64 bytes. No pickle: reading a damaged or foreign file runs nothing that stands in it.
"""

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from recc_mc.machine.disk import replacing

__all__ = ["DamagedPartError", "PartFile", "open_part", "write_part"]

Arrays = Mapping[str, NDArray[Any]]

# The last letter is the version of this layout.
_MAGIC = b"RECCPRT1"
_PREAMBLE = struct.Struct("<8sII")
_ALIGNMENT = 64
# Large enough for the checksum to run at the speed of memory, small enough to stay in a cache.
_CHECKED_AT_ONCE = 2**20


class DamagedPartError(Exception):
    """A file is not a complete part, or not the one that was expected."""


class _Place(NamedTuple):
    """Where an array stands in a file."""

    dtype: np.dtype[Any]
    stored: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int


class PartFile:
    """A part whose header was read; arrays are mapped into memory when they are asked for.

    Parameters
    ----------
    path
        The file.
    label
        What the part is, as it was given to `write_part`.
    """

    def __init__(
        self, path: Path, label: Any, crc: int, start: int, places: Mapping[str, _Place]
    ) -> None:
        self.path = path
        self.label = label
        self._crc = crc
        self._start = start
        self._places = places

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays."""
        return tuple(self._places)

    def verify(self) -> None:
        """Read all data and compare their checksum.

        Raises
        ------
        DamagedPartError
            If it is another one.
        """
        # Read and not mapped: a disk's error is then an exception and not the end of the process.
        crc = 0
        try:
            with self.path.open("rb") as file:
                file.seek(self._start)
                while data := file.read(_CHECKED_AT_ONCE):
                    crc = crc32(data, crc)
        except OSError as error:
            raise DamagedPartError(f"it cannot be read: {error.strerror}") from error
        if crc != self._crc:
            raise DamagedPartError("its checksum is wrong")

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays, read-only; those stored in their own type are mapped and not read."""
        data = np.memmap(self.path, np.uint8, "r")
        return {name: _view(data, place) for name, place in self._places.items()}

    def array(self, name: str) -> NDArray[Any]:
        """One of the arrays."""
        return _view(np.memmap(self.path, np.uint8, "r"), self._places[name])


def write_part(path: Path, label: Any, arrays: Arrays) -> None:
    """Write a part: complete at its place and on the disk, or not there at all.

    Parameters
    ----------
    path
        Name of the file to be.
    label
        What the part is, anything that JSON carries unchanged.
    arrays
        The arrays. Counts, as which all 64-bit integers are taken, are stored in the smallest type
        that holds them: the quantile sketch of a block takes a quarter of the space.

    Raises
    ------
    RunError
        If it cannot be written, for instance because the disk is full.
    """
    stored = {name: np.ascontiguousarray(_narrowed(array)) for name, array in arrays.items()}
    table: list[tuple[Any, ...]] = []
    pieces: list[bytes | memoryview] = []
    position = 0
    for name, array in stored.items():
        true = arrays[name]
        table.append((name, true.dtype.str, array.dtype.str, true.shape, position))
        padding = -array.nbytes % _ALIGNMENT
        pieces += [array.reshape(-1).view(np.uint8).data, bytes(padding)]
        position += array.nbytes + padding
    crc = 0
    for piece in pieces:
        crc = crc32(piece, crc)
    header = json.dumps({"label": label, "length": position, "crc": crc, "arrays": table}).encode()
    # The padding of the header is part of it, so that every byte of the file is under a checksum.
    header += b" " * (-(_PREAMBLE.size + len(header)) % _ALIGNMENT)
    with replacing(path) as file:
        file.write(_PREAMBLE.pack(_MAGIC, len(header), crc32(header)))
        file.write(header)
        for piece in pieces:
            file.write(piece)


def open_part(path: Path) -> PartFile:
    """Read the header of a part.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DamagedPartError
        If there is none, it is truncated, or its header is damaged.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            preamble = file.read(_PREAMBLE.size)
            if len(preamble) < _PREAMBLE.size:
                raise DamagedPartError("it is truncated")
            magic, length, checksum = _PREAMBLE.unpack(preamble)
            # A damaged length may be anything: never read beyond the end.
            header = file.read(min(length, size))
    except FileNotFoundError:
        raise DamagedPartError("it is missing") from None
    except OSError as error:
        raise DamagedPartError(f"it cannot be read: {error.strerror}") from error
    if magic != _MAGIC or crc32(header) != checksum:
        raise DamagedPartError("its header is damaged")
    content = json.loads(header)
    start = _PREAMBLE.size + length
    if size != start + content["length"]:
        raise DamagedPartError("it is truncated")
    places = {
        name: _Place(np.dtype(dtype), np.dtype(stored), tuple(shape), start + offset)
        for name, dtype, stored, shape, offset in content["arrays"]
    }
    return PartFile(path, content["label"], content["crc"], start, places)


def _narrowed(array: NDArray[Any]) -> NDArray[Any]:
    """Counts in the smallest unsigned type that holds them."""
    if array.dtype != np.int64 or (array.size and array.min() < 0):
        return array
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))


def _view(data: NDArray[np.uint8], place: _Place) -> NDArray[Any]:
    length = place.stored.itemsize * int(np.prod(place.shape, dtype=np.int64))
    array = data[place.offset : place.offset + length].view(place.stored).reshape(place.shape)
    return array if place.stored == place.dtype else array.astype(place.dtype)
