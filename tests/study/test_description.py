from html import unescape

import pytest

from recc_mc.study.description import describe, factor_rows
from recc_mc.study.factors import list_factors
from recc_mc.study.loading import load_study
from recc_mc.study.template import write_template
from tests.study.test_make import made


def test_a_small_study_in_full(project):
    project.change("panel.csv", "130", "")
    project.change("panel.csv", "North,2012,100,1,50", "North,2012,100,1,53")
    project.add(
        "[method]\nmissing = 'interpolate'\n"
        "[uncertainty.judgments]\nsigma = {water = 0, support = 0.25}\n"
        "[uncertainty.data]\ncv = 0.1\n"
        "[uncertainty.data.indicators.soil]\n"
        "distribution = 'normal'\nsd = 2\nlower = 0\nupper = 100\n"
        "[uncertainty.data.indicators.lake]\ncv = 0\n"
        "[uncertainty.method]\nahp_share = {low = 0.3, high = 0.7}\n"
        "goalposts = ['frozen']\nscope = {pooled = 0.75, yearly = 0.25}\n"
    )
    text = describe(project.load()).replace(f"{project.folder}/", "")
    assert (
        text
        == """\
study

  study file    study.toml
  data          panel.csv
  mines         2: North, South
  years         2: 2012-2013
  objects       4 mine-years
  indicators    4 of 3 criteria
  filled cells  0 interpolated, 1 held of 16 values: rain (0 + 1)
  constant      no indicator
  goalposts     pooled

Hierarchy
support
|-- water
|   |-- rain (+) Precipitation [mm]
|   `-- lake (+) Area of lakes [km2]
`-- land
    `-- soil (+) Share of good soil [%]
pressure
`-- air
    `-- dust (+) Dust [t]

Judgment matrices
  matrix    items  experts  CR      limit 0.1
  support   2      1        0.0000  OK
  water     2      1        0.0000  OK
  land      1      1        0.0000  OK
  pressure  1      1        0.0000  OK
  air       1      1        0.0000  OK

Uncertain factors: 6
  judgment:support  lognormal     sigma 0.25
  data:rain         lognormal     cv 0.1
  data:soil         normal        sd 2 %, >= 0, <= 100
  data:dust         lognormal     cv 0.1
  method:ahp_share  uniform       0.3 to 0.7
  method:scope      alternatives  pooled 0.75, yearly 0.25

Errors of the data
  indicator  bounds                  values      sd     sd / range  impossible draws
  rain       none                    100 to 120  11.3   0.56        none
  soil       0 to 100, from units %  51 to 53    2      1.00        none
  dust       none                    6 to 9      0.758  0.25        none"""
    )


def test_a_study_without_uncertainty(project):
    text = describe(project.load())
    assert text.endswith("\n\nUncertain factors: none")


def test_the_case_study_says_what_its_data_are(case_study):
    text = describe(case_study)
    assert "builtin:rare_earth_mines (a calibrated reconstruction, not measured data)" in text
    assert "|   `-- S2-6 (+) Water resources per capita [m3]" in text
    assert "  resources                6      1        0.0723  OK\n" in text
    assert len(factor_rows(case_study)) == 9 + 31 + 3


def test_the_factors_are_those_of_the_computation(project):
    project.change("panel.csv", "130", "")
    project.add(
        "[method]\nmissing = 'interpolate'\n"
        "[uncertainty.judgments]\nsigma = {water = 0}\n"
        "[uncertainty.data]\ninterpolated_cv = 0.1\n"
        "[uncertainty.data.indicators.dust]\nsystematic_cv = 0.2\n"
        "[uncertainty.method]\nahp_share = {low = 0.4, high = 0.4}\n"
        "scope = ['yearly', 'pooled']\naggregation = {linear = 1.0, geometric = 0.0}\n"
    )
    study = project.load()
    names = ["judgment:support", "data:rain", "data:dust", "method:scope"]
    assert [name for name, _, _ in factor_rows(study)] == names
    assert [factor.label for factor in list_factors(study)] == names


@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
def test_matrices_above_the_limit_and_constant_indicators_stand_out(root, tmp_path):
    files = {path.name: path for path in write_template(tmp_path)}
    panel = files["panel.csv"].read_text().splitlines()
    rows = [f"{row.rpartition(',')[0]},5" if ",2013,S1-2," in row else row for row in panel]
    files["panel.csv"].write_text("\n".join(rows))
    text = files["study.toml"].read_text().replace("cr_limit = 0.1", "cr_limit = 0.07")
    files["study.toml"].write_text(text.replace('goalposts = "pooled"', 'goalposts = "yearly"'))
    text = describe(load_study(files["study.toml"]))
    assert "  constant      S1-2 (in 2013)\n" in text
    assert "  resources                6      1        0.0723  ABOVE\n" in text
    assert "  social_pressure          6      1        0.0690  OK\n" in text


def test_steps_and_experts(project):
    expert = 'name = "support"\nitems = ["water", "land"]\nupper = [[3]]\nexpert = "B"\n'
    project.change("judgments.toml", "[[2]]", f'[[2]]\nexpert = "A"\n[[matrix]]\n{expert}')
    project.add(
        "[uncertainty.judgments]\ndistribution = 'saaty_steps'\nsteps = 2\n"
        "resample_experts = true\n"
    )
    assert factor_rows(project.load()) == [
        ("judgment:support", "saaty_steps", "up to 2 step(s), 2 experts resampled"),
        ("judgment:water", "saaty_steps", "up to 2 step(s)"),
    ]


def test_years_with_gaps_and_wide_letters(project):
    project.change("panel.csv", "2013", "2015")
    project.change("panel.csv", "North", "白云")
    for name in ("panel.csv", "indicators.csv", "judgments.toml"):
        project.change(name, "rain", "降水")
    text = describe(project.load())
    assert "  years         2: 2012, 2015\n" in text
    assert "|   |-- 降水 (+) Precipitation [mm]\n|   `-- lake (+) Area" in text


def test_single_precision_is_told(project):
    project.add("[method]\nprecision = 'single'\n")
    assert "\n  precision     single: of drawn values" in describe(project.load())


def test_a_printed_study_is_what_check_shows(case_study):
    assert str(case_study) == describe(case_study)
    assert repr(case_study) == (
        '<Study "RECC of six rare earth mining areas, 2012-2019": 6 mines, 8 years, 31 indicators>'
    )


def test_a_notebook_shows_the_same_as_text_that_commands_nothing(project):
    project.change("study.toml", "[study]", "[study]\ntitle = '<b>&\"x\"</b>'")
    study = project.load()
    html = study._repr_html_()
    assert html.startswith('<pre style="line-height: 1.25">&lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;')
    assert unescape(html).count(str(study)) == 1


def test_a_study_that_is_in_no_files_says_so():
    assert "study file    study made in Python\n  data          in memory\n" in str(made())
