"""Work that holds Python's lock, which threads cannot share: a copy of the process does some."""

import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from recc_mc.machine.watchdog import NAME, last_wish

__all__ = ["in_two_processes"]

Result = TypeVar("Result")

# Places of items are passed on as single bytes.
_MOST = 256


def in_two_processes(
    work: Callable[[int], Result], count: int, *, own: Collection[int] = ()
) -> list[Result]:
    """Results of numbered items, some of them computed by a copy of this process.

    Whoever is free takes the next item. What the copy does not return, for whatever reason, is
    computed here. Where a process cannot be copied safely, everything is.

    Parameters
    ----------
    work
        What to do with an item, by its number from 0; its results can be pickled.
    count
        Number of items.
    own
        Items that only this process may take, such as those that read from an open file.
    """
    shared = [number for number in range(count) if number not in own]
    done: dict[int, Result] = {}
    if len(shared) > 1 and count <= _MOST and _is_safe():
        with (
            _waiting(bytes(shared)) as take,
            _copy(lambda: {number: work(number) for number in take()}) as theirs,
        ):
            done |= {number: work(number) for number in own}
            done |= {number: work(number) for number in take()}
            done |= theirs()
    return [done[number] if number in done else work(number) for number in range(count)]


def _is_safe() -> bool:
    """Whether a copy of this process finds no lock held by a thread that it lacks."""
    # Elsewhere than on Linux, libraries of the system do not bear being copied.
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    # The watchdog sleeps, and holds nothing.
    others = {thread.name for thread in threading.enumerate() if thread.name != NAME}
    return others == {threading.main_thread().name}


@contextmanager
def _waiting(items: bytes) -> Iterator[Callable[[], Iterator[int]]]:
    """Items in a pipe, from which this process and its copy take one after the other."""
    reader, writer = os.pipe()
    os.write(writer, items)
    os.close(writer)
    try:
        yield lambda: (item[0] for item in iter(lambda: os.read(reader, 1), b""))
    finally:
        os.close(reader)


@contextmanager
def _copy(work: Callable[[], dict[int, Any]]) -> Iterator[Callable[[], dict[int, Any]]]:
    """A copy of this process that does some work, and a function that waits for what it found."""
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            # Of threads: those that there are do not matter.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
    except OSError:
        # There are as many processes as there may be, or too little memory.
        os.close(reader)
        os.close(writer)
        yield dict
        return
    if not child:
        # Else this process itself would be waited for by what it writes, if the other one dies.
        os.close(reader)
        _work_and_end(work, writer)
    os.close(writer)
    ended = False

    def found() -> dict[int, Any]:
        nonlocal ended
        content = file.read()
        _, status = os.waitpid(child, 0)
        ended = True
        result: dict[int, Any] = pickle.loads(content) if content and not status else {}
        return result

    def end() -> None:
        if not ended:
            # A signal may have come just when it had ended.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    try:
        with os.fdopen(reader, "rb") as file, last_wish(end):
            yield found
    finally:
        end()
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _work_and_end(work: Callable[[], Any], writer: int) -> None:
    """End the copy with what it has found written to a pipe, and without another word."""
    code = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Handlers are those of the process that it is a copy of, which has the last word.
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        with os.fdopen(writer, "wb") as file:
            file.write(pickle.dumps(work()))
        code = 0
    finally:
        os._exit(code)
