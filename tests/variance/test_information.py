"""What it is worth to know a factor: closed forms, loops on the same rows, and what is exact."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import xarray as xr
from scipy.special import ndtri
from scipy.stats import t as student

import recc_mc as rm
from recc_mc.cli.sensitivity_table import sensitivity_table
from recc_mc.results.information import least_sure, most_loaded
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.layout import build_layout
from recc_mc.variance.decisions import decision_arrays, judge
from recc_mc.variance.nested import Nested, fast_counts, plain_counts
from recc_mc.variance.outcomes import analysed
from recc_mc.workbook import write_study_book
from tests.shapes import one_system
from tests.strategies import IndicatorSpec, MatrixSpec, StudyFiles, small_study
from tests.test_sensitivity import UNCERTAIN
from tests.variance.nested_twin import value_of_information

SMALL = {"outer": 8, "inner": 128}
VALUES = ("information_value", "information_value_bias", "information_value_half")
SINGLE = ("data:s", "data:p")


EVEN = (((5.0, 5.0),), ((4.0, 4.0),))


def toy(values: Any = EVEN, **tables: Any) -> rm.Study:
    """C = p / s of two mines, which is 1 of both: which is the larger one is open."""
    specs = (
        IndicatorSpec("s", "support", "a", 1, 0.0, 10.0),
        IndicatorSpec("p", "pressure", "b", 1, 0.0, 10.0),
    )
    files = StudyFiles(specs, (MatrixSpec("support", ("a",), ()),), ("A", "B"), (2020,), values)
    return files.with_tables(method={"goalposts": "fixed"}, **tables).load()


def informed(study: rm.Study, *, sizes: Any = None, **given: Any) -> xr.Dataset:
    if sizes is not None:
        study = study.replace({"sensitivity.information": sizes})
    settings = {"samples": 64, "seed": 1, "scheduler": "synchronous"} | given
    return rm.sensitivity(study, information=True, **settings)


def of(parts: xr.Dataset, name: str, **where: Any) -> float:
    return float(parts[name].isel(year=-1).sel(**where))


@pytest.fixture(scope="module")
def even() -> xr.Dataset:
    return informed(toy(uncertainty_data={"cv": 0.1}))


# --- known answers -------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_errors_of_one_size_are_worth_the_half_of_both(even: xr.Dataset) -> None:
    # ln C_A - ln C_B = X_1 + X_2 of the same sd, so 1/2 + arctan(1) / pi - 1/2 each.
    for factor, value in (*((name, 0.25) for name in SINGLE), ("data", 0.5)):
        for name, share in (("information_value", 1.0), ("information_value_half", math.sqrt(0.5))):
            found = of(even, name, factor=factor)
            error = of(even, f"{name}_error", factor=factor)
            assert found == pytest.approx(share * value, abs=1.5 * error)
            assert 0 < error < 0.03


def test_the_larger_error_is_worth_more() -> None:
    tables = {"uncertainty_data": {"cv": 0.1, "indicators": {"p": {"cv": 0.2}}}}
    parts = informed(toy(**tables))
    s, p = (math.sqrt(math.log1p(cv**2)) for cv in (0.1, 0.2))
    for factor, value in (("data:s", math.atan(s / p)), ("data:p", math.atan(p / s))):
        found = of(parts, "information_value", factor=factor)
        error = of(parts, "information_value_error", factor=factor)
        assert found == pytest.approx(value / math.pi, abs=1.5 * error)


def test_all_factors_together_leave_no_error(even: xr.Dataset) -> None:
    for prefix in ("", "overload_"):
        together = even[f"{prefix}information_value"].sel(factor="data", drop=True)
        np.testing.assert_array_equal(together, even[f"{prefix}decision_error"])


def test_all_factors_together_leave_no_error_that_no_value_shows() -> None:
    # C_B is 1 to C_A 1.35 with an sd of 0.1: none of 48 values makes it the larger one.
    values = (((5.0, 5.0),), ((4.0, 5.4),))
    parts = informed(toy(values=values, uncertainty_data={"cv": 0.05}), sizes=SMALL)
    assert 0 < parts["decision_error"] < 0.005
    together = parts["information_value"].sel(factor="data", drop=True)
    np.testing.assert_array_equal(together, parts["decision_error"])


def test_an_inert_factor_is_worth_nothing_exactly() -> None:
    # Of a single indicator the weight is 1, however its shares are drawn.
    tables = {"uncertainty_data": {"cv": 0.1}}
    tables["uncertainty_method"] = {"ahp_share": {"low": 0.2, "high": 0.8}}
    parts = informed(toy(**tables), sizes=SMALL)
    for factor in ("method:ahp_share", "method"):
        for prefix in ("", "overload_"):
            for name in VALUES:
                assert (parts[prefix + name].sel(factor=factor) == 0.0).all()
    together = parts["information_value"].sel(factor="data", drop=True)
    np.testing.assert_array_equal(together, parts["decision_error"])


# --- the same as in loops ------------------------------------------------------------------------


def _capacity(u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """C (row, mine) of rows of the toy, whose columns are the errors of s and p of each mine."""
    scale = math.sqrt(math.log1p(0.1**2))
    errors = np.exp(scale * ndtri(u) - scale**2 / 2)
    given = np.array([5.0, 4.0])[:, None]
    return np.asarray((given * errors[2:] / (given * errors[:2])).T)


def test_loops_find_the_same_on_the_same_rows() -> None:
    study = toy(uncertainty_data={"mine_cv": 0.1})
    outer, inner, replicates = 8, 128, 3
    parts = informed(study, sizes=SMALL, replicates=replicates)
    design = RandomDesign(4, 1)
    for factor, columns in (("data:s", [0, 1]), ("data:p", [2, 3]), ("data", [0, 1, 2, 3])):
        nothing, known, further = [], [], []
        for replicate in range(replicates):
            first = replicate * (inner + outer + outer * inner)
            rest, values = design.rows(first, inner), design.rows(first + inner, outer)
            further.append(_capacity(design.rows(first + inner + outer, outer * inner)))
            rows = np.repeat(rest[None], outer, axis=0)
            rows[:, columns] = values[columns].T[:, :, None]
            nothing.append(_capacity(rest))
            known.append([_capacity(u) for u in rows])
        all_rows = [np.array(c) for c in (nothing, known, further)]
        largest = [c == c.max(axis=-1, keepdims=True) for c in all_rows]
        over = [np.stack([c[..., 0] >= 1, c[..., 0] < 1], axis=-1) for c in all_rows]
        for prefix, right, mine in (("", largest, {}), ("overload_", over, {"mine": "A"})):
            twin = value_of_information(*right, everything=factor == "data")
            for name, expected in zip(("decision_error", *VALUES), twin, strict=True):
                where = mine if name == "decision_error" else {"factor": factor} | mine
                assert of(parts, prefix + name, **where) == pytest.approx(
                    expected.mean(), abs=1e-12
                )
            width = student.ppf(0.975, replicates - 1) * twin.value.std(ddof=1)
            found = of(parts, f"{prefix}information_value_error", factor=factor, **mine)
            assert found == pytest.approx(width / math.sqrt(replicates), abs=1e-12)


def test_exchanges_are_those_that_are_evaluated_in_full() -> None:
    study = small_study(**UNCERTAIN).load()
    nested = Nested(*analysed(study, noise=True), 1, 2, 256)
    rest = nested.rest(0)
    for number in range(2):
        known = nested.known(0, number)
        layout = build_layout(nested.model.plan, nested.groups)
        fast, plain = fast_counts(nested, layout, rest, known), plain_counts(nested, rest, known)
        for name in fast._fields:
            np.testing.assert_array_equal(getattr(fast, name), getattr(plain, name))
            assert len(np.unique(fast.largest[0, :, 2])) > 3


def test_neither_chunks_nor_threads_change_a_bit() -> None:
    study = small_study(**UNCERTAIN).load()
    whole = informed(study, sizes=SMALL, chunk=2**20)
    cut = informed(study, sizes=SMALL, chunk=1, scheduler="threads")
    xr.testing.assert_identical(whole, cut)


def test_rows_without_any_answer_do_not_count() -> None:
    # Of 10 rows in each half, 4 have no C; in the others the first option is right in 4 or 5, in 6
    # of the further ones in 5.
    right = np.array([[[[4], [5]], [[2], [1]]], [[[5], [6]], [[1], [0]]]])
    further = np.array([[5], [1]])
    found = decision_arrays([judge(right, np.full((2, 2, 1), 6), further, np.array([6]))], [False])
    assert found["decision_error"] == pytest.approx(1 / 6)
    no_rows = np.zeros((2, 2, 1), int)
    none = decision_arrays([judge(0 * right, no_rows, 0 * further, np.array([0]))], [False])
    assert all(np.isnan(array).all() for array in none.values())


# --- what there is -------------------------------------------------------------------------------


def test_one_mine_or_one_system_leaves_out_what_is_not_decided() -> None:
    single = informed(small_study(mines=1, **UNCERTAIN).load(), sizes=SMALL)
    assert "overload_information_value" in single
    assert "information_value" not in single
    assert most_loaded(single) is None
    assert "most_loaded_probability" not in single
    alone = informed(one_system("support").load(), sizes=SMALL)
    assert "overload_information_value" not in alone
    decision = most_loaded(alone)
    assert decision is not None
    assert "mine of the largest S is wrong" in decision.sentence("mine", "0.5")
    label = alone["decision_error"].attrs["long_name"]
    assert label == "chance of naming a wrong mine as the one of the largest S"
    total = alone["most_loaded_probability"].sum("mine")
    np.testing.assert_allclose(total, 1.0)


def test_the_study_can_ask_for_it_and_keeps_its_word(tmp_path: Path) -> None:
    plain = small_study(**UNCERTAIN).load()
    study = plain.replace({"sensitivity.information": SMALL})
    assert study.digest != plain.digest
    assert plain.replace({"sensitivity.information": None}).digest == plain.digest
    again = rm.load_study(study.save(tmp_path / "study"))
    assert again.digest == study.digest
    assert rm.load_study(write_study_book(study, tmp_path / "s.xlsx")).digest == study.digest
    asked = rm.sensitivity(again, samples=64, seed=1, replicates=2)
    assert (asked.attrs["information_outer"], asked.attrs["information_inner"]) == (16, 128)
    without = rm.sensitivity(again, samples=64, seed=1, replicates=2, information=False)
    assert "information_value" not in without
    xr.testing.assert_equal(asked[list(without.data_vars)], without)


def test_the_table_ranks_factors_for_both_decisions(even: xr.Dataset) -> None:
    text = sensitivity_table(even)
    assert "2020: naming A as the most loaded mine is wrong with a chance of 0.50" in text
    assert "is overloaded (C >= 1) is judged wrongly with a chance of 0.50" in text
    names = [line.split()[0] for line in text.splitlines() if line.startswith("  data")][:3]
    assert sorted(names[:2]) == sorted(SINGLE)
    assert names[2] == "data"
    decision = least_sure(even)
    assert decision is not None
    assert decision.error == float(even["overload_decision_error"].max())


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"information": {"inner": 100}}, "inner: must be >= 128, got 100"),
        ({"information": {"inner": 200}}, "inner: must be a power of two, such as 128 or 256"),
        ({"information": {"outer": 1}}, "outer: must be >= 2, got 1"),
        (
            {"information": SMALL, "method": "morris"},
            'sensitivity.information: is only for method = "sobol", not "morris"',
        ),
    ],
)
def test_what_cannot_be_is_said(tables: dict[str, Any], sentence: str) -> None:
    with pytest.raises(rm.InputError, match=r"sensitivity\.information") as error:
        small_study(sensitivity=tables).load()
    assert sentence in str(error.value)


def test_more_rows_than_can_be_counted_are_refused() -> None:
    study = toy(uncertainty_data={"cv": 0.1})
    with pytest.raises(rm.InputError, match=r"must be <= 2,147,483,648, got 8,589,934,592"):
        informed(study, sizes={"outer": 2**10, "inner": 2**20})


def test_other_methods_have_no_nested_rows() -> None:
    study = small_study(**UNCERTAIN).load()
    with pytest.raises(rm.InputError, match='information: is only for method "sobol"'):
        rm.sensitivity(study, method="morris", information=True)
