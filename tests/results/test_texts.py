"""Names of any kind come back whole, and no text can crash a reader."""

import ctypes
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.results.texts import attribute, characters
from recc_mc.study import Study
from tests.results.made_up import results

NC_CHAR = 2


def types_of_attributes(handle: Any) -> dict[str, int]:
    """Types in which the attributes of a group or variable are stored."""
    library = ctypes.CDLL(netCDF4._netCDF4.__file__)
    found = ctypes.c_int()
    types = {}
    for name in handle.ncattrs():
        number = handle._varid if isinstance(handle, netCDF4.Variable) else -1
        code = library.nc_inq_atttype(handle._grpid, number, name.encode(), ctypes.byref(found))
        assert code == 0
        types[name] = found.value
    return types


def test_nothing_in_a_file_is_of_variable_length(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "result.nc"
    saved = results(study)
    attrs = {"title": "白云鄂博 µ 😀", "names": ["ä", "b"], "empty": ""}
    saved["baseline"] = saved["baseline"].assign_attrs(attrs)
    saved["baseline"]["recc"].attrs["comment"] = "№"
    rm.save(path, **saved)
    with netCDF4.Dataset(path) as file:
        handles = [file, *file.groups.values()]
        handles += [v for group in file.groups.values() for v in group.variables.values()]
        for handle in handles:
            for name, kind in types_of_attributes(handle).items():
                assert isinstance(handle.getncattr(name), str) == (kind == NC_CHAR)
        assert all(h.dtype.kind in "fiS" for h in handles if isinstance(h, netCDF4.Variable))
        assert file["baseline"].getncattr("title") == attrs["title"]
        assert file["baseline"].getncattr("names") == "ä\nb"
        assert file["baseline"]["recc"].comment == "№"


@pytest.mark.parametrize("names", [["a", "", "😀é"], ["", ""], ["x" * 300, "白" * 100]])
def test_characters_are_those_of_the_texts(names: list[str]) -> None:
    stored = characters(names)
    assert stored.dtype == "S1"
    assert [b"".join(row).decode() for row in stored.tolist()] == names


def test_numbers_keep_their_type_as_attributes() -> None:
    flags = np.array([1, 2], "int8")
    assert attribute(flags) is flags
    assert attribute(1.5) == 1.5
    assert attribute(np.array(["a", "é"])) == b"a\n\xc3\xa9"


def renamed(data: xr.Dataset, names: list[str]) -> xr.Dataset:
    return data.assign_coords(mine=("mine", names, data["mine"].attrs))


def test_names_stay_whole_where_results_are_put_together_and_written_again(
    study: Study, tmp_path: Path
) -> None:
    base = results(study)["baseline"].drop_dims("other_mine", errors="ignore")[["recc"]]
    names = [["a", "", "b"], ["a much longer name", "白云鄂博", "😀" * 5]]
    loaded = []
    for number, own in enumerate(names):
        rm.save(tmp_path / f"{number}.nc", baseline=renamed(base, own))
        with rm.load(tmp_path / f"{number}.nc") as tree:
            loaded.append(tree["baseline"].to_dataset().load())
    both = xr.concat(loaded, "mine", data_vars="all")
    both.to_netcdf(tmp_path / "plain.nc")
    rm.save(tmp_path / "both.nc", baseline=both)
    with xr.open_dataset(tmp_path / "plain.nc") as plain:
        assert plain["mine"].values.tolist() == [*names[0], *names[1]]
    with xr.open_dataset(tmp_path / "both.nc", group="baseline") as ours:
        assert ours["mine"].values.tolist() == [*names[0], *names[1]]


@pytest.mark.slow
def test_files_that_are_opened_together_crash_no_reader(study: Study, tmp_path: Path) -> None:
    for name in "ab":
        rm.save(tmp_path / f"{name}.nc", **results(study))
    script = """
        import gc, sys
        import xarray as xr
        a, b = sys.argv[1:]
        groups = ("baseline", "samples", "summary", "sensitivity", "comparison")
        for turn in range(25):
            for files in ((a, b), (a, a)):
                for group in groups if turn < 1 else groups[:1]:
                    held = [xr.open_dataset(file, group=group).load() for file in files]
                    assert held[0].mine.values.tolist() == held[1].mine.values.tolist()
                    del held[0]
                    gc.collect()
        print("end")
    """
    files = [str(tmp_path / f"{name}.nc") for name in "ab"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (0, "end\n"), done.stderr
