"""A file is complete or not there, and its place is checked beforehand."""

import errno
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import netCDF4
import pytest

import recc_mc as rm
from recc_mc.results.files import check_target, write_file
from recc_mc.study import Study
from tests.results.made_up import results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "result.nc"


def only(path: Path) -> bool:
    """Whether the file is alone in its folder: nothing temporary was left."""
    return list(path.parent.iterdir()) == [path]


def test_an_existing_file_is_not_replaced_unasked(study: Study, path: Path) -> None:
    path.write_text("precious")
    message = f"{path}: exists already; use --force (overwrite=True) to replace it"
    with pytest.raises(rm.InputError, match=f"^{re.escape(message)}$"):
        rm.save(path, baseline=results(study)["baseline"])
    assert path.read_text() == "precious"
    assert only(path)


def test_an_existing_file_is_replaced_when_asked(study: Study, path: Path) -> None:
    path.write_text("old")
    rm.save(path, baseline=results(study)["baseline"], overwrite=True)
    with rm.load(path) as tree:
        assert "baseline" in tree.children
    assert only(path)


def test_a_file_that_appears_meanwhile_is_not_replaced(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = os.fsync

    def appear(descriptor: int) -> None:
        path.write_text("of another run")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", appear)
    with pytest.raises(rm.InputError, match="exists already"):
        rm.save(path, baseline=results(study)["baseline"])
    assert path.read_text() == "of another run"
    assert only(path)


def test_what_a_link_points_to_is_replaced(study: Study, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path.symlink_to(folder / "real.nc")
    (folder / "real.nc").write_text("old")
    rm.save(path, baseline=results(study)["baseline"], overwrite=True)
    assert path.is_symlink()
    assert only(folder / "real.nc")
    with rm.load(path) as tree:
        assert "baseline" in tree.children


def test_permissions_are_those_of_any_new_file(study: Study, path: Path) -> None:
    before = os.umask(0o027)
    try:
        rm.save(path, baseline=results(study)["baseline"])
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, ValueError])
@pytest.mark.parametrize("existing", [False, True])
def test_nothing_is_left_of_a_run_that_ends_early(
    study: Study,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    existing: bool,
) -> None:
    if existing:
        path.write_text("old")

    def stop(*_: object) -> None:
        assert any(other.suffix == ".tmp" for other in path.parent.iterdir())
        raise error

    monkeypatch.setattr("recc_mc.results.netcdf.write_group", stop)
    with pytest.raises(error):
        rm.save(path, baseline=results(study)["baseline"], overwrite=True)
    assert list(path.parent.iterdir()) == [path] * existing
    assert not existing or path.read_text() == "old"


def test_errors_of_the_library_are_failures_of_the_run(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("NetCDF: HDF error")

    monkeypatch.setattr("recc_mc.results.encoding._define", fail)
    with pytest.raises(
        rm.RunError, match=r"result\.nc: could not be written: .*is the disk full\?"
    ):
        rm.save(path, baseline=results(study)["baseline"])
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("chunks", [None, 5_000])
def test_a_full_disk_is_one_clear_message(tmp_path: Path, root: Path, chunks: int | None) -> None:
    # A limit on the size of files fails like a full disk, at the write or at the close.
    script = """
        import resource, sys
        import numpy as np
        import recc_mc as rm
        from recc_mc.results.labels import dataset

        study = rm.load_study("configs/minimal.toml")
        drawn = np.random.default_rng(1).random((6, 8, 20_000))
        data = dataset("samples", study, {"recc": drawn})
        chunks = CHUNKS
        data = data.chunk(sample=chunks) if chunks else data
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
        try:
            rm.save(sys.argv[1], samples=data)
        except rm.RunError as error:
            print("RunError:", error)
        print("still here")
    """
    path = tmp_path / "result.nc"
    code = textwrap.dedent(script).replace("CHUNKS", repr(chunks))
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"RunError: {path}: could not be written: ")
    assert done.stdout.endswith("still here\n")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- check_target ------------------------------------------------------------------------------


def test_a_writable_place_is_left_as_it_was(path: Path) -> None:
    check_target(path)
    check_target(str(path))
    assert list(path.parent.iterdir()) == []
    path.write_text("old")
    check_target(path, overwrite=True)
    assert path.read_text() == "old"
    assert only(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "result.nc"
    message = f"{path}: there is no folder {tmp_path / 'nowhere'}"
    with pytest.raises(rm.InputError, match=re.escape(message)):
        check_target(path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("")
    with pytest.raises(rm.InputError, match="there is no folder"):
        check_target(tmp_path / "results" / "result.nc")


@pytest.mark.parametrize(
    ("place", "problem"),
    [(".", "is a directory, expected a file"), ("/dev/null", "is not a regular file")],
)
def test_a_folder_or_a_device_is_no_file(
    place: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(rm.InputError, match=re.escape(f"{place}: {problem}")):
        check_target(place, overwrite=True)
    assert Path("/dev/null").is_char_device()


def test_a_name_that_is_too_long_is_found_beforehand(tmp_path: Path) -> None:
    with pytest.raises(rm.InputError, match=r"nnn\.nc: cannot be written: File name too long"):
        check_target(tmp_path / ("n" * 250 + ".nc"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
def test_a_folder_that_is_not_writable_is_found_beforehand(study: Study) -> None:
    with pytest.raises(rm.InputError, match=r"/proc/self/result\.nc: cannot be written: "):
        check_target("/proc/self/result.nc")
    with pytest.raises(rm.InputError, match=r"/proc/self/result\.nc: cannot be written: "):
        rm.save("/proc/self/result.nc", baseline=results(study)["baseline"])


def test_the_file_is_readable_by_the_plain_library(study: Study, path: Path) -> None:
    rm.save(path, **results(study))
    with netCDF4.Dataset(path) as file:
        assert file.data_model == "NETCDF4"
        assert file["summary"]["mine"][:].tolist() == list(study.panel.mines)


# --- write_file --------------------------------------------------------------------------------


def test_a_file_is_written_whole_and_replaced_on_request_only(path: Path) -> None:
    write_file(path, b"first")
    with pytest.raises(rm.InputError, match=r"result\.nc: exists already; use --force"):
        write_file(path, b"second")
    assert path.read_bytes() == b"first"
    write_file(path, b"second", overwrite=True)
    assert path.read_bytes() == b"second"
    assert only(path)


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    message = r"result\.nc: could not be written: No space left on device"
    with pytest.raises(rm.RunError, match=message):
        write_file(path, b"content")
    assert list(path.parent.iterdir()) == []


def test_a_check_that_is_interrupted_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch = Path.touch

    def interrupted(path: Path, **options: Any) -> None:
        touch(path, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "touch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check_target(tmp_path / "result.nc")
    assert list(tmp_path.iterdir()) == []
