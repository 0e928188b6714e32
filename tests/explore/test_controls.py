"""What a visitor may change: widgets show what a study says, and leave it as it is until moved."""

from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.explore.exploration import Exploration, Step

pytest.importorskip("panel", reason="the page needs Panel")
from recc_mc.explore.controls import (
    Control,
    judgment_controls,
    method_controls,
    scenario_controls,
    size_controls,
)

STUDIES = ("rare_earth_mines", "minimal", "worked_case", "expert_steps", "data_errors", "policy")


def controls(study: rm.Study) -> list[Control]:
    found = [*size_controls(study), *method_controls(study), *scenario_controls(study)]
    for matrix in study.judgments.matrices:
        found += judgment_controls(study, matrix.name, 0).values()
    return found


def named(study: rm.Study, kind: str) -> Control:
    return next(one for one in controls(study) if kind in one.widget.css_classes)


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_widgets_take_what_a_study_says(root: Path, name: str) -> None:
    study = rm.load_study(root / "configs" / f"{name}.toml")
    for control in controls(study):
        control.widget.value = shown = control.read(Step(study))
        assert control.widget.value == shown


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("method-prioritization", ["geometric_mean"], ["method.prioritization"]),
        ("method-prioritization", ["geometric_mean", "eigenvector"], []),
        ("method-prioritization", [], []),
        ("method-objective", ["entropy", "cv"], ["uncertainty.method.objective"]),
        ("method-goalposts", ["frozen"], ["uncertainty.method.goalposts"]),
        ("method-ahp_share", (0.4, 0.4), ["uncertainty.method.ahp_share", "method.ahp_share"]),
        ("method-ahp_share", (0.6, 0.8), ["uncertainty.method.ahp_share", "method.ahp_share"]),
        ("method-grade_cuts", (0.2, 0.5), ["method.grade_cuts"]),
        ("uncertainty-data-cv", 0.3, ["uncertainty.data.cv"]),
        ("uncertainty-judgments-sigma", 0.3, ["uncertainty.judgments.sigma"]),
    ],
)
def test_a_moved_widget_shows_what_it_made_of_the_study(
    case_study: rm.Study, kind: str, value: Any, words: list[str]
) -> None:
    one, control = Exploration(case_study), named(case_study, kind)
    one.change(control.write(one.now, value))
    said = " ".join(one.words())
    assert all(word in said for word in words)
    assert bool(said) == bool(words)
    if words:
        found = control.read(one.now)
        assert set(found) == set(value) if isinstance(value, list) else found == value
