"""What a study asks, in words, and the config that asks the case study."""

import pytest

import recc_mc as rm
from recc_mc.study.questions import question_tables

BAYAN_OBO, LAST = 0, 7


@pytest.fixture(scope="module")
def policy():
    return rm.load_study("configs/policy.toml")


def test_check_lists_scenarios_evidence_and_targets(project):
    project.add(
        '[scenarios]\nhorizon = 2014\n[evidence.bcg]\ndata = "builtin:bcg_vaccine"\n'
        'measure = "effect"\n[[scenario]]\nname = "one"\n[[scenario.change]]\n'
        'indicators = ["rain"]\nmines = ["North"]\nadd = 2\nupper = 130\n[[scenario.change]]\n'
        'systems = ["support"]\nmultiply = { evidence = "bcg", draw = "mean", slope = 0.2, lower = '
        '0.5, upper = 1.2 }\nyears = { from = 2013, to = 2016 }\nphase = "linear"\n[[target]]\n'
        'name = "goal"\nmine = "South"\nzone = "low_value_surplus"\n'
    )
    text = str(project.load())
    for part in (
        "Scenarios: 1 scenario, anchor reference, 2014 appended, last values held",
        "rain plus 2, <= 130",
        "North      2012-2014",
        "rain, lake, soil times 1 + 0.2 theta, held from 0.5 to 1.2, theta the mean effect by the "
        "evidence bcg",
        "all mines  2013-2014, coming in until 2016",
        "bcg  effect of 13 studies  mean -0.7145 [-1.0669, -0.3622]  tau2 0.3132 (reml)",
        "goal  South 2013  zone low value surplus with probability 0.9  by what matters most",
    ):
        assert part in text


def test_a_study_that_asks_nothing_says_nothing_of_it(case_study):
    assert list(question_tables(case_study)) == []


def test_the_questions_to_the_case_study_have_sources_and_say_that_they_are_illustrative(policy):
    found = policy.scenarios
    assert (found.anchor, found.horizon[-1], len(found.items)) == ("reference", 2027, 6)
    assert all("(illustrative)" in item.title and item.source for item in found.items)
    assert found.draws == ("smelting", "effect")
    assert [(t.mine, t.year, t.below, t.rank) for t in policy.targets] == [
        (BAYAN_OBO, LAST, 1.0, None), (BAYAN_OBO, LAST, None, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("quota_2022", 2019, 1.4703),
        ("growth", 2027, 1.6197),
        ("depletion", 2019, 1.4446),
        ("pollution_control_doubled", 2019, 1.1193),
        ("treatment", 2019, 1.1324),
    ],
)
def test_their_answers_of_bayan_obo_are_the_known_ones(policy, name, year, expected):
    found = rm.evaluate(policy, scenario=name)
    assert float(found["recc"].sel(mine="Bayan Obo", year=year)) == pytest.approx(
        expected, abs=6e-5
    )
