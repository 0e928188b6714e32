"""What the commands write, print and ask of the package."""

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.cli import compilation
from recc_mc.cli.compilation import Line, compilation_shown
from recc_mc.cli.result_tables import simulation_table
from recc_mc.kernels.options import inline, kernel
from recc_mc.machine.stopping import RunStopped
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import ahead, runs
from recc_mc.simulation.setup import Request, Shard
from recc_mc.study.reach import NOTHING_UNCERTAIN
from recc_mc.workers.placement import Placement
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


# The study of these tests has no uncertainty.
NOTHING_VARIES = f"warning: uncertainty: {NOTHING_UNCERTAIN}\n"


def test_check_writes_nothing(command: Command, study_file: Path) -> None:
    before = files()
    code, out, err = command("check", study_file)
    assert (code, err) == (0, NOTHING_VARIES)
    assert out.startswith("A test's study\n")
    assert files() == before
    assert command("check", study_file, "--quiet") == (0, "", NOTHING_VARIES)


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


# --- simulate and merge --------------------------------------------------------------------------


def test_simulate_prints_a_table(command: Command, study_file: Path, made_up: MadeUp) -> None:
    code, out, err = command("simulate", study_file, "-o", "a result.nc")
    assert (code, err) == (0, "")
    assert out.startswith(f"A test's study\n12,345 samples, seed {2**40}\n")
    assert out.endswith("\nresult: a result.nc\n")
    assert made_up.outcome is not None
    assert simulation_table(*made_up.outcome) in out


def asked(made_up: MadeUp) -> dict[str, Any]:
    """How the last run was asked for."""
    name, options = made_up.calls[-1]
    assert name == "produce"
    return options


