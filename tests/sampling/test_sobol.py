"""Rows of pick-freeze designs."""

import numpy as np
import pytest
from scipy.stats import qmc

from recc_mc.sampling.sobol import SobolDesign


@pytest.mark.parametrize("columns", [0, 1, 7])
def test_a_row_depends_on_its_number_alone(columns: int) -> None:
    design = SobolDesign(columns, seed=3)
    whole = design.rows(2, 0, 64)
    for first, count in [(0, 16), (16, 16), (48, 16), (32, 8), (5, 3)]:
        for part, rows in zip(design.rows(2, first, count), whole, strict=True):
            np.testing.assert_array_equal(part, rows[:, first : first + count])
            assert part.shape == (columns, count)
            assert part.flags.c_contiguous


def test_a_and_b_are_halves_of_one_scrambled_sequence() -> None:
    a, b = SobolDesign(3, seed=1).rows(0, 0, 256)
    together = np.concatenate([a, b])
    # Each column has one point in each of 256 equal intervals, each pair of columns likewise in
    # boxes: no two sequences, nor two parts of one, are as even.
    assert (np.sort(np.floor(together * 256), axis=1) == np.arange(256)).all()
    assert qmc.discrepancy(together.T) < 0.2 * qmc.discrepancy(
        np.random.default_rng(1).random((256, 6))
    )
    correlation = np.corrcoef(together)
    assert np.abs(correlation - np.eye(6)).max() < 0.05


def test_rows_are_inside_the_cube() -> None:
    a, b = SobolDesign(20, seed=0).rows(0, 0, 4096)
    assert min(a.min(), b.min()) >= 2.0**-31
    assert max(a.max(), b.max()) <= 1 - 2.0**-31


def test_seeds_and_replicates_give_other_scrambles() -> None:
    seen = {
        SobolDesign(2, seed).rows(replicate, 0, 4)[0].tobytes()
        for seed in (0, 1, 2**32, 2**63 - 1)
        for replicate in range(3)
    }
    assert len(seen) == 12
    np.testing.assert_array_equal(SobolDesign(2, 0).rows(1, 0, 4), SobolDesign(2, 0).rows(1, 0, 4))
