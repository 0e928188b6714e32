import pytest

from recc_mc.study.checks import constant_years
from tests.study.project import INDICATORS


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("[uncertainty.judgments]\nsigma = {watr = 1}\n",
         'uncertainty.judgments.sigma.watr: no such matrix; did you mean "water"?'),
        ("[uncertainty.data.criteria.support]\ncv = 1\n",
         "uncertainty.data.criteria.support: no such criterion; known: water, land, air"),
        ("[uncertainty.data.indicators.'heavy rain']\ncv = 1\n",
         'uncertainty.data.indicators."heavy rain": no such indicator; did you mean "rain"?'),
    ],
)  # fmt: skip
def test_names_that_do_not_exist(project, table, sentence):
    project.add(table)
    (problem,) = project.problems()
    assert problem.startswith("study.toml: ")
    assert problem.split("; ")[0] == "study.toml: " + sentence.split("; ")[0]


def test_a_lognormal_error_needs_positive_values(project):
    project.change("panel.csv", "110,2,51", "-110,0,51")
    assert project.load().panel.values.min() == -110
    project.add("[uncertainty.data]\nmine_cv = 0.1\n")
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "North", year 2013: -110: '
        "expected > 0, as its error is lognormal",
        'panel.csv: indicator "lake", mine "North", year 2013: 0: '
        "expected > 0, as its error is lognormal",
    ]
    for table in (
        "[uncertainty.data]\ncv = 0\n",
        "[uncertainty.data]\ncv = 0.1\ndistribution = 'normal'\n",
        "[uncertainty.data]\ncv = 0.1\ncriteria.water.distribution = 'uniform'\n",
    ):
        project.add(table)
        zeros = [text for text in project.warnings() if "value 0 is no error" in text]
        assert len(zeros) == ("distribution" in table)
        assert all('indicator "lake", mine "North", year 2013' in text for text in zeros)


def test_values_outside_the_bounds_of_their_error(project):
    project.add("[uncertainty.data.indicators.rain]\nlower = 105\nupper = 120\n")
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "North", year 2012: 100: '
        "expected 105 to 120, the bounds of its error",
        'panel.csv: indicator "rain", mine "South", year 2013: 130: '
        "expected 105 to 120, the bounds of its error",
    ]


BOUNDED = """\
indicator,system,criterion,direction,units,long_name,lower,upper
rain,support,water,1,mm,Precipitation,105,120
lake,support,water,-1,km2,Area of lakes,0,3
soil,support,land,1,%,Share of good soil,0,100
dust,pressure,air,1,t,Dust,0,10
"""


def test_fixed_goalposts_allow_no_negative_value_unless_clipped(project):
    project.write("indicators.csv", BOUNDED)
    project.add("[method]\ngoalposts = 'fixed'\n")
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "North", year 2012: 100: '
        "expected >= lower = 105 (or method.clip = true)",
        'panel.csv: indicator "lake", mine "South", year 2013: 4: '
        "expected <= upper = 3 (or method.clip = true)",
    ]
    project.add("[method]\ngoalposts = 'fixed'\nclip = true\n")
    project.load()
    project.add("[method]\ngoalposts = 'yearly'\n")
    project.load()


def test_fixed_goalposts_need_bounds(project):
    project.add("[method]\ngoalposts = 'fixed'\n")
    assert project.problems() == [
        f'indicators.csv: indicator "{name}": expected lower and upper, for goalposts = "fixed"'
        for name in ("rain", "lake", "soil", "dust")
    ]


CONSTANT_RAIN = """\
mine,year,rain,lake,soil,dust
North,2012,100,1,50,7
North,2013,100,2,51,8
South,2012,100,3,52,9
South,2013,100,4,53,6
"""


def test_a_constant_indicator_is_a_warning(project):
    project.write("panel.csv", CONSTANT_RAIN)
    assert project.warnings() == [
        'panel.csv: indicator "rain" is constant (goalposts pooled): '
        "it carries no information there"
    ]


