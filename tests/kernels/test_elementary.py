"""Logarithm and exponential against numpy."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.kernels import elementary

FloatArray = npt.NDArray[np.float64]


@numba.njit
def _log(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = elementary.log(x[i])


@numba.njit
def _exp(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = elementary.exp(x[i])


@numba.njit
def _exp_near_zero(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = elementary.exp_near_zero(x[i])


@numba.njit
def _exp_pair(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[0, i], y[1, i] = elementary.exp_pair(x[i])


def applied(function: Any, x: FloatArray) -> FloatArray:
    """Values of a compiled function."""
    y = np.full_like(x, np.nan)
    function(x, y)
    return y


@numba.njit
def _log_unit(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = elementary.log_unit(x[i])


def ulps(value: FloatArray, truth: FloatArray) -> float:
    """Largest distance in units of the truth's last place."""
    return float(np.max(np.abs(value - truth) / np.spacing(np.abs(truth))))


def some(low: float, high: float, n: int = 400_000) -> FloatArray:
    """Numbers between two bounds, and the bounds."""
    return np.concatenate([[low, high], np.random.default_rng(1).uniform(low, high, n)])


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(2.0 ** some(-1021.9, 1023.9), id="all normal numbers"),
        pytest.param(some(0.5, 2.0), id="around 1"),
        pytest.param(1 + some(-1e-8, 1e-8), id="next to 1"),
        pytest.param(some(1e-3, 1e3), id="data"),
        pytest.param(np.nextafter(0.5**0.5, [0, 1, 2]), id="where the exponent steps"),
        pytest.param(np.array([1e-300, 2.2250738585072014e-308]), id="guards"),
    ],
)
def test_log(x: FloatArray) -> None:
    y, truth = applied(_log, x), np.log(x)
    assert ulps(y[truth != 0], truth[truth != 0]) <= 2
    assert (y[truth == 0] == 0).all()


@pytest.mark.parametrize("bound", [0.34657, 1.0, 10.0, 700.0])
def test_exp(bound: float) -> None:
    x = some(-bound, bound)
    assert ulps(applied(_exp, x), np.exp(x)) <= 2


def test_exp_where_the_power_of_two_steps() -> None:
    halves = (np.arange(-1000, 1000) + 0.5) * np.log(2)
    x = np.concatenate([np.nextafter(halves, -np.inf), halves, np.nextafter(halves, np.inf)])
    assert ulps(applied(_exp, x), np.exp(x)) <= 2


def test_exp_near_zero() -> None:
    x = some(-elementary.NEAR_ZERO, elementary.NEAR_ZERO)
    assert ulps(applied(_exp_near_zero, x), np.exp(x)) <= 2


@pytest.mark.parametrize("bound", [0.34657, 1.0, 10.0, 700.0])
def test_exp_of_both_signs(bound: float) -> None:
    x = np.concatenate([some(-bound, bound), [0.0]])
    y = np.full((2, x.size), np.nan)
    _exp_pair(x, y)
    assert ulps(y[0], np.exp(x)) <= 2
    assert ulps(y[1], np.exp(-x)) <= 2
    # A judgment matrix stays reciprocal, and one of no residual has entries of exactly 1.
    assert np.max(np.abs(y[0] * y[1] - 1)) < 1e-15
    assert y[:, -1].tolist() == [1.0, 1.0]


def test_exp_of_nothing_is_exactly_one() -> None:
    # So that a study without noise gives its baseline to the last bit.
    for function in (_exp, _exp_near_zero):
        assert applied(function, np.array([0.0, -0.0])).tolist() == [1.0, 1.0]


def test_exp_is_held_within_the_range_of_numbers() -> None:
    with np.errstate(over="raise"):
        y = applied(_exp, np.array([-1e300, -800.0, -700.0, 700.0, 800.0, 1e300]))
    assert y[:3].tolist() == [y[2]] * 3
    assert y[3:].tolist() == [y[3]] * 3
    assert ulps(y[2:4], np.exp([-700.0, 700.0])) <= 2


def test_log_and_exp_undo_each_other() -> None:
    x = 2.0 ** some(-1000, 1000)
    # The logarithm's last place is worth up to |ln x| of them in x.
    assert np.max(np.abs(applied(_exp, applied(_log, x)) / x - 1)) < 700 * 2.3e-16


# --- single precision ----------------------------------------------------------------------------


def relative(function: Any, truth: Any, x: FloatArray) -> float:
    """Largest relative error in single precision."""
    narrow = x.astype(np.float32)
    y = applied(function, narrow)
    assert y.dtype == np.float32
    return float(np.max(np.abs(y / truth(narrow.astype(float)) - 1)))


@pytest.mark.parametrize("bound", [0.34657, 1.0, 10.0, 87.0])
def test_exp_in_single_precision(bound: float) -> None:
    assert relative(_exp, np.exp, some(-bound, bound)) < 2e-7
    assert relative(_exp_near_zero, np.exp, some(-0.34657, 0.34657)) < 2e-7


def test_exp_in_single_precision_is_held_within_the_range_of_numbers() -> None:
    y = applied(_exp, np.array([-1e30, -87.0, 0.0, 87.0, 1e30], np.float32))
    assert y[0] == y[1] > 0
    assert y[2] == 1
    assert np.isfinite(y[4])
    assert y[3] == y[4]


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 3e-16), (np.float32, 1.8e-7)])
def test_logarithm_on_the_unit_interval(dtype: type, error: float) -> None:
    x = np.concatenate([some(1e-6, 1.0), 10.0 ** some(-30, 0), [1.0]]).astype(dtype)
    truth = np.log(x.astype(float))
    assert np.max(np.abs(applied(_log_unit, x) - truth) / (1 + np.abs(truth))) < error
    assert np.isfinite(applied(_log_unit, np.zeros(1, dtype))).all()
