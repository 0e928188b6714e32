"""Runs that are asked to stop."""

import logging
import os
import re
import shlex
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from distributed import LocalCluster

from recc_mc.machine.stopping import LIMIT_SECONDS
from tests.faults.conftest import (
    ARGUMENTS,
    BLOCKS,
    assert_complete,
    assert_nothing_looks_complete,
)
from tests.faults.program import Program, environment, parts, run

pytestmark = pytest.mark.slow


def continuation(err: str) -> list[str]:
    """The command that a stopped run names."""
    match = re.search(r"; to continue: recc-mc (.*)\n", err)
    assert match, err
    return shlex.split(match[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_stop_says_how_to_continue(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]], number: signal.Signals
) -> None:
    program = Program(*ARGUMENTS, folder=folder)
    assert program.wait_for_parts(folder / "out.nc", 3)
    program.process.send_signal(number)
    code, out, err = program.end()
    assert (code, out) == (75, "")
    kept = assert_nothing_looks_complete(folder / "out.nc")
    assert 3 <= kept < BLOCKS
    assert f"{kept} of {BLOCKS} blocks are kept in " in err
    code, out, err = run(*continuation(err), folder=folder)
    assert (code, out, err) == (0, "", "")
    assert_complete(folder / "out.nc", undisturbed("samples"))


def test_a_run_that_has_hardly_begun_leaves_nothing(folder: Path) -> None:
    before = sorted(folder.iterdir())
    program = Program(*ARGUMENTS, folder=folder)
    time.sleep(0.5)
    program.process.terminate()
    code, out, err = program.end()
    assert (code, out) == (75, "")
    assert err.startswith("error: stopped; to continue: recc-mc simulate study.toml")
    assert sorted(folder.iterdir()) == before


