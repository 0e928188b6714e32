"""Standard errors from influence values against formulas and against repeated experiments."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recc_mc.summary.influence import mean_influence, quantile_influence, standard_error

LEVELS = [0.025, 0.5, 0.95]


def test_the_error_of_a_mean_and_of_a_probability_is_the_textbooks() -> None:
    draws = np.random.default_rng(1).normal(3, 2, 1000)
    assert_allclose(standard_error(mean_influence(draws)), draws.std() / 1000**0.5)
    share = (draws > 3).mean()
    error = standard_error(mean_influence(draws > 3))
    assert_allclose(error, (share * (1 - share) / 1000) ** 0.5)


def test_draws_that_are_not_defined_are_left_out() -> None:
    draws = np.random.default_rng(2).normal(size=1000)
    holes = np.where(np.arange(1000) % 4 == 0, np.nan, draws)
    kept = draws[np.arange(1000) % 4 != 0]
    error = standard_error(mean_influence(holes))
    assert_allclose(error, kept.std() / kept.size**0.5)
    with_holes = quantile_influence(holes, LEVELS)
    assert (with_holes[:, ::4] == 0).all()
    assert_allclose(
        standard_error(with_holes),
        quantile_influence(kept, LEVELS).std(axis=-1) / kept.size**0.5,
    )


def test_no_defined_draw_has_no_influence_values() -> None:
    nothing = np.full(10, np.nan)
    assert np.isnan(mean_influence(nothing)).all()
    assert np.isnan(quantile_influence(nothing, LEVELS)).all()


def test_equal_draws_have_no_error() -> None:
    assert (quantile_influence(np.ones(50), LEVELS) == 0).all()
    assert (mean_influence(np.ones(50)) == 0).all()


@pytest.mark.parametrize("paired", [True, False])
def test_errors_of_quantile_differences_are_those_of_repeated_experiments(paired: bool) -> None:
    rng = np.random.default_rng(3)
    found, errors = [], []
    for _ in range(400):
        first = rng.normal(size=2000)
        other = first if paired else rng.normal(size=2000)
        second = 1.1 * other + rng.normal(0, 0.1, 2000)
        found.append(np.quantile(second, LEVELS) - np.quantile(first, LEVELS))
        a, b = (quantile_influence(draws, LEVELS) for draws in (first, second))
        errors.append(
            standard_error(b - a) if paired else np.hypot(standard_error(a), standard_error(b))
        )
    assert_allclose(np.mean(errors, axis=0), np.std(found, axis=0), rtol=0.15)
