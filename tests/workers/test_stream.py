"""The loop that takes results as they come."""

import io
import os
import re
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import dask.config
import psutil
import pytest

from recc_mc.errors import RunError, StudyWarning
from recc_mc.workers import backlog
from recc_mc.workers.blocks import Block, cut
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import BLOCKS_PER_THREAD, stream
from tests.workers import work

BLOCKS = cut(20 * 1024, 1024, 1024)


@pytest.mark.parametrize("scheduler", ["threads", "processes", "synchronous"])
def test_every_block_comes_once_with_its_own_result(scheduler: str) -> None:
    results = list(stream(work.number, BLOCKS, scheduler=scheduler))
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
    assert BLOCKS_PER_THREAD * 2 <= most <= BLOCKS_PER_THREAD * 2 + 1


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
    assert len(computed) <= 4 + BLOCKS_PER_THREAD * 2


def test_closing_cancels_what_has_not_begun() -> None:
    computed = []
    with (
        dask.config.set(num_workers=1),
        closing(stream(computed.append, BLOCKS, scheduler="threads")) as results,
    ):
        next(results)
    assert len(computed) <= 1 + BLOCKS_PER_THREAD


def test_errors_of_worker_processes_keep_their_type() -> None:
    with pytest.raises(RunError, match="no such sample"):
        list(stream(work.fail, BLOCKS, scheduler="processes"))


@pytest.mark.slow
def test_a_worker_that_dies_costs_nothing_but_time() -> None:
    killed: set[int] = set()
    processes = []
    for block, process in stream(work.process, BLOCKS, scheduler=Placement("processes", workers=2)):
        processes.append(block.number)
        if len(processes) in (3, 9) and process not in killed:
            killed.add(process)
            os.kill(process, signal.SIGKILL)
    assert sorted(processes) == list(range(20))
    assert len(killed) == 2


@pytest.mark.slow
def test_a_block_that_kills_every_worker_is_named_when_all_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    task = work.Deadly(tmp_path, blocks=(7,))
    place = Placement("processes", workers=2)
    delivered: list[int] = []
    with pytest.raises(RunError, match=r"samples 7168 to 8191: .* 6 times .* are complete"):
        work.take(stream(task, BLOCKS, scheduler=place, progress=True), delivered)
    assert sorted(delivered) == [number for number in range(20) if number != 7]
    # A worker that is on its way out may be handed it, and not begin it.
    assert 4 <= task.count("block-7") <= 6
    # Its neighbours may have been lost with it.
    assert re.search("[5-9] computed again", sys.stderr.getvalue())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("make", [io.StringIO, Terminal])
def test_progress_counts_samples(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], io.StringIO]
) -> None:
    monkeypatch.setattr(sys, "stderr", make())
    list(stream(work.number, BLOCKS, scheduler="synchronous", progress=True))
    assert "20.5k/20.5k" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().count("\r") <= 3 or make is Terminal


def test_there_is_no_progress_unless_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    list(stream(work.number, BLOCKS, scheduler="synchronous"))
    assert capfd.readouterr() == ("", "")


def test_progress_ends_with_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    list(
        stream(
            work.number, BLOCKS, scheduler="synchronous", progress=True, note=lambda: "error 0.02"
        )
    )
    assert "error 0.02]" in sys.stderr.getvalue()


class Stopped(Sequence[Block]):
    """Blocks whose iteration ends when it is told to."""

    stopped = False

    def __len__(self) -> int:
        return len(BLOCKS)

    def __getitem__(self, index: int) -> Block:
        raise AssertionError

    def __iter__(self) -> Iterator[Block]:
        for block in BLOCKS:
            if self.stopped:
                return
            yield block


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_a_run_that_is_stopped_delivers_what_is_in_work(scheduler: str) -> None:
    blocks = Stopped()
    delivered = []
    for block, _ in stream(work.number, blocks, scheduler=Placement(scheduler, workers=2)):
        delivered.append(block.number)
        blocks.stopped = len(delivered) == 5 or blocks.stopped
    assert sorted(delivered) == list(range(5 + BLOCKS_PER_THREAD * 2))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_hangs_does_not_hold_the_run(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "LEAST_SECONDS", 3.0)
    delivered: list[int] = []
    stopped = 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for block, process in stream(
            work.Process(0.1), BLOCKS, scheduler=Placement("processes", workers=workers)
        ):
            delivered.append(block.number)
            if len(delivered) == 4:
                # In the middle of a block: another one is begun long before this one is read.
                time.sleep(0.05)
                os.kill(stopped := process, signal.SIGSTOP)
    assert sorted(delivered) == list(range(20))
    # On a busy machine the other one may take long as well.
    texts = {str(one.message) for one in caught if one.category is StudyWarning}
    begin = f"worker process {stopped} has not returned a block for "
    (text,) = (text for text in texts if text.startswith(begin))
    assert text.endswith(
        "far longer than others took: its block is given to another one"
        if workers == 2
        else "far longer than others took: it is ended, and another one is started"
    )
    assert not psutil.pid_exists(stopped)


def test_a_process_that_hangs_at_the_end_does_not_hold_the_closing() -> None:
    results = stream(work.process, BLOCKS, scheduler=Placement("processes", workers=2))
    processes = {next(results)[1] for _ in range(6)}
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    results.close()
    assert not any(psutil.pid_exists(process) for process in processes)
