"""Statistics of obstacle degrees."""

import numpy as np

import recc_mc as rm
from recc_mc.summary.moments import Moments
from recc_mc.summary.obstacles import OBSTACLES, obstacle_statistics
from tests.strategies import small_study


def test_totals_become_means_and_probabilities() -> None:
    degree = Moments(np.array([4, 4, 0]), np.array([0.375, 0.0, 0.0]), np.array([0.75, 0.0, 0.0]))
    criteria = np.array([[True, True, False], [False, False, True]])
    found = obstacle_statistics(degree, np.array([2, 0, 0]), criteria)
    assert tuple(found) == OBSTACLES
    np.testing.assert_array_equal(found["obstacle_std"], [0.5, 0, np.nan])
    np.testing.assert_array_equal(found["obstacle_criterion_mean"], [0.375, np.nan])
    np.testing.assert_array_equal(found["obstacle_mean"], [0.375, 0, np.nan])
    np.testing.assert_array_equal(found["obstacle_top5_probability"], [0.5, 0, np.nan])
    np.testing.assert_array_equal(found["obstacle_top5_probability_error"], [0.25, 0.75, np.nan])


def test_a_system_left_out_has_none() -> None:
    draws = rm.simulate(small_study(uncertainty_data={"cv": 0.1}).load(), samples=200, seed=1)
    support = draws["indicator_system"].values == "support"
    for name in (n for n in OBSTACLES if n != "obstacle_criterion_mean"):
        assert np.isnan(draws[name].values[..., ~support]).all()
        assert not np.isnan(draws[name].values[..., support]).any()
    totals = draws["obstacle_mean"].values[..., support].sum(axis=-1)
    np.testing.assert_allclose(totals, 1, rtol=1e-12)
    # Four indicators of support: each that is an obstacle is among the five largest.
    assert (draws["obstacle_top5_probability"].values[..., support] > 0).any()
