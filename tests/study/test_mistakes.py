"""Mistakes that people make in tables, and what becomes of them."""

import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.errors import InputError, sentence_of
from recc_mc.report.as_read import as_read
from recc_mc.report.contents import Result
from recc_mc.study.description import describe
from tests.study.project import Project

INDICATORS = "indicator,system,criterion,direction,units,long_name\n" + "".join(
    f"{name},{system},{criterion},1,1,{name}\n"
    for name, system, criterion in (
        ("S1", "support", "res"),
        ("S2", "support", "res"),
        ("P1", "pressure", "pol"),
        ("P2", "pressure", "pol"),
    )
)
JUDGMENTS = """\
[[matrix]]
name = "res"
items = ["S1", "S2"]
upper = [[1]]
[[matrix]]
name = "pol"
items = ["P1", "P2"]
upper = [[1]]
"""
PANEL = """\
mine,year,S1,S2,P1,P2
Bayan Obo,2012,10,20,5,1
Bayan Obo,2013,12,22,6,2
B,2012,30,25,9,4
B,2013,28,21,8,3
C,2012,18,40,2,7
C,2013,19,44,3,6
"""
FILL = "[method]\nmissing = 'interpolate'\n"


@pytest.fixture
def four(project: Project) -> Project:
    """A study of three mines, two years and four indicators."""
    project.write("indicators.csv", INDICATORS)
    project.write("judgments.toml", JUDGMENTS)
    project.write("panel.csv", PANEL)
    project.add(FILL)
    return project


@pytest.mark.parametrize(
    "spelling",
    ["Bayan\u00a0Obo", "Bayan  Obo", "Bayan \u200bObo", "\ufeffBayan\u3000Obo\u2060 ",
     "Ba\u00adyan Obo"],
)  # fmt: skip
def test_differences_that_cannot_be_seen_make_no_second_mine(four: Project, spelling: str) -> None:
    four.change("panel.csv", "Bayan Obo,2013", f"{spelling},2013")
    study = four.load()
    assert study.panel.mines == ("Bayan Obo", "B", "C")
    found = rm.evaluate(study)["recc"].sel(year=2013)
    np.testing.assert_allclose(found, [4.0561, 1.4297, 0.6452], atol=5e-5)


@pytest.mark.parametrize("spelling", ["bayan obo", "\uff22ayan Obo"])
def test_names_that_only_look_different_name_both_lines(four: Project, spelling: str) -> None:
    four.change("panel.csv", "Bayan Obo,2013", f"{spelling},2013")
    (problem,) = four.problems()
    assert problem.startswith(f'panel.csv:3: mine: "{spelling}": differs from "Bayan Obo" ')
    assert "panel.csv:2" in problem


@pytest.mark.parametrize("code", ["0000", "001B", "007F", "0085", "202E", "2066", "200F", "0009"])
def test_control_characters_in_names_are_refused_with_their_code_point(
    four: Project, code: str
) -> None:
    letter = chr(int(code, 16))
    four.change("panel.csv", "Bayan Obo,2013", f"Bay{letter}an Obo,2013")
    (problem,) = four.problems()
    assert problem.startswith("panel.csv:3: mine: ")
    assert f"U+{code}" in problem
    assert letter not in problem


@pytest.mark.parametrize("cell", ["41275", "20120101", "201201", "2012-01-01"])
def test_dates_are_no_years(four: Project, cell: str) -> None:
    four.change("panel.csv", "Bayan Obo,2013", f"Bayan Obo,{cell}")
    assert any(p.startswith("panel.csv:3: year: ") and "not " in p for p in four.problems())


def long_panel(years: range) -> str:
    rows = [f"{m},{y},{y % 7 + k},{k + 1},{y % 5 + k},{k + 2}" for k, m in
            enumerate(("Longnan", "Anyuan", "Xunwu")) for y in years]  # fmt: skip
    return "\n".join(["mine,year,S1,S2,P1,P2", *rows]) + "\n"


def test_a_mistyped_mine_is_named_with_the_mine_that_was_meant(four: Project) -> None:
    four.write("panel.csv", long_panel(range(2012, 2020)).replace("Longnan,2013", "Longnan2,2013"))
    sentence = 'panel.csv:3: mine "Longnan2": has values for 1 of 8 years'
    assert four.warnings() == [f'{sentence}; did you mean "Longnan"?']
    four.add("")
    first, *rest = four.problems()
    assert first.startswith(sentence)
    assert rest == [
        'panel.csv: mine "Longnan", year 2013: has no values, expected them '
        '(or method.missing = "interpolate")'
    ]


