from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.study import Study
from tests.results.made_up import results
from tests.strategies import small_study

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def study_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small study in the current folder."""
    monkeypatch.chdir(tmp_path)
    small_study().write(tmp_path)
    return Path("study.toml")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process: its exit code, stdout and stderr."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


class MadeUp:
    """Stands for the computations: made-up numbers, and a note of how they were asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def evaluate(self, study: Study) -> xr.Dataset:
        self.calls.append(("evaluate", {}))
        return results(study)["baseline"]

    def simulate(self, study: Study, **options: Any) -> xr.Dataset:
        self.calls.append(("simulate", options))
        self.study = study
        return results(study, options["samples"] or 50)["samples"]

    def summarize(self, samples: xr.Dataset) -> xr.Dataset:
        self.calls.append(("summarize", {}))
        return results(self.study)["summary"]


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    """Replace the computations, which have tests of their own."""
    fake = MadeUp()
    for name in ("evaluate", "simulate", "summarize"):
        monkeypatch.setitem(vars(rm), name, getattr(fake, name))
    return fake
