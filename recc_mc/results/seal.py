"""A checksum over every byte of a result, behind its end.

HDF5 protects values (``fletcher32``) and most of what describes them, but not all: a flipped bit
where it notes the place of a chunk turns numbers into missing ones, silently. HDF5 itself does not
read beyond the end that it knows, so the seal stands there. A program that changes the file cuts
it off: such a file is read without.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from recc_mc.errors import InputError

__all__ = ["check_seal", "seal"]

# Length and CRC-32 of what is sealed, and a mark whose last letter is the version of this layout.
_SEAL = struct.Struct("<QI12s")
_MARK = b"recc_mcSEAL1"
_CHECKED_AT_ONCE = 2**20


def seal(path: Path) -> None:
    """Append the seal to a complete file.

    Parameters
    ----------
    path
        The file.
    """
    with path.open("r+b") as file:
        length = file.seek(0, os.SEEK_END)
        checksum = _checksum(file, length)
        file.seek(length)
        file.write(_SEAL.pack(length, checksum, _MARK))


def check_seal(path: str | os.PathLike[str]) -> None:
    """Compare a file with its seal, if it has one.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        If it is not as it was written.
    """
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < _SEAL.size:
            return
        file.seek(size - _SEAL.size)
        length, checksum, mark = _SEAL.unpack(file.read(_SEAL.size))
        if mark != _MARK:
            return
        if length != size - _SEAL.size or checksum != _checksum(file, length):
            raise InputError(f"{path}: is damaged: its checksum is wrong")


def _checksum(file: BinaryIO, length: int) -> int:
    checksum = 0
    file.seek(0)
    while length > 0 and (data := file.read(min(length, _CHECKED_AT_ONCE))):
        checksum = crc32(data, checksum)
        length -= len(data)
    return checksum
