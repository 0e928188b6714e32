"""Weights given as numbers in place of judgments, every way through the package."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.sensitivity_analysis import sensitivity
from recc_mc.study import Study
from recc_mc.study.description import describe
from recc_mc.study.variation import variation
from recc_mc.workbook import write_study_book
from tests.kernels.cases import of_sizes, weighed
from tests.strategies import StudyFiles

TABLES: dict[str, Any] = {
    "method": {"weights": "given"},
    "uncertainty_weights": {"concentration": 40.0},
    "uncertainty_data": {"cv": 0.1},
    "uncertainty_method": {"ahp_share": {"low": 0.3, "high": 1.0}},
    "simulation": {"samples": 200, "seed": 1},
}

# The weights of these studies do not sum to 1, which a test below is about.
pytestmark = pytest.mark.filterwarnings("ignore:.*weights do not sum to 1:recc_mc.StudyWarning")


def given(**tables: Any) -> StudyFiles:
    return weighed(of_sizes((3, 2), (4,)), **{**TABLES, **tables})


@pytest.fixture(scope="module")
def study() -> Study:
    return given().load()


def test_they_stand_where_the_ahp_weights_would(study: Study) -> None:
    weights = np.array([i.weight for i in study.hierarchy.indicators])
    weights = np.concatenate([weights[:5] / weights[:5].sum(), weights[5:] / weights[5:].sum()])
    base = rm.evaluate(study)
    np.testing.assert_allclose(base["weight_ahp"], weights, rtol=1e-14)
    half = 0.5 * base["weight_ahp"] + 0.5 * base["weight_entropy"]
    np.testing.assert_allclose(base["weight"], half, rtol=1e-14)
    alone = rm.evaluate(study.replace({"method.ahp_share": 1.0}))
    np.testing.assert_allclose(alone["weight"], weights, rtol=1e-14)
    assert "consistency_ratio" not in base
    assert "matrix" not in base.dims


def test_the_means_of_draws_are_the_weights(study: Study) -> None:
    draws = rm.simulate(study, samples=4000, seed=3)
    summary, found = rm.simulate(study, samples=4000, seed=3, keep="summary"), rm.summarize(draws)
    expected = rm.evaluate(study)["weight_ahp"].values
    deviation = np.sqrt(expected * (1 - expected) / 41)
    for one in (summary, found):
        np.testing.assert_allclose(one["weight_ahp_mean"], expected, atol=3e-3)
        np.testing.assert_allclose(one["weight_ahp_std"], deviation, rtol=0.06)
        assert "share_accepted" not in one
    np.testing.assert_allclose(found["recc_mean"], summary["recc_mean"], rtol=1e-6)


def test_the_weights_of_a_system_are_a_factor_among_the_judgments(study: Study) -> None:
    found = sensitivity(study, samples=128, replicates=2, seed=1)
    kinds = dict(zip(found["factor"].values.tolist(), found["factor_kind"].values, strict=True))
    assert kinds["judgment:support"] == kinds["judgment:pressure"] == "judgment"
    assert kinds["judgment"] == "class"
    effect = found["total_order"].sel(factor="judgment:support").mean(("mine", "year"))
    assert effect.sel(output="support").item() > 0
    assert effect.sel(output="pressure").item() == 0


def test_columns_are_named_by_indicators(study: Study) -> None:
    names = rm.salib_problem(study)["names"]
    assert names[:2] == ["judgment:support:support 0 0", "judgment:support:support 0 1"]
    rows = np.random.default_rng(2).uniform(size=(4, len(names)))
    assert np.isfinite(rm.evaluate_rows(study, rows)["recc"]).all()


def test_inputs_are_the_weights_as_drawn(study: Study) -> None:
    alone = study.replace({"method.ahp_share": 1.0, "uncertainty.method": None})
    drawn = rm.inputs(alone, samples=30, seed=5)["given_weight"]
    draws = rm.simulate(alone, samples=30, seed=5)
    np.testing.assert_allclose(drawn, draws["weight"].transpose(*drawn.dims), rtol=1e-6)
    assert "given_weight" not in rm.inputs(study.replace({"uncertainty.weights": None}), samples=2)


def test_they_go_every_way_and_back(study: Study, tmp_path: Any) -> None:
    for path in (study.save(tmp_path / "s"), write_study_book(study, tmp_path / "s.xlsx")):
        again = rm.load_study(path)
        assert again.digest == study.digest
        assert again.hierarchy == study.hierarchy or "nan" in repr(again.hierarchy)
    other = replace(study.hierarchy.indicators[0], weight=9.0)
    hierarchy = replace(study.hierarchy, indicators=(other, *study.hierarchy.indicators[1:]))
    assert replace(study, hierarchy=hierarchy).digest != study.digest


def test_what_is_said_of_them(study: Study, tmp_path: Any) -> None:
    text = describe(study)
    assert "Given weights\n" in text
    assert "Judgment matrices" not in text
    assert "judgment:support" in text
    assert "dirichlet" in text
    assert "concentration 40" in text
    assert "given weights (dirichlet, concentration 40)" in variation(study).varied
    certain = study.replace({"uncertainty.weights": None})
    assert "given weights" in variation(certain).held_fixed
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rm.load_study(study.save(tmp_path / "s"))
    sums = [float(sum(i.weight for i in study.hierarchy.indicators if i.system == system))
            for system in ("support", "pressure")]  # fmt: skip
    said = f"support (sum {sums[0]:.6g}), pressure (sum {sums[1]:.6g})"
    assert f"weights do not sum to 1 and are divided by their sum: {said}" in str(caught[0].message)
    assert rm.evaluate(study).attrs["scaled_weights"] == said


def test_weights_of_sum_1_are_not_spoken_of() -> None:
    files = given()
    shares = [0.1, 0.2, 0.3, 0.15, 0.25, 0.4, 0.3, 0.2, 0.1]
    specs = (replace(i, weight=w) for i, w in zip(files.indicators, shares, strict=True))
    whole = replace(files, indicators=tuple(specs)).load()
    assert "scaled_weights" not in rm.evaluate(whole).attrs
    assert "divided" not in describe(whole)


@pytest.mark.slow
def test_commands_take_them(study: Study, tmp_path: Any, capsys: Any) -> None:
    path, result, page = study.save(tmp_path / "s"), tmp_path / "r.nc", tmp_path / "r.html"
    for command in (["check"], ["evaluate", "-o", str(tmp_path / "b.nc")]):
        assert main([command[0], str(path), *command[1:]]) == 0
        assert "Judgment matrices" not in capsys.readouterr().out
    assert main(["simulate", str(path), "-o", str(result), "--quiet"]) == 0
    options = ["--samples", "64", "--quiet"]
    assert main(["sensitivity", str(path), "-o", str(result), *options]) == 0
    assert main(["report", str(result), "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "times the given weight" in text
    assert "Dirichlet distribution of concentration 40" in text
    assert rm.load_study(result).digest == study.digest


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"uncertainty_weights": {}}, "uncertainty.weights: expected concentration or cv"),
        (
            {"uncertainty_weights": {"cv": 0.1, "concentration": 2.0}},
            "uncertainty.weights.cv: is not allowed beside concentration: give one of them",
        ),
        (
            {"uncertainty_weights": {"concentration": 0.0}},
            "uncertainty.weights.concentration: must be > 0, got 0.0",
        ),
        (
            {"uncertainty_weights": {"concentration": 1e7}},
            "uncertainty.weights.concentration: must be <= 1e+06, got 10000000.0",
        ),
        (
            {"uncertainty_judgments": {"sigma": 0.1}},
            'uncertainty.judgments: is for judgments, and method.weights is "given"',
        ),
        (
            {"uncertainty_method": {"prioritization": ["geometric_mean"]}},
            "uncertainty.method.prioritization: is for judgments, and method.weights is "
            '"given"',
        ),
        (
            {"method": {"weights": "x"}},
            'method.weights: must be "judgments" or "given", got "x"',
        ),
        (
            {"method": {"ahp_share": 0.0}, "uncertainty_method": {}},
            'uncertainty.weights: is only for method.weights = "given"',
        ),
    ],
)  # fmt: skip
def test_what_is_wrong(tables: dict[str, Any], sentence: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        given(**tables).load()
    assert [problem.split("study.toml: ")[-1] for problem in caught.value.problems] == [sentence]


@pytest.mark.parametrize(
    ("weights", "sentences"),
    [
        ([-1.0] + [1] * 8, ['indicators.csv:2: weight: "-1.0": expected a number >= 0']),
        ([0.0] * 5 + [1] * 4,
         ['indicators.csv: system "support": every weight is 0: expected more, for '
          'method.weights = "given"']),
        ([None] + [1] * 8,
         ['indicators.csv: indicator "support 0 0": expected a weight, for method.weights = '
          '"given"']),
    ],
)  # fmt: skip
def test_what_is_wrong_with_weights(weights: list[Any], sentences: list[str]) -> None:
    files = given()
    specs = (replace(i, weight=w) for i, w in zip(files.indicators, weights, strict=True))
    with pytest.raises(rm.InputError) as caught:
        replace(files, indicators=tuple(specs)).load()
    assert [p.rpartition("/")[2] for p in caught.value.problems] == sentences


def test_judgments_are_not_read_beside_them(tmp_path: Any) -> None:
    path = given().write(tmp_path)
    path.write_text(path.read_text().replace("[study]", '[study]\njudgments = "judgments.toml"'))
    with pytest.raises(rm.InputError, match="judgments: is not for method"):
        rm.load_study(path)
    with pytest.raises(rm.InputError, match=r"study.data: is not for method"):
        rm.load_study("configs/minimal.toml").replace({"method.weights": "given"})


def test_weights_that_nothing_is_made_of_are_told_of(tmp_path: Any) -> None:
    files = of_sizes((3, 2), (4,))
    specs = tuple(replace(i, weight=1.0) for i in files.indicators)
    path = replace(files, indicators=specs).write(tmp_path)
    with pytest.warns(rm.StudyWarning, match="column weight: is not used with"):
        rm.load_study(path)
