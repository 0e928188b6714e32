"""Standardised variates against scipy, in double and in single precision."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import kstest

from recc_mc.kernels import variates
from recc_mc.kernels.options import LANES
from tests import reference

FloatArray = npt.NDArray[np.float64]
NAMES = {variates.NORMAL: "normal", variates.UNIFORM: "uniform", variates.TRIANGULAR: "triangular"}
by_distribution = pytest.mark.parametrize("code", NAMES, ids=NAMES.values())
inverted = pytest.mark.parametrize(
    "code", [variates.UNIFORM, variates.TRIANGULAR], ids=["uniform", "triangular"]
)


@numba.njit
def _normal(u: Any, y: Any) -> None:
    for i in range(u.size):
        y[i] = variates.normal(u[i])


def normal(u: FloatArray) -> FloatArray:
    """Compiled inverse normal."""
    y = np.full_like(u, np.nan)
    _normal(u, y)
    return y


def scalars(code: int, u: FloatArray) -> FloatArray:
    """Variates of one column of a block."""
    block, out = np.vstack([np.full_like(u, 0.25), u]), np.full(u.size, np.nan)
    variates.fill_scalar_variates(code, block, 1, 0, out)
    return out


def cells(code: int, words: npt.NDArray[np.uint32]) -> npt.NDArray[np.float32]:
    """Variates of random words, (object, lane) as the chain draws them."""
    rows = words.reshape(-1, LANES)
    xi = np.full(rows.shape, np.nan, np.float32)
    variates.fill_cell_variates(code, rows, xi)
    return xi.ravel()


def whole_tiles(words: Any) -> npt.NDArray[np.uint32]:
    """Words as they come, as many as fill pairs of objects."""
    return words[: len(words) // (2 * LANES) * 2 * LANES].astype(np.uint32)


# --- double precision ----------------------------------------------------------------------------


def test_normal_in_the_body() -> None:
    u = np.random.default_rng(1).uniform(size=1_000_000)
    np.testing.assert_allclose(normal(u), ndtri(u), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("around", [0.075, 0.925, np.exp(-25.0), 1 - np.exp(-25.0), 0.5])
def test_normal_where_its_regions_meet(around: float) -> None:
    u = around * (1 + np.linspace(-1e-6, 1e-6, 10_001))
    np.testing.assert_allclose(normal(u), ndtri(u), rtol=1e-14, atol=1e-16)


def test_normal_in_the_tails() -> None:
    u = 10.0 ** np.linspace(-300, -1, 100_000)
    np.testing.assert_allclose(normal(u), ndtri(u), rtol=1e-14)
    upper = 1 - 2.0 ** np.linspace(-53, -1, 10_000)
    np.testing.assert_allclose(normal(upper), ndtri(upper), rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(normal(upper), -normal(1 - upper), rtol=1e-14, atol=1e-16)


@by_distribution
@pytest.mark.parametrize(
    "u",
    [
        pytest.param(np.linspace(2**-20, 1 - 2**-20, 1_000_001), id="whole range"),
        pytest.param(0.075 + np.arange(-50_000, 50_000) * 2.0**-46, id="first seam"),
        pytest.param(0.925 + np.arange(-50_000, 50_000) * 2.0**-46, id="second seam"),
        pytest.param(np.exp(-25.0) * (1 + np.arange(-50_000, 50_000) * 1e-10), id="far seam"),
        pytest.param((np.arange(100_000) + 0.5) * 2.0**-52, id="smallest"),
        pytest.param(1 - (np.arange(100_000)[::-1] + 0.5) * 2.0**-52, id="largest"),
    ],
)
def test_inverse_cdfs_are_monotone(code: int, u: FloatArray) -> None:
    assert (np.diff(scalars(code, u)) >= 0).all()


@by_distribution
def test_scalar_variates_agree_with_the_reference(code: int) -> None:
    ends = (np.arange(100) + 0.5) * 2.0**-52
    u = np.concatenate([ends, np.random.default_rng(2).uniform(size=100_000), 1 - ends])
    expected = reference.standard_variate(NAMES[code], u)
    np.testing.assert_allclose(scalars(code, u), expected, rtol=1e-14, atol=1e-15)


def test_scalar_variates_start_at_their_first_sample() -> None:
    u = np.random.default_rng(3).uniform(size=(3, 50))
    out = np.full(20, np.nan)
    variates.fill_scalar_variates(variates.NORMAL, u, 2, 30, out)
    np.testing.assert_array_equal(out, normal(u[2, 30:]))


# --- single precision --------------------------------------------------------------------------


def ends_of_words() -> npt.NDArray[np.int64]:
    """The first and the last 2^13 words, and as many on either side of each quarter."""
    up = np.arange(2**13)
    quarters = [quarter * 2**30 + step for quarter in (1, 2, 3) for step in (up, -1 - up)]
    return np.concatenate([up, *quarters, 2**32 - 1 - up])


@inverted
def test_cell_variates_by_inverse_cdf_are_within_a_millionth(code: int) -> None:
    words = whole_tiles(np.concatenate([ends_of_words(), np.arange(0, 2**32, 1021)]))
    xi = cells(code, words)
    truth = reference.standard_variate(NAMES[code], (words + 0.5) * 2.0**-32)
    assert np.max(np.abs(xi - truth)) <= 1e-6
    np.testing.assert_allclose(xi, -cells(code, ~words), atol=1e-6)


@inverted
def test_cell_variates_by_inverse_cdf_have_mean_0_and_sd_1(code: int) -> None:
    # A midpoint rule over the whole range: no sampling error.
    xi = cells(code, np.arange(2**11, 2**32, 2**12).astype(np.uint32)).astype(float)
    assert xi.mean() == pytest.approx(0, abs=1e-6)
    assert xi.std() == pytest.approx(1, abs=2e-5)


def pairs(words: Any, others: Any) -> tuple[FloatArray, FloatArray]:
    """Normals of pairs of words, in pairs of neighbouring objects."""
    shape = (-1, 1, LANES)
    both = np.concatenate([words.reshape(shape), others.reshape(shape)], axis=1)
    xi = cells(variates.NORMAL, both.ravel()).astype(float).reshape(-1, 2, LANES)
    return xi[:, 0].ravel(), xi[:, 1].ravel()


@pytest.mark.parametrize(
    ("radius", "angle"),
    [
        pytest.param(np.arange(0, 2**32, 1021), None, id="all radii"),
        pytest.param(None, np.arange(0, 2**32, 1021), id="all angles"),
        pytest.param(ends_of_words(), None, id="ends of the radius"),
        pytest.param(None, ends_of_words(), id="ends of the quarters"),
        # Errors of the angle are multiplied by the radius, so the largest radii are the worst.
        pytest.param(np.arange(2**21) % 499, np.arange(0, 2**32, 2**11), id="largest radii"),
        pytest.param(2**32 - 1 - np.arange(2**16) % 61, np.arange(0, 2**32, 2**16), id="smallest"),
    ],
)
def test_cell_normals_are_within_a_millionth(radius: Any, angle: Any) -> None:
    rng = np.random.default_rng(4)
    size = len(angle if radius is None else radius)
    radius, angle = (
        whole_tiles(rng.integers(0, 2**32, size) if given is None else given)
        for given in (radius, angle)
    )
    # ln u next to u = 1 from 1 - u, which has all its digits there.
    u, rest = (radius + 0.5) * 2.0**-32, (2.0**32 - radius - 0.5) * 2.0**-32
    length = np.sqrt(-2 * np.where(u > 0.5, np.log1p(-rest), np.log(u)))
    turn = 2 * np.pi * (angle * 2.0**-32)
    first, second = pairs(radius, angle)
    assert np.max(np.abs(first - length * np.cos(turn))) <= 1e-6
    assert np.max(np.abs(second - length * np.sin(turn))) <= 1e-6
    # Which cells may take the short exponential is decided from this bound.
    assert max(np.abs(first).max(), np.abs(second).max()) <= variates.LARGEST_SINGLE_NORMAL


def test_cell_normals_are_standard_normals() -> None:
    # A grid of midpoints over both words: every moment but for its coarseness.
    side = np.arange(2**20, 2**32, 2**21)
    radius, angle = (grid.ravel().astype(np.uint32) for grid in np.meshgrid(side, side))
    first, second = pairs(radius, angle)
    for xi in (first, second):
        assert xi.mean() == pytest.approx(0, abs=1e-6)
        assert (xi**2).mean() == pytest.approx(1, abs=1e-3)
        assert (xi**4).mean() == pytest.approx(3, abs=2e-2)
        points = np.linspace(-3, 3, 25)
        shares = np.searchsorted(np.sort(xi), points) / xi.size
        np.testing.assert_allclose(shares, ndtr(points), atol=1e-3)
    assert (first * second).mean() == pytest.approx(0, abs=1e-6)
    assert (first**2 * second**2).mean() == pytest.approx(1, abs=1e-2)


def test_cell_normals_of_random_words_are_normal() -> None:
    rng = np.random.default_rng(5)
    drawn = [whole_tiles(rng.integers(0, 2**32, 2**18)) for _ in range(2)]
    for xi in pairs(*drawn):
        assert kstest(xi, "norm").pvalue > 0.01
