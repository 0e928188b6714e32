import tomllib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.errors import InputError
from recc_mc.study import Settings
from recc_mc.study.alternatives import Alternatives, Share
from recc_mc.study.choices import MethodTable, MethodUncertainty
from recc_mc.study.judgments import Judgments
from recc_mc.study.record import fingerprint, study_record
from recc_mc.study.settings import SimulationTable, StudyTable
from recc_mc.study.uncertainty_settings import (
    DataUncertainty,
    ErrorTable,
    JudgmentUncertainty,
    Uncertainty,
)

SHARES = st.floats(0, 1)
SIZES = st.none() | st.floats(0, 10)
# Names and titles with control or direction characters are refused where they are read.
LETTERS = st.characters(categories=["L", "N", "P", "S"])
NAMES = st.text(LETTERS, min_size=1)
JUDGED = st.builds(
    JudgmentUncertainty,
    distribution=st.sampled_from(["lognormal", "uniform"]),
    sigma=st.just("gci") | st.floats(0, 2),
    consistency=st.sampled_from(["keep", "repair"]),
    cr_limit=st.floats(0.01, 1),
) | st.builds(JudgmentUncertainty, distribution=st.just("saaty_steps"), steps=st.integers(1, 8))
ERRORS = st.builds(ErrorTable, cv=SIZES, systematic_sd=SIZES, lower=st.none() | st.floats(-9, 0))
DATA = st.builds(
    DataUncertainty,
    cv=SIZES,
    mine_cv=SIZES,
    indicators=st.dictionaries(NAMES, ERRORS, max_size=2),
)
CHOSEN = st.just(Alternatives(("linear",), (1.0,))) | SHARES.map(
    lambda p: Alternatives(("geometric", "linear"), (p, 1 - p))
)
DRAWN = st.builds(
    MethodUncertainty,
    ahp_share=st.none() | SHARES.map(lambda low: Share(low=low, high=1.0)),
    aggregation=st.none() | CHOSEN,
)
SETTINGS = st.builds(
    Settings,
    study=st.builds(
        StudyTable,
        title=st.none() | st.text(LETTERS | st.just(" ")),
        data=st.just("builtin:rare_earth_mines"),
    ),
    method=st.builds(MethodTable, ahp_share=SHARES, clip=st.just(False)),
    uncertainty=st.builds(
        Uncertainty,
        judgments=st.none() | JUDGED,
        data=st.none() | DATA,
        method=st.none() | DRAWN,
    ),
    simulation=st.builds(
        SimulationTable,
        samples=st.integers(1, 10**6),
        seed=st.none() | st.integers(0, 2**63 - 1),
        quantiles=st.lists(SHARES, min_size=1, unique=True).map(sorted).map(tuple),
    ),
)


@pytest.fixture
def study(project):
    project.add("[uncertainty.data]\ncv = 0.05   # a comment of the user\n")
    return project.load()


def again(project, text):
    """Study that a result's text gives, beside the files that it names."""
    project.write("study.toml", text)
    return project.load()


def test_a_study_as_read_carries_its_file_letter_by_letter(study):
    assert study.record == (study.text, None)
    assert "study_comment" not in rm.evaluate(study).attrs


def test_changed_settings_are_written_anew_and_give_the_same_study(study, project):
    method = study.settings.method.model_copy(update={"ahp_share": 0.25})
    changed = replace(study, settings=study.settings.model_copy(update={"method": method}))
    attrs = rm.evaluate(changed).attrs
    assert attrs["study"].startswith("# settings changed in Python after reading study.toml")
    assert attrs["study_comment"] in attrs["study"]
    assert attrs["study_digest"] == changed.digest != study.digest
    read = again(project, attrs["study"])
    assert read.digest == changed.digest
    assert rm.evaluate(read).equals(rm.evaluate(changed))


