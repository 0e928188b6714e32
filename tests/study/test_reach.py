from dataclasses import replace

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.errors import StudyWarning
from recc_mc.study.judgments import Judgments
from recc_mc.study.reach import NOTHING_UNCERTAIN, baseline_findings, draw_findings

SHARE = (
    "uncertainty.method.ahp_share: 0.6 to 0.8 leaves out method.ahp_share = 0.5: "
    "the baseline is none of the draws"
)
OUTSIDE = {
    "ahp_share = {low = 0.6, high = 0.8}": SHARE,
    "prioritization = ['geometric_mean']": (
        'uncertainty.method.prioritization: "geometric_mean" leaves out '
        'method.prioritization = "eigenvector": the baseline is none of the draws'
    ),
    "objective = ['critic', 'cv']": (
        'uncertainty.method.objective: "critic" or "cv" leaves out method.objective = "entropy": '
        "the baseline is none of the draws"
    ),
    "combination = {linear = 0, game_theory = 1}": (
        'uncertainty.method.combination: "game_theory" leaves out method.combination = "linear": '
        "the baseline is none of the draws"
    ),
    "scope = {pooled = 0.0, yearly = 1.0}": (
        'uncertainty.method.scope: "yearly" leaves out method.goalposts = "pooled": '
        "the baseline is none of the draws"
    ),
    "aggregation = ['geometric']": (
        'uncertainty.method.aggregation: "geometric" leaves out method.aggregation = "linear": '
        "the baseline is none of the draws"
    ),
}
INSIDE = (
    "ahp_share = {low = 0.5, high = 0.8}",
    "ahp_share = {low = 0.5, high = 0.5}",
    "prioritization = ['eigenvector', 'geometric_mean']",
    "scope = {pooled = 0.01, yearly = 0.99}",
    "aggregation = ['linear']",
    # Without errors both are the baseline's.
    "goalposts = ['frozen']",
    "goalposts = ['reestimated']",
)


@pytest.mark.parametrize(("table", "sentence"), OUTSIDE.items())
def test_a_choice_that_no_draw_can_make_is_found(project, table, sentence):
    project.add(f"[uncertainty.method]\n{table}\n")
    assert baseline_findings(project.load()) == [sentence]


@pytest.mark.parametrize("table", INSIDE)
def test_a_choice_that_some_draw_makes_is_none(project, table):
    project.add(f"[uncertainty.method]\n{table}\n")
    assert baseline_findings(project.load()) == []


def test_every_such_choice_is_named(project):
    # A share that varies is for linear combination.
    together = {line: text for line, text in OUTSIDE.items() if not line.startswith("combination")}
    project.add("[uncertainty.method]\n" + "\n".join(together) + "\n")
    assert baseline_findings(project.load()) == list(together.values())


def contradicting(case_study, **judgments):
    """The case study with a matrix of a consistency ratio far above the limit."""
    matrix = case_study.judgments["resources"]
    stack = matrix.stack.copy()
    stack[0, 0, 1], stack[0, 1, 0] = 1 / 9, 9.0
    stack[0, 0, 2], stack[0, 2, 0] = 9.0, 1 / 9
    matrices = [
        replace(m, stack=stack) if m is matrix else m for m in case_study.judgments.matrices
    ]
    settings = case_study.settings
    table = settings.uncertainty.judgments.model_copy(update=judgments)
    uncertainty = settings.uncertainty.model_copy(update={"judgments": table})
    settings = settings.model_copy(update={"uncertainty": uncertainty})
    return replace(case_study, judgments=Judgments(tuple(matrices)), settings=settings)


@pytest.mark.parametrize(
    ("policy", "what"), [("repair", "are repaired"), ("reject", "are drawn again")]
)
def test_a_matrix_that_the_policy_would_not_let_pass_is_named(case_study, policy, what):
    found = baseline_findings(contradicting(case_study, consistency=policy))
    assert len(found) == 1
    assert f'draws of matrix "resources" with a consistency ratio of 0.1 or more {what}' in found[0]


def test_it_is_not_where_such_draws_are_kept_or_nothing_is_drawn(case_study):
    assert baseline_findings(contradicting(case_study, consistency="keep")) == []
    assert baseline_findings(contradicting(case_study, sigma=0.0)) == []


def test_weights_by_row_means_do_not_move_under_repair(case_study):
    study = contradicting(case_study)
    settings = study.settings
    by_means = {"method": settings.method.model_copy(update={"prioritization": "geometric_mean"})}
    drawn = settings.uncertainty.method.model_copy(update={"prioritization": None})
    by_means["uncertainty"] = settings.uncertainty.model_copy(update={"method": drawn})
    assert baseline_findings(replace(study, settings=settings.model_copy(update=by_means))) == []


def test_simulate_and_sensitivity_warn(project):
    project.add("[uncertainty.method]\nahp_share = {low = 0.6, high = 0.8}\n")
    study = project.load()
    with pytest.warns(StudyWarning, match="0.6 to 0.8 leaves out") as caught:
        rm.simulate(study, samples=20, seed=1)
    assert caught[0].filename == __file__
    with pytest.warns(StudyWarning, match="0.6 to 0.8 leaves out"):
        rm.sensitivity(study, samples=64, replicates=2, seed=1)
    with pytest.warns(StudyWarning, match="0.6 to 0.8 leaves out"):
        rm.sensitivity(study, samples=128, method="rbd_fast", seed=1)


def test_a_run_in_which_nothing_varies_warns(project):
    study = project.load()
    assert draw_findings(study) == [f"uncertainty: {NOTHING_UNCERTAIN}"]
    with pytest.warns(StudyWarning, match="nothing is uncertain"):
        draws = rm.simulate(study, samples=20, seed=1)
    assert np.ptp(draws["support"].values, axis=-1).max() == 0
    assert draws.attrs["varied"] == "nothing"


@pytest.mark.parametrize("command", ["check", "simulate"])
def test_the_program_says_it_once_on_stderr(project, capsys, command):
    path = project.add("[uncertainty.method]\nahp_share = {low = 0.6, high = 0.8}\n")
    more = ["--samples", "10", "-o", str(project.folder / "r.nc")] if command == "simulate" else []
    assert main([command, str(path), *more]) == 0
    assert capsys.readouterr().err.count(f"warning: {SHARE}\n") == 1


def test_evaluate_alone_draws_nothing_and_says_nothing(project, capsys):
    path = project.folder / "study.toml"
    assert main(["evaluate", str(path), "-o", str(project.folder / "r.nc"), "--quiet"]) == 0
    assert capsys.readouterr().err == ""
