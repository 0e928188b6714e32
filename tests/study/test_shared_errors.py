import numpy as np
import pytest

from recc_mc.study import load_study
from recc_mc.study.factors import list_factors
from recc_mc.study.shape import shape_notes
from recc_mc.study.variation import variation
from recc_mc.workbook import write_study_book

SHARED = """
[[uncertainty.shared]]
name = "map"
indicators = ["rain", "lake"]
cv = 0.2
"""


def test_a_shared_error_is_one_factor_of_the_data(project):
    project.add(SHARED + SHARED.replace('"map"', '"gauge"') + 'by = "mine"\n')
    first, second = list_factors(project.load())
    assert (first.label, first.family, first.has_cells, len(first.columns)) == (
        "shared:map", "data", True, 0,
    )  # fmt: skip
    assert (second.label, dict(second.parts)) == ("shared:gauge", {"mine": 2})
    one, _ = list_factors(project.load(), noise=True)
    assert dict(one.parts) == {"cells": 1}


def test_check_and_results_say_what_is_shared(project):
    project.add(SHARED)
    study = project.load()
    assert "shared:map  lognormal  cv 0.2 for each mine and year, shared by rain, lake" in str(
        study
    )
    assert variation(study).varied == "1 shared error (map cv 0.2 for each mine and year)"
    assert variation(study).held_fixed.startswith(
        "all judgments, data of 2 of 4 indicators (soil, dust)"
    )
    assert shape_notes(study) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("cv = 0.2", "", "uncertainty.shared[0].cv: is required"),
        ("cv = 0.2", "cv = 0", "uncertainty.shared[0].cv: must be > 0, got 0"),
        ("cv = 0.2", 'cv = 0.2\nby = "year"',
         'uncertainty.shared[0].by: must be "cell", "mine" or "all", got "year"'),
        ("cv = 0.2", "cv = 0.2\nsd = 1", "uncertainty.shared[0].sd: unknown key; known: name, "
         "indicators, cv, by"),
        ('["rain", "lake"]', '["rain"]',
         'uncertainty.shared[0].indicators: must name at least 2, got "rain" alone'),
        ('["rain", "lake"]', "[]",
         "uncertainty.shared[0].indicators: must name at least 2, got none"),
        ('["rain", "lake"]', '["rain", "lake", "rain"]',
         'uncertainty.shared[0].indicators[2]: "rain" is given twice'),
        ('["rain", "lake"]', '["rain", "lakes"]',
         'uncertainty.shared[0].indicators[1]: no such indicator "lakes"; did you mean "lake"?'),
        ('["rain", "lake"]', '["rain", "soil"]',
         'uncertainty.shared[0].indicators[1]: "soil" has an upper bound of 100, which a factor '
         "would cross: expected indicators without one (none in the columns min and max of the "
         "table of indicators lifts a natural bound)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_shared_error(project, old, new, sentence):
    project.add(SHARED.replace(old, new))
    (problem,) = project.problems()
    place, _, found = problem.partition(": ")
    assert place.startswith("study.toml")
    assert found == sentence


def test_two_shared_errors_of_one_name(project):
    project.add(SHARED + SHARED)
    (problem,) = project.problems()
    assert problem.endswith('uncertainty.shared[1].name: "map" is used twice')


def test_values_that_no_factor_can_multiply_are_named(project):
    project.add(SHARED)
    project.change("panel.csv", "North,2012,100,", "North,2012,0,")
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "North", year 2012: 0: expected > 0, as '
        "uncertainty.shared[0] multiplies it"
    ]


def test_a_bound_of_the_error_itself_is_crossed_too(project):
    project.add("[uncertainty.data.indicators.lake]\nsd = 0.1\nupper = 9\n"
                "distribution = 'normal'\n" + SHARED)  # fmt: skip
    (problem,) = project.problems()
    assert 'uncertainty.shared[0].indicators[1]: "lake" has an upper bound of 9' in problem


def test_shared_errors_come_back_from_files_and_workbooks(project, tmp_path):
    project.add("[uncertainty.data]\ncv = 0.1\n" + SHARED + 'by = "all"\n')
    study = project.load()
    saved = load_study(study.save(tmp_path / "saved"))
    book = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    for again in (saved, book):
        assert again.digest == study.digest
        assert again.settings.uncertainty.shared == study.settings.uncertainty.shared


def test_shared_errors_are_set_anew_as_a_whole(project):
    study = project.load()
    one = [{"name": "map", "indicators": ["rain", "lake"], "cv": np.float64(0.2)}]
    other = study.replace({"uncertainty.shared": one})
    assert other.settings.uncertainty.shared[0].cv == 0.2
    assert other.digest != study.digest
    assert other.replace({"uncertainty.shared": None}).digest == study.digest
