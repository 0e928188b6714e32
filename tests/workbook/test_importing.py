"""Tables in the shapes that yearbooks and experts have become a study, and it is said how."""

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from recc_mc.cli.main import main
from recc_mc.errors import InputError
from recc_mc.study import load_study
from recc_mc.workbook import import_study

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")

Rows = Sequence[Sequence[object]]
MINES, YEARS, NAMES = ("北矿", "South"), (2015, 2016), ("雨量", "Roads")
UNITS = {"雨量": "mm", "Roads": "km"}
VALUES = {
    (mine, year, name): 100 * m + 10 * t + j + 0.5
    for m, mine in enumerate(MINES)
    for t, year in enumerate(YEARS)
    for j, name in enumerate(NAMES)
}


def save(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    book.save(path)
    return path


def panel_of(path: Path) -> tuple[dict[tuple[str, int, str], float], dict[str, str]]:
    """Values and units in the workbook that an import wrote."""
    book = openpyxl.load_workbook(path)
    head, *rows = book["panel"].iter_rows(values_only=True)
    values = {
        (row[0], row[1], name): value
        for row in rows
        for name, value in zip(head[2:], row[2:], strict=True)
    }
    _, *lines = book["indicators"].iter_rows(values_only=True)
    return values, {line[0]: line[4] for line in lines}


def v(mine: str, year: int, name: str) -> float:
    return VALUES[mine, year, name]


def two_header_rows() -> tuple[dict[str, Rows], Sequence[str]]:
    rows: list[list[object]] = [
        ["表1 各矿区指标"],
        ["指标", "单位", "北矿", None, "South", None],
        [None, None, "2015年", "2016年", "2015年", "2016年"],
    ]
    rows += [[n, UNITS[n], *(v(m, y, n) for m in MINES for y in YEARS)] for n in NAMES]
    rows.append(["注 数据来自年鉴"])
    return {"raw": rows}, ("A1:F1", "C2:D2", "E2:F2", "A2:A3", "B2:B3")


def without_merging() -> tuple[dict[str, Rows], Sequence[str]]:
    sheets, _ = two_header_rows()
    return sheets, ()


def years_down_with_units_row() -> tuple[dict[str, Rows], Sequence[str]]:
    rows: list[list[object]] = [["矿区", "年份", *NAMES], ["", "", "mm", "km"]]
    for m in MINES:
        rows += [[m if y == 2015 else None, y, *(v(m, y, n) for n in NAMES)] for y in YEARS]
    return {"Sheet1": rows}, ()


def a_sheet_per_mine() -> tuple[dict[str, Rows], Sequence[str]]:
    sheets: dict[str, Rows] = {"说明": [["只有文字"]]}
    for m in MINES:
        sheets[m] = [
            ["Indicator", *(float(y) for y in YEARS)],
            *([f"{n} ({UNITS[n]})", *(v(m, y, n) for y in YEARS)] for n in NAMES),
        ]
    return sheets, ()


def a_sheet_per_year() -> tuple[dict[str, Rows], Sequence[str]]:
    return {
        f"{y}年": [
            ["序号", "城市", *(f"{n}\uff08{UNITS[n]}\uff09" for n in NAMES)],
            *([k, m, *(v(m, y, n) for n in NAMES)] for k, m in enumerate(MINES, 1)),
        ]
        for y in YEARS
    }, ()


def a_sheet_per_indicator() -> tuple[dict[str, Rows], Sequence[str]]:
    return {
        n: [["county", *YEARS], *([m, *(v(m, y, n) for y in YEARS)] for m in MINES)] for n in NAMES
    }, ()


def one_row_per_value() -> tuple[dict[str, Rows], Sequence[str]]:
    rows = [["year", "mine", "indicator", "unit", "value"]]
    return {"long": [*rows, *([y, m, n, UNITS[n], x] for (m, y, n), x in VALUES.items())]}, ()


def names_in_two_columns() -> tuple[dict[str, Rows], Sequence[str]]:
    rows: list[list[object]] = [["地区", "项目", "单位", *YEARS]]
    for m in MINES:
        rows += [[m, n, UNITS[n], *(v(m, y, n) for y in YEARS)] for n in NAMES]
    return {"t": rows}, ("A2:A3", "A4:A5")


def sections_of_mines_below_criteria() -> tuple[dict[str, Rows], Sequence[str]]:
    rows: list[list[object]] = [
        ["Table 5-3 Environment of mines"],
        ["", "water", "land"],
        ["Year", *NAMES],
        ["", "(mm)", "(km)"],
    ]
    for m in MINES:
        rows.append([m])
        rows += [[y, *(v(m, y, n) for n in NAMES)] for y in YEARS]
    return {"T5-3": rows}, ()


def unnamed_mines_under_criteria() -> tuple[dict[str, Rows], Sequence[str]]:
    rows: list[list[object]] = [["", "", "water", "land"], ["", "", *NAMES], ["", "", "mm", "km"]]
    rows += [[m, y, *(v(m, y, n) for n in NAMES)] for m in MINES for y in YEARS]
    return {"t": rows}, ()


SHAPES = [
    sections_of_mines_below_criteria,
    unnamed_mines_under_criteria,
    two_header_rows,
    without_merging,
    years_down_with_units_row,
    a_sheet_per_mine,
    a_sheet_per_year,
    a_sheet_per_indicator,
    one_row_per_value,
    names_in_two_columns,
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_shapes_of_panels(tmp_path: Path, shape) -> None:
    made = import_study([save(tmp_path / "y.xlsx", *shape())], tmp_path / "study")
    values, units = panel_of(made.path)
    assert values == VALUES, made.taken
    assert units == ({n: None for n in NAMES} if shape is a_sheet_per_indicator else UNITS)
    assert any("system of 雨量, Roads" in line for line in made.left)


@pytest.mark.parametrize("caption", ["Unit: mm", "表2 雨量 (单位\uff1amm)"])
def test_units_in_a_caption(tmp_path: Path, caption: str) -> None:
    rows = [[caption], ["county", *YEARS], *([m, *(v(m, y, "雨量") for y in YEARS)] for m in MINES)]
    made = import_study([save(tmp_path / "y.xlsx", {"雨量": rows})], tmp_path / "study")
    assert panel_of(made.path)[1] == {"雨量": "mm"}


def test_the_same_as_text_files_one_per_mine(tmp_path: Path) -> None:
    sheets, _ = a_sheet_per_mine()
    files = []
    for m in MINES:
        files.append(tmp_path / f"{m}.csv")
        with files[-1].open("w", newline="") as file:
            csv.writer(file).writerows(sheets[m])
    assert panel_of(import_study(files, tmp_path / "study").path)[0] == VALUES


def test_what_was_taken_for_what_is_said(tmp_path: Path) -> None:
    file = save(tmp_path / "y.xlsx", *two_header_rows())
    made = import_study([file], tmp_path / "study")
    assert made.taken[0] == (
        f"{file}: sheet raw: panel, 8 values; mines from row 2; years from row 3; indicators from "
        'column A "指标"; units from column B "单位"'
    )
    assert made.taken[1] == f"{file}: sheet raw: line 6: left out as a note below the table"
    assert made.taken[-1].startswith("in all: 2 mines (北矿, South), 2 years (2015-2016)")


def test_missing_values_are_left_blank_and_said(tmp_path: Path) -> None:
    sheets, merged = two_header_rows()
    sheets["raw"][3][2] = ".."
    made = import_study([save(tmp_path / "y.xlsx", sheets, merged)], tmp_path / "study")
    assert panel_of(made.path)[0]["北矿", 2015, "雨量"] is None
    assert any('1 of 8 values are blank, 1 of them ".."' in line for line in made.left)


def test_cells_that_are_no_numbers_are_refused_with_sheet_and_cell(tmp_path: Path) -> None:
    sheets, merged = two_header_rows()
    sheets["raw"][3][2], sheets["raw"][4][3] = "1,234", "=1+1"
    file = save(tmp_path / "y.xlsx", sheets, merged)
    with pytest.raises(InputError, match=r"y\.xlsx:raw!D5: a formula without a stored result"):
        import_study([file], tmp_path / "study")
    sheets["raw"][4][3] = 2.0
    with pytest.raises(InputError, match=r'y\.xlsx:raw!C4: 雨量: "1,234": expected a number with'):
        import_study([save(file, sheets, merged)], tmp_path / "study")


def test_two_values_for_one_cell_are_refused(tmp_path: Path) -> None:
    sheets, _ = one_row_per_value()
    sheets["long"].append([2015, "South", "Roads", "km", 7])
    with pytest.raises(InputError, match=r"7, but 101\.5 in .*long!E7: expected one value"):
        import_study([save(tmp_path / "y.xlsx", sheets)], tmp_path / "study")


def test_files_without_a_panel_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no panel found"):
        import_study([save(tmp_path / "y.xlsx", {"a": [["x"]]})], tmp_path / "study")


INDICATORS = [
    ["指标名称", "系统", "准则层", "属性", "单位"],
    ["雨量", "支撑力", "res", "正", "mm"],
    ["Water", "支撑力", "res", "+", "m3"],
    ["Soil", None, "land", 1, "1"],
    ["Roads", "压力", "pol", "逆向", "km"],
]


def experts_book(path: Path) -> Path:
    """Sheets of two experts, each with the same two matrices below each other."""
    sheets = {
        name: [
            ["指标", "雨量", "Water"],
            ["雨量", 1, a],
            ["Water", None, 1],
            [],
            ["", "res", "land"],
            ["res", 1, None],
            ["land", "1/3", 1],
        ]
        for name, a in (("张三", 3), ("Li", "1/2"))
    }
    return save(path, sheets)


def panel_rows() -> Rows:
    names = ["雨量", "Water", "Soil", "Roads"]
    rows = [
        [m, y, *(k + 3 * j for j in range(4))]
        for k, (m, y) in enumerate((m, y) for m in MINES for y in YEARS)
    ]
    return [["mine", "year", *names], *rows]


def test_a_whole_study_from_a_panel_indicators_and_experts(tmp_path: Path, capsys) -> None:
    files = [
        save(tmp_path / "y.xlsx", {"data": panel_rows(), "ind": INDICATORS}),
        experts_book(tmp_path / "e.xlsx"),
    ]
    assert main(["import", *map(str, files), "-o", str(tmp_path / "study")]) == 0
    said = capsys.readouterr().out
    assert "left to fill in" not in said
    study = load_study(tmp_path / "study" / "study.xlsx")
    assert study.judgments.experts == ("张三", "Li")
    assert study.judgments["res"].stack[:, 0, 1].tolist() == [3.0, 0.5]
    assert study.judgments["support"].stack[:, 0, 1].tolist() == [3.0, 3.0]
    assert [i.direction for i in study.hierarchy.indicators] == [1, 1, 1, -1]
    assert study.hierarchy["Soil"].system == "support"


@pytest.mark.parametrize(("upper", "left"), [(9, 0), (None, 1)])
def test_an_indicator_best_within_a_range_is_known_by_its_word(
    tmp_path: Path, upper: object, left: int
) -> None:
    head, *rows = INDICATORS
    ranges = {"Soil": (["区间型", 3, upper])}
    table = [[*head, "适宜下限", "适宜上限"]]
    for row in rows:
        word, low, high = ranges.get(str(row[0]), [row[3], None, None])
        table.append([*row[:3], word, *row[4:], low, high])
    file = save(tmp_path / "y.xlsx", {"data": panel_rows(), "ind": table})
    made = import_study([file, experts_book(tmp_path / "e.xlsx")], tmp_path / "study")
    told = [line for line in made.left if "optimum_upper of Soil" in line]
    assert len(told) == left
    if not left:
        soil = load_study(made.path).hierarchy["Soil"]
        assert (soil.direction, soil.optimum_lower, soil.optimum_upper) == (0, 3, 9)


def test_what_is_left_is_filled_in_and_imported_again(tmp_path: Path) -> None:
    first = import_study([save(tmp_path / "y.xlsx", {"data": panel_rows()})], tmp_path / "a")
    book = openpyxl.load_workbook(first.path)
    for line, row in enumerate(INDICATORS[1:], 2):
        system = {"支撑力": "support", None: "support", "压力": "pressure"}[row[1]]
        direction = -1 if row[3] == "逆向" else 1
        for column, value in enumerate((row[0], system, row[2], direction), 1):
            book["indicators"].cell(line, column, value)
    cells = {row[0].value: row[1] for row in book["study"].iter_rows()}
    cells["method.ahp_share"].value = 0.7
    book.save(first.path)
    second = import_study([first.path], tmp_path / "b")
    assert [line for line in second.left if "matrix" in line] == [
        'sheet of matrix "support": 1 judgments', 'sheet of matrix "res": 1 judgments',
    ]  # fmt: skip
    book = openpyxl.load_workbook(second.path)
    for title in ("support", "res"):
        book[title]["C9"] = 2
    with pytest.raises(InputError, match="support!B1: upper: holds no judgment"):
        load_study(second.path)
    book.save(second.path)
    study = load_study(second.path)
    assert study.judgments["res"].values[0, 1] == 2.0
    assert study.settings.method.ahp_share == 0.7


def test_a_matrix_of_items_nobody_knows_is_said(tmp_path: Path) -> None:
    square = [["", "x", "y"], ["x", 1, 2], ["y", 0.5, 1]]
    file = save(tmp_path / "y.xlsx", {"d": panel_rows(), "i": INDICATORS, "m": square})
    made = import_study([file], tmp_path / "study")
    assert any("m!A1: judgments on x, y: are the items of no system" in line for line in made.left)


def test_an_expert_who_contradicts_himself_is_told(tmp_path: Path) -> None:
    square = [["", "雨量", "Water"], ["雨量", 1, 3], ["Water", 3, 1]]
    file = save(tmp_path / "y.xlsx", {"d": panel_rows(), "m": square})
    with pytest.raises(InputError, match=r"m!B3: 3: expected 1/3, the reciprocal of 3 in C2"):
        import_study([file], tmp_path / "study")
