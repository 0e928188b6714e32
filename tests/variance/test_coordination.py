"""The coordination degree as an output of the decomposition: both paths, and every method."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import list_groups
from recc_mc.uncertainty.layout import build_layout, whole_ways
from recc_mc.variance.outcomes import NUMBERS, Subject, baseline_of
from recc_mc.variance.rows import (
    Rows,
    fast_effects,
    find_origin,
    plain_effects,
)
from tests.kernels.cases import made_of_four, with_bounds

UNCERTAIN: dict[str, Any] = {
    "uncertainty_judgments": {"sigma": 0.4},
    "uncertainty_data": {"cv": 0.1, "systematic_cv": 0.05},
    "uncertainty_method": {"goalposts": ["reestimated", "frozen"]},
}
TABLES = {"standard": {}, "modified": {"form": "modified"}, "as is": {"pressure": "as_is"}}


def rows_of(study: Study) -> Rows:
    model = CompiledStudy.of(study)
    subject = Subject(model)
    origin = find_origin(subject, 1, baseline_of(study))
    return Rows(subject, list_groups(study), 1, 256, origin)


def make(**tables: Any) -> Study:
    return made_of_four(**UNCERTAIN).with_tables(**tables).load()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_stored_parts_give_what_full_evaluations_give(table: dict[str, str]) -> None:
    rows = rows_of(make(coupling=table))
    plan = rows.model.plan
    assert rows.subject.numbers == (*NUMBERS, "coordination")
    fast = fast_effects(rows, build_layout(plan, rows.groups), 0, 0).numbers
    plain = plain_effects(rows, 0, 0).numbers
    np.testing.assert_array_equal(fast.rows, plain.rows)
    np.testing.assert_array_equal(fast.differing, plain.differing)
    for name in ("a", "b", "a_squared", "b_squared", "product", "change", "change_squared"):
        one, other = (getattr(sums, name)[..., 4, :] for sums in (fast, plain))
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9, err_msg=name)


def test_rows_without_coordination_are_left_out_alike() -> None:
    # Above its goalposts P exceeds 1, and 1 - P is below 0.
    files = with_bounds(made_of_four(**{**UNCERTAIN, "uncertainty_method": {}}), 0.0, 80.0)
    rising = tuple(replace(indicator, direction=1) for indicator in files.indicators)
    files = replace(files, indicators=rising)
    study = files.with_tables(coupling={}, method={"goalposts": "fixed"}).load()
    rows = rows_of(study)
    fast = fast_effects(rows, build_layout(rows.model.plan, rows.groups), 0, 0).numbers
    plain = plain_effects(rows, 0, 0).numbers
    np.testing.assert_array_equal(fast.rows, plain.rows)
    assert (plain.rows[4] < plain.rows[0]).any()


def test_the_other_outputs_keep_every_bit() -> None:
    one, other = (rows_of(study) for study in (make(), make(coupling={})))
    assert one.subject.numbers == NUMBERS
    pair = [fast_effects(r, build_layout(r.model.plan, r.groups), 0, 0) for r in (one, other)]
    for name in pair[0].numbers._fields:
        plain, more = (getattr(found.numbers, name) for found in pair)
        np.testing.assert_array_equal(plain, more[..., :4, :], err_msg=name)
    for name in pair[0].classes._fields:
        np.testing.assert_array_equal(
            getattr(pair[0].classes, name), getattr(pair[1].classes, name), err_msg=name
        )


def test_an_analysis_has_it_only_where_coupling_is_asked_for() -> None:
    given = {"samples": 64, "replicates": 2, "seed": 1, "scheduler": "synchronous"}
    plain, more = rm.sensitivity(make(), **given), rm.sensitivity(make(coupling={}), **given)
    names = ["support", "pressure", "recc", "rank"]
    assert plain["output"].values.tolist() == [*names, "zone", "grade"]
    assert more["output"].values.tolist() == [*names, "coordination", "zone", "grade"]
    total = more["total_order"].sel(output="coordination")
    assert bool((total.sel(factor="data") > 0).all())
    np.testing.assert_array_equal(
        plain["total_order"], more["total_order"].sel(output=plain["output"])
    )


def test_coupled_criteria_are_evaluated_in_full_and_it_is_said() -> None:
    study = make(coupling={"of": "support"})
    model = CompiledStudy.of(study)
    assert whole_ways(model.plan) == ("coupling of criteria",)
    assert whole_ways(CompiledStudy.of(make(coupling={})).plan) == ()
    parts = rm.sensitivity(study, samples=64, replicates=2, seed=1, scheduler="synchronous")
    # What bears on pressure alone moves no score of a criterion of support.
    inert = parts["total_order"].sel(output="coordination", factor="judgment:pressure")
    assert bool((inert == 0).all())


def test_methods_of_salib_have_it_too() -> None:
    study = make(coupling={})
    parts = rm.sensitivity(study, method="morris", samples=4, seed=1, scheduler="synchronous")
    assert "coordination" in parts["output"].values.tolist()
    rows = [[0.5] * rm.salib_problem(study)["num_vars"]]
    assert rm.evaluate_rows(study, rows)["coordination"].shape == (3, 3, 1)
    with pytest.raises(rm.InputError, match="outputs: must be among"):
        rm.evaluate_rows(make(), rows, outputs=["coordination"])
