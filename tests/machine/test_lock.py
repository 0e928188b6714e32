"""A lock keeps two runs off one folder."""

import errno
import fcntl
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from recc_mc.errors import RunError, StudyWarning
from recc_mc.machine.lock import locked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.nc.parts" / "lock"


def test_a_lock_is_held_by_one(path: Path) -> None:
    with locked(path):
        with pytest.raises(RunError) as caught, locked(path):
            pass
        assert str(caught.value).startswith(f"{path.parent}: in use by another run (process ")
        assert f"process {os.getpid()} on " in str(caught.value)
    with locked(path):
        assert path.is_file()


def test_a_shared_lock_is_held_by_those_who_share_it(path: Path) -> None:
    def use(*, shared: bool) -> None:
        with locked(path, shared=shared):
            pass

    with locked(path, shared=True):
        use(shared=True)
        with pytest.raises(RunError, match="in use"):
            use(shared=False)
    with locked(path), pytest.raises(RunError, match="in use"):
        use(shared=True)


def test_the_text_of_a_holder_who_is_gone_keeps_nobody_off(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("process 1 on a machine with a longer name\n")
    with locked(path):
        assert path.read_text().startswith(f"process {os.getpid()} on ")
        assert path.read_text().count("\n") == 1


def test_one_waits_for_the_other_if_asked_to(path: Path) -> None:
    order = []

    def second() -> None:
        with locked(path, wait=True):
            order.append("second")

    with locked(path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_lock_on_a_file_that_was_removed_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fcntl.flock
    removed = []

    def remove_once(descriptor: int, kind: int) -> None:
        """The holder before leaves just when the file has been opened."""
        if not removed:
            removed.append(path.unlink())
            path.parent.rmdir()
        real(descriptor, kind)

    monkeypatch.setattr(fcntl, "flock", remove_once)
    with locked(path):
        assert path.read_text().startswith("process ")
        with pytest.raises(RunError, match="in use"), locked(path):
            pass


def test_a_file_system_without_locks_is_warned_of(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.warns(StudyWarning, match="the file system has no locks"), locked(path):
        pass


@pytest.mark.parametrize("fault", ["no folder", "broken"])
def test_what_cannot_be_locked_is_a_failure_of_the_run(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    if fault == "broken":
        monkeypatch.setattr(fcntl, "flock", fail)
    else:
        path.parent.write_text("a file")
    with pytest.raises(RunError, match=r"lock: could not be (locked|written): "), locked(path):
        pass
