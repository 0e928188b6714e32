"""What a sweep varies: keys, values, names of dimensions, and what is wrong with them."""

from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.sweeps.axes import axes_of, parse_vary


def test_values_are_read_as_a_study_file_writes_them() -> None:
    assert parse_vary(["a.b=1,2.5", "c=linear,geometric", "d=true,false"]) == {
        "a.b": [1, 2.5],
        "c": ["linear", "geometric"],
        "d": [True, False],
    }
    assert parse_vary(['k=["x", "y"],"z"']) == {"k": [["x", "y"], "z"]}
    assert parse_vary(['"a=b".c={ low = 0.1, high = 0.2 }']) == {
        '"a=b".c': [{"low": 0.1, "high": 0.2}]
    }


def test_ranges_have_the_numbers_that_people_mean() -> None:
    found = parse_vary(["cv=0.01,0.05:0.3:0.05", "n=1:7:3"])
    assert found == {"cv": [0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3], "n": [1, 4, 7]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cv", '--vary: must be KEY=V1,V2,..., got "cv"'),
        ("cv=0.3:0.1:0.1", "--vary: cv: a range FIRST:LAST:STEP needs FIRST <= LAST and STEP > 0"),
        ("cv=0:1:0", "--vary: cv: a range FIRST:LAST:STEP needs FIRST <= LAST and STEP > 0"),
        ("cv=0:1:0.00001", "--vary: cv: the range 0:1:0.00001 has more than 10,000 values"),
    ],
)
def test_texts_that_are_no_values(text: str, problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        parse_vary([text])
    assert str(caught.value).startswith(problem)


def test_a_key_that_comes_twice_is_refused_however_it_is_written() -> None:
    with pytest.raises(rm.InputError, match=r"^--vary: cv: is given twice$"):
        parse_vary(["cv=1", "cv=2"])
    with pytest.raises(rm.InputError, match=r"^vary: a\.b: is given twice$"):
        axes_of({"a.b": [1], '"a".b': [2]})


@pytest.mark.parametrize(
    ("vary", "problem"),
    [
        ({}, "vary: names no key to vary, such as uncertainty.data.cv"),
        ([1], "vary: must be a mapping of keys to lists of values, got list"),
        ({"k": []}, "vary: k: must be a list of values, got an empty list"),
        ({"k": 0.1}, "vary: k: must be a list of values, got 0.1"),
        ({"k": "text"}, 'vary: k: must be a list of values, got "text"'),
        ({"k": [0.1, "a"]}, 'vary: k: values must be of one kind, got 0.1 and "a"'),
        ({"k": [True, 1]}, "vary: k: values must be of one kind, got true and 1"),
        ({"k": [1, 1.0]}, "vary: k: 1.0 is given twice"),
        ({"k": ["a", "a"]}, 'vary: k: "a" is given twice'),
        (
            {"k": [None]},
            "vary: k: values must be numbers, texts, true or false, lists or tables, got None",
        ),
        ({"a b": [1]}, 'vary: "a b": expected a path of keys such as uncertainty.data.cv'),
        ({"run.chunk": [1]}, "vary: run.chunk: cannot be varied: changes no number"),
        (
            {"simulation.seed": [1, 2]},
            "vary: simulation.seed: cannot be varied: samples and seed are arguments of the sweep, "
            "which all its points share",
        ),
    ],
)
def test_what_cannot_be_swept(vary: Any, problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        axes_of(vary)
    assert str(caught.value) == problem


def test_all_problems_come_together() -> None:
    with pytest.raises(rm.InputError) as caught:
        axes_of({"a": [], "b": [1, 1], "run.workers": [1]})
    assert len(caught.value.problems) == 3


def names(*keys: str) -> list[str]:
    return [axis.name for axis in axes_of({key: [1] for key in keys})]


def test_a_dimension_has_the_last_part_of_its_key_where_that_is_a_name() -> None:
    assert names("uncertainty.data.cv", "method.ahp_share") == ["cv", "ahp_share"]
    # Twice the same, a name that a result has already, and what no name may have.
    assert names("uncertainty.data.cv", 'uncertainty.data.indicators."P2-4".cv') == [
        "uncertainty_data_cv",
        "uncertainty_data_indicators_P2_4_cv",
    ]
    assert names("x.mine") == ["x_mine"]
    assert names("method.grade_cuts[0]") == ["grade_cuts_0"]


@pytest.mark.parametrize(
    ("values", "coordinate"),
    [
        ([1, 2], [1, 2]),
        (np.array([0.1, 0.2]), [0.1, 0.2]),
        (range(2), [0, 1]),
        (["linear", "geometric"], ["linear", "geometric"]),
        ([True, False], ["true", "false"]),
        ([["a", "b"], ["a"]], ['["a", "b"]', '["a"]']),
    ],
)
def test_values_are_a_coordinate_that_a_file_can_hold(values: Any, coordinate: Any) -> None:
    (axis,) = axes_of({"x.k": values})
    found = axis.coordinate
    assert found.values.tolist() == coordinate
    assert found.attrs["key"] == "x.k"
