"""A study at many values of its settings."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

import recc_mc as rm
from recc_mc.kernels.chain import run_block
from recc_mc.results.variables import GROUPS
from recc_mc.sweeps.sweep import OUTPUTS
from tests.strategies import small_study
from tests.sweeps import toys

CV = "uncertainty.data.cv"
UNCERTAINTY = {
    "judgments": {"sigma": 0.3},
    "data": {"cv": 0.1, "systematic_cv": 0.05},
    "method": {"ahp_share": {"low": 0.3, "high": 0.7}},
}


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(uncertainty=UNCERTAINTY, simulation={"seed": 3}).load()


@pytest.fixture(scope="module")
def swept(study: rm.Study) -> xr.Dataset:
    vary = {CV: [0.0, 0.1, 0.2], "method.aggregation": ["linear", "geometric"]}
    return rm.sweep(study, vary, samples=3000)


def test_keys_are_dimensions_before_those_of_the_statistics(swept: xr.Dataset) -> None:
    assert swept["recc_quantile"].dims == ("cv", "aggregation", "mine", "year", "quantile")
    assert swept["cv"].values.tolist() == [0.0, 0.1, 0.2]
    assert swept["aggregation"].values.tolist() == ["linear", "geometric"]
    assert swept["cv"].attrs["key"] == CV
    assert (swept.attrs["seed"], swept.attrs["samples"]) == (3, 3000)
    assert set(OUTPUTS) <= set(swept.data_vars) <= set(GROUPS["sweep"])
    for name in swept:
        if str(name).endswith("_probability"):
            assert f"{name}_error" in swept
            assert swept[name].attrs["ancillary_variables"] == f"{name}_error"


def test_a_point_with_all_factors_is_the_simulation_of_its_study(
    study: rm.Study, swept: xr.Dataset
) -> None:
    for aggregation in ("linear", "geometric"):
        other = study.replace({CV: 0.2, "method.aggregation": aggregation})
        expected = rm.simulate(other, samples=3000, keep="summary")
        point = swept.sel(cv=0.2, aggregation=aggregation, drop=True)
        for name in point:
            np.testing.assert_array_equal(point[name], expected[name], str(name))


def test_probabilities_are_those_of_the_closed_form() -> None:
    sizes = np.array([0.05, 0.1, 0.2])
    found = rm.sweep(toys.load(), {CV: sizes}, samples=40_000, seed=1)
    found = found.sel(mine="A", year=2020)
    expected = ndtr(np.log(1.2) / np.sqrt(2 * np.log1p(sizes**2)))
    assert expected[1] == pytest.approx(1 - 0.09810556, abs=1e-8)
    apart = np.abs(found["overload_probability"] - expected)
    assert (apart < 4 * found["overload_probability_error"]).all()


def test_where_an_error_vanishes_the_other_factors_keep_their_draws(study: rm.Study) -> None:
    vary = {CV: [0.0, 0.1], "uncertainty.data.systematic_cv": [0.0, 0.05]}
    names = ["share_accepted", "weight_ahp_mean", "weight_ahp_std"]
    found = rm.sweep(study, vary, outputs=names, samples=2000)
    for name in names:
        same = found[name].isel(cv=-1, systematic_cv=-1)
        assert (found[name] == same).all(), name
    alone = rm.summarize(rm.simulate(study, samples=2000))
    np.testing.assert_array_equal(found["weight_ahp_mean"][1, 1], alone["weight_ahp_mean"])


def test_without_any_uncertainty_all_draws_are_the_baseline(study: rm.Study) -> None:
    found = rm.sweep(study, {"uncertainty": [{"data": {"cv": 0.0}}, {"data": {"cv": 0.1}}]},
                     samples=500)  # fmt: skip
    assert found["uncertainty"].values.tolist() == [
        "{ data = { cv = 0.0 } }",
        "{ data = { cv = 0.1 } }",
    ]
    np.testing.assert_array_equal(found["recc_mean"][0], rm.evaluate(study)["recc"])
    assert (found["recc_std"][1] > 0).all()


def test_no_chunk_and_no_scheduler_changes_a_bit(study: rm.Study) -> None:
    vary = {CV: [0.05, 0.1]}
    expected = rm.sweep(study, vary, samples=5000)
    for options in ({"chunk": 1024}, {"scheduler": "synchronous"}, {"scheduler": "processes"}):
        other = rm.sweep(study, vary, samples=5000, **options)  # type: ignore[arg-type]
        xr.testing.assert_identical(expected, other)


def test_other_values_and_keys_leave_the_numbers_of_a_point_as_they_are(
    study: rm.Study, swept: xr.Dataset
) -> None:
    other = rm.sweep(study, {"method.clip": [False], CV: [0.15, 0.1]}, samples=3000)
    point = other.sel(cv=0.1, clip="false", drop=True)
    xr.testing.assert_equal(point, swept.sel(cv=0.1, aggregation="linear", drop=True))


def test_no_kernel_is_compiled_for_a_point(study: rm.Study) -> None:
    before = len(run_block.signatures)
    rm.sweep(study, {CV: [0.01, 0.03], "method.clip": [False]}, samples=100)
    assert len(run_block.signatures) == before


def test_a_sweep_comes_back_from_its_file(swept: xr.Dataset, tmp_path: Path) -> None:
    rm.save(tmp_path / "result.nc", sweep=swept)
    with rm.load(tmp_path / "result.nc") as tree:
        found = tree["sweep"].to_dataset()
        xr.testing.assert_equal(found, swept)
        assert found["cv"].attrs == swept["cv"].attrs


def test_dimensions_that_nobody_swept_are_refused(swept: xr.Dataset, tmp_path: Path) -> None:
    other = swept.rename(cv="size")
    other["size"].attrs.pop("key")
    with pytest.raises(rm.InputError, match=r"save: sweep: recc_baseline has dimensions"):
        rm.save(tmp_path / "result.nc", sweep=other)


def test_outputs_are_those_that_are_asked_for(study: rm.Study) -> None:
    found = rm.sweep(study, {CV: [0.1]}, outputs="zone_flip_probability", samples=100)
    assert set(found.data_vars) == {"zone_flip_probability", "zone_flip_probability_error"}
    more = rm.sweep(study, {CV: [0.1]}, outputs=["obstacle_quantile"], samples=100)
    assert more["obstacle_quantile"].dims == ("cv", "mine", "year", "indicator", "quantile")


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [
        ([], "outputs: must name at least one variable, got none"),
        (
            ["overlaod_probability"],
            'outputs: the summary has no variable "overlaod_probability"; did you mean '
            '"overload_probability"?',
        ),
        ([3], "outputs: the summary has no variable 3"),
    ],
)
def test_outputs_that_there_are_not(study: rm.Study, outputs: Any, problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, {CV: [0.1]}, outputs=outputs, samples=10)
    assert str(caught.value).startswith(problem)


def test_a_study_of_one_year_has_no_statistics_of_trends() -> None:
    with pytest.raises(rm.InputError, match="recc_change_mean is none of the statistics of this"):
        rm.sweep(toys.load(), {CV: [0.1]}, outputs=["recc_change_mean"], samples=10)


def test_an_unknown_key_is_said_as_replace_says_it(study: rm.Study) -> None:
    with pytest.raises(rm.InputError) as expected:
        study.replace({"uncertainty.data.cvv": 0.1})
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, {"uncertainty.data.cvv": [0.1, 0.2]})
    assert str(caught.value) == str(expected.value)
    assert 'unknown key; did you mean "cv"?' in str(caught.value)


def test_values_that_the_study_refuses_are_named(study: rm.Study) -> None:
    vary = {CV: [-0.1, 0.1, -0.2], "method.precision": ["double", "tripel"]}
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, vary)
    assert [problem.partition(": ")[2] for problem in caught.value.problems] == [
        f"{CV}: must be >= 0, got -0.1",
        'method.precision: must be "double" or "single", got "tripel"',
        f"{CV}: must be >= 0, got -0.2",
    ]


def test_what_no_combination_of_values_allows_is_said_of_the_combination(study: rm.Study) -> None:
    vary = {"method.precision": ["double", "single"], "method.aggregation": ["linear", "geometric"]}
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, vary)
    (problem,) = caught.value.problems
    assert problem.endswith(' (at method.aggregation = "geometric")')


def test_a_panel_of_other_mines_is_no_point_of_the_sweep(tmp_path: Path) -> None:
    path = small_study().write(tmp_path)
    panel = tmp_path / "panel.csv"
    (tmp_path / "other.csv").write_text(panel.read_text().replace("Mine 1", "Mine 9"))
    study = rm.load_study(path)
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, {"study.panel": ["panel.csv", "other.csv"]}, samples=10)
    assert str(caught.value) == (
        f"{path}: the points of a sweep have the mines of the study, got others "
        '(at study.panel = "other.csv")'
    )


def test_too_large_a_grid_is_refused(study: rm.Study) -> None:
    vary = {CV: np.linspace(0, 0.2, 101), "method.ahp_share": np.linspace(0, 1, 101)}
    with pytest.raises(rm.InputError, match="the grid has 10,201 points, more than 10,000"):
        rm.sweep(study, vary)


def test_all_wrong_arguments_come_together(study: rm.Study) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.sweep(study, {CV: []}, samples=0, seed=-1, scheduler="thraeds")
    places = [problem.partition(":")[0] for problem in caught.value.problems]
    assert places == ["vary", "scheduler", "samples", "seed"]


def test_a_point_without_values_is_named() -> None:
    judgments = {"sigma": 0.1, "consistency": "reject", "cr_limit": 0.008}
    study = small_study(uncertainty={"judgments": judgments}).load()
    with pytest.raises(
        rm.RunError, match=r"^at uncertainty\.judgments\.sigma = 5.0: matrix .*: no"
    ):
        rm.sweep(study, {"uncertainty.judgments.sigma": [0.0, 5.0]}, samples=100)


def test_what_holds_at_some_points_only_is_warned_of_with_them(study: rm.Study) -> None:
    vary = {"method.ahp_share": [0.5, 0.9]}
    with pytest.warns(rm.StudyWarning) as caught:
        rm.sweep(study, vary, samples=10)
    at_all, at_one = (str(one.message) for one in caught)
    assert at_all == (
        "method.ahp_share: moves the baseline only, as uncertainty.method.ahp_share says what is "
        "drawn; vary that key, or leave it out"
    )
    assert at_one.startswith("uncertainty.method.ahp_share: 0.3 to 0.7 leaves out")
    assert at_one.endswith(" (at method.ahp_share = 0.9)")


def test_what_is_true_of_the_study_itself_is_not_said_again(study: rm.Study) -> None:
    held = study.replace({"uncertainty.method": None})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rm.sweep(held, {"method.ahp_share": [0.4, 0.9]}, samples=10)


def test_a_study_stays_as_it_is(study: rm.Study) -> None:
    before = study.digest
    rm.sweep(study, {CV: [0.3]}, samples=10)
    assert study.digest == before
