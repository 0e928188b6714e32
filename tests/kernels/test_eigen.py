"""Principal eigenvalues and eigenvectors against numpy, for matrices of every size and kind."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings

from recc_mc.study import Study
from tests import reference, strategies
from tests.kernels.cases import one_matrix
from tests.kernels.harness import run, uniforms
from tests.test_reference import DRINKS

FloatArray = npt.NDArray[np.float64]
MATRIX = 1


def solved(study: Study, samples: int) -> tuple[FloatArray, FloatArray]:
    """Eigenvectors (sample, item) of sum 1 and eigenvalues, as the kernel's weights and CR."""
    n = study.judgments.matrices[MATRIX].size
    draws = run(study, samples).draws
    scale = (n - 1) * reference.mean_random_index(n, "saaty1980")
    return draws.weight[:n].T, draws.consistency_ratio[MATRIX] * scale + n


def drawn_matrices(base: FloatArray, sigma: float, u: FloatArray) -> FloatArray:
    """Matrices (sample, item, item) of rows of the unit cube."""
    n = len(base)
    rows, columns = np.triu_indices(n, 1)
    upper = base[rows, columns] * np.exp(sigma * reference.standard_variate("normal", u.T))
    matrices = np.ones((len(upper), n, n))
    matrices[:, rows, columns] = upper
    matrices[:, columns, rows] = 1 / upper
    return matrices


@pytest.mark.parametrize("n", [*range(3, 16), 16, 21, 30])
@pytest.mark.parametrize("sigma", [0.01, 0.3, 1.0, 2.0])
def test_agrees_with_numpy(n: int, sigma: float) -> None:
    weights = np.geomspace(1, 9, n)
    base = np.divide.outer(weights, weights)
    errors = {"sigma": sigma, "consistency": "keep"}
    study = one_matrix(base, uncertainty_judgments=errors).load()
    vectors, eigenvalues = solved(study, 30)
    matrices = drawn_matrices(base, sigma, uniforms(study, 30)[:, :30])
    for k, matrix in enumerate(matrices):
        vector, eigenvalue = reference.principal(matrix)
        assert eigenvalues[k] == pytest.approx(eigenvalue, rel=1e-13)
        np.testing.assert_allclose(vectors[k], vector, rtol=2e-12)


def settled(matrix: FloatArray) -> tuple[FloatArray, float]:
    """Eigenvector and eigenvalue of a matrix without error."""
    vectors, eigenvalues = solved(one_matrix(matrix).load(), 1)
    return vectors[0], float(eigenvalues[0])


def test_drinks_of_saaty_2008() -> None:
    vector, eigenvalue = settled(DRINKS)
    assert eigenvalue == pytest.approx(7.176629, abs=5e-7)
    expected = [0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793]
    np.testing.assert_allclose(vector, expected, atol=5e-7)


@pytest.mark.parametrize("n", [3, 4, 7, 15])
def test_a_consistent_matrix_returns_its_generator(n: int) -> None:
    weights = np.random.default_rng(n).uniform(1, 9, n)
    vector, eigenvalue = settled(np.divide.outer(weights, weights))
    np.testing.assert_allclose(vector, weights / weights.sum(), rtol=1e-14)
    assert eigenvalue == pytest.approx(n, rel=1e-14)


@pytest.mark.parametrize("n", [3, 5, 9, 15])
def test_a_circle_of_preferences_has_equal_weights(n: int) -> None:
    # Each item is far better than the next (n - 1)/2 and far worse than the rest: circulant.
    matrix = np.eye(n)
    for i in range(n):
        for step in range(1, (n + 1) // 2):
            matrix[i, (i + step) % n] = 9.0
            matrix[(i + step) % n, i] = 1 / 9
    vector, eigenvalue = settled(matrix)
    np.testing.assert_allclose(vector, 1 / n, rtol=1e-14)
    assert eigenvalue == pytest.approx(1 + (n - 1) / 2 * (9 + 1 / 9), rel=1e-14)


def test_eigenvalues_that_almost_meet() -> None:
    # Two pairs of items that hardly know of each other would have one double eigenvalue; at most
    # 9 apart, pairs cannot be torn further than this.
    matrix = reference.reciprocal([9.0, 9.0, 1 / 9, 1 / 9, 9.0, 9.0], 4)
    vector, eigenvalue = settled(matrix)
    expected, value = reference.principal(matrix)
    assert eigenvalue == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(vector, expected, rtol=1e-13)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(strategies.judgment_arrays(max_items=30))
def test_any_matrix_agrees_with_numpy(matrix: FloatArray) -> None:
    n = len(matrix)
    if n < 3:
        return
    vector, eigenvalue = settled(matrix)
    expected, value = reference.principal(matrix)
    assert eigenvalue == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(vector, expected, rtol=1e-12)
    np.testing.assert_allclose(matrix @ vector, eigenvalue * vector, rtol=1e-12)