def test_a_run_that_is_asked_during_the_assembly_keeps_its_parts(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    output = folder / "out.nc"
    program = Program(*ARGUMENTS, folder=folder)
    assert program.wait_until(lambda: bool(parts(output, ".result.nc.*")))
    program.process.terminate()
    code, _, err = program.end()
    assert code == 75
    assert f"{BLOCKS} of {BLOCKS} blocks are kept" in err
    assert_nothing_looks_complete(output)
    assert parts(output, "*result*") == set()
    assert run(*continuation(err), folder=folder)[0] == 0
    assert_complete(folder / "out.nc", undisturbed("samples"))


def test_the_second_signal_does_not_wait(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    # Blocks of which each takes a long time, and after which there would be more.
    more = ("--samples", "8000000", "--chunk", "500000", "--keep", "summary")
    program = Program(*ARGUMENTS, *more, folder=folder)
    assert program.wait_until((folder / "out.nc.parts" / "manifest.json").exists)
    time.sleep(0.3)
    program.process.terminate()
    time.sleep(0.1)
    asked = time.monotonic()
    program.process.terminate()
    code, _, _ = program.end()
    assert code == 75
    assert time.monotonic() - asked < 1
    assert_nothing_looks_complete(folder / "out.nc")


def test_a_signal_to_the_workers_too_is_no_failure(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    # As batch systems send it: to every process of the job.
    program = Program(*ARGUMENTS, "--scheduler", "processes", folder=folder, start_new_session=True)
    assert program.wait_for_parts(folder / "out.nc", 2)
    os.killpg(program.process.pid, signal.SIGTERM)
    code, _, err = program.end()
    assert code == 75, err
    assert "Traceback" not in err
    assert_nothing_looks_complete(folder / "out.nc")
    assert run(*continuation(err), folder=folder)[0] == 0
    assert_complete(folder / "out.nc", undisturbed("samples"))


def test_a_lost_connection_stops_a_run_like_any_other_signal(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    program = Program(*ARGUMENTS, folder=folder)
    assert program.wait_for_parts(folder / "out.nc", 3)
    program.process.send_signal(signal.SIGHUP)
    code, _, err = program.end()
    assert code == 75, err
    assert run(*continuation(err), folder=folder)[0] == 0
    assert_complete(folder / "out.nc", undisturbed("samples"))


def test_a_lost_connection_does_not_stop_a_run_that_is_to_survive_it(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    program = Program(*ARGUMENTS, folder=folder, preexec_fn=ignore)
    assert program.wait_for_parts(folder / "out.nc", 1)
    program.process.send_signal(signal.SIGHUP)
    assert program.end()[0] == 0
    assert_complete(folder / "out.nc", undisturbed("samples"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_blocks_that_take_too_long_are_given_up(folder: Path, number: signal.Signals) -> None:
    # One block takes minutes.
    more = ("--samples", "80000000", "--chunk", "40000000", "--keep", "summary")
    program = Program(*ARGUMENTS, *more, folder=folder)
    assert program.wait_until((folder / "out.nc.parts" / "manifest.json").exists)
    time.sleep(4)
    code, err, seconds = stopped(program, number)
    assert (code, seconds < LIMIT_SECONDS + 1) == (75, True), err
    assert "stopping when the blocks in work are done, in 4 s at the latest" in err
    assert continuation(err)[-1] == "--resume"
    assert not (folder / "out.nc").exists()


def test_a_second_signal_loses_nothing_that_was_finished(folder: Path) -> None:
    more = ("--samples", "8000000", "--chunk", "200000", "--keep", "summary")
    program = Program(*ARGUMENTS, *more, folder=folder)
    assert program.wait_for_parts(folder / "out.nc", 2)
    there = parts(folder / "out.nc")
    program.process.terminate()
    program.process.terminate()
    code, _, err = program.end()
    assert code == 75
    kept = assert_nothing_looks_complete(folder / "out.nc")
    assert there <= parts(folder / "out.nc")
    assert f"{kept} of " in err
    assert "blocks are kept in " in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_waits_for_workers_stops_at_once(folder: Path, number: signal.Signals) -> None:
    with LocalCluster(
        n_workers=0,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        silence_logs=logging.CRITICAL,
    ) as cluster:
        program = Program(*ARGUMENTS, "--scheduler", cluster.scheduler_address, folder=folder)
        assert program.wait_until(lambda: len(cluster.scheduler.clients) > 0)
        time.sleep(1)
        code, err, seconds = stopped(program, number)
    assert (code, seconds < LIMIT_SECONDS + 1) == (75, True), err
    assert continuation(err)[:2] == ["simulate", "study.toml"]


@pytest.mark.parametrize(
    ("method", "number"),
    [("sobol", signal.SIGTERM), ("sobol", signal.SIGINT), ("morris", signal.SIGHUP)],
)
def test_a_sensitivity_analysis_stops_in_time(
    folder: Path, method: str, number: signal.Signals
) -> None:
    before = sorted(folder.iterdir())
    arguments = ("sensitivity", "study.toml", "-o", "out.nc", "--method", method)
    program = Program(*arguments, "--samples", "262144", folder=folder)
    time.sleep(5)
    code, err, seconds = stopped(program, number)
    assert (code, seconds < LIMIT_SECONDS + 1) == (75, True), err
    assert err.endswith(
        "error: stopped; to begin again: recc-mc sensitivity study.toml -o out.nc "
        f"--method {method} --samples 262144\n"
    )
    assert [path for path in sorted(folder.iterdir()) if path.name != "out.nc.lock"] == before


def test_a_run_that_compiles_stops_in_time(folder: Path, tmp_path_factory: Any) -> None:
    nowhere = str(tmp_path_factory.mktemp("compiled"))
    program = Program(*ARGUMENTS, folder=folder, env=environment(NUMBA_CACHE_DIR=nowhere))
    time.sleep(6)
    code, err, seconds = stopped(program, signal.SIGTERM)
    assert (code, seconds < LIMIT_SECONDS + 1) == (75, True), err
    assert "to continue: recc-mc simulate study.toml" in err


def test_processes_that_hang_do_not_outlive_a_run_that_is_stopped(folder: Path) -> None:
    program = Program(*ARGUMENTS, "--scheduler", "processes", folder=folder)
    assert program.wait_for_parts(folder / "out.nc", 2)
    children = psutil.Process(program.process.pid).children(recursive=True)
    # Beside the workers there is Python's own process that looks after what they share.
    workers = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    assert workers
    for worker in workers:
        worker.suspend()
    code, err, seconds = stopped(program, signal.SIGTERM)
    assert (code, seconds < LIMIT_SECONDS + 1) == (75, True), err
    psutil.wait_procs(workers, timeout=5)
    assert not any(worker.is_running() for worker in workers)


def stopped(program: Program, number: signal.Signals) -> tuple[int, str, float]:
    """Exit code, stderr, and how many seconds after a signal a program ended."""
    asked = time.monotonic()
    program.process.send_signal(number)
    code, _, err = program.end()
    return code, err, time.monotonic() - asked


def test_a_sweep_that_is_asked_to_stop_keeps_its_points(folder: Path) -> None:
    # As many points as there is time for.
    values = ",".join(str(k / 1000) for k in range(1, 200))
    vary = ("sweep", "study.toml", "--vary", f"uncertainty.data.cv={values}", "--quiet")
    program = Program(*vary, "--samples", "5000", "--seed", "1", "-o", "out.nc", folder=folder)
    kept = folder / "out.nc.sweep.parts"
    assert program.wait_until(lambda: len(list(kept.glob("block-*.part"))) >= 2)
    program.process.terminate()
    code, out, err = program.end()
    assert (code, out) == (75, ""), err
    count = len(list(kept.glob("block-*.part")))
    assert f"error: stopped; {count} points are kept in {kept}; to continue: " in err
    assert not (folder / "out.nc").exists()
    again = continuation(err)
    assert again[-1] == "--resume"
    # Fewer values are enough to see that it goes on.
    again[again.index("--vary") + 1] = "uncertainty.data.cv=0.001,0.002,0.1"
    code, out, err = run(*again, folder=folder)
    assert (code, out, err) == (0, "", "")
    assert not kept.exists()
    assert (folder / "out.nc").exists()
