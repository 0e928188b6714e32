"""Clusters of SLURM jobs; a stand-in for SLURM runs the jobs on this machine."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import dask.config
import psutil
import pytest
from distributed import Client
from distributed.security import Security

from recc_mc.errors import InputError, RunError
from recc_mc.machine.stopping import LIMIT_SECONDS
from recc_mc.workers import cluster as module
from recc_mc.workers import slurm as slurm_module
from recc_mc.workers.blocks import cut
from recc_mc.workers.credentials import TEMPORARY_FOLDER, shared_credentials
from recc_mc.workers.finding import NoAnswer, ask
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream
from tests.faults.program import Program
from tests.strategies import small_study
from tests.workers import work

pytest.importorskip("dask_jobqueue")

from recc_mc.workers.slurm import slurm_cluster

BLOCKS = cut(10 * 1024, 1024, 1024)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# Jobs run here, so that their scheduler need not be seen from elsewhere.
LOOPBACK = {"scheduler_options": {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}}

SBATCH = """\
#!/bin/sh
cp "$1" "{folder}/job-$$.sh"
setsid sh "{folder}/job-$$.sh" > "{folder}/job-$$.log" 2>&1 &
echo $! > "{folder}/job-$$.pid"
echo "Submitted batch job $$"
"""
SCANCEL = """\
#!/bin/sh
kill -KILL -"$(cat "{folder}/job-$1.pid")"
rm "{folder}/job-$1.pid"
"""
REFUSAL = """\
#!/bin/sh
echo "sbatch: error: invalid partition specified: fast" >&2
exit 1
"""


def add_command(folder: Path, name: str, script: str) -> None:
    command = folder / name
    command.write_text(script.format(folder=folder))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder of the stand-in's jobs; none survives the test."""
    add_command(tmp_path, "sbatch", SBATCH)
    add_command(tmp_path, "scancel", SCANCEL)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for job in tmp_path.glob("job-*.pid"):
        with suppress(ProcessLookupError):
            os.killpg(int(job.read_text()), signal.SIGKILL)


def place(**options: Any) -> Placement:
    of_run = {key: options.pop(key) for key in Placement._fields if key in options}
    return Placement("slurm", **of_run, cluster={**LOOPBACK, **options})


def script(place: Placement) -> list[str]:
    with shared_credentials(Path.cwd()) as security, slurm_cluster(place, security) as cluster:
        return str(cluster.job_script()).splitlines()


def test_the_job_script_is_what_the_tables_say() -> None:
    lines = script(
        place(
            threads_per_worker=8,
            memory_limit="16 GiB",
            queue="short",
            account="mines",
            walltime="02:00:00",
            job_extra_directives=["--constraint=avx512"],
            job_script_prologue=["module load python"],
        )
    )
    assert lines[0] == "#!/usr/bin/env bash"
    assert [line for line in lines if line.startswith("#SBATCH")] == [
        "#SBATCH -J dask-worker",
        "#SBATCH -p short",
        "#SBATCH -A mines",
        "#SBATCH -n 1",
        "#SBATCH --cpus-per-task=8",
        "#SBATCH --mem=16G",
        "#SBATCH -t 02:00:00",
        "#SBATCH --constraint=avx512",
    ]
    *_, prologue, worker = (line for line in lines if line)
    assert prologue == "module load python"
    assert worker.startswith(f"{sys.executable} -m distributed.cli.dask_worker tls://127.0.0.1:")
    assert "--nthreads 8 --memory-limit 16.00GiB" in worker


def test_a_job_may_have_several_workers() -> None:
    lines = script(place(threads_per_worker=4, memory_limit="2 GiB", processes=3))
    assert {"#SBATCH --cpus-per-task=12", "#SBATCH --mem=6G"} <= set(lines)
    assert "--nthreads 4 --memory-limit 2.00GiB --nworkers 3" in lines[-1]


def test_jobs_may_be_described_in_the_cluster_table_alone() -> None:
    lines = script(place(cores=16, memory="32 GiB"))
    assert "--nthreads 16 --memory-limit 32.00GiB" in lines[-1]


# dask-jobqueue calls a cluster unclosed that it has refused to open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"quue": "x", "cores": 1, "memory": "1GiB"},
         r'cluster\.quue: SLURMCluster has no such option; did you mean "queue"\?'),
        ({}, "cluster: SLURM has to know how much a job needs: set threads_per_worker and memory_"),
        ({"cores": 1, "memory": "1GiB", "threads_per_worker": 2, "memory_limit": "1 GiB"},
         r"run\.threads_per_worker: is not allowed beside cluster\.cores: give one of them\n"
         r"run\.memory_limit: is not allowed beside cluster\.memory"),
        ({"cores": "many", "memory": "1GiB"}, "cluster: "),
    ],
)  # fmt: skip
def test_wrong_options(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=f"^{problem}"):
        script(place(**options))


@pytest.mark.parametrize(("key", "value"), [("protocol", "tcp://"), ("security", False)])
def test_jobs_cannot_do_without_encryption(key: str, value: object) -> None:
    with pytest.raises(InputError, match=rf"^cluster\.{key}: is not allowed: workers and their"):
        script(place(cores=1, memory="1 GiB", **{key: value}))


