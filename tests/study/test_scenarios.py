"""Scenarios of a study file: what is understood, and every sentence on what is wrong."""

import pytest

import recc_mc as rm
from recc_mc.parts.manifest import Asked, RunSettings, manifest_of
from recc_mc.study import load_study
from recc_mc.study.changed_values import phase_weights
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.workbook import write_study_book

QUOTA = """
[[scenario]]
name = "quota"
title = "Mining at capacity"
source = "a brief"
[[scenario.change]]
indicators = ["rain"]
mines = ["North"]
years = { from = 2013 }
multiply = 1.5
[[scenario.change]]
criteria = ["land"]
years = [2012]
multiply = { low = 1.2, mode = 1.5, high = 1.9 }
lower = 0.0
draw = "smelting"
"""
WATER = """
[[scenario]]
name = "water"
[[scenario.change]]
indicators = ["lake"]
grow = { low = 0.0, high = 0.1 }
years = { from = 2014 }
[[scenario.change]]
systems = ["pressure"]
years = { from = 2013, to = 2016 }
phase = "linear"
add = { mean = 0.0, sd = 2.0 }
"""
TO_COME = "[scenarios]\nhorizon = 2015\nanchor = 'recomputed'\n"


def test_scenarios_are_positions_in_panel_and_horizon(project):
    project.add(TO_COME + QUOTA + WATER)
    found = project.load().scenarios
    assert (found.anchor, found.horizon, found.continuation) == ("recomputed", (2014, 2015), "hold")
    assert found.names == ("quota", "water")
    assert found.draws == ("smelting", "water.1", "water.2")
    (one, two), (three, four) = (scenario.changes for scenario in found.items)
    assert (one.indicators, one.mines, one.years) == ((0,), (0,), (1, 2, 3))
    assert (one.kind, one.number.median, one.start, one.end) == ("multiply", 1.5, 1, None)
    assert (two.indicators, two.mines, two.years) == ((2,), (0, 1), (0,))
    assert (two.lower, two.upper, two.draw) == (0.0, None, "smelting")
    assert (three.years, three.start, three.kind) == ((2, 3), 2, "grow")
    # What came in linearly stays, and may go on after the last year.
    assert (four.indicators, four.years, four.end) == ((3,), (1, 2, 3), 4)
    assert phase_weights(four, (2012, 2013, 2014, 2015)).tolist() == [0.25, 0.5, 0.75]
    assert found.items[0].title == "Mining at capacity"
    assert found.items[1].title == "water"


def test_a_study_without_scenarios_says_so_when_it_is_asked_for_them(project):
    study = project.load()
    assert study.scenarios.items == ()
    with pytest.raises(rm.InputError, match=r"holds no scenario; add a \[\[scenario\]\] table"):
        chosen_scenarios(study)


