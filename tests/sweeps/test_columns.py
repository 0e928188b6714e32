"""Common random numbers: a factor keeps its numbers whatever other factors are there."""

from typing import Any

import numpy as np
import pytest

from recc_mc.sampling.draws import compute_block
from recc_mc.study import Study
from recc_mc.study.factors import list_factors
from recc_mc.sweeps.columns import common_columns
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block
from tests.strategies import small_study

EVERYTHING = {
    "judgments": {"sigma": 0.3, "resample_experts": True},
    "data": {"cv": 0.1, "systematic_cv": 0.1, "mine_cv": 0.1},
    "method": {"ahp_share": {"low": 0.3, "high": 0.7}, "prioritization": ["eigenvector",
               "geometric_mean"]},
}  # fmt: skip


def study(**tables: Any) -> Study:
    changes = {
        name: {**EVERYTHING[name], **tables.get(name, {})}
        for name in EVERYTHING
        if tables.get(name, {}) is not None
    }
    return small_study(uncertainty=changes).load()


OTHERS = (
    study(data={"cv": 0.0}),
    study(data={"systematic_cv": 0.0}),
    study(data={"mine_cv": 0.0, "systematic_cv": 0.0}),
    study(judgments={"sigma": {"water": 0.0}}),
    study(judgments=None),
    study(data=None, method=None),
)


def columns_of(factors: Any) -> dict[tuple[str, str], int]:
    return {
        (factor.label, part): factor.column(part)
        for factor in factors
        for part, _ in factor.parts
        if part
    }


def test_where_all_factors_are_there_the_columns_are_those_of_the_study() -> None:
    full = study()
    for order in ((full, *OTHERS), (*OTHERS, full)):
        found = common_columns(order)
        assert found[order.index(full)] == list_factors(full)


@pytest.mark.parametrize("other", OTHERS)
def test_a_part_of_a_factor_has_one_column_at_all_points(other: Study) -> None:
    full, less = map(columns_of, common_columns([study(), other]))
    assert less == {part: full[part] for part in less}
    assert less.keys() == columns_of(list_factors(other)).keys()


def test_points_that_share_no_factor_share_no_column() -> None:
    one, other = map(columns_of, common_columns([OTHERS[4], OTHERS[5]]))
    assert set(one.values()).isdisjoint(other.values())


def test_weights_are_drawn_alike_whether_or_not_data_vary() -> None:
    # Without errors of the data AHP weights have other columns behind them, but the same numbers.
    exact, full = study(data=None), study()
    studies = [exact, full]
    models = [
        CompiledStudy.of(one, factors=factors)
        for one, factors in zip(studies, common_columns(studies), strict=True)
    ]
    block = Block(0, 0, 1000)
    ratios = [compute_block(model, 1, block).consistency_ratio for model in models]
    np.testing.assert_array_equal(*ratios)
    # Alone, the study with fewer factors draws the same judgments, too, but another method.
    moved, alone = (
        compute_block(models[0], 1, block),
        compute_block(CompiledStudy.of(exact), 1, block),
    )
    np.testing.assert_array_equal(moved.consistency_ratio, alone.consistency_ratio)
    assert (moved.weight != alone.weight).any()