def test_a_changed_title_is_in_the_text_too(study):
    named = study.settings.study.model_copy(update={"title": 'Say "other" \\ name'})
    changed = replace(study, settings=study.settings.model_copy(update={"study": named}))
    attrs = rm.evaluate(changed).attrs
    assert tomllib.loads(attrs["study"])["study"]["title"] == attrs["title"]


@given(settings=SETTINGS)
def test_any_settings_come_back_from_the_text(case_study, settings):
    changed = replace(case_study, settings=settings)
    read = Settings.model_validate(tomllib.loads(study_record(changed).text))
    assert replace(case_study, settings=read).digest == changed.digest
    assert read.simulation == settings.simulation
    assert read.study == settings.study


@pytest.mark.parametrize("name", ["panel", "hierarchy", "judgments"])
def test_a_table_changed_in_python_is_named(study, name):
    changed = replace(study, **{name: CHANGES[name](study)})
    attrs = rm.evaluate(changed).attrs
    assert attrs["study_comment"] == (
        f"{name} changed in Python: the files named in the text do not hold it"
    )
    assert attrs["study"] == f"# {attrs['study_comment']}\n{study.text}"
    assert attrs["study_digest"] != study.digest


def _other_panel(study):
    return replace(study.panel, values=study.panel.values * np.array([1, 1, 1, 2.0]))


def _other_hierarchy(study):
    first, *rest = study.hierarchy.indicators
    return replace(study.hierarchy, indicators=(replace(first, direction=-1), *rest))


def _other_judgments(study):
    first, *rest = study.judgments.matrices
    stack = np.array([[[1, 3], [1 / 3, 1]]])
    return Judgments((replace(first, stack=stack), *rest))


CHANGES = {
    "panel": _other_panel,
    "hierarchy": _other_hierarchy,
    "judgments": _other_judgments,
}


def test_an_equal_table_is_no_change(study):
    panel = replace(study.panel, values=study.panel.values.copy())
    assert replace(study, panel=panel).record.comment is None


def test_tables_that_were_never_read_are_not_said_to_be_in_files(study):
    comment = replace(study, tables_read={}).record.comment
    assert comment.startswith("hierarchy and panel and judgments changed in Python")


def test_a_changed_table_of_the_case_study_is_not_called_its_reconstruction_alone(case_study):
    panel = replace(case_study.panel, values=case_study.panel.values * 2)
    comment = rm.evaluate(replace(case_study, panel=panel)).attrs["comment"]
    assert "calibrated reconstruction" in comment
    assert "panel changed in Python" in comment


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"ahp_share": 2.0}, "method.ahp_share: must be <= 1, got 2.0"),
        ({"ahp_share": np.arange(2)}, "no form for ndarray"),
        ({"clip": True}, 'method.clip: is only for goalposts = "fixed"'),
    ],
)
def test_settings_that_no_file_can_say_are_refused_before_anything_is_computed(study, update, says):
    method = study.settings.method.model_copy(update=update)
    changed = replace(study, settings=study.settings.model_copy(update={"method": method}))
    with pytest.raises(
        InputError, match="changed in Python to what no study file can say"
    ) as found:
        rm.simulate(changed, samples=10, seed=1)
    assert says in str(found.value)


def test_a_run_of_the_changed_study_and_its_result_tell_of_the_change(study, tmp_path):
    changed = replace(study, panel=_other_panel(study))
    draws = rm.simulate(changed, samples=50, seed=1)
    rm.save(tmp_path / "r.nc", baseline=rm.evaluate(changed), samples=draws)
    with rm.load(tmp_path / "r.nc") as tree:
        assert tree["samples"].attrs["study_comment"] == changed.record.comment
        assert rm.summarize(tree["samples"].to_dataset()).attrs["study"] == changed.record.text


def test_fingerprints_tell_parts_apart():
    assert fingerprint(("ab", "c")) != fingerprint(("a", "bc"))
    assert fingerprint((("a",), "b")) != fingerprint(("a", ("b",)))
    assert fingerprint(np.zeros((2, 3))) != fingerprint(np.zeros((3, 2)))
