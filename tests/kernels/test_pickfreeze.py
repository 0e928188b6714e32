"""The fast path of pick-freeze rows against the plain one, which evaluates exchanges in full."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from recc_mc.errors import RunError
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import list_groups
from recc_mc.uncertainty.layout import build_layout, is_linear
from recc_mc.variance.outcomes import Subject, baseline_of
from recc_mc.variance.rows import (
    Effects,
    Rows,
    fast_effects,
    find_origin,
    plain_effects,
)
from recc_mc.variance.sums import NumberSums
from tests import strategies
from tests.kernels.cases import (
    EVERYTHING,
    all_cases,
    made_of_four,
    of_sizes,
    with_column,
    with_holes,
)
from tests.strategies import StudyFiles

CASES = all_cases()


def rows_of(study: Study, number: int, seed: int = 1) -> Rows:
    model = CompiledStudy.of(study)
    subject = Subject(model)
    origin = find_origin(subject, seed, baseline_of(study))
    return Rows(subject, list_groups(study), seed, number, origin)


def fast(rows: Rows, replicate: int = 0, first: int = 0) -> Effects:
    layout = build_layout(rows.model.plan, rows.groups)
    return fast_effects(rows, layout, replicate, first)


def is_comparable(study: Study) -> bool:
    return bool(list_groups(study)) and is_linear(CompiledStudy.of(study).plan)


def assert_same(
    found: Effects,
    expected: Effects,
    origin: Any,
    *,
    tolerance: float = 1e-12,
    classes: bool = True,
) -> None:
    """Sums of numbers within 1e-12 of what they are made of; counts equal."""
    outputs = 4 if classes else 3
    middle = origin[:outputs]
    one, two = (
        NumberSums(*(part[..., :outputs, :] for part in sums.numbers)) for sums in (found, expected)
    )
    _assert_near(one, two, middle, tolerance)
    if classes:
        _assert_near(found.shift, expected.shift, np.zeros((1, 1)), tolerance)
        for name, counts, others in zip(
            found.classes._fields, found.classes, expected.classes, strict=True
        ):
            np.testing.assert_array_equal(counts, others, err_msg=name)


def _assert_near(one: NumberSums, two: NumberSums, middle: Any, tolerance: float) -> None:
    np.testing.assert_array_equal(one.rows, two.rows)
    rows = np.maximum(two.rows, 1)
    size = np.abs(middle) + np.sqrt((two.a_squared + two.b_squared) / rows) + 1
    # Rounding of a small S shows in C = P/S as rounding of C^2.
    size[2:3] **= 2
    for name in one._fields[1:]:
        power = 2 if "squared" in name or name == "product" else 1
        error = np.abs(getattr(one, name) - getattr(two, name))
        allowed = tolerance * size**power * rows
        assert (error <= allowed).all(), (name, (error / allowed).max())


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
@pytest.mark.parametrize("name", CASES)
def test_every_option_agrees_with_the_plain_path(name: str) -> None:
    study = CASES[name].load()
    if not is_comparable(study):
        pytest.skip("nothing uncertain, or something that needs the index as a whole")
    rows = rows_of(study, 64)
    # Errors of 200 % under frozen goalposts: differences of values of very different size.
    tolerance = 1e-10 if "far off" in name else 1e-12
    # A system of one indicator is at its maximum in some mine, exactly on a border of its zones.
    classes = not name.startswith("criteria of ((1,), (1,))")
    expected = plain_effects(rows, 0, 0)
    assert_same(fast(rows), expected, rows.origin.numbers, tolerance=tolerance, classes=classes)


def everything(**judgments: Any) -> StudyFiles:
    """Every kind of uncertainty and of method choice that needs no index as a whole."""
    files = with_holes(made_of_four(**EVERYTHING))
    whole = ("combination", "aggregation")
    method = {k: v for k, v in EVERYTHING["uncertainty_method"].items() if k not in whole}
    method["objective"] = ["cv", "entropy", "equal", "sd"]
    table = {**EVERYTHING["uncertainty_judgments"], **judgments}
    return files.with_tables(uncertainty_judgments=table, uncertainty_method=method)


@pytest.mark.parametrize("policy", ["keep", "repair", "reject"])
@pytest.mark.parametrize(("replicate", "first"), [(0, 0), (1, 0), (3, 1024)])
def test_everything_agrees_in_every_row(policy: str, replicate: int, first: int) -> None:
    rows = rows_of(everything(consistency=policy).load(), 2048, seed=7)
    found, expected = fast(rows, replicate, first), plain_effects(rows, replicate, first)
    assert_same(found, expected, rows.origin.numbers)
    assert found.numbers.rows.max() == 1024
    assert (found.numbers.change_squared[:, 2].max(axis=-1) > 0).all()


@pytest.mark.parametrize("number", [2, 4, 32])
def test_less_than_a_tile_of_rows(number: int) -> None:
    rows = rows_of(everything().load(), number)
    found = fast(rows)
    assert_same(found, plain_effects(rows, 0, 0), rows.origin.numbers)
    assert found.numbers.rows.max() == number


def test_the_case_study_agrees(case_study: Study) -> None:
    rows = rows_of(case_study, 256)
    assert len(rows.groups) == 46
    assert_same(fast(rows), plain_effects(rows, 0, 0), rows.origin.numbers)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(strategies.studies(reject=True))
def test_any_study_agrees(study: Study) -> None:
    assume(is_comparable(study))
    rows = rows_of(study, 64)
    try:
        expected = plain_effects(rows, 0, 0)
    except RunError as error:
        with pytest.raises(RunError, match=str(error).split(";")[0].split(":")[0]):
            fast(rows)
        return
    # Few mines and indicators are often exactly on the border of a class.
    assert_same(fast(rows), expected, rows.origin.numbers, tolerance=1e-11, classes=False)


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_what_has_no_effect_has_exactly_none() -> None:
    files = with_column(
        made_of_four(
            uncertainty_data={"systematic_cv": 0.1, "indicators": {"water 0": {"cv": 0.2}}},
            uncertainty_judgments={"sigma": 0.3},
            uncertainty_method={"ahp_share": {"low": 0.2, "high": 0.9}},
        ),
        4,
        50.0,
    )
    study = files.load()
    rows = rows_of(study, 256)
    (inert,) = (k for k, group in enumerate(rows.groups) if group.label == "data:air 0")
    for effects in (fast(rows), plain_effects(rows, 0, 0)):
        for sums in (effects.numbers, effects.shift):
            assert (sums.change_squared[inert] == 0).all()
            assert (sums.product[inert] == 0).all()
        assert (effects.classes.changes[inert] == 0).all()
        assert (effects.numbers.change_squared[:, 2].max(axis=-1) > 0).sum() > 5


def test_choices_that_make_no_difference_have_no_effect() -> None:
    # Without errors of the data, re-estimated goalposts are those of the baseline.
    study = made_of_four(
        uncertainty_judgments={"sigma": 0.3},
        uncertainty_method={"goalposts": ["reestimated", "frozen"]},
    ).load()
    rows = rows_of(study, 128)
    labels = [group.label for group in rows.groups]
    found = fast(rows).numbers.change_squared
    assert (found[labels.index("method:goalposts")] == 0).all()
    assert (found[labels.index("method")] == 0).all()
    assert found[labels.index("judgment")].max() > 0


def test_a_support_factor_leaves_the_pressure() -> None:
    rows = rows_of(everything().load(), 128)
    found = fast(rows).numbers.change_squared
    for k, group in enumerate(rows.groups):
        if group.label.startswith(("data:water", "data:soil", "judgment:water")):
            assert (found[k, 1] == 0).all()
            assert found[k, 0].max() > 0
        if group.label.startswith(("data:air", "data:noise", "judgment:noise")):
            assert (found[k, 0] == 0).all()
            assert found[k, 1].max() > 0


@pytest.mark.parametrize("path", [fast, lambda rows: plain_effects(rows, 0, 0)])
def test_undefined_rows_are_left_out_everywhere(path: Any) -> None:
    # In each year one mine has the smallest value of the only indicators of support: S = 0.
    study = of_sizes((2,), (3,)).with_tables(
        method={"goalposts": "yearly"}, uncertainty_data={"cv": 0.5}
    )
    rows = rows_of(study.load(), 256)
    sums = path(rows).numbers
    support, _, recc, rank = sums.rows
    assert (support == 256).all()
    assert (recc < 256).all()
    assert (recc > 0).any()
    np.testing.assert_array_equal(recc, rank)
    assert np.isfinite(sums.product).all()


def test_faults_name_indicator_and_row() -> None:
    files = made_of_four(
        method={"goalposts": "fixed"},
        uncertainty_data={"indicators": {"air 1": {"distribution": "normal", "sd": 200.0}}},
    )
    specs = tuple(replace(i, lower=0.0, upper=300.0) for i in files.indicators)
    study = replace(files, indicators=specs).load()
    certain, subject = baseline_of(study), Subject(CompiledStudy.of(study))
    rows = Rows(subject, list_groups(study), 1, 64, find_origin(certain, 1, certain))
    with pytest.raises(RunError, match='indicator "air 1": sample'):
        fast(rows)
