"""A file that is not as it was written is refused in one sentence, or says the same."""

import os
import random
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.study import Study
from tests.faults.contents import plain
from tests.results.made_up import results

FLIPS = 500


@pytest.fixture
def path(study: Study, tmp_path: Path) -> Path:
    rm.save(tmp_path / "result.nc", **results(study))
    return tmp_path / "result.nc"


def said(path: Path) -> object:
    """All that a file says; a sentence if it is refused."""
    try:
        with rm.load(path) as tree:
            found: list[object] = [tree.attrs]
            for name, node in tree.children.items():
                data = node.to_dataset()
                found.append((name, data.attrs, dict(data.sizes)))
                for key, variable in data.variables.items():
                    values = variable.values
                    kept = values.tolist() if values.dtype == object else plain(values)
                    found.append((key, variable.dims, repr(variable.attrs), kept))
            return found
    except rm.InputError as error:
        return str(error)


def flip(path: Path, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def test_no_flipped_bit_changes_what_is_read(path: Path) -> None:
    expected = said(path)
    assert isinstance(expected, list)
    chance = random.Random("flips")
    refused = 0
    for _ in range(FLIPS):
        bit = chance.randrange(8 * path.stat().st_size)
        flip(path, bit)
        found = said(path)
        assert found == expected or (isinstance(found, str) and "\n" not in found)
        refused += isinstance(found, str)
        flip(path, bit)
    assert refused > 0.9 * FLIPS
    assert said(path) == expected


def test_every_variable_has_a_checksum_of_its_own(path: Path) -> None:
    with netCDF4.Dataset(path) as file:
        for group in file.groups.values():
            for name, variable in group.variables.items():
                assert variable.filters()["fletcher32"], name


@pytest.mark.slow
def test_damage_of_the_seal_itself_hides_nothing(path: Path) -> None:
    expected = said(path)
    end = 8 * path.stat().st_size
    for bit in range(end - 24 * 8 + 3, end, 8):
        flip(path, bit)
        found = said(path)
        assert found == expected or "is damaged" in str(found)
        flip(path, bit)


def test_samples_that_are_damaged_are_named_where_they_are_read(path: Path) -> None:
    with netCDF4.Dataset(path, "a") as file:
        # Written again without compression, their bytes can be found. The seal is gone.
        variable = file["samples"].createVariable(
            "extra", "f8", ("mine", "year", "sample"), fletcher32=True
        )
        shape = variable.shape
        marked = np.arange(np.prod(shape)).reshape(shape) + 0.123
        variable[...] = marked
    place = path.read_bytes().index(marked.tobytes()[:64])
    flip(path, 8 * (place + 100))
    with (
        rm.load(path) as tree,
        pytest.raises(rm.InputError, match=r"result\.nc: is damaged at samples/extra"),
    ):
        tree["samples"]["extra"].load()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(
    path: Path, share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    os.truncate(path, int(share * path.stat().st_size))
    refused(path, capsys)


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the commands that read say of a file: one sentence each."""
    report = path.with_name("report.html")
    for command in (["report", path, "-o", report], ["compare", path, path]):
        assert main([str(word) for word in command]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"error: {path}: ")
        assert err.count("\n") == 1
        assert "defect" not in err
    assert not report.exists()
    return err


def test_files_of_others_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.nc"
    path.write_text("mine,year\n")
    assert "not a NetCDF-4 file" in refused(path, capsys)
    xr.Dataset({"x": ("y", [1.0])}).to_netcdf(path)
    assert "holds no results" in refused(path, capsys)
    xr.Dataset({"recc": ("y", [1.0])}).to_netcdf(path, group="summary")
    assert "holds no results" in refused(path, capsys)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(5000))
    assert "is damaged" in refused(path, capsys)


def test_a_file_of_a_newer_version_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with netCDF4.Dataset(path, "a") as file:
        file.recc_mc_format = 99
    assert "was written by a newer recc_mc (format 99; " in refused(path, capsys)


def test_a_group_that_is_none_of_ours_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with netCDF4.Dataset(path, "w") as file:
        file.recc_mc_format = 2
        group = file.createGroup("summary")
        group.createDimension("x", 2)
        group.createVariable("recc_mean", "f8", ("x",))
    assert "summary/recc_mean: is damaged, or no result" in refused(path, capsys)


def test_a_file_that_another_program_has_changed_is_read(path: Path) -> None:
    with netCDF4.Dataset(path, "a") as file:
        file.setncattr("note", "mine")
    with rm.load(path) as tree:
        assert tree.attrs["note"] == "mine"
