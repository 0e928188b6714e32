"""Criterion scores, coupling and fuzzy evaluation: the kernels against the reference."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.kernels.coupling import coordination_class_of, couple_object
from recc_mc.kernels.fuzzy import find_positions
from recc_mc.kernels.options import LANES, kernel
from recc_mc.kernels.records import INDICATOR
from recc_mc.sampling.draws import FURTHER, by_cell
from recc_mc.study import Study
from recc_mc.uncertainty import build_plan
from tests import reference
from tests.kernels.cases import EVERYTHING, made_of_four, with_limits
from tests.kernels.harness import reference_rows, run

FloatArray = npt.NDArray[np.float64]

TABLES = {
    "S and 1 - P": {},
    "S and P": {"pressure": "as_is"},
    "modified": {"form": "modified"},
    "criteria of support": {"of": "support", "weights": "combined"},
    "criteria of pressure, modified": {"of": "pressure", "form": "modified"},
}


def everything(**tables: Any) -> Study:
    files = with_limits(made_of_four(**EVERYTHING))
    return files.with_tables(output={"criterion_scores": True}, **tables).load()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_draws_are_those_of_the_reference(table: dict[str, str]) -> None:
    study, samples = everything(coupling=table), 70
    got, rows = run(study, samples), reference_rows(study, samples)
    plan = build_plan(study)
    for name in FURTHER:
        values = by_cell(plan, name, getattr(got.draws, name))
        expected = np.stack([row[name] for row in rows], axis=-1)
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-11, err_msg=name)
    degree, codes = got.draws.coordination, got.draws.coordination_class
    np.testing.assert_array_equal(codes, np.vectorize(reference.coordination_class)(degree))
    expected = np.stack([row["fuzzy_grade"] for row in rows], axis=-1)
    grades = by_cell(plan, "fuzzy_grade", got.draws.fuzzy_grade)
    # Rounding may decide between memberships that are next to equal.
    assert (grades == expected).mean() > 0.999


@pytest.mark.slow
def test_single_precision_is_near() -> None:
    tables = {"method": {"precision": "single"}, "uncertainty_data": {"cv": 0.1}}
    files = with_limits(made_of_four(**tables)).with_tables(coupling={"of": "support"})
    study = files.with_tables(output={"criterion_scores": True}).load()
    got, rows, plan = run(study, 40), reference_rows(study, 40), build_plan(study)
    for name in ("criterion_score", "coupling", "coordination", "fuzzy_score"):
        values = by_cell(plan, name, getattr(got.draws, name))
        expected = np.stack([row[name] for row in rows], axis=-1)
        np.testing.assert_allclose(values, expected, atol=3e-5, rtol=0, err_msg=name)


def test_what_nobody_asks_for_has_no_rows_and_changes_no_bit() -> None:
    plain, more = made_of_four(**EVERYTHING).load(), everything(coupling={})
    one, other = run(plain, 70).draws, run(more, 70).draws
    for name, values in one._asdict().items():
        if name in FURTHER:
            assert len(values) == 0
        else:
            np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)


def coupled(u: list[float], form: str) -> list[float]:
    lanes = np.repeat(np.array(u)[:, None], LANES, axis=1)
    found = np.empty((3, LANES))
    couple_object(form == "modified", lanes, np.full(lanes.shape, 1 / len(u)), found)
    assert (found == found[:, :1]).all() or np.isnan(found).any()
    return found[:, 0].tolist()


@pytest.mark.parametrize(
    ("u", "form", "coupling", "degree"),
    [
        ([0.2, 0.8], "standard", 0.8, 0.632456),
        ([0.2, 0.8], "modified", 0.316228, 0.397635),
        ([0.5, 0.5], "standard", 1.0, 0.707107),
        ([0.5, 0.5], "modified", 1.0, 0.707107),
        ([0.0, 0.5], "standard", 0.0, 0.0),
        ([0.0, 0.5], "modified", 0.0, 0.0),
        ([0.0, 0.0], "standard", 0.0, 0.0),
        ([0.0, 0.0], "modified", 0.0, 0.0),
        ([0.3, 0.6, 0.9], "standard", 0.908560, 0.738333),
        ([0.3, 0.6, 0.9], "modified", 0.531830, 0.564887),
    ],
)
def test_known_degrees(u: list[float], form: str, coupling: float, degree: float) -> None:
    index = sum(u) / len(u)
    np.testing.assert_allclose(coupled(u, form), [coupling, index, degree], atol=5e-7)
    np.testing.assert_allclose(
        reference.coordination(np.array(u), form), [coupling, index, degree], atol=5e-7
    )


@pytest.mark.parametrize("form", ["standard", "modified"])
def test_what_is_below_0_or_undefined_is_coupled_to_nothing(form: str) -> None:
    for u in ([-0.1, 0.5], [np.nan, 0.5], [0.5, 0.2, np.nan]):
        assert np.isnan(coupled(u, form)).all()
        assert np.isnan(reference.coordination(np.array(u), form)).all()


def test_two_systems_have_the_fourth_root_of_their_product() -> None:
    rng = np.random.default_rng(1)
    for one, other in rng.uniform(0, 1, (50, 2)).tolist():
        degree = coupled([one, other], "standard")[2]
        assert degree == pytest.approx((one * other) ** 0.25, rel=1e-12)


@kernel
def classes_of(degrees: FloatArray, codes: npt.NDArray[np.int64]) -> None:
    for k in range(degrees.shape[0]):
        codes[k] = coordination_class_of(degrees[k])


def test_classes_are_steps_of_a_tenth_and_a_step_belongs_above() -> None:
    steps = np.arange(11) / 10
    degrees = np.concatenate([steps, np.nextafter(steps[1:], 0), [1.3]])
    codes = np.empty(len(degrees), np.int64)
    classes_of(degrees, codes)
    assert codes.tolist() == [*range(1, 11), 10, *range(1, 11), 10]
    assert codes.tolist() == [reference.coordination_class(d) for d in degrees]


KNOWN = [
    (9, (0.75, 0.25, 0)),
    (7, (0.5, 0.5, 0)),
    (6.5, (0.375, 0.625, 0)),
    (5, (0, 1, 0)),
    (4, (0, 0.75, 0.25)),
    (3, (0, 0.5, 0.5)),
    (1, (0, 0.25, 0.75)),
]


@pytest.mark.parametrize("direction", [1, -1])
def test_known_memberships(direction: int) -> None:
    indicator = np.zeros(1, INDICATOR)
    indicator["limit"] = [direction * k for k in (7.0, 5.0, 3.0)]
    x = np.repeat(np.array([[direction * float(x)] for x, _ in KNOWN]), LANES, axis=1)
    position = np.empty_like(x)
    find_positions(indicator[0], x, position)
    places = position[:, 0]
    found = np.stack([np.maximum(places, 0), 1 - np.abs(places), np.maximum(-places, 0)], axis=1)
    np.testing.assert_allclose(found, [u for _, u in KNOWN], atol=1e-15)
    for (x0, u), k in zip(KNOWN, range(len(KNOWN)), strict=True):
        own = reference.fuzzy_membership(
            direction * x0, [direction * k for k in (7, 5, 3)], direction
        )
        np.testing.assert_allclose(own, u, atol=1e-15, err_msg=str(k))


def test_a_known_evaluation() -> None:
    memberships = np.array([reference.fuzzy_membership(x, (7, 5, 3)) for x in (9, 4, 1)])
    belongs, score, grade = reference.fuzzy_evaluation(memberships, np.array([0.5, 0.3, 0.2]))
    np.testing.assert_allclose(belongs, (0.375, 0.400, 0.225), atol=1e-15)
    assert score == pytest.approx(0.5675)
    assert grade == 2
