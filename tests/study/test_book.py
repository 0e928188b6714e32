"""What who opens a spreadsheet sees is what is read, or is refused with sheet and cell."""

import datetime
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from recc_mc.errors import InputError
from recc_mc.study.book import Book, reference
from recc_mc.study.panel_cells import Notation
from recc_mc.study.panel_file import read_panel
from recc_mc.study.sheets import read_sheet

ROWS = [
    ["mine", "year", "rain", "good"],
    ["North", 2012, 100, 50],
    ["North", 2013, 110, 51],
    ["South", 2012, 120, 52],
    ["South", 2013, 130, 53],
]
NAMES = ("rain", "good")


@pytest.fixture
def panel(tmp_path: Path):
    """Values of the panel after a change of its sheet, in the order of the rows."""

    def panel(
        change: Callable[[Worksheet], object], missing: str = "error", **notation
    ) -> list[list[float]]:
        book = openpyxl.Workbook()
        book.active.title = "raw data"
        for row in ROWS:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "p.xlsx")
        found = read_panel(tmp_path / "p.xlsx", "p.xlsx", NAMES, missing, Notation(**notation))
        return found.panel.values.reshape(4, 2).tolist()

    return panel


@pytest.fixture
def problems(panel):
    def problems(change, **options) -> list[str]:
        with pytest.raises(InputError) as caught:
            panel(change, **options)
        return list(caught.value.problems)

    return problems


def put(cell: str, value: object, style: str | None = None):
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value
        if style is not None:
            sheet[cell].number_format = style

    return change


def test_cells_are_named_as_spreadsheets_name_them():
    assert reference("data", 7, 27) == "data!AB7"
    assert reference("it's", 7) == "'it''s'!7"


def test_a_formula_without_a_stored_result_is_refused(problems):
    assert problems(put("C3", "=1+2")) == [
        "p.xlsx:'raw data'!C3: a formula without a stored result: expected a file saved by a "
        "spreadsheet program, or the number itself"
    ]


def test_a_text_that_is_a_number_is_that_number(panel):
    assert panel(put("C3", " 110.5 "))[1] == [110.5, 51]


@pytest.mark.parametrize("style", ["0%", "0.0%", '0.00"p"%'])
def test_a_percentage_is_what_its_units_say(panel, problems, style):
    change = put("D3", 0.07, style)
    assert panel(change, units={"good": "%"})[1] == [110, 7.0]
    assert panel(change, units={"good": "1"})[1] == [110, 0.07]
    assert problems(change, units={"good": "mm"}) == [
        "p.xlsx:'raw data'!D3: good: 7%: expected a plain number, as its units are \"mm\", not %"
    ]


def test_a_percentage_as_text_is_one_too(panel):
    assert panel(put("D3", "7 %"), units={"good": "%"})[1] == [110, 7.0]


def test_a_date_shown_as_a_year_is_that_year(panel, problems):
    day = datetime.date(2013, 12, 31)
    assert panel(put("B3", day, "yyyy"))[1] == [110, 51]
    assert panel(put("B3", day, 'yyyy"年"'))[1] == [110, 51]
    assert problems(put("B3", day, "yyyy-mm-dd")) == [
        "p.xlsx:'raw data'!B3: year: 2013-12-31 00:00:00: expected a whole year such as 2012, "
        "not a date"
    ]


def hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_columns(sheet: Worksheet) -> None:
    sheet.column_dimensions.group("C", "D", hidden=True)


def test_hidden_rows_and_columns_are_refused_if_they_hold_anything(problems, panel):
    assert problems(hide_row) == [
        "p.xlsx:'raw data'!3: the row is hidden but holds something: expected it shown, or deleted"
    ]
    assert [problem.split(":")[1] for problem in problems(hide_columns)] == [
        "'raw data'!C1", "'raw data'!D1",
    ]  # fmt: skip

    def hide_blanks(sheet: Worksheet) -> None:
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["J"].hidden = True

    assert panel(hide_blanks)[1] == [110, 51]


def merge(area: str):
    return lambda sheet: sheet.merge_cells(area)


def test_names_and_years_over_merged_cells_hold_for_each(panel):
    assert panel(merge("A2:A3"))[1] == [110, 51]


def test_a_number_over_merged_cells_is_nobodys_value(problems):
    found = problems(merge("C2:C3"))
    assert found == [
        "p.xlsx:'raw data'!C2: rain: 100.0: expected a number in one cell, not over merged cells "
        "(and 1 more row)"
    ]


def test_missing_values_are_those_that_are_declared(panel, problems):
    def change(sheet: Worksheet) -> None:
        sheet["C3"], sheet["C4"] = "..", -999

    codes = ("..", "-999")
    values = panel(change, missing="interpolate", missing_values=codes)
    assert [row[0] for row in values] == [100, 100, 130, 130]
    assert problems(put("C3", "..")) == [
        'p.xlsx:\'raw data\'!C3: rain: "..": expected a number (or study.missing_values = [".."])'
    ]


def test_a_hidden_sheet_is_not_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("old").sheet_state = "hidden"
    book.save(tmp_path / "p.xlsx")
    with pytest.raises(InputError, match='sheet "old": is hidden, expected a visible one'):
        read_sheet(tmp_path / "p.xlsx", "p.xlsx", "old")
    with pytest.raises(InputError, match='no sheet "Shet"; did you mean "Sheet"'):
        read_sheet(tmp_path / "p.xlsx", "p.xlsx", "Shet")


def test_stored_results_of_formulas_are_read(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])
    book.save(tmp_path / "p.xlsx")
    found = Book(tmp_path / "p.xlsx", "p.xlsx")
    stored = openpyxl.Workbook()
    stored.active.append([2])
    monkeypatch.setattr(found, "_results", stored)
    grid = found.grid("Sheet")
    assert grid.rows[0].cells == (2,)
    assert grid.computed == {(1, 0)}


def test_a_table_with_headings_in_several_rows_is_one_sentence(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "raw"
    book.active.append(["Indicators", "Unit", "North", None, "South", None])
    book.active.append([None, None, 2015, 2016, 2015, 2016])
    book.active.append(["rain", "mm", 1, 2, 3, 4])
    book.active.merge_cells("C1:D1")
    book.active.merge_cells("E1:F1")
    book.create_sheet("weights")
    book.save(tmp_path / "p.xlsx")
    with pytest.raises(InputError) as caught:
        read_panel(tmp_path / "p.xlsx", "p.xlsx", ("rain",), "error")
    (problem,) = caught.value.problems
    assert problem.startswith("p.xlsx:raw!1: its headings stand over several columns")
    assert "recc-mc import p.xlsx" in problem


def test_data_on_another_sheet_are_found_by_a_key(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "README"
    book.active.append(["Notes"])
    data = book.create_sheet("data")
    for row in ROWS:
        data.append(row)
    book.save(tmp_path / "p.xlsx")
    with pytest.raises(InputError) as caught:
        read_panel(tmp_path / "p.xlsx", "p.xlsx", NAMES, "error")
    assert list(caught.value.problems) == [
        'p.xlsx:README!1: sheet "README" has none of the columns mine, year; other sheets: "data": '
        "study.panel_sheet and study.indicators_sheet choose one"
    ]
    found = read_panel(tmp_path / "p.xlsx", "p.xlsx", NAMES, "error", Notation("data"))
    assert found.panel.mines == ("North", "South")
