"""Which law a stated error and bounds give, and how large it is."""

from math import inf

import numpy as np
import pytest

from recc_mc.study import ErrorModel
from recc_mc.study.error_law import ErrorLaw, error_law

VALUES = np.array([[50.0, 80.0], [95.0, 99.5]])
NONE = np.zeros((2, 2), bool)


def law(distribution: str = "lognormal", **keys: float) -> ErrorLaw:
    return error_law(ErrorModel(distribution, **keys), VALUES, NONE)


def test_without_bounds_the_law_is_plain():
    assert law(cv=0.1).form == "multiplicative"
    assert law(cv=0.1, lower=0).form == "multiplicative"
    assert law(cv=0.1, lower=-5).form == "multiplicative"
    assert law("normal", cv=0.1).form == "additive"
    np.testing.assert_allclose(law(cv=0.1, systematic_cv=0.2).stated, VALUES * 0.0504**0.5)
    np.testing.assert_allclose(law("uniform", sd=3, mine_sd=4).stated, 5)


@pytest.mark.parametrize(
    ("distribution", "lower", "upper", "two_sided"),
    [
        ("lognormal", 2, inf, False),
        ("lognormal", -inf, 100, True),
        ("lognormal", 0, 100, True),
        ("normal", 0, inf, False),
        ("normal", -inf, 100, False),
        ("normal", -50, 120, True),
    ],
)
def test_bounds_make_a_normal_or_lognormal_error_bounded(distribution, lower, upper, two_sided):
    found = law(distribution, cv=0.01, lower=lower, upper=upper)
    assert (found.form, found.two_sided) == ("bounded", two_sided)


def test_parts_keep_their_proportions():
    found = law("normal", sd=3, systematic_sd=2, mine_sd=1, lower=0, upper=200)
    np.testing.assert_allclose(found.systematic / found.cell, 2 / 3)
    np.testing.assert_allclose(found.mine / found.cell, 1 / 3)
    assert not found.held.any()


def test_an_sd_that_bounds_do_not_allow_is_held():
    found = law(cv=0.05, lower=0, upper=100)
    np.testing.assert_array_equal(found.held, [[False, False], [False, True]])
    assert found.stated[1, 1] == pytest.approx(0.05 * 99.5)
    # The law of mean 0.995 and scale sqrt(2).
    assert found.sd[1, 1] == pytest.approx(1.101, abs=0.001)


@pytest.mark.parametrize(("distribution", "reach"), [("uniform", 3**0.5), ("triangular", 6**0.5)])
def test_errors_of_bounded_support_shrink_to_fit(distribution, reach):
    found = law(distribution, sd=1.0, systematic_sd=1.0, lower=0, upper=100)
    assert found.form == "additive"
    np.testing.assert_array_equal(found.held, [[False, False], [False, True]])
    assert reach * (found.cell + found.systematic)[1, 1] == pytest.approx(0.5)
    assert found.sd[1, 1] == pytest.approx(2**0.5 * 0.25 / reach)


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "uniform"])
def test_a_value_at_its_bound_has_no_error(distribution):
    found = law(distribution, cv=0.05, lower=50, upper=99.5)
    for i, t in ((0, 0), (1, 1)):
        assert found.sd[i, t] == 0
        assert found.cell[i, t] == 0
    assert (found.sd[[0, 1], [1, 0]] > 0).all()


def test_filled_values_carry_their_extra_part():
    filled = np.array([[True, False], [False, False]])
    model = ErrorModel("normal", sd=3, interpolated_sd=4, lower=0, upper=1e6)
    found = error_law(model, VALUES, filled)
    np.testing.assert_allclose(found.stated, [[5, 3], [3, 3]])


def test_a_part_that_is_absent_stays_absent():
    found = law(systematic_cv=0.1, lower=0, upper=100)
    assert not found.cell.any()
    assert (found.systematic > 0).all()
    assert not law(lower=0, upper=100).sd.any()
