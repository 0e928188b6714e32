"""The loop that takes results as they come."""

import io
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing

import dask.config
import pytest

from recc_mc.errors import RunError
from recc_mc.run.blocks import Block, cut
from recc_mc.run.executors import SCHEDULERS
from recc_mc.run.stream import BLOCKS_PER_WORKER, stream

BLOCKS = cut(20 * 1024, 1024)


def number(block: Block) -> int:
    return block.number


def die(block: Block) -> None:
    os._exit(1)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_block_comes_once_with_its_own_result(scheduler: str) -> None:
    results = list(stream(number, BLOCKS, scheduler=scheduler))
    assert sorted(block.number for block, _ in results) == list(range(20))
    assert all(block.number == result for block, result in results)


def test_a_slow_block_does_not_hold_up_the_others() -> None:
    release = threading.Event()

    def compute(block: Block) -> None:
        if block.number == 0:
            assert release.wait(10)

    order = []
    with dask.config.set(num_workers=2):
        for block, _ in stream(compute, BLOCKS, scheduler="threads"):
            order.append(block.number)
            if len(order) == 19:
                release.set()
    assert order[-1] == 0


def test_no_more_than_a_window_is_ever_begun() -> None:
    begun, most = 0, 0
    lock = threading.Lock()

    def compute(block: Block) -> None:
        nonlocal begun
        with lock:
            begun += 1

    with dask.config.set(num_workers=2):
        for taken, _ in enumerate(stream(compute, BLOCKS, scheduler="threads")):
            time.sleep(0.01)
            most = max(most, begun - taken)
    # The one that is being read, and the window behind it.
    assert BLOCKS_PER_WORKER * 2 <= most <= BLOCKS_PER_WORKER * 2 + 1


@pytest.mark.parametrize("error", [RunError("no"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("scheduler", ["threads", "synchronous"])
def test_an_error_ends_it_all(scheduler: str, error: BaseException) -> None:
    computed = []

    def compute(block: Block) -> None:
        computed.append(block.number)
        if block.number == 3:
            raise error

    with dask.config.set(num_workers=2), pytest.raises(type(error)) as caught:
        list(stream(compute, BLOCKS, scheduler=scheduler))
    assert caught.value is error
    assert len(computed) <= 4 + BLOCKS_PER_WORKER * 2


def test_closing_cancels_what_has_not_begun() -> None:
    computed = []
    with (
        dask.config.set(num_workers=1),
        closing(stream(computed.append, BLOCKS, scheduler="threads")) as results,
    ):
        next(results)
    assert len(computed) <= 1 + BLOCKS_PER_WORKER


def test_errors_of_worker_processes_keep_their_type() -> None:
    with pytest.raises(RunError, match="no such sample"):
        list(stream(fail, BLOCKS, scheduler="processes"))


def fail(block: Block) -> None:
    raise RunError("no such sample")


def test_a_dead_worker_process_is_explained() -> None:
    with pytest.raises(RunError, match="a worker process ended unexpectedly"):
        list(stream(die, BLOCKS, scheduler="processes"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("make", [io.StringIO, Terminal])
def test_progress_counts_samples(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], io.StringIO]
) -> None:
    monkeypatch.setattr(sys, "stderr", make())
    list(stream(number, BLOCKS, scheduler="synchronous", progress=True))
    assert "20.5k/20.5k" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().count("\r") <= 3 or make is Terminal


def test_there_is_no_progress_unless_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    list(stream(number, BLOCKS, scheduler="synchronous"))
    assert capfd.readouterr() == ("", "")
