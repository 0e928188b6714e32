"""Counts and probabilities, against the reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.statistics.counts import count_above, count_classes, count_true
from recc_mc.statistics.probability import probability
from tests import reference
from tests.strategies import seeds


@given(seeds(), st.integers(1, 300), st.sampled_from([(0, 4), (1, 9), (1, 3)]))
def test_class_counts_give_the_probabilities_of_the_reference(
    seed: int, samples: int, range_of_codes: tuple[int, int]
) -> None:
    first, classes = range_of_codes
    rng = np.random.default_rng(seed)
    codes = rng.integers(first - 1, first + classes, (3, 2, samples))
    codes = np.where(codes < first, -1, codes).astype(np.int8)
    codes[0, 0] = -1
    counts = count_classes(codes, first, classes)
    share, error = probability(counts, counts.sum(axis=-1, keepdims=True))
    expected = reference.class_probability(codes, range(first, first + classes))
    np.testing.assert_allclose(share, expected[0], rtol=1e-15)
    np.testing.assert_allclose(error, expected[1], rtol=1e-13)
    assert np.isnan(share[0, 0]).all()


def test_a_class_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="code 5 of 4 classes"):
        count_classes(np.array([[1, 5, 2]]), 1, 4)


@given(seeds(), st.integers(1, 4), st.integers(1, 100), st.sampled_from([0.0, 0.4]))
def test_pairs_are_compared_as_in_the_reference(
    seed: int, mines: int, samples: int, undefined: float
) -> None:
    rng = np.random.default_rng(seed)
    # Few distinct values, so that there are ties.
    values = rng.integers(0, 4, (mines, 2, samples)).astype(float)
    values[rng.random(values.shape) < undefined] = np.nan
    share, error = probability(*count_above(values))
    expected = reference.outranks_probability(values)
    np.testing.assert_allclose(share, expected[0], rtol=1e-15)
    np.testing.assert_allclose(error, expected[1], rtol=1e-13)


def test_counts_are_64_bit_integers() -> None:
    codes = np.ones((2, 3, 5), np.int8)
    above, both = count_above(codes.astype(float))
    for counts in (count_true(codes > 0), count_classes(codes, 1, 2), above, both):
        assert counts.dtype == np.int64


def test_a_probability_of_no_draws_is_undefined() -> None:
    share, error = probability(np.array([0, 0, 3]), np.array([0, 3, 3]))
    np.testing.assert_array_equal(share, [np.nan, 0, 1])
    np.testing.assert_array_equal(error, [np.nan, 0, 0])
