import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recc_mc.study.consistency import (
    MAX_ITEMS,
    RANDOM_INDEX,
    consistency_ratio,
    gci,
    principal_eigenvalue,
    random_index_of,
    row_geometric_mean,
    sigma_from_gci,
)

# Saaty, T. L. (2008): Decision making with the analytic hierarchy process, the drinks example.
DRINKS_UPPER = [
    [9, 5, 2, 1, 1, 1 / 2],
    [1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 1, 1 / 3],
    [2, 1 / 2],
    [1 / 3],
]


def from_upper(upper):
    n = len(upper) + 1
    matrix = np.eye(n)
    for i, row in enumerate(upper):
        matrix[i, i + 1 :] = row
        matrix[i + 1 :, i] = 1 / np.array(row)
    return matrix


def consistent(weights):
    return weights[:, None] / weights[None, :]


def disturbed(rng, n, sigma):
    upper = rng.normal(scale=sigma, size=(n, n))
    errors = np.triu(upper, 1) - np.triu(upper, 1).T
    return consistent(np.arange(1.0, n + 1.0)) * np.exp(errors)


WEIGHTS = hnp.arrays(float, st.integers(1, 15), elements=st.floats(0.1, 10))


def test_drinks_of_saaty_2008():
    matrix = from_upper(DRINKS_UPPER)
    assert principal_eigenvalue(matrix) == pytest.approx(7.176629, abs=5e-7)
    assert consistency_ratio(matrix) == pytest.approx(0.176629 / 6 / 1.32, abs=1e-7)
    assert consistency_ratio(matrix, "simulated") == pytest.approx(0.176629 / 6 / 1.3416, abs=1e-7)


@given(WEIGHTS)
def test_a_consistent_matrix_has_ratio_zero_and_gives_back_its_generator(weights):
    matrix = consistent(weights)
    assert consistency_ratio(matrix) == pytest.approx(0, abs=1e-12)
    assert gci(matrix) == pytest.approx(0, abs=1e-12)
    assert np.allclose(row_geometric_mean(matrix), weights / weights.sum())
    assert sigma_from_gci(matrix) == 0.20


@pytest.mark.parametrize(("name", "last"), [("saaty1980", 15), ("simulated", 30)])
def test_random_index_covers_15_or_30_items_and_is_zero_up_to_two(name, last):
    table = RANDOM_INDEX[name]
    assert len(table) == last
    assert table[:2] == (0.0, 0.0)
    assert consistency_ratio(np.array([[1.0, 9.0], [1 / 9, 1.0]]), name) == 0.0


@pytest.mark.parametrize("n", range(16, MAX_ITEMS + 1))
def test_beyond_15_items_the_random_index_is_simulated_and_near_the_line_of_alonso_and_lamata(n):
    assert random_index_of(n, "saaty1980") == random_index_of(n, "simulated")
    line = (2.7699 * n - 4.3513 - n) / (n - 1)
    assert random_index_of(n) == pytest.approx(line, rel=0.006)
    assert random_index_of(n) > random_index_of(n - 1)


@pytest.mark.parametrize("n", [3, 4, 7, 12, 16, 23, 30])
def test_the_simulated_table_is_the_mean_over_random_matrices(n):
    rng = np.random.default_rng(n)
    scale = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
    rows, columns = np.triu_indices(n, 1)
    matrices = np.ones((4000, n, n))
    matrices[:, rows, columns] = rng.choice(scale, size=(4000, len(rows)))
    matrices[:, columns, rows] = 1 / matrices[:, rows, columns]
    index = (np.linalg.eigvals(matrices).real.max(axis=1) - n) / (n - 1)
    error = index.std() / np.sqrt(len(index))
    assert abs(index.mean() - RANDOM_INDEX["simulated"][n - 1]) < 4 * error


def test_the_expected_gci_is_the_variance_of_the_log_errors():
    rng = np.random.default_rng(0)
    found = [gci(disturbed(rng, 5, 0.25)) for _ in range(2000)]
    assert np.mean(found) == pytest.approx(0.25**2, rel=0.05)


def test_sigma_is_the_root_of_the_gci_within_its_range():
    matrix = from_upper([[1.2, 2], [1.2]])
    assert sigma_from_gci(matrix) == pytest.approx(np.sqrt(gci(matrix)))
    assert 0.1 < sigma_from_gci(matrix) < 0.4
    assert sigma_from_gci(from_upper([[1.05, 1], [1]])) == 0.10
    assert sigma_from_gci(from_upper([[9, 1 / 9], [9]])) == 0.40
    assert sigma_from_gci(from_upper([[9]])) == 0.20
    assert sigma_from_gci(np.ones((1, 1))) == 0.20


def test_gci_by_hand():
    # One judgment of three is off by ln 2: each of the three errors is a third of it.
    assert gci(from_upper([[1, 2], [1]])) == pytest.approx(2 / 2 * 3 * (np.log(2) / 3) ** 2)
