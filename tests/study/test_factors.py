"""Uncertain factors and their columns against the layout of the reference."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from recc_mc.study import Study
from recc_mc.study.factors import column_count
from recc_mc.uncertainty import Factor, build_plan, list_factors
from tests import reference, strategies
from tests.kernels.cases import EVERYTHING, all_cases, with_experts, with_holes
from tests.strategies import small_study

CASES = all_cases()
Layout = list[tuple[str, str, slice]]


def layout(factors: tuple[Factor, ...]) -> Layout:
    """Columns by factor and part, as the reference lists them."""
    return [
        (factor.label, part, slice(factor.column(part), factor.column(part) + count))
        for factor in factors
        for part, count in factor.parts
    ]


def assert_laid_out(study: Study) -> None:
    factors, expected = list_factors(study), reference.columns(study)
    assert layout(factors) == expected
    assert column_count(factors) == (expected[-1][2].stop if expected else 0)
    assert [c for factor in factors for c in factor.columns] == list(range(column_count(factors)))
    for name in study.hierarchy.names:
        # Cell noise has no column, but belongs to the factor of its indicator.
        keys, holes = reference.error_keys(study, name), study.panel.holes
        has_holes = holes[:, :, study.panel.indicators.index(name)].any()
        cells = reference.is_uncertain(keys, "")
        cells |= bool(has_holes) and reference.is_uncertain(keys, "interpolated_")
        labels = {factor.label: factor.has_cells for factor in factors}
        assert labels.get(f"data:{name}", False) is bool(cells)
    for matrix in study.judgments.matrices:
        if reference.drawn_parts(study, matrix.name)[0]:
            by_steps = study.settings.uncertainty.judgments.distribution == "saaty_steps"
            expected_sigma = 0.0 if by_steps else reference.matrix_sigma(study, matrix.name)
            assert study.judgment_sigma(matrix.name) == pytest.approx(expected_sigma, rel=1e-12)


@pytest.mark.parametrize("name", list(CASES)[::3])
def test_columns_are_laid_out_as_in_the_reference(name: str) -> None:
    assert_laid_out(CASES[name].load())


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(strategies.studies())
def test_columns_of_any_study(study: Study) -> None:
    assert_laid_out(study)


def test_factors_of_everything() -> None:
    tables = {**EVERYTHING, "uncertainty_judgments": {"sigma": 0.2, "resample_experts": True}}
    files = with_experts(with_holes(small_study(**tables)))
    factors = list_factors(files.load())
    # soil has one item: no judgment. Support and water have two and three experts.
    assert [(f.label, f.parts) for f in factors if f.kind == "judgment"] == [
        ("judgment:support", (("entries", 1), ("experts", 2))),
        ("judgment:water", (("entries", 3), ("experts", 3))),
        ("judgment:pressure", (("entries", 1),)),
        ("judgment:air", (("entries", 1),)),
        ("judgment:noise", (("entries", 3),)),
    ]
    data = [f for f in factors if f.kind == "data"]
    assert [f.name for f in data] == [i.name for i in files.indicators]
    assert all(f.parts == (("systematic", 1), ("mine", 3)) for f in data)
    # Without a cell part of its own, noise 2 still varies where it was interpolated.
    assert all(f.has_cells for f in data)
    assert [f.label for f in factors[-7:]] == [
        "method:ahp_share",
        "method:prioritization",
        "method:objective",
        "method:combination",
        "method:goalposts",
        "method:scope",
        "method:aggregation",
    ]
    assert column_count(factors) == 14 + 9 * 4 + 7


def test_a_factor_tells_where_its_parts_begin() -> None:
    factor = Factor("data", "rain", (("systematic", 1), ("mine", 4)), 7, True)
    assert factor.label == "data:rain"
    assert list(factor.columns) == [7, 8, 9, 10, 11]
    assert (factor.column("systematic"), factor.column("mine")) == (7, 8)
    assert factor.column("entries") == -1
    assert list(dataclasses.replace(factor, parts=()).columns) == []


def test_noise_has_the_last_column_of_its_factor_if_asked_for() -> None:
    judgments = {"sigma": 0.2, "consistency": "reject"}
    errors = {"systematic_cv": 0.1, "criteria": {"water": {"cv": 0.2}}}
    study = small_study(uncertainty_judgments=judgments, uncertainty_data=errors).load()
    plain, noisy = list_factors(study), list_factors(study, noise=True)
    assert [factor.label for factor in noisy] == [factor.label for factor in plain]
    for one, other in zip(plain, noisy, strict=True):
        redrawn = one.kind == "judgment" and study.judgments[one.name].size > 2
        added = [("cells", 1)] * one.has_cells + [("redraws", 1)] * redrawn
        assert other.parts == (*one.parts, *added)
        assert other.has_cells == one.has_cells
    assert [c for factor in noisy for c in factor.columns] == list(range(column_count(noisy)))
    assert {part for factor in noisy for part, _ in factor.parts} >= {"cells", "redraws"}


@pytest.mark.parametrize("noise", [False, True])
def test_a_plan_names_the_columns_of_noise(noise: bool) -> None:
    judgments = {"sigma": 0.2, "consistency": "reject"}
    study = small_study(uncertainty_judgments=judgments, uncertainty_data={"cv": 0.1}).load()
    plan = build_plan(study, noise=noise)
    redraws = dict(zip(study.judgments.names, plan.matrices["redraw_column"], strict=True))
    cells = dict(zip(study.hierarchy.names, plan.indicators["cell_column"], strict=True))
    for factor in list_factors(study, noise=noise):
        if factor.kind == "judgment":
            assert redraws.pop(factor.name) == factor.column("redraws")
        else:
            assert cells[factor.name] == factor.column("cells")
    # Matrices of a single item are no factors.
    assert set(redraws.values()) == {-1}
    assert (plan.indicators["cell_column"] >= 0).all() == noise
    assert (plan.matrices["redraw_column"] >= 0).any() == noise


def test_cell_noise_alone_is_a_factor_without_columns() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}).load()
    factors = list_factors(study)
    assert [f.name for f in factors] == list(study.hierarchy.names)
    assert all(f.has_cells and not f.columns for f in factors)
    assert column_count(factors) == 0


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"uncertainty_judgments": {"sigma": 0.0}},
        {"uncertainty_judgments": {"sigma": 0.0, "resample_experts": True}},
        {"uncertainty_data": {}},
        {"uncertainty_data": {"cv": 0.0, "systematic_cv": 0.0, "interpolated_cv": 0.3}},
        {"uncertainty_method": {"ahp_share": {"low": 0.4, "high": 0.4}}},
        {"uncertainty_method": {"scope": ["yearly"], "aggregation": {"linear": 1.0}}},
        {"uncertainty_method": {"goalposts": {"frozen": 0.0, "reestimated": 1.0}}},
    ],
)
def test_what_cannot_vary_is_no_factor(tables: dict[str, dict[str, object]]) -> None:
    assert list_factors(small_study(**tables).load()) == ()


def test_sigma_of_a_matrix() -> None:
    judged = {"sigma": {"water": 0.7}}
    study = with_experts(small_study(uncertainty_judgments=judged)).load()
    assert study.judgment_sigma("water") == 0.7
    # Named nowhere: from the inconsistency of its own matrix; told nothing by two items.
    noise = study.judgments["noise"]
    gci = reference.geometric_consistency_index(noise.values)
    assert study.judgment_sigma("noise") == pytest.approx(np.clip(gci**0.5, 0.1, 0.4))
    assert study.judgment_sigma("air") == 0.2
    without = small_study().load()
    assert without.judgment_sigma("noise") == 0.0
    steps = small_study(uncertainty_judgments={"distribution": "saaty_steps", "steps": 1}).load()
    assert steps.judgment_sigma("noise") == 0.0
