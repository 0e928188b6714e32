"""Errors and coverage are counted rightly, and every method runs on a test function."""

import numpy as np
import pytest

from benchmarks import coverage, truths
from benchmarks.analyses import ANALYSES, Found, Interval, NotComparable
from benchmarks.coverage import Task
from benchmarks.functions import CLASSES, FUNCTIONS, RATIO, SOBOL_G, TOY_ZONE, Function

SLOW = (("SALib", "delta"), ("SALib", "shapley"), ("recc_mc", "hdmr"))
METHODS = [pytest.param(*key, marks=pytest.mark.slow if key in SLOW else ()) for key in ANALYSES]


def test_an_interval_of_known_error_holds_the_truth_as_often_as_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def normal(function: Function, runs: int, seed: int) -> Found:
        errors = np.random.default_rng(seed).standard_normal(2) * 0.01
        middle = np.array(function.first) + errors
        return Found(runs, {"first": Interval(middle, middle - 0.0196, middle + 0.0196)})

    monkeypatch.setattr(coverage, "ANALYSES", {("recc_mc", "made up"): normal})
    (found,) = coverage.summarised(Task(RATIO.name, ("recc_mc", "made up"), 10, 1000))
    assert found.rmse == pytest.approx(0.01, rel=0.08)
    assert abs(found.bias) < 0.001
    assert found.coverage == pytest.approx(0.95, abs=4 * coverage.binomial_error(0.95, 2000))
    assert found.half_width == pytest.approx(0.0196)


def test_a_share_of_all_is_not_without_error() -> None:
    assert coverage.binomial_error(1.0, 100) == pytest.approx(0.0099, abs=1e-4)
    assert coverage.binomial_error(0.5, 100) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize(("program", "method"), METHODS)
def test_a_method_comes_near_the_truth(program: str, method: str) -> None:
    pytest.importorskip(coverage.PEERS.get(program, "recc_mc"))
    found = ANALYSES[program, method](RATIO, 2048, 1)
    assert 2000 <= found.runs <= 2048
    for measure, interval in found.measures.items():
        truth = coverage.truth_of(RATIO, measure)
        # Densities by kernels are smooth where the true ones are not.
        np.testing.assert_allclose(interval.estimate, truth, atol=0.09)


def test_methods_without_an_index_of_classes_say_so() -> None:
    for method in (("SALib", "sobol"), ("SciPy", "sobol_indices"), ("recc_mc", "delta")):
        with pytest.raises(NotComparable, match="class"):
            ANALYSES[method](CLASSES, 2048, 1)


def test_effects_that_are_enumerated_are_those_of_many_trajectories() -> None:
    found = ANALYSES["recc_mc", "morris"](SOBOL_G, 18_000, 1).measures["mu_star"]
    np.testing.assert_allclose(found.estimate, truths.elementary_effects_of(SOBOL_G), rtol=0.03)


def test_a_distance_is_the_half_of_a_shifted_density() -> None:
    # u1 known moves a uniform density of width 1 by u1 - 1/2 within the triangle of the sum.
    sum_of_two = Function("sum", lambda u: u[0] + u[1], 1.0, 1 / 6, (0.5, 0.5), (0.5, 0.5), (), "")
    found = truths.delta_of(sum_of_two, 2**14, 64)
    x = (np.arange(2000) + 0.5) / 2000
    y = (np.arange(4000) + 0.5) / 2000
    whole = np.minimum(y, 2 - y)
    areas = [np.abs(((y >= at) & (y < at + 1)) - whole).sum() / 2000 / 2 for at in x[::20]]
    np.testing.assert_allclose(found, np.mean(areas), atol=0.01)


def test_truths_are_there_and_sure() -> None:
    known = truths.known()
    numbers = [function.name for function in FUNCTIONS if not function.classes]
    assert list(known["functions"]) == numbers
    for quantity in known["case"].values():
        ours, numpy = quantity["ours"], quantity["numpy"]
        apart = abs(ours["value"] - numpy["value"])
        assert apart < 4 * np.hypot(ours["error"], numpy["error"])
        assert ours["error"] < numpy["error"]


def test_a_method_that_is_sure_of_nothing_has_no_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(function: Function, runs: int, seed: int) -> Found:
        middle = np.array(function.first) if seed else np.full(2, np.nan)
        return Found(runs, {"first": Interval(middle, middle * np.nan, middle * np.nan)})

    monkeypatch.setattr(coverage, "ANALYSES", {("recc_mc", "made up"): silent})
    (found,) = coverage.summarised(Task(RATIO.name, ("recc_mc", "made up"), 10, 4))
    assert (found.answers, found.sure, found.rmse) == (3, 0, 0)
    assert np.isnan(found.coverage)


@pytest.mark.slow
def test_openturns_takes_classes_of_which_one_is_not_drawn() -> None:
    pytest.importorskip("openturns")
    found = ANALYSES["OpenTURNS", "Martinez"](TOY_ZONE, 2048, 1).measures["first"]
    np.testing.assert_allclose(found.estimate, TOY_ZONE.first, atol=0.15)
