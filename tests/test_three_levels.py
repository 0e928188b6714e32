"""A study of three levels, the known answer of its weights, and every way through the package."""

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.sensitivity_analysis import sensitivity
from tests import reference
from tests.kernels.harness import assert_agrees

#: Choosing a car, the example of three levels of AHP textbooks (Saaty's scale).
CRITERIA = {
    "price": "cost", "fuel": "cost", "maintenance": "cost", "resale": "cost",
    "safety": "safety", "style": "style",
    "cargo": "capacity", "passengers": "capacity",
}  # fmt: skip


def cars(**tables):
    """Six cars as mines: costs and capacities in two levels below one criterion each."""
    rng = np.random.default_rng(17)
    names = [*CRITERIA, "noise"]
    panel = {"mine": list("ABCDEF") * 2, "year": [2012] * 6 + [2013] * 6}
    panel |= {name: rng.uniform(10, 90, 12).round(2).tolist() for name in names}
    indicators = {
        "indicator": names,
        "system": ["support"] * 8 + ["pressure"],
        "criterion": [f"car/{path}" for path in CRITERIA.values()] + ["noise"],
        "direction": [1] * 9,
        "units": ["1"] * 9,
        "long_name": names,
    }
    judgments = {
        "car": [[3, 7, 3], [9, 1], ["1/7"]],
        "car/cost": [[2, 5, 3], [2, 2], ["1/2"]],
        "car/capacity": [["1/5"]],
    }
    return rm.make_study(panel, indicators, judgments, study={"title": "Cars"}, **tables)


def test_weights_multiply_down():
    base = rm.evaluate(cars(method={"ahp_share": 1.0}))
    weight = base["weight"]
    # Cost 0.5101, price 0.4881 within it; the textbook multiplies what it prints to 0.2490.
    assert weight.sel(indicator="price").item() == pytest.approx(0.5101 * 0.4881, abs=5e-5)
    assert weight[base["indicator_system"] == "support"].sum() == pytest.approx(1)
    assert base["criterion"].values.tolist() == [
        "car", "car/cost", "car/safety", "car/style", "car/capacity", "noise"
    ]  # fmt: skip
    assert base["criterion_system"].values.tolist() == ["support"] * 5 + ["pressure"]
    by_criterion = base["criterion_weight"].values
    np.testing.assert_allclose(by_criterion[[0, 1, 5]], [1, 0.5101, 1], atol=5e-5)
    assert by_criterion[0] == pytest.approx(by_criterion[1:5].sum())
    degrees = base["obstacle_criterion"].values
    np.testing.assert_allclose(degrees[..., 0], degrees[..., 1:5].sum(axis=-1))


SAMPLED = {
    "uncertainty": {
        "judgments": {"sigma": 0.3, "cr_limit": 0.2},
        "data": {"cv": 0.1, "criteria": {"car": {"cv": 0.2}, "car/cost": {"systematic_cv": 0.2}}},
        "method": {"prioritization": ["eigenvector", "geometric_mean"]},
    }
}


def test_every_draw_agrees_with_the_reference():
    assert_agrees(cars(**SAMPLED))


def test_both_ways_to_keep_draws_tell_the_same():
    study = cars(**SAMPLED)
    draws = rm.simulate(study, samples=500, seed=3)
    summary = rm.simulate(study, samples=500, seed=3, keep="summary")
    found = rm.summarize(draws)
    names = ("recc_mean", "weight_mean", "obstacle_criterion_mean", "share_repaired")
    for name in names:
        if name in found:
            np.testing.assert_allclose(found[name], summary[name], rtol=1e-6, err_msg=name)
    assert summary["criterion"].size == 6
    assert summary["matrix"].values.tolist()[:2] == ["support", "car"]


def test_each_matrix_on_the_way_is_a_factor():
    found = sensitivity(cars(**SAMPLED), samples=256, replicates=2, seed=1)
    factors = found["factor"].values.tolist()
    assert {"judgment:car", "judgment:car/cost", "judgment:car/capacity"} <= set(factors)
    of_support = found["total_order"].sel(output="support").mean(("mine", "year"))
    assert of_support.sel(factor="judgment:car").item() > 0
    assert of_support.sel(factor="judgment:car/cost").item() > 0


def test_rows_of_other_designs_take_the_same_way():
    study = cars(**SAMPLED)
    problem = rm.salib_problem(study)
    assert any("car/cost" in name for name in problem["names"])
    rows = np.full((3, problem["num_vars"]), 0.5)
    found = rm.evaluate_rows(study, rows)
    assert np.isfinite(found["recc"]).all()


def test_the_reference_has_parents_too():
    study = cars(method={"obstacle": "both"})
    base, expected = rm.evaluate(study), reference.baseline(study)
    for name in ("obstacle_criterion", "weight", "recc", "lambda_max"):
        np.testing.assert_allclose(base[name], expected[name], atol=1e-12)


@pytest.mark.slow
def test_commands_take_it(tmp_path, capsys):
    study = cars(**SAMPLED, simulation={"samples": 64, "seed": 1})
    file = study.save(tmp_path / "cars")
    result = tmp_path / "r.nc"
    assert main(["check", str(file)]) == 0
    assert "|   `-- capacity" in capsys.readouterr().out.replace("    `--", "|   `--")
    assert main(["simulate", str(file), "-o", str(result), "--quiet"]) == 0
    assert main(["report", str(result), "-o", str(tmp_path / "r.html")]) == 0
    again = rm.load_study(result)
    assert again.digest == study.digest
    assert "car/cost" in (tmp_path / "r.html").read_text(encoding="utf-8")
