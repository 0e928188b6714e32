"""The README does what it says."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.main import make_parser
from recc_mc.results.variables import GROUPS

SETUP = "python3 -m venv .venv && .venv/bin/pip install -q "
RECC_MC = [sys.executable, "-m", "recc_mc"]


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def checkout(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the configurations, as the current one."""
    (tmp_path / "configs").symlink_to(root / "configs", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(readme: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)


def shell_commands(readme: str) -> list[str]:
    return [line for block in blocks(readme, "sh") for line in block.splitlines()]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RECC_MC, *arguments], capture_output=True, text=True, check=False, timeout=300
    )


def test_two_commands_set_up_and_run_the_main_job_and_the_tests(readme: str) -> None:
    main_job, tests = shell_commands(readme)[:2]
    assert main_job == SETUP + ". && .venv/bin/recc-mc simulate configs/rare_earth_mines.toml"
    assert tests == SETUP + '-e ".[test]" && .venv/bin/pytest'


def test_the_main_job_writes_the_file_that_the_readme_names(readme: str, checkout: Path) -> None:
    command = shlex.split(shell_commands(readme)[0].rpartition(".venv/bin/recc-mc")[2])
    done = run(*command, "--samples", "500")
    assert done.returncode == 0, done.stderr
    result = checkout / "results" / "rare_earth_mines.nc"
    assert f"`{result.relative_to(checkout)}`" in readme
    with rm.load(result) as tree:
        assert tree["samples"].sizes["sample"] == 500
        assert set(tree.children) == {"baseline", "samples", "summary"}


def test_the_main_job_draws_as_many_samples_as_the_readme_says(
    readme: str, case_study: rm.Study
) -> None:
    assert f"{case_study.settings.simulation.samples:,} samples" in readme


def test_the_commands_of_the_table_are_those_of_the_program(readme: str) -> None:
    listed = re.findall(r"^\| `recc-mc (\w+) [A-Z ]+` \|", readme, flags=re.MULTILINE)
    usage = run("--help").stdout
    offered = re.findall(r"^ {4}(\w+) {2,}", usage, flags=re.MULTILINE)
    assert listed == offered, usage
    assert [name for name in listed if run(name, "--help").returncode] == []


def test_the_python_examples_run(
    readme: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"__name__": "readme"}
    for example in blocks(readme, "python"):
        exec(compile(example, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "Bayan Obo" in printed
    assert "0.95" in printed
    for name in ("example.nc", "plane.svg", "zones.pdf"):
        assert (checkout / name).is_file()


def test_what_the_readme_points_to_is_there(readme: str, root: Path) -> None:
    named = re.findall(r"(?:docs|configs)/[\w/]+\.\w+", readme)
    assert len(named) > 5
    assert [name for name in named if not (root / name).is_file()] == []


def test_the_study_example_is_a_study(readme: str, tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "study")).returncode == 0
    path = tmp_path / "study" / "readme.toml"
    path.write_text(blocks(readme, "toml")[0], encoding="utf-8")
    study = rm.load_study(path)
    assert study.settings.study.title == "My study"
    assert study.settings.uncertainty.method is not None


def test_the_example_of_a_matrix_is_one_of_the_case_study(
    readme: str, case_study: rm.Study
) -> None:
    (matrix,) = tomllib.loads(blocks(readme, "toml")[1])["matrix"]
    used = case_study.judgments[matrix["name"]]
    assert tuple(matrix["items"]) == used.items
    assert matrix["upper"] == [["1/2", 2], [2]]
    assert used.values[0].tolist() == [1, 1 / 2, 2]
    assert used.values[1, 2] == 2


def test_the_columns_are_those_of_the_files(readme: str, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    assert run("init", str(folder)).returncode == 0
    for name in ("panel.csv", "indicators.csv"):
        header = (folder / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert f"`{header}`" in readme


def test_every_other_command_is_one(readme: str) -> None:
    found = [
        shlex.split(line.rpartition("recc-mc ")[2].partition("#")[0])
        for line in shell_commands(readme)[2:]
        if "recc-mc " in line
    ]
    assert len(found) >= 4
    for arguments in found:
        assert make_parser().parse_args(arguments).command == arguments[0]


def test_the_large_run_of_the_readme_runs(readme: str, checkout: Path) -> None:
    (line,) = (line for line in shell_commands(readme) if "--until" in line)
    command = shlex.split(line.rpartition(".venv/bin/recc-mc")[2])
    done = run(*command, "--until", "0.02")
    assert done.returncode == 0, done.stderr
    with rm.load(checkout / command[command.index("-o") + 1]) as tree:
        assert set(tree.children) == {"baseline", "summary"}
        assert tree["summary"].attrs["samples"] < 10_000_000


def test_the_groups_are_those_that_a_run_writes(readme: str) -> None:
    listed = set(re.findall(r"^\| `/(\w+)` \|", readme, flags=re.MULTILINE))
    assert listed == set(GROUPS) - {"comparison"}


def test_the_case_study_is_called_a_reconstruction(readme: str) -> None:
    assert "calibrated reconstruction" in readme
    assert "10.1038/s41598-022-10105-2" in readme


def test_the_readme_stays_readable(readme: str) -> None:
    lines = readme.splitlines()
    assert len(lines) <= 290
    assert [
        line for line in lines if len(line) > 120 and not line.startswith(("|", "python3"))
    ] == []
