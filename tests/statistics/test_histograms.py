"""Quantiles from histograms, against exact ones."""

import numpy as np
import pytest

from recc_mc.kernels.tally import Histogram, add_histogram
from recc_mc.run.tallies import Edges, Panel, empty_tally
from recc_mc.statistics.histograms import histogram_quantiles

LEVELS = (0.0, 0.025, 0.5, 0.9, 1.0)


def quantiles(values: np.ndarray, edges: Edges) -> np.ndarray:
    rows = values.shape[0]
    tally = empty_tally(Panel(1, rows // 3, 1, 1), 1, edges.bins, compared=False)
    add_histogram(
        values,
        values.shape[1],
        0,
        Histogram(edges.low, 1 / edges.width, tally.histogram, tally.least, tally.most),
    )
    return histogram_quantiles(tally, edges, LEVELS)


@pytest.mark.parametrize("draws", [1, 7, 100, 5000])
@pytest.mark.parametrize("reach", [0.2, 1.0])
def test_no_quantile_is_wrong_by_more_than_a_bin(draws: int, reach: float) -> None:
    values = np.random.default_rng(1).normal([[0.0], [5.0], [-1.0]], 1.0, (3, draws))
    span = np.ptp(values, axis=1) + 1.0
    # With reach < 1 the bins end within the draws: what is beyond is counted at the ends.
    edges = Edges(values.min(axis=1) - 0.1, reach * span / 500, 500)
    found = quantiles(values, edges)
    exact = np.quantile(values, LEVELS, axis=1).T
    # The draw above a quantile lies below the last edge too.
    inside = exact + 0.5 < (edges.low + 500 * edges.width)[:, None]
    assert inside.any() or draws == 1
    error = np.abs(found - exact) / edges.width[:, None]
    assert (error[inside] <= 1.0).all()
    np.testing.assert_array_equal(found[:, 0], values.min(axis=1))
    np.testing.assert_array_equal(found[:, -1], values.max(axis=1))


def test_equal_draws_have_their_value_as_quantile() -> None:
    values = np.full((3, 1000), 0.3)
    found = quantiles(values, Edges(np.full(3, 0.2), np.full(3, 0.01), 20))
    np.testing.assert_array_equal(found, np.full((3, len(LEVELS)), 0.3))


def test_undefined_draws_do_not_count() -> None:
    values = np.tile(np.linspace(0, 1, 101), (3, 1))
    mixed = np.concatenate([values, np.full((3, 50), np.nan)], axis=1)
    edges = Edges(np.full(3, -0.01), np.full(3, 0.01), 103)
    np.testing.assert_array_equal(quantiles(mixed, edges), quantiles(values, edges))
    assert np.isnan(quantiles(np.full((3, 4), np.nan), edges)).all()
