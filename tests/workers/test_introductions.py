"""Workers whose installation is not ours, as real processes."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from recc_mc import RunError
from recc_mc.workers import cluster as cluster_module
from recc_mc.workers import introductions
from recc_mc.workers.blocks import cut
from recc_mc.workers.cluster import ClusterWorkers
from recc_mc.workers.kinds import open_workers
from recc_mc.workers.placement import Placement
from recc_mc.workers.remote import version
from recc_mc.workers.stream import stream
from tests.workers import work
from tests.workers.test_cluster import local_cluster, scheduler_process, started

BLOCKS = cut(20 * 1024, 1024, 1024)

# Each is run by the worker's Python before anything else.
BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {name!r}:
            raise {error}

sys.meta_path.insert(0, Blocked())
"""
OTHER_VERSION = """
from importlib import metadata

original = metadata.version
metadata.version = lambda name: "0.0.7" if "recc" in name else original(name)
"""
NOT_INSTALLED = """
from importlib import metadata

original = metadata.version

def version(name):
    if "recc" in name:
        raise metadata.PackageNotFoundError(name)
    return original(name)

metadata.version = version
"""


def missing(name: str) -> str:
    error = f'ModuleNotFoundError("No module named {name!r}", name={name!r})'
    return BLOCKED.format(name=name, error=error)


def beginning_with(folder: Path, before: str) -> dict[str, str]:
    """Environment of a Python that runs some lines first."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(before)
    here = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([str(folder), *([here] if here else [])])
    return os.environ | {"PYTHONPATH": paths}


@contextmanager
def worker(cluster: LocalCluster, folder: Path, before: str) -> Iterator[str]:
    """A worker of a cluster whose Python begins with some lines; its address."""
    options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(folder)]
    known = set(addresses(cluster))
    environment = beginning_with(folder, before)
    with started("worker", cluster.scheduler_address, *options, environment=environment):
        deadline = time.monotonic() + 60
        while not (new := set(addresses(cluster)) - known):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield new.pop()


def addresses(cluster: LocalCluster) -> list[str]:
    return list(cluster.scheduler_info["workers"])


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (missing("recc_mc"), "No module named 'recc_mc'"),
        pytest.param(missing("numba"), "No module named 'numba'", marks=pytest.mark.slow),
        pytest.param(
            BLOCKED.format(name="llvmlite", error='RuntimeError("LLVM is\\nbroken")'),
            "LLVM is broken",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_worker_that_cannot_import_the_package_is_named(
    tmp_path: Path, before: str, reason: str
) -> None:
    with (
        local_cluster(n_workers=1) as cluster,
        worker(cluster, tmp_path / "w", before) as address,
        pytest.raises(RunError) as caught,
    ):
        list(stream(work.number, BLOCKS, scheduler=cluster.scheduler_address))
    assert str(caught.value) == (
        f"worker {address} cannot import recc_mc ({reason}): install recc-mc {version()} there, "
        "the version here"
    )


def test_so_is_one_with_another_version(tmp_path: Path) -> None:
    with (
        local_cluster(n_workers=1) as cluster,
        worker(cluster, tmp_path / "w", OTHER_VERSION) as address,
        pytest.raises(RunError, match=rf"^worker {address} has recc-mc 0\.0\.7: install recc-mc"),
    ):
        list(stream(work.number, BLOCKS, scheduler=cluster.scheduler_address))


def test_the_same_files_need_not_be_installed(tmp_path: Path) -> None:
    with local_cluster(n_workers=0) as cluster, worker(cluster, tmp_path / "w", NOT_INSTALLED):
        found = dict(stream(work.number, BLOCKS, scheduler=cluster.scheduler_address))
    assert sorted(found.values()) == list(range(len(BLOCKS)))


def test_a_scheduler_needs_no_package(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    options = ["--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    options += ["--local-directory", str(tmp_path)]
    environment = beginning_with(tmp_path / "s", missing("recc_mc"))
    with scheduler_process(file, environment), started("worker", *options):
        found = dict(stream(work.number, BLOCKS, scheduler=f"scheduler-file:{file}"))
    assert sorted(found.values()) == list(range(len(BLOCKS)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (missing("recc_mc"), r"cannot import recc_mc \(No module named 'recc_mc'\)"),
        (OTHER_VERSION, r"has recc-mc 0\.0\.7"),
    ],
)
def test_a_late_worker_that_is_given_a_block_at_once_is_named_just_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, reason: str
) -> None:
    # Workers are asked when the run begins, and not again.
    monkeypatch.setattr(cluster_module, "POLL_INTERVAL", 1000.0)
    with local_cluster(n_workers=1) as cluster:
        place = Placement(cluster.scheduler_address)
        with open_workers(work.number, 9, place) as workers:
            assert isinstance(workers, ClusterWorkers)
            assert workers.threads() == 1
            assert workers.outcome(workers.submit(BLOCKS[0])) == 0
            with worker(cluster, tmp_path / "w", before) as address:
                # The scheduler gives it this block.
                future = workers._submit(BLOCKS[1], [address])
                with pytest.raises(RunError, match=rf"^worker {address} {reason}: install recc-"):
                    workers.outcome(future)


@pytest.mark.slow
def test_a_worker_that_does_not_answer_is_looked_at_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(introductions, "SILENCE", 1.0)
    with (
        local_cluster(n_workers=1) as cluster,
        worker(cluster, tmp_path / "w", OTHER_VERSION) as address,
        Client(cluster.scheduler_address, set_as_default=False) as client,
    ):
        process = client.run(os.getpid, workers=[address])[address]
        os.kill(process, signal.SIGSTOP)
        asked = introductions.Introductions(client, "it")
        asked.make(addresses(cluster))
        begin = time.monotonic()
        asked.make(addresses(cluster))
        assert time.monotonic() - begin < 0.5
        os.kill(process, signal.SIGCONT)
        with pytest.raises(RunError, match=f"^worker {address} has recc-mc"):
            ask_again_and_again(asked, cluster)
        asked.close()


def ask_again_and_again(asked: introductions.Introductions, cluster: LocalCluster) -> None:
    for _ in range(100):
        time.sleep(0.1)
        asked.make(addresses(cluster))
