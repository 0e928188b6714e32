"""Named arrays and a label as a file of NumPy's, `.npz`, each member of which has a checksum.

No pickle: reading a damaged or foreign file runs nothing that stands in it.
"""

import io
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from recc_mc.machine.disk import replacing

__all__ = ["DamagedPartError", "PartFile", "open_part", "write_part"]

_LABEL, _ENDING = "label", ".npy"
# What a complete file begins with.
_MAGIC = b"PK\3\4"
# What the library raises where a damaged file leads it astray.
_DAMAGE = (BadZipFile, RuntimeError, LookupError, ValueError, EOFError, zlib.error)


class DamagedPartError(Exception):
    """A file is not a complete part, or not the one that was expected."""


class PartFile:
    """A part whose label was read; arrays are read when they are asked for.

    Parameters
    ----------
    path
        The file.
    label
        What the part is, as it was given to `write_part`.
    """

    def __init__(self, path: Path, label: Any) -> None:
        self.path = path
        self.label = label

    def verify(self) -> None:
        """Read all data and compare their checksums.

        Raises
        ------
        DamagedPartError
            If one is another.
        """
        with _archive(self.path) as archive:
            if archive.testzip() is not None:
                raise DamagedPartError("its checksum is wrong")

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays."""
        with _archive(self.path) as archive:
            return {name: _array(archive, name) for name in _names(archive)}

    def array(self, name: str) -> NDArray[Any]:
        """One of the arrays, without reading the others."""
        with _archive(self.path) as archive:
            return _array(archive, name)


def write_part(path: Path, label: Any, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a part: complete at its place and on the disk, or not there at all.

    Parameters
    ----------
    path
        Name of the file to be.
    label
        What the part is, anything that JSON carries unchanged.
    arrays
        The arrays, none of them of unsigned integers. Counts, as which all 64-bit integers are
        taken, are stored in the smallest unsigned type that holds them: the quantile sketch of a
        block takes a quarter of the space.

    Raises
    ------
    RunError
        If it cannot be written, for instance because the disk is full.
    """
    stored: dict[str, Any] = {
        name: _narrowed(np.asarray(array, order="C")) for name, array in arrays.items()
    }
    # The names too: a bit of the directory may hide a member, all others being as they were.
    stored[_LABEL] = np.array(json.dumps([label, *arrays]))
    with replacing(path) as file:
        np.savez(file, **stored)


def open_part(path: Path) -> PartFile:
    """Read the label of a part.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DamagedPartError
        If there is none, it is truncated, or its label is damaged.
    """
    with _archive(path) as archive:
        label, *names = json.loads(str(_array(archive, _LABEL)))
        if names != _names(archive):
            raise DamagedPartError("its checksum is wrong")
        return PartFile(path, label)


@contextmanager
def _archive(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise DamagedPartError("it is missing") from None
    except OSError as error:
        raise DamagedPartError(f"it cannot be read: {error.strerror}") from error
    except _DAMAGE as error:
        raise DamagedPartError(_reason(path)) from error


def _reason(path: Path) -> str:
    if is_zipfile(path):
        return "its checksum is wrong"
    with path.open("rb") as file:
        begins = _MAGIC.startswith(file.read(len(_MAGIC)))
    return "it is truncated" if begins else "its header is damaged"


def _names(archive: ZipFile) -> list[str]:
    *names, _ = (name.removesuffix(_ENDING) for name in archive.namelist())
    return names


def _array(archive: ZipFile, name: str) -> NDArray[Any]:
    # Read to its end, where its checksum is compared, before anything is made of it; not by NumPy,
    # which would copy it piece by piece and take three times as long.
    content = archive.read(f"{name}{_ENDING}")
    header = io.BytesIO(content)
    npy.read_magic(header)
    shape, _, dtype = npy.read_array_header_1_0(header)
    stored = np.frombuffer(content, dtype, offset=header.tell()).reshape(shape)
    return stored.astype(np.int64) if stored.dtype.kind == "u" else stored


def _narrowed(array: NDArray[Any]) -> NDArray[Any]:
    """Counts in the smallest unsigned type that holds them."""
    if array.dtype != np.int64 or (array.size and array.min() < 0):
        return array
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))
