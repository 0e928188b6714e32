"""What has no indices says so, and never in numbers."""

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.variance.indices import (
    CONSTANT,
    DEFINED,
    TOO_FEW_ROWS,
    SobolIndices,
    aggregate,
    class_indices,
    number_indices,
)
from recc_mc.variance.replicates import Replicates
from recc_mc.variance.sums import class_sums, number_sums

FloatArray = npt.NDArray[np.float64]
RNG = np.random.default_rng(1)


def indices(a: FloatArray, b: FloatArray, ab: FloatArray) -> SobolIndices:
    """Indices of one output and one cell."""
    return number_indices(number_sums(a[None, None], b[None, None], ab[:, None, None]))


@pytest.mark.parametrize("level", [0.0, 1.0, 1 / 3, -1e9])
@pytest.mark.parametrize("noise", [0.0, 1e-14])
def test_a_constant_output_has_no_indices(level: float, noise: float) -> None:
    a, b, ab = (level * (1 + noise * RNG.choice([-1, 1], shape)) for shape in (64, 64, (2, 64)))
    found = number_indices(
        number_sums(a[None, None], b[None, None], ab[:, None, None], origin=[[level]]), level
    )
    assert found.state.item() == CONSTANT
    assert np.isnan(found.first).all()
    assert np.isnan(found.total).all()


def test_a_small_variance_is_a_variance() -> None:
    a, b = 1 + 1e-9 * RNG.random((2, 64))
    found = number_indices(
        number_sums(a[None, None], b[None, None], b[None, None, None], origin=[[1.0]]), 1.0
    )
    assert found.state.item() == DEFINED
    assert found.total.item() == pytest.approx(1, abs=0.3)


def test_undefined_rows_drop_out_everywhere() -> None:
    a, b = RNG.random((2, 64))
    ab = RNG.random((3, 64))
    holes = [(a, 3), (b, 7), (ab[1], 11), (ab[2], 11)]
    kept = np.setdiff1d(np.arange(64), [3, 7, 11])
    expected = indices(a[kept], b[kept], ab[:, kept])
    for values, row in holes:
        values[row] = np.nan
    found = indices(a, b, ab)
    assert found.rows.item() == 61
    np.testing.assert_allclose(found.first, expected.first, rtol=1e-12)
    np.testing.assert_allclose(found.total, expected.total, rtol=1e-12)


@pytest.mark.parametrize("known", [0, 1])
def test_no_rows_and_one_row_are_too_few(known: int) -> None:
    a = np.where(np.arange(64) < known, 1.0, np.nan)
    found = indices(a, RNG.random(64), RNG.random((2, 64)))
    assert found.state.item() == TOO_FEW_ROWS
    assert np.isnan([*found.first.ravel(), *found.total.ravel(), found.variance.item()]).all()


def test_classes_without_variance_and_without_rows() -> None:
    a = np.array([[[2, 2, 2, 2]], [[0, 1, -1, -1]]])
    b = np.array([[[2, 2, 2, 2]], [[0, -1, 1, 1]]])
    found = class_indices(class_sums(a, b, a[None], classes=3))
    assert found.state[:, 0].tolist() == [CONSTANT, TOO_FEW_ROWS]
    assert np.isnan(found.first).all()


def test_cells_together_are_weighted_by_variance() -> None:
    values = np.array([[0.2, 0.8, np.nan], [1.0, 0.5, 0.5]])
    variance = np.array([[1.0, 3.0, 5.0], [2.0, np.nan, 2.0]])
    np.testing.assert_allclose(aggregate(values, variance), [0.65, 0.75])
    assert np.isnan(aggregate(np.full(3, np.nan), np.ones(3)))


def test_replicates_have_the_mean_and_the_error_of_a_t_interval() -> None:
    values = RNG.normal(size=(5, 4))
    values[2, 3] = np.nan
    found = Replicates.none()
    assert np.isnan(found.half_width)
    for value in values:
        found = found.add(value)
    np.testing.assert_allclose(found.mean[:3], values.mean(axis=0)[:3])
    # 2.776 is the 0.975 quantile of t with 4 degrees of freedom.
    expected = 2.7764451052 * values.std(axis=0, ddof=1) / np.sqrt(5)
    np.testing.assert_allclose(found.half_width[:3], expected[:3])
    assert np.isnan(found.mean[3])
    assert np.isnan(found.half_width[3])
