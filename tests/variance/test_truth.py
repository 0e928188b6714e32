"""Indices of functions whose indices are known, and of other programs on the same rows."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import sobol_indices

from recc_mc.sampling.sobol import SobolDesign
from recc_mc.variance.indices import (
    DEFINED,
    SobolIndices,
    class_indices,
    number_indices,
)
from recc_mc.variance.replicates import Replicates
from recc_mc.variance.sums import (
    NumberSums,
    add_sums,
    class_sums,
    number_sums,
)

FloatArray = npt.NDArray[np.float64]
Model = Callable[[FloatArray], FloatArray]


class Outputs(NamedTuple):
    """Outputs (output, cell, row) and (factor, output, cell, row) of one output and cell."""

    a: FloatArray
    b: FloatArray
    ab: FloatArray


def outputs(model: Model, columns: int, rows: int, *, seed: int, replicate: int = 0) -> Outputs:
    """Pick-freeze outputs of a function of (column, row), each column a factor."""
    a, b = SobolDesign(columns, seed).rows(replicate, 0, rows)
    mixed = np.repeat(a[None], columns, axis=0)
    mixed[range(columns), range(columns)] = b
    y_ab = np.stack([model(u) for u in mixed])
    return Outputs(model(a)[None, None], model(b)[None, None], y_ab[:, None, None])


def sums(y: Outputs) -> NumberSums:
    return number_sums(y.a, y.b, y.ab)


def ishigami(u: FloatArray) -> FloatArray:
    x = np.pi * (2 * u - 1)
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return np.asarray(y)


def sobol_g(u: FloatArray) -> FloatArray:
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])[:, None]
    return np.asarray(((np.abs(4 * u - 2) + a) / (1 + a)).prod(axis=0))


def ratio(u: FloatArray) -> FloatArray:
    return np.asarray((0.4 + 0.4 * u[0]) / (0.5 + 0.5 * u[1]))


ISHIGAMI = (13.844588, [0.313905, 0.442411, 0.0], [0.557589, 0.442411, 0.243684])
SOBOL_G = (
    0.465424,
    [0.716192, 0.179048, 0.023676, 0.007162, *[7.16e-5] * 4],
    [0.787144, 0.242198, 0.034317, 0.010460, *[1.0495e-4] * 4],
)
# The variance of P/S is E[P^2] E[1/S^2] - (E[P] E[1/S])^2 = (28/75) 2 - (0.6 * 2 ln 2)^2.
RATIO = (28 / 75 * 2 - (1.2 * np.log(2)) ** 2, [0.467472, 0.513509], [0.486491, 0.532528])


@pytest.mark.parametrize(
    ("model", "truth"),
    [(ishigami, ISHIGAMI), (sobol_g, SOBOL_G), (ratio, RATIO)],
    ids=["Ishigami", "Sobol' G", "P/S"],
)
def test_known_indices(model: Model, truth: tuple[float, list[float], list[float]]) -> None:
    variance, first, total = truth
    columns = len(first)
    found = number_indices(sums(outputs(model, columns, 2**14, seed=1)))
    assert found.state.item() == DEFINED
    assert found.variance.item() == pytest.approx(variance, rel=2e-3)
    np.testing.assert_allclose(found.first[:, 0, 0], first, atol=4e-3)
    np.testing.assert_allclose(found.total[:, 0, 0], total, atol=4e-3)


def class_outputs(rows: int, *, seed: int, replicate: int = 0) -> SobolIndices:
    """Indices of the class 1{X1 + X2 > 1}, with a third column that does nothing."""
    y = outputs(lambda u: (u[0] + u[1] > 1) * 1.0, 3, rows, seed=seed, replicate=replicate)
    a, b, ab = (values.astype(np.int64) for values in y)
    return class_indices(class_sums(a, b, ab, classes=2))


def test_known_indices_of_a_class() -> None:
    found = class_outputs(2**14, seed=1)
    np.testing.assert_allclose(found.first[:, 0, 0], [1 / 3, 1 / 3, 0], atol=4e-3)
    np.testing.assert_allclose(found.total[:, 0, 0], [2 / 3, 2 / 3, 0], atol=4e-3)
    assert found.variance.item() == pytest.approx(0.5, abs=1e-3)
    assert found.first[2].item() == found.total[2].item() == 0


def test_a_class_has_the_indices_of_its_indicators() -> None:
    y = outputs(lambda u: np.floor(3 * ratio(u)), 2, 2**10, seed=3)
    found = class_indices(class_sums(*(v.astype(np.int64) for v in y), classes=6))
    weight, first, total = 0.0, 0.0, 0.0
    for k in range(6):
        one = number_indices(sums(Outputs(*((values == k) * 1.0 for values in y))))
        if one.state.item() == DEFINED:
            weight += one.variance
            first += one.variance * one.first
            total += one.variance * one.total
    np.testing.assert_allclose(found.first, first / weight, rtol=1e-12)
    np.testing.assert_allclose(found.total, total / weight, rtol=1e-12)


def test_salib_finds_the_same_on_the_same_rows() -> None:
    from SALib.analyze import sobol

    rows, columns = 2**10, 3
    y = outputs(ishigami, columns, rows, seed=5)
    # SALib's rows: A, AB_1, ..., AB_k, B of the first row, then of the second. It takes all rows,
    # those of AB too, for the mean and sd it standardises with; the sd cancels, the mean does not.
    together = np.concatenate([y.a[0], y.ab[:, 0, 0], y.b[0]])
    together = (together - together.mean()) / together.std()
    problem = {"num_vars": columns, "names": ["x", "y", "z"], "bounds": [[0, 1]] * columns}
    theirs = sobol.analyze(problem, together.T.ravel(), calc_second_order=False, seed=1)
    own = sums(Outputs(together[:1][None], together[-1:][None], together[1:-1][:, None, None]))
    found = number_indices(own)
    mean = (own.a + own.b) / (2 * rows)
    first = found.first + mean * own.change / rows / found.variance
    np.testing.assert_allclose(first[:, 0, 0], theirs["S1"], atol=1e-10)
    np.testing.assert_allclose(found.total[:, 0, 0], theirs["ST"], atol=1e-10)
    # Its centring and ours differ by far less than the error of either.
    np.testing.assert_allclose(found.first[:, 0, 0], theirs["S1"], atol=2e-3)


def test_scipy_finds_the_same_on_the_same_rows() -> None:
    y = outputs(sobol_g, 8, 2**9, seed=7)
    theirs = sobol_indices(func={"f_A": y.a[0], "f_B": y.b[0], "f_AB": y.ab[:, 0]}, n=2**9)
    found = number_indices(sums(y))
    np.testing.assert_allclose(found.first[:, 0, 0], theirs.first_order, atol=1e-12)
    np.testing.assert_allclose(found.total[:, 0, 0], theirs.total_order, atol=1e-12)


def test_an_inert_factor_has_exactly_nothing() -> None:
    y = outputs(lambda u: u[0] * np.exp(u[1]), 3, 2**8, seed=1)
    found = number_indices(sums(y))
    assert found.first[2].item() == found.total[2].item() == 0
    assert found.total[:2].min() > 0.1


def test_an_additive_function_has_no_interactions() -> None:
    y = outputs(lambda u: 3 * u[0] + u[1] ** 2 + np.sin(u[2]), 3, 2**12, seed=1)
    found = number_indices(sums(y))
    assert found.first.sum() == pytest.approx(1, abs=2e-3)
    np.testing.assert_allclose(found.first, found.total, atol=2e-3)


def test_a_shift_of_the_origin_changes_nothing_but_rounding() -> None:
    y = outputs(lambda u: 1e6 + ishigami(u), 3, 2**8, seed=1)
    origin = np.full((1, 1), 1e6 + 1)
    found = number_indices(number_sums(*y, origin=origin), origin)
    expected = number_indices(sums(outputs(ishigami, 3, 2**8, seed=1)))
    np.testing.assert_allclose(found.first, expected.first, atol=1e-9)
    np.testing.assert_allclose(found.total, expected.total, atol=1e-9)


def test_sums_of_parts_are_those_of_the_whole() -> None:
    y = outputs(ishigami, 3, 2**8, seed=1)
    parts = [sums(Outputs(*(v[..., part] for v in y))) for part in (slice(100), slice(100, None))]
    for part, whole in zip(add_sums(*parts), sums(y), strict=True):
        np.testing.assert_allclose(part, whole, rtol=1e-12, atol=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    _, first, total = ISHIGAMI
    hits = np.zeros((2, 3))
    for seed in range(100):
        found = Replicates.none()
        for replicate in range(8):
            y = outputs(ishigami, 3, 2**8, seed=seed, replicate=replicate)
            one = number_indices(sums(y))
            found = found.add(np.stack([one.first, one.total])[..., 0, 0])
        hits += np.abs(found.mean - np.array([first, total])) <= found.half_width
    assert ((hits >= 90) & (hits <= 99)).all(), hits
