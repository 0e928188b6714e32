import csv
import io

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.errors import InputError
from recc_mc.study.names import clean_name
from recc_mc.study.panel import GIVEN, HELD, INTERPOLATED
from recc_mc.study.panel_file import read_panel

LONG = """\
mine,year,indicator,value
North,2012,rain,100
North,2012,dust,7
North,2013,rain,110
North,2013,dust,8
South,2012,rain,120
South,2012,dust,9
South,2013,rain,130
South,2013,dust,6
"""

WIDE = """\
mine,year,dust,rain
North,2012,7,100
North,2013,8,110
South,2012,9,120
South,2013,6,130
"""

VALUES = [[[100, 7], [110, 8]], [[120, 9], [130, 6]]]


@pytest.fixture
def read(tmp_path):
    def read(text, missing="error", indicators=("rain", "dust"), name="panel.csv"):
        (tmp_path / name).write_bytes(text.encode())
        return read_panel(tmp_path / name, name, indicators, missing).panel

    return read


@pytest.fixture
def problems(read):
    def problems(text, missing="error", **options):
        with pytest.raises(InputError) as caught:
            read(text, missing, **options)
        return list(caught.value.problems)

    return problems


@pytest.mark.parametrize("text", [LONG, WIDE], ids=["long", "wide"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no BOM", "BOM"])
def test_both_layouts_give_the_same_panel(read, text, mark):
    panel = read(mark + text)
    assert panel.mines == ("North", "South")
    assert panel.years == (2012, 2013)
    assert panel.indicators == ("rain", "dust")
    assert panel.values.tolist() == VALUES
    assert not panel.holes.any()


def test_mines_keep_their_first_appearance_and_years_are_sorted(read):
    head, *rows = WIDE.splitlines()
    panel = read("\n".join([head, *reversed(rows)]))
    assert panel.mines == ("South", "North")
    assert panel.years == (2012, 2013)
    assert panel.values.tolist() == VALUES[::-1]


def test_spreadsheets(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(LONG)):
        book.active.append([float(cell) if cell.isdigit() else cell for cell in row])
    book.save(tmp_path / "panel.xlsx")
    panel = read_panel(tmp_path / "panel.xlsx", "panel.xlsx", ("rain", "dust"), "error").panel
    assert panel.years == (2012, 2013)
    assert panel.values.tolist() == VALUES


def test_problems_in_a_spreadsheet_name_sheet_and_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (["mine", "year", "rain"], ["North", 2012, "n/a"], [], ["South", 2012, None]):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    with pytest.raises(InputError) as caught:
        read_panel(tmp_path / "p.xlsx", "p.xlsx", ("rain",), "error")
    assert list(caught.value.problems) == [
        'p.xlsx:Sheet!C2: rain: "n/a": expected a number (or study.missing_values = ["n/a"])',
        'p.xlsx:Sheet!C4: rain: is blank (mine "South", year 2012, indicator "rain"), '
        'expected a number (or method.missing = "interpolate")',
    ]


def test_a_file_of_another_kind(problems):
    assert problems(WIDE, name="panel.ods") == [
        "panel.ods: unknown kind of file, expected .csv, .xlsx or .nc"
    ]


SEPARATOR = "expected a number with a decimal point and no other separator"
REMEDY = 'expected a number (or method.missing = "interpolate")'
BAD_CELLS = [
    ("n/a", '"n/a": expected a number (or study.missing_values = ["n/a"])'),
    ('"1,5"', f'"1,5": {SEPARATOR}'),
    ("inf", '"inf": expected a finite number'),
    ("NaN", '"NaN": expected a finite number'),
]


@pytest.mark.parametrize(("cell", "message"), BAD_CELLS)
def test_bad_values_name_line_and_column(problems, cell, message):
    assert problems(LONG.replace("2013,dust,8", f"2013,dust,{cell}")) == [
        f"panel.csv:5: value: {message}"
    ]
    assert problems(WIDE.replace("2013,8,", f"2013,{cell},")) == [f"panel.csv:3: dust: {message}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "2013,dust,8", "2013,dust,1,5",
            ["panel.csv:5: 5 columns: expected 4; numbers need a decimal point, not a comma"],
        ),
        ("2013,dust,8", "2013,dust", ["panel.csv:5: 3 columns: expected 4"]),
        ("North,2013,dust", ",2013,dust", ['panel.csv:5: mine: "": expected a name']),
        ("North,2013,dust", "North,2013,", ['panel.csv:5: indicator: "": expected a name']),
        (
            "North,2013,dust", "North,2013.5,dust",
            ['panel.csv:5: year: "2013.5": expected a whole year such as 2012'],
        ),
        (
            "North,2013,dust", ",,dust",
            [
                'panel.csv:5: mine: "": expected a name',
                'panel.csv:5: year: "": expected a whole year such as 2012',
            ],
        ),
        (
            "North,2013,dust", "North,2012,dust",
            [
                'panel.csv:5: mine "North", year 2012, indicator "dust": is given twice, '
                "first in line 3",
                'panel.csv: mine "North", year 2013, indicator "dust": is missing, ' + REMEDY,
            ],
        ),
        (
            "2013,dust,8", "2013,dust,",
            [f'panel.csv:5: value: is blank (mine "North", year 2013, indicator "dust"), {REMEDY}'],
        ),
        (
            "North,2013,dust,8\n", "",
            [f'panel.csv: mine "North", year 2013, indicator "dust": is missing, {REMEDY}'],
        ),
        (
            "North,2013,rain,110\nNorth,2013,dust,8\n", "",
            [
                'panel.csv: mine "North", year 2013: has no values, '
                'expected them (or method.missing = "interpolate")'
            ],
        ),
        (
            "North,2013,dust", "North,2013,dusk",
            [
                'panel.csv:5: indicator: "dusk": is not in the table of indicators; '
                'did you mean "dust"?',
                f'panel.csv: mine "North", year 2013, indicator "dust": is missing, {REMEDY}',
            ],
        ),
        (
            "South,2013,dust,6\n", "South,2013,dust,6\nEast,2014,dusk,5\n",
            [
                'panel.csv:10: indicator: "dusk": is not in the table of indicators; '
                'did you mean "dust"?',
                'panel.csv:10: mine "East": has values for 0 of 3 years and 0 of 2 indicators, '
                'expected all (or method.missing = "interpolate"); is its name right?',
                'panel.csv:10: year 2014: has values for 0 of 3 mines and 0 of 2 indicators, '
                'expected all (or method.missing = "interpolate"); is it mistyped?',
            ],
        ),
        (
            "mine,year,indicator,value", "mine,years,indicator,value",
            [
                'panel.csv:1: column "years": unknown; did you mean "year"?',
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_long_table(problems, old, new, expected):
    assert old in LONG
    assert problems(LONG.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "North,2013", "North,2012",
            [
                'panel.csv:3: mine "North", year 2012: is given twice, first in line 2',
                'panel.csv: mine "North", year 2013: has no values, '
                'expected them (or method.missing = "interpolate")',
            ],
        ),
        (
            "North,2013,8,110", "North,2013,,110",
            [f'panel.csv:3: dust: is blank (mine "North", year 2013, indicator "dust"), {REMEDY}'],
        ),
        (
            "mine,year,dust,rain", "mine,year,dust,Rain",
            [
                'panel.csv:2: indicator: "Rain": is not in the table of indicators; '
                'did you mean "rain"? (4 values)',
                'panel.csv: indicator "rain": has no values',
            ],
        ),
        (
            "mine,year", "mine,date",
            [
                'panel.csv:1: column "year": is missing, expected mine,year,indicator,value or '
                "mine,year and a column per indicator",
            ],
        ),
        (
            "North,2013,8,110", "North,2013,8,11,0",
            ["panel.csv:3: 5 columns: expected 4; numbers need a decimal point, not a comma"],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_wide_table(problems, old, new, expected):
    assert old in WIDE
    assert problems(WIDE.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "mine,year,rain\nA,2012,1\n",
            [
                'panel.csv: only mine "A" in only year 2012: expected several mines, or several '
                "years of the one, to compare"
            ],
        ),
        ("mine,year,rain\n", ["panel.csv: holds no values"]),
        ("mine,year\nA,2012\n", ["panel.csv:1: has no column of an indicator"]),
    ],
)
def test_panels_that_compare_nothing(problems, text, expected):
    assert problems(text, indicators=("rain",)) == expected


def test_everything_wrong_is_reported_at_once(problems):
    text = (
        LONG.replace("dust,7", "dust,n/a")
        .replace("rain,110", "rain,inf")
        .replace("South,2013,dust,6", "South,2012,dust,6")
    )
    assert len(problems(text)) == 4


def test_interpolation_is_linear_in_time_and_holds_the_ends(read):
    text = """\
mine,year,rain
North,2010,
North,2011,10
North,2012,
North,2015,30
North,2016,
South,2010,1
South,2011,2
South,2012,3
South,2015,4
"""
    panel = read(text, "interpolate", indicators=("rain",))
    assert panel.values[0, :, 0].tolist() == [10, 10, 15, 30, 30]
    assert panel.values[1, :, 0].tolist() == [1, 2, 3, 4, 4]
    assert panel.filled[0, :, 0].tolist() == [HELD, GIVEN, INTERPOLATED, GIVEN, HELD]
    assert panel.filled[1, :, 0].tolist() == [GIVEN] * 4 + [HELD]


def test_interpolation_needs_a_value_and_does_not_hide_other_problems(problems):
    text = WIDE.replace("North,2012,7", "North,2012,").replace("North,2013,8", "North,2013,")
    sentence = (
        'panel.csv: mine "North", indicator "dust": has no value in any year, '
        "expected at least one to interpolate from"
    )
    assert problems(text, "interpolate") == [sentence]
    assert problems(text.replace("130", "x"), "interpolate") == [
        'panel.csv:5: rain: "x": expected a number', sentence,
    ]  # fmt: skip


LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])
NAMES = (
    st.text(LETTERS, min_size=1, max_size=8)
    .map(clean_name)
    .filter(lambda name: name not in ("", "mine", "year", "indicator", "value"))
)


@st.composite
def panels(draw):
    mines = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    years = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=3, unique=True))
    indicators = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    value = st.floats(-1e100, 1e100)
    cells = {(m, y, i): draw(value) for m in mines for y in years for i in indicators}
    return mines, years, indicators, cells


def csv_text(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@given(panels())
def test_long_and_wide_tables_hold_the_same(tmp_path_factory, panel):
    mines, years, indicators, cells = panel
    long = [("mine", "year", "indicator", "value")]
    long += [(*key, repr(value)) for key, value in cells.items()]
    wide = [("mine", "year", *indicators)]
    wide += [(m, y, *(repr(cells[m, y, i]) for i in indicators)) for m in mines for y in years]
    folder = tmp_path_factory.mktemp("panels")
    found = []
    for name, rows in (("long.csv", long), ("wide.csv", wide)):
        (folder / name).write_text(csv_text(rows), encoding="utf-8", newline="")
        found.append(read_panel(folder / name, name, tuple(indicators), "error").panel)
    for read in found:
        assert read.mines == tuple(mines)
        assert read.years == tuple(sorted(years))
        expected = [[[cells[m, y, i] for i in indicators] for y in read.years] for m in mines]
        assert np.array_equal(read.values, expected)
