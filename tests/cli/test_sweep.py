"""The command sweep, its table, and how it goes on."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.sweep import sweep_table
from recc_mc.labels.swept import swept_dims
from tests.cli.conftest import Command
from tests.strategies import small_study

CV = "uncertainty.data.cv"
RUN = ("--samples", "200", "--seed", "3", "--scheduler", "synchronous", "-o", "out.nc")


def test_a_sweep_is_a_group_beside_the_baseline(study_file: Path, command: Command) -> None:
    vary = ("--vary", f"{CV}=0.05:0.15:0.05", "--vary", "method.aggregation=linear,geometric")
    code, out, err = command("sweep", study_file, *vary, *RUN)
    assert code == 0, err
    assert "6 points, 2014, 200 samples, seed 3" in out
    assert out.endswith("\nresult: out.nc\n")
    study = rm.load_study(study_file)
    expected = rm.sweep(
        study,
        {CV: [0.05, 0.1, 0.15], "method.aggregation": ["linear", "geometric"]},
        samples=200,
        seed=3,
    )
    with rm.load("out.nc") as tree:
        assert set(tree.children) == {"baseline", "sweep"}
        assert tree["sweep"].to_dataset().equals(expected)
        assert "recc-mc sweep study.toml --vary" in tree.attrs["history"]
    assert sorted(path.name for path in Path().iterdir() if "out" in path.name) == ["out.nc"]
    code, _, err = command("sweep", study_file, *vary, *RUN)
    assert (code, "exists already" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--vary", f"{CV}="], f"--vary: {CV}: must be a list of values, got an empty list"),
        (["--vary", CV], f'--vary: must be KEY=V1,V2,..., got "{CV}"'),
        (["--vary", f"{CV}=0.1,0.1"], f"--vary: {CV}: 0.1 is given twice"),
        (["--vary", f"{CV}=-1,0.1"], f"study.toml: {CV}: must be >= 0, got -1"),
        (
            ["--vary", "uncertainty.data.cvv=0.1"],
            'study.toml: uncertainty.data.cvv: unknown key; did you mean "cv"?',
        ),
        (["--vary", f"{CV}=0.1", "--samples", "0"], "--samples: must be >= 1, got 0"),
        (
            ["--vary", f"{CV}=0.1", "--outputs", "recc_men"],
            'outputs: the summary has no variable "recc_men"; did you mean "recc_mean"?',
        ),
    ],
)
def test_bad_input_is_one_sentence(
    study_file: Path, command: Command, arguments: list[str], problem: str
) -> None:
    code, out, err = command("sweep", study_file, *arguments)
    assert (code, out, err) == (2, "", f"error: {problem}\n")
    assert not Path("results").exists()


def test_without_a_key_there_is_nothing_to_sweep(study_file: Path, command: Command) -> None:
    code, _, err = command("sweep", study_file)
    assert code == 2
    assert "the following arguments are required: --vary" in err


def test_the_table_says_what_it_leaves_out() -> None:
    study = small_study(mines=8, years=1, uncertainty={"data": {"cv": 0.1}}).load()
    swept = rm.sweep(study, {"method.ahp_share": [k / 49 for k in range(50)]}, samples=20, seed=1)
    assert swept_dims(swept) == ("ahp_share",)
    lines = sweep_table(swept).splitlines()
    assert lines[-2:] == [
        "... and 10 more points in the result",
        "... and 2 more mines in the result",
    ]
    assert sum(line.lstrip()[:1].isdigit() for line in lines) == 41
