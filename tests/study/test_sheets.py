import builtins
import datetime

import openpyxl
import pytest

from recc_mc.errors import InputError
from recc_mc.study.sheets import read_sheet


@pytest.fixture
def read(tmp_path):
    def read(content, suffix=".csv"):
        path = tmp_path / f"t{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_sheet(path, f"t{suffix}")

    return read


@pytest.fixture
def problems(read):
    def problems(content, suffix=".csv"):
        with pytest.raises(InputError) as caught:
            read(content, suffix)
        return list(caught.value.problems)

    return problems


def test_rows_keep_their_lines_and_blank_rows_are_skipped(read):
    sheet = read('\n a ,b,\n1,2,\n,,\n"x\ny",3\n\n4,5,,\n')
    assert (sheet.line, sheet.header) == (2, ("a", "b"))
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (3, ("1", "2")), (5, ("x\ny", "3")), (8, ("4", "5")),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(read, end):
    sheet = read(end.join(["a,b", "1,2", "3,4"]))
    assert [row.line for row in sheet.rows] == [2, 3]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "mine;year\nA;2012\n",
            't.csv:1: columns are separated by ";": expected "," between columns and a decimal '
            "point in numbers",
        ),
        (
            "mine\tyear\nA\t2012\n",
            't.csv:1: columns are separated by tabs: expected "," between columns and a decimal '
            "point in numbers",
        ),
        ("a,b,a\n", 't.csv:1: column "a": is given twice'),
        ("a,,b\n", "t.csv:1: column 2: has no name"),
        ("\n,,\n", "t.csv: is empty"),
        ('a,b\n1,2\n3,"4\n5,6\n', "t.csv:3: not valid CSV: unexpected end of data"),
    ],
)
def test_tables_that_cannot_be_read(problems, text, problem):
    assert problems(text) == [problem]


def book(tmp_path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "t.xlsx"
    book.save(path)
    return path


def test_spreadsheets_keep_types_and_lines(tmp_path):
    day = datetime.datetime(2012, 1, 1)
    path = book(tmp_path, [["mine", "year", None], [], ["A", 2012, None], [None, day]])
    sheet = read_sheet(path, "t.xlsx")
    assert sheet.header == ("mine", "year")
    assert [(row.line, row.cells) for row in sheet.rows] == [(3, ("A", 2012)), (4, (None, day))]


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04 half a zip"])
def test_a_damaged_spreadsheet(problems, content):
    (problem,) = problems(content, ".xlsx")
    assert problem.startswith("t.xlsx: not a readable .xlsx file: ")


def test_an_empty_spreadsheet(tmp_path):
    with pytest.raises(InputError, match=r"t\.xlsx: is empty"):
        read_sheet(book(tmp_path, []), "t.xlsx")


def test_without_openpyxl_the_message_says_what_to_install(tmp_path, monkeypatch):
    real = builtins.__import__

    def without_openpyxl(name, *rest, **keywords):
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *rest, **keywords)

    path = book(tmp_path, [["a"]])
    monkeypatch.setattr(builtins, "__import__", without_openpyxl)
    with pytest.raises(InputError) as caught:
        read_sheet(path, "t.xlsx")
    assert str(caught.value) == ("t.xlsx: reading .xlsx needs openpyxl: pip install recc-mc[excel]")
