import datetime

import pytest

from recc_mc.study.cells import BadCell, is_blank, name_of, number_of, year_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), (" -2.5 ", -2.5), ("+.5", 0.5), ("3.", 3.0), ("1e-3", 0.001), ("1E5", 1e5),
        (7, 7.0), (7.5, 7.5), ("", None), ("  ", None), (None, None), ("0", 0.0),
    ],
)  # fmt: skip
def test_numbers(cell, value):
    assert number_of(cell) == value


SEPARATOR = "expected a number with a decimal point and no other separator"
FINITE = "expected a finite number"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("n/a", '"n/a": expected a number'),
        ("1_000", '"1_000": expected a number'),
        ("12 t", '"12 t": expected a number'),
        ("٣", '"٣": expected a number'),
        ("#DIV/0!", '"#DIV/0!": expected a number'),
        (True, "true: expected a number"),
        (datetime.date(2012, 1, 1), "2012-01-01: expected a number"),
        ("1,5", f'"1,5": {SEPARATOR}'),
        ("1,234.5", f'"1,234.5": {SEPARATOR}'),
        ("nan", f'"nan": {FINITE}'),
        ("-INF", f'"-INF": {FINITE}'),
        ("1e999", f'"1e999": {FINITE}, of at most 1e+100 in magnitude'),
        (float("inf"), f"inf: {FINITE}, of at most 1e+100 in magnitude"),
        (float("nan"), f"nan: {FINITE}, of at most 1e+100 in magnitude"),
        (10**101, f"{str(10**101)[:60]}...: {FINITE}, of at most 1e+100 in magnitude"),
    ],
)
def test_what_is_no_number(cell, message):
    with pytest.raises(BadCell) as caught:
        number_of(cell)
    assert str(caught.value) == message


@pytest.mark.parametrize("cell", ["2012", " 2012 ", 2012, 2012.0])
def test_years(cell):
    assert year_of(cell) == 2012


@pytest.mark.parametrize("cell", ["2012.0", "2012.5", 2012.5, "", None, "MMXII", True, "20 12"])
def test_what_is_no_year(cell):
    with pytest.raises(BadCell, match="expected a whole year such as 2012"):
        year_of(cell)


@pytest.mark.parametrize(
    ("cell", "name"), [(" Bayan Obo ", "Bayan Obo"), (7, "7"), (7.0, "7"), ("白云鄂博", "白云鄂博")]
)
def test_names(cell, name):
    assert name_of(cell) == name


@pytest.mark.parametrize("cell", ["", "  ", None, 1.5, True, float("nan")])
def test_what_is_no_name(cell):
    with pytest.raises(BadCell, match="expected a name"):
        name_of(cell)


def test_blank():
    assert [is_blank(cell) for cell in (None, "", " ", "0", 0)] == [True, True, True, False, False]
