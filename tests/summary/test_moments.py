"""Moments and their merging, against the reference."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.kernels.chain import UNIT
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation
from tests import reference
from tests.strategies import seeds

FloatArray = npt.NDArray[np.float64]


def draws(seed: int, samples: int, undefined: float) -> FloatArray:
    rng = np.random.default_rng(seed)
    values = rng.normal(rng.uniform(-5, 5, (6, 1)), 0.1, (6, samples))
    return np.where(rng.random(values.shape) < undefined, np.nan, values)


def unit_moments(values: FloatArray) -> Moments:
    rows, samples = values.shape
    found = Moments.empty(-(-samples // UNIT), rows)
    add_moments(np.ascontiguousarray(values), samples, UNIT, 0, found)
    return found


def moments(values: FloatArray) -> Moments:
    return unit_moments(values).total()


@given(seeds(), st.integers(1, 3000), st.sampled_from([0.0, 0.3, 0.99, 1.0]))
def test_moments_are_those_of_the_reference(seed: int, samples: int, undefined: float) -> None:
    values = draws(seed, samples, undefined)
    expected = reference.moments(values, np.zeros(6))
    found = moments(values)
    mean, error, std = mean_and_deviation(found)
    np.testing.assert_array_equal(found.draws, expected["count"])
    np.testing.assert_allclose(mean, expected["mean"], rtol=1e-13)
    np.testing.assert_allclose(std, expected["std"], rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(error * np.sqrt(found.draws), std, rtol=1e-13)


@given(seeds(), st.sets(st.integers(1, 6)), st.sampled_from([0.0, 0.3, 1.0]))
def test_no_cut_at_units_changes_a_bit(seed: int, cuts: set[int], undefined: float) -> None:
    values = draws(seed, 6 * UNIT + 77, undefined)
    total = Moments.empty(0, 6)
    for part in np.split(values, [UNIT * cut for cut in sorted(cuts)], axis=-1):
        np.testing.assert_equal(
            total.extend(unit_moments(part)), total.join(unit_moments(part)).merge()
        )
        total = total.join(unit_moments(part)).merge()
    for one, other in zip(total.total(), moments(values), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("samples", [1, 1000, 5000])
def test_equal_draws_have_their_value_as_mean_and_no_deviation(samples: int) -> None:
    value = 0.1 + 0.2
    found = moments(np.full((1, samples), value))
    assert found.mean[0] == value
    assert found.squares[0] == 0


def test_a_large_offset_costs_no_precision() -> None:
    values = draws(1, 4000, 0.0)
    shifted = moments(values + 2.0**30)
    np.testing.assert_allclose(shifted.squares, moments(values).squares, rtol=1e-6)


def test_draws_are_not_changed() -> None:
    values = draws(1, 2000, 0.3)
    before = values.copy()
    moments(values)
    np.testing.assert_array_equal(values, before)


def test_moments_of_no_rows_are_merged_as_others_are() -> None:
    # The changes over the years of a study of one year.
    nothing = Moments.empty(3, 0)
    assert [array.shape for array in nothing.extend(nothing)] == [(1, 0)] * 3
    assert [array.shape for array in nothing.total()] == [(0,)] * 3
