"""A judgment that nobody gave, with judgments that are uncertain, every way through the package."""

from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.sensitivity_analysis import sensitivity
from recc_mc.study import Study
from tests.kernels.harness import assert_agrees


def incomplete(judgments: Any = None, **tables: Any) -> Study:
    """Four items, of which nobody compared the last two."""
    judgments = judgments or {"res": [[1, 5, 2], [3, 4], [""]]}
    panel: dict[str, Any] = {"mine": list("AABBCC"), "year": [2012, 2013] * 3}
    panel |= {
        "a": [1, 4, 8, 2, 6, 9],
        "b": [6.1, 9.1, 4.1, 7.1, 2.1, 5.1],
        "c": [2.2, 5.2, 9.2, 3.2, 7.2, 1.2],
        "d": [7.3, 1.3, 5.3, 8.3, 3.3, 2.3],
        "P1": [3.4, 6.4, 1.4, 4.4, 8.4, 2.4],
    }
    indicators = {
        "indicator": ["a", "b", "c", "d", "P1"],
        "system": ["support"] * 4 + ["pressure"],
        "criterion": ["res"] * 4 + ["pol"],
        "direction": [1] * 5,
        "units": ["1"] * 5,
        "long_name": list("abcdP"),
    }
    return rm.make_study(panel, indicators, judgments, method={"ahp_share": 1.0}, **tables)


pytestmark = pytest.mark.filterwarnings("ignore:.*nobody judged:recc_mc.StudyWarning")
SIGMA: dict[str, Any] = {
    "uncertainty": {"judgments": {"sigma": 0.2}},
    "simulation": {"samples": 256, "seed": 1},
}


def test_the_known_answer() -> None:
    weight = rm.evaluate(incomplete(**SIGMA))["weight"].values
    assert weight[:4].round(4).tolist() == [0.3738, 0.3920, 0.0985, 0.1357]


def test_draws_agree_with_the_reference_and_vary_around_the_baseline() -> None:
    study = incomplete(**SIGMA)
    assert_agrees(study)
    draws, summary = (
        rm.simulate(study, samples=2000, seed=2, keep=keep) for keep in ("samples", "summary")
    )
    found = rm.summarize(draws)
    np.testing.assert_allclose(found["weight_mean"], summary["weight_mean"], rtol=1e-6)
    base = rm.evaluate(study)["weight"]
    np.testing.assert_allclose(summary["weight_mean"], base, atol=0.004)
    with pytest.warns(rm.StudyWarning, match="nothing is uncertain"):
        still = rm.simulate(study.replace({"uncertainty.judgments.sigma": 0.0}), samples=3, seed=1)
    np.testing.assert_allclose(still["weight"][:, 0], base, rtol=1e-6)


def test_only_what_was_given_has_a_column() -> None:
    study = incomplete(**SIGMA)
    names = rm.salib_problem(study)["names"]
    assert names == [f"judgment:res:{pair}" for pair in ("a/b", "a/c", "a/d", "b/c", "b/d")]
    rows = rm.evaluate_rows(study, np.full((2, 5), 0.5))
    np.testing.assert_allclose(rows["recc"].isel(sample=0), rm.evaluate(study)["recc"], rtol=1e-12)
    found = sensitivity(study, samples=64, replicates=2, seed=1)
    assert "judgment:res" in found["factor"].values
    drawn = rm.inputs(study, samples=4, seed=1)["judgment"]
    assert drawn["entry"].values.tolist()[-1] == "res: c / d"


def test_judgments_of_which_none_contradicts_another_are_consistent() -> None:
    study = incomplete(judgments={"res": [[2, 4, 8], ["", ""], [""]]}, **SIGMA)
    draws = rm.simulate(study, samples=200, seed=1)
    assert float(draws["consistency_ratio"].max()) < 1e-9
    assert float(draws["repair"].min()) == 1
    assert float(draws["weight"].std("sample").sel(indicator="a")) > 0.01


def test_commands_take_it(tmp_path: Any, capsys: Any) -> None:
    study = incomplete(**SIGMA)
    path, result, page = study.save(tmp_path / "s"), tmp_path / "r.nc", tmp_path / "r.html"
    assert main(["check", str(path)]) == 0
    assert 'nobody judged "c" against "d"' in capsys.readouterr().out
    assert main(["simulate", str(path), "-o", str(result), "--quiet"]) == 0
    assert main(["report", str(result), "-o", str(page)]) == 0
    assert "They have no error of their own" in page.read_text(encoding="utf-8")
    assert rm.load_study(result).digest == study.digest