def test_the_key_of_a_run_is_read_by_nobody_else_and_gone_at_its_end(tmp_path: Path) -> None:
    with shared_credentials(tmp_path):
        (folder,) = tmp_path.iterdir()
        assert folder.name.startswith(TEMPORARY_FOLDER)
        assert {oct(p.stat().st_mode & 0o777) for p in folder.iterdir()} == {"0o600"}
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(tmp_path.iterdir())


def test_a_scheduler_listens_at_one_address_and_shows_no_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slurm_module, "get_ip", lambda: "127.0.0.2")
    plain = Placement("slurm", cluster={"cores": 1, "memory": "1 GiB"})
    with shared_credentials(Path.cwd()) as security, slurm_cluster(plain, security) as cluster:
        assert cluster.scheduler_address.startswith("tls://127.0.0.2:")
        assert [listener.prefix for listener in cluster.scheduler.listeners] == ["tls://"]
        assert _listening_to(os.getpid()) <= {"127.0.0.1", "127.0.0.2"}
        assert "--no-dashboard --dashboard-address 127.0.0.1:0" in cluster.job_script()


def _listening_to(process: int) -> set[str]:
    """Addresses at which a process can be reached."""
    found = psutil.Process(process).net_connections("tcp")
    return {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN}


def test_nobody_without_the_key_of_the_run_can_connect() -> None:
    with shared_credentials(Path.cwd()) as security:
        cluster = slurm_cluster(place(cores=1, memory="1 GiB"), security)
        with cluster:
            address = cluster.scheduler_address
            plain = address.replace("tls://", "tcp://")
            strangers = [(plain, None), (address, Security.temporary())]
            for target, foreign in strangers:
                with pytest.raises(NoAnswer):
                    ask(target, foreign)
                with pytest.raises((OSError, TimeoutError)):
                    Client(target, security=foreign, timeout=2, set_as_default=False)
            assert ask(address, security) == "scheduler"


def test_a_machine_without_slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunError, match='there is no "sbatch" on this machine; start the run where'):
        list(stream(work.number, BLOCKS, scheduler=place(cores=1, memory="1 GiB")))


def test_jobs_that_slurm_refuses(slurm: Path) -> None:
    add_command(slurm, "sbatch", REFUSAL)
    refusal = "SLURM did not take the jobs of the workers: sbatch: error: invalid partition"
    with pytest.raises(RunError, match=f"^{refusal} specified: fast$"):
        list(stream(work.number, BLOCKS, scheduler=place(cores=1, memory="1 GiB")))


def test_the_extra_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask_jobqueue.slurm", None)
    with pytest.raises(InputError, match=r'not installed: pip install "recc-mc\[slurm\]"$'):
        list(stream(work.number, BLOCKS, scheduler=place(cores=1, memory="1 GiB")))


def test_jobs_are_started_ended_and_started_again(
    slurm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_INTERVAL", 0.2)
    monkeypatch.setattr(module, "RENEW_INTERVAL", 0.5)
    task = work.Process(0.2)
    two = place(workers=2, threads_per_worker=1, memory_limit="2 GiB")
    ended: set[int] = set()
    processes: set[int] = set()
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "100 ms"}):
        for block, process in stream(task, BLOCKS, scheduler=two):
            processes.add(process)
            if block.number == 1:
                # As SLURM does with jobs that have reached their time limit.
                for job in slurm.glob("job-*.pid"):
                    os.killpg(int(job.read_text()), signal.SIGKILL)
                ended, processes = processes, set()
    assert processes - ended
    assert not list(slurm.glob(f"{TEMPORARY_FOLDER}*"))
    assert len(list(slurm.glob("job-*.sh"))) == 4
    deadline = time.monotonic() + 10
    while _alive(slurm) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _alive(slurm)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_stopped_cancels_its_jobs(slurm: Path, number: signal.Signals) -> None:
    study = small_study(
        uncertainty_data={"cv": 0.1},
        simulation={"samples": 80_000_000, "seed": 1, "keep": "summary"},
        run={
            "scheduler": "slurm",
            "workers": 2,
            "chunk": 1_000_000,
            "threads_per_worker": 1,
            "memory_limit": "2 GiB",
        },
        cluster=LOOPBACK,
    )
    for name, text in study.texts().items():
        (slurm / name).write_text(text, encoding="utf-8")
    program = Program("simulate", "study.toml", "-o", "out.nc", folder=slurm)
    assert program.wait_until(lambda: len(list(slurm.glob("job-*.pid"))) == 2)
    assert list(slurm.glob(f"{TEMPORARY_FOLDER}*"))
    time.sleep(3)
    asked = time.monotonic()
    program.process.send_signal(number)
    code, _, err = program.end()
    assert (code, time.monotonic() - asked < LIMIT_SECONDS + 1) == (75, True), err
    assert "to continue: recc-mc simulate study.toml -o out.nc --resume" in err
    assert not _alive(slurm)
    assert not list(slurm.glob("job-*.pid"))
    assert not list(slurm.glob(f"{TEMPORARY_FOLDER}*"))


def _alive(folder: Path) -> bool:
    found = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, check=False)
    return found.returncode == 0
