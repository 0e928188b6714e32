"""What takes longer than a page may stand still: one after the other, on a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from recc_mc.errors import InputError, RunError
from recc_mc.machine.stopping import leave

__all__ = ["Later", "Queue"]


Made = TypeVar("Made")


class Queue:
    """The thread that all visitors share: no more than a core is taken from what must be quick.

    What must be quick has a thread, too, which the page waits for as long as that is so.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="explore")
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="explore-draws")
        self._futures: list[Future[Any]] = []

    def put(self, work: Callable[[], None]) -> None:
        """Have something done when all before it is."""
        self._futures = [future for future in self._futures if not future.done()]
        self._futures.append(self._pool.submit(work))

    def begin(self, work: Callable[[], Made]) -> Future[Made]:
        """Have something quick done at once."""
        self._futures = [future for future in self._futures if not future.done()]
        begun = self._quick.submit(work)
        self._futures.append(begun)
        return begun

    def close(self) -> None:
        """Begin nothing more; a process need not wait for what is being computed."""
        for pool in (self._pool, self._quick):
            pool.shutdown(wait=False, cancel_futures=True)
        leave(self._futures)


class Later:
    """What one visitor waits for: the numbers of the newest state only.

    Parameters
    ----------
    queue
        The thread.
    deliver
        Calls a function where the page may be changed.
    """

    def __init__(self, queue: Queue, deliver: Callable[[Callable[[], None]], Any]) -> None:
        self._queue, self._deliver = queue, deliver
        self._newest = 0

    def ask(self, parts: Sequence[tuple[Callable[[], Any], Callable[[Any], None]]]) -> None:
        """Have numbers computed, and forget those that were asked for before.

        Parameters
        ----------
        parts
            What computes something, and what shows it, or the error that came in its place.
        """
        self._newest += 1
        for compute, show in parts:
            self._queue.put(partial(self._run, self._newest, compute, show))

    def forget(self) -> None:
        """Wait for nothing more: the visitor has left."""
        self._newest += 1

    def _run(self, mine: int, compute: Callable[[], Any], show: Callable[[Any], None]) -> None:
        if mine != self._newest:
            return
        try:
            found = compute()
        except (InputError, RunError) as error:
            found = error

        def shown() -> None:
            if mine == self._newest:
                show(found)

        self._deliver(shown)
