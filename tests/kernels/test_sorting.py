"""Sorting and ranking several lanes at a time, against NumPy and against pairs."""

import numpy as np
import pytest

from recc_mc.kernels.sorting import SIDE, rank_by_sorting, sort_lanes
from tests import reference


@pytest.mark.parametrize("count", [*range(1, 20), 31, 32, 33, 100, 127, 1000])
def test_every_lane_is_sorted(count: int) -> None:
    keys = np.random.default_rng(count).integers(-50, 50, (count, SIDE))
    flat = keys.ravel().copy()
    sort_lanes(flat, count)
    np.testing.assert_array_equal(flat.reshape(count, SIDE), np.sort(keys, axis=0))


@pytest.mark.parametrize("mines", [1, 2, 3, 64, 65, 300])
def test_ties_and_what_keys_cannot_tell_apart(mines: int) -> None:
    """Neighbouring numbers, zeros of both signs and undefined ones, in a year between others."""
    years, year, first = 3, 1, 8
    near = [1.0, np.nextafter(1.0, 0), np.nextafter(1.0, 2)]
    values = np.array([*near, -0.0, 0.0, -1.0, np.inf, -np.inf, np.nan])
    recc = np.random.default_rng(mines).choice(values, (mines * years, 2 * SIDE))
    rank = np.full(recc.shape, -7, np.int16)
    rank_by_sorting(recc, mines, year, years, first, -1, rank)
    for s in range(first, first + SIDE):
        expected = reference.ranks(recc[:, s].reshape(mines, years))
        np.testing.assert_array_equal(rank[:, s].reshape(mines, years)[:, year], expected[:, year])
    untouched = np.delete(rank.reshape(mines, years, -1), year, axis=1)
    assert (untouched == -7).all()


def test_all_alike() -> None:
    rank = np.full((200, SIDE), -7, np.int16)
    rank_by_sorting(np.full((200, SIDE), 0.25), 200, 0, 1, 0, -1, rank)
    assert (rank == 1).all()
