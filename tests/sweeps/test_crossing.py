"""The first size at which a share falls below a level, and its interval."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from recc_mc._typing import Floats
from recc_mc.sweeps.crossing import POINTS, Search, fewest_draws


def searched(
    share: Callable[[Floats], Floats], draws: int, level: float = 0.95, *, first: float = 0.01
) -> Search:
    """Search with the same draws at all sizes; `share` (size, thing) of a number of them."""
    search = Search(level, np.geomspace(first, 0.6, POINTS))
    while search.wanted.size:
        hits = np.rint(share(search.wanted) * draws).astype(np.int64)
        search.add(np.stack([hits, np.full_like(hits, draws)], axis=-1))
    return search


def normal(*scales: float) -> Callable[[Floats], Floats]:
    """Probabilities Phi(a / size), as that of a normal error of a size to stay below a."""
    return lambda sizes: ndtr(np.array(scales) / sizes[:, None])


@pytest.mark.parametrize("level", [0.5001, 0.8, 0.95, 0.99])
def test_crossings_are_those_of_the_closed_form(level: float) -> None:
    scales = np.array([0.03, 0.1, 0.3, 0.55]) * ndtri(level)
    search = searched(normal(*scales), 10**12, level)
    crossing, lower, upper = search.crossings()
    # Within brackets that are 10 % wide the probit is not quite linear.
    np.testing.assert_allclose(crossing, scales / ndtri(level), rtol=3e-3)
    np.testing.assert_allclose(lower, upper, rtol=1e-4 if level > 0.6 else 2e-2)


def test_limits_are_where_the_score_interval_of_the_share_leaves_the_level() -> None:
    draws, level = 2000, 0.95
    half = 1.959963984540054 * np.sqrt(level * (1 - level) / draws)
    _, lower, upper = searched(normal(0.3), draws).crossings()
    assert lower[0] == pytest.approx(0.3 / ndtri(level + half), rel=5e-3)
    assert upper[0] == pytest.approx(0.3 / ndtri(level - half), rel=5e-3)


def test_the_interval_covers_as_often_as_it_says() -> None:
    draws, level, true = 1000, 0.95, 0.2
    z = np.sort(np.random.default_rng(1).normal(size=(1500, draws)), axis=1)

    def share(sizes: Floats) -> Floats:
        within = true * ndtri(level) / sizes
        return np.array([[np.searchsorted(row, w) / draws for row in z] for w in within])

    _, lower, upper = searched(share, draws, level).crossings()
    covered = np.mean((lower <= true) & (true <= upper))
    # A count is a whole number, and 1500 runs know the coverage to 0.006.
    assert covered == pytest.approx(0.95, abs=0.02)


def test_what_always_holds_and_what_never_does() -> None:
    found = searched(normal(10.0, 1e-4), 1000)
    crossing, lower, upper = found.crossings()
    assert crossing.tolist() == [np.inf, 0.0]
    assert (lower[0], upper[0], lower[1], upper[1]) == (np.inf, np.inf, 0.0, 0.0)
    # Nothing crosses, so nothing more is tried.
    assert found.sizes.size == POINTS


def test_the_first_crossing_counts_where_a_share_rises_again() -> None:
    def share(sizes: Floats) -> Floats:
        return np.where((sizes > 0.1) & (sizes < 0.2), 0.5, 1.0)[:, None]

    crossing, lower, upper = searched(share, 1000).crossings()
    assert 0.09 < lower[0] <= crossing[0] <= upper[0] < 0.11


def test_few_draws_leave_a_limit_open() -> None:
    # A share of 1 in 73 draws is just above 0.95 by its interval, in 72 not.
    assert fewest_draws(0.95) == 73
    assert searched(normal(0.3), 73).crossings()[1][0] > 0
    assert searched(normal(0.3), 72).crossings()[1][0] == 0


def test_draws_without_a_truth_do_not_count() -> None:
    search = Search(0.95, np.array([0.1, 0.2]), rounds=0)
    counts = np.array([[[96, 100], [0, 0]], [[9, 10], [5, 5]]])
    search.add(counts)
    np.testing.assert_array_equal(search.shares, [[0.96, np.nan], [0.9, 1.0]])
    crossing = search.crossings()[0]
    assert 0.1 < crossing[0] < 0.2
    assert crossing[1] == 0.0
