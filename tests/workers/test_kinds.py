"""Workers on this machine."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path

import dask.config
import psutil
import pytest

from recc_mc.errors import RunError
from recc_mc.machine.stopping import SIGNALS
from recc_mc.workers.blocks import Block
from recc_mc.workers.kinds import WorkerLost, open_workers
from recc_mc.workers.placement import Placement
from tests.workers import work

BLOCK = Block(0, 0, 1024)
LOCAL = ("threads", "processes", "synchronous")


def here(block: Block) -> tuple[int, int]:
    return os.getpid(), threading.get_ident()


def ignored_signals(block: Block) -> list[int]:
    return [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN]


@pytest.mark.parametrize("scheduler", LOCAL)
def test_work_is_done_where_it_belongs(scheduler: str) -> None:
    with open_workers(here, 4, scheduler) as workers:
        process, thread = workers.outcome(workers.submit(BLOCK))
    assert (process != os.getpid()) is (scheduler == "processes")
    assert ((process, thread) == here(BLOCK)) is (scheduler == "synchronous")


@pytest.mark.parametrize(
    ("scheduler", "asked", "tasks", "expected"),
    [
        ("threads", None, 1, 1),
        ("threads", None, 2, 2),
        ("threads", None, 10, 3),
        ("threads", 4, 10, 4),
        ("processes", None, 2, 2),
        ("processes", 1, 10, 1),
    ],
)
def test_how_many_there_are(scheduler: str, asked: int | None, tasks: int, expected: int) -> None:
    place = Placement(scheduler, workers=asked)
    with dask.config.set(num_workers=3), open_workers(work.number, tasks, place) as workers:
        assert workers.threads() == expected


def test_one_at_a_time_is_synchronous() -> None:
    with dask.config.set(num_workers=3), open_workers(here, 10, "synchronous") as workers:
        assert workers.threads() == 1


def test_workers_leave_signals_to_the_main_process() -> None:
    with open_workers(ignored_signals, 1, "processes") as workers:
        assert workers.outcome(workers.submit(BLOCK)) == list(SIGNALS)


def test_waiting_work_is_cancelled_at_the_end() -> None:
    started = threading.Event()
    release = threading.Event()

    def hold(block: Block) -> None:
        started.set()
        release.wait(10)

    with open_workers(hold, 1, "threads") as workers:
        running, waiting = (workers.submit(BLOCK) for _ in range(2))
        started.wait(10)
        threading.Timer(0.1, release.set).start()
    assert running.done()
    assert waiting.cancelled()


def test_processes_share_the_work(tmp_path: Path) -> None:
    task = work.Meeting(tmp_path, processes=2)
    with open_workers(task, 8, Placement("processes", workers=2)) as workers:
        futures = [workers.submit(BLOCK) for _ in range(8)]
        assert len({workers.outcome(future) for future in futures}) == 2


@pytest.mark.parametrize(
    "delay", [0.05, *(pytest.param(delay, marks=pytest.mark.slow) for delay in (0.0, 0.1, 0.2))]
)
def test_a_process_that_dies_while_it_sends_is_noticed(delay: float) -> None:
    with open_workers(work.DeadWhileSending(delay), 1, "processes") as workers:
        future = workers.submit(BLOCK)
        assert wait([future], timeout=30).done
        # The result may have been complete before.
        with suppress(WorkerLost):
            assert workers.outcome(future).all()


def test_a_process_unpacks_the_task_once(tmp_path: Path) -> None:
    task = work.Recorded(tmp_path)
    with open_workers(task, 4, Placement("processes", workers=1)) as workers:
        for future in [workers.submit(BLOCK) for _ in range(4)]:
            workers.outcome(future)
    assert (task.count("unpacked"), task.count("block-0")) == (1, 4)


def test_one_process_dies_and_the_others_go_on(tmp_path: Path) -> None:
    task = work.Deadly(tmp_path, blocks=(1,))
    with open_workers(task, 4, Placement("processes", workers=2)) as workers:
        assert workers.outcome(workers.submit(Block(0, 0, 1))) == 0
        with pytest.raises(WorkerLost):
            workers.outcome(workers.submit(Block(1, 0, 1)))
        again = [workers.submit(Block(number, 0, 1)) for number in (2, 3)]
        assert [workers.outcome(future) for future in again] == [2, 3]


class Unpackable:
    """Ends the process that unpacks it."""

    def __call__(self, block: Block) -> None:
        raise AssertionError

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return os._exit, (1,)


def test_a_process_that_ends_as_it_unpacks_the_task_is_lost() -> None:
    with (
        open_workers(Unpackable(), 1, "processes") as workers,
        pytest.raises(WorkerLost),
    ):
        workers.outcome(workers.submit(BLOCK))


ENDING = """
import os
import sys

if any("spawn_main" in argument for argument in sys.orig_argv):
    os._exit(1)
"""


def test_processes_that_never_start_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(ENDING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with (
        pytest.raises(RunError, match="before it was ready: it may have run out of memory, or the"),
        open_workers(work.number, 1, "processes"),
    ):
        pass


class Unreadable:
    """Cannot be unpacked."""

    def __call__(self, block: Block) -> None:
        raise AssertionError

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return int, ("no number",)


def test_a_task_that_cannot_be_unpacked_says_why() -> None:
    with (
        open_workers(Unreadable(), 1, "processes") as workers,
        pytest.raises(ValueError, match="no number"),
    ):
        workers.outcome(workers.submit(BLOCK))


def test_no_process_outlives_the_one_that_started_it(tmp_path: Path) -> None:
    parent = multiprocessing.get_context("spawn").Process(target=_start_and_die, args=(tmp_path,))
    parent.start()
    parent.join()
    assert parent.exitcode == -signal.SIGKILL
    (found,) = tmp_path.glob("worker-*")
    pid = int(found.name.removeprefix("worker-"))
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)


def _start_and_die(folder: Path) -> None:
    with open_workers(work.process, 1, "processes") as workers:
        pid = workers.outcome(workers.submit(BLOCK))
        (folder / f"worker-{pid}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
