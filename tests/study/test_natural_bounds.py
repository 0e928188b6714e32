from math import inf

import pytest

TABLE = """\
indicator,system,criterion,direction,units,long_name,min,max
rain,support,water,1,mm,Precipitation,0,
lake,support,water,1,km2,Area of lakes,,
soil,support,land,1,{units},Share of good soil,{min},{max}
dust,pressure,air,1,t,Dust,,
"""


@pytest.fixture
def bounds(project):
    """Natural bounds of soil, given its units and its two cells of the table."""

    def bounds(units="%", least="", most=""):
        project.write("indicators.csv", TABLE.format(units=units, min=least, max=most))
        return project.load().natural_bounds("soil")

    return bounds


@pytest.mark.parametrize("units", ["%", "\N{FULLWIDTH PERCENT SIGN}", "percent", "Per cent", "pct"])
def test_units_of_per_cent_imply_0_to_100(bounds, units):
    assert bounds(units) == (0, 100, True)


@pytest.mark.parametrize("units", ["1", "t", "1e-3", "% per year", "g"])
def test_other_units_imply_nothing(bounds, units):
    assert bounds(units) == (-inf, inf, False)


@pytest.mark.parametrize("value", ["-1", "100.5"])
def test_values_beyond_show_that_a_percentage_has_no_bounds(project, bounds, value):
    project.change("panel.csv", "130,4,53", f"130,4,{value}")
    assert bounds() == (-inf, inf, False)
    assert bounds(least="-20", most="200") == (-20, 200, False)


def test_0_and_100_themselves_are_within(project, bounds):
    project.change("panel.csv", "130,4,53", "130,4,100")
    project.change("panel.csv", "100,1,50", "100,1,0")
    assert bounds() == (0, 100, True)


@pytest.mark.parametrize("none", ["none", "None", " none ", "inf"])
def test_a_bound_is_lifted_by_its_cell(bounds, none):
    assert bounds(most=none) == (0, inf, True)


def test_both_bounds_are_lifted(bounds):
    assert bounds(least="none", most="none") == (-inf, inf, False)
    assert bounds(least="-inf", most="inf") == (-inf, inf, False)


def test_the_table_comes_before_the_units(bounds):
    assert bounds(least="40") == (40, 100, True)
    assert bounds(least="40", most="60") == (40, 60, False)


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        ("60", "40", "max: 40: expected more than min = 60"),
        ("5", "5", "max: 5: expected more than min = 5"),
        ("inf", "", 'min: "inf": expected a number, or "none" if there is no minimum'),
        ("", "-inf", 'max: "-inf": expected a number, or "none" if there is no maximum'),
        ("", "many", 'max: "many": expected a number'),
    ],
)
def test_cells_that_are_no_bounds(project, least, most, expected):
    project.write("indicators.csv", TABLE.format(units="%", min=least, max=most))
    assert project.problems() == [f"indicators.csv:4: {expected}"]


def test_values_outside_are_an_error_that_names_them(project):
    project.write("indicators.csv", TABLE.format(units="%", min="", max="52"))
    project.change("panel.csv", "North,2013,110", "North,2013,-110")
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "North", year 2013: -110: '
        "expected >= 0, the natural bounds of the indicator",
        'panel.csv: indicator "soil", mine "South", year 2013: 53: '
        "expected 0 to 52, the natural bounds of the indicator",
    ]


def test_bounds_of_an_error_narrow_the_natural_ones(project):
    project.add(
        "[uncertainty.data]\ndistribution = 'normal'\ncv = 0.1\nlower = 0.5\n"
        "[uncertainty.data.indicators.soil]\nlower = -5\nupper = 60\n"
    )
    study = project.load()
    assert (study.error_model("soil").lower, study.error_model("soil").upper) == (0, 60)
    assert (study.error_model("rain").lower, study.error_model("rain").upper) == (0.5, inf)


def test_the_words(bounds):
    assert str(bounds()) == "0 to 100"
    assert str(bounds(most="none")) == ">= 0"
    assert str(bounds(least="none", most="60.5")) == "<= 60.5"
    assert str(bounds("1")) == "none"
