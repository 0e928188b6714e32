"""Where blocks are computed: one executor per scheduler, as dask itself would run its tasks."""

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import dask.config
from dask.local import SynchronousExecutor
from dask.system import CPU_COUNT

__all__ = ["SCHEDULERS", "Workers", "open_workers"]

SCHEDULERS = ("threads", "processes", "synchronous")
"""Schedulers that exist."""


class Workers(NamedTuple):
    """An executor, and how many tasks it runs at a time."""

    executor: Executor
    number: int


@contextmanager
def open_workers(scheduler: str, tasks: int) -> Iterator[Workers]:
    """Start workers; they are gone when the context ends, and what has not begun is cancelled.

    Their number is that of dask: its setting ``num_workers``, else the CPUs this process may use.

    Parameters
    ----------
    scheduler
        One of `SCHEDULERS`. Kernels run in one thread each and release the GIL, so there is one
        level of parallelism, and it is this one.
    tasks
        Number of tasks to come: no more workers are started.
    """
    count = max(1, min(tasks, dask.config.get("num_workers", None) or CPU_COUNT))
    workers = _start(scheduler, count)
    try:
        yield workers
    finally:
        workers.executor.shutdown(cancel_futures=True)


def _start(scheduler: str, count: int) -> Workers:
    if scheduler == "threads":
        return Workers(ThreadPoolExecutor(count, thread_name_prefix="recc_mc"), count)
    if scheduler == "processes":
        # A forked copy of a process with threads may deadlock, so workers are always spawned.
        context = multiprocessing.get_context("spawn")
        return Workers(ProcessPoolExecutor(count, context, _ignore_interrupt), count)
    if scheduler == "synchronous":
        return Workers(SynchronousExecutor(), 1)
    raise ValueError(f"no such scheduler: {scheduler}")


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the main process, which then cancels the work: one message, not many."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
