import tomllib
from dataclasses import replace

import numpy as np
import pytest

from recc_mc.errors import InputError, StudyWarning
from recc_mc.study import load_study
from recc_mc.study.changes import changed, parse_changes
from recc_mc.study.loading import read_study

UNCERTAIN = (
    "[uncertainty.judgments]\nsigma = 0.2\n"
    "[uncertainty.data]\ncv = 0.05\n"
    '[uncertainty.data.indicators."lake"]\ncv = 0.1\n'
)


@pytest.fixture
def study(project):
    project.add(UNCERTAIN)
    return project.load()


def problems_of(study, changes):
    with pytest.raises(InputError) as caught:
        study.replace(changes)
    return [problem.replace(f"{study.path.parent}/", "") for problem in caught.value.problems]


def test_a_replaced_setting_makes_the_study_that_a_file_with_it_makes(study, project):
    other = study.replace({"uncertainty.judgments.sigma": 0.3, "method.ahp_share": 0.4})
    project.add("[method]\nahp_share = 0.4\n" + UNCERTAIN.replace("0.2", "0.3"))
    assert other.digest == project.load().digest
    assert study.judgment_sigma("water") == 0.2


def test_the_text_of_a_replaced_study_gives_it_and_names_all_changes(study, project):
    other = study.replace({"uncertainty.data.cv": 0.2}).replace({'study."title"': "Two"})
    assert other.text.splitlines()[:2] == [
        "# changed: uncertainty.data.cv = 0.2",
        '# changed: study."title" = "Two"',
    ]
    project.write("study.toml", other.text)
    assert project.load().digest == other.digest
    assert (other.title, other.record) == ("Two", (other.text, None))


def test_none_takes_a_key_or_a_table_out(study):
    other = study.replace({"uncertainty.data.indicators.lake": None, "uncertainty.judgments": None})
    assert other.error_model("lake").cv == 0.05
    assert other.settings.uncertainty.judgments is None


def test_an_item_of_a_list_is_named_as_messages_name_it(study):
    given = study.replace({"method.grade_cuts": [0.3, 0.6]})
    cuts = given.replace({"method.grade_cuts[1]": 0.7}).settings.method.grade_cuts
    assert cuts == (0.3, 0.7)
    assert problems_of(study, {"method.grade_cuts[1]": 0.7}) == [
        "study.toml: method.grade_cuts[1]: the study leaves the list at its default, "
        "expected all of it"
    ]


