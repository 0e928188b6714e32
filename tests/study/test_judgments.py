import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.study import JudgmentMatrix, Judgments

JUDGED = st.floats(1 / 9, 9)


def matrix_of(*stack, shares=None):
    stack = np.array(stack, dtype=float)
    shares = np.full(len(stack), 1 / len(stack)) if shares is None else np.array(shares)
    items = tuple(f"item {i}" for i in range(stack.shape[1]))
    return JudgmentMatrix("water", items, tuple("abcde"[: len(stack)]), stack, shares)


def reciprocal(a, b, c):
    return [[1, a, b], [1 / a, 1, c], [1 / b, 1 / c, 1]]


def test_one_expert_is_taken_exactly():
    judged = reciprocal(0.3, 7.1, 1 / 3)
    assert np.array_equal(matrix_of(judged).values, judged)


def test_experts_are_aggregated_by_the_weighted_geometric_mean():
    found = matrix_of([[1, 2], [0.5, 1]], [[1, 8], [0.125, 1]], shares=[0.75, 0.25]).values
    assert found[0, 1] == pytest.approx(2**0.75 * 8**0.25)


@given(st.lists(st.tuples(JUDGED, JUDGED, JUDGED), min_size=2, max_size=5))
def test_an_aggregated_matrix_is_reciprocal_and_between_its_experts(judged):
    matrix = matrix_of(*(reciprocal(*row) for row in judged))
    assert np.array_equal(np.diag(matrix.values), np.ones(3))
    assert np.allclose(matrix.values * matrix.values.T, 1.0, rtol=4e-16)
    assert np.all(matrix.values <= matrix.stack.max(axis=0) * (1 + 1e-12))
    assert np.all(matrix.values >= matrix.stack.min(axis=0) * (1 - 1e-12))


def test_arrays_cannot_be_written_and_the_callers_stay_as_they_are():
    stack = np.ones((2, 2, 2))
    matrix = JudgmentMatrix("water", ("a", "b"), ("x", "y"), stack, np.array([0.5, 0.5]))
    for array in (matrix.stack, matrix.shares, matrix.values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 2.0
    stack[0, 0, 0] = 1.0


def test_matrices_are_found_by_name():
    judgments = Judgments((matrix_of([[1.0]]),))
    assert judgments.names == ("water",)
    assert judgments["water"].size == 1
    with pytest.raises(KeyError):
        judgments["fire"]
