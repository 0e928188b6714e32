"""Files that stand complete on the disk or not at all."""

import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from recc_mc.errors import RunError

__all__ = ["TEMPORARY", "flush", "leftovers", "put", "replacing", "reporting", "temporary"]

TEMPORARY = ".tmp"
"""End of the name of a file that is being written."""


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """Name of a file that is to take the place of another; what has not by the end is removed.

    Parameters
    ----------
    path
        The place, no link.
    """
    name = path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        yield name
    finally:
        # Whatever happened, a signal that asks the run to stop included.
        name.unlink(missing_ok=True)


def leftovers(path: Path) -> Iterator[Path]:
    """Files that programs that were killed meant for a place."""
    return path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}{TEMPORARY}")


def put(source: Path, path: Path) -> None:
    """Put a complete file in its place, and wait until it stands there on the disk."""
    os.replace(source, path)
    flush(path.parent)


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
    with temporary(path) as name, reporting(path):
        with name.open("xb") as file:
            yield file
        flush(name)
        put(name, path)


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