def test_yearly_goalposts_look_at_each_year(project):
    project.change("panel.csv", "South,2013,130,4,53,6", "South,2013,110,4,53,6")
    assert project.warnings() == []
    for table in ("[method]\ngoalposts = 'yearly'\n", "[uncertainty.method]\nscope = ['yearly']\n"):
        project.add(table)
        assert project.warnings() == [
            'panel.csv: indicator "rain" is constant in 2013 (goalposts yearly): '
            "it carries no information there"
        ]


def test_constant_years(project):
    project.change("panel.csv", "South,2013,130,4,53,6", "South,2013,110,4,53,6")
    study = project.load()
    assert constant_years(study, 0, "pooled") == ()
    assert constant_years(study, 0, "yearly") == (2013,)
    project.write("panel.csv", CONSTANT_RAIN)
    with pytest.warns(match="constant"):
        assert constant_years(project.load(), 0, "fixed") == (2012, 2013)


@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
def test_a_system_of_constant_indicators_is_an_error(project):
    rows = [f"{m},{y},{r},1,50,7" for m in ("A", "B") for y, r in ((2012, 1), (2013, 2))]
    project.write("panel.csv", "\n".join(["mine,year,rain,lake,soil,dust", *rows]))
    assert project.problems() == [
        'panel.csv: system "pressure": every indicator is constant (goalposts pooled), '
        "expected at least one that varies"
    ]
    project.add("[method]\ngoalposts = 'yearly'\n")
    assert project.problems() == [
        f'panel.csv: system "{system}": every indicator is constant (goalposts yearly), '
        "expected at least one that varies"
        for system in ("support", "pressure")
    ]


INCONSISTENT = """
[[matrix]]
name = "support"
items = ["water", "land"]
upper = [[1]]

[[matrix]]
name = "water"
items = ["rain", "lake", "soil"]
upper = [[9, "1/9"], [9]]
"""


@pytest.fixture
def inconsistent(project):
    project.change("indicators.csv", "soil,support,land", "soil,support,water")
    project.change("indicators.csv", "dust,", "peat,support,land,1,%,Share of peat\ndust,")
    project.write("judgments.toml", INCONSISTENT)
    lines = (project.folder / "panel.csv").read_text().splitlines()
    cells = ["peat", "3", "4", "5", "6"]
    project.write("panel.csv", "\n".join(map(",".join, zip(lines, cells, strict=True))))
    return project


def test_judgments_that_are_not_consistent_are_a_warning_or_under_reject_an_error(inconsistent):
    sentence = 'judgments.toml: matrix "water": consistency ratio 6.1303, expected < 0.1'
    assert inconsistent.warnings() == [sentence]
    inconsistent.add("[uncertainty.judgments]\ncr_limit = 0.2\n")
    assert inconsistent.warnings() == [sentence.replace("0.1", "0.2")]
    inconsistent.add("[uncertainty.judgments]\nconsistency = 'reject'\n")
    assert inconsistent.problems() == [
        sentence + ' for uncertainty.judgments.consistency = "reject"'
    ]
    inconsistent.add("[uncertainty.judgments]\ncr_limit = 7\n")
    assert inconsistent.warnings() == []


def test_experts_to_resample_must_exist(project):
    project.add("[uncertainty.judgments]\nresample_experts = true\n")
    assert project.warnings() == [
        "judgments.toml: no matrix has several experts: resample_experts changes nothing"
    ]


SINGLE = "[method]\nprecision = 'single'\n"


