"""Two runs on one output: the second is refused and harms nothing."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from recc_mc.cli.main import main
from tests.faults.conftest import ARGUMENTS, assert_complete
from tests.faults.program import Program, run

pytestmark = pytest.mark.slow


@contextmanager
def held(*arguments: str, folder: Path) -> Iterator[Program]:
    """A run that stands still among its blocks."""
    program = Program(*arguments, folder=folder)
    assert program.wait_for_parts(folder / "out.nc", 2)
    program.process.send_signal(signal.SIGSTOP)
    try:
        yield program
    finally:
        program.process.send_signal(signal.SIGCONT)


def test_the_second_run_is_refused(
    folder: Path,
    undisturbed: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    with held(*ARGUMENTS, folder=folder) as first:
        for option in ((), ("--resume",), ("--force",), ("--shard", "1/2")):
            assert main([*ARGUMENTS, *option]) == 1
            out, err = capsys.readouterr()
            place = folder / "out.nc.parts"
            holder = f"process {first.process.pid} on "
            assert err.startswith(f"error: {place}: in use by another run ({holder}")
            assert out == ""
    assert first.end()[0] == 0
    assert_complete(folder / "out.nc", undisturbed("samples"))


def test_shards_run_side_by_side_and_are_not_merged_before_their_end(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    with held(*ARGUMENTS, "--shard", "1/2", folder=folder) as first:
        code, _, err = run(*ARGUMENTS, "--shard", "1/2", folder=folder)
        assert code == 1
        assert "in use by another run" in err
        code, _, err = run(*ARGUMENTS, "--shard", "2/2", folder=folder)
        assert code == 0, err
        merge = ("merge", *ARGUMENTS[1:])
        code, _, err = run(*merge, folder=folder)
        assert code == 1
        assert "in use by another run" in err
    assert first.end()[0] == 0
    code, _, err = run(*merge, folder=folder)
    assert code == 0, err
    assert_complete(folder / "out.nc", undisturbed("samples"))
