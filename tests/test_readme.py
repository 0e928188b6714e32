"""The README does what it says."""

import re
from pathlib import Path

import openpyxl
import pytest

import recc_mc as rm
from docs.building.runs import words_of
from recc_mc.cli.main import main, make_parser
from tests.workbook.yearbook import write_experts, write_yearbook

SETUP = "python3 -m venv .venv && .venv/bin/pip install -q "


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


def program_commands(readme: str) -> list[str]:
    """What the commands of the README have the program do, in their order."""
    found = [re.search(r"recc-mc .*", line) for line in shell_commands(readme)]
    return [match[0] for match in found if match]


def fill(path: Path) -> None:
    """What the import lists as left: directions, and what to do about missing values."""
    book = openpyxl.load_workbook(path)
    for row in book["indicators"].iter_rows(min_row=2, max_row=11):
        row[3].value = 1
    for row in book["study"].iter_rows():
        if row[0].value == "method.missing":
            row[1].value = "interpolate"
    book.save(path)


def test_two_commands_set_up_and_run_the_main_job_and_the_tests(readme: str) -> None:
    main_job, tests = (line for line in shell_commands(readme) if line.startswith("python3"))
    assert main_job == SETUP + ". && .venv/bin/recc-mc simulate configs/rare_earth_mines.toml"
    assert tests == SETUP + '-e ".[test]" && .venv/bin/pytest'


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_every_command_runs_and_what_it_names_is_there(readme: str, checkout: Path) -> None:
    write_yearbook(checkout / "yearbook.xlsx")
    for k, file in enumerate(list(write_experts(checkout)), start=1):
        file.rename(checkout / f"expert_{k}.xlsx")
    lines = program_commands(readme)
    assert lines[0] == "recc-mc simulate configs/rare_earth_mines.toml"
    for line in lines:
        code = main(words_of(line, small=True))
        if line.startswith("recc-mc check"):
            # It names what the import left to fill in.
            assert code == 2
            fill(checkout / line.split()[-1])
            code = main(words_of(line))
        assert code == 0, line
    result = checkout / "results" / "rare_earth_mines.nc"
    assert f"`{result.relative_to(checkout)}`" in readme
    with rm.load(result) as tree:
        made = {"baseline", "samples", "summary", "sensitivity", "assumptions"}
        assert set(tree.children) == made
    for report in ("rare_earth_mines", "study", "policy"):
        assert (checkout / "results" / f"{report}.html").is_file()


def test_the_main_job_draws_as_often_as_the_readme_says(readme: str, case_study: rm.Study) -> None:
    assert f"{case_study.settings.simulation.samples:,} times" in readme


def test_the_python_example_runs(
    readme: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = blocks(readme, "python")
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    assert "Bayan Obo" in printed
    assert "0.95" in printed
    assert (checkout / "example.nc").is_file()
    assert (checkout / "plane.svg").is_file()


def test_what_the_readme_points_to_is_there(readme: str, root: Path) -> None:
    named = re.findall(r"(?:docs|configs)/[\w/]+\.\w+", readme)
    assert len(named) > 8
    assert [name for name in named if not (root / name).is_file()] == []


def test_commands_that_the_text_names_are_commands(readme: str) -> None:
    offered = re.findall(r"^ {4}(\w+) {2,}", make_parser().format_help(), flags=re.MULTILINE)
    assert set(re.findall(r"`recc-mc (\w+)", readme)) <= set(offered)
    for line in program_commands(readme):
        assert make_parser().parse_args(words_of(line)).command in offered


def test_the_case_study_is_called_a_reconstruction(readme: str) -> None:
    assert "calibrated reconstruction" in readme
    assert "10.1038/s41598-022-10105-2" in readme


def test_the_readme_stays_readable(readme: str) -> None:
    lines = readme.splitlines()
    assert len(lines) <= 170
    assert readme.count("\n![") == 2
    assert [
        line for line in lines if len(line) > 120 and not line.startswith(("|", "python3"))
    ] == []
