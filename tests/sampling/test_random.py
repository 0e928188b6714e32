"""Rows of plain Monte Carlo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.sampling.random import RandomDesign
from tests.reference import philox4x32


@given(st.integers(0, 2**40), st.integers(0, 70), st.integers(0, 70), st.integers(0, 5))
def test_a_row_depends_on_its_number_alone(first: int, skip: int, count: int, columns: int) -> None:
    design = RandomDesign(columns, seed=3)
    rows = design.rows(first, skip + count)
    np.testing.assert_array_equal(design.rows(first + skip, count), rows[:, skip:])
    assert rows.shape == (columns, skip + count)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_rows_are_philox_numbers_of_sample_and_position(seed: int) -> None:
    sample, column = 2**33 + 5, 2
    counter = (sample % 2**32, sample >> 32, column // 2, 0)
    high, low, _, _ = philox4x32(counter, (seed % 2**32, seed >> 32))
    expected = (((high << 32 | low) >> 12) + 0.5) / 2**52
    assert RandomDesign(3, seed).rows(sample, 1)[column, 0] == expected


def test_columns_are_uniform_and_independent() -> None:
    rows = RandomDesign(4, seed=1).rows(0, 40_000)
    assert 0 < rows.min() < 1e-3
    assert 1 > rows.max() > 1 - 1e-3
    np.testing.assert_allclose(rows.mean(axis=1), 0.5, atol=5 * np.sqrt(1 / 12 / 40_000))
    np.testing.assert_allclose(np.corrcoef(rows), np.eye(4), atol=5 / 200)


def test_seeds_give_other_rows() -> None:
    zero, one = (RandomDesign(1, seed).rows(0, 1000)[0] for seed in (0, 1))
    assert abs(np.corrcoef(zero, one)[0, 1]) < 5 / np.sqrt(1000)
