"""The command `sensitivity`: what it writes, prints and refuses."""

import re
from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.sensitivity_table import sensitivity_table
from tests.cli.conftest import Command
from tests.salib.toys import ALL
from tests.strategies import small_study

RESULT = Path("results/study.nc")


@pytest.fixture
def uncertain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An uncertain study in the current folder."""
    monkeypatch.chdir(tmp_path)
    simulation = {"samples": 200, "seed": 0}
    small_study(years=1, **ALL, simulation=simulation).write(tmp_path)
    return Path("study.toml")


def test_the_decomposition_is_written_and_shown(command: Command, uncertain: Path) -> None:
    code, out, err = command("sensitivity", uncertain, "--samples", 64, "--replicates", 2)
    assert code == 0
    assert "sample" in err  # progress
    with rm.load(RESULT) as tree:
        assert set(tree.children) == {"baseline", "sensitivity"}
        parts = tree["sensitivity"].to_dataset().load()
        assert tree.attrs["history"].endswith("--samples 64 --replicates 2")
    assert {name: parts.attrs[name] for name in ("method", "samples", "replicates")} == {
        "method": "sobol",
        "samples": 64,
        "replicates": 2,
    }
    expected = rm.sensitivity(rm.load_study(uncertain), samples=64, replicates=2)
    assert out == f"{sensitivity_table(expected)}\n\nresult: {RESULT}\n"


def test_other_methods(command: Command, uncertain: Path) -> None:
    arguments = ("--method", "morris", "--samples", 5, "--seed", 3, "--quiet", "-o", "out.nc")
    # Noise of cells is a part of its factor: there is nothing to warn of.
    assert command("sensitivity", uncertain, *arguments) == (0, "", "")
    with rm.load("out.nc") as tree:
        assert "mu_star" in tree["sensitivity"]
        assert tree["sensitivity"].attrs["seed"] == 3


def test_samples_that_are_there_already(command: Command, uncertain: Path) -> None:
    assert command("simulate", uncertain, "--quiet")[0] == 0
    arguments = ("--method", "pawn", "--draws", RESULT, "-o", "out.nc", "--quiet")
    code, out, err = command("sensitivity", uncertain, *arguments)
    assert (code, out) == (0, "")
    assert re.fullmatch(r"warning: .* of the variance of C is caused by .* cannot .*\n", err)
    with rm.load("out.nc") as tree:
        assert tree["sensitivity"].attrs["samples"] == 200
    code, _, err = command("sensitivity", uncertain, "--draws", RESULT, "-o", "more.nc")
    assert code == 2
    assert "method: must be one of morris" in err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--replicates", "1"), "error: --replicates: must be >= 2, got 1\n"),
        (("--seed", "x"), "error: --seed: must be a whole number, got x\n"),
        (("--until", "2"), "error: --until: must be a number between 0 and 1, got 2\n"),
        (("--samples", "100"), "samples: must be a power of two, such as 64 or 128, got 100\n"),
        (("--method", "sobl"), "error: method: there is no method "),
        (("--method", "hdmr", "--samples", "30"), "error: samples: hdmr needs at least "),
        (("--method", "pawn", "--draws", "none.nc"), "none.nc"),
    ],
)
def test_wrong_usage(
    command: Command, uncertain: Path, arguments: tuple[str, ...], problem: str
) -> None:
    code, out, err = command("sensitivity", uncertain, *arguments)
    assert (code, out) == (2, "")
    assert problem in err
    assert not Path("results").exists()


def test_an_existing_result_is_kept(command: Command, uncertain: Path) -> None:
    RESULT.parent.mkdir()
    RESULT.write_text("mine")
    code, _, err = command("sensitivity", uncertain)
    assert code == 2
    assert "--force" in err
    assert RESULT.read_text() == "mine"
