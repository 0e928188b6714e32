"""The program as a user meets it: usage, exit codes, messages, what is left behind."""

import ctypes
import os
import pickle
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.cli import commands
from recc_mc.cli.main import main
from recc_mc.errors import RunError
from recc_mc.machine.stopping import RunStopped
from tests.cli.conftest import Command

RECC_MC = [sys.executable, "-m", "recc_mc"]


def test_help_names_the_commands(command: Command) -> None:
    code, out, err = command("--help")
    assert (code, err) == (0, "")
    for name in ("init", "check", "evaluate", "simulate", "merge"):
        assert re.search(rf"^    {name} ", out, flags=re.MULTILINE)


def test_the_version_is_that_of_the_package_beside_those_that_compute(command: Command) -> None:
    import numba
    import numpy as np

    code, out, err = command("--version")
    assert (code, err) == (0, "")
    first, versions, kernels = out.splitlines()
    assert first == f"recc-mc {rm.__version__}"
    assert versions.endswith(f"numba {numba.__version__}, numpy {np.__version__}")
    assert kernels.startswith(f"compiled kernels: {numba.config.CACHE_DIR}")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frobnicate",),
        ("simulate",),
        ("check", "a.toml", "b.toml"),
        ("evaluate", "a.toml", "--samples", "3"),
        ("simulate", "a.toml", "--sam", "3"),
        ("simulate", "a.toml", "--samples"),
        ("simulate", "a.toml", "--resume", "--force"),
        ("merge", "a.toml", "--resume"),
    ],
)
def test_wrong_usage_is_2_and_shows_the_usage(command: Command, arguments: tuple[str, ...]) -> None:
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: recc-mc")
    assert "error: " in err


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every check fail with an error."""

    def fail(args: Any) -> None:
        raise error

    monkeypatch.setattr(commands, "check", fail)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (rm.InputError("a.toml: wrong"), 2, "error: a.toml: wrong\n"),
        (rm.InputError(["one", "two"]), 2, "error: one\nerror: two\n"),
        (rm.RunError("matrix water: gave up"), 1, "error: matrix water: gave up\n"),
        (KeyboardInterrupt(), 130, "error: interrupted; nothing was written\n"),
        (RunStopped("stopped"), 75, "error: stopped; to begin again: recc-mc check a.toml\n"),
        (
            MemoryError(),
            1,
            "error: out of memory; fewer --samples or a smaller --chunk need less\n",
        ),
    ],
)
def test_errors_have_a_code_and_one_message(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    message: str,
) -> None:
    failing(monkeypatch, error)
    assert command("check", "a.toml") == (code, "", message)


def test_a_library_that_swallows_a_stop_and_fails_of_it_was_stopped(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compile_(args: Any) -> None:
        # What ctypes raises in a function that C calls back goes no further.
        call = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGTERM))
        call()
        raise RuntimeError("no compiled object yet")

    monkeypatch.setattr(commands, "check", compile_)
    said = "error: stopped; to begin again: recc-mc check a.toml\n"
    assert command("check", "a.toml") == (75, "", said)


def test_a_defect_is_owned_up_to(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("division by zero"))
    code, _, err = command("check", "a.toml")
    assert code == 1
    assert err.startswith("error: ZeroDivisionError: division by zero; this is a defect of recc-mc")
    assert err.count("\n") == 1


def test_debug_shows_the_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, rm.InputError("a.toml: wrong"))
    code, _, err = command("check", "a.toml", "--debug")
    assert code == 2
    assert err.startswith("Traceback")
    assert err.endswith("\nerror: a.toml: wrong\n")


def test_warnings_about_the_study_are_one_line_each_and_once(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(args: Any) -> None:
        for text in ("panel.csv: air 1 is constant", "judgments.toml: CR", "judgments.toml: CR"):
            warnings.warn(text, rm.StudyWarning, stacklevel=1)

    monkeypatch.setattr(commands, "check", warn)
    expected = "warning: panel.csv: air 1 is constant\nwarning: judgments.toml: CR\n"
    assert command("check", "a.toml") == (0, "", expected)
    # A second run says it again.
    assert command("check", "a.toml")[2] == expected


def test_other_warnings_are_left_to_python(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(args: Any) -> None:
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)

    monkeypatch.setattr(commands, "check", warn)
    before = warnings.showwarning
    with pytest.warns(RuntimeWarning, match="overflow"):
        command("check", "a.toml")
    assert warnings.showwarning is before


# --- as a process --------------------------------------------------------------------------------


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*RECC_MC, *arguments],
        capture_output=True,
        cwd=cwd,
        check=False,
        env={**os.environ, **environment},
        timeout=120,
    )


def test_the_module_is_the_program(tmp_path: Path) -> None:
    done = run("check", "missing.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "error: missing.toml: no such file\n"


def test_output_that_nobody_reads_is_no_traceback(study_file: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*RECC_MC, "check", study_file],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    os.close(writer)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_lacks_letters_is_no_failure(study_file: Path) -> None:
    text = study_file.read_text().replace("A test's study", "白云鄂博")
    study_file.write_text(text, encoding="utf-8")
    done = run("check", str(study_file), cwd=Path.cwd(), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert rb"\u767d\u4e91" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("sim\x1b[2J",), ("check", "a.toml", "--\x1b[2Jx"), ("check", "a", "x" * 5000)]
)
def test_usage_errors_repeat_arguments_readably(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(list(arguments))
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert max(map(len, told.splitlines())) < 400


def test_what_a_run_says_is_short() -> None:
    error = RunError("\n".join(f'block {k} "{"x" * 5000}\x1b" failed' for k in range(40)))
    assert len(error.lines) == 20
    assert max(map(len, error.lines)) < 200
    assert "\x1b" not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
