"""Evidence of a study: its factor, its round trips, and every sentence on what is wrong."""

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.evidence.law import effect_law
from recc_mc.parts.manifest import Asked, RunSettings, manifest_of
from recc_mc.study import load_study
from recc_mc.study.uncertain import NumberTable, uncertain
from recc_mc.workbook import write_study_book

STUDIES = "study,effect,se\nAnn 2001,0.7,0.2\nBob 2004,0.2,0.3\nCao 2011,1.3,0.25\n"
EVIDENCE = """
[evidence.management]
file = "studies.csv"
measure = "effect"
"""
CHANGE = """
[[scenario]]
name = "managed"
[[scenario.change]]
indicators = ["dust"]
multiply = { evidence = "management", slope = -0.2, lower = 0.5, upper = 1.2 }
"""


@pytest.fixture
def study(project):
    project.write("studies.csv", STUDIES)
    project.add(EVIDENCE + CHANGE)
    return project.load()


def factor(study):
    return study.scenarios.items[0].changes[0].number


def reported(draw="predictive", **others):
    """Factor of what a review of ten studies reports."""
    table = NumberTable(
        evidence="x", slope=-0.2, **{"lower": 0.5, "upper": 1.2, "draw": draw, **others}
    )
    law = effect_law(draw, 0.740946, 0.207583, 0.426139, 10, "normal")
    return uncertain(table, lambda name, way: law)


def test_a_factor_rises_with_its_uniform_number_though_the_slope_be_negative():
    u = np.linspace(0.001, 0.999, 999)
    for number in (reported(), reported(form="exp"), reported("mean")):
        assert (np.diff(number.value(u)) >= 0).all()
    found = reported(lower=0.0, upper=9.0)
    theta = np.array([2.0147, 0.740946, -0.5329])
    assert found.value(np.array([0.05, 0.5, 0.95])) == pytest.approx(1 - 0.2 * theta, abs=2e-5)
    assert found.median == pytest.approx(0.851811, abs=1e-6)
    assert reported(form="exp").median == pytest.approx(np.exp(-0.2 * 0.740946))


def test_a_factor_is_held_from_lower_to_upper():
    found = reported(lower=0.8, upper=1.0)
    assert found.support == (0.8, 1.0)
    assert found.value(np.array([0.001, 0.999])).tolist() == [0.8, 1.0]
    assert str(found) == (
        "1 - 0.2 theta, held from 0.8 to 1, theta the effect in a new study by the evidence x"
    )


