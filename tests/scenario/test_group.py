"""The group of scenarios: its statistics, and what they do not depend on."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.scenario.variables import SCENARIOS
from tests import reference
from tests.scenario import cases
from tests.scenario.test_draws import ANY, DATA, TO_COME
from tests.strategies import small_study

SAMPLES = 2300
#: What samples have exactly and sketches within a bound.
READ = ("quantile", "quantile_resolution")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    files = small_study(method={"obstacle": "both"}, **DATA)
    return cases.with_scenarios(tmp_path_factory.mktemp("scenarios"), files, ANY + TO_COME)


@pytest.fixture(scope="module")
def kept(study):
    return cases.group(study, SAMPLES, keep=True)


def test_statistics_are_those_of_the_samples(study, kept):
    levels = study.settings.simulation.quantiles
    for name in ("support", "pressure", "recc"):
        values = kept[name].values
        apart = values - values[:1]
        for of, draws in ((name, values), (f"{name}_change", apart)):
            found = reference.moments(draws, np.zeros(draws.shape[:-1]))
            near = {"rtol": 1e-9, "atol": 1e-13}
            np.testing.assert_allclose(kept[f"{of}_mean"], found["mean"], **near)
            np.testing.assert_allclose(kept[f"{of}_std"], found["std"], **near)
            np.testing.assert_array_equal(
                kept[f"{of}_quantile"], reference.quantiles(draws, levels)
            )
    recc = kept["recc"].values
    there = np.full(recc.shape, True)
    for name, hits in {
        "recc_fall": recc < recc[:1],
        "recc_rise": recc > recc[:1],
        "overload": recc >= 1,
        "overload_ends": (recc[:1] >= 1) & (recc < 1),
        "overload_begins": (recc[:1] < 1) & (recc >= 1),
    }.items():
        assert_probability(kept, name, reference.with_error(hits, there))


def test_classes_and_their_flips_are_those_of_the_samples(study, kept):
    support, pressure, recc = (kept[name].values for name in ("support", "pressure", "recc"))
    codes = {
        "zone": (np.vectorize(reference.zone)(support, pressure), range(4)),
        "grade": (np.vectorize(reference.grade)(support, pressure), range(1, 10)),
        "rank": (
            np.stack(
                [np.stack([reference.ranks(of[..., s]) for s in range(SAMPLES)], -1) for of in recc]
            ),
            range(1, 4),
        ),
    }
    for name, (found, classes) in codes.items():
        assert_probability(kept, name, reference.class_probability(found, classes))
        flips = reference.with_error(found != found[:1], np.full(found.shape, True))
        assert_probability(kept, f"{name}_flip", flips)


def assert_probability(found, name, expected):
    np.testing.assert_allclose(found[f"{name}_probability"], expected[0], err_msg=name)
    np.testing.assert_allclose(found[f"{name}_probability_error"], expected[1], err_msg=name)


def test_no_cut_and_no_other_scenario_moves_a_bit(study):
    whole = cases.group(study, SAMPLES, chunk=4096)
    xr.testing.assert_identical(whole, cases.group(study, SAMPLES, chunk=1024))
    one = cases.group(study, SAMPLES, only=["growth"])
    assert one["scenario"].values.tolist() == ["reference", "growth"]
    assert one["draw"].values.tolist() == ["growth.1", "one"]
    same = whole.sel(scenario=one["scenario"].values, draw=one["draw"].values)
    xr.testing.assert_identical(one.drop_attrs(), same.drop_attrs())


def test_the_reference_is_a_simulation_bit_for_bit(study):
    found = cases.group(study, SAMPLES).sel(scenario="reference")
    summary = rm.summarize(rm.simulate(study, samples=SAMPLES, seed=cases.SEED))
    same = [
        *(f"{name}_{of}" for name in ("support", "pressure", "recc") for of in ("mean", "std")),
        *(f"{name}_probability" for name in ("overload", "zone", "grade", "rank")),
        "obstacle_mean",
        "obstacle_criterion_mean",
    ]
    of_panel = found.sel(year=list(study.panel.years))
    for name in same:
        np.testing.assert_array_equal(of_panel[name], summary[name], err_msg=name)
    later = found.sel(year=list(study.scenarios.horizon))
    for name in same:
        np.testing.assert_array_equal(later[name], found[name].sel(year=[2014] * 2), err_msg=name)


def test_sketches_and_samples_agree_within_what_sketches_say(study, kept):
    found = cases.group(study, SAMPLES)
    assert set(SCENARIOS) - set(found) == {"support", "pressure", "recc"}
    for name in found:
        if str(name).endswith("_quantile") and name != "effect_quantile":
            within = abs(found[name] - kept[name]) <= found[f"{name}_resolution"]
            assert within.all()
        elif not str(name).endswith("_resolution"):
            xr.testing.assert_identical(found[name], kept[name])


def test_what_is_said_of_the_whole_group(study, kept):
    assert kept.attrs["anchor"] == "reference"
    assert (kept.attrs["horizon"], kept.attrs["continuation"]) == (2016, "hold")
    assert kept["year"].values.tolist() == [2012, 2013, 2014, 2015, 2016]
    assert kept["scenario_title"].values.tolist()[1] == "policy"
    changed = kept["bounded_share"].sel(scenario="policy").notnull()
    assert changed["indicator"].values[changed.values].tolist() == ["water 0", "air 1", "noise 2"]
    assert kept["bounded_share"].sel(scenario="policy", indicator="water 0") > 0
    still = kept.sel(scenario="support", year=2012)
    assert (still["pressure_change_std"] == 0).all()
