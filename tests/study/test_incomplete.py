"""Judgments that nobody gave."""

import numpy as np
import pytest

from recc_mc.study.consistency import consistency_ratio, mean_random_index
from recc_mc.study.incomplete import completed, unconnected

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
