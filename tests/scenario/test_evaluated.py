"""The deterministic index under a scenario."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.errors import InputError
from recc_mc.scenario.evaluated import changed_study
from tests.strategies import with_values

YEAR = 2019
P2 = ["P2-1", "P2-2", "P2-3"]
#: Growth for eight years, the same of a year that is set, and a lower bound that holds.
SCENARIOS = [
    {"name": "growth", "change": [{"indicators": ["P3-6", *P2], "multiply": 1.4188378}]},
    {
        "name": "quota",
        "change": [
            {"indicators": ["P3-6"], "mines": ["Bayan Obo"], "multiply": 1.6995241},
            {"indicators": P2, "mines": ["Bayan Obo"], "multiply": {"mean": 1.5677913, "sd": 0.1}},
        ],
    },
]
BY_YEAR = {
    "name": "by_year",
    "change": [{"indicators": ["P3-6", *P2], "grow": 0.0447, "years": {"from": 2020}}],
}


def with_scenarios(case_study: rm.Study, *scenarios, **table) -> rm.Study:
    years = {"years": [YEAR]}
    items = [{**s, "change": [years | change for change in s["change"]]} for s in scenarios]
    return case_study.replace({"scenarios": table or None, "scenario": items})


@pytest.fixture(scope="module")
def before(case_study: rm.Study) -> xr.Dataset:
    return rm.evaluate(case_study)


def test_goalposts_and_weights_stay_those_of_the_reference(
    case_study: rm.Study, before: xr.Dataset
) -> None:
    study = with_scenarios(case_study, *SCENARIOS)
    found = rm.evaluate(study, scenario="quota")
    assert (found.attrs["scenario"], found.attrs["anchor"]) == ("quota", "reference")
    last = found.sel(mine="Bayan Obo", year=YEAR)
    for name, expected in (("recc", 1.7743), ("support", 0.4188), ("pressure", 0.7431)):
        assert last[name] == pytest.approx(expected, abs=5e-5)
    for name in ("weight", "weight_entropy", "goalpost_lower", "goalpost_upper"):
        np.testing.assert_array_equal(found[name], before[name])
    others = {"mine": found["mine"] != "Bayan Obo"}
    for name in ("recc", "obstacle", "normalized", "zone", "grade"):
        np.testing.assert_array_equal(found[name].sel(others), before[name].sel(others))
    # Where obstacles are asked for, they are what hinders in the changed system.
    own = found.sel(mine="Bayan Obo", year=YEAR)
    in_pressure = own["indicator_system"] == "pressure"
    total = (own["weight"] * own["normalized"])[in_pressure].sum()
    assert total == pytest.approx(float(own["pressure"]))
    assert own["pressure_change"] == pytest.approx(
        float(own["pressure"] - found["pressure"].sel(mine="Bayan Obo").isel(year=0))
    )


def test_recomputed_is_the_index_of_the_edited_panel_bit_for_bit(case_study: rm.Study) -> None:
    study = with_scenarios(case_study, *SCENARIOS, anchor="recomputed")
    values = study.panel.values.copy()
    columns = [study.panel.indicators.index(name) for name in ("P3-6", *P2)]
    values[:, -1, columns] *= 1.4188378
    edited = rm.evaluate(with_values(case_study, values))
    found = rm.evaluate(study, scenario="growth")
    assert found["recc"].sel(mine="Bayan Obo", year=YEAR) == pytest.approx(1.2591, abs=5e-5)
    assert set(found.data_vars) == set(edited.data_vars)
    for name in edited.data_vars:
        np.testing.assert_array_equal(found[name], edited[name])
    assert found.attrs["study_digest"] == study.digest


def test_years_of_the_horizon_are_appended(case_study: rm.Study, before: xr.Dataset) -> None:
    study = case_study.replace({"scenarios": {"horizon": 2027}, "scenario": [BY_YEAR]})
    found = rm.evaluate(study, scenario="by_year")
    assert found["year"].values.tolist() == list(range(2012, 2028))
    last = found["recc"].sel(year=2027)
    assert last.sel(mine="Bayan Obo") == pytest.approx(1.6197, abs=5e-5)
    np.testing.assert_array_equal(found["recc"].sel(year=before["year"]), before["recc"])
    np.testing.assert_array_equal(
        found["goalpost_upper"].sel(year=2027), before["goalpost_upper"].sel(year=YEAR)
    )
    assert (found["filled"].sel(year=slice(2020, None)) == 2).all()
    again = rm.evaluate(study.replace({"scenarios.anchor": "recomputed"}), scenario="by_year")
    assert again.sizes == found.sizes


def test_a_trend_goes_on_where_nothing_changes_it(case_study: rm.Study) -> None:
    table = {"horizon": 2021, "continuation": "trend"}
    study = case_study.replace({"scenarios": table, "scenario": [BY_YEAR]})
    changed = changed_study(study, study.scenarios.items[0]).panel
    j, years = study.panel.indicators.index("S1-1"), np.array(study.panel.years)
    slope = np.polyfit(years, study.panel.values[0, :, j], 1)[0]
    ahead = study.panel.values[0, -1, j] + slope * np.array([1, 2])
    np.testing.assert_allclose(changed.values[0, 8:, j], ahead)


def test_what_is_not_there_is_said(case_study: rm.Study) -> None:
    with pytest.raises(InputError, match="holds no scenario"):
        rm.evaluate(case_study, scenario="growth")
    study = with_scenarios(case_study, *SCENARIOS)
    with pytest.raises(InputError) as caught:
        rm.evaluate(study, scenario="grwoth")
    assert str(caught.value) == 'scenario: unknown scenario "grwoth"; did you mean "growth"?'


def test_the_index_under_a_scenario_is_no_baseline_of_draws(case_study: rm.Study, tmp_path) -> None:
    study = with_scenarios(case_study, *SCENARIOS)
    baseline = rm.evaluate(study, scenario="quota")
    summary = rm.simulate(study, samples=10, seed=1, keep="summary")
    with pytest.raises(InputError, match='baseline is that of the scenario "quota"'):
        rm.save(tmp_path / "out.nc", baseline=baseline, summary=summary)
    rm.save(tmp_path / "out.nc", baseline=baseline)
