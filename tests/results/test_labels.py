"""Arrays become datasets only if they are what was declared."""

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from recc_mc.labels.dataset import coordinates
from recc_mc.results.labels import dataset
from recc_mc.results.variables import GROUPS
from recc_mc.study import Study, load_study
from tests.results.made_up import SINGLE, arrays, results

CELL = ("mine", "year")


def test_coordinates_are_those_of_the_study(study: Study) -> None:
    found = {name: coord.values.tolist() for name, coord in coordinates(study).items()}
    assert found["mine"] == list(study.panel.mines) == found["other_mine"]
    assert found["year"] == [2012, 2013]
    assert found["indicator"] == list(study.hierarchy.names)
    assert found["indicator_system"][0] == "support"
    assert found["indicator_criterion"][0] == "water"
    assert found["indicator_long_name"][0] == "Indicator water 0"
    assert found["criterion"] == ["water", "soil", "air", "noise"]
    assert found["criterion_system"] == ["support", "support", "pressure", "pressure"]
    assert found["matrix"] == ["support", "water", "soil", "pressure", "air", "noise"]
    assert found["matrix_size"] == [2, 3, 1, 2, 2, 3]
    assert found["rank_position"] == [1, 2, 3]
    assert found["zone"] == [0, 1, 2, 3]
    assert found["grade"] == list(range(1, 10))
    assert found["quantile"] == list(study.settings.simulation.quantiles)
    direction = dict(zip(found["indicator"], found["indicator_direction"], strict=True))
    assert direction == dict.fromkeys(study.hierarchy.names, 1) | {"air 1": -1}


@pytest.mark.parametrize("group", SINGLE)
def test_a_group_has_its_declared_variables_and_coordinates(study: Study, group: str) -> None:
    data = results(study)[group]
    for name, variable in GROUPS[group].items():
        assert data[name].dims == variable.dims
        assert data[name].dtype == variable.dtype
        assert data[name].attrs["long_name"] == variable.long_name
    assert all(dim in data.coords for dim in data.dims)
    assert data.attrs["title"] == "A test's study"
    assert data.attrs["study"] == study.text


def test_a_class_is_selected_by_its_code(study: Study) -> None:
    groups = results(study)
    zone = groups["baseline"]["zone"].where(groups["baseline"]["zone"] >= 0, 0)
    chance = groups["summary"]["zone_probability"].sel(zone=zone)
    assert chance.dims == CELL
    assert chance["zone_name"].isel(mine=0, year=0).item() in groups["summary"]["zone_name"]


def test_a_statistic_names_its_standard_error(study: Study) -> None:
    summary = results(study)["summary"]
    found = summary["zone_probability"].attrs["ancillary_variables"]
    assert found == "zone_probability_error"
    assert "ancillary_variables" not in summary["zone_probability_error"].attrs
    alone = dataset("summary", study, {"recc_mean": np.zeros((3, 2))})
    assert "ancillary_variables" not in alone["recc_mean"].attrs


def test_samples_are_numbered_from_zero_unless_told_otherwise(study: Study) -> None:
    values = {"recc": np.zeros((3, 2, 4))}
    assert dataset("samples", study, values)["sample"].values.tolist() == [0, 1, 2, 3]
    later = dataset("samples", study, values, coords={"sample": range(8, 12)})
    assert later["sample"].values.tolist() == [8, 9, 10, 11]
    assert later["sample"].attrs["standard_name"] == "realization"


def test_a_dataset_of_the_study_serves_as_origin(study: Study) -> None:
    draws = results(study)["samples"]
    summary = arrays("summary", study)
    coords = {"quantile": study.settings.simulation.quantiles}
    found = dataset("summary", draws, summary, coords=coords)
    xr.testing.assert_identical(
        found.drop_attrs(deep=False), results(study)["summary"].drop_attrs(deep=False)
    )
    assert found.attrs == draws.attrs


def test_arrays_are_neither_copied_nor_computed(study: Study) -> None:
    support = np.zeros((3, 2, 4))
    recc = da.zeros((3, 2, 4), chunks=(3, 2, 2))
    found = dataset("samples", study, {"support": support, "recc": recc})
    assert np.shares_memory(found["support"].values, support)
    assert found["recc"].chunks == recc.chunks


def test_attributes_of_none_are_left_out(study: Study) -> None:
    found = dataset("samples", study, {"recc": np.zeros((3, 2, 4))}, seed=0, note=None)
    assert found.attrs["seed"] == 0
    assert "note" not in found.attrs


def test_the_case_study_is_called_a_reconstruction(study: Study, root: object) -> None:
    builtin = load_study(f"{root}/configs/minimal.toml")
    shape = (len(builtin.panel.mines), len(builtin.panel.years))
    found = dataset("baseline", builtin, {"recc": np.zeros(shape)})
    assert "calibrated reconstruction" in found.attrs["comment"]
    assert "comment" not in results(study)["baseline"].attrs


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("speed", np.zeros((3, 2)), "baseline/speed: no such variable is declared"),
        ("recc", np.zeros((2, 3)), r"shape \(2, 3\), expected \(mine 3, year 2\)"),
        ("recc", np.zeros((3, 2), np.float32), "type float32, expected float64"),
        ("zone", np.zeros((3, 2), np.int64), "type int64, expected int8"),
        ("rank", np.zeros((3, 2)), "type float64, expected int16 or int32"),
    ],
)
def test_what_was_not_declared_is_refused(
    study: Study, name: str, array: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        dataset("baseline", study, {name: array})


def test_all_problems_are_named_together(study: Study) -> None:
    wrong = {"support": np.zeros((3, 2, 4)), "recc": np.zeros((3, 2, 5)), "weight": np.zeros(4)}
    with pytest.raises(ValueError, match=r"(?s)samples/recc: .*samples/weight: "):
        dataset("samples", study, wrong)


def test_a_coordinate_nobody_knows_is_asked_for(study: Study) -> None:
    values = {"variance": np.zeros((6, 3, 2))}
    with pytest.raises(ValueError, match="sensitivity/variance: coordinate output is missing"):
        dataset("sensitivity", study, values)
