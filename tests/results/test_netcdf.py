"""What is saved comes back, and anybody can read it."""

import re
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import netCDF4
import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.results import encoding
from recc_mc.results.labels import dataset
from recc_mc.results.variables import COORDINATES, GROUPS
from recc_mc.study import Study, load_study
from tests.results.made_up import SEED, SINGLE, arrays, results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "result.nc"


def read(path: Path) -> dict[str, xr.Dataset]:
    """All groups, in memory."""
    with rm.load(path) as tree:
        return {name: node.to_dataset().load() for name, node in tree.children.items()}


def without_history(data: xr.Dataset) -> xr.Dataset:
    found = data.copy()
    del found.attrs["history"]
    return found


def test_a_round_trip_in_full_precision_changes_nothing(study: Study, path: Path) -> None:
    saved = results(study)
    rm.save(path, **saved, dtype="float64")
    found = read(path)
    assert list(found) == SINGLE
    for name, data in saved.items():
        # The deterministic result gets the seed of the file it was saved in.
        expected = data.assign_attrs(seed=SEED)
        xr.testing.assert_identical(without_history(found[name]), expected)
        assert {n: v.dtype for n, v in found[name].data_vars.items()} == {
            n: v.dtype for n, v in data.data_vars.items()
        }


def test_only_floats_per_sample_are_rounded(study: Study, path: Path) -> None:
    saved = results(study)
    rm.save(path, **saved)
    found = read(path)
    for group, data in saved.items():
        for name, variable in GROUPS[group].items():
            dtype = "float32" if variable.per_sample else variable.dtype
            assert found[group][name].dtype == dtype
            np.testing.assert_array_equal(found[group][name], data[name].values.astype(dtype))
    rounded = {name for name, variable in GROUPS["samples"].items() if variable.per_sample}
    further = {"criterion_score", "coupling", "coordination_index", "coordination", "fuzzy_score"}
    always = {"support", "pressure", "recc", "weight", "consistency_ratio", "repair"}
    assert rounded == always | further


def test_saved_samples_can_be_saved_again(study: Study, path: Path) -> None:
    rm.save(path, **results(study))
    again = path.with_name("again.nc")
    with rm.load(path) as tree:
        rm.save(again, samples=tree["samples"].to_dataset())
    first, second = read(path)["samples"], read(again)["samples"]
    xr.testing.assert_identical(without_history(first), without_history(second))
    lines = second.attrs["history"].splitlines()
    assert len(lines) == 2
    assert lines[0] == first.attrs["history"]


@pytest.mark.parametrize("group", SINGLE)
def test_every_group_opens_by_itself(study: Study, path: Path, group: str) -> None:
    rm.save(path, **results(study))
    with xr.open_dataset(path, group=group) as data:
        for dim in data.dims:
            assert dim in data.coords
        if group == "tolerance":
            # Of conclusions, each about a mine of a single year.
            assert data["conclusion_mine"].values.tolist() == ["Mine 0", "Mine 0"]
            return
        if group == "target":
            assert data["target_mine"].values.tolist() == ["Mine 0", "Mine 1"]
            return
        assert data["mine"].values.tolist() == list(study.panel.mines)
        if group == "assumptions":
            return
        assert data["recc" if group in ("baseline", "samples") else "year"].notnull().any()


def test_undefined_classes_read_as_missing_and_load_as_codes(study: Study, path: Path) -> None:
    saved = results(study)["baseline"]
    rm.save(path, baseline=saved)
    missing = saved["rank"] == -1
    assert missing.any()
    with xr.open_dataset(path, group="baseline") as data:
        xr.testing.assert_equal(data["rank"].isnull(), missing)
    assert (read(path)["baseline"]["rank"] == -1).equals(missing)


def test_the_root_tells_where_the_result_comes_from(study: Study, path: Path) -> None:
    rm.save(path, **results(study), command="recc-mc simulate 'a study.toml'")
    with netCDF4.Dataset(path) as file:
        root = {name: file.getncattr(name) for name in file.ncattrs()}
        assert all(not group.ncattrs() for group in file.groups.values())
    assert root["Conventions"] == "CF-1.11, ACDD-1.3"
    assert root["title"] == "A test's study"
    assert "3 mines, 2012 to 2013, 9 indicators" in root["summary"]
    assert root["seed"] == SEED
    assert root["study"] == study.text
    assert root["study_digest"] == study.digest
    assert "10.1038/s41598-022-10105-2" in root["references"]
    for name in ("recc_mc 0", "Python 3", "numpy ", "numba ", "xarray ", "dask ", "SALib "):
        assert name in root["source"]
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: recc-mc simulate 'a study\.toml'"
    assert re.fullmatch(stamp, root["history"])
    assert "comment" not in root


def test_the_file_of_the_case_study_is_called_a_reconstruction(path: Path, root: Path) -> None:
    study = load_study(root / "configs" / "minimal.toml")
    shape = (len(study.panel.mines), len(study.panel.years))
    rm.save(path, baseline=dataset("baseline", study, {"recc": np.ones(shape)}))
    with netCDF4.Dataset(path) as file:
        assert "calibrated reconstruction" in file.comment
        assert file.summary.startswith("Resource and environmental")