def test_single_precision_is_not_for_values_far_from_their_goalposts(project):
    project.add(SINGLE)
    assert project.load().settings.method.precision == "single"
    project.change("panel.csv", "100,1,50", "10000,1,50")
    project.change("panel.csv", "110,2,51", "10010,2,51")
    project.change("panel.csv", "120,3,52", "10020,3,52")
    project.change("panel.csv", "130,4,53", "10030,4,53")
    assert project.problems() == [
        'study.toml: method.precision: "single" is too coarse for the indicator rain, whose values '
        'are up to 334 times what their goalposts span (expected up to 100): use "double"'
    ]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("objective = 'critic'", "critic objective weights"),
        ("combination = 'game_theory'", "game theory combination of the weights"),
        ("aggregation = 'topsis'", "topsis aggregation"),
        ("[uncertainty.method]\nobjective = ['entropy', 'sd']", "sd objective weights"),
    ],
)
def test_single_precision_is_for_the_weighted_sum_by_entropy(project, table, words):
    project.add(SINGLE + f"{table}\n")
    assert project.problems() == [
        f'study.toml: method.precision: must be "double" with {words}, held or drawn, got "single"'
    ]


SHARE = "[uncertainty.method]\nahp_share = {low = 0.3, high = 0.7}\n"


def test_a_share_that_varies_is_for_linear_combination(project):
    project.add("[method]\ncombination = 'game_theory'\n" + SHARE)
    assert project.problems() == [
        'study.toml: uncertainty.method.ahp_share: is only for method.combination = "linear", not '
        '"game_theory"'
    ]


def test_a_share_that_varies_is_for_draws_of_linear_combination(project):
    project.add(SHARE + "combination = ['multiplicative', 'game_theory']\n")
    assert project.problems() == [
        "study.toml: uncertainty.method.ahp_share: is only for uncertainty.method.combination = "
        '"linear", not "multiplicative" or "game_theory"'
    ]


@pytest.mark.parametrize(
    "table",
    [
        "[method]\ncombination = 'game_theory'\n"
        "[uncertainty.method]\nahp_share = {low = 0.4, high = 0.4}\n",
        SHARE + "combination = ['linear', 'game_theory']\n",
    ],
)
def test_a_share_that_does_not_vary_or_is_taken_is_allowed(project, table):
    project.add(table)
    assert project.load().settings.uncertainty.method.ahp_share is not None


@pytest.mark.parametrize(
    "table",
    [
        SINGLE + "aggregation = 'geometric'\n",
        SINGLE + "[uncertainty.method]\naggregation = ['linear', 'geometric']\n",
    ],
)
def test_single_precision_is_not_for_geometric_aggregation(project, table):
    project.add(table)
    assert project.problems() == [
        'study.toml: method.precision: must be "double" with geometric aggregation, held or drawn, '
        'got "single"'
    ]


def ranged(project, *cells, columns="optimum_lower,optimum_upper"):
    """The rain of the small study, which goes from 100 to 130, best within a range."""
    lines = INDICATORS.replace("water,1,mm,P", "water,0,mm,P").splitlines()
    table = [f"{line},{cell}" for line, cell in zip(lines, (columns, *cells), strict=True)]
    project.write("indicators.csv", "\n".join(table))


def test_values_that_are_all_within_their_optimum_range_are_a_warning(project):
    ranged(project, "90,200", ",", ",", ",")
    assert project.warnings() == [
        'panel.csv: indicator "rain": every value is within its optimum range, 90 to 200 '
        "(goalposts pooled): it carries no information there"
    ]
    ranged(project, "120,120", ",", ",", ",")
    assert project.warnings() == []
    project.add('[method]\ngoalposts = "yearly"\n')
    assert project.warnings() == [
        'panel.csv: indicator "rain": every value is equally far from its optimum range, 120 in '
        "2013 (goalposts yearly): it carries no information there"
    ]


def test_fixed_goalposts_name_the_values_too_far_from_the_range_that_is_best(project):
    columns = "optimum_lower,optimum_upper,lower,upper"
    ranged(project, "105,110,90,112", ",,1,4", ",,0,100", ",,0,20", columns=columns)
    project.add('[method]\ngoalposts = "fixed"\n')
    assert project.problems() == [
        'panel.csv: indicator "rain", mine "South", year 2013: 130: expected 90 to 125 (or '
        "method.clip = true)",
    ]
    project.add('[method]\ngoalposts = "fixed"\nclip = true\n')
    assert project.load().hierarchy["rain"].optimum_upper == 110
