"""The command scenarios, its table, and evaluate under a scenario."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.scenarios import scenarios_table
from tests.cli.conftest import Command
from tests.sweeps import toys

RUN = ("--samples", "3000", "--seed", "1", "--keep", "summary", "--scheduler", "synchronous")
SCENARIOS = """
[[scenario]]
name = "some"
title = "Some less pressure"
[[scenario.change]]
indicators = ["p"]
mines = ["A"]
multiply = { low = 0.5, high = 0.9 }

[[scenario]]
name = "more"
[[scenario.change]]
indicators = ["p"]
multiply = 3.0
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy with scenarios, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = toys.written(tmp_path, uncertainty_data={"cv": 0.1})
    path.write_text(path.read_text() + SCENARIOS)
    return Path(path.name)


def test_a_row_of_each_scenario_and_mine(toy: Path, command: Command) -> None:
    code, out, err = command("scenarios", toy, *RUN, "-o", "out.nc")
    assert code == 0, err
    found = rm.scenarios(rm.load_study(toy), samples=3000, seed=1, keep="summary")
    assert out == f"{scenarios_table(found)}\n\nresult: out.nc\n"
    table = out[out.index("  scenario  mine") :].splitlines()
    header, one, two, three, four, *rest = table
    words = "scenario mine mean C change [90 %] P(C falls) P(C >= 1) before after"
    assert header.split() == words.split()
    assert one.startswith("  some      A     0.8")
    # What a scenario does not reach stays as it is.
    assert two.split()[2:] == ["0", "0", "0", "0"]
    assert three.startswith("  more      A     3.6")
    assert four.split()[-2:] == ["0", "0.096"] or four.split()[-2] == "0"
    assert "beyond the goalposts, r > 1" in "\n".join(rest)
    assert "more: p 5" in out or "more: p 6" in out
    assert "some  Some less pressure" in out
    with rm.load("out.nc") as tree:
        assert set(tree.children) == {"baseline", "scenarios"}
        assert tree["scenarios"].to_dataset().equals(found)


def test_only_those_that_are_named(toy: Path, command: Command) -> None:
    code, out, _ = command("scenarios", toy, *RUN, "--only", "more", "-o", "out.nc")
    assert code == 0
    assert "  some " not in out
    code, out, err = command("scenarios", toy, *RUN, "--only", "sone", "--only", "moer")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        'error: --only: unknown scenario "sone"; did you mean "some"?',
        'error: --only: unknown scenario "moer"; did you mean "more"?',
    ]
    assert not Path("results").exists()


def test_a_study_without_scenarios_says_what_to_add(study_file: Path, command: Command) -> None:
    code, out, err = command("scenarios", study_file)
    assert (code, out) == (2, "")
    assert err == "error: study.toml: holds no scenario; add a [[scenario]] table\n"


def test_shards_are_merged_beside_the_draws(toy: Path, command: Command) -> None:
    assert command("simulate", toy, *RUN, "-o", "out.nc", "--quiet") == (0, "", "")
    shards = (*RUN, "--chunk", "1024", "-o", "out.nc")
    for number in (1, 2):
        code, out, err = command("scenarios", toy, *shards, "--shard", f"{number}/2")
        assert code == 0, err
        assert "when all are: recc-mc merge study.toml -o out.nc" in out
    code, out, err = command("merge", toy, "-o", "out.nc")
    assert code == 0, err
    with rm.load("out.nc") as tree:
        assert list(tree.children) == ["baseline", "summary", "scenarios"]
        found = tree["scenarios"].to_dataset()
    assert out == f"{scenarios_table(found)}\n\nresult: out.nc\n"
    assert found.equals(rm.scenarios(rm.load_study(toy), samples=3000, seed=1, keep="summary"))
    code, _, err = command("merge", toy, "-o", "out.nc", "--force")
    assert code == 2
    assert err.endswith("out.nc.parts: there are no parts of a run\n")


def test_a_table_of_several_hundred_rows_ends(toy: Path) -> None:
    found = rm.scenarios(rm.load_study(toy), samples=100, seed=1)
    many = found.isel(mine=[0] * 100)
    assert "... and 80 more rows; the file holds all" in scenarios_table(many)


def test_the_index_under_a_scenario_is_shown_and_not_written(toy: Path, command: Command) -> None:
    code, out, err = command("evaluate", toy, "--scenario", "some")
    assert (code, err) == (0, "")
    assert "\nscenario: some (anchor reference), draws at their medians\n" in out
    assert "0.8400" in out
    assert not Path("results").exists()
    code, _, err = command("evaluate", toy, "--scenario", "sone")
    assert (code, err) == (
        2,
        'error: --scenario: unknown scenario "sone"; did you mean "some"?\n',
    )
    assert command("evaluate", toy, "--scenario", "some", "-o", "some.nc")[0] == 0
    with rm.load("some.nc") as tree:
        assert tree["baseline"].attrs["scenario"] == "some"
