"""The tables [run] and [cluster]: where blocks of samples are computed; never changes a result."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from recc_mc.study.names import hint, quoted
from recc_mc.study.toml_table import Problem, Table

__all__ = ["SCHEDULER_FILE", "Cluster", "Kind", "RunTable", "scheduler_kind"]

Kind = Literal["threads", "processes", "synchronous", "running", "slurm"]
"""Kinds of schedulers; "running" is a dask cluster that is there already."""
Cluster = Mapping[str, Any]
"""[cluster]: options of dask-jobqueue's SLURMCluster, which knows what they may be."""

SCHEDULER_FILE = "scheduler-file:"
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")
_ALLOWED = (
    "threads", "processes", "synchronous", "tcp://HOST:PORT", "scheduler-file:PATH", "slurm"
)  # fmt: skip
_IN_PROCESS = (
    'must not be an inproc:// address, whose workers are threads of one process: use "threads", or '
    "a cluster with processes=True"
)
_MEMORY = re.compile(r"\d+(\.\d+)? *([kMGT]i?)?B")
# By kind of scheduler, why it has no such option.
_NOT_FOR: dict[Kind, dict[str, str]] = {
    "threads": {
        "memory_limit": 'is not for scheduler = "threads", which has no processes of its own: use '
        '"processes", or a smaller chunk'
    },
    "synchronous": {
        "memory_limit": 'is not for scheduler = "synchronous", which has no processes of its own: '
        'use "processes", or a smaller chunk'
    },
    "running": {
        key: f'is not for a cluster that is running already: it is "dask worker {option}" there'
        for key, option in (
            ("workers", "--nworkers"),
            ("threads_per_worker", "--nthreads"),
            ("memory_limit", "--memory-limit"),
        )
    },
}
# By kind of scheduler, options that can only be 1, and why.
_ONE: dict[Kind, dict[str, str]] = {
    "threads": {"threads_per_worker": 'with scheduler = "threads": each of the workers is one'},
    "synchronous": {
        key: 'with scheduler = "synchronous", which computes one block at a time'
        for key in ("workers", "threads_per_worker")
    },
}


def scheduler_kind(scheduler: str) -> Kind | None:
    """Kind of a scheduler, None if there is no such scheduler.

    Examples
    --------
    >>> scheduler_kind("tcp://localhost:8786")
    'running'
    """
    match scheduler:
        case "threads" | "processes" | "synchronous" | "slurm":
            return scheduler
    path = scheduler.removeprefix(SCHEDULER_FILE)
    is_file = path != scheduler and path.strip() != ""
    return "running" if is_file or _ADDRESS.fullmatch(scheduler) else None


class RunTable(Table):
    """[run]: None leaves a number of workers or threads to the scheduler."""

    scheduler: str = "threads"
    workers: Annotated[int, Field(ge=1)] | None = None
    threads_per_worker: Annotated[int, Field(ge=1)] | None = None
    memory_limit: str | None = None
    chunk: Annotated[int, Field(ge=1)] = 16_384

    def conflicts(self) -> Iterator[Problem]:
        """A scheduler has some of the options, and a memory limit has a unit."""
        kind = scheduler_kind(self.scheduler)
        if kind is None:
            if self.scheduler.startswith("inproc://"):
                yield Problem(("scheduler",), _IN_PROCESS)
                return
            near = hint(self.scheduler, _ALLOWED)
            near = near if "did you mean" in near else ""
            sentence = f'must be {quoted(_ALLOWED)}, got "{self.scheduler}"{near}'
            yield Problem(("scheduler",), sentence)
            return
        limit = self.memory_limit
        if limit is not None and not (_MEMORY.fullmatch(limit) and re.search("[1-9]", limit)):
            yield Problem(("memory_limit",), f'must be a size such as "4 GiB", got "{limit}"')
        for key, reason in _NOT_FOR.get(kind, {}).items():
            if getattr(self, key) is not None:
                yield Problem((key,), reason)
        for key, reason in _ONE.get(kind, {}).items():
            if getattr(self, key) not in (None, 1):
                yield Problem((key,), f"must be 1 {reason}, got {getattr(self, key)}")
