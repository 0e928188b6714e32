"""Runs that are killed at any moment and continued."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.parts.folder import parts_folder
from tests.faults.conftest import (
    ARGUMENTS,
    BLOCKS,
    assert_complete,
    assert_nothing_looks_complete,
)
from tests.faults.contents import contents
from tests.faults.program import Program, parts, run

#: How many runs are killed for each kind of result.
KILLS = int(os.environ.get("RECC_MC_KILLS", "5"))


def wait_somewhere(program: Program, output: Path, chance: random.Random) -> None:
    """Wait for a moment that comes at random: early, among the blocks, or at the assembly."""
    kind = chance.random()
    if kind < 0.2:
        time.sleep(chance.uniform(0, 2))
    elif kind < 0.7:
        program.wait_for_parts(output, len(parts(output)) + chance.randint(1, 15))
    else:
        program.wait_until(lambda: bool(parts(output, ".result.nc.*")))
    time.sleep(chance.choice([0, chance.uniform(0, 0.02), chance.uniform(0, 0.2)]))


def lose_some(output: Path, chance: random.Random) -> None:
    """Lose some parts, so that there is work left, and what a kill has left of a result."""
    folder = parts_folder(output)
    for name in sorted(parts(output)):
        if chance.random() < 0.4:
            (folder / name).unlink()
    for name in parts(output, ".result.nc.*"):
        (folder / name).unlink()


@pytest.mark.parametrize("keep", ["samples", pytest.param("summary", marks=pytest.mark.slow)])
def test_a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_been(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]], keep: str
) -> None:
    chance = random.Random(f"kills {keep}")
    output = folder / "out.nc"
    # A lucky run ends before it is killed; then another one begins.
    kills = most_parts = 0
    while kills < KILLS:
        program = Program(*ARGUMENTS, "--keep", keep, "--resume", folder=folder)
        wait_somewhere(program, output, chance)
        program.process.kill()
        code, _, err = program.end()
        if output.exists():
            # In its place before the process was killed, perhaps with the parts still there.
            assert run(*ARGUMENTS, "--keep", keep, "--resume", folder=folder)[0] == 0
            assert_complete(output, undisturbed(keep))
            output.unlink()
        else:
            assert code == -9, err
            most_parts = max(most_parts, assert_nothing_looks_complete(output))
            lose_some(output, chance)
        kills += code == -9
    code, _, err = run(*ARGUMENTS, "--keep", keep, "--resume", folder=folder)
    assert code == 0, err
    assert_complete(output, undisturbed(keep))
    assert most_parts > 0


@pytest.mark.slow
def test_scenarios_that_are_killed_go_on_to_the_same_result(folder: Path) -> None:
    study = folder / "study.toml"
    indicator = rm.load_study(study).hierarchy.names[-1]
    change = (
        f'[[scenario.change]]\nindicators = ["{indicator}"]\nmultiply = {{low = 1, high = 2}}\n'
    )
    study.write_text(f'{study.read_text()}\n[[scenario]]\nname = "more"\n{change}')
    command = ("scenarios", "study.toml", "--quiet", "--keep", "summary", "-o")
    assert run(*command, "whole.nc", folder=folder) == (0, "", "")
    program = Program(*command, "out.nc", folder=folder)
    assert program.wait_until(lambda: len(parts(folder / "out.nc.scenarios")) >= 3)
    program.process.kill()
    assert program.end()[0] == -9
    kept = assert_nothing_looks_complete(folder / "out.nc.scenarios")
    assert 0 < kept < BLOCKS
    assert run(*command, "out.nc", "--resume", folder=folder) == (0, "", "")
    assert contents(folder / "out.nc") == contents(folder / "whole.nc")
    assert not parts_folder(folder / "out.nc.scenarios").exists()
