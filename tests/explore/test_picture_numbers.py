"""Numbers of the page are those of the package, of the study that the page exports."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.explore.exploration import SCENARIO, Exploration, Step
from recc_mc.explore.exporting import commands_of, study_book, study_files
from recc_mc.explore.judging import Pair
from recc_mc.explore.picture_numbers import draw_numbers
from recc_mc.explore.slow_numbers import REPLICATES, ROWS, find_drivers

SAMPLES, SEED = 200, 3


@pytest.fixture
def changed(case_study: rm.Study) -> Step:
    one = Exploration(case_study)
    one.change({"uncertainty.data.cv": 0.2, "method.grade_cuts": [0.3, 0.7]})
    one.change({Pair("pressure", 0, 0, 1): 2.0})
    return one.now


def test_numbers_are_those_of_a_simulation_of_the_exported_study(
    changed: Step, tmp_path: Path
) -> None:
    zipfile.ZipFile(io.BytesIO(study_files(changed))).extractall(tmp_path)
    (tmp_path / "explored.xlsx").write_bytes(study_book(changed))
    numbers = draw_numbers(changed, SAMPLES, SEED)
    for file in ("explored/study.toml", "explored.xlsx"):
        study = rm.load_study(tmp_path / file)
        assert study.digest == changed.study.digest
        draws = rm.simulate(study, samples=SAMPLES, seed=SEED)
        np.testing.assert_array_equal(numbers.support, draws["support"])
        np.testing.assert_array_equal(numbers.recc, draws["recc"])
    summary = rm.summarize(draws)
    np.testing.assert_array_equal(numbers.overload, summary["overload_probability"])
    positions = ("mine", "year", "rank_position")
    np.testing.assert_array_equal(numbers.rank, summary["rank_probability"].transpose(*positions))
    np.testing.assert_array_equal(numbers.base_recc, summary["recc_baseline"])


def test_all_states_share_their_random_numbers(case_study: rm.Study) -> None:
    one = Exploration(case_study)
    before = draw_numbers(one.now, SAMPLES, SEED)
    one.change({"method.grade_cuts": [0.2, 0.7]})
    np.testing.assert_array_equal(before.recc, draw_numbers(one.now, SAMPLES, SEED).recc)


def test_numbers_under_a_scenario_are_those_of_scenarios(root: Path) -> None:
    one = Exploration(rm.load_study(root / "configs" / "policy.toml"))
    one.change({SCENARIO: "quota_to_capacity"})
    numbers = draw_numbers(one.now, SAMPLES, SEED)
    found = rm.scenarios(one.study, samples=SAMPLES, seed=SEED, only=["quota_to_capacity"])
    found = found.sel(scenario="quota_to_capacity")
    assert numbers.years == tuple(found["year"].values)
    np.testing.assert_array_equal(numbers.overload, found["overload_probability"])


def test_drivers_are_the_factors_of_the_sensitivity_analysis(changed: Step) -> None:
    found = find_drivers(changed, SEED)
    parts = rm.sensitivity(changed.study, samples=ROWS, replicates=REPLICATES, seed=SEED)
    total = parts["total_order_aggregate"].sel(output="recc")
    assert found.total == tuple(sorted(found.total, reverse=True))
    assert found.total[0] == total.sel(factor=found.factors[0])
    assert "data" not in found.factors


def test_without_uncertainty_nothing_drives(case_study: rm.Study) -> None:
    names = ("judgments", "data", "method")
    certain = case_study.replace({f"uncertainty.{name}": None for name in names})
    assert find_drivers(Step(certain), SEED).factors == ()


def test_commands_name_the_study_the_draws_and_the_scenario(case_study: rm.Study) -> None:
    plain = commands_of(Step(case_study), "a b/study.toml", 2048, 7, 2019)
    assert plain["draws"] == "recc-mc simulate 'a b/study.toml' --samples 2048 --seed 7"
    assert plain["tolerance"].endswith("--seed 7 --year 2019")
    under = commands_of(Step(case_study, {SCENARIO: "growth"}), "s.toml", 9, 7, 2027)
    assert under["draws"] == "recc-mc scenarios s.toml --only growth --samples 9 --seed 7"
    assert under["drivers"].endswith("--scenario growth")