def test_a_group_keeps_what_differs_from_the_file(study: Study, path: Path) -> None:
    saved = results(study)
    saved["sensitivity"] = saved["sensitivity"].assign_attrs(seed=7, method="sobol")
    rm.save(path, **saved)
    found = read(path)
    assert found["samples"].attrs["seed"] == SEED
    assert found["sensitivity"].attrs["seed"] == 7
    assert found["sensitivity"].attrs["method"] == "sobol"
    assert "method" not in found["samples"].attrs


def test_variables_follow_the_conventions(study: Study, path: Path) -> None:
    rm.save(path, **results(study))
    with netCDF4.Dataset(path) as file:
        for name, group in file.groups.items():
            for variable in group.variables.values():
                check_attributes(variable, name)


def check_attributes(variable: Any, group: str) -> None:
    attrs = {name: variable.getncattr(name) for name in variable.ncattrs()}
    assert attrs["long_name"]
    if variable.name in COORDINATES and variable.name not in GROUPS[group]:
        assert "_FillValue" not in attrs
    if variable.dtype == "S1":
        return
    # In the units of an indicator, which differ, or of what is done to one.
    various = variable.name.startswith(("goalpost", "value", "effect"))
    assert "units" in attrs or "flag_meanings" in attrs or various
    for name in ("flag_values", "valid_min", "valid_range", "_FillValue"):
        if name in attrs:
            assert np.asarray(attrs[name]).dtype == variable.dtype
    if variable.name in ("zone", "grade", "rank") and variable.ndim > 1:
        assert attrs["_FillValue"] == -1


def test_series_of_one_cell_are_contiguous(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "SAMPLES_PER_CHUNK", 20)
    rm.save(path, samples=results(study)["samples"])
    with netCDF4.Dataset(path) as file:
        group = file["samples"]
        assert group["recc"].chunking() == [1, 1, 20]
        assert group["zone"].chunking() == [1, 1, 20]
        assert group["weight"].chunking() == [1, 20]
        filters = group["recc"].filters()
        assert (filters["zlib"], filters["complevel"], filters["shuffle"]) == (True, 1, True)


def test_few_samples_make_one_chunk_and_compression_can_be_left_out(
    study: Study, path: Path
) -> None:
    rm.save(path, samples=results(study)["samples"], compression="none")
    with netCDF4.Dataset(path) as file:
        assert file["samples"]["recc"].chunking() == [1, 1, 50]
        assert not file["samples"]["recc"].filters()["zlib"]


