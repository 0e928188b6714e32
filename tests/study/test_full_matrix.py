import pytest

from recc_mc.study.full_matrix import upper_rows


def at(i: int, j: int) -> str:
    return f"s!{'ABC'[j]}{i + 1}"


def test_the_triangle_above_the_diagonal_counts():
    table = [[1, 3, "1/5"], ["1/3", 1, 0.5], [5, 2, 1]]
    assert upper_rows(table, at) == ([[3, "1/5"], [0.5]], [])


def test_a_pair_that_stands_below_only_is_turned_round():
    table = [["", "", ""], [3, "", ""], [0.2, 0.33, ""]]
    assert upper_rows(table, at) == ([["1/3", 5], [3]], [])


def test_rounded_reciprocals_are_reciprocal():
    for k in range(2, 10):
        assert upper_rows([[1, k], [round(1 / k, 2), 1]], at)[1] == []


def test_a_pair_nobody_judged_is_blank():
    assert upper_rows([[1, ""], [None, 1]], at) == ([[""]], [])


@pytest.mark.parametrize("digits", [15, 16, 17])
def test_digits_of_a_spreadsheet_are_no_other_judgment(digits):
    for k in range(2, 10):
        ((value,),), _ = upper_rows([[1, float(f"{1 / k:.{digits}g}")], ["", 1]], at)
        assert value == 1 / k


def test_contradictions_are_told():
    assert upper_rows([[2, 3], [0.5, 1]], at)[1] == [
        "s!A1: 2: expected 1 on the diagonal",
        "s!A2: 0.5: expected 1/3, the reciprocal of 3 in B1",
    ]
