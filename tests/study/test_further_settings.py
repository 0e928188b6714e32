"""[coupling] and [fuzzy]: what they say, what is wrong with them, and that they survive."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.errors import InputError
from recc_mc.study import Study, load_study
from recc_mc.workbook import write_study_book
from tests.kernels.cases import made_of_four, with_limits
from tests.study.project import INDICATORS, JUDGMENTS

LIMITED = """\
indicator,system,criterion,direction,units,long_name,limit_1,limit_2,limit_3
rain,support,water,1,mm,Precipitation,120,100,80
lake,support,water,1,km2,Area of lakes,3,2,1
soil,support,land,1,%,Share of good soil,60,50,40
dust,pressure,air,-1,t,Dust,6,7,9
"""


def test_nothing_is_made_beside_the_index_by_default(project) -> None:
    settings = project.load().settings
    assert (settings.coupling, settings.fuzzy) == (None, None)
    assert not settings.output.criterion_scores


def test_an_empty_table_has_its_defaults(project) -> None:
    project.write("indicators.csv", LIMITED)
    project.add("[coupling]\n[fuzzy]\n")
    settings = project.load().settings
    table = settings.coupling
    assert (table.of, table.pressure, table.form, table.weights) == (
        "systems", None, "standard", "equal",
    )  # fmt: skip
    assert settings.fuzzy.scores == (0.95, 0.5, 0.05)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('of = "support"\npressure = "as_is"', 'coupling.pressure: is only for of = "systems"'),
        (
            'weights = "combined"',
            'coupling.weights: "combined" is only for of = "support" or "pressure", whose criteria '
            "have weights",
        ),
        ('of = "pressure"', 'coupling.of: system "pressure" has 1 criterion: expected at least 2'),
        ('of = "suport"', 'coupling.of: must be "systems", "support" or "pressure", got "suport"'),
        ('form = "other"', 'coupling.form: must be "standard" or "modified", got "other"'),
    ],
)
def test_a_coupling_that_there_is_not(project, lines: str, sentence: str) -> None:
    project.add(f"[coupling]\n{lines}\n")
    (problem,) = project.problems()
    assert sentence in problem


@pytest.mark.parametrize("scores", ["[0.9, 0.5]", "[0.5, 0.5, 0.05]", "[0.05, 0.5, 0.95]"])
def test_scores_of_grades_fall(project, scores: str) -> None:
    project.write("indicators.csv", LIMITED)
    project.add(f"[fuzzy]\nscores = {scores}\n")
    (problem,) = project.problems()
    assert "fuzzy.scores: must be three numbers with first > second > third, got [" in problem


def test_indicators_without_limits_are_named_in_one_sentence(project) -> None:
    project.add("[fuzzy]\n")
    (problem,) = project.problems()
    assert problem.endswith(
        "indicators.csv: [fuzzy] needs limit_1, limit_2 and limit_3 of every indicator, missing "
        'for "rain", "lake", "soil", "dust"'
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("120,100,80", "120,100,", "expected all three, or none of them"),
        ("120,100,80", "80,100,120", "80, 100, 120: expected falling numbers, for direction 1"),
        ("120,100,80", "120,120,80", "120, 120, 80: expected falling numbers, for direction 1"),
        ("6,7,9", "9,7,6", "9, 7, 6: expected rising numbers, for direction -1"),
        ("6,7,9", "6,seven,9", "limit_2: "),
    ],
)
def test_limits_that_part_no_grades(project, old: str, new: str, sentence: str) -> None:
    project.write("indicators.csv", LIMITED.replace(old, new))
    assert any(sentence in problem for problem in project.problems())


def test_limits_may_be_there_for_some_indicators_where_nobody_needs_them(project) -> None:
    project.write("indicators.csv", LIMITED.replace("120,100,80", ",,"))
    rain, lake, *_ = project.load().hierarchy.indicators
    assert (rain.has_limits, lake.limits) == (False, (3.0, 2.0, 1.0))


def test_a_study_without_limits_and_coupling_has_the_digest_of_before(project) -> None:
    plain = project.load()
    project.write("indicators.csv", INDICATORS)
    project.add("[coupling]\n")
    coupled = project.load()
    assert coupled.digest != plain.digest
    assert coupled.replace({"coupling": None}).digest == plain.digest
    assert coupled.replace({"output.criterion_scores": True}).digest == coupled.digest


def whole() -> Study:
    files = with_limits(made_of_four()).with_tables(
        coupling={"of": "support", "weights": "combined"}, output={"criterion_scores": True}
    )
    return files.load()


def same(one: Study, other: Study) -> None:
    assert one.digest == other.digest
    assert one.hierarchy == other.hierarchy
    assert one.settings.coupling == other.settings.coupling
    assert one.settings.fuzzy == other.settings.fuzzy
    assert one.settings.output == other.settings.output


def test_they_survive_files_a_workbook_and_a_result(tmp_path: Path) -> None:
    study = whole()
    same(study, load_study(study.save(tmp_path / "files")))
    same(study, load_study(write_study_book(study, tmp_path / "study.xlsx")))
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    same(study, load_study(tmp_path / "result.nc"))


def test_a_workbook_switches_a_table_on_by_its_row(tmp_path: Path) -> None:
    study = with_limits(made_of_four()).with_tables(coupling={}).load()
    again = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    assert (again.settings.coupling, again.settings.fuzzy) == (
        study.settings.coupling, study.settings.fuzzy,
    )  # fmt: skip


def test_a_replaced_table_is_validated() -> None:
    with pytest.raises(InputError, match="is only for of"):
        whole().replace({"coupling.pressure": "as_is"})


def test_grades_are_not_of_a_range(project) -> None:
    header, *rows = LIMITED.splitlines()
    ends = [f"{header},optimum_lower,optimum_upper", *(f"{row},," for row in rows[1:])]
    ranged = "rain,support,water,0,mm,Precipitation,{},105,120"
    project.write("indicators.csv", "\n".join([*ends, ranged.format("120,100,80"), ""]))
    (problem,) = project.problems()
    assert "limit_1: is not for direction 0: the grades of [fuzzy] are of more or less" in problem
    project.write("indicators.csv", "\n".join([*ends, ranged.format(",,"), ""]))
    project.add("[fuzzy]\n")
    (problem,) = project.problems()
    assert problem.endswith('expected direction 1 or -1 of every indicator, got 0 for "rain"')


def test_one_system_is_coupled_to_nothing_and_graded_alone(project) -> None:
    project.write("indicators.csv", LIMITED.replace("dust,pressure,air", "dust,support,land"))
    land = '\n[[matrix]]\nname = "land"\nitems = ["soil", "dust"]\nupper = [[1]]\n'
    project.write("judgments.toml", JUDGMENTS + land)
    project.add("[coupling]\n[fuzzy]\n")
    (problem,) = project.problems()
    assert 'coupling.of: "systems" needs both, and no indicator is in system "pressure"' in problem
    project.add('[coupling]\nof = "support"\n[fuzzy]\n')
    base = rm.evaluate(project.load_quietly())
    assert base["fuzzy_score"].dims == ("system", "mine", "year")
    assert base["system"].values.tolist() == ["support"]
    assert bool((base["fuzzy_membership"].sum("fuzzy_class").round(12) == 1).all())
    assert bool(base["coordination"].notnull().all())
