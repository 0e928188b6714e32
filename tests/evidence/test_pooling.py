"""Random-effects meta-analysis against published figures, and against its definitions."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

import recc_mc as rm
from recc_mc.evidence.options import ESTIMATORS
from recc_mc.evidence.pooling import pool
from tests.evidence import bcg


@pytest.fixture
def trials():
    return bcg.table()


def test_reml_of_the_bcg_trials_is_as_published(trials):
    found = rm.meta_analysis(trials, measure="effect")
    known = {"tau2": 0.3132, "pooled_effect": -0.7145, "pooled_error": 0.1798, "z": -3.9744}
    known |= {"i2": 92.22, "h2": 12.86, "q": 152.2330}
    for name, value in known.items():
        assert float(found[name]) == pytest.approx(value, abs=6e-3 if name in "i2h2" else 6e-5)
    assert found["pooled_interval"].values == pytest.approx([-1.0669, -0.3622], abs=6e-5)
    assert found["tau2_interval"].values == pytest.approx([0.1197, 1.1115], abs=6e-5)
    assert int(found["degrees_of_freedom"]) == 12


def test_other_estimators_of_the_bcg_trials_are_as_published(trials):
    for estimator, tau2 in (("dl", 0.3088), ("pm", 0.3181)):
        found = rm.meta_analysis(trials, measure="effect", estimator=estimator)
        assert float(found["tau2"]) == pytest.approx(tau2, abs=6e-5)


def test_knapp_and_hartung_is_as_published(trials):
    found = rm.meta_analysis(trials, measure="effect", test="knapp_hartung")
    assert float(found["pooled_error"]) == pytest.approx(0.1808, abs=6e-5)
    assert found["pooled_interval"].values == pytest.approx([-1.1084, -0.3206], abs=6e-5)
    # metafor with predtype="Riley" off and test="knha": t with k - 1 degrees of freedom.
    assert found["prediction_interval"].values == pytest.approx([-1.9960, 0.5670], abs=6e-5)


def random_studies(seed, count=7):
    draws = np.random.default_rng(seed)
    variance = draws.uniform(0.01, 0.4, count)
    return draws.normal(0.3, np.sqrt(0.2 + variance)), variance


@pytest.mark.parametrize("seed", range(6))
def test_reml_maximises_the_restricted_likelihood(seed):
    effect, variance = random_studies(seed)

    def minus_log(tau2):
        w = 1 / (variance + tau2)
        mean = w @ effect / w.sum()
        return 0.5 * (np.log(1 / w).sum() + np.log(w.sum()) + w @ (effect - mean) ** 2)

    best = minimize_scalar(minus_log, bounds=(0, 10), method="bounded", options={"xatol": 1e-10})
    found = pool(effect, variance).tau2
    assert minus_log(found) <= best.fun + 1e-12
    assert found == pytest.approx(best.x, abs=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_paule_and_mandel_make_the_spread_its_expectation(seed):
    effect, variance = random_studies(seed)
    found = pool(effect, variance, estimator="pm")
    spread = found.weight @ (effect - found.mean) ** 2
    if found.tau2 > 0:
        assert spread == pytest.approx(len(effect) - 1, rel=1e-12)
    else:
        assert spread <= len(effect) - 1


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_studies_that_agree_better_than_chance_have_no_variance_between_them(estimator):
    effect, variance = np.array([1.0, 1.01, 0.99]), np.full(3, 0.5)
    found = pool(effect, variance, estimator=estimator)
    assert found.tau2 == 0
    assert found.i2 == 0
    assert found.mean == pytest.approx(1.0)
    assert found.tau2_interval()[0] == 0


def test_the_profile_of_q_has_its_quantiles_at_the_ends_of_the_interval(trials):
    effect, variance = trials["effect"], trials["se"] ** 2
    low, high = pool(effect, variance).tau2_interval()
    for tau2, level in ((low, 0.975), (high, 0.025)):
        w = 1 / (variance + tau2)
        spread = w @ (effect - w @ effect / w.sum()) ** 2
        assert spread == pytest.approx(stats.chi2.ppf(level, 12), rel=1e-12)


def test_one_study_has_its_own_effect_and_no_errors_of_a_spread():
    found = rm.meta_analysis({"study": ["a"], "effect": [2.0], "se": [0.5]}, measure="effect")
    assert float(found["pooled_effect"]) == 2.0
    assert float(found["pooled_error"]) == 0.5
    assert np.isnan(found["knapp_hartung_error"])
    assert np.isnan(found["prediction_interval"]).all()
    assert np.isnan(found["sign_probability"])


def test_two_studies_predict_by_the_test_of_knapp_and_hartung_only():
    two = {"study": ["a", "b"], "effect": [1.0, 2.0], "se": [0.5, 0.5]}
    normal = rm.meta_analysis(two, measure="effect")
    by_spread = rm.meta_analysis(two, measure="effect", test="knapp_hartung")
    assert np.isnan(normal["prediction_interval"]).all()
    assert np.isfinite(by_spread["prediction_interval"]).all()


def test_effects_that_are_all_the_same_are_no_division_by_zero():
    same = {"study": ["a", "b", "c"], "effect": [1.0] * 3, "se": [0.2] * 3}
    found = rm.meta_analysis(same, measure="effect", test="knapp_hartung")
    assert float(found["tau2"]) == float(found["pooled_error"]) == 0
    assert float(found["sign_probability"]) == 0
    assert found["prediction_interval"].values.tolist() == [1.0, 1.0]


def test_a_file_holds_it_by_name_beside_other_evidence(trials, tmp_path):
    found = rm.meta_analysis(trials, measure="effect")
    other = rm.meta_analysis(trials, measure="effect", estimator="dl")
    path = tmp_path / "evidence.nc"
    rm.save(path, evidence={"vaccine": found, "moments": other})
    with rm.load(path) as tree:
        assert tree["evidence/vaccine"].to_dataset().drop_attrs().equals(found.drop_attrs())
        assert tree["evidence/moments"].attrs["estimator"] == "dl"
        again = tmp_path / "again.nc"
        rm.save(again, evidence=tree["evidence"])
    with rm.load(again) as tree:
        assert set(tree["evidence"].children) == {"vaccine", "moments"}


@pytest.mark.parametrize("name", ["a/b", "", "two words", ".."])
def test_names_of_evidence_can_be_names_of_groups(name, trials, tmp_path):
    found = rm.meta_analysis(trials, measure="effect")
    with pytest.raises(rm.InputError, match="must be a name of letters"):
        rm.save(tmp_path / "evidence.nc", evidence={name: found})


def test_evidence_is_saved_by_name(trials, tmp_path):
    found = rm.meta_analysis(trials, measure="effect")
    with pytest.raises(rm.InputError, match="must be Datasets by name"):
        rm.save(tmp_path / "evidence.nc", evidence=found)
