"""Where blocks are computed: in this process, in others on this machine, or on a cluster."""

import multiprocessing
import os
import pickle
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import dask.config
from dask.local import SynchronousExecutor
from dask.system import CPU_COUNT

from recc_mc.errors import RunError
from recc_mc.run.blocks import Block
from recc_mc.run.placement import Placement

__all__ = ["PROTOCOL", "WorkerLost", "Workers", "open_workers"]

Result = TypeVar("Result")
Compute = Callable[[Block], Result]

PROTOCOL = 5
"""Of pickling for workers: keeps read-only arrays read-only and writable ones writable."""

_NEVER_STARTED = (
    "a worker process ended before it was ready: it may have run out of memory, or the calling "
    'script lacks `if __name__ == "__main__":`, which worker processes need'
)


class WorkerLost(Exception):
    """A worker died while it had a block, which another one may still compute."""


class Workers(ABC, Generic[Result]):
    """Those who compute blocks.

    Kernels run in one thread each and release the GIL, so there is one level of parallelism: a
    worker computes as many blocks at a time as it has threads.
    """

    @abstractmethod
    def threads(self) -> int:
        """How many blocks are computed at a time just now; 0 if there are no workers.

        Raises
        ------
        RunError
            If there will be none any more.
        """

    @abstractmethod
    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""

    def outcome(self, future: "Future[Result]") -> Result:
        """Return the result of a block that is done.

        Raises
        ------
        WorkerLost
            If it may still be computed by another worker.
        """
        return future.result()

    @abstractmethod
    def close(self) -> None:
        """Let the workers go when what they have begun is done; cancel the rest."""


@contextmanager
def open_workers(
    compute: Callable[[Block], Result], tasks: int, scheduler: str | Placement
) -> Iterator[Workers[Result]]:
    """Start or find workers; those that were started are gone when the context ends.

    Parameters
    ----------
    compute
        What they compute; can be pickled for workers in other processes, each of which is sent it
        once.
    tasks
        Number of blocks to come: no more workers are started on this machine.
    scheduler
        The scheduler, with its options where it has any. Where it leaves the number of workers on
        this machine open, dask's setting ``num_workers`` decides, else the CPUs that the process
        may use.

    Raises
    ------
    InputError, RunError
        If a cluster cannot be found or started.
    """
    placement = scheduler if isinstance(scheduler, Placement) else Placement(scheduler)
    workers = _start(compute, tasks, placement)
    try:
        yield workers
    finally:
        workers.close()


def _start(compute: Callable[[Block], Result], tasks: int, place: Placement) -> Workers[Result]:
    available = place.workers or dask.config.get("num_workers", None) or CPU_COUNT
    count = max(1, min(tasks, available))
    match place.scheduler:
        case "threads":
            pool = ThreadPoolExecutor(count, thread_name_prefix="recc_mc")
            return PoolWorkers(pool, count, compute)
        case "synchronous":
            return PoolWorkers(SynchronousExecutor(), 1, compute)
        case "processes" if place.threads_per_worker in (None, 1) and place.memory_limit is None:
            return ProcessWorkers(count, compute)
    # Slow to import, and most runs are local.
    from recc_mc.run.cluster import open_cluster

    return open_cluster(compute, tasks, place)


class PoolWorkers(Workers[Result]):
    """Threads of this process."""

    def __init__(self, pool: Executor, number: int, compute: Callable[[Block], Result]) -> None:
        self._pool = pool
        self._number = number
        self._compute = compute

    def threads(self) -> int:
        """Their number."""
        return self._number

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""
        return self._pool.submit(self._compute, block)

    def close(self) -> None:
        """Wait for what is running, cancel the rest."""
        self._pool.shutdown(cancel_futures=True)


class ProcessWorkers(Workers[Result]):
    """Processes on this machine.

    Each is a pool of its own: where one dies, the blocks of the others go on.
    """

    def __init__(self, number: int, compute: Callable[[Block], Result]) -> None:
        task = pickle.dumps(compute, PROTOCOL)
        self._processes = [_Process(task) for _ in range(number)]
        self._homes: dict[Future[Result], tuple[_Process, Future[None]]] = {}
        self._started = False

    def threads(self) -> int:
        """Number of processes."""
        return len(self._processes)

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed by the process that has the least to do."""
        homes = [process for process, _ in self._homes.values()]
        process = min(self._processes, key=homes.count)
        future = process.submit(block)
        self._homes[future] = process, process.ready
        return future

    def outcome(self, future: "Future[Result]") -> Result:
        """Return the result of a block.

        Raises
        ------
        WorkerLost
            If the process died.
        RunError
            If none of the processes was ever ready.
        """
        _, ready = self._homes.pop(future)
        try:
            ready.result()
            self._started = True
            return future.result()
        except BrokenProcessPool as error:
            if not self._started:
                raise RunError(_NEVER_STARTED) from error
            raise WorkerLost from error

    def close(self) -> None:
        """Wait for what is running, cancel the rest."""
        for future in self._homes:
            future.cancel()
        for process in self._processes:
            process.pool.shutdown(cancel_futures=True)


class _Process:
    """One worker process, started again where it has died."""

    def __init__(self, task: bytes) -> None:
        self._task = task
        self._start()

    def _start(self) -> None:
        # A forked copy of a process with threads may deadlock, so workers are always spawned.
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(1, context, _set_up)
        # Not an argument of the set-up: writing that waits until the new process reads it.
        self.ready = self.pool.submit(_receive, self._task)

    def submit(self, block: Block) -> "Future[Any]":
        try:
            return self.pool.submit(_compute, block)
        except BrokenProcessPool:
            self.pool.shutdown(wait=False)
            self._start()
            return self.pool.submit(_compute, block)


def _set_up() -> None:
    """Leave Ctrl-C to the main process, one message instead of many; but do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_task: Compute[Any]


def _receive(task: bytes) -> None:
    """Unpack once, in the worker process, what all of its blocks share."""
    global _task
    _task = pickle.loads(task)


def _compute(block: Block) -> Any:
    return _task(block)
