"""Probabilities know how little few draws prove."""

import numpy as np
import pytest
import scipy.stats
import xarray as xr

import recc_mc as rm
from recc_mc.cli.result_tables import simulation_table
from recc_mc.summary.probability import bound_of_certain, precision_of, probability
from tests.strategies import small_study


def test_a_certain_event_has_the_bound_of_the_rule_of_three() -> None:
    for draws in (2, 3, 4, 100, 20_000):
        for hits in (0, draws):
            share, error = probability(hits, draws)
            assert share == hits / draws
            assert error == min(3 / draws, 1)
        # At least as wide as the exact one-sided interval of Clopper and Pearson.
        exact = scipy.stats.beta.ppf(0.95, 1, draws)
        assert exact <= bound_of_certain(draws)
        assert bound_of_certain(draws) <= 1.05 * exact or draws < 30


def test_a_single_draw_has_no_error_and_none_has_no_probability() -> None:
    share, error = probability([0, 1, 0], [1, 1, 0])
    np.testing.assert_array_equal(share, [0, 1, np.nan])
    assert np.isnan(error).all()


@pytest.mark.parametrize("keep", ["samples", "summary"])
def test_statistics_of_one_draw_are_undefined(keep: str) -> None:
    study = small_study(uncertainty_data={"cv": 0.2}).load()
    result = rm.simulate(study, samples=1, seed=1, keep=keep)
    summary = rm.summarize(result) if keep == "samples" else result
    for name in summary:
        if str(name).endswith(("_error", "_std")) or "correlation" in str(name):
            assert np.isnan(summary[name]).all(), name
    assert all(np.isnan(precision_of(summary)))
    text = simulation_table(rm.evaluate(study), summary)
    assert "Monte Carlo standard errors: - (undefined: a single draw has none)" in text
    assert "(of one draw)" in text
    assert "nan" not in text
    assert "0.0000" not in text.split("Judgment matrices")[0].split("most probable")[-1]


@pytest.mark.filterwarnings("ignore:.*nothing is uncertain:recc_mc.StudyWarning")
def test_a_run_without_uncertainty_says_what_its_draws_prove() -> None:
    study = small_study().load()
    summary = rm.simulate(study, samples=2000, seed=1, keep="summary")
    text = simulation_table(rm.evaluate(study), summary)
    assert "A probability of 0 or 1 in all draws: within 0.0015 of it (3/n, 95 %)" in text
    assert "at most 0.0000" not in text
    assert "standard error of every" not in text
    assert "0 (< 0.0015)" in text
    assert "1 (> 0.9985)" in text
    assert np.isnan(summary["support_pressure_correlation"]).all()


def test_paired_differences_of_certain_events_have_their_bound() -> None:
    one, other = (
        rm.simulate(small_study(uncertainty_data={"cv": cv}).load(), samples=500, seed=1)
        for cv in (0.001, 0.002)
    )
    found = rm.compare(one, other)
    difference = found["overload_probability_difference"]
    error = found["overload_probability_difference_error"]
    assert (difference == 0).any()
    np.testing.assert_allclose(error.values[difference.values == 0], 3 / 500)
    single = rm.compare(*(data.isel(sample=[0]) for data in (one, other)))
    for name in single:
        if str(name).endswith("_error"):
            assert np.isnan(single[name]).all(), name


def test_first_years_of_overload_add_up() -> None:
    study = small_study(uncertainty_data={"cv": 0.5}).load()
    draws = rm.simulate(study, samples=3000, seed=2)
    summary = rm.summarize(draws)
    total = summary["overload_first_probability"].sum("year")
    np.testing.assert_allclose(total + summary["overload_never_probability"], 1)
    over = draws["recc"] >= 1
    first = over & (over.cumsum("year") == 1)
    whole = draws["recc"].notnull().all("year")
    expected = first.where(whole).mean("sample").transpose("mine", "year")
    np.testing.assert_allclose(summary["overload_first_probability"], expected)
    assert float(summary["overload_first_probability"].max()) > 0
    one = rm.simulate(small_study(years=1, uncertainty_data={"cv": 0.5}).load(), samples=50, seed=2)
    found = rm.summarize(one)
    xr.testing.assert_equal(
        found["overload_first_probability"].drop_attrs(),
        found["overload_probability"].drop_attrs(),
    )
