"""Files that stand complete on the disk or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from recc_mc.errors import RunError

__all__ = ["TEMPORARY", "flush", "replacing", "reporting"]

TEMPORARY = ".tmp"
"""End of the name of a file that is being written."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes its place at `path` once it is complete and on the disk.

    Parameters
    ----------
    path
        Name of the file to be; one that is there is replaced.

    Raises
    ------
    RunError
        If it cannot be written, for instance because the disk is full.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        with reporting(path):
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            flush(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def reporting(path: str | os.PathLike[str]) -> Iterator[None]:
    """Report errors of the disk as failures of the run."""
    try:
        yield
    except OSError as error:
        raise RunError(f"{path}: could not be written: {error.strerror or error}") from error


def flush(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
