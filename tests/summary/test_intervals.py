import numpy as np
import pytest
from scipy import stats

from recc_mc.summary.intervals import NORMAL_95, draws_behind, wilson
from recc_mc.summary.probability import probability


def coverage(p: float, n: int) -> float:
    """Exact: the chance of each count by whether its interval holds p."""
    hits = np.arange(n + 1)
    low, high = wilson(hits / n, n)
    return float(stats.binom.pmf(hits, n, p)[(low <= p) & (p <= high)].sum())


@pytest.mark.parametrize("n", [20, 100, 1000, 5000])
def test_intervals_cover_19_of_20_on_average(n):
    grid = np.concatenate([np.geomspace(1 / n, 0.5, 60), 1 - np.geomspace(1 / n, 0.5, 60)])
    found = [coverage(float(p), n) for p in grid]
    assert 0.94 <= np.mean(found) <= 0.975
    assert min(found) > 0.88


def test_two_standard_errors_do_not_where_a_wilson_interval_does():
    p, n = 0.002, 1000
    share = np.arange(n + 1) / n
    half = NORMAL_95 * np.sqrt(share * (1 - share) / n)
    wald = stats.binom.pmf(np.arange(n + 1), n, p)[np.abs(share - p) <= half].sum()
    assert wald < 0.88
    assert coverage(p, n) > 0.94


def test_it_is_the_interval_of_scipy():
    for hits, n in ((0, 7), (3, 50), (50, 50), (999, 1000)):
        found = stats.binomtest(hits, n).proportion_ci(method="wilson")
        np.testing.assert_allclose(wilson(hits / n, n), (found.low, found.high), atol=1e-12)


def test_the_ends_belong_to_their_intervals():
    low, high = wilson([0.0, 1.0], [5, 5])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert high[0] > 0.4
    assert low[1] < 0.6


def test_nothing_is_known_without_draws():
    assert np.isnan(wilson([np.nan, 0.5], [10, 0])).all()


def test_the_error_tells_how_many_draws_count():
    p, n = np.array([0.2, 0.001, 0.0, 1.0]), np.array([17, 20_000, 17, 20_000])
    error = np.where((p > 0) & (p < 1), np.sqrt(p * (1 - p) / n), 3 / n)
    assert draws_behind(p, error).tolist() == n.tolist()
    assert draws_behind([0.5, np.nan, 1.0], [0.0, np.nan, np.nan]).tolist()[0] == np.inf
    assert np.isnan(draws_behind([np.nan, 1.0], [np.nan, np.nan])).all()


@pytest.mark.parametrize("hits", ["none", "all", "one"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10])
def test_no_interval_is_that_of_more_draws_than_there_are(n, hits):
    share, error = probability({"none": 0, "all": n, "one": 1}[hits], n)
    behind = float(draws_behind(share, error))
    if n == 1:
        assert np.isnan(behind)
        assert np.isnan(wilson(share, behind)).all()
        return
    assert behind == n or (behind == 2 and n == 3 and hits != "one")
    low, high = wilson(share, behind)
    assert low <= wilson(share, n)[0] + 1e-12
    assert high >= wilson(share, n)[1] - 1e-12
