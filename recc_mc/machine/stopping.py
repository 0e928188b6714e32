"""Signals that stop a run in a way that it can be continued.

The first signal stops the run: at once, or where blocks are in work when these are done or
`GRACE_SECONDS` have passed. The second one ends that waiting. `LIMIT_SECONDS` after the first the
process has ended, whatever it was just doing.

Imports nothing slow: a program takes signals from its first moments on.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from recc_mc.errors import ReccError
from recc_mc.machine.watchdog import WISHES_SECONDS, Watchdog

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Any


__all__ = [
    "GRACE_SECONDS",
    "LIMIT_SECONDS",
    "SIGNALS",
    "STOPPED",
    "RunStopped",
    "Stop",
    "is_work_left",
    "leave",
    "stopping",
]

STOPPED = 75
"""Exit code of a program that was stopped and can be continued (EX_TEMPFAIL of BSD)."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, what batch systems send, and what a lost connection sends."""
GRACE_SECONDS = 4.0
"""How long blocks in work are waited for."""
LIMIT_SECONDS = 9.5
"""How long a stop takes at most."""

_DRAINING = (
    f"stopping when the blocks in work are done, in {GRACE_SECONDS:g} s at the latest; the same "
    "signal again stops at once"
)
# Blocks that threads of this process still compute, which nothing can stop.
_LEFT: "list[Future[Any]]" = []


class RunStopped(BaseException):
    """A run was asked to stop before its end.

    Like an interrupt it may be raised anywhere, also within libraries that take every `Exception`
    for a failure of their own.
    """


class Stop:
    """Whether a run has been asked to stop."""

    def __init__(self) -> None:
        self.last_words: list[Callable[[], str]] = []
        """What to say of the run where it has to be ended."""
        self.on_ask: Callable[[], None] = lambda: None
        """Called with every request."""
        self._asked = False
        self._draining = False
        self._patient_until = 0.0

    @property
    def asked(self) -> bool:
        """Whether the run has been asked to stop."""
        return self._asked

    def ask(self) -> None:
        """Ask the run to stop: now, or after the blocks in work if it is computing some.

        Asked once more, it does not wait for these any longer.

        Raises
        ------
        RunStopped
            If there is nothing to wait for.
        """
        self.on_ask()
        if self._asked:
            self._patient_until = 0.0
            return
        self._asked = True
        self._patient_until = time.monotonic() + GRACE_SECONDS
        if not self._draining:
            raise RunStopped("stopped")
        # Not through sys.stderr, in the middle of a write to which a signal may arrive.
        os.write(2, f"\n{_DRAINING}\n".encode())

    def check(self) -> None:
        """Stop here if that was asked for.

        Raises
        ------
        RunStopped
            If it was.
        """
        if self._asked:
            raise RunStopped("stopped")

    def check_patience(self, *, hopeful: bool) -> None:
        """Stop here if that was asked for and the blocks in work are not waited for any longer.

        Parameters
        ----------
        hopeful
            Whether anybody computes them.

        Raises
        ------
        RunStopped
            If so.
        """
        if not hopeful or time.monotonic() > self._patient_until:
            self.check()

    @contextmanager
    def draining(self) -> Iterator[None]:
        """Leave it to the code within to stop, which it does by computing no `Pending` blocks.

        Raises
        ------
        RunStopped
            At the end, if the run was asked to stop in between.
        """
        self._draining = True
        try:
            yield
        except ReccError:
            # A batch system sends its signal to the worker processes too, which die of it.
            self.check()
            raise
        finally:
            self._draining = False
        self.check()


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take interrupts, requests to terminate and lost connections as requests to stop the run.

    Elsewhere than in the main thread, where Python allows no handlers, signals do what they do. A
    lost connection that is ignored from the start (nohup) stays ignored.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        stop.ask()

    def farewell() -> str:
        return f"error: stopped{''.join(words() for words in stop.last_words)}"

    def complain(unraisable: "sys.UnraisableHookArgs") -> None:
        # Where a library is called back from C a stop goes no further; whoever asked for it knows.
        if not issubclass(unraisable.exc_type, RunStopped):
            complained(unraisable)

    watchdog = Watchdog(LIMIT_SECONDS - WISHES_SECONDS, STOPPED, farewell)
    stop.on_ask = watchdog.alert
    before = {number: signal.getsignal(number) for number in SIGNALS}
    if before[signal.SIGHUP] is signal.SIG_IGN:
        del before[signal.SIGHUP]
    complained, sys.unraisablehook = sys.unraisablehook, complain
    try:
        for number in before:
            signal.signal(number, handle)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = complained
        watchdog.dismiss()


def leave(futures: "Iterable[Future[Any]]") -> None:
    """Note blocks that threads of this process go on computing for nothing."""
    _LEFT.extend(futures)


def is_work_left() -> bool:
    """Whether threads compute on, for which a process waits before it ends."""
    return not all(future.done() for future in _LEFT)
