"""Zones, grades and ranks, on their borders and off them."""

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.kernels.classes import find_grades, find_ranks, find_zones
from recc_mc.kernels.options import LANES
from tests import reference

FloatArray = npt.NDArray[np.float64]
#: Values whose squares and roots are among them, and values beyond the ends.
SPECIAL = [-0.5, 0.0, 0.0625, 0.25, 0.33, 0.5, 0.66, 0.75, 1.0, 1.5, np.nan]
BESIDE = [np.nextafter(x, x + side) for x in SPECIAL for side in (-1, 1)]


def pairs() -> tuple[FloatArray, FloatArray]:
    """All pairs of special values, and random ones, as whole tiles of a block."""
    one, two = np.meshgrid(SPECIAL + BESIDE, SPECIAL + BESIDE)
    rng = np.random.default_rng(1)
    support, pressure = (
        np.concatenate([grid.ravel(), rng.uniform(-0.2, 1.2, 2000)]) for grid in (one, two)
    )
    size = support.size // (2 * LANES) * 2 * LANES
    return support[:size].reshape(2, -1), pressure[:size].reshape(2, -1)


def test_zones() -> None:
    support, pressure = pairs()
    zones = np.full(support.shape, -7, np.int8)
    for first in range(0, support.shape[1], LANES):
        find_zones(support, pressure, first, zones)
    np.testing.assert_array_equal(zones, np.vectorize(reference.zone)(support, pressure))
    assert set(np.unique(zones)) == {-1, 0, 1, 2, 3}


@pytest.mark.parametrize("cuts", [(0.33, 0.66), (0.25, 0.5)])
def test_grades(cuts: tuple[float, float]) -> None:
    support, pressure = pairs()
    grades = np.full(support.shape, -7, np.int8)
    for first in range(0, support.shape[1], LANES):
        find_grades(support, pressure, first, *cuts, grades)
    expected = np.vectorize(lambda s, p: reference.grade(s, p, cuts))(support, pressure)
    np.testing.assert_array_equal(grades, expected)
    assert set(np.unique(grades)) == {-1, *range(1, 10)}


@pytest.mark.parametrize(("mines", "years"), [(2, 1), (6, 1), (4, 3), (40, 2), (130, 2)])
def test_ranks(mines: int, years: int) -> None:
    rng = np.random.default_rng(2)
    # Few different values, so that ties abound, infinities and undefined ones among them.
    values = np.array([0.0, 0.5, 0.5 + 2**-53, 1.0, 2.0, np.inf, np.nan])
    recc = rng.choice(values, (mines * years, 2 * LANES))
    ranks = np.full(recc.shape, -7, np.int16)
    for first in (0, LANES):
        find_ranks(recc, mines, years, first, np.empty(LANES), ranks)
    for s in range(2 * LANES):
        expected = reference.ranks(recc[:, s].reshape(mines, years))
        np.testing.assert_array_equal(ranks[:, s].reshape(mines, years), expected)
