"""The uncertainty model in words, for every configuration."""

from pathlib import Path

import pytest
import xarray as xr

from recc_mc.report.contents import Result
from recc_mc.report.methods import methods
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study.choices import CHOICES, Alternative, Choice
from tests.kernels.cases import ranged
from tests.strategies import of_system, small_study


def words(text: str) -> dict[str, str]:
    summary = xr.Dataset(attrs={"samples": 100, "seed": 1})
    return dict(methods(Result({"summary": summary}, {"study": text})))


@pytest.mark.parametrize(
    ("config", "topic", "expected"),
    [
        ("rare_earth_mines", "The index", "0.5 times the AHP weight (eigenvector"),
        ("rare_earth_mines", "Uncertain judgments", "its standard deviation is that of the matrix"),
        ("rare_earth_mines", "Uncertain judgments", "ratio of 0.1 or more is shrunk towards"),
        ("rare_earth_mines", "Uncertain data", "lognormal error: a relative standard deviation of"),
        ("rare_earth_mines", "Uncertain data", "Other for the indicator P2-4: a relative"),
        ("rare_earth_mines", "Uncertain method", "uniform from 0.3 to 0.7; prioritisation: eig"),
        ("expert_steps", "Uncertain judgments", "shifted by up to 1 step on Saaty's 17-point"),
        ("expert_steps", "Uncertain judgments", "drawn again until its consistency ratio is below"),
        ("expert_steps", "Uncertain data", "The data are taken as certain."),
        ("expert_steps", "Uncertain method", "The choices of method are held fixed."),
        ("data_errors", "Uncertain judgments", "The judgments are taken as certain."),
        ("data_errors", "Uncertain data", "Other for the criterion climate, triangular: a rel"),
        ("data_errors", "Uncertain data", "the lower bound 20 and the upper bound 95."),
        ("data_errors", "The index", "weighted geometric means"),
        ("minimal", "Draws", "100 independent draws of all uncertain factors together (seed 1)"),
    ],
)
def test_settings_are_put_into_words(root: Path, config: str, topic: str, expected: str) -> None:
    text = (root / "configs" / f"{config}.toml").read_text(encoding="utf-8")
    assert expected in words(text)[topic]


BUILTIN = "[study]\ndata = 'builtin:rare_earth_mines'\n"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("objective = 'critic'", "0.5 times the AHP weight (eigenvector of the judgment matrices, "
         "random index saaty1980) plus 0.5 times the CRITIC weight"),
        ("objective = 'cv'", "plus 0.5 times the weight by the coefficient of variation"),
        ("combination = 'multiplicative'", "are in proportion to the product of the AHP weight ("),
        ("combination = 'game_theory'\nobjective = 'sd'", "and the weight by the standard "
         "deviation, where an equilibrium of game theory has them"),
        ("aggregation = 'topsis'", "pressure P are the closeness to the ideal r = 1"),
    ],
)  # fmt: skip
def test_every_way_of_the_method_is_put_into_words(method: str, expected: str) -> None:
    found = words(f"{BUILTIN}[method]\n{method}\n")["The index"]
    assert expected in found
    assert "{" not in found


def test_ways_that_are_held_or_drawn_have_equation_and_source() -> None:
    drawn = "[uncertainty.method]\nobjective = {cv = 0.5, critic = 0.5, sd = 0}\n"
    told = words(BUILTIN + drawn)["Equations"]
    assert "w'_j = (1 - e_j) / sum_k (1 - e_k)" in told
    assert "Q_j = s_j sum_k (1 - rho_jk)" in told
    assert "doi:10.1016/0305-0548(94)00059-H" in told
    assert "v_j = s_j / mean_j" in told
    assert "standard deviation s (with m - 1) of r" not in told
    assert "S or P = sum_j W_j r_j" in told


def test_every_way_that_has_an_equation_has_a_source() -> None:
    for choice in CHOICES:
        for way in choice.alternatives:
            assert bool(way.equation) == bool(way.source)
            assert way.equation or choice.name not in ("objective", "combination", "aggregation")


def test_single_precision_is_told() -> None:
    study = "[study]\ndata = 'builtin:rare_earth_mines'\n[method]\nprecision = 'single'\n"
    assert "are computed in single precision" in words(study)["The index"]
    double = study.replace("single", "double")
    assert "precision" not in words(double)["The index"]


@pytest.mark.parametrize("text", ["", "no TOML", "[study]\nunknown = 1\n"])
def test_a_text_of_another_version_is_said_to_be_unreadable(text: str) -> None:
    assert "cannot read the study's text" in words(text)["Settings"]


def test_a_choice_without_a_place_in_the_sentences_has_one_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = "[study]\ndata = 'builtin:rare_earth_mines'\n[method]\nobstacle = 'both'\n"
    before = words(study)["The index"]
    new = Choice("new", "obstacles", "support", "obstacle", (Alternative("both", sentence="all"),))
    monkeypatch.setattr("recc_mc.report.methods.CHOICES", (*CHOICES, new))
    assert words(study)["The index"] == f"{before} Choice of obstacles: all."


def test_indicators_best_within_a_range_are_told_of() -> None:
    files = ranged(small_study(), (40.0, 60.0))
    baseline = evaluate(files.load())
    text = dict(methods(Result({"baseline": baseline}, baseline.attrs)))["The index"]
    assert "Best within a range: water 0 and air 0; within it the normalised value is 1" in text
    plain = evaluate(small_study().load())
    assert "range" not in dict(methods(Result({"baseline": plain}, plain.attrs)))["The index"]


def test_one_system_is_told_of_without_c() -> None:
    baseline = evaluate(of_system(small_study(), "support").load())
    text = dict(methods(Result({"baseline": baseline}, baseline.attrs)))["The index"]
    assert text.endswith(
        "The support index S is one of the weighted linear means, and stands alone; rank 1 is the "
        "largest S."
    )


@pytest.mark.parametrize(
    ("table", "topic", "expected"),
    [
        ("[coupling]", "Coupling and coordination", "U are S and 1 - P. The degree of coupling"),
        ("[coupling]\npressure = 'as_is'", "Coupling and coordination", "U are S and P."),
        ("[coupling]\nform = 'modified'", "Coupling and coordination", "Wang et al. 2021"),
        (
            "[coupling]\nof = 'support'\nweights = 'combined'",
            "Coupling and coordination",
            "T = sum a U with a the combined weights of the criteria",
        ),
        ("[coupling]\nof = 'support'", "Criterion scores", "sum r W / sum W over its indicators"),
        ("[output]\ncriterion_scores = true", "Criterion scores", "the index of the criterion"),
        ("[fuzzy]", "Fuzzy evaluation", "its score is 0.95 B1 + 0.5 B2 + 0.05 B3"),
        ("[fuzzy]\nscores = [1, 0.5, 0]", "Fuzzy evaluation", "its score is 1 B1 + 0.5 B2 + 0 B3"),
    ],
)
def test_what_is_made_beside_the_index_has_its_equations(
    table: str, topic: str, expected: str
) -> None:
    assert expected in words(f"{BUILTIN}{table}\n")[topic]


def test_nothing_is_told_of_what_is_not_made() -> None:
    told = words(BUILTIN)
    assert {"Criterion scores", "Coupling and coordination", "Fuzzy evaluation"}.isdisjoint(told)