def test_the_studies_of_a_study_are_pooled_as_those_of_a_table(study, project):
    table = rm.meta_analysis(project.folder / "studies.csv", measure="effect")
    pooled = study.evidence["management"].pooled
    assert pooled.mean == float(table["pooled_effect"])
    assert pooled.tau2 == float(table["tau2"])
    assert factor(study).median == pytest.approx(1 - 0.2 * pooled.mean)
    assert study.scenarios.draws == ("managed.1",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (", slope = -0.2", "", "scenario[1].change[1].multiply.slope: is required with evidence"),
        (", lower = 0.5, upper = 1.2", "",
         "scenario[1].change[1].multiply.lower: is required with evidence"),
        ("slope = -0.2", "slope = 0",
         "scenario[1].change[1].multiply.slope: must not be 0: the factor would be 1 whatever is "
         "found"),
        ("lower = 0.5", "lower = 1.5",
         "scenario[1].change[1].multiply: lower must be < upper, got 1.5 and 1.2"),
        ("lower = 0.5", "lower = -0.5",
         "scenario[1].change[1].multiply: must be >= 0, got -0.5 to 1.2"),
        ("lower = 0.5", "low = 1, lower = 0.5",
         "scenario[1].change[1].multiply.low: is not allowed beside evidence"),
        ("multiply = {", "add = {",
         "scenario[1].change[1].add.evidence: is only for multiply: it gives a factor"),
        ('evidence = "management"', 'evidence = "x"',
         "scenario[1].change[1].multiply.evidence: no table [evidence.x]"),
        ('evidence = "management"', 'evidence = "managment"',
         "scenario[1].change[1].multiply.evidence: no table [evidence.managment]; did you mean "
         '"management"?'),
        ("slope = -0.2", 'draw = "mena", slope = -0.2',
         'scenario[1].change[1].multiply.draw: must be "predictive" or "mean", got "mena"; did you '
         'mean "mean"?'),
        ("[evidence.management]", '[evidence."of us"]',
         'evidence."of us": "of us": expected a name of letters, digits, _ and -'),
        ('file = "studies.csv"\n', "",
         'evidence.management: give data = "builtin:NAME" or file = a table of studies, got none'),
        ('file = "studies.csv"\n', 'file = "studies.csv"\ndata = "builtin:bcg_vaccine"\n',
         'evidence.management: give data = "builtin:NAME" or file = a table of studies, got both'),
        ('file = "studies.csv"\n', 'data = "builtin:sustainable_management"\n',
         'evidence.management.data: no evidence "sustainable_management" comes with the package; '
         "known: bcg_vaccine"),
        ('measure = "effect"\n', 'measure = "effects"\n',
         'evidence.management.measure: must be "mean_difference", "standardized_mean_difference", '
         '"log_ratio_of_means" or "effect", got "effects"; did you mean "effect"?'),
        ('measure = "effect"\n', 'measure = "effect"\nvariance = "unpooled"\n',
         'evidence.management.variance: is only for measure = "mean_difference"'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_evidence(project, old, new, sentence):
    project.write("studies.csv", STUDIES)
    text = EVIDENCE + CHANGE
    assert old in text
    project.add(text.replace(old, new, 1))
    assert f"study.toml: {sentence}" in project.problems()


def test_what_is_wrong_with_the_studies_names_their_file(project):
    project.write("studies.csv", STUDIES.replace("0.25", "0"))
    project.add(EVIDENCE.replace('"effect"', '"mean_difference"') + CHANGE)
    assert project.problems() == [
        'studies.csv: measure: must be "effect" for a table of effects, got "mean_difference"'
    ]
    project.add(EVIDENCE + CHANGE)
    assert project.problems() == ["studies.csv:4: se: must be > 0, got 0"]
    (project.folder / "studies.csv").unlink()
    assert project.problems() == ["studies.csv: no such file"]


def test_too_few_studies_for_a_draw_are_named(project):
    project.write("studies.csv", STUDIES.partition("Cao")[0])
    project.add(EVIDENCE + CHANGE)
    assert project.problems() == [
        "studies.csv: 2 studies: a predictive draw needs at least 3 "
        "(scenario[1].change[1].multiply.evidence)"
    ]
    project.add(EVIDENCE + CHANGE.replace("slope", 'draw = "mean", slope'))
    assert factor(project.load()).factor.effect.degrees == np.inf


def test_evidence_comes_back_from_files_workbooks_and_results(study, tmp_path):
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    saved = load_study(study.save(tmp_path / "saved"))
    book = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    (study.path.parent / "studies.csv").unlink()
    for again in (saved, book, load_study(tmp_path / "result.nc")):
        assert again.digest == study.digest
        assert factor(again) == factor(study)
    assert (tmp_path / "saved" / "evidence_management.csv").read_text() == STUDIES


def test_studies_that_come_with_the_package_stay_there(project, tmp_path):
    project.add(EVIDENCE.replace('file = "studies.csv"', 'data = "builtin:bcg_vaccine"') + CHANGE)
    study = project.load()
    assert study.evidence["management"].pooled.mean == pytest.approx(-0.7145, abs=6e-5)
    saved = study.save(tmp_path / "saved")
    assert "builtin:bcg_vaccine" in saved.read_text()
    assert load_study(saved).digest == study.digest


def test_what_the_studies_say_decides_the_study_and_no_draw_of_simulate(project, study):
    project.write("studies.csv", STUDIES.replace("0.7", "0.8"))
    other = project.load()
    assert other.digest != study.digest
    assert study.replace({"evidence.management.estimator": "dl"}).digest != study.digest
    project.change("study.toml", "studies.csv", "others.csv")
    project.write("others.csv", STUDIES)
    assert project.load().digest == study.digest
    run = RunSettings(samples=64, seed=1, keep="samples", chunk=64, until=None)
    one, two = (
        manifest_of(s, run, Asked(), unit=64, shards=None, overwrite=False) for s in (study, other)
    )
    assert one.run == two.run


def test_evidence_that_was_read_stays_when_others_are_set(study):
    (study.path.parent / "studies.csv").unlink()
    other = study.replace({"evidence.management.test": "knapp_hartung"})
    assert factor(other).factor.effect.degrees == 2
    with pytest.raises(rm.InputError, match=r"others.csv: no such file"):
        study.replace({"evidence.management.file": "others.csv"})
    assert study.replace({"scenario": None, "evidence": None}).studies == {}


def test_a_study_made_in_memory_has_evidence_too():
    panel = {"mine": ["A", "B"], "year": [2020, 2020], "rain": [3, 5], "dust": [2, 1]}
    indicators = {
        "indicator": ["rain", "dust"], "system": ["support", "pressure"],
        "criterion": ["water", "air"], "direction": [1, 1], "units": ["mm", "t"],
        "long_name": ["Precipitation", "Dust"],
    }  # fmt: skip
    number = {"evidence": "bcg", "slope": 0.2, "lower": 0.5, "upper": 1.5}
    study = rm.make_study(
        panel,
        indicators,
        evidence={"bcg": {"data": "builtin:bcg_vaccine", "measure": "effect"}},
        scenario=[{"name": "one", "change": [{"indicators": ["dust"], "multiply": number}]}],
    )
    assert len(study.evidence["bcg"].studies.names) == 13
    assert study.scenarios.draws == ("one.1",)
