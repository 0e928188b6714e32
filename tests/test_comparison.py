"""Two results side by side: differences, their standard errors, and what is not compared."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.results.variables import GROUPS
from tests.strategies import StudyFiles, small_study

CELL = {"mine": 1, "year": 2}


def files(cv: float = 0.05, **changes: object) -> StudyFiles:
    study = small_study(uncertainty_judgments={"sigma": 0.2}, uncertainty_data={"cv": cv})
    return replace(study, **changes)  # type: ignore[arg-type]


def simulated(study: StudyFiles, seed: int = 1, samples: int = 2000) -> xr.Dataset:
    return rm.simulate(study.load(), samples=samples, seed=seed)


@pytest.fixture(scope="module")
def near() -> xr.Dataset:
    return simulated(files(0.05))


@pytest.fixture(scope="module")
def far() -> xr.Dataset:
    return simulated(files(0.06))


def differences(found: xr.Dataset) -> list[str]:
    return [str(name) for name in found if str(name).endswith("_difference")]


def test_a_result_against_itself_is_exactly_zero(near: xr.Dataset) -> None:
    found = rm.compare(near, near)
    declared = {name for name in GROUPS["comparison"] if not name.startswith("scenario_")}
    assert set(found.data_vars) == declared
    for name in differences(found):
        assert (found[name] == 0).all(), name
        assert (found.get(f"{name}_error", xr.DataArray(0.0)) == 0).all(), name


def test_differences_are_those_of_the_summaries(near: xr.Dataset, far: xr.Dataset) -> None:
    found, a, b = rm.compare(near, far), rm.summarize(near), rm.summarize(far)
    for name in ("recc_mean", "support_quantile", "overload_probability", "rank_probability"):
        xr.testing.assert_equal(found[name].sel(result="A", drop=True), a[name].drop_attrs())
        expected = b[name].values - a[name].values
        np.testing.assert_array_equal(found[f"{name}_difference"], expected)
    base = far["recc_baseline"].values - near["recc_baseline"].values
    np.testing.assert_array_equal(found["recc_baseline_difference"], base)


@pytest.mark.slow
def test_common_random_numbers_make_errors_much_smaller_and_they_cover() -> None:
    studies = files(0.05), files(0.06)
    names = ("recc_mean", "recc_quantile", "zone_probability")
    found: dict[str, list[xr.DataArray]] = {name: [] for name in names}
    for seed in range(40):
        found_one = rm.compare(*(simulated(study, seed, 1000) for study in studies))
        assert found_one.attrs["errors"] == "paired"
        for name in names:
            found[name].append(found_one[[f"{name}_difference", f"{name}_difference_error"]])
    other = rm.compare(simulated(studies[0], 1, 1000), simulated(studies[1], 2, 1000))
    assert other.attrs["errors"] == "independent"
    for name in names:
        runs = xr.concat(found[name], "run")
        difference, error = runs[f"{name}_difference"], runs[f"{name}_difference_error"]
        claimed = float((error**2).mean() ** 0.5)
        assert claimed == pytest.approx(
            float((difference.var("run", ddof=1)).mean() ** 0.5), rel=0.2
        )
        unpaired = float((other[f"{name}_difference_error"] ** 2).mean() ** 0.5)
        assert claimed < unpaired / 2, name


def test_errors_of_independent_results_add_in_squares(near: xr.Dataset) -> None:
    other = simulated(files(0.05), seed=2)
    a, b = rm.summarize(near), rm.summarize(other)
    with_draws, without = rm.compare(near, other), rm.compare(a, b)
    for found in (with_draws, without):
        assert found.attrs["errors"] == "independent"
        for name in ("overload_probability", "grade_probability", "recc_mean"):
            expected = np.hypot(a[f"{name}_error"], b[f"{name}_error"])
            np.testing.assert_allclose(
                found[f"{name}_difference_error"], expected, rtol=1e-3, atol=1e-15
            )
    assert with_draws.attrs["errors_comment"] == "the seeds differ"
    assert without.attrs["errors_comment"] == "a result keeps no samples"
    # Quantiles of a summary alone do not tell how precise they are.
    assert without["recc_quantile_difference_error"].isnull().all()
    assert (with_draws["recc_quantile_difference_error"] > 0).all()


def test_other_numbers_of_samples_are_not_paired(near: xr.Dataset) -> None:
    found = rm.compare(near, near.isel(sample=slice(1500)))
    assert found.attrs["errors"] == "independent"
    assert found.attrs["errors_comment"] == "the numbers of samples differ"


def test_only_mines_and_years_of_both_are_compared(near: xr.Dataset) -> None:
    study = files()
    mines = ("another mine", *study.mines[1:])
    years = (*study.years[:2], 1999)
    found = rm.compare(near, simulated(replace(study, mines=mines, years=years)))
    assert found["mine"].values.tolist() == list(study.mines[1:])
    assert found["year"].values.tolist() == list(study.years[:2])
    for name in (f"{study.mines[0]} (only in A)", "another mine (only in B)", "1999 (only in B)"):
        assert name in found.attrs["left_out"]
    # A rank among other mines is another thing.
    assert "rank_probability" not in found
    assert "zone_probability" in found


def test_mines_in_another_order_are_matched_by_name(near: xr.Dataset) -> None:
    summary = rm.summarize(near)
    found = rm.compare(summary, summary.isel(mine=[2, 0, 1]))
    assert float(np.abs(found["recc_mean_difference"]).max()) == 0
    assert "rank_probability" in found


def test_quantiles_of_both_are_compared(near: xr.Dataset) -> None:
    summary = rm.summarize(near)
    found = rm.compare(summary, summary.sel(quantile=[0.25, 0.5]))
    assert found["quantile"].values.tolist() == [0.25, 0.5]
    assert "quantile" not in rm.compare(summary.sel(quantile=[0.25]), summary.sel(quantile=[0.5]))


def test_baselines_alone_have_no_errors() -> None:
    a, b = (rm.evaluate(small_study(seed).load()) for seed in (1, 2))
    found = rm.compare(a, b)
    assert found.attrs["errors"] == "none"
    assert set(differences(found)) == {
        f"{x}_baseline_difference" for x in ("support", "pressure", "recc")
    }
    np.testing.assert_array_equal(
        found["recc_baseline_difference"], b["recc"].values - a["recc"].values
    )


def test_draws_that_are_undefined_leave_numbers(near: xr.Dataset) -> None:
    holes = near.copy(deep=True)
    holes["recc"][CELL | {"sample": slice(0, 2000, 2)}] = np.nan
    for name in ("zone", "grade", "rank"):
        holes[name][CELL | {"sample": slice(0, 2000, 2)}] = -1
    found = rm.compare(near, holes)
    for name in ("recc_mean", "overload_probability"):
        error = found[f"{name}_difference_error"]
        assert error[CELL] > 0
        assert float(error.drop_isel(mine=[CELL["mine"]]).max()) == 0


def test_dask_backed_trees_and_files_are_read(near: xr.Dataset, far: xr.Dataset) -> None:
    summaries = rm.summarize(near), rm.summarize(far)
    lazy, plain = (
        rm.compare(
            *(
                xr.DataTree.from_dict({"samples": change(draws), "summary": summary})
                for draws, summary in zip((near, far), summaries, strict=True)
            )
        )
        for change in (lambda data: data.chunk(sample=1024), lambda data: data)
    )
    xr.testing.assert_identical(lazy, plain)


def test_inputs_are_not_changed(near: xr.Dataset, far: xr.Dataset) -> None:
    before = near.copy(deep=True)
    rm.compare(near, far)
    xr.testing.assert_identical(near, before)


def test_what_is_no_result_or_has_nothing_in_common_is_an_error(near: xr.Dataset) -> None:
    with pytest.raises(rm.InputError, match="compare: b is no result; expected a tree or a group"):
        rm.compare(near, xr.Dataset())
    study = files()
    strangers = replace(study, mines=("x", "y", "z"), years=(1, 2, 3))
    with pytest.raises(rm.InputError) as caught:
        rm.compare(near, rm.evaluate(strangers.load()))
    assert caught.value.problems == (
        "compare: the results have no mine in common",
        "compare: the results have no year in common",
    )


def test_mines_whose_names_only_look_different_in_the_file_are_compared() -> None:
    study = small_study().load()
    a = rm.evaluate(study)
    odd = [f" {name}\u200b" for name in a["mine"].values]
    found = rm.compare(a, a.assign_coords(mine=a["mine"].copy(data=odd)))
    assert found["mine"].values.tolist() == a["mine"].values.tolist()
    assert (found["recc_baseline_difference"] == 0).all()
    assert "left_out" not in found.attrs or not found.attrs["left_out"]