@pytest.mark.parametrize("value", [np.float64(0.3), np.array(0.3), 0.3])
def test_numbers_of_numpy_are_numbers(study, value):
    assert study.replace({"uncertainty.data.cv": value}).error_model("rain").cv == 0.3
    assert study.replace({"method.grade_cuts": np.array([0.2, 0.4])}).settings.method.grade_cuts


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"method.ahp_shar": 1}, 'method.ahp_shar: unknown key; did you mean "ahp_share"?'),
        ({"uncertainty.data.indicators.lake.systematic_cw": 1},
         "uncertainty.data.indicators.lake.systematic_cw: unknown key; "
         'did you mean "systematic_cv"?'),
        ({"method.ahp_share": 2.0}, "method.ahp_share: must be <= 1, got 2.0"),
        ({"method.ahp_share.low": 0.1}, "method.ahp_share: is 0.5 and holds no keys, got "
         "method.ahp_share.low"),
        ({"method.grade_cuts[2]": 0.1}, "method.grade_cuts[2]: no such item, the list has 2"),
        ({"method.clip[0]": True}, "method.clip[0]: no such item, it is no list"),
        ({"uncertainty.data.indicators.lace.cv": 0.1},
         'uncertainty.data.indicators.lace: no such indicator; did you mean "lake"?'),
        ({"a b": 1}, '"a b": expected a path of keys such as uncertainty.data.cv'),
        ({"": 1}, '"": expected a path of keys such as uncertainty.data.cv'),
        ({"a = 1\nb": 1}, '"a = 1\\nb": expected a path of keys such as uncertainty.data.cv'),
        ({7: 1}, "7: expected a path of keys such as uncertainty.data.cv"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_said_as_of_a_file(project, changes, sentence):
    project.add("[method]\nahp_share = 0.5\ngrade_cuts = [0.33, 0.66]\nclip = false\n" + UNCERTAIN)
    assert problems_of(project.load(), changes) == [f"study.toml: {sentence}"]


def test_all_wrong_paths_are_named_at_once(study):
    assert len(problems_of(study, {"a b": 1, "c d": 2})) == 2


def test_changes_that_are_no_mapping_are_refused(study):
    with pytest.raises(InputError, match="changes: must be a mapping of key paths"):
        study.replace("uncertainty.data.cv=3")


def test_a_study_is_judged_anew_under_its_new_settings(study):
    assert problems_of(study, {"method.goalposts": "fixed"})[0] == (
        'indicators.csv: indicator "rain": expected lower and upper, for goalposts = "fixed"'
    )
    with pytest.warns(StudyWarning, match="no matrix has several experts") as caught:
        study.replace({"uncertainty.judgments.resample_experts": True})
    assert caught[0].filename == __file__


def test_holes_that_were_filled_are_holes_again(project):
    project.change("panel.csv", "110", "")
    project.add("[method]\nmissing = 'interpolate'\n")
    study = project.load()
    assert problems_of(study, {"method.missing": "error"}) == [
        'panel.csv:3: rain: is blank (mine "North", year 2013, indicator "rain"), '
        'expected a number (or method.missing = "interpolate")'
    ]
    again = study.replace({"run.chunk": 1})
    assert again.digest == study.digest


def test_a_table_of_another_name_is_read_and_the_others_stay(study, project):
    project.write("other.csv", (project.folder / "panel.csv").read_text().replace("130", "140"))
    (project.folder / "judgments.toml").unlink()
    with pytest.raises(InputError, match=r"judgments.toml: no such file"):
        study.replace({"study.panel": "other.csv"})
    project.write("judgments.toml", "")
    other = study.replace({"study.panel": "other.csv"})
    assert other.panel.values[1, 1, 0] == 140
    assert other.judgments is study.judgments
    assert other.record.comment is None


def test_a_table_changed_in_python_stays_and_is_still_told_of(study):
    twice = replace(study, panel=replace(study.panel, values=study.panel.values * 0.5))
    other = twice.replace({"uncertainty.data.cv": 0.2})
    assert other.panel is twice.panel
    assert other.record.comment.startswith("panel changed in Python")


def test_values_of_the_command_line_are_tomls_or_texts():
    assert parse_changes(["a=1\nb = 2"]) == {"a": "1\nb = 2"}
    texts = ["a=geometric", 'b="x=1"', 'c."d=e" = [1, 2]', "f=", "g = {low = 0.1, high = 0.2}"]
    assert parse_changes(texts) == {
        "a": "geometric",
        "b": "x=1",
        'c."d=e"': [1, 2],
        "f": None,
        "g": {"low": 0.1, "high": 0.2},
    }


def test_texts_without_a_value_and_keys_given_twice_are_refused():
    with pytest.raises(InputError) as caught:
        parse_changes(["method.clip", "a=1", "a=2"])
    assert caught.value.problems == (
        '--set: must be KEY=VALUE, got "method.clip"',
        "--set: a: is given twice",
    )


def test_the_tables_that_are_changed_stay_as_they_are():
    document = {"a": {"b": [1, 2]}}
    assert changed(document, {"a.b[0]": 3, "a.c": 4}, "x") == {"a": {"b": [3, 2], "c": 4}}
    assert document == {"a": {"b": [1, 2]}}


def test_a_change_can_mend_what_the_file_has_wrong(project):
    project.change("panel.csv", "110", "")
    path = project.folder / "study.toml"
    with pytest.raises(InputError, match="is blank"):
        load_study(path)
    study = read_study(path, {"method.missing": "interpolate"}).study
    assert study.panel.holes.sum() == 1
    assert tomllib.loads(study.text)["method"] == {"missing": "interpolate"}
