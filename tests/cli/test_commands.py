"""What the commands write, print and ask of the package."""

import os
import re
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest

import recc_mc as rm
from tests.cli.conftest import Command, MadeUp

RESULT = Path("results/study.nc")


def files(folder: Path = Path()) -> set[str]:
    """All that a folder holds."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# --- init and check ------------------------------------------------------------------------------


def test_init_writes_a_study_that_check_accepts(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = command("init", "my study")
    assert (code, err) == (0, "")
    written = re.findall(r"^written: (.*)$", out, flags=re.MULTILINE)
    assert written[0] == "my study/study.toml"
    assert all(Path(name).is_file() for name in written)
    assert "recc-mc check 'my study/study.toml'" in out
    code, out, err = command("check", "my study/study.toml")
    assert (code, err) == (0, "")
    assert "Bayan Obo" in out


def test_init_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    assert command("init", tmp_path, "--quiet") == (0, "", "")
    code, out, err = command("init", tmp_path)
    assert (code, out) == (2, "")
    assert f"error: {tmp_path / 'study.toml'}: exists already" in err


def test_check_writes_nothing(command: Command, study_file: Path) -> None:
    before = files()
    code, out, err = command("check", study_file)
    assert (code, err) == (0, "")
    assert out.startswith("A test's study\n")
    assert files() == before
    assert command("check", study_file, "--quiet") == (0, "", "")


def test_everything_wrong_with_a_study_is_reported(command: Command, study_file: Path) -> None:
    text = study_file.read_text()
    study_file.write_text(f"{text}\n[simulation]\nsamples = 0\nsead = 1\n")
    for name in ("check", "evaluate", "simulate"):
        code, out, err = command(name, study_file)
        assert (code, out) == (2, "")
        assert "error: study.toml: simulation.samples: must be >= 1, got 0\n" in err
        assert 'error: study.toml: simulation.sead: unknown key; did you mean "seed"?\n' in err
    assert not Path("results").exists()


# --- evaluate ------------------------------------------------------------------------------------


def test_evaluate_writes_the_baseline_and_prints_a_table(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    code, out, err = command("evaluate", study_file)
    assert (code, err) == (0, "")
    assert out.startswith("A test's study\n")
    assert out.endswith(f"\nresult: {RESULT}\n")
    with rm.load(RESULT) as tree:
        assert set(tree.children) == {"baseline"}
        assert tree.attrs["history"].endswith("Z: recc-mc evaluate study.toml")


# --- simulate ------------------------------------------------------------------------------------


def test_simulate_writes_three_groups_and_prints_a_table(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    code, out, err = command("simulate", study_file, "--samples", "20", "-o", "a result.nc")
    assert (code, err) == (0, "")
    assert out.startswith(f"A test's study\n20 samples, seed {2**40}\n")
    assert out.endswith("\nresult: a result.nc\n")
    with rm.load("a result.nc") as tree:
        assert set(tree.children) == {"baseline", "samples", "summary"}
        assert tree["samples"].sizes["sample"] == 20
        history = "recc-mc simulate study.toml --samples 20 -o 'a result.nc'"
        assert tree.attrs["history"].endswith(f"Z: {history}")
    assert not Path("results").exists()


def test_the_study_decides_what_no_option_says(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    assert command("simulate", study_file)[0] == 0
    options = dict.fromkeys(("samples", "seed", "chunk", "scheduler")) | {"progress": True}
    assert made_up.calls == [("evaluate", {}), ("simulate", options), ("summarize", {})]


def test_options_take_the_place_of_settings(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    options = ["--samples", "9", "--seed", "0", "--chunk", "4", "--scheduler", "synchronous"]
    assert command("simulate", study_file, *options, "--quiet") == (0, "", "")
    expected = {"samples": 9, "seed": 0, "chunk": 4, "scheduler": "synchronous"}
    assert made_up.calls[1] == ("simulate", {**expected, "progress": False})
    assert RESULT.is_file()


@pytest.mark.parametrize(("dtype", "zlib"), [("float64", False), ("float32", True)])
def test_the_study_decides_how_samples_are_stored(
    command: Command, study_file: Path, made_up: MadeUp, dtype: str, zlib: bool
) -> None:
    compression = "zlib" if zlib else "none"
    output = f'\n[output]\ndtype = "{dtype}"\ncompression = "{compression}"\n'
    study_file.write_text(study_file.read_text() + output)
    assert command("simulate", study_file)[0] == 0
    with netCDF4.Dataset(RESULT) as file:
        recc = file["samples/recc"]
        assert recc.dtype == np.dtype(dtype)
        assert recc.filters()["zlib"] is zlib


def test_wrong_options_are_found_before_the_study_is_read(
    command: Command, made_up: MadeUp
) -> None:
    code, out, err = command("simulate", "missing.toml", "--samples", "10.5", "--seed", "-1")
    assert (code, out) == (2, "")
    assert err == (
        "error: --samples: must be a whole number, got 10.5\nerror: --seed: must be >= 0, got -1\n"
    )


# --- the result file -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["evaluate", "simulate"])
def test_an_existing_result_is_only_replaced_by_force(
    command: Command, study_file: Path, made_up: MadeUp, name: str
) -> None:
    RESULT.parent.mkdir()
    RESULT.write_text("precious")
    code, out, err = command(name, study_file)
    assert (code, out) == (2, "")
    assert err == f"error: {RESULT}: exists already; use --force (overwrite=True) to replace it\n"
    assert RESULT.read_text() == "precious"
    assert made_up.calls == []
    assert command(name, study_file, "--force")[0] == 0
    with rm.load(RESULT) as tree:
        assert "baseline" in tree.children
    assert files(RESULT.parent) == {RESULT.name}


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("nowhere/x.nc", "nowhere/x.nc: there is no folder nowhere"),
        ("study.toml/x.nc", "study.toml/x.nc: there is no folder study.toml"),
        (".", ".: is a directory, expected a file"),
        ("", ".: is a directory, expected a file"),
        ("study.toml", "study.toml: is a file of the study"),
        ("./panel.csv", "panel.csv: is a file of the study"),
        ("/proc/self/x.nc", "/proc/self/x.nc: cannot be written: No such file or directory"),
    ],
)
@pytest.mark.parametrize("name", ["evaluate", "simulate"])
def test_a_bad_output_is_found_before_anything_is_computed(
    command: Command, study_file: Path, made_up: MadeUp, name: str, output: str, message: str
) -> None:
    before = files()
    code, out, err = command(name, study_file, "--force", "-o", output)
    assert (code, out, err) == (2, "", f"error: {message}\n")
    assert made_up.calls == []
    assert files() == before


def test_a_file_called_results_is_no_folder(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    Path("results").write_text("")
    code, _, err = command("evaluate", study_file)
    assert (code, err) == (2, f"error: {RESULT}: there is no folder results\n")


def test_a_folder_that_cannot_be_made_is_named(
    command: Command, study_file: Path, made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "mkdir", refuse)
    code, _, err = command("evaluate", study_file)
    assert (code, err) == (2, "error: results: cannot be made: Permission denied\n")


@pytest.mark.parametrize(
    ("error", "code"), [(rm.RunError("gave up"), 1), (KeyboardInterrupt(), 130), (OSError("x"), 1)]
)
@pytest.mark.parametrize("stage", ["evaluate", "simulate", "summarize"])
def test_nothing_is_left_of_a_run_that_fails(
    command: Command,
    study_file: Path,
    made_up: MadeUp,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    stage: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setitem(vars(rm), stage, fail)
    before = files()
    assert command("simulate", study_file)[0] == code
    assert files() == before


def test_a_folder_that_was_there_stays(
    command: Command, study_file: Path, made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise rm.RunError("gave up")

    monkeypatch.setitem(vars(rm), "evaluate", fail)
    Path("results").mkdir()
    assert command("evaluate", study_file)[0] == 1
    assert Path("results").is_dir()


def test_a_result_of_another_run_in_a_new_folder_stays(
    command: Command, study_file: Path, made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        Path("results/other.nc").write_text("of another run")
        raise rm.RunError("gave up")

    monkeypatch.setitem(vars(rm), "evaluate", fail)
    assert command("evaluate", study_file)[0] == 1
    assert files(Path("results")) == {"other.nc"}


@pytest.mark.parametrize("name", ["evaluate", "simulate"])
def test_the_case_study_is_called_a_reconstruction(
    command: Command,
    made_up: MadeUp,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = command(name, root / "configs" / "minimal.toml")
    assert code == 0
    assert out.splitlines()[0].endswith("(calibrated reconstruction)")
    with rm.load("results/minimal.nc") as tree:
        assert "calibrated reconstruction" in tree.attrs["comment"]
