"""Draws of scenarios against the twin, which computes the whole index of every sample."""

from dataclasses import replace

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from tests.scenario import cases
from tests.strategies import StudyFiles, of_system, shared_table, small_study

ANY = """
[[scenario]]
name = "policy"
[[scenario.change]]
indicators = ["water 0", "air 1"]
years = { from = 2013 }
multiply = { low = 0.6, mode = 0.9, high = 1.6 }
draw = "one"
[[scenario.change]]
indicators = ["water 0", "noise 2"]
mines = ["Mine 1", "Mine 2"]
years = { from = 2014 }
add = { mean = 5.0, sd = 20.0 }
lower = 30.0
upper = 90.0
[[scenario]]
name = "growth"
[[scenario.change]]
systems = ["pressure"]
years = { from = 2014 }
grow = { median = 0.05, gsd = 1.5 }
[[scenario.change]]
indicators = ["noise 0"]
years = { from = 2013, to = 2016 }
phase = "linear"
set = { low = 20.0, high = 150.0 }
draw = "one"
[[scenario.change]]
indicators = ["air 0"]
years = [2012]
multiply = 1.3
[[scenario]]
name = "support"
[[scenario.change]]
criteria = ["water", "soil"]
multiply = 0.7
"""
TO_COME = "[scenarios]\nhorizon = 2016\n"
#: Every choice of the method that differs from lane to lane.
CHOICES = {
    "uncertainty_method": {
        "ahp_share": {"low": 0.2, "high": 0.8},
        "goalposts": {"reestimated": 0.5, "frozen": 0.5},
        "scope": {"pooled": 0.5, "yearly": 0.5},
        "aggregation": {"linear": 0.4, "geometric": 0.3, "topsis": 0.3},
    }
}
DATA = {"uncertainty_data": {"cv": 0.1, "systematic_cv": 0.1, "mine_cv": 0.05}}


def ranged(files: StudyFiles) -> StudyFiles:
    """The study whose first indicator is best within a range."""
    first, *others = files.indicators
    within = replace(first, direction=0, optimum=(45.0, 55.0))
    return replace(files, indicators=(within, *others))


