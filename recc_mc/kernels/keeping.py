"""Kernels that others call, kept on disk: whatever calls them need not compile them again.

A kernel is kept as it is before it becomes a part of the kernel that Python calls: typed, as LLVM
bitcode of itself alone, with the names of the kernels that it calls. Commands share most of theirs,
and all processes on a machine find what one of them has compiled.
"""

import fcntl
import hashlib
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import llvmlite
from numba.core import serialize

# Seconds between two looks whether another process has compiled a kernel, and how long we look.
_INTERVAL, _PATIENCE = 0.05, 300.0
# Bytes of the checksum of a state.
_CHECK = 32


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Keep other processes from compiling the same, which they would do for nothing.

    Parameters
    ----------
    file
        To be locked; made with its folder if there is none.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.open("ab")
    except OSError:
        yield
        return
    with lock:
        end = monotonic() + _PATIENCE
        while not _locked(lock) and monotonic() < end:
            sleep(_INTERVAL)
        yield


def _locked(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True


class Kept:
    """A folder of linked kernels.

    Parameters
    ----------
    folder
        Where they are, of nobody else.
    digest
        Fingerprint of the kernels' sources.
    """

    def __init__(self, folder: Path, digest: str) -> None:
        self._folder, self._digest = folder, digest

    def key(self, name: str, signature: Any, codegen: Any) -> str:
        """Name of a kernel for arguments of certain types on a certain processor."""
        told = (self._digest, llvmlite.__version__, name, signature, codegen.magic_tuple())
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def read(self, key: str) -> Any:
        """State of a kernel, or None: it is not there, or not as it was written."""
        try:
            content = (self._folder / key).read_bytes()
        except OSError:
            return None
        check, state = content[:_CHECK], content[_CHECK:]
        return pickle.loads(state) if check == _checked(state) else None

    def write(self, key: str, state: Any) -> None:
        """Keep a state."""
        content = serialize.dumps(state)
        new = self._folder / f"{key}.{uuid4().hex[:8]}"
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                new.write_bytes(_checked(content) + content)
                os.replace(new, self._folder / key)
            finally:
                new.unlink(missing_ok=True)


def _checked(content: bytes) -> bytes:
    """Checksum that stands before a state: a disk may lose power, or be full."""
    return hashlib.sha256(content).digest()
