"""Quantiles of the draws' changes, and their intervals."""

import numpy as np
import pytest
from scipy.stats import binom

from recc_mc.targets.finding import quantile_interval, smallest_with


def test_a_share_of_the_draws_is_at_or_below_what_is_required() -> None:
    for size in (1, 7, 10, 100):
        ordered = np.arange(1.0, size + 1)
        for share in (0.07, 0.5, 0.9, 0.95):
            found = smallest_with(ordered, share)
            assert np.mean(ordered <= found) >= share - 1e-9
            assert np.mean(ordered < found) < share


@pytest.mark.parametrize(("size", "share"), [(200, 0.9), (1000, 0.5), (50, 0.95)])
def test_an_interval_covers_the_quantile_of_any_distribution(size: int, share: float) -> None:
    # Of ordered uniforms the number below the quantile is binomial: its ranks say what is covered.
    low, high = quantile_interval(np.arange(1.0, size + 1), share)
    below = binom(size, share)
    covered = (below.cdf(high - 1) if high <= size else 1) - (below.cdf(low - 1) if low else 0)
    assert 0.95 <= covered < 0.99


def test_few_draws_tell_no_limits() -> None:
    assert quantile_interval(np.array([0.3]), 0.9) == (0.0, np.inf)
    assert quantile_interval(np.array([]), 0.9) == (0.0, np.inf)
