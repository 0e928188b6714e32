"""The place of a file: checked beforehand, and filled only with what is complete."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from recc_mc.errors import InputError, RunError
from recc_mc.machine import disk
from recc_mc.machine.lock import locked
from recc_mc.results.seal import seal
from recc_mc.study.from_result import RESULT_ENDINGS

if TYPE_CHECKING:
    import netCDF4

__all__ = [
    "ENDINGS",
    "REPLACE",
    "check_ending",
    "check_target",
    "held",
    "identity",
    "move",
    "replacing",
    "reporting",
    "sweep",
    "write_file",
]

ENDINGS = RESULT_ENDINGS
"""What the name of a result may end in."""
REPLACE = "use --force (overwrite=True) to replace it"
"""What to do about a file that is in the way."""
# A command holds a file while it reads, changes and replaces it, which takes it seconds.
PATIENCE = 30.0

Identity = tuple[int, ...] | None


def check_ending(path: str | os.PathLike[str]) -> None:
    """Refuse to write a result under the name of a file of another kind.

    Raises
    ------
    InputError
        If the name ends in anything but `ENDINGS`.
    """
    if Path(path).suffix.lower() not in ENDINGS and not os.path.isdir(path):
        known = ", ".join(ENDINGS)
        raise InputError(f"{path}: a result is a NetCDF file, its name must end in one of {known}")


@contextmanager
def held(path: str | os.PathLike[str], pause: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a file: no other command reads it in order to change it, or writes it.

    What commands that were killed have left beside it is removed.

    Parameters
    ----------
    path
        Name of the file, which need not exist. Links to one file share its lock.
    pause
        Called while another command is waited for; what it raises ends the waiting.

    Raises
    ------
    RunError
        If another command holds the file and does not give it back.
    """
    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    with locked(lock, patience=PATIENCE, pause=pause, what=path):
        try:
            _remove_leftovers(target)
            yield
        finally:
            lock.unlink(missing_ok=True)


def sweep(path: str | os.PathLike[str]) -> None:
    """Remove what commands that were killed have left beside a file, if none is at work on it."""
    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    # Whoever is at work has the lock, and its own leftovers go when it is done.
    with suppress(OSError, RunError):
        if any(disk.leftovers(target)) or lock.exists():
            with locked(lock):
                _remove_leftovers(target)
                lock.unlink(missing_ok=True)


def _remove_leftovers(target: Path) -> None:
    for path in disk.leftovers(target):
        path.unlink(missing_ok=True)


def identity(path: str | os.PathLike[str]) -> Identity:
    """What tells a file from one that has taken its place; None if there is none."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


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
    sweep(path)
    target = Path(path)
    try:
        _check_place(path, target, overwrite)
        # Permissions alone do not tell: the file system may be read-only, the name too long.
        with disk.temporary(Path(os.path.realpath(path))) as trial:
            trial.touch(exist_ok=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def _check_place(path: str | os.PathLike[str], target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise InputError(f"{path}: is a directory, expected a file")
    if target.exists() and not target.is_file():
        raise InputError(f"{path}: is not a regular file")
    if target.exists() and not overwrite:
        raise InputError(_exists(path))
    if not target.parent.is_dir():
        raise InputError(f"{path}: there is no folder {target.parent}")


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
    with held(path), _replacing_file(path, overwrite) as temporary, reporting(path):
        temporary.write_bytes(content)


@contextmanager
def _replacing_file(path: str | os.PathLike[str], overwrite: bool) -> Iterator[Path]:
    """Name for a new file, which takes its place at `path` once it is on the disk."""
    # A link stays one: what it points to is replaced.
    target = Path(os.path.realpath(path))
    before = identity(target)
    with disk.temporary(target) as temporary:
        yield temporary
        with reporting(path):
            disk.flush(temporary)
        if target.exists() and not overwrite:
            raise InputError(_exists(path))
        move(temporary, path, before)


def move(source: Path, path: str | os.PathLike[str], before: Identity) -> None:
    """Put a complete file in its place.

    Parameters
    ----------
    source
        The file.
    path
        Its place; a link there stays one, and what it points to is replaced.
    before
        Identity of the file that is to be replaced.

    Raises
    ------
    RunError
        If another file stands there meanwhile, or the disk fails.
    """
    target = Path(os.path.realpath(path))
    with reporting(path):
        if identity(target) != before:
            raise RunError(f"{path}: was changed by another program meanwhile; it is not replaced")
        disk.put(source, target)


@contextmanager
def reporting(path: str | os.PathLike[str]) -> Iterator[None]:
    """Report errors of the disk and of the NetCDF library as failures of the run."""
    try:
        with disk.reporting(path):
            yield
    except RuntimeError as error:
        # The library does not tell a full disk from other errors.
        raise RunError(f"{path}: could not be written: {error}; is the disk full?") from error


def _exists(path: str | os.PathLike[str]) -> str:
    return f"{path}: exists already; {REPLACE}"
