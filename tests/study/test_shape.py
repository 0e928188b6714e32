import pytest

from recc_mc.study.shape import ALL_OUTPUTS, is_made_of, outputs_of, ranked_by, shape_notes
from tests.shapes import SHAPES, UNCERTAIN
from tests.strategies import of_system, small_study


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_leaves_out_what_it_cannot_tell(shape):
    files, left_out = SHAPES[shape]
    outputs = outputs_of(files.load())
    assert set(ALL_OUTPUTS) - set(outputs) == set(left_out.split())


def test_a_study_of_two_systems_and_several_mines_leaves_nothing_out(case_study):
    assert outputs_of(case_study) == ALL_OUTPUTS
    assert shape_notes(case_study) == []


def test_pressure_alone_has_obstacles_only_if_they_are_asked_for():
    study = of_system(small_study(), "pressure").load()
    assert "obstacle" not in outputs_of(study)
    assert shape_notes(study)[-1] == (
        'obstacle degrees are those of support: method.obstacle = "both" adds pressure'
    )


@pytest.mark.parametrize(
    ("outputs", "index"),
    [(ALL_OUTPUTS, "recc"), (("support", "rank"), "support"), (("pressure",), "pressure")],
)
def test_mines_are_ranked_by_c_or_by_the_only_index(outputs, index):
    assert ranked_by(outputs) == index


def test_variables_are_made_of_the_outputs_that_their_names_begin_with():
    alone = ("pressure", "rank", "obstacle")
    left_out = ["support_mean", "support_pressure_correlation", "zone", "grade_flip_probability",
                "overload_first_undefined", "recc_undefined"]  # fmt: skip
    kept = ["pressure_bias", "rank_shift_variance", "kendall_tau_mean", "outranks_probability",
            "obstacle_std", "weight_ahp_mean", "repair", "share_accepted"]  # fmt: skip
    assert not any(is_made_of(name, alone) for name in left_out)
    assert all(is_made_of(name, alone) for name in kept)


def test_one_mine_is_told_of(project):
    project.write("panel.csv", "mine,year,rain,lake,soil,dust\nA,2012,1,2,3,4\nA,2013,2,3,5,1\n")
    assert project.warnings() == []
    assert shape_notes(project.load()) == [
        "there is one mine: ranks between mines and what is made of them are left out"
    ]
    assert "left out      there is one mine" in str(project.load())


def test_one_mine_in_one_year_is_nothing_to_compare(project):
    project.write("panel.csv", "mine,year,rain,lake,soil,dust\nA,2012,1,2,3,4\n")
    assert project.problems() == [
        'panel.csv: only mine "A" in only year 2012: expected several mines, or several years of '
        "the one, to compare"
    ]


@pytest.mark.parametrize(
    "table", ["[method]\ngoalposts = 'yearly'\n", "[uncertainty.method]\nscope = ['yearly']\n"]
)
def test_the_years_of_one_mine_cannot_have_goalposts_of_their_own(project, table):
    project.write("panel.csv", "mine,year,rain,lake,soil,dust\nA,2012,1,2,3,4\nA,2013,2,3,5,1\n")
    project.add(table)
    assert project.problems() == [
        'panel.csv: only one mine: with goalposts "yearly" (method.goalposts or '
        "uncertainty.method.scope) every indicator is constant in each year: expected "
        '"pooled" or "fixed"'
    ]


def test_the_notes_of_one_system_name_the_index_and_its_ranks():
    study = of_system(small_study(**UNCERTAIN), "support").load()
    assert shape_notes(study) == [
        "no indicator is in system pressure: the support index S stands alone, and C, zones, "
        "grades and overload are left out; ranks are by S, 1 the largest"
    ]
