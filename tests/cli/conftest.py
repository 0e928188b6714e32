from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli import compilation
from recc_mc.cli.main import main
from recc_mc.simulation import runs
from recc_mc.simulation.assembly import Outcome
from recc_mc.simulation.setup import Request
from recc_mc.study import Study
from tests.results.made_up import results
from tests.strategies import small_study

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands say does not depend on what has been run on this machine before."""
    monkeypatch.setattr(compilation, "Line", lambda: lambda *what: None)


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
        self.outcome: Outcome | None = None

    def evaluate(self, study: Study) -> xr.Dataset:
        self.calls.append(("evaluate", {}))
        return results(study)["baseline"]

    def produce(self, study: Study, path: Path, request: Request, **options: Any) -> Outcome | None:
        self.calls.append(("produce", {"path": path, "request": request, **options}))
        return None if request.shard else self._outcome(study)

    def merge(self, study: Study, path: Path, **options: Any) -> Outcome:
        self.calls.append(("merge", {"path": path, **options}))
        return self._outcome(study)

    def _outcome(self, study: Study) -> Outcome:
        groups = results(study)
        groups["summary"].attrs["samples"] = 12_345
        self.outcome = Outcome(groups["baseline"], groups["summary"])
        return self.outcome


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    """Replace the computations, which have tests of their own."""
    fake = MadeUp()
    monkeypatch.setitem(vars(rm), "evaluate", fake.evaluate)
    for name in ("produce", "merge"):
        monkeypatch.setattr(runs, name, getattr(fake, name))
    return fake
