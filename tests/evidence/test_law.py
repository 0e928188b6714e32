"""Laws of an effect against what a review of ten studies reports, and against SciPy."""

import numpy as np
import pytest
from scipy import stats

from recc_mc.evidence.law import EffectLaw, effect_law, fewest_studies
from recc_mc.evidence.pooling import pool

# REML of the ten studies that a review of sustainable mining pools (mean difference).
REPORTED = {"mean": 0.740946, "error": 0.207583, "tau2": 0.426139, "studies": 10}


def quantiles(law):
    return law.value(np.array([0.05, 0.5, 0.95]))


def below_zero(law):
    return float(stats.t.cdf(-law.centre / law.scale, law.degrees))


def test_the_effect_in_a_new_study_is_as_known():
    law = effect_law("predictive", **REPORTED, test="normal")
    assert law.scale == pytest.approx(0.685004, abs=2e-6)
    assert law.degrees == 8
    assert quantiles(law) == pytest.approx([-0.5329, 0.7409, 2.0147], abs=6e-5)
    assert below_zero(law) == pytest.approx(0.1555, abs=6e-5)


def test_with_the_error_of_knapp_and_hartung_it_has_one_degree_more():
    reported = {**REPORTED, "error": 0.2079}
    law = effect_law("predictive", **reported, test="knapp_hartung")
    assert law.degrees == 9
    assert below_zero(law) == pytest.approx(0.1538, abs=1e-4)


def test_the_mean_effect_is_as_known():
    law = effect_law("mean", **REPORTED, test="normal")
    assert quantiles(law)[[0, 2]] == pytest.approx([0.3995, 1.0824], abs=6e-5)
    by_spread = effect_law("mean", **{**REPORTED, "error": 0.2079}, test="knapp_hartung")
    assert by_spread.degrees == 9
    low, high = by_spread.value(np.array([0.025, 0.975]))
    assert (low, high) == pytest.approx((0.2706, 1.2113), abs=1e-4)


@pytest.mark.parametrize("degrees", [1, 2, 8, 41, np.inf])
def test_quantiles_are_those_of_student(degrees):
    u = np.array([1e-6, 0.2, 0.5, 0.9, 1 - 1e-6])
    expected = 2 + 3 * (stats.norm.ppf(u) if np.isinf(degrees) else stats.t.ppf(u, degrees))
    assert EffectLaw(2.0, 3.0, degrees).value(u) == pytest.approx(expected, rel=1e-9)


def test_pooled_studies_give_the_law_of_their_numbers():
    found = pool(np.array([0.1, 0.9, 0.5, 1.4]), np.array([0.04, 0.09, 0.02, 0.1]))
    law = found.law("predictive")
    assert (law.centre, law.scale, law.degrees) == (found.mean, found.predictive_scale, 2)
    assert law.value(np.array([0.025, 0.975])) == pytest.approx(found.prediction_interval())
    assert found.law("mean").value(np.array([0.025, 0.975])) == pytest.approx(found.interval())


@pytest.mark.parametrize(
    ("draw", "test", "number"),
    [("predictive", "normal", 3), ("predictive", "knapp_hartung", 2), ("mean", "normal", 1),
     ("mean", "knapp_hartung", 2)],
)  # fmt: skip
def test_there_is_a_law_from_some_number_of_studies_on(draw, test, number):
    assert fewest_studies(draw, test) == number
    assert effect_law(draw, 0.0, 1.0, 0.0, number, test).degrees > 0
