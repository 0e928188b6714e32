import pytest

from recc_mc.cli.text import grid, heading, show


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    text = grid(["mine", "C"], [["A", "1.25"], ["Bayan Obo", "-"]], "<>")
    assert text.splitlines() == ["  mine          C", "  A          1.25", "  Bayan Obo     -"]


def test_wide_letters_and_combining_marks_are_counted_as_shown() -> None:
    # Two columns each on a terminal; an accent of its own takes none.
    lines = grid(["mine", "C"], [["白云", "1"], ["Bé", "2"], ["Bé", "3"]], "<>").splitlines()
    assert lines == ["  mine  C", "  白云  1", "  Bé    2", "  Bé    3"]
    assert heading("白云") == "白云\n----"


def test_no_line_ends_in_blanks() -> None:
    lines = grid(["mine", "zone"], [["A", "load"], ["B", ""]], "<<").splitlines()
    assert lines == [line.rstrip() for line in lines]


def test_a_terminal_sees_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    show("result: \x1b[2J\u202ea.nc\nnext")
    assert capsys.readouterr().out == "result: \\x1b[2J\\u202ea.nc\nnext\n"
    table = grid(["mine", "C"], [["a\x1b[31m\nb", "1"], ["c", "2"]], "<>")
    assert table.splitlines()[1:] == ["  a\\x1b[31m\\nb  1", "  c             2"]
