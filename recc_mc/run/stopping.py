"""Signals that stop a run in a way that it can be continued.

Imports nothing slow: a program takes signals from its first moments on.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, overload

from recc_mc.errors import ReccError
from recc_mc.run.cuts import BlockSequence, sample_count

if TYPE_CHECKING:
    from recc_mc.run.cuts import Block

__all__ = ["STOPPED", "RunStopped", "Stop", "stopping"]

STOPPED = 75
"""Exit code of a program that was stopped and can be continued (EX_TEMPFAIL of BSD)."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)

_DRAINING = "stopping when the blocks in work are done; the same signal again stops at once"


class RunStopped(ReccError):
    """A run was asked to stop before its end."""


class Stop:
    """Whether a run has been asked to stop."""

    def __init__(self) -> None:
        self._asked = False
        self._draining = False

    def ask(self) -> None:
        """Ask the run to stop: now, or after the blocks in work if it is computing some.

        Asked once more, the process ends at once: threads that are in a kernel cannot be stopped.

        Raises
        ------
        RunStopped
            If there is nothing to wait for.
        """
        if self._asked:
            os._exit(STOPPED)
        self._asked = True
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

    @contextmanager
    def draining(self) -> Iterator[None]:
        """Leave it to the code within to stop, which it does by computing no `pending` blocks.

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

    def pending(self, blocks: Sequence["Block"]) -> "Pending":
        """Blocks that come to an end where the run is asked to stop."""
        return Pending(self, blocks)


class Pending(BlockSequence):
    """Blocks to compute, of which no further one is given out once the run is asked to stop."""

    def __init__(self, stop: Stop, blocks: Sequence["Block"]) -> None:
        self._stop = stop
        self._blocks = blocks

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, index: int) -> "Block": ...

    @overload
    def __getitem__(self, index: slice) -> Sequence["Block"]: ...

    def __getitem__(self, index: int | slice) -> "Block | Sequence[Block]":
        return self._blocks[index]

    @property
    def samples(self) -> int:
        """Samples of all blocks, whether or not they are given out."""
        return sample_count(self._blocks)

    def __iter__(self) -> Iterator["Block"]:
        for block in self._blocks:
            if self._stop._asked:
                return
            yield block


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take interrupts and requests to terminate as requests to stop the run.

    Elsewhere than in the main thread, where Python allows no handlers, signals do what they do.
    """
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        stop.ask()

    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
