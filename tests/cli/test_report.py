"""``recc-mc report``."""

import os
from pathlib import Path

import pytest

import recc_mc as rm
from tests.cli.conftest import Command
from tests.strategies import small_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a result, a NetCDF file that is none, and a text."""
    import netCDF4

    folder = tmp_path_factory.mktemp("results")
    rm.save(folder / "result.nc", baseline=rm.evaluate(small_study().load()))
    with netCDF4.Dataset(folder / "foreign.nc", "w") as file:
        file.createDimension("x", 3)
    (folder / "text.nc").write_text("no NetCDF")
    return folder


def test_the_report_stands_beside_the_result(command: Command, folder: Path) -> None:
    report = folder / "result.html"
    assert command("report", folder / "result.nc") == (0, f"report: {report}\n", "")
    assert report.read_text("utf-8").startswith("<!DOCTYPE html>")
    code, out, err = command("report", folder / "result.nc")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "exists already; use --force" in err
    assert command("report", folder / "result.nc", "--force", "--quiet") == (0, "", "")


def test_pictures_are_files_on_request(command: Command, folder: Path, tmp_path: Path) -> None:
    target, pictures = tmp_path / "a.html", tmp_path / "pictures"
    code, out, err = command(
        "report", folder / "result.nc", "-o", target, "--pictures", pictures, "--format", "pdf"
    )
    assert (code, err) == (0, "")
    assert out == f"report: {target}\npictures: 2 in {pictures}\n"
    assert sorted(os.listdir(pictures)) == ["contributions.pdf", "plane.pdf"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nothing.nc", "nothing.nc: no such file"),
        (".", "is a directory, expected a result file"),
        ("text.nc", "text.nc: not a NetCDF-4 file"),
        ("foreign.nc", "foreign.nc: holds no results; expected groups baseline"),
    ],
)
def test_bad_input_is_one_message(
    command: Command, folder: Path, tmp_path: Path, name: str, problem: str
) -> None:
    code, out, err = command("report", folder / name, "-o", tmp_path / "report.html")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert problem in err
    assert list(tmp_path.iterdir()) == []


def test_bad_output_is_one_message(command: Command, folder: Path, tmp_path: Path) -> None:
    result = folder / "result.nc"
    for arguments, problem in (
        (("-o", tmp_path / "nowhere" / "a.html"), "there is no folder"),
        (("-o", result, "--force"), "is read by this command and is not overwritten"),
        (("-o", tmp_path / "a.html", "--format", "gif"), "format: must be one of svg, pdf, png"),
    ):
        code, out, err = command("report", result, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert problem in err
