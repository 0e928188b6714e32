from dataclasses import replace
from importlib import metadata

import netCDF4
import numpy as np
import pytest

import recc_mc as rm
from recc_mc.errors import InputError, StudyWarning
from recc_mc.study.judgments import Judgments
from tests.results.made_up import results
from tests.study.test_make import WIDE, made
from tests.study.test_saving import CONFIGS, HARD_INDICATORS, hard

__all__ = ["HARD_INDICATORS", "hard"]


@pytest.fixture
def kept(tmp_path):
    """Write a result of a study, and read the study back."""

    def kept(study, group="baseline"):
        rm.save(tmp_path / "r.nc", overwrite=True, **{group: results(study)[group]})
        return rm.load_study(tmp_path / "r.nc")

    return kept


def refused(path):
    with pytest.raises(InputError) as caught:
        rm.load_study(path)
    (problem,) = caught.value.problems
    return problem.replace(f"{path.parent}/", "")


@pytest.mark.parametrize("config", CONFIGS)
def test_a_result_gives_its_study_back(root, kept, config):
    study = rm.load_study(root / "configs" / f"{config}.toml")
    again = kept(study)
    assert (again.digest, again.text) == (study.digest, study.text)
    assert again.record == study.record
    assert again.table_texts == study.table_texts


@pytest.mark.parametrize("group", ["samples", "summary"])
def test_any_group_alone_gives_the_study_back(case_study, kept, group):
    assert kept(case_study, group).digest == case_study.digest


@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
def test_hard_names_and_numbers_come_back_to_the_bit(hard, kept):
    again = kept(hard)
    assert again.digest == hard.digest
    assert again.panel.values.tobytes() == hard.panel.values.tobytes()
    assert again.judgments.expert_weights == hard.judgments.expert_weights


def test_a_study_without_judgments_comes_back(kept):
    panel = {"mine": ["A", "B"], "year": [1, 1], "a": [1, 2], "b": [3, 1]}
    indicators = {
        "indicator": ["a", "b"], "system": ["support", "pressure"], "criterion": ["c", "d"],
        "direction": [1, 1], "units": ["1", "1"], "long_name": ["a", "b"],
    }  # fmt: skip
    study = rm.make_study(panel, indicators)
    assert study.table_texts["judgments"] == ""
    assert kept(study).digest == study.digest


def test_a_study_of_a_result_can_be_changed_saved_and_evaluated(kept, tmp_path):
    study = made(WIDE, uncertainty={"data": {"cv": 0.1}})
    again = kept(study)
    assert rm.evaluate(again).equals(rm.evaluate(study))
    changes = {"uncertainty.data.cv": 0.2}
    assert again.replace(changes).digest == study.replace(changes).digest
    assert rm.load_study(again.save(tmp_path / "s")).digest == study.digest


def test_what_was_changed_in_python_comes_back_and_is_still_told_of(project, kept):
    study = project.load()
    other = replace(study, panel=replace(study.panel, values=study.panel.values * 2))
    again = kept(other)
    assert again.digest == other.digest
    assert again.record == other.record
    assert kept(again).record == other.record
    assert kept(made()).record.comment.startswith("hierarchy and panel and judgments changed in")


def test_what_no_text_can_say_is_not_given_back(project, kept):
    study = project.load()
    first, *rest = study.judgments.matrices
    odd = Judgments((replace(first, stack=np.array([[[1, 2], [0.4, 1]]])), *rest))
    with pytest.raises(InputError, match=r"r.nc: does not give its study back: it is damaged, or"):
        kept(replace(study, judgments=odd))


def attribute(path, name, value):
    with netCDF4.Dataset(path, "a") as file:
        if value is None:
            file.delncattr(name)
        else:
            file.setncattr(name, value)


@pytest.fixture
def result(project, kept, tmp_path):
    kept(project.load())
    return tmp_path / "r.nc"


def test_a_result_of_an_earlier_version_says_so(result):
    attribute(result, "study_panel", None)
    version = metadata.version("recc-mc")
    assert refused(result) == (
        f"r.nc: was written by an earlier version (recc_mc {version}), which did not keep the "
        "data and judgments in its results: load the study from its own files"
    )


def test_a_changed_table_is_found(result):
    with netCDF4.Dataset(result) as file:
        text = file.study_panel
    attribute(result, "study_panel", text.replace("130", "131"))
    assert refused(result).startswith("r.nc: does not give its study back: it is damaged")
    attribute(result, "study_panel", text.replace("130", "x"))
    assert refused(result) == 'r.nc: panel:5: rain: "x": expected a number'


def test_another_digest_of_another_version_is_a_warning(result):
    attribute(result, "study_digest", "0" * 64)
    attribute(result, "source", "recc_mc 9.9.9; Python 3.11")
    with pytest.warns(StudyWarning, match=r"r.nc: was written by recc_mc 9.9.9: under") as caught:
        rm.load_study(result)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.nc: is empty"),
        (b"[study]\n", "x.nc: not a readable NetCDF file: "),
        (None, "x.nc: no such file"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path, content, sentence):
    path = tmp_path / "x.nc"
    if content is not None:
        path.write_bytes(content)
    assert refused(path).startswith(sentence)


def test_a_netcdf_file_of_another_kind_holds_no_study(tmp_path):
    with netCDF4.Dataset(tmp_path / "x.nc", "w") as file:
        file.title = "weather"
    assert refused(tmp_path / "x.nc") == (
        "x.nc: holds no study: expected a study file or a result of one study"
    )
