"""Pictures as files."""

import os
from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc import plot
from recc_mc.machine import disk
from tests.plot.results import Result

STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}


@pytest.mark.parametrize("ending", STARTS)
def test_the_ending_says_the_format(result: Result, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"picture.{ending}"
    plot.save(plot.trends(result.summary), path)
    assert path.read_bytes().startswith(STARTS[ending])
    assert path.read_bytes() == plot.render(plot.trends(result.summary), format=ending)
    assert os.listdir(tmp_path) == [path.name]


def test_an_existing_file_is_replaced_on_request_only(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_text("kept", encoding="utf-8")
    figure = plot.trends(result.summary)
    with pytest.raises(rm.InputError, match="exists already"):
        plot.save(figure, path)
    assert path.read_text(encoding="utf-8") == "kept"
    plot.save(figure, path, overwrite=True)
    assert path.read_bytes() == plot.render(figure)


@pytest.mark.parametrize("name", ["picture", "picture.gif", "nowhere/picture.svg"])
def test_names_that_cannot_be_written(result: Result, tmp_path: Path, name: str) -> None:
    with pytest.raises(rm.InputError, match=r"must end in one of \.svg, \.pdf, \.png|no folder"):
        plot.save(plot.trends(result.summary), tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_a_failed_write_leaves_nothing(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(rm.RunError, match="could not be written: No space left on device"):
        plot.save(plot.trends(result.summary), tmp_path / "picture.svg")
    assert os.listdir(tmp_path) == []


def test_a_link_stays_one(result: Result, tmp_path: Path) -> None:
    link, target = tmp_path / "link.svg", tmp_path / "picture.svg"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    plot.save(plot.trends(result.summary), link, overwrite=True)
    assert link.is_symlink()
    assert target.read_bytes().startswith(STARTS["svg"])


def test_a_picture_that_came_in_between_is_not_replaced(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.svg"
    flush = disk.flush

    def come(file: Path) -> None:
        flush(file)
        path.write_text("another's", encoding="utf-8")

    monkeypatch.setattr(disk, "flush", come)
    with pytest.raises(rm.InputError, match="exists already"):
        plot.save(plot.trends(result.summary), path)
    with pytest.raises(rm.RunError, match="was changed by another program meanwhile"):
        plot.save(plot.trends(result.summary), path, overwrite=True)
    assert path.read_text(encoding="utf-8") == "another's"
    assert os.listdir(tmp_path) == [path.name]


def test_an_unknown_format(result: Result) -> None:
    with pytest.raises(rm.InputError, match="must be one of svg, pdf, png, got 'gif'"):
        plot.render(plot.trends(result.summary), format="gif")
