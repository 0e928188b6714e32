"""Numbers that may be uncertain: quantiles of each distribution, and what gives one."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from recc_mc.study.uncertain import NumberTable, Uncertain, uncertain

LEVELS = np.array([0.001, 0.05, 0.3, 0.5, 0.77, 0.999])


@pytest.mark.parametrize(
    ("given", "law"),
    [
        ({"low": 1.2, "high": 1.9}, stats.uniform(1.2, 0.7)),
        ({"low": 1.2, "mode": 1.5, "high": 2.2}, stats.triang(0.3, 1.2, 1.0)),
        ({"mean": 1.0, "sd": 0.2}, stats.norm(1.0, 0.2)),
        ({"median": 2.0, "gsd": 1.5}, stats.lognorm(np.log(1.5), scale=2.0)),
    ],
)
def test_values_of_uniform_numbers_are_quantiles(given, law):
    found = uncertain(NumberTable(**given))
    assert found.value(LEVELS) == pytest.approx(law.ppf(LEVELS), rel=1e-12)
    assert found.median == pytest.approx(law.ppf(0.5))
    assert found.support == pytest.approx(law.support())
    assert not found.is_certain


def test_a_number_is_itself_whatever_is_drawn():
    found = uncertain(1.25)
    assert found == Uncertain("constant", (1.25,))
    assert found.is_certain
    assert found.value(LEVELS).tolist() == [1.25] * 6
    assert found.support == (1.25, 1.25)
    assert str(found) == "1.25"


@pytest.mark.parametrize("mode", [1.0, 2.0])
def test_a_triangle_may_have_its_mode_at_an_end(mode):
    found = uncertain(NumberTable(low=1.0, mode=mode, high=2.0))
    ends = found.value(np.array([0.0, 0.25, 1.0]))
    assert ends == pytest.approx(stats.triang(mode - 1.0, 1.0, 1.0).ppf([0.0, 0.25, 1.0]))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"low": 1.2, "high": 1.2}, "low must be < high, got 1.2 and 1.2"),
        ({"low": 1, "mode": 3, "high": 2}, "mode must be from low to high, 1 to 2, got 3"),
        ({"median": 1, "gsd": 0.9}, "gsd must be > 1, got 0.9"),
        ({"low": 1, "sd": 2}, "{evidence, slope, lower, upper}, got low, sd"),
        ({}, "got an empty table"),
    ],
)
def test_what_gives_no_distribution_is_refused(given, sentence):
    with pytest.raises(ValidationError) as caught:
        NumberTable(**given)
    assert sentence in str(caught.value)
