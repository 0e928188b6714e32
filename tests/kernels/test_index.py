"""Goalposts, normalisation, entropy and aggregation, seen from the outputs of the chain."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats

from recc_mc.sampling.evaluate import evaluate
from recc_mc.study import Study
from recc_mc.uncertainty import build_plan
from tests import reference, strategies
from tests.kernels.cases import of_sizes, with_bounds, with_column
from tests.kernels.harness import Run, assert_agrees, run
from tests.strategies import StudyFiles, small_study
from tests.test_reference import HWANG_YOON

FloatArray = npt.NDArray[np.float64]


def baseline(study: Study) -> Run:
    """The deterministic index."""
    return run(study, 1, plan=build_plan(study, uncertain=False), u=np.empty((0, 1)))


def support_of(values: Any, **method: Any) -> StudyFiles:
    """A study of one mine-year a row, its support indicators the columns; entropy weights alone."""
    table = np.asarray(values, float)
    files = of_sizes((table.shape[1],), (1,), mines=len(table), years=1)
    specs = tuple(replace(i, direction=1) for i in files.indicators)
    for j, column in enumerate(table.T):
        files = with_column(files, j, column[:, None])
    return replace(files, indicators=specs).with_tables(method={"ahp_share": 0.0, **method})


# --- entropy -------------------------------------------------------------------------------------


def test_entropy_weights_of_hwang_and_yoon() -> None:
    # Their example has no min-max. Goalposts from 0 do the same: shares p have no scale.
    files = with_bounds(support_of(HWANG_YOON, goalposts="fixed"), 0.0, 30000.0)
    expected = [0.064190, 0.206088, 0.013445, 0.081326, 0.358680, 0.276272]
    weights = baseline(files.load()).draws.weight[:6, 0]
    np.testing.assert_allclose(weights, expected, atol=5e-7)


def test_entropy_weights_agree_with_scipy() -> None:
    values = np.random.default_rng(4).uniform(1, 50, (9, 5))
    files = with_bounds(support_of(values, goalposts="fixed"), 0.0, 50.0)
    information = 1 - scipy.stats.entropy(values, axis=0) / np.log(9)
    weights = baseline(files.load()).draws.weight[:5, 0]
    np.testing.assert_allclose(weights, information / information.sum(), rtol=1e-12)


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 7.0, 29.999])
def test_a_constant_indicator_carries_no_information(constant: float) -> None:
    # Any rounding of 1 - e counts as information: alone with others of none it would be all.
    values = np.random.default_rng(5).uniform(1, 30, (7, 3))
    values[:, 1] = constant
    for method in ({"goalposts": "fixed"}, {"goalposts": "pooled"}, {"goalposts": "yearly"}):
        study = with_bounds(support_of(values, **method), 0.0, 30.0).load()
        assert baseline(study).draws.weight[1, 0] == 0.0


def test_nearly_constant_indicators_keep_their_little_information() -> None:
    # e is next to 1; what is left of 1 - e after cancellation is good to 1e-15/1e-7.
    rng = np.random.default_rng(6)
    values = 20 + 0.01 * rng.standard_normal((8, 3))
    study = with_bounds(support_of(values, goalposts="fixed"), 0.0, 30.0).load()
    weights = baseline(study).draws.weight[:3, 0]
    # To second order, 1 - e is proportional to the variance over the squared mean.
    expected = (values.std(axis=0) / values.mean(axis=0)) ** 2
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=2e-3)
    exact = reference.baseline(study)["weight"][:3]
    np.testing.assert_allclose(weights, exact, rtol=1e-6)


def test_entropy_spans_all_years_whatever_the_goalposts() -> None:
    # Values repeat in every year, so goalposts by year are those of all years.
    study = small_study(years=1).load()
    values = np.repeat(study.panel.values, 3, axis=1)
    files = small_study(years=3)
    cells = tuple(tuple(tuple(map(float, row)) for row in mine) for mine in values)
    for scope in ("pooled", "yearly"):
        repeated = replace(files, values=cells).with_tables(method={"goalposts": scope}).load()
        weights = baseline(repeated).draws.weight
        expected = reference.baseline(repeated)["weight"]
        np.testing.assert_allclose(weights[:, 0], expected, atol=1e-14)


# --- normalisation -------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("scope", ["pooled", "yearly"])
def test_the_ends_of_the_range_are_exactly_zero_and_one(direction: int, scope: str) -> None:
    # One indicator a system: S is its normalised value. Widths whose inverse is not exact.
    files = of_sizes((1,), (1,), mines=4, years=3)
    specs = tuple(replace(i, direction=direction) for i in files.indicators)
    rng = np.random.default_rng(7)
    for _ in range(25):
        values = rng.uniform(0.1, 1000, (4, 3, 2))
        study = strategies.with_values(
            replace(files, indicators=specs).with_tables(method={"goalposts": scope}).load(), values
        )
        support = baseline(study).by_mine("support", study)[..., 0]
        axis = 0 if scope == "yearly" else None
        low, high = values[..., 0].min(axis=axis), values[..., 0].max(axis=axis)
        if direction < 0:
            low, high = high, low
        np.testing.assert_allclose(support[values[..., 0] == high], 1, atol=3e-16)
        assert (support[values[..., 0] == low] == 0).all()
        assert ((support >= 0) & (support <= 1 + 3e-16)).all()


def test_direction_mirrors_the_normalised_values() -> None:
    files = of_sizes((1,), (1,), mines=5, years=2)
    up, down = (
        replace(files, indicators=tuple(replace(i, direction=side) for i in files.indicators))
        for side in (1, -1)
    )
    one, other = (baseline(f.load()).draws.support for f in (up, down))
    np.testing.assert_allclose(one + other, 1, atol=1e-15)


def best_within(optimum: tuple[float, float], values: Any, **method: Any) -> StudyFiles:
    """One support indicator, so that S is its normalised value, best within a range."""
    files = support_of(np.asarray(values, float)[:, None], **method)
    first = replace(files.indicators[0], direction=0, optimum=optimum)
    return replace(files, indicators=(first, *files.indicators[1:]))


@pytest.mark.parametrize("scope", ["pooled", "yearly"])
def test_an_indicator_best_within_a_range_falls_with_the_distance_from_it(scope: str) -> None:
    study = best_within((6.0, 8.0), [4, 6, 7, 9, 12], goalposts=scope).load()
    assert baseline(study).draws.support[:, 0].tolist() == [0.5, 1.0, 1.0, 0.75, 0.0]
    assert evaluate(study)["normalized"].values[:, 0, 0].tolist() == [0.5, 1.0, 1.0, 0.75, 0.0]


@pytest.mark.parametrize(("direction", "optimum"), [(1, 12.0), (-1, 4.0)])
def test_a_range_beyond_the_best_value_is_a_direction(direction: int, optimum: float) -> None:
    values = [4, 6, 7, 9, 12]
    plain = support_of(np.array(values, float)[:, None])
    specs = (replace(plain.indicators[0], direction=direction), *plain.indicators[1:])
    one = baseline(best_within((optimum, optimum), values).load()).draws
    two = baseline(replace(plain, indicators=specs).load()).draws
    np.testing.assert_allclose(one.support, two.support, atol=1e-15)
    np.testing.assert_allclose(one.weight, two.weight, atol=1e-15)


def test_values_all_within_the_range_are_all_best_and_tell_nothing() -> None:
    files = support_of(np.random.default_rng(3).uniform(1, 9, (6, 2)))
    ranged = replace(files.indicators[0], direction=0, optimum=(0.0, 10.0))
    study = replace(files, indicators=(ranged, *files.indicators[1:])).load()
    assert (evaluate(study)["normalized"].values[:, 0, 0] == 1).all()
    assert baseline(study).draws.weight[0, 0] == 0.0


def test_frozen_goalposts_count_a_new_best_in_full_and_a_new_worst_as_zero() -> None:
    files = of_sizes((1,), (1,), mines=6, years=4).with_tables(
        uncertainty_data={"cv": 0.2}, uncertainty_method={"goalposts": ["frozen"]}
    )
    support = run(files.load(), 200).draws.support
    assert support.min() == 0.0
    assert support.max() > 1.1


def test_units_change_nothing() -> None:
    study = small_study().load()
    shape = study.panel.values.shape[-1]
    factor = 2.0 ** np.random.default_rng(8).integers(-30, 30, shape)
    other = strategies.with_values(study, study.panel.values * factor)
    one, two = baseline(study), baseline(other)
    for name in ("support", "pressure", "recc", "weight"):
        np.testing.assert_array_equal(getattr(one.draws, name), getattr(two.draws, name))


# --- aggregation ---------------------------------------------------------------------------------


def test_geometric_aggregation_with_a_zero_is_zero() -> None:
    files = small_study(method={"aggregation": "geometric", "goalposts": "yearly"})
    study = files.load()
    got = baseline(study)
    zeros = got.draws.support == 0
    assert 0 < zeros.sum() < zeros.size
    r = reference.baseline(study)["normalized"]
    support = (r[..., reference.system_mask(study, "support")] == 0).any(axis=-1)
    np.testing.assert_array_equal(zeros[:, 0], support.ravel())
    np.testing.assert_array_equal(np.isnan(got.draws.recc), zeros)
    np.testing.assert_array_equal(got.draws.rank == -1, zeros)


def test_zero_to_the_zero_is_one() -> None:
    # A constant indicator has r = 0 and, by entropy alone, weight 0.
    values = np.random.default_rng(9).uniform(1, 30, (6, 3))
    values[:, 1] = 11.0
    study = support_of(values, aggregation="geometric").load()
    got, expected = baseline(study), reference.baseline(study)["support"]
    assert got.draws.weight[1, 0] == 0
    assert (got.draws.support > 0).sum() >= 2
    np.testing.assert_allclose(got.by_mine("support", study)[..., 0], expected, atol=1e-14)


def test_no_support_has_no_carrying_capacity() -> None:
    got = baseline(of_sizes((1,), (1,), mines=3, years=1).load())
    lowest = got.draws.support[:, 0] == 0
    assert lowest.sum() == 1
    np.testing.assert_array_equal(np.isnan(got.draws.recc[:, 0]), lowest)
    np.testing.assert_array_equal(got.draws.rank[:, 0] == -1, lowest)
    # S and P themselves exist, and so do their classes.
    assert (got.draws.zone >= 0).all()
    assert (got.draws.grade >= 1).all()


@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
@pytest.mark.parametrize("system", [0, 1], ids=["support", "pressure"])
def test_a_system_without_information_has_no_index(aggregation: str, system: int) -> None:
    # The baseline's best mine falls below the worst: every r is 0, and there is no weight.
    files = of_sizes((1,), (1,), mines=3, years=1)
    name = files.indicators[system].name
    study = files.with_tables(
        method={"aggregation": aggregation, "obstacle": "both"},
        uncertainty_data={"indicators": {name: {"systematic_cv": 3.0}}},
        uncertainty_method={"goalposts": ["frozen"]},
    ).load()
    draws = assert_agrees(study, 60).draws
    lost = np.isnan((draws.support, draws.pressure)[system])
    assert 0 < lost[0].sum() < 60
    np.testing.assert_array_equal(lost, lost[:1].repeat(3, axis=0))
    assert np.isnan(draws.recc[lost]).all()
    for codes in (draws.zone, draws.grade, draws.rank):
        assert (codes[lost] == -1).all()
    assert np.isfinite(draws.obstacle_mean).all()
