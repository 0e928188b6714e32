"""Commands that write one result at the same time: nothing of either is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.machine import disk
from recc_mc.results import claim, files
from tests.faults.conftest import ARGUMENTS
from tests.faults.program import Program, run

SENSITIVITY = ("sensitivity", *ARGUMENTS[1:], "--samples", "64", "--replicates", "2")


def groups(path: Path) -> list[str]:
    with rm.load(path) as tree:
        return list(tree.children)


@pytest.mark.slow
def test_two_commands_at_once_lose_no_group(folder: Path) -> None:
    assert run(*ARGUMENTS, folder=folder)[0] == 0
    before = sorted(folder.iterdir())
    for turn in range(2):
        programs = [
            Program(*ARGUMENTS, "--force", folder=folder),
            Program(*SENSITIVITY, *(["--force"] if turn else []), folder=folder),
        ]
        ends = [program.end() for program in programs]
        assert [code for code, _, _ in ends] == [0, 0], ends
        assert groups(folder / "out.nc") == ["baseline", "samples", "summary", "sensitivity"]
        assert sorted(folder.iterdir()) == before


@pytest.fixture
def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the result through a link, until it is told to end."""
    (folder / "link.nc").symlink_to("out.nc")
    script = """
import sys
from recc_mc.results.files import held
with held("link.nc"):
    print("held", flush=True)
    sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_waits_in_vain_keeps_its_work(
    folder: Path,
    holder: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(files, "PATIENCE", 0.3)
    try:
        assert main([*ARGUMENTS, "--samples", "3000"]) == 1
        err = capsys.readouterr().err
        assert err.startswith(f"error: out.nc: in use by another run (process {holder.pid} on ")
        assert "--resume continues" in err
        assert main([*SENSITIVITY]) == 1
        err = capsys.readouterr().err
        assert f"in use by another run (process {holder.pid} on " in err
        (aside,) = folder.glob("out.sensitivity-*.nc")
        assert err.endswith(f"what was computed is kept in {aside.name}\n")
        assert groups(aside) == ["baseline", "sensitivity"]
        with rm.load(aside) as tree, pytest.raises(rm.RunError, match="in use by another run"):
            rm.save("out.nc", baseline=tree["baseline"].to_dataset(), overwrite=True)
    finally:
        holder.communicate("")
    assert main([*ARGUMENTS, "--samples", "3000", "--resume"]) == 0
    assert groups(folder / "out.nc") == ["baseline", "samples", "summary"]
    assert not list(folder.glob(".*"))


def test_what_another_has_written_meanwhile_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main([*SENSITIVITY, "--seed", "1"]) == 0
    stake = claim.Claim.stake

    def stake_and_lose(*arguments: object, **options: object) -> claim.Claim:
        mine = stake(*arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(claim.Claim, "stake", stake)
        assert main([*SENSITIVITY, "--seed", "2", "--force"]) == 0
        return mine

    monkeypatch.setattr(claim.Claim, "stake", stake_and_lose)
    assert main([*SENSITIVITY, "--seed", "3", "--force"]) == 1
    err = capsys.readouterr().err
    assert "out.nc: another command has written /sensitivity meanwhile" in err
    assert "what was computed is kept in out.sensitivity-" in err
    with rm.load("out.nc") as tree:
        assert tree["sensitivity"].attrs["seed"] == 2


def test_a_merge_loses_too_and_its_parts_stay(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main([*ARGUMENTS, "--samples", "3000", "--seed", "1", "--shard", "1/1"]) == 0
    stake = claim.Claim.stake

    def stake_and_lose(*arguments: object, **options: object) -> claim.Claim:
        mine = stake(*arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(claim.Claim, "stake", stake)
        with rm.load("other.nc") as tree:
            made = {name: node.to_dataset() for name, node in tree.children.items()}
            rm.save("out.nc", **made)
        return mine

    assert main(["simulate", *ARGUMENTS[1:3], "other.nc", "--samples", "2000", "--quiet"]) == 0
    monkeypatch.setattr(claim.Claim, "stake", stake_and_lose)
    merge = ["merge", *ARGUMENTS[1:]]
    assert main(merge) == 1
    err = capsys.readouterr().err
    assert err.endswith(
        "error: out.nc: another command has written /samples, /summary meanwhile, which is not "
        "replaced\n"
    )
    with rm.load("out.nc") as tree:
        assert tree["samples"].sizes["sample"] == 2000
    assert main(merge) == 2
    assert "out.nc: exists already" in capsys.readouterr().err
    assert main([*merge, "--force"]) == 0
    with rm.load("out.nc") as tree:
        assert tree["samples"].sizes["sample"] == 3000


def test_a_comparison_and_a_save_lose_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main([*ARGUMENTS, "--samples", "2000"]) == 0
    compare = ["compare", "out.nc", "out.nc", "-o", "differences.nc", "--quiet"]
    with rm.load("out.nc") as tree:
        baseline = tree["baseline"].to_dataset().load()

    def save() -> None:
        rm.save("differences.nc", baseline=baseline)

    flush = disk.flush

    def come(file: Path) -> None:
        flush(file)
        Path("differences.nc").write_text("another's")

    monkeypatch.setattr(disk, "flush", come)
    assert main(compare) == 2
    assert capsys.readouterr().err.startswith("error: differences.nc: exists already")
    Path("differences.nc").unlink()
    with pytest.raises(rm.InputError, match="exists already"):
        save()
    assert main([*compare, "--force"]) == 1
    assert "was changed by another program meanwhile" in capsys.readouterr().err
    with pytest.raises(rm.RunError, match="was changed by another program meanwhile"):
        rm.save("differences.nc", baseline=baseline, overwrite=True)
    assert Path("differences.nc").read_text() == "another's"
    assert not list(folder.glob(".*"))


def test_a_comparison_waits_in_vain_too(
    folder: Path,
    holder: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(files, "PATIENCE", 0.3)
    try:
        assert main([*ARGUMENTS[:3], "one.nc", "--samples", "2000", "--quiet"]) == 0
        assert main(["compare", "one.nc", "one.nc", "-o", "out.nc", "--quiet"]) == 1
        err = capsys.readouterr().err
        assert f"error: out.nc: in use by another run (process {holder.pid} on " in err
        assert not Path("out.nc").exists()
    finally:
        holder.communicate("")


def test_what_a_killed_command_has_left_goes_with_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert main(["evaluate", *ARGUMENTS[1:]]) == 0
    other = folder / ".other.nc.0a1b2c3d.tmp"
    other.write_text("")
    for command in (
        ["evaluate", *ARGUMENTS[1:]],
        ["evaluate", *ARGUMENTS[1:], "--force"],
        ["report", "out.nc", "--force", "--quiet"],
        ["compare", "out.nc", "out.nc", "--quiet"],
    ):
        (folder / ".out.nc.0a1b2c3d.tmp").write_text("")
        (folder / ".out.nc.lock").write_text("process 1 on elsewhere\n")
        main(command)
        assert [path for path in folder.glob(".*")] == [other], command


@pytest.mark.parametrize("name", ["r.csv", "r", "r.nc.txt", "r.hdf5"])
def test_a_result_is_not_written_under_the_name_of_another_kind(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    for command in ("evaluate", "simulate", "sensitivity", "merge"):
        assert main([command, "study.toml", "-o", name, "--force"]) == 2
        err = capsys.readouterr().err
        assert err.startswith(f"error: {name}: a result is a NetCDF file")
    assert sorted(folder.iterdir()) == before
    assert main(["evaluate", *ARGUMENTS[1:]]) == 0
    assert main(["compare", "out.nc", "out.nc", "-o", name, "--force"]) == 2
    assert capsys.readouterr().err.startswith(f"error: {name}: a result is a NetCDF file")
    with rm.load("out.nc") as tree, pytest.raises(rm.InputError, match="is a NetCDF file, its"):
        rm.save(name, baseline=tree["baseline"].to_dataset(), overwrite=True)
    Path("out.nc").unlink()
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("length", [245, 252, 300, 5000])
def test_a_name_that_is_too_long_is_one_sentence(
    folder: Path, length: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    name = "n" * (length - 3) + ".nc"
    for command in (
        ["evaluate", "study.toml", "-o", name],
        ["simulate", "study.toml", "-o", name],
        ["simulate", "study.toml", "-o", name, "--resume"],
        ["merge", "study.toml", "-o", name],
        ["target", "study.toml", "--mine", "North", "-o", name],
        ["show", name],
        ["evidence", name],
        ["export", name],
        ["export", "out.nc", "--to", name.removesuffix(".nc")],
        ["report", name],
        ["compare", name, name],
    ):
        assert main(command) in (1, 2)
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "defect" not in err


def test_a_block_that_is_a_folder_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    for name in ("block-0000003.part", "manifest.json", "edges.part", "lock", "result.nc"):
        place = folder / "out.nc.parts" / name
        place.mkdir(parents=True)
        for option in ([], ["--resume"], ["--force"], ["--shard", "1/2"]):
            assert main([*ARGUMENTS, *option]) == 2
            err = capsys.readouterr().err
            assert err.startswith(f"error: {place.parent}: {name} is a folder, expected a file")
        place.rmdir()
