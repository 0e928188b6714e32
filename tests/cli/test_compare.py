"""``recc-mc compare``."""

import re
from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.compare import comparison_table
from tests.cli.conftest import Command
from tests.strategies import small_study


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with results of two settings, and a baseline alone."""
    folder = tmp_path_factory.mktemp("results")
    for name, cv in (("a", 0.05), ("b", 0.1)):
        study = small_study(uncertainty_data={"cv": cv}).load()
        draws = rm.simulate(study, samples=500, seed=1)
        rm.save(folder / f"{name}.nc", samples=draws, summary=rm.summarize(draws))
    rm.save(folder / "base.nc", baseline=rm.evaluate(study))
    (folder / "text.nc").write_text("no NetCDF")
    return folder


def test_the_largest_differences_come_first(command: Command, results: Path) -> None:
    code, out, err = command("compare", results / "a.nc", results / "b.nc")
    assert (code, err) == (0, "")
    assert out.startswith(f"A: {results / 'a.nc'}: A test's study, 500 samples, seed 1\n")
    assert "standard errors: paired, common random numbers" in out
    for title in ("Probabilities: the 15 largest of", "Indices: the 15 largest of"):
        rows = out[out.index(title) :].split("\n\n")[0].splitlines()[3:]
        sizes = [abs(float(row.split()[-3])) for row in rows]
        assert len(sizes) == 15
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0
        multiples = [abs(float(row.split()[-3])) / float(row.split()[-2]) for row in rows]
        shown = [float(row.split()[-1]) for row in rows]
        assert shown == pytest.approx(multiples, rel=0.05)


def test_a_result_against_itself_shows_no_difference(command: Command, results: Path) -> None:
    code, out, _ = command("compare", results / "a.nc", results / "a.nc")
    assert code == 0
    assert re.findall(r"^no difference in any of [\d,]+$", out, flags=re.MULTILINE) != []
    assert "B - A" not in out


def test_all_differences_go_to_a_file(command: Command, results: Path, tmp_path: Path) -> None:
    target = tmp_path / "compare.nc"
    arguments = ("compare", results / "a.nc", results / "b.nc", "-o", target)
    code, out, _ = command(*arguments)
    assert code == 0
    assert out.endswith(f"\nresult: {target}\n")
    with rm.load(target) as tree:
        found = tree["comparison"].to_dataset().load()
        assert tree.attrs["history"].endswith(f"b.nc -o {target}")
    assert found.attrs["errors"] == "paired"
    assert comparison_table(found, (str(results / "a.nc"), str(results / "b.nc"))) in out
    code, _, err = command(*arguments)
    assert (code, err.count("\n")) == (2, 1)
    assert "exists already; use --force" in err
    assert command(*arguments, "--force", "--quiet") == (0, "", "")


def test_baselines_are_compared_without_errors(command: Command, results: Path) -> None:
    code, out, _ = command("compare", results / "base.nc", results / "base.nc")
    assert code == 0
    assert "no standard errors, only baselines are compared" in out
    assert "Probabilities" not in out


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nothing.nc", "no such file"),
        (".", "is a directory, expected a result file"),
        ("text.nc", "not a NetCDF-4 file"),
    ],
)
def test_bad_input_is_one_message(command: Command, results: Path, name: str, problem: str) -> None:
    code, out, err = command("compare", results / "a.nc", results / name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert problem in err


def test_what_is_read_is_not_written_over(command: Command, results: Path) -> None:
    before = (results / "a.nc").read_bytes()
    a = results / "a.nc"
    code, _, err = command("compare", a, results / "b.nc", "-o", a, "--force")
    assert code == 2
    assert "is read by this command and is not overwritten" in err
    assert a.read_bytes() == before
