"""A study that weighs by its data alone, without judgments, every way through the package."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.sensitivity_analysis import sensitivity
from recc_mc.study import Study
from recc_mc.study.description import describe
from recc_mc.workbook import write_study_book
from tests.strategies import StudyFiles, small_study

TABLES: dict[str, Any] = {
    "method": {"ahp_share": 0.0},
    "uncertainty_data": {"cv": 0.1, "systematic_cv": 0.1},
    "uncertainty_method": {"scope": ["pooled", "yearly"]},
    "simulation": {"samples": 200, "seed": 1},
}
OF_JUDGMENTS = {
    "consistency_ratio", "lambda_max", "expert_consistency_ratio", "repair", "redraws",
    "share_accepted", "share_repaired", "share_redrawn", "consistency_ratio_baseline",
}  # fmt: skip


def of_judgments(data: xr.Dataset) -> set[str]:
    """Variables of a result that only judgments can give."""
    return {
        str(name) for name in data.variables if name in OF_JUDGMENTS or "weight_ahp" in str(name)
    } | {str(name) for name in data.dims if name in ("matrix", "expert")}


def without(files: StudyFiles, tmp_path: Any) -> Any:
    """Study file without judgments."""
    path = files.write(tmp_path)
    text = path.read_text().replace('"judgments" = "judgments.toml"\n', "")
    assert text != path.read_text()
    path.write_text(text)
    (tmp_path / "judgments.toml").unlink()
    return path


@pytest.fixture
def path(tmp_path: Any) -> Any:
    return without(small_study(**TABLES), tmp_path)


@pytest.fixture
def both(path: Any) -> tuple[Study, Study]:
    """The study without its judgments, and with them."""
    return rm.load_study(path), small_study(**TABLES).load()


def assert_same(one: xr.Dataset, other: xr.Dataset) -> None:
    """One has all that the other has but what is of judgments, and the same to the bit."""
    assert not of_judgments(one)
    assert set(other.data_vars) - set(one.data_vars) == of_judgments(other) & set(other.data_vars)
    for name in one.data_vars:
        np.testing.assert_array_equal(one[name], other[name], err_msg=str(name))


def test_all_else_is_that_of_the_study_with_judgments(both: tuple[Study, Study]) -> None:
    study, judged = both
    assert_same(rm.evaluate(study), rm.evaluate(judged))
    for keep in ("samples", "summary"):
        found = [rm.simulate(one, samples=300, seed=2, keep=keep) for one in both]
        assert_same(*found)
        if keep == "samples":
            assert_same(*map(rm.summarize, found))
    # The sums of A run over 1, not over the AHP's weights, but count nothing.
    parts = [sensitivity(one, samples=64, replicates=2, seed=1) for one in both]
    for name in parts[0].data_vars:
        np.testing.assert_array_equal(parts[0][name], parts[1][name], err_msg=str(name))


def test_rows_of_other_designs(both: tuple[Study, Study]) -> None:
    problem = rm.salib_problem(both[0])
    assert problem["names"] == rm.salib_problem(both[1])["names"]
    rows = np.random.default_rng(1).uniform(size=(5, problem["num_vars"]))
    found = rm.evaluate_rows(both[0], rows)
    assert not of_judgments(found)
    np.testing.assert_array_equal(found["recc"], rm.evaluate_rows(both[1], rows)["recc"])


def test_it_is_kept_as_it_is(both: tuple[Study, Study], tmp_path: Any) -> None:
    study = both[0]
    saved = study.save(tmp_path / "saved")
    assert not (saved.parent / "judgments.toml").exists()
    assert rm.load_study(saved).digest == study.digest
    assert rm.load_study(write_study_book(study, tmp_path / "s.xlsx")).digest == study.digest
    assert study.replace({"uncertainty.data.cv": 0.2}).judgments.matrices == ()


@pytest.mark.slow
def test_commands_take_it(path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    result, page = path.parent / "r.nc", path.parent / "r.html"
    assert main(["check", str(path)]) == 0
    assert "Judgment matrices: none" in capsys.readouterr().out
    for command in ("simulate", "sensitivity"):
        options = ["--samples", "64"] if command == "sensitivity" else []
        assert main([command, str(path), "-o", str(result), "--quiet", *options]) == 0
        assert "Judgment matrices" not in capsys.readouterr().out
    assert main(["report", str(result), "-o", str(page)]) == 0
    assert "the entropy weight; there are no judgments" in page.read_text(encoding="utf-8")
    assert rm.load_study(result).judgments.matrices == ()
    with rm.load(result) as tree:
        assert all(not of_judgments(node.to_dataset()) for node in tree.children.values())


def test_a_made_study_needs_none_either() -> None:
    panel = {"mine": ["A", "B"] * 2, "year": [2020] * 2 + [2021] * 2}
    panel |= {"rain": [3, 5, 4, 1], "lake": [1, 7, 8, 2], "dust": [2, 1, 4, 3]}
    indicators = {
        "indicator": ["rain", "lake", "dust"],
        "system": ["support", "support", "pressure"],
        "criterion": ["water", "water", "air"],
        "direction": [1, 1, 1],
        "units": ["1"] * 3,
        "long_name": ["a", "b", "c"],
    }
    study = rm.make_study(panel, indicators, method={"ahp_share": 0.0})
    assert "none" in describe(study)
    assert not of_judgments(rm.evaluate(study))
    with pytest.raises(rm.InputError, match='no matrix "water"'):
        rm.make_study(panel, indicators)


REQUIRED = (
    'study.judgments: is required: a file name (or data = "builtin:NAME"); it may be left out with '
    'method.ahp_share = 0 or method.weights = "given"'
)


@pytest.mark.parametrize(
    ("tables", "sentences"),
    [
        ({"method": {}}, [REQUIRED]),
        ({"method": {"ahp_share": 0.1}}, [REQUIRED]),
        ({"uncertainty_method": {"ahp_share": {"low": 0.0, "high": 0.1}}}, [REQUIRED]),
        (
            {
                "uncertainty_judgments": {"sigma": 0.1},
                "uncertainty_method": {"prioritization": ["geometric_mean"]},
            },
            [
                "uncertainty.judgments: is for judgments, and study.judgments is left out",
                "uncertainty.method.prioritization: is for judgments, and study.judgments is left "
                "out",
            ],
        ),
    ],
)
def test_where_judgments_are_needed(
    tables: dict[str, Any], sentences: list[str], tmp_path: Any
) -> None:
    path = without(small_study(**{**TABLES, **tables}), tmp_path)
    with pytest.raises(rm.InputError) as caught:
        rm.load_study(path)
    assert [problem.split(": ", 1)[1] for problem in caught.value.problems] == sentences
