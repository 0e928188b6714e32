"""Clusters of dask: found where they run, or started for a run and ended with it."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TypeVar

from distributed import Client
from distributed.deploy.spec import SpecCluster
from distributed.versions import VersionMismatchWarning

from recc_mc.errors import RunError
from recc_mc.workers.blocks import Block
from recc_mc.workers.cluster import ClusterWorkers
from recc_mc.workers.finding import CONNECT_SECONDS, Found, find_address
from recc_mc.workers.placement import Placement
from recc_mc.workers.processes import ProcessWorkers, local_cluster
from recc_mc.workers.slurm import jobs_cluster

__all__ = ["open_cluster"]

Result = TypeVar("Result")

_TALKATIVE = ("asyncio", "distributed", "tornado")


@contextmanager
def open_cluster(
    compute: Callable[[Block], Result], tasks: int, place: Placement
) -> Iterator[ClusterWorkers[Result]]:
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
    kind = ProcessWorkers if place.scheduler == "processes" else ClusterWorkers
    with (
        _quiet(),
        _find(tasks, place) as found,
        _connect(found.target) as client,
        closing(kind(client, compute, found)) as workers,
    ):
        yield workers


def _find(tasks: int, place: Placement) -> AbstractContextManager[Found]:
    match place.scheduler:
        case "processes":
            return local_cluster(tasks, place)
        case "slurm":
            return jobs_cluster(place)
    address = find_address(place.scheduler)
    advice = "start some with `dask worker`, or see the logs of those there were"
    return nullcontext(Found(address, f"the scheduler {address}", advice=advice))


def _connect(target: SpecCluster | str) -> Client:
    with warnings.catch_warnings():
        # The workers' versions are compared, in one sentence, when there are workers.
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            return Client(target, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise RunError(f"the connection to {target} failed: {error}") from error


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
