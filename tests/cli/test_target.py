"""The command target, and its tables."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.target import target_table
from tests.cli.conftest import Command
from tests.sweeps import toys


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return toys.written(tmp_path, uncertainty={"data": {"cv": 0.1}})


RUN = ("--samples", "2000", "--seed", "1", "--scheduler", "synchronous", "-o", "out.nc")


def test_what_it_takes_is_a_sentence_and_a_group_of_the_result(toy: Path, command: Command) -> None:
    code, out, err = command("target", toy, "--mine", "A", "--indicators", "p", *RUN)
    assert code == 0, err
    found = rm.target(rm.load_study(toy), mine="A", indicators=["p"], samples=2000, seed=1)
    assert out == f"{target_table(found)}\n\nresult: out.nc\n"
    change = found["required_change"].item()
    low, high = found["required_change_interval"].values[0]
    text = f"{100 * change:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
    share = 100 * found["deterministic_change_probability"].item()
    now = found["probability_curve"].values[0, 0]
    sentence = (
        f"A 2020: P(C < 1) = {now:.3f} now. p down by {text} gives 0.900. (The index computed once "
        f"needs 16.7 %, which holds in {share:.0f} % of draws.)"
    )
    assert sentence in " ".join(out.split())
    assert f" p down 6 {6 * (1 - change):.6g} 1 {100 * change:.1f} % " in " ".join(out.split())
    with rm.load("out.nc") as tree:
        assert set(tree.children) == {"baseline", "target"}
        assert tree["target"].to_dataset().equals(found)


def test_all_mines_are_a_table_of_which_some_need_nothing(toy: Path, command: Command) -> None:
    code, out, err = command("target", toy, "--mine", "all", *RUN)
    assert code == 0, err
    assert "\n  A     2020  C < 1  0.0" in out
    assert " p down by " in out
    assert "\n  B     2020  C < 1  1.000 " in out
    assert "none needed" in out
    assert "B 2020: P(C < 1) = 1.000 now: no change is needed for 0.9." in out


def test_targets_of_the_study_are_asked_for_by_no_option(toy: Path, command: Command) -> None:
    tables = """
[[target]]
name = "end"
mine = "A"
indicators = ["p"]
[[target]]
name = "second"
mine = "A"
rank = 2
"""
    toy.write_text(toy.read_text("utf-8") + tables, encoding="utf-8")
    code, out, err = command("target", toy, *RUN)
    assert code == 0, err
    assert "\n  end     A     2020  C < 1 " in out
    assert "\n  second  A     2020  rank 2 or below " in out
    assert "end (A 2020): P(C < 1) = 0." in out
    code, out, err = command("target", toy, "--rank", "2")
    assert (code, out) == (2, "")
    assert err.startswith("error: --rank: needs a mine: without one the tables [[target]] of")


def test_what_is_out_of_reach_is_said_and_no_failure(toy: Path, command: Command) -> None:
    arguments = ("--mine", "A", "--indicators", "s", "--max", "0.1")
    code, out, err = command("target", toy, *arguments, *RUN)
    assert code == 0, err
    found = rm.target(rm.load_study(toy), mine="A", indicators="s", samples=2000, seed=1, max=0.1)
    most = found["probability_curve"].values.max()
    assert f"s up by as much as 10 % gives no more than {most:.3g}, not 0.9." in out
    assert "(The index computed once does not reach it either.)" in out.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "--mine: is required: the study has no table [[target]]"),
        (["--mine", "C"], '--mine: unknown mine "C"; known: A, B'),
        (["--below", "0"], "--below: must be > 0, got 0.0"),
        (["--below", "x"], '--below: must be a number, got "x"'),
        (["--probability", "1"], "--probability: must be > 0 and < 1, got 1.0"),
        (["--year", "2019"], "--year: must be a year of 2020 to 2020, got 2019"),
        (["--indicators", "p,P"], '--indicators: unknown indicator "P"; did you mean "p"?'),
        (["--zone", "surplus"], '--zone: there is no zone "surplus"; known: high_value_'),
        (["--grade", "i"], '--grade: there is no grade "i"; did you mean "I"?'),
        (["--max", "0"], "--max: must be > 0, got 0.0"),
    ],
)
def test_bad_input_is_one_sentence(
    toy: Path, command: Command, arguments: list[str], problem: str
) -> None:
    mine = ["--mine", "A"] if arguments and "--mine" not in arguments else []
    code, out, err = command("target", toy, *mine, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {problem}")
    assert err.count("\n") == 1