def test_chunks_of_large_panels_fit_in_memory(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = results(study)["samples"]
    monkeypatch.setattr(encoding, "BYTES_PER_CHUNK", 10_000)
    rm.save(path, samples=samples)
    with netCDF4.Dataset(path) as file:
        length = file["samples"]["recc"].chunking()[-1]
    drawn = [array for array in samples.data_vars.values() if "sample" in array.dims]
    assert 1 < length < 50
    assert sum(array.nbytes for array in drawn) / 50 * length <= 10_000


# --- dask --------------------------------------------------------------------------------------


def as_dask(data: xr.Dataset, chunks: Any) -> xr.Dataset:
    return data.chunk(sample=chunks)


@pytest.mark.parametrize("chunks", [50, 7, (1, 48, 1), (3, 30, 17)])
@pytest.mark.parametrize("cpus", [1, 3])
@pytest.mark.parametrize("length", [8, 20_000])
def test_dask_samples_make_the_same_file(
    study: Study,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chunks: Any,
    cpus: int,
    length: int,
) -> None:
    monkeypatch.setattr(dask.system, "CPU_COUNT", cpus)
    monkeypatch.setattr(encoding, "SAMPLES_PER_CHUNK", length)
    saved = results(study)["samples"]
    rm.save(path, samples=as_dask(saved, chunks), dtype="float64")
    xr.testing.assert_equal(read(path)["samples"], saved)


def test_blocks_are_computed_once_and_a_few_at_a_time(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask.system, "CPU_COUNT", 1)
    monkeypatch.setattr(encoding, "SAMPLES_PER_CHUNK", 8)
    computed: list[int] = []
    together: list[int] = []

    def block(block_info: Any = None) -> np.ndarray:
        start, stop = block_info[None]["array-location"][-1]
        computed.append(start)
        return np.full((3, 2, stop - start), float(start))

    support = da.map_blocks(block, chunks=((3,), (2,), (10,) * 5), dtype=float, meta=np.empty(0))
    aligned = encoding._aligned

    def watched(*arguments: Any) -> Any:
        for start, data in aligned(*arguments):
            together.append(len(computed))
            assert start % 8 == 0
            yield start, data

    monkeypatch.setattr(encoding, "_aligned", watched)
    # Two variables of one task: a block is computed for both at once.
    values = {"support": support, "pressure": support + 1}
    rm.save(path, samples=dataset("samples", study, values))
    assert sorted(computed) == [0, 10, 20, 30, 40]
    assert together == [1, 2, 3, 4, 5]
    found = read(path)["samples"]
    assert found["support"][0, 0].values.tolist() == np.repeat(np.arange(0, 50, 10), 10).tolist()
    assert found["pressure"][2, 1, -1] == 41


def test_variables_of_other_chunks_are_streamed_together(study: Study, path: Path) -> None:
    saved = results(study)["samples"]
    mixed = saved.assign(
        {name: saved[name].chunk(sample=size) for name, size in (("recc", 7), ("weight", 20))}
    )
    rm.save(path, samples=mixed, dtype="float64")
    xr.testing.assert_equal(read(path)["samples"], saved)


def test_dask_arrays_without_samples_are_written_whole(study: Study, path: Path) -> None:
    saved = results(study)["samples"]
    rm.save(path, samples=saved.chunk(), dtype="float64")
    xr.testing.assert_equal(read(path)["samples"], saved)


def test_an_error_of_a_computation_is_not_called_an_error_of_the_file(
    study: Study, path: Path
) -> None:
    def fail(block: np.ndarray) -> np.ndarray:
        raise RuntimeError("matrix water: no draw was accepted")

    broken = da.zeros((3, 2, 4), chunks=2).map_blocks(fail, meta=np.empty(0))
    with pytest.raises(RuntimeError, match="no draw was accepted"):
        rm.save(path, samples=dataset("samples", study, {"recc": broken}))
    assert list(path.parent.iterdir()) == []


# --- load --------------------------------------------------------------------------------------


def test_large_samples_are_loaded_as_dask_arrays(
    study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rm.save(path, **results(study))
    with rm.load(path) as tree:
        assert tree["samples"]["recc"].chunks is None
    monkeypatch.setattr("recc_mc.results.netcdf.DASK_ABOVE_BYTES", 10_000)
    with rm.load(path) as tree:
        assert tree["samples"]["recc"].chunks == ((3,), (2,), (50,))
        assert tree["samples"]["obstacle_mean"].chunks is None
        assert tree["summary"]["recc_mean"].chunks is None


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(rm.InputError, match=re.escape(f"{path}: no such file")):
        rm.load(path)


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    path.write_text("mine,year\n")
    with pytest.raises(rm.InputError, match=re.escape(f"{path}: not a NetCDF-4 file")):
        rm.load(path)


def test_a_file_without_results_is_refused(path: Path) -> None:
    xr.Dataset({"x": ("y", [1])}).to_netcdf(path)
    with pytest.raises(rm.InputError, match=re.escape(f"{path}: holds no results")):
        rm.load(path)


def test_a_file_of_some_groups_is_loaded(study: Study, path: Path) -> None:
    rm.save(path, summary=results(study)["summary"])
    assert list(read(path)) == ["summary"]


# --- arguments ---------------------------------------------------------------------------------


def test_nothing_to_save_is_an_error(path: Path) -> None:
    with pytest.raises(rm.InputError, match="no results were given"):
        rm.save(path)


def test_results_of_different_studies_are_not_mixed(study: Study, path: Path) -> None:
    saved = results(study)
    saved["summary"] = saved["summary"].assign_attrs(study_digest="another")
    with pytest.raises(rm.InputError, match="results of different studies"):
        rm.save(path, **saved)


def test_a_result_in_the_wrong_place_is_refused(study: Study, path: Path) -> None:
    with pytest.raises(rm.InputError, match="baseline: recc_mean is not a variable of this group"):
        rm.save(path, baseline=results(study)["summary"])
    assert not path.exists()


def test_dimensions_are_those_declared(study: Study, path: Path) -> None:
    turned = results(study)["samples"].transpose("sample", ...)
    with pytest.raises(rm.InputError) as caught:
        rm.save(path, samples=turned)
    expected = "has dimensions ('sample', 'mine', 'year'), expected ('mine', 'year', 'sample')"
    assert f"save: samples: recc {expected}" in caught.value.problems


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"dtype": "float16"}, 'dtype: must be "float32" or "float64", got \'float16\''),
        ({"compression": "zstd"}, 'compression: must be "zlib" or "none", got \'zstd\''),
    ],
)
def test_unknown_encodings_are_refused(
    study: Study, path: Path, choice: dict[str, Any], message: str
) -> None:
    with pytest.raises(rm.InputError, match=message):
        rm.save(path, baseline=results(study)["baseline"], **choice)


def test_saving_does_not_change_what_is_saved(study: Study, path: Path) -> None:
    saved, untouched = results(study), results(study)
    rm.save(path, **saved)
    for name, data in saved.items():
        xr.testing.assert_identical(data, untouched[name])
        np.testing.assert_equal(
            {n: a.values for n, a in data.data_vars.items()}, arrays(name, study)
        )


def test_draws_of_two_runs_put_together_are_not_saved_as_one(study: Study, path: Path) -> None:
    draws = results(study)["samples"]
    both = xr.concat(
        [draws] * 2, "sample", data_vars="minimal", coords="minimal", compat="override"
    )
    with pytest.raises(rm.InputError, match="sample 0 is there twice; save the draws of one run"):
        rm.save(path, samples=both)
