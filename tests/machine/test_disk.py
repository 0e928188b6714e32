"""Files that are complete or not there."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from recc_mc.errors import RunError
from recc_mc.machine.disk import replacing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_its_place_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("before")
    with replacing(path) as file:
        file.write(b"after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert names(tmp_path) == ["a"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("before")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half of it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_a_failure_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    path = tmp_path / "a"
    with pytest.raises(RunError) as caught, replacing(path) as file:
        file.write(b"text")
    assert str(caught.value) == f"{path}: could not be written: {os.strerror(number)}"
    assert names(tmp_path) == []