CASES = {
    "linear": (small_study(method={"obstacle": "support"}, **DATA), ANY + TO_COME),
    "by lane": (
        small_study(
            method={"obstacle": "both"},
            **shared_table(energy=("mine", 0.05, ("air 0", "water 0"))),
            **DATA,
            **CHOICES,
        ),
        ANY + TO_COME + 'continuation = "trend"\n',
    ),
    "fixed": (
        ranged(small_study(method={"goalposts": "fixed", "clip": True}, **DATA)),
        ANY + TO_COME,
    ),
    "ranged": (ranged(small_study(**DATA)), ANY + TO_COME),
    "open": (
        small_study(
            method={"goalposts": "fixed"},
            uncertainty_data={"cv": 0.02, "distribution": "uniform"},
        ),
        ANY + TO_COME,
    ),
    "alone": (
        of_system(small_study(**DATA), "support"),
        f"[[scenario]]{ANY.split('[[scenario]]')[-1]}{TO_COME}",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_sample_is_that_of_the_twin(case, tmp_path):
    files, text = CASES[case]
    study = cases.with_scenarios(tmp_path, files, text)
    levels, scenarios = cases.drawn(study, 40)
    found = cases.by_the_twin(study, 40)
    for name in ("support", "pressure", "recc"):
        expected = cases.stacked(found, name)
        np.testing.assert_allclose(
            cases.gathered(levels, scenarios, name), expected, rtol=1e-11, atol=1e-12, err_msg=name
        )
    for name in ("zone", "grade", "rank"):
        got = cases.gathered(levels, scenarios, name)
        assert (got == cases.stacked(found, name)).mean() > 0.999, name
    assert_counted(scenarios, levels, found)
    assert_obstacles(levels, scenarios, found)


def assert_counted(scenarios, levels, found):
    """Cells beyond goalposts and at bounds; years that are the same count once."""
    for number, years in enumerate(scenarios.shape.touched):
        each = [sample[1 + number] for sample in found]
        for k, name in enumerate(("above", "below", "held")):
            cells = (one[name] & one["touched"] for one in each)
            counts = sum(mask[:, years].sum(axis=(0, 1)) for mask in cells)
            np.testing.assert_array_equal(levels.beyond[number, :, k], counts, err_msg=name)


def assert_obstacles(levels, scenarios, found):
    """Mean degrees, of the reference where a system is not changed."""
    degrees = cases.stacked(found, "obstacle")
    known = ~np.isnan(degrees)
    count = known.sum(axis=0)
    means = np.where(known, degrees, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
    for number in range(len(scenarios.names) + 1):
        rows = scenarios.shape.table[number]
        moved = scenarios.moved_systems(number - 1) if number else np.full(means.shape[-1], True)
        defined = levels.obstacle_defined[0, rows] > 0
        got = np.where(defined, levels.obstacle_mean[0, rows], np.nan)
        np.testing.assert_allclose(got[..., moved], means[number][..., moved], atol=1e-12)


def test_recomputed_scenarios_are_the_index_of_their_own_panel(tmp_path):
    text = ANY + TO_COME + 'anchor = "recomputed"\ncontinuation = "trend"\n'
    study = cases.with_scenarios(tmp_path, small_study(**DATA), text)
    levels, scenarios = cases.drawn(study, 40)
    found = cases.by_the_twin(study, 40)
    for name in ("support", "pressure", "recc"):
        expected = cases.stacked(found, name)
        np.testing.assert_allclose(
            cases.gathered(levels, scenarios, name), expected, rtol=1e-11, atol=1e-12, err_msg=name
        )
    assert (cases.gathered(levels, scenarios, "rank") == cases.stacked(found, "rank")).all()
    assert_obstacles(levels, scenarios, found)


def test_what_is_not_changed_is_the_reference_bit_for_bit(tmp_path):
    study = cases.with_scenarios(tmp_path, *CASES["linear"])
    levels, scenarios = cases.drawn(study, 40)
    support = cases.gathered(levels, scenarios, "support")
    # "policy" leaves Mine 0 alone but for water 0 from 2013 on; "growth" all support.
    assert (support[:, 1, :, 0] == support[:, 0, :, 0]).all()
    assert (support[:, 2] == support[:, 0]).all()
    assert (support[:, 3] != support[:, 0]).all()
    pressure = cases.gathered(levels, scenarios, "pressure")
    assert (pressure[:, 3] == pressure[:, 0]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "multiply = { mean = 0.0, sd = 1.0 }",
            "a change multiplies the value by a number below 0",
        ),
        ("add = { mean = 0.0, sd = 100.0 }", "a change leaves a value that is not above 0"),
    ],
)
def test_a_value_that_cannot_be_is_named(change, words, tmp_path):
    text = f'[[scenario]]\nname = "off"\n[[scenario.change]]\nindicators = ["air 1"]\n{change}\n'
    text += 'mines = ["Mine 1"]\nyears = [2013]\n'
    study = cases.with_scenarios(tmp_path, small_study(**DATA), text)
    with pytest.raises(rm.RunError, match=words) as caught:
        cases.drawn(study, 64)
    assert 'scenario "off": indicator "air 1", Mine 1, 2013, sample ' in str(caught.value)


def test_years_that_a_held_year_makes_the_same_are_computed_once(tmp_path):
    study = cases.with_scenarios(tmp_path, *CASES["linear"])
    compiled = CompiledScenarios.of(study, CompiledStudy.of(study).plan)
    assert [dict(same) for same in compiled.shape.same] == [{3: 2, 4: 2}, {}, {3: 2, 4: 2}]
    assert compiled.shape.touched == ((1, 2), (0, 1, 2, 3, 4), (0, 1, 2))
