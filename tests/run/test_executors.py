"""Executors by scheduler."""

import os
import signal
import threading

import dask.config
import pytest

from recc_mc.run.executors import SCHEDULERS, open_workers


def handles_interrupt() -> bool:
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_work_is_done_where_it_belongs(scheduler: str) -> None:
    with open_workers(scheduler, 4) as workers:
        process = workers.executor.submit(os.getpid).result()
        thread = workers.executor.submit(threading.get_ident).result()
    assert (process != os.getpid()) is (scheduler == "processes")
    here = (os.getpid(), threading.get_ident())
    assert ((process, thread) == here) is (scheduler == "synchronous")


@pytest.mark.parametrize(("tasks", "expected"), [(1, 1), (2, 2), (10, 3)])
def test_dask_decides_how_many_workers_there_are(tasks: int, expected: int) -> None:
    with dask.config.set(num_workers=3), open_workers("threads", tasks) as workers:
        assert workers.number == expected


def test_one_at_a_time_is_synchronous() -> None:
    with dask.config.set(num_workers=3), open_workers("synchronous", 10) as workers:
        assert workers.number == 1


def test_workers_leave_interrupts_to_the_main_process() -> None:
    with open_workers("processes", 1) as workers:
        assert not workers.executor.submit(handles_interrupt).result()


def test_waiting_work_is_cancelled_at_the_end() -> None:
    started = threading.Event()
    release = threading.Event()

    def work() -> None:
        started.set()
        release.wait(10)

    with open_workers("threads", 1) as workers:
        running, waiting = (workers.executor.submit(work) for _ in range(2))
        started.wait(10)
        threading.Timer(0.1, release.set).start()
    assert running.done()
    assert waiting.cancelled()


def test_no_other_schedulers_exist() -> None:
    with pytest.raises(ValueError, match="no such scheduler: slurm"), open_workers("slurm", 1):
        pass
