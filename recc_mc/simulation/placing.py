"""Where a run is computed: what the study says, and what is given in its stead."""

import multiprocessing
import operator
from pathlib import Path
from typing import Any, SupportsIndex

from pydantic import ValidationError

from recc_mc.errors import InputError
from recc_mc.study import Study
from recc_mc.study.run_settings import SCHEDULER_FILE, RunTable, scheduler_kind
from recc_mc.study.wording import sentences
from recc_mc.workers.placement import Placement

__all__ = ["place", "placed"]


def place(
    study: Study,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    threads_per_worker: int | None = None,
    memory_limit: str | None = None,
) -> Placement:
    """Settings of a run, each from the argument or else from the study.

    Parameters
    ----------
    study
        The study.
    scheduler
        ``"threads"``, ``"processes"``, ``"synchronous"``, ``"tcp://HOST:PORT"`` (or ``tls://``),
        ``"scheduler-file:PATH"`` or ``"slurm"``. The study's numbers of workers and threads and its
        memory limit belong to its own kind of scheduler: one of another kind sets them aside.
    workers
        How many threads, processes or SLURM workers.
    threads_per_worker
        How many blocks a process or SLURM worker computes at a time.
    memory_limit
        Memory of a process or SLURM worker, such as ``"4 GiB"``.

    Returns
    -------
    Placement
        The settings; the path of a scheduler file is absolute. One in the study is relative to the
        study file, one in the argument to the current folder.

    Raises
    ------
    InputError
        If an argument is not allowed, or not with this scheduler.
    """
    if type(scheduler).__module__.partition(".")[0] == "distributed":
        raise InputError(
            f"scheduler: must be a text, got a {type(scheduler).__name__} of dask: give the "
            'address of its scheduler, "tcp://HOST:PORT"'
        )
    table = study.settings.run
    given: dict[str, Any] = {
        "scheduler": scheduler,
        "workers": _plain(workers),
        "threads_per_worker": _plain(threads_per_worker),
        "memory_limit": memory_limit,
    }
    given = {name: value for name, value in given.items() if value is not None}
    replaced = isinstance(scheduler, str) and scheduler_kind(scheduler) != scheduler_kind(
        table.scheduler
    )
    try:
        chosen = RunTable.model_validate(given if replaced else table.model_dump() | given)
    except ValidationError as error:
        raise InputError(sentences(error, RunTable)) from None
    _check_processes(chosen.scheduler)
    folder = Path.cwd() if scheduler is not None else study.path.absolute().parent
    return Placement(
        _absolute(chosen.scheduler, folder),
        chosen.workers,
        chosen.threads_per_worker,
        chosen.memory_limit,
        study.settings.cluster,
    )


def _check_processes(scheduler: str) -> None:
    if scheduler == "processes" and multiprocessing.current_process().daemon:
        raise InputError(
            'scheduler: "processes" is not possible within a daemonic process, such as a worker of '
            'multiprocessing.Pool, which may not start any; use "threads"'
        )


def _plain(number: object) -> object:
    """NumPy's integers as Python's; what is no integer stays, to be refused."""
    if isinstance(number, SupportsIndex) and not isinstance(number, bool):
        return operator.index(number)
    return number


def _absolute(scheduler: str, folder: Path) -> str:
    path = scheduler.removeprefix(SCHEDULER_FILE)
    if path == scheduler:
        return scheduler
    return f"{SCHEDULER_FILE}{folder / Path(path.strip()).expanduser()}"


def placed(problems: list[str], study: Study, scheduler: str | None) -> Placement:
    """Settings of a run as `place` finds them, for those who tell all problems at once.

    Parameters
    ----------
    problems
        Those found so far, to which what is not allowed is added; then the run is not to be begun.
    study, scheduler
        As of `place`.
    """
    try:
        return place(study, scheduler=scheduler)
    except InputError as error:
        problems += error.problems
        return Placement("synchronous")
