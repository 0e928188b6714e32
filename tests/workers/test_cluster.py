"""Workers of dask clusters: real schedulers, real workers, real kills; loopback only."""

import contextlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dask.config
import numpy as np
import pytest
from distributed import LocalCluster, Status
from distributed.security import Security

from recc_mc import RunError, StudyWarning
from recc_mc.sampling.draws import compute_block
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.tally import compute_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers import backlog, connecting, finding, introductions
from recc_mc.workers import cluster as module
from recc_mc.workers.blocks import Block, cut
from recc_mc.workers.finding import NoAnswer, ask
from recc_mc.workers.kinds import open_workers
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import BLOCKS_PER_THREAD, stream
from tests.baselines import made_up_baseline
from tests.strategies import small_study
from tests.workers import work

SAMPLES = 40 * 1024
BLOCKS = cut(SAMPLES, 1024, 1024)


@contextlib.contextmanager
def local_cluster(**options: Any) -> Iterator[LocalCluster]:
    options = {"n_workers": 2, "threads_per_worker": 1, **options}
    with LocalCluster(
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        silence_logs=logging.CRITICAL,
        **options,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers that are started again when they die; every loss is reported."""
    options = {
        "distributed.scheduler.allowed-failures": 0,
        # Else it gives up on one that died again and again and is just starting.
        "distributed.deploy.lost-worker-timeout": "1 h",
    }
    with dask.config.set(options), local_cluster() as found:
        yield found


def process_ids(cluster: LocalCluster) -> list[int]:
    nannies = cluster.workers.values()
    return [n.process.pid for n in nannies if n.process is not None and n.process.pid]


def kill(process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return True
    return False


def flat(result: Any) -> list[Any]:
    """Arrays and numbers of a result, whose parts may be tuples themselves."""
    return [x for part in result for x in (flat(part) if isinstance(part, tuple) else [part])]


def assert_identical(found: dict[int, Any], expected: dict[int, Any]) -> None:
    assert found.keys() == expected.keys()
    for number, result in expected.items():
        for one, other in zip(flat(found[number]), flat(result), strict=True):
            np.testing.assert_array_equal(one, other, strict=True)


def results(task: Any, scheduler: Any, blocks: Any = BLOCKS) -> dict[int, Any]:
    return {block.number: result for block, result in stream(task, blocks, scheduler=scheduler)}


@pytest.fixture(scope="module")
def model() -> CompiledStudy:
    return CompiledStudy.of(
        small_study(
            uncertainty_data={"cv": 0.1, "systematic_cv": 0.05}, uncertainty_judgments={}
        ).load()
    )


@pytest.fixture(scope="module")
def draws(model: CompiledStudy) -> partial[Any]:
    return partial(compute_block, model, 1)


@pytest.fixture(scope="module")
def expected(draws: partial[Any]) -> dict[int, Any]:
    return results(draws, "synchronous")


# --- a scheduler and two workers, as a user starts them -------------------------------------------


@contextlib.contextmanager
def started(
    *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A `dask` command, and whatever it starts, until the context ends."""
    command = [sys.executable, "-m", "dask", *arguments]
    process = subprocess.Popen(
        command, stderr=subprocess.DEVNULL, start_new_session=True, env=environment
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def scheduler_process(
    file: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    options = ["--host", "127.0.0.1", "--port", "0", "--no-show"]
    options += ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    with started(
        "scheduler", *options, "--scheduler-file", str(file), environment=environment
    ) as process:
        deadline = time.monotonic() + 30
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield process


@pytest.fixture(scope="module")
def scheduler_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("scheduler") / "scheduler.json"
    scratch = str(file.parent)
    worker = ["worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard"]
    worker += ["--local-directory", scratch]
    with scheduler_process(file), started(*worker), started(*worker, "--no-nanny"):
        yield file


def test_a_running_cluster_changes_no_bit(
    scheduler_file: Path, draws: partial[Any], expected: dict[int, Any]
) -> None:
    address = json.loads(scheduler_file.read_text())["address"]
    assert_identical(results(draws, address), expected)
    assert_identical(results(draws, f"scheduler-file:{scheduler_file}"), expected)


def test_nor_does_it_change_tallies(scheduler_file: Path, model: CompiledStudy) -> None:
    edges, baseline = find_edges(model, 1, SAMPLES), made_up_baseline(model.plan)
    task = partial(compute_tally, model, 1, edges, baseline, True)
    blocks = cut(SAMPLES, 8 * 1024, 1024)
    found = results(task, f"scheduler-file:{scheduler_file}", blocks)
    assert_identical(found, results(task, "threads", blocks))
    # Merging adds to what it is given.
    assert all(part.flags.writeable for part in flat(found[0]) if isinstance(part, np.ndarray))


def test_a_worker_is_no_scheduler(cluster: LocalCluster) -> None:
    (worker, *_) = cluster.workers.values()
    for address, kind in ((worker.worker_address, "worker"), (worker.address, "nanny")):
        with pytest.raises(RunError, match=f"that is a {kind}; use the address `dask scheduler` s"):
            results(work.number, address)


def test_a_scheduler_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_INTERVAL", 0.2)
    monkeypatch.setattr(connecting, "Found", partial(finding.Found, patience=1.0))
    file = tmp_path / "scheduler.json"
    with (
        scheduler_process(file),
        pytest.raises(
            RunError, match=r"tcp://.* has had no workers for 1 s; start some with `dask"
        ),
    ):
        results(work.number, f"scheduler-file:{file}")


def test_a_scheduler_that_ends_ends_the_run(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    task = work.Recorded(tmp_path, 0.05)
    delivered: list[int] = []

    def end() -> None:
        while len(delivered) < 5:
            time.sleep(0.01)
        scheduler.kill()

    worker = ["worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny"]
    worker += ["--no-dashboard", "--local-directory", str(tmp_path)]
    with scheduler_process(file) as scheduler, started(*worker):
        threading.Thread(target=end).start()
        with pytest.raises(RunError, match=r"connection to the scheduler tcp://.* is lost: it has"):
            work.take(stream(task, BLOCKS, scheduler=f"scheduler-file:{file}"), delivered)
    assert 5 <= len(delivered) < 40


# --- workers that die -----------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_killed_workers_change_no_bit(
    cluster: LocalCluster, draws: partial[Any], expected: dict[int, Any]
) -> None:
    kills, done = 0, threading.Event()

    def kill_now_and_then() -> None:
        nonlocal kills
        rng = random.Random(1)
        while kills < 10 and not done.wait(rng.uniform(0.05, 0.5)):
            alive = process_ids(cluster)
            kills += bool(alive) and kill(rng.choice(alive))

    killer = threading.Thread(target=kill_now_and_then)
    found: dict[int, Any] = {}
    killer.start()
    try:
        for block, result in stream(draws, BLOCKS, scheduler=cluster.scheduler_address):
            found[block.number] = result
            # Slow enough that all kills come before the end.
            while kills < 10 * len(found) // len(BLOCKS):
                time.sleep(0.01)
    finally:
        done.set()
        killer.join()
    assert kills == 10
    assert_identical(found, expected)


@pytest.mark.slow
def test_a_block_that_kills_every_worker_is_named_when_all_others_are_there(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    task = work.Deadly(tmp_path, 0.05, blocks=(11,))
    delivered: list[int] = []
    with pytest.raises(RunError, match=r"samples 11264 to 12287: .* 6 times .* are complete"):
        work.take(stream(task, BLOCKS, scheduler=cluster.scheduler_address), delivered)
    assert sorted(delivered) == [number for number in range(40) if number != 11]
    # One attempt may end before the block is begun, with the worker that held the task.
    assert 5 <= task.count("block-11") <= 6


def test_what_the_computation_raises_is_not_tried_again(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    task = work.Failing(tmp_path)
    with pytest.raises(RunError, match="no such sample"):
        results(task, cluster.scheduler_address)
    assert task.count("block-0") == 1


# --- what is sent, and when -----------------------------------------------------------------------


def test_a_worker_unpacks_the_task_once(cluster: LocalCluster, tmp_path: Path) -> None:
    task = work.Recorded(tmp_path)
    results(task, cluster.scheduler_address)
    assert task.count("unpacked") <= 2
    assert task.count("block") == 40


@pytest.mark.parametrize("size", [10, 100_000])
def test_arrays_arrive_as_writable_as_they_were(cluster: LocalCluster, size: int) -> None:
    array = np.ones(size)
    for writable in (True, False):
        array.flags.writeable = writable
        found = results(work.WritableOf(array), cluster.scheduler_address, BLOCKS[:4])
        assert set(found.values()) == {writable}


def test_no_more_than_a_window_is_ever_begun(cluster: LocalCluster, tmp_path: Path) -> None:
    task = work.Recorded(tmp_path)
    most = 0
    for taken, _ in enumerate(stream(task, BLOCKS, scheduler=cluster.scheduler_address)):
        time.sleep(0.02)
        most = max(most, task.count("block") - taken)
    assert most <= BLOCKS_PER_THREAD * 2 + 1


@pytest.mark.slow
def test_workers_that_come_later_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_INTERVAL", 0.1)
    task = work.Process(0.1)
    found = set()
    with local_cluster(n_workers=1) as cluster:
        for block, process in stream(task, BLOCKS, scheduler=cluster.scheduler_address):
            found.add(process)
            if block.number == 0:
                cluster.scale(2)
    assert len(found) == 2


def test_nothing_is_left_open(cluster: LocalCluster) -> None:
    before = {thread.name for thread in threading.enumerate()}
    with open_workers(work.number, 1, cluster.scheduler_address) as workers:
        assert 1 <= workers.threads() <= 2
    generator = stream(work.number, BLOCKS, scheduler=cluster.scheduler_address)
    next(generator)
    generator.close()
    assert {thread.name for thread in threading.enumerate()} <= before | {"Dask-Offload_0"}
    assert cluster.scheduler.clients.keys() <= {"fire-and-forget"}
    deadline = time.monotonic() + 5
    while cluster.scheduler.tasks and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not cluster.scheduler.tasks


# --- workers with limits on this machine ----------------------------------------------------------


@pytest.mark.slow
def test_processes_with_threads_and_limits() -> None:
    place = Placement("processes", workers=1, threads_per_worker=2, memory_limit="2 GiB")
    with open_workers(work.process, 40, place) as workers:
        assert workers.threads() == 2
        assert workers.outcome(workers.submit(Block(0, 0, 1))) != os.getpid()


@pytest.mark.slow
def test_a_process_beyond_its_memory_is_started_again(tmp_path: Path) -> None:
    task = work.Greedy(tmp_path, taken=1000 * 2**20)
    place = Placement("processes", workers=1, memory_limit="800 MiB")
    found = results(task, place, BLOCKS[:3])
    assert found == {0: 0, 1: 1, 2: 2}
    assert task.count("block-1") == 2


def test_workers_that_are_short_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_INTERVAL", 0.2)
    with local_cluster(n_workers=1, processes=False, protocol="tcp", memory_limit=0) as cluster:
        cluster.workers[0].status = Status.paused
        found = finding.Found(cluster.scheduler_address, "it", patience=1.0)
        monkeypatch.setattr(connecting, "_find", lambda *_: contextlib.nullcontext(found))
        with pytest.raises(RunError, match="no workers for 1 s that go on: all are paused, being"):
            results(work.number, cluster.scheduler_address)


# --- versions -------------------------------------------------------------------------------------


def test_workers_without_the_package_are_explained(cluster: LocalCluster) -> None:
    with pytest.raises(RunError, match="cannot import no_such_module: install recc-mc there"):
        results(work.Missing(), cluster.scheduler_address)


@pytest.mark.slow
def test_workers_that_join_later_are_compared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_INTERVAL", 0.1)
    compared: list[str] = []
    monkeypatch.setattr(introductions, "check_versions", lambda found, name: compared.extend(found))
    with local_cluster(n_workers=1) as cluster:
        for block, _ in stream(work.Process(0.1), BLOCKS, scheduler=cluster.scheduler_address):
            if block.number == 0:
                cluster.scale(2)
        workers = {f"worker {one.worker_address}" for one in cluster.workers.values()}
    assert sorted(name for name in compared if name.startswith("worker")) == sorted(workers)


@pytest.mark.slow
def test_a_worker_that_hangs_does_not_hold_the_run(
    monkeypatch: pytest.MonkeyPatch, draws: partial[Any], expected: dict[int, Any]
) -> None:
    monkeypatch.setattr(backlog, "LEAST_SECONDS", 3.0)
    stopped, found = "", {}
    with local_cluster() as cluster, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for block, result in stream(draws, BLOCKS, scheduler=cluster.scheduler_address):
            found[block.number] = result
            if len(found) == 5:
                nanny = next(iter(cluster.workers.values()))
                stopped = nanny.worker_address
                os.kill(nanny.process.pid, signal.SIGSTOP)
        os.kill(nanny.process.pid, signal.SIGCONT)
    assert_identical(found, expected)
    texts = {str(one.message) for one in caught if one.category is StudyWarning}
    (text,) = texts
    assert text.startswith(f"worker {stopped} of the scheduler tcp://127.0.0.1:")
    assert text.endswith("far longer than others took: its blocks are given to others")


def test_workers_of_our_own_cluster_know_nobody_without_the_key() -> None:
    place = Placement("processes", workers=1, threads_per_worker=2)
    with open_workers(work.number, 1, place) as workers:
        address = workers._client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        with pytest.raises(NoAnswer):
            ask(address.replace("tls://", "tcp://"))
        with pytest.raises(NoAnswer):
            ask(address, Security.temporary())
        assert workers.outcome(workers.submit(Block(3, 0, 1))) == 3
