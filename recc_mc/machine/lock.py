"""A lock that keeps two runs off one folder."""

import errno
import fcntl
import os
import platform
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recc_mc.errors import RunError, StudyWarning
from recc_mc.machine.disk import reporting

__all__ = ["locked"]

# Errors of file systems that have no locks.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
# Seconds between two trials.
_INTERVAL = 0.1


@contextmanager
def locked(
    path: Path,
    *,
    shared: bool = False,
    wait: bool = False,
    patience: float = 0.0,
    pause: Callable[[], None] = lambda: None,
    what: str | os.PathLike[str] | None = None,
) -> Iterator[None]:
    """Hold a lock; the system gives it back when the process ends, however it ends.

    Parameters
    ----------
    path
        The file to lock, made with its folder if there is none; its text says who holds it.
    shared
        Whether others may hold the lock as well, if they share it too.
    wait
        Whether to wait until whoever holds the lock gives it back.
    patience
        How long to try, in seconds, if not.
    pause
        Called between two trials; what it raises ends them.
    what
        What the lock is on, for messages; the folder of `path` if None.

    Raises
    ------
    RunError
        If another process holds the lock, or the file cannot be written.

    Warns
    -----
    StudyWarning
        If the file system has no locks.
    """
    limit = time.monotonic() + patience
    while True:
        descriptor = _opened(path)
        try:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            try:
                _lock(descriptor, path, kind if wait else kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < limit:
                    pause()
                    time.sleep(_INTERVAL)
                    continue
                raise RunError(f"{what or path.parent}: {_holder(descriptor)}") from None
            if not _is(descriptor, path):
                # The holder before removed the file on leaving: this lock keeps nobody off.
                continue
            with reporting(path):
                holder = f"process {os.getpid()} on {platform.node()}\n".encode()
                os.pwrite(descriptor, holder, 0)
                os.truncate(descriptor, len(holder))
            yield
            return
        finally:
            os.close(descriptor)


def _opened(path: Path) -> int:
    with reporting(path):
        path.parent.mkdir(exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)


def _lock(descriptor: int, path: Path, kind: int) -> None:
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise RunError(f"{path}: could not be locked: {error.strerror}") from error
        text = f"{path}: the file system has no locks; let no other run write to {path.parent}"
        warnings.warn(text, StudyWarning, stacklevel=2)


def _holder(descriptor: int) -> str:
    holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
    return f"in use by another run ({holder})"


def _is(descriptor: int, path: Path) -> bool:
    """Whether a path still leads to an open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
