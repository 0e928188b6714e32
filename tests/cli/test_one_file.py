"""Commands on one study add to one file, and none takes away what another has made."""

from pathlib import Path

import pytest
import xarray as xr

import recc_mc as rm
from tests.cli.conftest import Command
from tests.salib.toys import ALL
from tests.strategies import small_study

RESULT = Path("results/study.nc")
SMALL = ("--samples", 64, "--replicates", 2)


@pytest.fixture
def uncertain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An uncertain study in the current folder."""
    monkeypatch.chdir(tmp_path)
    small_study(years=1, **ALL, simulation={"samples": 200, "seed": 0}).write(tmp_path)
    return Path("study.toml")


def groups() -> dict[str, xr.Dataset]:
    with rm.load(RESULT) as tree:
        return {name: node.to_dataset().load() for name, node in tree.children.items()}


def assert_same(found: xr.Dataset, expected: xr.Dataset) -> None:
    attrs = ("history", "seed")
    one, two = (
        data.assign_attrs(dict.fromkeys(attrs, "")).copy(deep=False) for data in (found, expected)
    )
    xr.testing.assert_identical(one, two)


def test_each_command_adds_its_groups(command: Command, uncertain: Path) -> None:
    assert command("evaluate", uncertain, "--quiet") == (0, "", "")
    assert command("sensitivity", uncertain, *SMALL, "--quiet") == (0, "", "")
    before = groups()
    assert command("simulate", uncertain, "--quiet") == (0, "", "")
    after = groups()
    assert list(after) == ["baseline", "samples", "summary", "sensitivity"]
    for name, data in before.items():
        assert_same(after[name], data)
    with rm.load(RESULT) as tree:
        commands = [line.split()[2] for line in tree.attrs["history"].splitlines()]
    # The baseline of the first command has been made again.
    assert commands == ["sensitivity", "simulate"]


def test_what_a_command_makes_again_needs_force(command: Command, uncertain: Path) -> None:
    assert command("simulate", uncertain, "--quiet", "--seed", 5)[0] == 0
    assert command("sensitivity", uncertain, *SMALL, "--quiet")[0] == 0
    before = groups()
    for again in (("simulate",), ("sensitivity", *SMALL), ("evaluate",)):
        code, _, err = command(again[0], uncertain, *again[1:], "--quiet")
        assert (code, "results/study.nc: exists already" in err) == (2, True)
    assert command("sensitivity", uncertain, *SMALL, "--seed", 7, "--force", "--quiet")[0] == 0
    after = groups()
    for name in ("baseline", "samples", "summary"):
        assert_same(after[name], before[name])
        assert after[name].attrs["seed"] == before[name].attrs["seed"] == 5
    assert after["sensitivity"].attrs["seed"] == 7
    assert not after["sensitivity"].equals(before["sensitivity"])


def test_draws_do_not_outlive_their_summary(command: Command, uncertain: Path) -> None:
    assert command("simulate", uncertain, "--quiet")[0] == 0
    assert command("sensitivity", uncertain, *SMALL, "--quiet")[0] == 0
    assert command("simulate", uncertain, "--keep", "summary", "--force", "--quiet")[0] == 0
    assert list(groups()) == ["baseline", "summary", "sensitivity"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_draws_keep_their_precision(command: Command, uncertain: Path, dtype: str) -> None:
    text = uncertain.read_text(encoding="utf-8")
    uncertain.write_text(f'{text}\n[output]\ndtype = "{dtype}"\n', encoding="utf-8")
    assert command("simulate", uncertain, "--quiet")[0] == 0
    before = groups()["samples"]
    assert before["recc"].dtype == dtype
    uncertain.write_text(text, encoding="utf-8")
    assert command("sensitivity", uncertain, *SMALL, "--quiet") == (0, "", "")
    assert_same(groups()["samples"], before)


def test_a_result_of_another_study_is_in_the_way(command: Command, uncertain: Path) -> None:
    assert command("evaluate", uncertain, "--quiet")[0] == 0
    small_study(years=2, **ALL, simulation={"samples": 200, "seed": 0}).write(Path())
    for name, *more in (("simulate",), ("sensitivity", *SMALL)):
        code, _, err = command(name, uncertain, *more, "--quiet")
        assert (code, "exists already" in err) == (2, True)
    assert command("simulate", uncertain, "--force", "--quiet")[0] == 0
    assert list(groups()) == ["baseline", "samples", "summary"]
