"""From a yearbook and three experts' tables to the report of a study, by what an import says."""

from pathlib import Path

import openpyxl
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.study import load_study
from recc_mc.workbook import import_study
from recc_mc.workbook.importing import Imported
from tests.workbook.yearbook import COUNTIES, CRITERIA, write_experts, write_yearbook

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("yearbook")
    files = [*write_experts(folder), write_yearbook(folder / "年鉴.xlsx")]
    return import_study(files, folder / "made")


def fill(path: Path) -> Path:
    """What the import lists as left: directions, and what to do about missing values."""
    book = openpyxl.load_workbook(path)
    for row in book["indicators"].iter_rows(min_row=2, max_row=11):
        row[3].value = 1
    for row in book["study"].iter_rows():
        if row[0].value == "method.missing":
            row[1].value = "interpolate"
    book.save(path.with_name("filled.xlsx"))
    return path.with_name("filled.xlsx")


def test_every_heading_is_taken_for_what_it_is(made: Imported) -> None:
    (sheet,) = (line for line in made.taken if "sheet 2019年: panel" in line)
    assert sheet.endswith(
        'panel, 40 values; criteria from row 2; counties from column B "县区"; years from title '
        '"2019年"; indicators from row 3; units from row 4'
    )
    assert "called county and counties: study.noun and study.nouns" in made.taken
    assert "system of 10 indicators: as the tables of judgments are called" in made.taken


def test_what_is_left_is_what_no_table_says(made: Imported) -> None:
    columns = ("directions", "missing values", "a blank pair", "an expert without a judgment")
    assert len(made.left) == len(columns)
    directions, missing, pair, nothing = made.left
    assert directions.startswith("sheet indicators: direction of 年降水量")
    assert '2 of 120 values are blank, 1 of them "—", 1 of them "…"' in missing
    assert pair.endswith(
        '承载支撑力!A2: blank judgments on "support": 1; those not given are estimated from the '
        "others"
    )
    assert nothing.endswith('生态保护!A2: holds no judgment on "生态保护": is left out')


def test_the_filled_workbook_is_the_study(made: Imported) -> None:
    study = load_study(fill(made.path))
    assert study.panel.mines == COUNTIES
    assert (study.title, study.nouns.many) == ("年鉴", "counties")
    assert study.hierarchy.all_criteria == tuple(CRITERIA)
    assert [i.units for i in study.hierarchy.indicators][:2] == ["毫米", "亿立方米"]
    assert study.judgments["support"].experts == ("专家甲", "专家乙", "专家丙")
    assert study.judgments["生态保护"].experts == ("专家甲", "专家丙")
    assert study.judgments["pressure"].stack[:, 0, 1].tolist() == [1 / 2, 1 / 3, 1 / 2]
    assert study.judgments.snapped == (
        "生态保护 of 专家甲 row 1 col 2: 0.33 -> 1/3",
        "pressure of 专家乙 row 1 col 2: 0.33 -> 1/3",
    )


@pytest.mark.slow
def test_its_report_is_three_commands_away(
    made: Imported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    study = fill(made.path)
    assert main(["check", str(study)]) == 0
    run = ["--samples", "200", "--seed", "1", "--set", "uncertainty.data.cv=0.05"]
    assert main(["simulate", str(study), *run, "-o", "result.nc"]) == 0
    assert main(["report", "result.nc"]) == 0
    assert "4 counties" in Path("result.html").read_text("utf-8")
    assert rm.load_study("result.nc").panel.mines == COUNTIES


def test_tables_within_tables_tell_criteria_within_criteria(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "data"
    for row in (["city", "year", *"abcd"], ["A", 2020, 1, 2, 3, 4], ["B", 2020, 5, 6, 7, 9]):
        book.active.append(row)
    for title, items in {
        "支撑": ("nature", "people"),
        "nature": ("water", "a"),
        "water": ("b", "c"),
        "压力": ("load", "other"),
    }.items():
        sheet = book.create_sheet(title)
        for row in ([None, *items], [items[0], 1, 2], [items[1], 0.5, 1]):
            sheet.append(row)
    book.save(tmp_path / "data.xlsx")
    made = import_study([tmp_path / "data.xlsx"], tmp_path)
    _, *rows = openpyxl.load_workbook(made.path)["indicators"].iter_rows(values_only=True)
    assert [row[:3] for row in rows] == [
        ("a", "support", "nature"),
        ("b", "support", "nature/water"),
        ("c", "support", "nature/water"),
        ("d", None, None),
    ]
    assert "sheet indicators: system of d" in made.left


def test_a_column_of_criteria_is_the_criterion(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["系统", "准则层", "指标", "单位", "2019", "2020"],
        ["支撑", "水", "雨量", "毫米", 1, 2],
        [None, None, "湖泊", "平方公里", 3, 4],
        ["压力", "气", "粉尘", "吨", 5, 6],
    ):
        book.active.append(row)
    book.active.title = "北矿"
    book.save(tmp_path / "data.xlsx")
    made = import_study([tmp_path / "data.xlsx"], tmp_path)
    _, *rows = openpyxl.load_workbook(made.path)["indicators"].iter_rows(values_only=True)
    assert [row[:3] for row in rows] == [
        ("雨量", "support", "水"),
        ("湖泊", "support", "水"),
        ("粉尘", "pressure", "气"),
    ]


def test_units_with_powers_of_ten_are_units_and_a_system_may_have_one_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["City", "Rain (mm)", None, "Lakes (10^8 m3)", None, "People (10^4 persons)", None],
        [None, *[2019, 2020] * 3, None],
        ["A", 1, 2, 3, 4, 5, 6],
        ["B", 2, 3, 4, 5, 6, 8],
    ):
        book.active.append(row)
    book["Sheet"].append([])
    sheet = book.create_sheet("x")
    for row in (["Load", "People", "Dust"], ["People", 1, 2], ["Dust", None, 1]):
        sheet.append(row)
    dust = book.create_sheet("y")
    for row in (["City", "year", "Dust"], ["A", 2019, 1], ["A", 2020, 2], ["B", 2019, 3]):
        dust.append(row)
    book.save(tmp_path / "data.xlsx")
    made = import_study([tmp_path / "data.xlsx"], tmp_path)
    _, *rows = openpyxl.load_workbook(made.path)["indicators"].iter_rows(values_only=True)
    assert [(*row[:3], row[4]) for row in rows] == [
        ("Rain", None, None, "mm"),
        ("Lakes", None, None, "10^8 m3"),
        ("People", "pressure", "Load", "10^4 persons"),
        ("Dust", "pressure", "Load", None),
    ]
