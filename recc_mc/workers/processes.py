"""Processes on this machine: a cluster of dask that is started for a run and ends with it.

The cluster starts a process again where one dies. Its scheduler is a thread of this process.
"""

import logging
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar, cast

import dask.config
import distributed.metrics
from dask.system import CPU_COUNT
from distributed import LocalCluster, Nanny, Worker

from recc_mc.errors import RunError
from recc_mc.machine.stopping import SIGNALS
from recc_mc.machine.watchdog import last_wish
from recc_mc.workers.cluster import ClusterWorkers, silent
from recc_mc.workers.credentials import own_credentials
from recc_mc.workers.finding import REPORT_LOSSES, Found
from recc_mc.workers.placement import Placement

__all__ = ["ProcessWorkers", "local_cluster"]

Result = TypeVar("Result")

_NEVER_STARTED = (
    "a worker process ended before it was ready: it may have run out of memory, or the calling "
    'script lacks `if __name__ == "__main__":`, which worker processes need'
)


@contextmanager
def local_cluster(tasks: int, place: Placement) -> Iterator[Found]:
    """Start processes on this machine; none of them outlives the context.

    Parameters
    ----------
    tasks
        Number of blocks to come: there are no more threads than that.
    place
        How many processes, with how many threads and how much memory.

    Raises
    ------
    RunError
        If they do not start.
    """
    threads = place.threads_per_worker or 1
    available = place.workers or dask.config.get("num_workers", None) or CPU_COUNT // threads
    cluster = LocalCluster(
        # Begun below: a run that is stopped meanwhile has to end them.
        n_workers=0,
        threads_per_worker=threads,
        memory_limit=place.memory_limit,
        # Without a dashboard there is still a web server, by default at a port others want.
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0", **REPORT_LOSSES},
        silence_logs=logging.CRITICAL,
        # Others on this machine may reach its ports.
        security=own_credentials(),
        preload=__name__,
    )
    with cluster, last_wish(partial(_kill, cluster)):
        try:
            cluster.scale(max(1, min(-(-tasks // threads), available)))
            cluster.sync(_start, cluster)
            yield Found(cluster, "this machine", advice="a memory limit may be too low to start")
        finally:
            # Nobody waits for what they compute, nor for one that hangs.
            _kill(cluster)


async def _start(cluster: LocalCluster) -> None:
    try:
        await cluster
    except RuntimeError as error:
        raise RunError(_NEVER_STARTED) from error


def dask_setup(worker: Worker) -> None:
    """Leave signals, which batch systems send to all of a job, to the main process.

    Called by dask in each worker process.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class ProcessWorkers(ClusterWorkers[Result]):
    """Processes on this machine: they have what is installed here, and can be ended."""

    def _ask(self) -> dict[str, Any]:
        # It gives up on a process that has died repeatedly, as with a block that ends each one.
        self._cluster.scale(len(self._cluster.worker_spec))
        return super()._ask()

    def _meet(self, workers: set[str]) -> None:
        self._direct = True

    def _meet_again(self) -> None:
        pass

    def _silent(self, workers: Mapping[str, Any]) -> set[str]:
        # All of them may hang, and the scheduler has the clock of this process.
        return silent(workers, distributed.metrics.time())

    def _judge(self, holder: str, seconds: float) -> None:
        """Have others compute what one that hangs has; end it where all do: one is started then."""
        for worker in sorted(({holder} | self._silent(self._ask())) - self._hanging):
            self._shun(worker)
            if self._able - self._hanging:
                self._warn(worker, seconds, "its block is given to another one")
            else:
                self._warn(worker, seconds, "it is ended, and another one is started")
                _end(self._process(worker))

    def _name(self, worker: str) -> str:
        return f"worker process {self._process(worker)}"

    @property
    def _cluster(self) -> LocalCluster:
        return cast(LocalCluster, self._found.target)

    def _process(self, worker: str) -> int | None:
        nannies = _nannies(self._cluster)
        return next((nanny.pid for nanny in nannies if nanny.worker_address == worker), None)


def _nannies(cluster: LocalCluster) -> list[Nanny]:
    return cast(list[Nanny], list(cluster.workers.values()))


def _kill(cluster: LocalCluster) -> None:
    """End all processes for good, also those that are stopped and could outlive this one."""
    for nanny in _nannies(cluster):
        # Else it starts another one.
        nanny.close_gracefully()
        _end(nanny.pid)


def _end(process: int | None) -> None:
    if process is not None:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
