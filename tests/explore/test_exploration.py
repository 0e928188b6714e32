"""Changes of a study while it is explored, and the way back."""

from pathlib import Path

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.explore.exploration import SCENARIO, Exploration
from recc_mc.explore.judging import Pair, judgment, ratio
from recc_mc.study.consistency import consistency_ratio

PAIR = Pair("pressure", 0, 0, 1)


def test_a_changed_judgment_stays_reciprocal_and_its_ratio_is_that_of_the_matrix(
    case_study: rm.Study,
) -> None:
    one = Exploration(case_study)
    one.change({PAIR: 1 / 3})
    matrix = one.study.judgments["pressure"]
    assert matrix.values[0, 1] == 1 / 3
    assert matrix.values[1, 0] == 1 / (1 / 3)
    assert ratio(one.study, "pressure") == consistency_ratio(matrix.values)
    assert judgment(case_study, PAIR) == 1.0
    assert one.words() == [
        "pressure: ecological_damage against environmental_pollution 1/3 instead of 1"
    ]


def test_changes_are_undone_and_redone_one_by_one(case_study: rm.Study) -> None:
    one = Exploration(case_study)
    one.change({"uncertainty.data.cv": 0.1})
    one.change({PAIR: 3.0})
    assert one.study.settings.uncertainty.data.cv == 0.1
    one.undo()
    assert one.words() == ["uncertainty.data.cv: 0.1 instead of 0.05"]
    assert one.can_redo
    one.redo()
    one.reset("uncertainty.data.cv")
    assert len(one.words()) == 1
    assert one.study.settings.uncertainty.data.cv == 0.05
    one.undo()
    assert len(one.words()) == 2
    one.reset_all()
    assert one.study.digest == case_study.digest


def test_what_the_study_says_already_is_no_change(case_study: rm.Study) -> None:
    one = Exploration(case_study)
    one.change({"uncertainty.data.cv": 0.05, PAIR: 1.0, SCENARIO: None})
    one.change({"method.grade_cuts": [0.33, 0.66]})
    assert not one.can_undo
    one.change({"uncertainty.data.cv": 0.2})
    one.change({"uncertainty.data.cv": 0.05})
    assert one.words() == []
    assert one.can_undo


def test_what_is_not_possible_is_refused_and_changes_nothing(case_study: rm.Study) -> None:
    one = Exploration(case_study)
    for wrong in ({"method.ahp_share": 2.0}, {PAIR: 12.0}, {SCENARIO: "none"}):
        with pytest.raises(rm.InputError):
            one.change(wrong)  # type: ignore[arg-type]
    assert one.study is case_study


def test_a_matrix_that_a_study_rejects_is_refused(case_study: rm.Study) -> None:
    one = Exploration(case_study)
    one.change({"uncertainty.judgments.consistency": "reject"})
    with pytest.raises(rm.InputError, match='matrix "pressure": consistency ratio'):
        one.change({PAIR: 1 / 9})


def test_one_expert_of_a_group_is_changed_and_blanks_are_estimated_anew(root: Path) -> None:
    study = rm.load_study(root / "configs" / "worked_case.toml")
    matrix = next(m for m in study.judgments.matrices if m.size > 2)
    one = Exploration(study)
    one.change({Pair(matrix.name, 0, 0, 1): 5.0})
    found = one.study.judgments[matrix.name]
    assert found.stack[0, 0, 1] == 5.0
    assert np.array_equal(found.stack[1:], matrix.stack[1:])
