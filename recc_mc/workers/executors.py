"""Where blocks are computed: in this process, in others on this machine, or on a cluster."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import dask.config
from dask.local import SynchronousExecutor
from dask.system import CPU_COUNT

from recc_mc.machine.stopping import RunStopped, leave
from recc_mc.machine.watchdog import last_wish
from recc_mc.workers.blocks import Block
from recc_mc.workers.kinds import Workers
from recc_mc.workers.placement import Placement
from recc_mc.workers.processes import ProcessWorkers

__all__ = ["open_workers"]

Result = TypeVar("Result")


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
    with last_wish(workers.give_up):
        try:
            yield workers
        except (RunStopped, KeyboardInterrupt):
            workers.abandon()
            raise
        except BaseException:
            workers.close()
            raise
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
    from recc_mc.workers.connecting import open_cluster

    return open_cluster(compute, tasks, place)


class PoolWorkers(Workers[Result]):
    """Threads of this process."""

    def __init__(self, pool: Executor, number: int, compute: Callable[[Block], Result]) -> None:
        self._pool = pool
        self._number = number
        self._compute = compute
        self._begun: set[Future[Result]] = set()

    def threads(self) -> int:
        """Their number."""
        return self._number

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""
        future = self._pool.submit(self._compute, block)
        self._begun.add(future)
        future.add_done_callback(self._begun.discard)
        return future

    def close(self) -> None:
        """Wait for what is running, cancel the rest."""
        self._pool.shutdown(cancel_futures=True)

    def abandon(self) -> None:
        """Cancel what has not begun; a thread that is in a kernel cannot be stopped."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        leave(self._begun.copy())
