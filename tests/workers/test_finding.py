"""Addresses of schedulers, good and bad."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from recc_mc.errors import InputError, RunError
from recc_mc.workers import finding
from recc_mc.workers.finding import find_address


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "CONNECT_SECONDS", 0.3)


@contextmanager
def listening() -> Iterator[str]:
    """Something that accepts connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def closed_port() -> str:
    with listening() as found:
        return found


def test_a_silent_address_fails_within_seconds() -> None:
    before = set(threading.enumerate())
    began = time.monotonic()
    with listening() as silent, pytest.raises(RunError) as caught:
        find_address(silent)
    assert time.monotonic() - began < 10
    # Nobody is left waiting for it.
    assert set(threading.enumerate()) <= before
    assert str(caught.value) == (
        f"no dask scheduler at {silent}: no answer within 6 s; check host and port, that `dask "
        "scheduler` is running there, and firewalls in between"
    )


@pytest.mark.usefixtures("hasty")
def test_a_closed_port_is_called_so() -> None:
    with pytest.raises(
        RunError,
        match=r"scheduler at tcp://.*(Connection refused|no answer).*; check",
    ):
        find_address(closed_port())


@pytest.mark.usefixtures("hasty")
def test_who_speaks_another_language() -> None:
    def greet() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=greet).start()
        with pytest.raises(RunError, match=r"no dask scheduler at .*(language|in <TCP|closed)"):
            find_address(f"tcp://127.0.0.1:{server.getsockname()[1]}")


def test_encryption_needs_certificates() -> None:
    with pytest.raises(RunError, match=r"certificates, named under distributed\.comm\.tls"):
        find_address("tls://127.0.0.1:8786")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file; `dask scheduler --scheduler-file .*scheduler.json` writes it"),
        ("", "is not a file that `dask scheduler --scheduler-file` wrote"),
        ("{}", "is not a file that"),
        ("[]", "is not a file that"),
    ],
)
def test_files_without_an_address(tmp_path: Path, content: str | None, problem: str) -> None:
    file = tmp_path / "scheduler.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=rf"^{file}: {problem}"):
        find_address(f"scheduler-file:{file}")


@pytest.mark.usefixtures("hasty")
def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        find_address(f"scheduler-file:{tmp_path}")


@pytest.mark.usefixtures("hasty")
def test_a_file_that_a_scheduler_has_left_behind(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": closed_port()}))
    with pytest.raises(RunError, match=rf"at tcp://.* of {file}: .*; the file may be left over"):
        find_address(f"scheduler-file:{file}")


def test_a_file_may_come_a_little_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "ask", lambda address: "scheduler")
    file = tmp_path / "scheduler.json"
    threading.Timer(0.3, lambda: file.write_text('{"address": "tcp://a:1"}')).start()
    assert find_address(f"scheduler-file:{file}") == "tcp://a:1"
