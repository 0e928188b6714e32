"""A thread that ends the process where it does not end by itself in time after a signal."""

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

__all__ = ["NAME", "Watchdog", "last_wish"]

NAME = "recc_mc_watchdog"
"""Name of the thread."""

# What is to be done before a process ends that did not come to do it: jobs are cancelled.
_WISHES: list[Callable[[], None]] = []
# Seconds that all of that may take.
WISHES_SECONDS = 3.0


@contextmanager
def last_wish(wish: Callable[[], None]) -> Iterator[None]:
    """Have something done even if a watchdog ends the process within this context.

    Parameters
    ----------
    wish
        What to do, from another thread than that of the context.
    """
    _WISHES.append(wish)
    try:
        yield
    finally:
        _WISHES.remove(wish)


class Watchdog:
    """Waits for `alert`, and some time after it for `dismiss`; ends the process if that fails.

    A signal handler can do no more than write to a pipe: the code that it interrupts may hold any
    lock, also those of Python's own threads and events.

    Parameters
    ----------
    seconds
        How long the process may take to end by itself.
    code
        Exit code of a process that does not.
    farewell
        Returns its last line on stderr.
    """

    def __init__(self, seconds: float, code: int, farewell: Callable[[], str]) -> None:
        self._seconds = seconds
        self._code = code
        self._farewell = farewell
        self._reader, self._writer = os.pipe()
        self._thread = threading.Thread(target=self._watch, name=NAME, daemon=True)
        self._thread.start()

    def alert(self) -> None:
        """Expect the process to end soon; may be called by a signal handler."""
        os.write(self._writer, b"!")

    def dismiss(self) -> None:
        """Expect nothing any more."""
        os.close(self._writer)
        self._thread.join()
        os.close(self._reader)

    def _watch(self) -> None:
        if not os.read(self._reader, 1):
            return
        deadline = time.monotonic() + self._seconds
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._reader], [], [], left)
            if ready and not os.read(self._reader, 1):
                return
        self._end()

    def _end(self) -> None:
        wishes = threading.Thread(target=_fulfil, daemon=True)
        wishes.start()
        wishes.join(WISHES_SECONDS)
        # Not through sys.stderr, whose lock the thread that hangs may hold.
        os.write(2, f"\n{self._farewell()}\n".encode())
        os._exit(self._code)


def _fulfil() -> None:
    for wish in reversed(_WISHES.copy()):
        # The process ends whether or not this one succeeds.
        with suppress(Exception):
            wish()
