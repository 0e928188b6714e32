"""Scenarios of two results side by side: those that both have, and those that only one has."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.compare import comparison_table
from tests.plot.scenarios import made_up_scenarios
from tests.strategies import small_study


@pytest.fixture(scope="module")
def baseline() -> xr.Dataset:
    return rm.evaluate(small_study(mines=3, years=3).load())


@pytest.fixture(scope="module")
def first(baseline: xr.Dataset) -> xr.Dataset:
    return made_up_scenarios(baseline, ("more", "less", "old"))


@pytest.fixture(scope="module")
def second(first: xr.Dataset) -> xr.Dataset:
    found = first.isel(year=slice(-1)).copy(deep=True)
    found = found.assign_coords(scenario=["reference", "more", "less", "new"])
    for name in ("recc_mean", "recc_change_mean"):
        found[name][{"scenario": 1, "mine": 0}] += 0.25
    return found


def tree(baseline: xr.Dataset, scenarios: xr.Dataset) -> xr.DataTree:
    return xr.DataTree.from_dict({"baseline": baseline, "scenarios": scenarios})


def with_samples(scenarios: xr.Dataset, noise: np.ndarray) -> xr.Dataset:
    dims = ("scenario", "mine", "year", "sample")
    draws = {
        name: (dims, scenarios[f"{name}_mean"].values[..., None] + noise)
        for name in ("support", "pressure", "recc")
    }
    return scenarios.assign(draws).assign_coords(sample=np.arange(noise.size))


def test_scenarios_of_both_are_compared_and_the_others_named(
    baseline: xr.Dataset, first: xr.Dataset, second: xr.Dataset
) -> None:
    found = rm.compare(tree(baseline, first), tree(baseline, second))
    assert found["scenario"].values.tolist() == ["reference", "more", "less"]
    assert found.attrs["left_out"] == "scenario old (only in A), scenario new (only in B)"
    for name in ("recc_mean", "recc_change_mean"):
        difference = found[f"scenario_{name}_difference"]
        changed = difference.sel(scenario="more", mine="Mine 0").dropna("year")
        np.testing.assert_allclose(changed, 0.25)
        # Of the horizon, only the year that both have.
        assert changed.sizes["year"] == baseline.sizes["year"] + 1
        assert float(abs(difference.sel(scenario="less")).max()) == 0
    error = found["scenario_recc_mean_difference_error"].dropna("year")
    np.testing.assert_allclose(error, np.hypot(0.05, 0.05) / 300**0.5)
    assert found.attrs["scenario_errors"].startswith("independent: a result keeps no samples")
    # Everything else has nothing of the years that only scenarios reach.
    assert found["recc_baseline_difference"].dropna("year").sizes["year"] == 3


def test_scenarios_alone_can_be_compared(first: xr.Dataset, second: xr.Dataset) -> None:
    found = rm.compare(first, second)
    assert float(found["scenario_recc_mean_difference"].max()) == pytest.approx(0.25)
    assert "recc_baseline" not in found


def test_samples_of_the_same_random_numbers_are_paired(
    first: xr.Dataset, second: xr.Dataset
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 400)
    a, b = with_samples(first, noise), with_samples(second, 1.5 * noise)
    found = rm.compare(a, b)
    assert found.attrs["scenario_errors"].startswith("paired")
    error = found["scenario_recc_mean_difference_error"]
    np.testing.assert_allclose(error, 0.5 * noise.std() / 400**0.5)
    # What both differ in is the same in every draw.
    np.testing.assert_allclose(found["scenario_recc_change_mean_difference_error"], 0, atol=1e-12)
    other = rm.compare(a, b.assign_attrs(seed=2))
    assert other.attrs["scenario_errors"] == "independent: the seeds differ"
    same = rm.compare(a, a)
    assert float(same["scenario_overload_probability_difference_error"].max()) == 0


def test_the_table_tells_what_is_beyond_chance(
    baseline: xr.Dataset, first: xr.Dataset, second: xr.Dataset
) -> None:
    found = rm.compare(tree(baseline, first), tree(baseline, second))
    text = comparison_table(found, ("a.nc", "b.nc"))
    section = text[text.index("Scenarios: the 15 largest of") :]
    row = next(line for line in section.splitlines() if line.strip().startswith("more"))
    assert row.split()[:3] == ["more", "Mine", "0"]
    assert "+0.2500" in row
    # Means and changes of one mine in four years.
    assert "differences of scenarios 8 are beyond 2 standard errors (independent: " in text
    assert "Not compared: scenario old (only in A), scenario new (only in B)" in text


def test_results_with_other_scenarios_only_have_none_in_common(
    baseline: xr.Dataset, first: xr.Dataset
) -> None:
    other = first.assign_coords(scenario=["reference", "x", "y", "z"])
    found = rm.compare(tree(baseline, first), tree(baseline, other))
    assert "scenario" not in found.dims
    assert "scenario x (only in B)" in found.attrs["left_out"]
    with pytest.raises(rm.InputError, match="have no statistic in common"):
        rm.compare(first, other)