def test_a_year_far_from_all_others_is_named(four: Project) -> None:
    four.write("panel.csv", long_panel(range(2012, 2016)).replace(",2015,", ",2031,"))
    (warning,) = four.warnings()
    assert warning.startswith("panel.csv:5: year 2031: is after 2014 by 17 years")


def test_what_was_filled_is_in_the_result(four: Project) -> None:
    held = long_panel(range(2012, 2020))
    for year in (2012, 2014, 2019):
        line = next(row for row in held.splitlines() if row.startswith(f"Anyuan,{year},"))
        held = held.replace(line, f"Anyuan,{year},,,,")
    four.write("panel.csv", held)
    study = four.load()
    assert "4 interpolated, 8 held of 96 values: S1 (1 + 2)" in describe(study)
    baseline = rm.evaluate(study)
    assert baseline["filled"].attrs["flag_meanings"] == "given interpolated held"
    assert baseline["filled"].sel(mine="Anyuan")[:, 0].values.tolist() == [2, 0, 1, 0, 0, 0, 0, 2]
    assert baseline.attrs["filled_values"] == "4 interpolated, 8 held of 96 values"


EXPERTS = """\
[[matrix]]
name = "res"
expert = "E1"
items = ["S1", "S2", "S3", "S4"]
upper = [[9, "1/9", 9], [9, "1/9"], [9]]
[[matrix]]
name = "res"
expert = "E2"
items = ["S1", "S2", "S3", "S4"]
upper = [["1/9", 9, "1/9"], ["1/9", 9], ["1/9"]]
"""


def test_experts_who_contradict_themselves_do_not_hide_in_their_mean(four: Project) -> None:
    more = "".join(f"S{k},support,res,1,1,S{k}\n" for k in (3, 4))
    four.write("indicators.csv", INDICATORS.replace("P1,", f"{more}P1,", 1))
    four.write("judgments.toml", EXPERTS + JUDGMENTS[JUDGMENTS.index('[[matrix]]\nname = "pol') :])
    head, *rows = PANEL.splitlines()
    rows = [f"{row},{k},{7 - k}" for k, row in enumerate(rows)]
    four.write("panel.csv", "\n".join([head + ",S3,S4", *rows]))
    four.add("[uncertainty.judgments]\n")
    (warning,) = four.warnings()
    assert '"E1" (3.6118), "E2" (3.6118)' in warning
    with pytest.warns(match="experts"):
        study = four.load()
    assert study.judgment_sigma("res") == 0.40
    assert describe(study).count("3.6118  ABOVE") == 2
    ratios = rm.evaluate(study)["expert_consistency_ratio"]
    np.testing.assert_allclose(ratios.sel(matrix="res"), [3.6118, 3.6118], atol=5e-5)
    assert np.isnan(ratios.sel(matrix="pol")).all()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0.1111", 1 / 9), ('"0.111"', 1 / 9), ("0.33", 1 / 3), ("0.1429", 1 / 7), ("0.167", 1 / 6),
     ("0.14", 1 / 7), ("0.3", 0.3), ("0.16", 0.16), ("0.125", 0.125)],
)  # fmt: skip
def test_rounded_fractions(four: Project, cell: str, value: float) -> None:
    four.change("judgments.toml", "upper = [[1]]\n[[matrix]]", f"upper = [[{cell}]]\n[[matrix]]")
    study = four.load()
    assert study.judgments["res"].values[0, 1] == value
    assert len(study.judgments.snapped) == (str(value) not in cell)


def test_a_full_square_is_one_sentence(four: Project) -> None:
    four.change(
        "judgments.toml", "upper = [[1]]\n[[matrix]]", "upper = [[1,2],[0.5,1]]\n[[matrix]]"
    )
    assert four.problems() == [
        'judgments.toml: matrix 1 "res": upper: is a full matrix of 2 x 2: expected only the '
        "judgments above the diagonal, rows of 1"
    ]


def test_a_misspelt_column_is_one_sentence(four: Project) -> None:
    four.write("panel.csv", "mine,year,indicator,vlaue\nA,2012,S1,3\n")
    assert four.problems() == ['panel.csv:1: column "vlaue": unknown; did you mean "value"?']


