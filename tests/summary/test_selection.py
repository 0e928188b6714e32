"""Draws of given ranks, against those of a sorted copy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.summary.selection import extents, order_statistics
from tests.strategies import seeds

KINDS = {
    "bell-shaped": lambda rng, size: rng.normal(size=size),
    "heavy tails": lambda rng, size: rng.standard_cauchy(size=size) ** 3,
    "ties": lambda rng, size: rng.integers(0, 4, size=size).astype(float),
    "all the same": lambda rng, size: np.full(size, 0.1),
    "infinite": lambda rng, size: 1 / rng.integers(0, 9, size=size),
    "both infinities": lambda rng, size: rng.choice([-np.inf, 0.5, 2.0, np.inf], size=size),
    "as large as can be": lambda rng, size: rng.choice([-1.7e308, -1.0, 1.0, 1.7e308], size=size),
    "as small as can be": lambda rng, size: rng.integers(0, 9, size=size) * 5e-324,
}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("kind", KINDS)
@given(seeds(), st.integers(1, 700), st.sampled_from([0.0, 0.3, 0.99]))
def test_selected_draws_are_those_of_a_sort(
    kind: str, seed: int, samples: int, undefined: float
) -> None:
    rng = np.random.default_rng(seed)
    rows = KINDS[kind](rng, (3, samples))
    rows[1:, 1:][rng.random((2, samples - 1)) < undefined] = np.nan
    before, ordered = rows.copy(), np.sort(rows)
    counts, least, most = within = extents(rows)
    np.testing.assert_array_equal(counts, np.count_nonzero(~np.isnan(rows), axis=1))
    np.testing.assert_array_equal(least, ordered[:, 0])
    np.testing.assert_array_equal(most, np.nanmax(rows, axis=1))
    ranks = rng.integers(0, counts[:, None], (3, 5))
    found = order_statistics(rows, within, ranks)
    np.testing.assert_array_equal(found, np.take_along_axis(ordered, ranks, axis=1))
    np.testing.assert_array_equal(rows, before)


def test_a_row_without_draws_has_no_extremes() -> None:
    counts, least, most = extents(np.full((1, 4), np.nan))
    assert (counts[0], least[0], most[0]) == (0, np.inf, -np.inf)