def test_the_study_decides_what_no_option_says(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    assert command("simulate", study_file)[0] == 0
    options = asked(made_up)
    assert options["path"] == RESULT
    assert options["request"] == Request(Asked())
    assert options["placement"] == Placement("threads")
    assert options["progress"] is True
    assert options["command"] == "recc-mc simulate study.toml"


def test_options_take_the_place_of_settings(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    options = shlex.split(
        "--samples 9 --seed 0 --keep summary --chunk 4 --until 0.25 --scheduler processes "
        "--workers 3 --threads-per-worker 2 --memory-limit 4GiB --force"
    )
    assert command("simulate", study_file, *options, "--quiet") == (0, "", "")
    found = asked(made_up)
    assert found["request"] == Request(Asked(9, 0, "summary", 4, 0.25), overwrite=True)
    assert found["placement"] == Placement("processes", 3, 2, "4GiB")
    assert found["progress"] is False
    command("simulate", study_file, "--resume")
    assert asked(made_up)["request"] == Request(Asked(), resume=True)


def test_notes_on_a_run_go_to_stderr_unless_it_is_quiet(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    for quiet, expected in (((), "a note\n"), (("--quiet",), "")):
        command("simulate", study_file, *quiet)
        asked(made_up)["say"]("a note")
        assert command("--version")[2] == expected


def test_a_shard_prints_how_the_result_is_made(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    code, out, err = command("simulate", study_file, "--shard", "2/3", "-o", "a b.nc")
    assert (code, err) == (0, "")
    assert out == "shard 2/3 is done; when all are: recc-mc merge study.toml -o 'a b.nc'\n"
    assert asked(made_up)["request"] == Request(Asked(), shard=Shard(2, 3))
    changed = ("--set", "uncertainty.data.cv=0.2")
    _, out, _ = command("simulate", study_file, *changed, "--shard", "2/3")
    assert "recc-mc merge study.toml --set uncertainty.data.cv=0.2 -o" in out
    assert command("simulate", study_file, "--shard", "2/3", "--quiet") == (0, "", "")


def test_merge_prints_the_table(command: Command, study_file: Path, made_up: MadeUp) -> None:
    code, out, err = command("merge", study_file)
    assert (code, err) == (0, "")
    assert "12,345 samples" in out
    assert out.endswith(f"\nresult: {RESULT}\n")
    name, options = made_up.calls[-1]
    assert (name, options["path"], options["overwrite"]) == ("merge", RESULT, False)
    assert command("merge", study_file, "--force", "--quiet") == (0, "", "")
    assert made_up.calls[-1][1]["overwrite"] is True


def test_a_run_that_was_stopped_is_75_and_names_the_command_that_continues_it(
    command: Command, study_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise RunStopped("stopped; 3 of 9 blocks are kept in a folder")

    monkeypatch.setattr(runs, "produce", stop)
    for options, again in {
        ("-o", "a b.nc"): "-o 'a b.nc' --resume",
        ("--force", "--seed", "3"): "--seed 3 --resume",
        ("--resume",): "--resume",
        ("--shard", "1/4"): "--shard 1/4",
    }.items():
        code, out, err = command("simulate", study_file, *options)
        assert (code, out) == (75, "")
        assert err == (
            "error: stopped; 3 of 9 blocks are kept in a folder; to continue: "
            f"recc-mc simulate study.toml {again}\n"
        )


def test_wrong_options_are_found_before_the_study_is_read(
    command: Command, made_up: MadeUp
) -> None:
    code, out, err = command("simulate", "missing.toml", "--samples", "10.5", "--seed", "-1")
    assert (code, out) == (2, "")
    assert err == (
        "error: --samples: must be a whole number, got 10.5\nerror: --seed: must be >= 0, got -1\n"
    )


def test_what_a_scheduler_does_not_have_is_said_of_the_option_or_the_study(
    command: Command, study_file: Path, made_up: MadeUp
) -> None:
    code, _, err = command("simulate", study_file, "--memory-limit", "4 GiB")
    assert code == 2
    assert err.startswith('error: --memory-limit: is not for scheduler = "threads"')
    code, _, err = command("simulate", study_file, "--scheduler", "cloud")
    assert (code, err.startswith("error: --scheduler: must be ")) == (2, True)
    study_file.write_text(study_file.read_text() + "\n[run]\nworkers = 2\n")
    code, _, err = command("simulate", study_file, "--threads-per-worker", "2")
    assert err.startswith('error: --threads-per-worker: must be 1 with scheduler = "threads"')
    assert made_up.calls == []


# --- the result file -----------------------------------------------------------------------------


@pytest.fixture
def quick_file(study_file: Path) -> Path:
    """A study of few samples."""
    study_file.write_text(study_file.read_text() + "\n[simulation]\nsamples = 100\n")
    return study_file


@pytest.mark.parametrize("name", ["evaluate", "simulate"])
def test_an_existing_result_is_only_replaced_by_force(
    command: Command, quick_file: Path, name: str
) -> None:
    RESULT.parent.mkdir()
    RESULT.write_text("precious")
    code, out, err = command(name, quick_file)
    assert (code, out) == (2, "")
    assert err == (
        f"error: {RESULT}: exists already (not a NetCDF-4 file); use --force (overwrite=True) to "
        "replace it\n"
    )
    assert RESULT.read_text() == "precious"
    assert files(RESULT.parent) == {RESULT.name}
    assert command(name, quick_file, "--force")[0] == 0
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
@pytest.mark.parametrize("name", ["evaluate", "simulate", "merge"])
def test_a_bad_output_is_found_before_anything_is_computed(
    command: Command,
    study_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    output: str,
    message: str,
) -> None:
    monkeypatch.setitem(vars(rm), "evaluate", None)
    before = files()
    code, out, err = command(name, study_file, "--force", "-o", output)
    assert (code, out, err) == (2, "", f"error: {message}\n")
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
@pytest.mark.parametrize("name", ["evaluate", "simulate", "merge"])
def test_nothing_is_left_of_a_run_that_fails(
    command: Command,
    study_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    name: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setitem(vars(rm), "evaluate", fail)
    for stage in ("produce", "merge"):
        monkeypatch.setattr(runs, stage, fail)
    before = files()
    assert command(name, study_file)[0] == code
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


def test_the_first_run_says_what_it_compiles(
    command: Command, study_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Such a function is not cached: the second run of the tests compiles it again.
    @inline
    def one_more(x: float) -> float:
        return x

    def evaluate_and_compile(*args: Any) -> Any:
        # Else an earlier run of this test has compiled it.
        with monkeypatch.context() as patch:
            patch.setattr("numba.core.config.CACHE_DIR", str(tmp_path / "kernels"))
            one_more(1.0)
        return evaluate(*args)

    evaluate = ahead.evaluate
    monkeypatch.setattr(ahead, "evaluate", evaluate_and_compile)
    monkeypatch.setattr(compilation, "Line", Line)
    said = command("simulate", study_file, "--samples", 64)[2]
    assert "compiling the kernels, once per installation: one_more, 0 of 1 functions" in said
    assert "one_more" not in command("simulate", study_file, "--samples", 64, "--force")[2]


def test_a_quiet_run_says_nothing_of_compiling(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilation, "Line", Line)

    @kernel
    def another(x: float) -> float:
        return x

    with compilation_shown(quiet=True):
        another(1.0)
    assert not capsys.readouterr().err


def test_a_setting_of_the_command_line_is_in_the_text_of_the_result(
    command: Command, study_file: Path
) -> None:
    change = ("--set", "method.ahp_share=0.25", "--set", "method.aggregation=geometric")
    code, _, err = command("evaluate", study_file, *change, "-o", "r.nc", "--quiet")
    assert (code, err) == (0, "")
    study = rm.load_study(study_file).replace(
        {"method.ahp_share": 0.25, "method.aggregation": "geometric"}
    )
    with rm.load("r.nc") as tree:
        assert tree["baseline"].attrs["study"] == study.text
        assert tree["baseline"].attrs["study_digest"] == study.digest


def test_every_command_that_takes_a_study_takes_settings(
    command: Command, study_file: Path
) -> None:
    for name in ("check", "evaluate", "simulate", "merge", "sensitivity"):
        code, out, err = command(name, study_file, "--set", "method.ahp_shar=1")
        assert (code, out) == (2, "")
        assert err == (
            'error: study.toml: method.ahp_shar: unknown key; did you mean "ahp_share"?\n'
        )
    assert command("check", study_file, "--set", "x")[2] == (
        'error: --set: must be KEY=VALUE, got "x"\n'
    )


def test_a_result_stands_for_its_study(command: Command, study_file: Path, tmp_path: Path) -> None:
    command("evaluate", study_file, "-o", "a.nc", "--quiet")
    for file in ("panel.csv", "judgments.toml", "study.toml"):
        (tmp_path / file).unlink()
    assert command("evaluate", "a.nc", "-o", "b.nc", "--quiet") == (0, "", "")
    with rm.load("a.nc") as first, rm.load("b.nc") as second:
        assert first["baseline"].equals(second["baseline"])
        assert first.attrs["study_digest"] == second.attrs["study_digest"]
    assert command("evaluate", "a.nc", "-o", "a.nc", "--force", "--quiet")[2] == (
        "error: a.nc: is a file of the study\n"
    )
