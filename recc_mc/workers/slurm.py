"""A cluster of SLURM jobs, started and ended with the run."""

import inspect
import math
import os
import re
import shutil
import signal
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Status
from distributed.deploy.spec import SpecCluster
from distributed.security import Security
from distributed.utils import get_ip

from recc_mc.errors import InputError, RunError
from recc_mc.machine.watchdog import last_wish
from recc_mc.study.names import hint
from recc_mc.workers.credentials import shared_credentials
from recc_mc.workers.finding import REPORT_LOSSES, Found
from recc_mc.workers.placement import Placement

__all__ = ["jobs_cluster", "slurm_cluster"]

_NOT_INSTALLED = (
    'scheduler = "slurm" needs dask-jobqueue, which is not installed: pip install "recc-mc[slurm]"'
)
_NO_SBATCH = (
    'scheduler = "slurm": there is no "sbatch" on this machine; start the run where jobs are '
    "submitted, such as a login node"
)
_NO_RESOURCES = (
    "cluster: SLURM has to know how much a job needs: set threads_per_worker and memory_limit in "
    '[run] (--threads-per-worker, --memory-limit), or cores and memory ("8 GiB") in [cluster]'
)
# What [run] calls an option of SLURMCluster, which is about jobs of one or more workers.
_OF_RUN = {"cores": "threads_per_worker", "memory": "memory_limit"}

_SHARED = "shared_temp_directory"
_OURS = "is not allowed: workers and their scheduler talk by TLS, with a key made for the run"
# Of workers, whose pages everybody in their network could see.
_NO_PAGES = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")


@contextmanager
def jobs_cluster(place: Placement) -> Iterator[Found]:
    """Start jobs for a run, and cancel at its end those that are left.

    Parameters
    ----------
    place
        The run's options, and those of `dask_jobqueue.SLURMCluster`.

    Raises
    ------
    InputError
        If dask-jobqueue is not installed, or options are wrong, missing or given twice.
    RunError
        If this machine has no SLURM, SLURM takes no jobs, or the key cannot be written.
    """
    # That in which jobs are submitted, unless another one is set.
    folder = Path(os.path.expandvars(place.cluster.get(_SHARED, "."))).expanduser()
    with (
        shared_credentials(folder) as security,
        slurm_cluster(place, security) as cluster,
        last_wish(partial(_cancel_jobs, cluster)),
    ):
        renew = partial(_start_jobs, cluster, place)
        renew()
        # Jobs may wait in the queue for as long as they have to.
        yield Found(cluster, "SLURM", math.inf, renew=renew)


def slurm_cluster(place: Placement, security: Security) -> SpecCluster:
    """Describe jobs to SLURM and open a scheduler for their workers, without starting any.

    The scheduler listens at the address under which the workers' machines know this one, and at no
    other; nobody connects to it or to a worker without the key of the run.

    Parameters
    ----------
    place
        The run's options, and those of `dask_jobqueue.SLURMCluster`. Jobs are of one worker each
        where these do not say otherwise.
    security
        The key of the run, in files that the workers' machines see.

    Raises
    ------
    InputError
        If dask-jobqueue is not installed, or options are wrong, missing or given twice.
    """
    SLURMCluster = _cluster_class()
    options = _options(place)
    asked = options.get("scheduler_options", {})
    options["scheduler_options"] = _listening(options, asked)
    options["worker_extra_args"] = [*_NO_PAGES, *options.get("worker_extra_args", [])]
    options |= {"security": security, "protocol": "tls://"}
    try:
        cluster: SpecCluster = SLURMCluster(**options)
        return cluster
    except (TypeError, ValueError) as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if unknown:
            known = hint(unknown[1], _known_options(SLURMCluster))
            raise InputError(
                f"cluster.{unknown[1]}: SLURMCluster has no such option{known}"
            ) from error
        if "cores and memory" in str(error):
            raise InputError(_NO_RESOURCES) from error
        raise InputError(f"cluster: {str(error).splitlines()[0]}") from error


def _cluster_class() -> Any:
    """The class of dask-jobqueue, whose import takes Ctrl-C for a wish to exit with code 0."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        from dask_jobqueue.slurm import SLURMCluster
    except ImportError as error:
        raise InputError(_NOT_INSTALLED) from error
    finally:
        if signal.getsignal(signal.SIGINT) is not handler:
            signal.signal(signal.SIGINT, handler)
    return SLURMCluster


def _start_jobs(cluster: SpecCluster, place: Placement) -> None:
    """Submit jobs until there are as many workers as asked for, in the queue or at work."""
    if shutil.which("sbatch") is None:
        raise RunError(_NO_SBATCH)
    # The number of workers, of which a job may have several; one job if it is left open.
    cluster.scale(place.workers or place.cluster.get("processes", 1))

    try:
        cluster.sync(_submit, cluster)
    except RuntimeError as error:
        said = re.search(r"stderr:\n(.*?)\n*\Z", str(error), re.DOTALL)
        reason = " ".join((said[1] if said else str(error)).split())
        raise RunError(f"SLURM did not take the jobs of the workers: {reason}") from error


async def _submit(cluster: SpecCluster) -> None:
    await cluster
    refused = {name: job for name, job in cluster.workers.items() if job.job_id is None}
    try:
        for job in refused.values():
            # The cluster keeps to itself why a job was refused; asked once more, the job says it.
            await job
    except RuntimeError:
        for name, job in refused.items():
            # With jobs that never ran a cluster cannot be closed.
            job.status = Status.failed
            del cluster.workers[name]
        raise


def _options(place: Placement) -> dict[str, Any]:
    options: dict[str, Any] = {"processes": 1, **place.cluster}
    options.pop(_SHARED, None)
    problems = [
        f"run.{key}: is not allowed beside cluster.{option}: give one of them"
        for option, key in _OF_RUN.items()
        if option in options and getattr(place, key) is not None
    ]
    problems += [f"cluster.{key}: {_OURS}" for key in ("protocol", "security") if key in options]
    if problems:
        raise InputError(problems)
    processes = options["processes"]
    if place.threads_per_worker is not None:
        options["cores"] = place.threads_per_worker * processes
    if place.memory_limit is not None:
        from dask.utils import parse_bytes

        options["memory"] = f"{parse_bytes(place.memory_limit) * processes} B"
    return options


def _listening(options: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the scheduler: one address, and no web pages unless some are asked for."""
    # The server of the pages is there without any; the loopback is for this machine alone.
    listening = {"dashboard": "dashboard_address" in asked, "dashboard_address": "127.0.0.1:0"}
    if options.get("interface") is None and not {"host", "interface"} & asked.keys():
        with warnings.catch_warnings():
            # Without a network it is the loopback, which serves workers on this machine.
            warnings.simplefilter("ignore", RuntimeWarning)
            listening["host"] = get_ip()
    return {**listening, **REPORT_LOSSES, **asked}


def _cancel_jobs(cluster: SpecCluster) -> None:
    """Cancel the jobs of a cluster that cannot do so itself any more."""
    jobs = [job.job_id for job in cluster.workers.values() if job.job_id is not None]
    if jobs:
        subprocess.run(["scancel", *jobs], check=False, capture_output=True)


def _known_options(cluster: Any) -> Iterator[str]:
    for owner in (*cluster.__mro__, *cluster.job_cls.__mro__):
        if owner.__module__.startswith("dask_jobqueue"):
            yield from inspect.signature(owner.__init__).parameters
