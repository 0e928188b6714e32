"""Weights that the data give, by every objective: against other programs, and their laws."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.kernels.cases import OTHERS, of_sizes, with_bounds, with_column
from tests.kernels.harness import assert_agrees
from tests.kernels.test_index import baseline, support_of

FloatArray = npt.NDArray[np.float64]
OBJECTIVES = ("entropy", *OTHERS["objective"])


def weights_of(values: Any, objective: str, **method: Any) -> FloatArray:
    """Weights of columns by an objective alone, under fixed goalposts of 0 and 1."""
    method = {"goalposts": "fixed", "objective": objective, **method}
    files = with_bounds(support_of(values, **method), 0.0, 1.0)
    return baseline(files.load()).draws.weight[: np.shape(values)[1], 0]


def table(rows: int, columns: int, seed: int = 0) -> FloatArray:
    """Min-max values: every column has its 0 and its 1."""
    values = np.random.default_rng(seed).uniform(0, 1, (rows, columns))
    low, high = values.min(axis=0), values.max(axis=0)
    return np.asarray((values - low) / (high - low))


@pytest.mark.parametrize(
    ("objective", "function"),
    [("critic", "critic_weights"), ("sd", "standard_deviation_weights"),
     ("equal", "equal_weights")],
)  # fmt: skip
@pytest.mark.parametrize("rows", [3, 8, 150])
def test_weights_are_those_of_pymcdm(objective: str, function: str, rows: int) -> None:
    weights = pytest.importorskip("pymcdm.weights")
    values = table(rows, 6, seed=rows)
    expected = getattr(weights, function)(values)
    np.testing.assert_allclose(weights_of(values, objective), expected, rtol=1e-11)


def test_entropy_weights_are_those_of_pymcdm_where_no_value_is_0() -> None:
    # Min-max columns all have a zero, whose 0 ln 0 is 0 here.
    weights = pytest.importorskip("pymcdm.weights")
    values = np.random.default_rng(1).uniform(0.1, 1, (9, 5))
    np.testing.assert_allclose(
        weights_of(values, "entropy"), weights.entropy_weights(values), rtol=1e-11
    )
    values[0, 0] = 0.0
    with pytest.raises(ValueError, match="requires all positive values"):
        weights.entropy_weights(values)
    assert weights_of(values, "entropy")[0] > 0


def test_weights_are_those_of_scikit_criteria() -> None:
    # Its entropy takes zeros, as min-max columns have them.
    skcriteria = pytest.importorskip("skcriteria")
    weighters = pytest.importorskip("skcriteria.preprocessing.weighters")
    values = table(12, 5, seed=3)
    decision = skcriteria.mkdm(values, [max] * 5)
    for objective, weighter in (
        ("critic", weighters.CRITIC()),
        ("entropy", weighters.EntropyWeighter()),
        ("equal", weighters.EqualWeighter()),
    ):
        expected = np.asarray(weighter.transform(decision).weights)
        np.testing.assert_allclose(weights_of(values, objective), expected, rtol=1e-9)


def test_critic_is_that_of_pydecision_and_its_entropy_that_of_values_as_they_are() -> None:
    algorithm = pytest.importorskip("pyDecision.algorithm")
    values = table(12, 5, seed=3)
    critic = algorithm.critic_method(values, ["max"] * 5)
    np.testing.assert_allclose(weights_of(values, "critic"), critic, rtol=1e-9)
    # It normalises nothing and adds a little to avoid ln 0: of values above 0 both agree.
    positive = np.random.default_rng(1).uniform(0.1, 1, (9, 5))
    entropy = algorithm.entropy_method(positive, ["max"] * 5)
    np.testing.assert_allclose(weights_of(positive, "entropy"), entropy, rtol=1e-5)


def test_critic_weighs_what_agrees_with_nothing_most() -> None:
    # rho of the first two is 1, of either and the third -1: conflicts are 2, 2 and 4.
    one = np.array([0.0, 0.2, 0.7, 1.0])
    found = weights_of(np.stack([one, one, 1 - one], axis=1), "critic")
    np.testing.assert_allclose(found, [0.25, 0.25, 0.5], rtol=1e-12)


def test_the_coefficient_of_variation_is_the_deviation_over_the_mean() -> None:
    # s is sqrt(1/3) and sqrt(1/27), the means are 1/3 and 1/9: ratios sqrt(3) and sqrt(3).
    found = weights_of([[1, 1 / 3, 0.5], [0, 0, 0.25], [0, 0, 0.75]], "cv")
    np.testing.assert_allclose(found, np.array([1, 1, 0.5 / 3**0.5]) / (2 + 0.5 / 3**0.5))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("constant", [0.0, 0.1, 1 / 3, 0.7, 1.0])
def test_a_constant_has_weight_0_under_every_objective(objective: str, constant: float) -> None:
    values = table(7, 4)
    values[:, 1] = constant
    found = weights_of(values, objective)
    assert found[1] == 0
    np.testing.assert_allclose(
        np.delete(found, 1), weights_of(np.delete(values, 1, axis=1), objective), rtol=1e-12
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_only_indicator_that_varies_has_all_the_weight(objective: str) -> None:
    values = table(5, 3)
    values[:, [0, 2]] = 0.3
    np.testing.assert_array_equal(weights_of(values, objective), [0, 1, 0])
    np.testing.assert_array_equal(weights_of(values[:, 1:2], objective), [1])


def test_indicators_that_rise_and_fall_together_have_no_weight_by_critic() -> None:
    one = np.array([0.0, 0.15, 0.4, 1.0])
    assert np.isnan(weights_of(np.stack([one, 0.3 * one, one / 7], axis=1), "critic")).all()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_weights_follow_a_permutation_of_objects_and_of_indicators(objective: str) -> None:
    values, rng = table(20, 5), np.random.default_rng(3)
    found = weights_of(values, objective)
    order = rng.permutation(5)
    np.testing.assert_allclose(weights_of(values[:, order], objective), found[order], rtol=1e-12)
    moved = weights_of(values[rng.permutation(20)], objective)
    np.testing.assert_allclose(moved, found, rtol=1e-12)


@pytest.mark.parametrize("objective", OTHERS["objective"])
def test_many_objects_and_indicators_agree_with_the_reference(objective: str) -> None:
    files = of_sizes((4, 5), (6,), mines=11, years=7)
    table = {"objective": [objective, "entropy"]}
    assert_agrees(
        files.with_tables(uncertainty_data={"cv": 0.1}, uncertainty_method=table).load(), 20
    )


def test_every_objective_is_drawn_in_its_share() -> None:
    files = with_column(of_sizes((3,), (3,), mines=4, years=2), 1, 5.0)
    files = files.with_tables(
        method={"ahp_share": 0.0}, uncertainty_method={"objective": list(OBJECTIVES)}
    )
    weights = assert_agrees(files.load(), 2000).draws.weight
    assert (weights[1] == 0).all()
    held = {
        name: baseline(
            files.with_tables(method={"ahp_share": 0.0, "objective": name}).load()
        ).draws.weight[:, 0]
        for name in OBJECTIVES
    }
    shares = [(weights == one[:, None]).all(axis=0).mean() for one in held.values()]
    np.testing.assert_allclose(shares, 0.2, atol=4 * np.sqrt(0.2 * 0.8 / 2000))


def test_an_objective_alone_is_the_weight_where_the_ahp_has_no_share() -> None:
    files = of_sizes((3, 2), (4,))
    for objective in OBJECTIVES:
        table = {"ahp_share": 0.0, "objective": objective}
        draws = baseline(replace(files).with_tables(method=table).load()).draws
        for system in (slice(0, 5), slice(5, 9)):
            assert draws.weight[system].sum() == pytest.approx(1, abs=1e-14)