def test_a_hidden_first_sheet_is_one_sentence(four: Project) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.create_sheet("Data")
    book.active.sheet_state = "hidden"
    book.save(four.folder / "panel.xlsx")
    four.change("study.toml", "panel.csv", "panel.xlsx")
    (problem,) = four.problems()
    assert 'sheet "Notes": is the first one' in problem
    assert '(visible: "Data")' in problem


def test_messages_stay_short(tmp_path: Path) -> None:
    error = InputError([f'f.csv:{k}: mine "{"x" * 5000}": is wrong' for k in range(40)])
    assert len(error.problems) == 40
    lines = str(error).splitlines()
    assert len(lines) == 20
    assert lines[-1] == "... and 21 more"
    assert max(map(len, lines)) < 200
    assert sentence_of(sentence_of("a" * 5000)) == sentence_of("a" * 5000)


def test_experts_whose_names_look_alike_are_named(four: Project) -> None:
    entry = '[[matrix]]\nname = "res"\nitems = ["S1", "S2"]\nupper = [[1]]\nexpert = "{}"\n'
    rest = JUDGMENTS.split("[[matrix]]")[2]
    text = entry.format("Li-Wei") + entry.format("Li\u2010Wei") + "[[matrix]]" + rest
    four.write("judgments.toml", text)
    (problem,) = [p for p in four.problems() if "differs from" in p]
    assert problem.startswith(
        'judgments.toml: matrix 2 "res": expert: "Li\u2010Wei": differs from '
    )


def test_dates_in_a_spreadsheet_are_no_years(four: Project) -> None:
    book = openpyxl.Workbook()
    for row in PANEL.splitlines():
        book.active.append([float(cell) if cell[0].isdigit() else cell for cell in row.split(",")])
    book.active["B3"] = datetime.date(2013, 1, 1)
    book.save(four.folder / "panel.xlsx")
    four.change("study.toml", "panel.csv", "panel.xlsx")
    (problem,) = four.problems()
    assert problem.startswith("panel.xlsx:Sheet!B3: year: 2013-01-01")
    assert problem.endswith("expected a whole year such as 2012, not a date")


@pytest.mark.parametrize("part", ["cv", "systematic_cv", "mine_cv"])
def test_a_zero_under_any_relative_error_is_told(four: Project, part: str) -> None:
    four.change("panel.csv", "B,2012,30", "B,2012,0")
    four.add(f"[uncertainty.data]\ndistribution = 'normal'\n{part} = 0.1\n")
    with pytest.warns(rm.StudyWarning, match="a value 0 is no error"):
        study = four.load()
    told = rm.evaluate(study).attrs["zeros_without_relative_error"]
    assert 'indicator "S1", mine "B", year 2012' in told


def test_a_zero_under_the_error_of_filled_values_is_told_where_it_was_filled(
    four: Project,
) -> None:
    four.change("panel.csv", "B,2012,30", "B,2012,0")
    four.change("panel.csv", "B,2013,28", "B,2013,")
    four.add(f"{FILL}[uncertainty.data]\ndistribution = 'normal'\ninterpolated_cv = 0.1\n")
    with pytest.warns(rm.StudyWarning, match="a value 0 is no error"):
        study = four.load()
    told = rm.evaluate(study).attrs["zeros_without_relative_error"]
    assert 'mine "B", year 2013' in told
    assert "2012" not in told


def test_what_experts_contradict_survives_a_file(four: Project, tmp_path: Path) -> None:
    entry = '[[matrix]]\nname = "res"\nitems = ["S1", "S2"]\nupper = [[{}]]\nexpert = "{}"\n'
    rest = JUDGMENTS.split("[[matrix]]")[2]
    text = entry.format(2, "Li") + entry.format(3, "王") + "[[matrix]]" + rest
    four.write("judgments.toml", text)
    baseline = rm.evaluate(four.load())
    rm.save(tmp_path / "r.nc", baseline=baseline)
    with rm.load(tmp_path / "r.nc") as tree:
        found = tree["baseline"].to_dataset()["expert_consistency_ratio"].load()
    assert set(found["expert"].values.tolist()) >= {"Li", "王"}
    xr.testing.assert_equal(found, baseline["expert_consistency_ratio"])


def test_the_report_says_how_data_were_read() -> None:
    attrs = {"filled_values": "2 interpolated, 1 held of 24 values"}
    ((title, text),) = as_read(Result({}, attrs))
    assert title == "Data as read"
    assert "2 interpolated, 1 held of 24 values" in text
    assert "Judgments" not in text
    assert not list(as_read(Result({}, {})))
