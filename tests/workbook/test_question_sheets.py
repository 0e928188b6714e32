"""The sheets of scenarios, targets and evidence: what is written, read, and said of wrong cells."""

import openpyxl
import pytest

import recc_mc as rm
from recc_mc.study import load_study
from recc_mc.workbook import import_study, write_study_book
from tests.study.project import INDICATORS, JUDGMENTS, PANEL, STUDY

QUESTIONS = """
[scenarios]
horizon = 2015

[[scenario]]
name = "quota"
title = "2 mines; at \\"capacity\\""
source = "= a brief"
[[scenario.change]]
indicators = ["rain", "lake"]
mines = ["North"]
years = { from = 2013 }
multiply = 1.699524
[[scenario.change]]
systems = ["pressure"]
years = { from = 2013, to = 2014 }
phase = "linear"
add = { mean = 0.1, sd = 1.0 }
lower = 0.0
draw = "2nd"

[[scenario]]
name = "empty"

[[scenario]]
name = "managed"
[[scenario.change]]
criteria = ["water", "land"]
years = [2012]
multiply = { evidence = "management", slope = -0.2, lower = 0.5, upper = 1.2 }
[[scenario.change]]
indicators = ["dust"]
years = [2012, 2014]
set = 4

[evidence.management]
file = "studies.csv"
measure = "effect"

[evidence.a-name-that-is-too-long-for-the-title-of-a-sheet]
data = "builtin:bcg_vaccine"
measure = "effect"

[[target]]
name = "end"
mine = "North"
grade = "II"
indicators = ["dust"]
extrapolate = true
[[target]]
name = "second"
mine = "South"
year = 2012
rank = 2
probability = 0.75
"""
STUDIES = "study,effect,se\nAnn 2001,0.7,0.2\nBob 2004,0.2,0.3\nCao 2011,1.3,0.25\n"


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    files = {"indicators.csv": INDICATORS, "panel.csv": PANEL, "judgments.toml": JUDGMENTS}
    for name, text in {**files, "studies.csv": STUDIES, "study.toml": STUDY + QUESTIONS}.items():
        (folder / name).write_text(text)
    with pytest.warns(rm.StudyWarning, match="changes nothing"):
        return load_study(folder / "study.toml")


@pytest.fixture
def book(study, tmp_path):
    return write_study_book(study, tmp_path / "study.xlsx")


def edited(book, sheet, changes):
    found = openpyxl.load_workbook(book)
    for cell, value in changes.items():
        found[sheet][cell] = value
    found.save(book)


def problems(book):
    with pytest.raises(rm.InputError) as caught:
        load_study(book)
    return [problem.replace(f"{book.parent}/", "") for problem in caught.value.problems]


@pytest.mark.filterwarnings("ignore:.*changes nothing")
def test_questions_go_through_a_workbook(study, book):
    again = load_study(book)
    assert again.digest == study.digest
    assert again.scenarios == study.scenarios
    assert again.targets == study.targets
    found = openpyxl.load_workbook(book)
    rows = [[cell.value for cell in row] for row in found["scenarios"].iter_rows(max_col=9)]
    assert rows[1][3:9] == ["rain; lake", None, None, "North", 2013, None]
    assert [row[0] for row in rows[1:]] == ["quota", None, "empty", "managed", None]
    assert "evidence management" in found.sheetnames
    keys = [cell.value for cell in found["study"]["A"]]
    assert "scenarios.horizon" in keys
    assert "scenario" not in keys


def test_what_is_wrong_on_the_sheets_names_the_cell(book):
    edited(book, "scenarios", {"D2": "rain; laek", "L2": None, "J6": 2102})
    edited(book, "targets", {"B2": "Nort"})
    edited(book, "evidence management", {"C3": 0})
    assert problems(book) == [
        "study.xlsx:scenarios!2: scenario[1].change[1]: give exactly one of multiply, add, set, "
        "grow; got none"
    ]
    edited(book, "scenarios", {"L2": 2})
    assert problems(book) == [
        'study.xlsx:scenarios!D2: scenario[1].change[1].indicators[2]: unknown indicator "laek"; '
        'did you mean "lake"?',
        'study.xlsx:scenarios!J6: scenario[3].change[2].years[1]: unknown year "2102"; did you '
        'mean "2012"?',
        'study.xlsx:targets!B2: target[1].mine: unknown mine "Nort"; did you mean "North"?',
        "study.xlsx:'evidence management'!C3: se: must be > 0, got 0",
    ]


def test_columns_and_years_that_cannot_be_are_refused(book):
    edited(book, "scenarios", {"L1": "multiplied", "J2": 2012})
    assert problems(book) == [
        'study.xlsx:scenarios!L1: column "multiplied": unknown; did you mean "multiply"?',
        "study.xlsx:scenarios!J2: years: is for no from and to",
    ]


@pytest.mark.filterwarnings("ignore:.*changes nothing")
def test_a_key_and_a_sheet_of_scenarios_are_one_too_many(book):
    found = openpyxl.load_workbook(book)
    line = found["study"].max_row + 1
    found["study"].cell(line, 1, "scenario")
    found["study"].cell(line, 2, '[{ name = "x" }]')
    found.save(book)
    assert problems(book) == [f"study.xlsx:study!B{line}: scenario: is on the sheet scenarios, too"]


@pytest.mark.filterwarnings("ignore:.*changes nothing")
def test_an_import_takes_scenarios_over_and_says_that_it_leaves_evidence_out(book, tmp_path):
    found = import_study([book], tmp_path / "again")
    told = " ".join(found.taken)
    assert "scenarios of a study" in told
    assert "left out, studies that are evidence" in told
    keys = openpyxl.load_workbook(found.path)
    assert keys["scenarios"]["A2"].value == "quota"
    assert "evidence management" not in keys.sheetnames
