"""``recc-mc explore``: what keeps it from serving its page."""

import socket
import sys
from pathlib import Path

import pytest

from recc_mc.explore.picture_numbers import SAMPLES
from tests.cli.conftest import Command

STUDY = str(Path(__file__).parents[2] / "configs" / "rare_earth_mines.toml")


def test_without_its_extra_it_says_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "panel", None)
    message = "error: explore: the page needs Panel: pip install 'recc-mc[explore]'\n"
    assert command("explore", STUDY, "--no-browser") == (2, "", message)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "²"])
def test_a_port_that_is_none_is_refused(command: Command, port: str) -> None:
    message = f"error: --port: must be a whole number from 1 to 65535, got {port}\n"
    assert command("explore", STUDY, f"--port={port}") == (2, "", message)


def test_a_port_that_is_taken_is_said(command: Command) -> None:
    pytest.importorskip("panel")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, said = command("explore", STUDY, "--no-browser", f"--port={port}")
    assert code == 2
    assert said == f"error: --port: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_the_help_names_the_draws_of_a_page(command: Command) -> None:
    assert f"(default: {SAMPLES})" in command("explore", "--help")[1]
