from math import isnan

import pytest

from recc_mc.errors import InputError
from recc_mc.study.indicators_file import missing_goalposts, read_indicators

TABLE = """\
indicator,system,criterion,direction,units,long_name
rain,support,water,1,mm,Precipitation
soil,support,land,-1,%,Poor soil
dust,pressure,air,1,t,Dust
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        (tmp_path / "i.csv").write_text(text, encoding="utf-8")
        return read_indicators(tmp_path / "i.csv", "i.csv")

    return read


@pytest.fixture
def problems(read):
    def problems(text):
        with pytest.raises(InputError) as caught:
            read(text)
        return list(caught.value.problems)

    return problems


def test_a_plain_table(read):
    rain, soil, dust = read(TABLE).indicators
    assert (rain.name, rain.system, rain.criterion, rain.direction) == (
        "rain", "support", "water", 1,
    )  # fmt: skip
    assert (rain.units, rain.long_name) == ("mm", "Precipitation")
    assert soil.direction == -1
    assert dust.system == "pressure"
    assert isnan(rain.lower)
    assert isnan(rain.upper)


def test_columns_in_any_order_with_bounds_spaces_and_non_ascii_names(read):
    hierarchy = read(
        "upper,lower,long_name,units,direction,criterion,system,indicator\n"
        "5,1,,,+1,Água e solo,support,Précipitation annuelle\n"
        ",,,,-1,大气,pressure,粉尘\n"
    )
    first, second = hierarchy.indicators
    assert (first.lower, first.upper) == (1, 5)
    assert (first.long_name, first.units) == ("Précipitation annuelle", "1")
    assert hierarchy.nodes["pressure"] == ("大气",)
    assert second.direction == -1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("direction,", "directon,", [
            'i.csv:1: column "directon": unknown; did you mean "direction"?',
        ]),
        ("rain,support", ",support", ['i.csv:2: indicator: "": expected a name']),
        ("rain,support", "rain,suport", [
            'i.csv:2: system: "suport": expected "support" or "pressure"',
        ]),
        ("rain,support", "rain,", ['i.csv:2: system: "": expected "support" or "pressure"']),
        ("support,water", "support,", ['i.csv:2: criterion: "": expected a name']),
        ("water,1", "water,0", [
            "i.csv:2: direction: 0: expected the range that is best in optimum_lower and "
            "optimum_upper, but optimum_lower and optimum_upper are blank",
        ]),
        ("water,1", "water,up", [
            'i.csv:2: direction: "up": expected 1, -1, or 0 (best within a range)',
        ]),
        ("water,1", "water,", [
            'i.csv:2: direction: "": expected 1, -1, or 0 (best within a range)',
        ]),
        ("water,1", "water", ["i.csv:2: 5 columns: expected 6"]),
        ("soil,", "rain,", ['i.csv:3: indicator: "rain": is given twice, first in line 2']),
        ("pressure,air", "pressure,water", [
            'i.csv:4: criterion: "water": is in system "pressure", but in "support" in line 2: '
            "expected one system",
        ]),
        ("support,water", "support,pressure", [
            'i.csv:2: criterion: "pressure": is the name of a system, expected another name',
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_table(problems, old, new, expected):
    assert old in TABLE
    assert problems(TABLE.replace(old, new, 1)) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("1,x", 'i.csv:2: upper: "x": expected a number'),
        ("inf,1", 'i.csv:2: lower: "inf": expected a finite number'),
        ("3,3", "i.csv:2: upper: 3: expected more than lower = 3"),
        ("3,1", "i.csv:2: upper: 1: expected more than lower = 3"),
    ],
)
def test_bounds(problems, bounds, expected):
    header, first, *rest = TABLE.splitlines()
    lines = [f"{header},lower,upper", f"{first},{bounds}", *(f"{row},," for row in rest)]
    assert problems("\n".join(lines)) == [expected]


def test_everything_wrong_is_reported_at_once(problems):
    table = TABLE.replace("water,1", "water,2").replace("soil,support", "soil,sup") + "x\n"
    assert len(problems(table)) == 3


@pytest.mark.parametrize("kind", ["criteria", "indicators"])
def test_a_node_with_more_items_than_a_matrix_may_have(problems, kind):
    rows = [f"i{n},support,{f'c{n}' if kind == 'criteria' else 'c'},1,1,\n" for n in range(31)]
    whose = 'system "support" has' if kind == "criteria" else 'criterion "c" has'
    assert problems(TABLE.splitlines(keepends=True)[0] + "".join(rows) + "p,pressure,q,1,1,\n") == [
        f"i.csv: {whose} 31 {kind}: expected at most 30 to compare in one matrix"
    ]


def test_thirty_items_are_allowed(read):
    rows = "".join(f"i{n},support,c,1,1,\n" for n in range(30))
    hierarchy = read(TABLE.splitlines(keepends=True)[0] + rows + "p,pressure,q,1,1,\n")
    assert len(hierarchy.members("c")) == 30


def test_fixed_goalposts_need_bounds_of_every_indicator(read):
    header, first, *rest = TABLE.splitlines()
    lines = [f"{header},lower,upper", f"{first},0,9", f"{rest[0]},0,", f"{rest[1]},,"]
    assert missing_goalposts(read("\n".join(lines)), "i.csv") == [
        'i.csv: indicator "soil": expected lower and upper, for goalposts = "fixed"',
        'i.csv: indicator "dust": expected lower and upper, for goalposts = "fixed"',
    ]


RANGED = """\
indicator,system,criterion,direction,units,long_name,optimum_lower,optimum_upper
rain,support,water,0,mm,Precipitation,{0}
soil,support,land,-1,%,Poor soil,{1}
dust,pressure,air,1,t,Dust,,
"""


def test_an_indicator_is_best_within_a_range_or_at_an_optimum(read):
    rain, soil, _ = read(RANGED.format("600,800", ",")).indicators
    assert (rain.direction, rain.optimum_lower, rain.optimum_upper) == (0, 600, 800)
    assert isnan(soil.optimum_lower)
    rain, *_ = read(RANGED.format("700,700", ",")).indicators
    assert rain.optimum_lower == rain.optimum_upper == 700


@pytest.mark.parametrize(
    ("best", "other", "expected"),
    [
        ("800,600", ",", "i.csv:2: optimum_upper: 600: expected at least optimum_lower = 800"),
        ("600,", ",", "i.csv:2: direction: 0: expected the range that is best in optimum_lower and "
                      "optimum_upper, but optimum_upper is blank"),
        ("600,x", ",", 'i.csv:2: optimum_upper: "x": expected a number'),
        ("600,800", ",9", "i.csv:3: optimum_upper: 9: is only for direction 0, not -1"),
    ],
)  # fmt: skip
def test_a_range_that_is_none_or_is_not_wanted(problems, best, other, expected):
    assert problems(RANGED.format(best, other)) == [expected]


def test_fixed_goalposts_within_the_range_that_is_best_tell_nothing_apart(read):
    header, first, *rest = RANGED.format("600,800", ",").splitlines()
    lines = [f"{header},lower,upper", f"{first},650,800", *(f"{line},0,9" for line in rest)]
    assert missing_goalposts(read("\n".join(lines)), "i.csv") == [
        'i.csv: indicator "rain": lower and upper, 650 to 800, lie within its optimum range, '
        '600 to 800: expected one of them outside, for goalposts = "fixed"',
    ]
