"""Who computes the blocks of a run: what is expected of them, and the kinds there are.

Kernels run in one thread each and release the GIL, so there is one level of parallelism: a worker
computes as many blocks at a time as it has threads.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, TypeVar

import dask.config
from dask.local import SynchronousExecutor
from dask.system import CPU_COUNT

from recc_mc.machine.stopping import RunStopped, leave
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement

__all__ = ["WorkerLost", "Workers", "open_workers"]

Result = TypeVar("Result")


class WorkerLost(Exception):
    """A worker died while it had a block, which another one may still compute."""


class Workers(ABC, Generic[Result]):
    """Those who compute blocks."""

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

    def submit_elsewhere(
        self, future: "Future[Result]", block: Block, seconds: float
    ) -> "Future[Result] | None":
        """Have a block computed by others than the worker that hangs with it.

        Parameters
        ----------
        future
            What was returned when the block was submitted.
        block
            The block.
        seconds
            How long ago that was.

        Returns
        -------
        concurrent.futures.Future or None
            The result of the other attempt; None where no worker hangs, or there is no other.

        Warns
        -----
        StudyWarning
            Once for each worker that hangs.
        """
        return None

    def outcome(self, future: "Future[Result]") -> Result:
        """Return the result of a block that is done.

        Raises
        ------
        WorkerLost
            If it may still be computed by another worker.
        """
        return future.result()


def open_workers(
    compute: Callable[[Block], Result], tasks: int, scheduler: str | Placement
) -> AbstractContextManager[Workers[Result]]:
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
    place = scheduler if isinstance(scheduler, Placement) else Placement(scheduler)
    match place.scheduler:
        case "threads":
            available = place.workers or dask.config.get("num_workers", None) or CPU_COUNT
            count = max(1, min(tasks, available))
            pool = ThreadPoolExecutor(count, thread_name_prefix="recc_mc")
            return _open_threads(pool, count, compute)
        case "synchronous":
            return _open_threads(SynchronousExecutor(), 1, compute)
    # Slow to import, and most runs compute in threads.
    from recc_mc.workers.connecting import open_cluster

    return open_cluster(compute, tasks, place)


class ThreadWorkers(Workers[Result]):
    """Threads of this process, or the one that asks."""

    def __init__(self, pool: Executor, number: int, compute: Callable[[Block], Result]) -> None:
        self._pool = pool
        self._number = number
        self._compute = compute
        self.begun: set[Future[Result]] = set()

    def threads(self) -> int:
        """Their number."""
        return self._number

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""
        future = self._pool.submit(self._compute, block)
        self.begun.add(future)
        future.add_done_callback(self.begun.discard)
        return future


@contextmanager
def _open_threads(
    pool: Executor, number: int, compute: Callable[[Block], Result]
) -> Iterator[Workers[Result]]:
    """Wait at the end for what is running, and cancel the rest; a run that is stopped does not."""
    workers, hurry = ThreadWorkers(pool, number, compute), False
    try:
        yield workers
    except (RunStopped, KeyboardInterrupt):
        # A thread that is in a kernel cannot be stopped.
        hurry = True
        leave(workers.begun.copy())
        raise
    finally:
        pool.shutdown(wait=not hurry, cancel_futures=True)
