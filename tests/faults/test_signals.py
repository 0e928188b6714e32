"""Runs that are asked to stop."""

import os
import re
import shlex
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import (
    ARGUMENTS,
    BLOCKS,
    assert_complete,
    assert_nothing_looks_complete,
)
from tests.faults.program import Program, parts, run


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
