"""Judgments that nobody gave."""

import numpy as np
import pytest

from recc_mc.study.consistency import (
    consistency_ratio,
    gci,
    mean_random_index,
    sigma_from_gci,
)
from recc_mc.study.incomplete import completed, least_squares_shares, unconnected

GIVEN = np.array([[1, 1, 5, 2], [1, 1, 3, 4], [1 / 5, 1 / 3, 1, 1], [1 / 2, 1 / 4, 1, 1]])
MISSING = np.zeros((4, 4), dtype=bool)
MISSING[[2, 3], [3, 2]] = True


def test_the_known_answer_of_a_missing_judgment():
    matrix = completed(GIVEN, MISSING)
    values, vectors = np.linalg.eig(matrix)
    weights = np.abs(vectors[:, np.argmax(values.real)].real)
    assert (weights / weights.sum()).round(4).tolist() == [0.3738, 0.3920, 0.0985, 0.1357]


def test_the_estimate_has_the_least_eigenvalue():
    matrix = completed(GIVEN, MISSING)
    least = np.linalg.eigvals(matrix).real.max()
    for factor in (0.9, 0.99, 1.01, 1.1):
        other = matrix.copy()
        other[2, 3] *= factor
        other[3, 2] /= factor
        assert np.linalg.eigvals(other).real.max() > least


def test_a_consistent_matrix_is_found_again():
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    matrix = weights[:, None] / weights
    missing = np.ones((4, 4), dtype=bool) ^ np.eye(4, dtype=bool)
    missing[0, :] = missing[:, 0] = False
    assert completed(matrix, missing) == pytest.approx(matrix, rel=1e-6)
    assert consistency_ratio(matrix, missing=3) == 0.0


def test_the_ratio_counts_what_was_given():
    assert mean_random_index(4, 1) == pytest.approx(0.9 * 2 / 3)
    matrix = completed(GIVEN, MISSING)
    whole = consistency_ratio(matrix)
    assert consistency_ratio(matrix, missing=1) == pytest.approx(1.5 * whole)


def test_items_that_nothing_connects_are_found():
    missing = np.zeros((3, 3), dtype=bool)
    assert unconnected(missing) is None
    missing[2, :2] = missing[:2, 2] = True
    assert unconnected(missing) == 2


def pairs_of(matrix):
    return matrix[np.triu_indices(len(matrix), 1)]


@pytest.mark.parametrize("blanks", [[(2, 3)], [(0, 1), (2, 3)], [(0, 3)]])
def test_estimates_move_as_those_of_log_least_squares(blanks):
    rng = np.random.default_rng(1)
    missing = np.zeros((5, 5), dtype=bool)
    for i, j in blanks:
        missing[i, j] = missing[j, i] = True
    shares, unknown = least_squares_shares(missing), pairs_of(missing)
    assert (shares[~unknown] == 0).all()
    assert (shares[:, unknown] == 0).all()
    logs = rng.normal(size=10)
    rows, columns = np.triu_indices(5, 1)
    equations = np.eye(5)[rows] - np.eye(5)[columns]
    found = np.linalg.lstsq(equations[~unknown], logs[~unknown])[0]
    expected = (found[rows] - found[columns])[unknown]
    np.testing.assert_allclose((shares @ logs)[unknown], expected, atol=1e-12)


def test_estimates_of_least_eigenvalue_move_alike():
    rng = np.random.default_rng(2)
    base, unknown = completed(GIVEN, MISSING), pairs_of(MISSING)
    for _ in range(20):
        errors = np.where(unknown, 0.0, rng.normal(scale=0.4, size=6))
        logs = np.log(pairs_of(base)) + errors + least_squares_shares(MISSING) @ errors
        moved = GIVEN * np.exp(reciprocal_logs(errors))
        np.testing.assert_allclose(pairs_of(completed(moved, MISSING)), np.exp(logs), rtol=1e-6)


def reciprocal_logs(logs):
    upper = np.zeros((4, 4))
    upper[np.triu_indices(4, 1)] = logs
    return upper - upper.T


def test_sigma_counts_the_judgments_that_were_given():
    matrix = completed(GIVEN**0.5, MISSING)
    whole = sigma_from_gci(matrix)
    assert gci(matrix, 1) == pytest.approx(1.5 * gci(matrix))
    assert sigma_from_gci(matrix[None], missing=MISSING[None]) == pytest.approx(1.5**0.5 * whole)
    # No judgment contradicts another: nothing is known of their error.
    tree = np.ones((4, 4), dtype=bool) ^ np.eye(4, dtype=bool)
    tree[0, :] = tree[:, 0] = False
    assert sigma_from_gci(matrix[None], missing=tree[None]) == 0.2
