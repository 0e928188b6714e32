"""The variance of a scenario's outcome: closed forms, and what is said of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.sensitivity_table import sensitivity_table
from tests.strategies import IndicatorSpec, MatrixSpec, StudyFiles

LESS = {
    "name": "less",
    "title": "Less of p",
    "change": [{"indicators": ["p"], "mines": ["A"], "multiply": {"low": 0.5, "high": 0.9}}],
}
HALF = {"name": "half", "change": [{"indicators": ["p"], "multiply": 0.5}]}


def toy(*, cv: float = 0.0, **tables: Any) -> rm.Study:
    """C = p / s of two mines, 1.2 and 0.25, and scenarios of p."""
    specs = (
        IndicatorSpec("s", "support", "a", 1, 0.0, 10.0),
        IndicatorSpec("p", "pressure", "b", 1, 0.0, 10.0),
    )
    values = (((5.0, 6.0),), ((8.0, 2.0),))
    files = StudyFiles(specs, (MatrixSpec("support", ("a",), ()),), ("A", "B"), (2020,), values)
    study = files.with_tables(method={"goalposts": "fixed"}).load()
    changes = {"scenario": [LESS, HALF], **tables}
    return study.replace(changes | ({"uncertainty.data.cv": cv} if cv else {}))


def of_scenario(study: rm.Study, scenario: str = "less", **given: Any) -> xr.Dataset:
    settings = {"samples": 4096, "seed": 1, "scheduler": "synchronous"} | given
    return rm.sensitivity(study, scenario=scenario, **settings)


def of(parts: xr.Dataset, name: str, factor: str) -> float:
    return float(parts[name].sel(output="recc", mine="A", year=2020, factor=factor))


@pytest.fixture(scope="module")
def parts() -> xr.Dataset:
    return of_scenario(toy(cv=0.1))


def test_without_other_errors_all_variance_is_the_scenarios() -> None:
    parts = of_scenario(toy(), samples=1024)
    assert parts["factor"].values.tolist() == ["scenario:less.1", "scenario"]
    assert parts["factor_kind"].values.tolist() == ["scenario", "class"]
    for name in ("first_order", "total_order"):
        assert of(parts, name, "scenario:less.1") == pytest.approx(1.0, abs=1e-5)
    # Uniform on [0.5, 0.9] times 1.2.
    variance = float(parts["variance"].sel(output="recc", mine="A", year=2020))
    assert variance == pytest.approx(0.48**2 / 12, rel=1e-4)
    # Of the other mine nothing changes.
    assert parts["total_order"].sel(output="recc", mine="B").isnull().all()


@pytest.mark.parametrize(
    ("name", "factor", "value"),
    [
        ("first_order", "scenario:less.1", 0.568578),
        ("first_order", "data:p", 0.208952),
        ("first_order", "data:s", 0.208952),
        ("total_order", "scenario:less.1", 0.580006),
        ("total_order", "scenario", 0.580006),
    ],
)
def test_indices_of_the_scenario_are_known(
    parts: xr.Dataset, name: str, factor: str, value: float
) -> None:
    error = of(parts, f"{name}_error", factor)
    assert 0 < error < 0.015
    assert of(parts, name, factor) == pytest.approx(value, abs=1.5 * error)
    variance = float(parts["variance"].sel(output="recc", mine="A", year=2020))
    assert variance == pytest.approx(0.03444723, rel=0.02)


def test_a_draw_of_its_own_and_all_of_its_class_are_the_same(parts: xr.Dataset) -> None:
    one = parts["total_order"].sel(factor="scenario:less.1", drop=True)
    xr.testing.assert_equal(one, parts["total_order"].sel(factor="scenario", drop=True))


def test_only_the_draws_of_the_scenario_are_factors() -> None:
    found = of_scenario(toy(cv=0.1), "half", samples=64)
    assert found["factor"].values.tolist() == ["data:s", "data:p", "data"]
    # p halves in every draw, so that shares of variance are those of the study.
    plain = rm.sensitivity(toy(cv=0.1), samples=64, seed=1)
    assert "scenario" not in plain.attrs
    assert found.attrs["varied"] == plain.attrs["varied"]


def test_years_after_the_last_are_there_and_chunks_change_nothing() -> None:
    study = toy(cv=0.1, scenarios={"horizon": 2022})
    parts = of_scenario(study, samples=128, chunk=2**20)
    assert parts["year"].values.tolist() == [2020, 2021, 2022]
    assert parts.attrs["scenario"] == "less"
    cut = of_scenario(study, samples=128, chunk=1, scheduler="threads")
    xr.testing.assert_identical(parts, cut)


def test_the_table_says_which_scenario_it_is_of(parts: xr.Dataset, tmp_path: Path) -> None:
    text = sensitivity_table(parts)
    assert "scenario:   less: Less of p" in text
    assert "data of 2 indicators (lognormal, cv 0.1), 1 random number of the scenario" in text
    assert parts.attrs["anchor"] == "reference"


def test_what_is_worth_knowing_of_a_scenario() -> None:
    # P(C < 1) = P(f < 5/6) = 5/6, and nothing else varies.
    study = toy(**{"sensitivity.information": {"outer": 8, "inner": 128}})
    parts = of_scenario(study, samples=64)
    error = parts["overload_decision_error"].sel(mine="A", year=2020)
    assert float(error) == pytest.approx(1 / 6, abs=0.01)
    value = parts["overload_information_value"].sel(mine="A", year=2020)
    np.testing.assert_array_equal(value, np.full(2, float(error)))


def test_a_scenario_that_is_not_there_is_named() -> None:
    with pytest.raises(rm.InputError, match='scenario: unknown scenario "les"'):
        of_scenario(toy(cv=0.1), "les")
    with pytest.raises(rm.InputError, match="holds no scenario"):
        of_scenario(toy(cv=0.1, scenario=None))
    with pytest.raises(rm.InputError, match="nothing is uncertain, and nothing that the scenario"):
        of_scenario(toy(), "half")
    with pytest.raises(rm.InputError, match='scenario: is only for method "sobol"'):
        of_scenario(toy(cv=0.1), method="morris")
