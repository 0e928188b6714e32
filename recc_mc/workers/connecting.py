"""Clusters of dask: found where they run, or started for a run and ended with it."""

import logging
import math
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeVar

import dask.config
from dask.system import CPU_COUNT
from distributed import Client, LocalCluster
from distributed.deploy.spec import SpecCluster
from distributed.versions import VersionMismatchWarning

from recc_mc.errors import RunError
from recc_mc.machine.watchdog import last_wish
from recc_mc.workers.address import CONNECT_SECONDS, find_address
from recc_mc.workers.blocks import Block
from recc_mc.workers.cluster import ClusterWorkers, Found
from recc_mc.workers.credentials import own_credentials, shared_credentials
from recc_mc.workers.placement import Placement

__all__ = ["open_cluster"]

Result = TypeVar("Result")

# Every loss of a block is to be reported, not only the fourth: the backlog counts them.
_REPORT_LOSSES = {"distributed.scheduler.allowed-failures": 0}
_TALKATIVE = ("asyncio", "distributed", "tornado")


def open_cluster(
    compute: Callable[[Block], Result], tasks: int, place: Placement
) -> ClusterWorkers[Result]:
    """Connect to a cluster, or start one for this run.

    Parameters
    ----------
    compute
        What its workers compute.
    tasks
        Number of blocks to come: no more workers are started on this machine.
    place
        The scheduler and its options.

    Raises
    ------
    InputError, RunError
        If there is no such cluster, or it cannot be started.
    """
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        found = _find(tasks, place, stack)
        client = _connect(found.target)
        stack.callback(client.close)
        workers = ClusterWorkers(client, compute, found)
        # From here on they close what was opened.
        workers.opened = stack.pop_all()
        return workers


def _find(tasks: int, place: Placement, opened: ExitStack) -> Found:
    match place.scheduler:
        case "processes":
            cluster = opened.enter_context(_local_cluster(tasks, place))
            opened.enter_context(last_wish(partial(_kill, cluster)))
            return Found(cluster, "this machine", advice="a memory limit may be too low to start")
        case "slurm":
            from recc_mc.workers.slurm import (
                cancel_jobs,
                credentials_folder,
                slurm_cluster,
                start_jobs,
            )

            security = opened.enter_context(shared_credentials(credentials_folder(place)))
            with dask.config.set(_REPORT_LOSSES):
                cluster = opened.enter_context(slurm_cluster(place, security))
            opened.enter_context(last_wish(partial(cancel_jobs, cluster)))
            start_jobs(cluster, place)
            # Jobs may wait in the queue for as long as they have to.
            renew = partial(start_jobs, cluster, place)
            return Found(cluster, "SLURM", math.inf, renew=renew)
    address = find_address(place.scheduler)
    advice = "start some with `dask worker`, or see the logs of those there were"
    return Found(address, f"the scheduler {address}", advice=advice)


def _connect(target: SpecCluster | str) -> Client:
    with warnings.catch_warnings():
        # The workers' versions are compared, in one sentence, when there are workers.
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            return Client(target, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise RunError(f"the connection to {target} failed: {error}") from error


def _local_cluster(tasks: int, place: Placement) -> LocalCluster:
    threads = place.threads_per_worker or 1
    most = max(1, -(-tasks // threads))
    with dask.config.set(_REPORT_LOSSES):
        return LocalCluster(
            n_workers=min(most, place.workers or max(1, CPU_COUNT // threads)),
            threads_per_worker=threads,
            memory_limit=place.memory_limit,
            # Without a dashboard there is still a web server, by default at a port others want.
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
            # Others on this machine may reach its ports.
            security=own_credentials(),
        )


def _kill(cluster: LocalCluster) -> None:
    """End the processes of workers, also those that are stopped and could outlive this one."""
    for nanny in cluster.workers.values():
        if nanny.process is not None and nanny.process.pid is not None:
            os.kill(nanny.process.pid, signal.SIGKILL)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to ourselves what the parts of dask tell each other: we say what a user needs."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(_TALKATIVE)]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
