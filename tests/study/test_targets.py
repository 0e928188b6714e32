"""Targets of a study file and levers of its indicators, and every sentence on what is wrong."""

import pytest

import recc_mc as rm
from recc_mc.study import load_study
from recc_mc.workbook import write_study_book

TARGETS = """
[[target]]
name = "end_overload"
mine = "North"
year = 2012
below = 0.9
probability = 0.8
indicators = ["dust", "lake"]
max = 0.5
extrapolate = true
[[target]]
name = "second"
mine = "South"
rank = 2
"""
LEVERS = (
    ("long_name\n", "long_name,lever\n"),
    ("Precipitation\n", "Precipitation,no\n"),
    ("lakes\n", "lakes,\n"),
    ("soil\n", "soil,\n"),
    ("Dust\n", "Dust,yes\n"),
)


def with_levers(project):
    for old, new in LEVERS:
        project.change("indicators.csv", old, new)


def test_targets_are_positions_in_the_panel(project):
    project.add(TARGETS + TARGETS.replace("rank = 2", "").replace('"s', '"t').replace('"e', '"f'))
    first, second, _, plain = project.load().targets
    assert (first.name, first.mine, first.year, first.indicators) == ("end_overload", 0, 0, (3, 1))
    assert (first.below, first.probability, first.max, first.extrapolate) == (0.9, 0.8, 0.5, True)
    assert (second.mine, second.year, second.rank, second.below) == (1, 1, 2, None)
    assert second.indicators is None
    # What is wanted if nothing is said.
    assert (plain.below, plain.probability, plain.max) == (1.0, 0.9, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"North"', '"Nort"', 'mine: unknown mine "Nort"; did you mean "North"?'),
        ("year = 2012", "year = 1012", 'year: unknown year "1012"; did you mean "2012"?'),
        ('"lake"', '"lakes"', 'indicators[2]: unknown indicator "lakes"; did you mean "lake"?'),
        ('"lake"', '"dust"', 'indicators[2]: "dust" is given twice'),
        ('["dust", "lake"]', "[]", "indicators: must name at least 1, got none"),
        ("below = 0.9", "below = 0", "below: must be > 0, got 0"),
        ("probability = 0.8", "probability = 1", "probability: must be > 0 and < 1, got 1"),
        ("below = 0.9", "grade = 'X'",
         'grade: must be "I", "II", "III", "IV", "V", "VI", "VII", "VIII" or "IX", got "X"; '
         'did you mean "IX"?'),
        ("below = 0.9", "rank = 3", "rank: must be <= 2, the number of mines, got 3"),
        ("below = 0.9", "rank = 1", "rank: must be >= 2, got 1"),
        ("max = 0.5", "max = 0", "max: must be > 0, got 0"),
        ("max = 0.5", "maximum = 2", 'maximum: unknown key; did you mean "max"?'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_target(project, old, new, sentence):
    assert old in TARGETS
    project.add(TARGETS.replace(old, new, 1))
    assert project.problems() == [f"study.toml: target[1].{sentence}"]


def test_one_thing_is_reached_and_names_are_used_once(project):
    project.add(TARGETS.replace("below = 0.9", "below = 0.9\nrank = 2"))
    assert project.problems() == [
        "study.toml: target[1]: give one of below, zone, grade, rank; got below, rank"
    ]
    project.add(TARGETS.replace("second", "end_overload"))
    assert project.problems() == ['study.toml: target[2].name: "end_overload" is used twice']


def test_a_study_of_one_system_has_no_targets(project):
    project.change("indicators.csv", "dust,pressure,air", "dust,support,air")
    project.write("judgments.toml", "")
    project.add("[method]\nahp_share = 0.0\n" + TARGETS)
    assert project.problems()[0].startswith("study.toml: target[1]: needs C, which a study of one")


def test_an_indicator_that_is_no_lever_is_warned_of(project):
    with_levers(project)
    project.add(TARGETS.replace('"lake"', '"rain"'))
    assert project.warnings() == [
        'study.toml: target[1].indicators[2]: "rain" is no lever, says the table of indicators'
    ]


def test_what_is_no_word_for_a_lever_is_refused(project):
    with_levers(project)
    project.change("indicators.csv", "Dust,yes", "Dust,perhaps")
    assert project.problems() == ['indicators.csv:5: lever: "perhaps": expected "yes" or "no"']


def test_targets_and_levers_come_back_from_files_workbooks_and_results(project, tmp_path):
    plain = project.load()
    with_levers(project)
    project.add(TARGETS)
    study = project.load()
    assert [found.lever for found in study.hierarchy.indicators] == [False, None, None, True]
    assert study.digest != plain.digest
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    saved = load_study(study.save(tmp_path / "saved"))
    book = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    for again in (saved, book, load_study(tmp_path / "result.nc")):
        assert again.digest == study.digest
        assert again.targets == study.targets
        assert again.hierarchy == study.hierarchy
