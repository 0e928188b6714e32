"""The place of a file: checked beforehand, and filled only with what is complete."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from recc_mc.errors import InputError, RunError
from recc_mc.results.seal import seal
from recc_mc.run import disk

if TYPE_CHECKING:
    import netCDF4

__all__ = ["check_target", "replacing", "reporting", "write_file"]


def check_target(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Find out before a computation whether its result could be saved.

    Parameters
    ----------
    path
        Name of the file to be.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    InputError
        If it could not.
    """
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{path}: is a directory, expected a file")
    if target.exists() and not target.is_file():
        raise InputError(f"{path}: is not a regular file")
    if target.exists() and not overwrite:
        raise InputError(_exists(path))
    if not target.parent.is_dir():
        raise InputError(f"{path}: there is no folder {target.parent}")
    trial = _temporary_name(Path(os.path.realpath(path)))
    try:
        # Permissions alone do not tell: the file system may be read-only, the name too long.
        try:
            trial.touch(exist_ok=False)
        finally:
            # A signal may ask the run to stop just here.
            trial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def replacing(path: str | os.PathLike[str], overwrite: bool) -> Iterator["netCDF4.Dataset"]:
    """Open a new file that takes its place at `path` once it is complete and on the disk."""
    import netCDF4

    with _replacing_file(path, overwrite) as temporary:
        with reporting(path):
            file = netCDF4.Dataset(temporary, "w", format="NETCDF4")
        try:
            yield file
        except BaseException:
            # What went wrong first is the error to report, not that of closing a broken file.
            with suppress(OSError, RuntimeError):
                file.close()
            raise
        with reporting(path):
            file.close()
            seal(temporary)


def write_file(path: str | os.PathLike[str], content: bytes, *, overwrite: bool = False) -> None:
    """Write a file that is complete or not there at all.

    Parameters
    ----------
    path
        Name of the file; its folder must exist.
    content
        What it is to hold.
    overwrite
        Replace an existing file.

    Raises
    ------
    InputError
        If the file exists and may not be replaced, or it cannot be created.
    RunError
        If writing fails, for instance because the disk is full.
    """
    check_target(path, overwrite=overwrite)
    with _replacing_file(path, overwrite) as temporary, reporting(path):
        temporary.write_bytes(content)


@contextmanager
def _replacing_file(path: str | os.PathLike[str], overwrite: bool) -> Iterator[Path]:
    """Name for a new file, which takes its place at `path` once it is on the disk."""
    # A link stays one: what it points to is replaced.
    target = Path(os.path.realpath(path))
    temporary = _temporary_name(target)
    try:
        yield temporary
        with reporting(path):
            disk.flush(temporary)
            if target.exists() and not overwrite:
                raise InputError(_exists(path))
            os.replace(temporary, target)
            disk.flush(target.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def reporting(path: str | os.PathLike[str]) -> Iterator[None]:
    """Report errors of the disk and of the NetCDF library as failures of the run."""
    try:
        with disk.reporting(path):
            yield
    except RuntimeError as error:
        # The library does not tell a full disk from other errors.
        raise RunError(f"{path}: could not be written: {error}; is the disk full?") from error


def _temporary_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")


def _exists(path: str | os.PathLike[str]) -> str:
    return f"{path}: exists already; use --force (overwrite=True) to replace it"
