from typing import Any

import numpy as np
import pytest
from SALib.sample import latin, sobol
from SALib.sample.morris import sample as morris_sample

import recc_mc as rm
from recc_mc.salib import salib_problem
from recc_mc.study.factors import column_count
from recc_mc.uncertainty import list_factors
from tests.reference import columns
from tests.salib.toys import ALL_SCALARS
from tests.strategies import small_study


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(**ALL_SCALARS).load()


def test_inputs_are_named_by_what_they_are(study: rm.Study) -> None:
    problem = salib_problem(study)
    names, groups = problem["names"], problem["groups"]
    assert names[0] == "judgment:support:water/soil"
    pairs = ("water 0/water 1", "water 0/water 2", "water 1/water 2")
    assert [name for name in names if name.startswith("judgment:water:")] == [
        f"judgment:water:{pair}" for pair in pairs
    ]
    assert "data:water 1:systematic" in names
    assert [name for name in names if name.startswith("data:air 0")] == [
        "data:air 0:systematic",
        "data:air 0:mine:Mine 0",
        "data:air 0:mine:Mine 1",
        "data:air 0:mine:Mine 2",
    ]
    assert names[-3:] == ["method:ahp_share", "method:prioritization", "method:goalposts"]
    assert groups[names.index("data:air 0:mine:Mine 1")] == "data:air 0"
    assert len(set(names)) == len(names) == problem["num_vars"]


def test_columns_are_those_of_the_unit_cube(case_study: rm.Study, study: rm.Study) -> None:
    for each in (case_study, study):
        problem = salib_problem(each)
        assert problem["num_vars"] == column_count(list_factors(each))
        expected = [f for f, _, where in columns(each) for _ in range(where.stop - where.start)]
        assert problem["groups"] == expected


def test_experts_are_inputs() -> None:
    from dataclasses import replace

    files = small_study(uncertainty_judgments={"sigma": 0.0, "resample_experts": True})
    water = next(m for m in files.matrices if m.name == "water")
    others = tuple(m for m in files.matrices if m.name != "water")
    experts = tuple(replace(water, expert=name) for name in ("Ann", "Bob"))
    problem = salib_problem(replace(files, matrices=(*others, *experts)).load())
    assert problem["names"] == ["judgment:water:expert 1", "judgment:water:expert 2"]
    assert problem["groups"] == ["judgment:water"] * 2


@pytest.mark.parametrize("groups", [True, False])
def test_samplers_of_salib_take_the_problem(study: rm.Study, groups: bool) -> None:
    for rows in (
        latin.sample(salib_problem(study, groups=groups), 10, seed=0),
        sobol.sample(salib_problem(study, groups=groups), 8, seed=0),
        morris_sample(salib_problem(study, groups=groups, levels=4), 5, seed=0),
    ):
        assert rows.shape[1] == salib_problem(study)["num_vars"]
        assert "recc" in rm.evaluate_rows(study, rows)


def test_the_levels_of_a_morris_design_are_medians(study: rm.Study) -> None:
    rows = morris_sample(salib_problem(study, levels=4), 5, seed=0)
    np.testing.assert_allclose(np.unique(rows.round(12)), [0.125, 0.375, 0.625, 0.875])


def test_a_problem_is_a_new_one_each_time(study: rm.Study) -> None:
    salib_problem(study)["names"].clear()
    assert salib_problem(study)["names"]
    assert "groups" not in salib_problem(study, groups=False)


@pytest.mark.parametrize("tables", [{}, {"uncertainty_data": {"cv": 0.1}}])
def test_a_study_without_scalar_inputs(tables: dict[str, Any]) -> None:
    study = small_study(**tables).load()
    with pytest.raises(rm.InputError, match="no input to vary"):
        salib_problem(study)
    with pytest.raises(rm.InputError, match="no scalar input"):
        rm.evaluate_rows(study, np.empty((3, 0)))


def test_levels_are_checked(study: rm.Study) -> None:
    with pytest.raises(rm.InputError, match="levels: must be >= 2, got 1"):
        salib_problem(study, levels=1)