def test_some_scenarios_come_in_the_order_of_the_file(project):
    project.add(TO_COME + QUOTA + WATER)
    study = project.load()
    assert chosen_scenarios(study, ["water", "quota"]).names == ("quota", "water")
    with pytest.raises(rm.InputError, match='unknown scenario "watr"; did you mean "water"'):
        chosen_scenarios(study, ["watr"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"quota"', '"reference"',
         'scenario[1].name: "reference" is the name of the unchanged study'),
        ('"quota"', '"a b"',
         'scenario[1].name: must be of letters, digits, _ and - (A-Za-z0-9_-), got "a b"'),
        ('["rain"]', '["rainy"]',
         'scenario[1].change[1].indicators[1]: unknown indicator "rainy"; did you mean "rain"?'),
        ('["land"]', '["lands"]',
         'scenario[1].change[2].criteria[1]: unknown criterion "lands"; did you mean "land"?'),
        ('["North"]', '["Nort"]',
         'scenario[1].change[1].mines[1]: unknown mine "Nort"; did you mean "North"?'),
        ("[2012]", "[2102]",
         'scenario[1].change[2].years[1]: unknown year "2102"; did you mean "2012"?'),
        ("from = 2013", "from = 2014",
         'scenario[1].change[1].years.from: unknown year "2014"; did you mean "2013"?'),
        ("from = 2013", "from = 2013, to = 2012",
         "scenario[1].change[1].years.to: must be >= from = 2013, got 2012"),
        ("[2012]", "2012",
         "scenario[1].change[2].years: must be a list of years, or a table such as "
         "{ from = 2019 }, got 2012"),
        ('criteria = ["land"]', 'systems = ["presure"]',
         'scenario[1].change[2].systems[1]: must be "support" or "pressure", got "presure"; '
         'did you mean "pressure"?'),
        ("multiply = 1.5\n", "multiply = 1.5\nadd = 2\n",
         "scenario[1].change[1]: give exactly one of multiply, add, set, grow; got multiply, add"),
        ("multiply = 1.5\n", "",
         "scenario[1].change[1]: give exactly one of multiply, add, set, grow; got none"),
        ('criteria = ["land"]', 'criteria = ["land"]\nindicators = ["rain"]',
         "scenario[1].change[2]: give exactly one of indicators, criteria, systems; got "
         "indicators, criteria"),
        ('mines = ["North"]', 'phase = "linear"',
         'scenario[1].change[1].phase: "linear" needs years.from and years.to'),
        ("low = 1.2, mode = 1.5, high = 1.9", "low = 1.2, high = 1.2",
         "scenario[1].change[2].multiply: low must be < high, got 1.2 and 1.2"),
        ("low = 1.2, mode", "lowest = 1.2, mode",
         'scenario[1].change[2].multiply.lowest: unknown key; did you mean "lower"?'),
        ("low = 1.2, mode", "lower = 1.2, mode",
         "scenario[1].change[2].multiply.lower: is only for evidence"),
        ("years = [2012]\nmultiply", "years = [2012]\ngrow",
         "scenario[1].change[2].grow: needs years.from"),
        ('["rain"]', '["rain", "rain"]',
         'scenario[1].change[1].indicators[2]: "rain" is given twice'),
        ("lower = 0.0", "lower = 2.0\nupper = 1",
         "scenario[1].change[2].upper: must be > lower = 2, got 1"),
        ("multiply = 1.5\n", "multiply = true\n",
         "scenario[1].change[1].multiply: must be a number, or a table of {low, high}, "
         "{low, mode, high}, {mean, sd}, {median, gsd}, {evidence, slope, lower, upper}, got true"),
        ("multiply = 1.5\n", "multiply = -1.5\n",
         "scenario[1].change[1].multiply: must be >= 0, got -1.5"),
        ("low = 1.2, mode = 1.5", "low = -0.5",
         "scenario[1].change[2].multiply: must be >= 0, got -0.5 to 1.9"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scenario(project, old, new, sentence):
    assert old in QUOTA
    project.add(QUOTA.replace(old, new, 1))
    assert project.problems() == [f"study.toml: {sentence}"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("horizon = 2013", "horizon: must be > 2013, the last year of the panel, got 2013"),
        ("horizon = 9999", "horizon: must be <= 2113, 100 years after the last of the panel, got "
         "9999"),
        ('continuation = "trend"', "continuation: is only for years to come: give horizon"),
        ('anchor = "referenc"', 'anchor: must be "reference" or "recomputed", got "referenc"; '
         'did you mean "reference"?'),
        ("until = 2020", "until: unknown key; known: anchor, horizon, continuation"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_all_scenarios(project, table, sentence):
    project.add(f"[scenarios]\n{table}\n{QUOTA}")
    assert project.problems() == [f"study.toml: scenarios.{sentence}"]


def test_all_that_is_wrong_is_said_at_once(project):
    project.add(QUOTA.replace('"rain"', '"rein"').replace('"North"', '"Nord"') + QUOTA)
    assert project.problems() == ['study.toml: scenario[2].name: "quota" is used twice']
    project.add(QUOTA.replace('"rain"', '"rein"').replace('"North"', '"Nord"'))
    assert len(project.problems()) == 2


def test_mines_are_called_what_the_study_calls_them(project):
    noun = QUOTA.replace('"North"', '"Nort"') + "\n[run]\nchunk = 1\n"
    project.add('noun = "city"\n' + noun)
    assert 'unknown city "Nort"' in project.problems()[0]


@pytest.mark.parametrize("change", ["set = 0", "multiply = 0", "add = -110"])
def test_a_change_that_no_lognormal_error_can_carry_names_its_cell(project, change):
    error = "[uncertainty.data]\ncv = 0.1\n"
    project.add(error + QUOTA.replace("multiply = 1.5", change))
    (problem,) = project.problems()
    kind = change.partition(" = ")[0]
    assert problem == (
        f'study.toml: scenario[1].change[1].{kind}: makes 0 of indicator "rain", mine '
        '"North", year 2013: expected > 0, as its error is lognormal'
    )
    # Without that error, and above its own bound, it is as good as any other.
    project.add(QUOTA.replace("multiply = 1.5", change))
    project.load()
    project.add(error + QUOTA.replace("multiply = 1.5", f"{change}\nlower = 1"))
    project.load()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("multiply = 1.5", "multiply = 1", "multiply = 1 leaves every value as it is"),
        ("multiply = 1.5", "add = 0", "add = 0 leaves every value as it is"),
        ("multiply = 1.5", "set = 110", "set = 110 leaves every value as it is"),
        ("years = { from = 2013 }", "years = []", "it names no year"),
        ('mines = ["North"]', "mines = []", "it names no mine"),
    ],
)
def test_a_change_that_changes_nothing_is_warned_of(project, old, new, sentence):
    project.add(QUOTA.replace(old, new))
    assert project.warnings() == [f"study.toml: scenario[1].change[1]: changes nothing: {sentence}"]


def test_a_scenario_without_a_change_is_warned_of(project):
    project.add('[[scenario]]\nname = "none"\n')
    assert project.warnings() == [
        "study.toml: scenario[1]: changes nothing: it has no [[scenario.change]]"
    ]


def test_two_changes_of_one_cell_may_have_different_draws(project):
    second = QUOTA.replace('"quota"', '"other"').partition("[[scenario.change]]")[2]
    project.add(QUOTA + "[[scenario.change]]" + second)
    assert len(project.load().scenarios.items[0].changes) == 4


def test_scenarios_come_back_from_files_and_workbooks(project, tmp_path):
    project.add("[uncertainty.data]\ncv = 0.1\n" + TO_COME + QUOTA + WATER)
    study = project.load()
    saved = load_study(study.save(tmp_path / "saved"))
    book = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    for again in (saved, book):
        assert again.digest == study.digest
        assert again.scenarios == study.scenarios


def test_scenarios_come_back_from_results(project, tmp_path):
    project.add(TO_COME + QUOTA + WATER)
    study = project.load().replace({"scenarios.anchor": None})
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    again = load_study(tmp_path / "result.nc")
    assert again.scenarios == study.scenarios
    assert again.scenarios.anchor == "reference"


def test_single_settings_are_set_anew_as_messages_name_them(project):
    project.add(QUOTA)
    study = project.load()
    changes = {"scenarios.anchor": "recomputed", "scenario[1].change[2].lower": 0.5}
    other = study.replace({**changes, "scenario[1].change[1].multiply": {"low": 1, "high": 2}})
    assert other.scenarios.anchor == "recomputed"
    one, two = other.scenarios.items[0].changes
    assert (one.number.law, two.lower) == ("uniform", 0.5)
    assert other.digest != study.digest
    project.write("study.toml", other.text)
    assert project.load().scenarios == other.scenarios
    with pytest.raises(rm.InputError, match=r"scenario\[2\]: no such item, the list has 1"):
        study.replace({"scenario[2].title": "x"})
    with pytest.raises(rm.InputError, match=r"scenario\[0\]: no such item"):
        study.replace({"scenario[0].title": "x"})


def test_scenarios_decide_no_draw_of_simulate(project):
    plain = project.load()
    project.add(TO_COME + QUOTA)
    study = project.load()
    assert study.digest != plain.digest
    assert study.replace({"scenario": None, "scenarios": None}).digest == plain.digest
    run = RunSettings(samples=64, seed=1, keep="samples", chunk=64, until=None)
    one, two = (
        manifest_of(s, run, Asked(), unit=64, shards=None, overwrite=False) for s in (plain, study)
    )
    assert one.run == two.run
