"""Sweeps and tolerances of studies of other shapes: what is absent is left out, and said."""

import pytest

import recc_mc as rm
from recc_mc.cli.sweep import sweep_table
from recc_mc.cli.tolerance import tolerance_table
from tests.kernels.cases import of_sizes, weighed
from tests.strategies import of_system, small_study

CV = "uncertainty.data.cv"
UNCERTAINTY = {"judgments": {"sigma": 0.3}, "data": {"cv": 0.1}}


def test_one_mine_has_no_ranks() -> None:
    study = small_study(mines=1, uncertainty=UNCERTAINTY).load()
    swept = rm.sweep(study, {CV: [0.0, 0.1]}, samples=100, seed=1)
    assert "overload_probability" in swept
    assert "rank_probability" not in swept
    assert "most often first" not in sweep_table(swept)
    with pytest.raises(rm.InputError, match="outputs: rank_probability is none of the statistics"):
        rm.sweep(study, {CV: [0.1]}, outputs=["rank_probability"], samples=100, seed=1)
    found = rm.tolerance(study, samples=100, seed=1)
    assert set(found["conclusion_kind"].values) == {"overload", "zone", "grade"}


@pytest.mark.parametrize(("system", "symbol"), [("support", "S"), ("pressure", "P")])
def test_one_system_has_its_index_in_the_place_of_c(system: str, symbol: str) -> None:
    study = of_system(small_study(uncertainty=UNCERTAINTY), system).load()
    swept = rm.sweep(study, {CV: [0.05, 0.1]}, samples=500, seed=1)
    summary = rm.simulate(study, samples=500, seed=1, keep="summary")
    for name in (f"{system}_mean", f"{system}_quantile", "rank_probability"):
        assert (swept[name].isel(cv=1, drop=True) == summary[name]).all()
    assert not any(str(name).startswith(("recc", "overload", "zone")) for name in swept)
    found = rm.tolerance(study, samples=100, seed=1)
    assert set(found["conclusion_kind"].values) == {"top_rank", "order"}
    first = rm.evaluate(study).isel(year=-1)[system]
    mine = str(first["mine"].values[first.values.argmax()])
    assert found["conclusion"].values[0] == f"{mine} has the largest {symbol}"
    assert f"{mine} keeps the largest {symbol} in 95 % of the draws" in tolerance_table(found)


def test_a_study_has_words_of_its_own() -> None:
    study = small_study(uncertainty=UNCERTAINTY).load()
    study = study.replace({"study.noun": "city"})
    found = rm.tolerance(study, samples=100, seed=1)
    assert str(found["conclusion"].values[0]).endswith("is the most loaded city")


def test_methods_of_the_literature_can_be_swept() -> None:
    study = small_study(uncertainty=UNCERTAINTY).load()
    vary = {
        "method.objective": ["entropy", "critic", "equal"],
        "method.aggregation": ["linear", "topsis"],
    }
    swept = rm.sweep(study, vary, samples=500, seed=1)
    for objective in vary["method.objective"]:
        other = study.replace({"method.objective": objective, "method.aggregation": "topsis"})
        expected = rm.simulate(other, samples=500, seed=1, keep="summary")
        point = swept.sel(objective=objective, aggregation="topsis", drop=True)
        assert (point["recc_mean"] == expected["recc_mean"]).all()


@pytest.mark.filterwarnings("ignore:.*weights do not sum to 1:recc_mc.StudyWarning")
def test_given_weights_have_no_tolerance_to_judgments_and_can_be_swept() -> None:
    tables = {"method": {"weights": "given"}, "uncertainty_weights": {"cv": 0.1}}
    study = weighed(of_sizes((3, 2), (4,)), **tables).load()
    found = rm.tolerance(study, samples=100, seed=1)
    assert found["error_source"].values.tolist() == ["data"]
    assert str(found.attrs["left_out"]).startswith("judgment: ")
    swept = rm.sweep(study, {"uncertainty.weights.cv": [0.05, 0.1]}, samples=200, seed=1)
    summary = rm.simulate(study, samples=200, seed=1, keep="summary")
    assert (swept["recc_mean"].sel(cv=0.1, drop=True) == summary["recc_mean"]).all()


def test_errors_that_indicators_share_are_swept_with_common_numbers() -> None:
    shared = [{"name": "area", "indicators": ["water 0", "water 1"], "cv": 0.2, "by": "mine"}]
    tables = {**UNCERTAINTY, "method": {"ahp_share": {"low": 0.3, "high": 0.7}}}
    study = small_study(uncertainty=tables).load()
    study = study.replace({"uncertainty.shared": shared})
    swept = rm.sweep(study, {"uncertainty.shared": [[], shared]}, samples=200, seed=1)
    summary = rm.simulate(study, samples=200, seed=1, keep="summary")
    assert (swept["recc_mean"][1] == summary["recc_mean"]).all()
    # Without it the judgments and the share behind it are drawn alike: pressure does not change.
    names = ["pressure_mean", "support_mean"]
    both = rm.sweep(study, {"uncertainty.shared": [[], shared]}, outputs=names, samples=200, seed=1)
    assert (both["pressure_mean"][0] == both["pressure_mean"][1]).all()
    assert (both["support_mean"][0] != both["support_mean"][1]).any()
