"""Geometric means and TOPSIS, seen from the outputs of the chain."""

from dataclasses import replace

import numpy as np
import pytest

from tests.kernels.cases import of_sizes, with_bounds, with_column
from tests.kernels.harness import run, uniforms
from tests.kernels.test_index import baseline, support_of
from tests.strategies import small_study


def test_closeness_is_that_of_pymcdm() -> None:
    # Its ideal and anti-ideal are the best and the worst that occur: 1 and 0 under goalposts of
    # all objects, which are the ones where both agree.
    methods = pytest.importorskip("pymcdm.methods")
    values = np.random.default_rng(4).uniform(1, 50, (12, 5))
    got = baseline(support_of(values, aggregation="topsis", objective="critic").load()).draws
    expected = methods.TOPSIS()(values, got.weight[:5, 0], np.ones(5))
    np.testing.assert_allclose(got.support[:, 0], expected, rtol=1e-12)


def test_closeness_is_that_of_scikit_criteria() -> None:
    skcriteria = pytest.importorskip("skcriteria")
    topsis = pytest.importorskip("skcriteria.agg.topsis").TOPSIS()
    values = np.random.default_rng(4).uniform(1, 50, (12, 5))
    got = baseline(support_of(values, aggregation="topsis").load()).draws
    share = (values - values.min(0)) / (values.max(0) - values.min(0))
    decision = skcriteria.mkdm(share, [max] * 5, weights=got.weight[:5, 0])
    expected = np.asarray(topsis.evaluate(decision).e_.similarity)
    np.testing.assert_allclose(got.support[:, 0], expected, rtol=1e-12)


def test_closeness_under_other_goalposts_is_to_what_they_call_best_and_worst() -> None:
    methods = pytest.importorskip("pymcdm.methods")
    values = np.random.default_rng(5).uniform(10, 40, (12, 3))
    files = with_bounds(support_of(values, aggregation="topsis", goalposts="fixed"), 0.0, 50.0)
    got = baseline(files.load()).draws
    among = methods.TOPSIS()(values, got.weight[:3, 0], np.ones(3))
    assert (np.abs(got.support[:, 0] - among) > 0.01).any()
    own = np.concatenate([[[0.0] * 3, [50.0] * 3], values])
    expected = methods.TOPSIS()(own, got.weight[:3, 0], np.ones(3), validation=False)[2:]
    np.testing.assert_allclose(got.support[:, 0], expected, rtol=1e-12)


def test_the_ideal_has_closeness_1_and_the_worst_0() -> None:
    values = np.array([[1.0, 2, 3], [4, 5, 6], [2, 4, 5]])
    support = baseline(support_of(values, aggregation="topsis").load()).draws.support[:, 0]
    np.testing.assert_array_equal(support[:2], [0, 1])
    assert 0 < support[2] < 1


def test_what_is_better_than_the_ideal_does_not_lower_the_index() -> None:
    files = of_sizes((2,), (1,), mines=3, years=1)
    specs = tuple(replace(i, direction=1) for i in files.indicators)
    values = {}
    for best in (60.0, 120.0):
        study = with_bounds(with_column(replace(files, indicators=specs), 0, [[best], [20], [10]]),
                            0.0, 60.0).with_tables(
            method={"goalposts": "fixed", "aggregation": "topsis", "ahp_share": 1.0}
        )  # fmt: skip
        values[best] = baseline(study.load()).draws.support[0, 0]
    assert values[120.0] >= values[60.0]


@pytest.mark.parametrize("aggregation", ["geometric", "topsis"])
def test_samples_that_take_the_sum_are_those_of_a_run_that_takes_nothing_else(
    aggregation: str,
) -> None:
    files = small_study(uncertainty_data={"cv": 0.2})
    either = files.with_tables(uncertainty_method={"aggregation": ["linear", aggregation]}).load()
    rows = uniforms(either, 200)
    drawn = run(either, 200, u=rows)
    alone = run(files.load(), 200, u=rows[:-1])
    linear = rows[-1, :200] < 0.5
    assert 0 < linear.sum() < 200
    np.testing.assert_array_equal(drawn.draws.support[:, linear], alone.draws.support[:, linear])
    assert (drawn.draws.support[:, ~linear] != alone.draws.support[:, ~linear]).any(axis=0).all()
