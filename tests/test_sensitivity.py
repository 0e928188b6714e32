"""Decomposition of the variance of a study."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc import sensitivity_analysis
from recc_mc.study.shape import OUTPUTS
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import list_groups
from recc_mc.variance.estimates import Estimates
from recc_mc.variance.indices import CONSTANT, DEFINED, TOO_FEW_ROWS
from recc_mc.variance.outcomes import Subject, baseline_of
from recc_mc.variance.rows import (
    Rows,
    add_effects,
    blocks_of,
    compute_effects,
    find_origin,
    whole_replicates,
)
from tests.kernels.cases import of_sizes
from tests.strategies import small_study

UNCERTAIN: dict[str, Any] = {
    "uncertainty_judgments": {"sigma": 0.4},
    "uncertainty_data": {"cv": 0.1, "systematic_cv": 0.05, "mine_cv": 0.02},
    "uncertainty_method": {
        "ahp_share": {"low": 0.3, "high": 0.7},
        "goalposts": ["reestimated", "frozen"],
    },
}
CLASSES = ["judgment", "data", "method"]


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(**UNCERTAIN).load()


@pytest.fixture(scope="module")
def parts(study: rm.Study) -> xr.Dataset:
    return rm.sensitivity(study, samples=2048, replicates=4, seed=1, scheduler="synchronous")


# --- what there is -------------------------------------------------------------------------------


def test_factors_outputs_and_attributes(study: rm.Study, parts: xr.Dataset) -> None:
    factors = parts["factor"].values.tolist()
    assert factors[-3:] == CLASSES
    assert parts["factor_kind"].values.tolist()[-3:] == ["class"] * 3
    assert {"judgment:water", "data:air 0", "method:goalposts"} < set(factors)
    assert tuple(parts["output"].values) == OUTPUTS
    assert parts["first_order"].dims == ("output", "factor", "mine", "year")
    wanted = {"method": "sobol", "samples": 2048, "replicates": 4, "seed": 1, "confidence": 0.95}
    assert {name: parts.attrs[name] for name in wanted} == wanted
    assert parts.attrs["study_digest"] == study.digest


def test_indices_are_lawful(parts: xr.Dataset) -> None:
    first, total = parts["first_order"], parts["total_order"]
    error = parts["first_order_error"] + parts["total_order_error"]
    assert (total.fillna(0) >= 0).all()
    assert ((first <= total + 2 * error) | total.isnull()).all()
    assert ((total <= 1 + 2 * error) | total.isnull()).all()
    single = parts["factor_kind"] != "class"
    xr.testing.assert_allclose(
        parts["first_order_sum"].drop_vars("factor", errors="ignore"),
        first.sel(factor=single).sum("factor", skipna=False),
    )
    xr.testing.assert_allclose(1 - parts["first_order_sum"], parts["interaction_share"])
    assert (parts["total_order_error"].sel(output="recc") < 0.1).all()


def test_a_class_has_more_than_each_of_its_factors(parts: xr.Dataset) -> None:
    total = parts["total_order_aggregate"]
    for kind in CLASSES:
        single = total.sel(factor=parts["factor_kind"] == kind)
        assert (total.sel(factor=kind) > single.max("factor") - 0.05).all()


def test_what_cannot_matter_has_nothing(parts: xr.Dataset) -> None:
    total = parts["total_order"]
    for output, factors in {
        "support": ["data:air 0", "judgment:noise"],
        "pressure": ["data:water 0", "judgment:water"],
    }.items():
        assert (total.sel(output=output, factor=factors) == 0).all()
        assert (parts["first_order"].sel(output=output, factor=factors) == 0).all()


def test_aggregates_are_weighted_by_variance(study: rm.Study) -> None:
    found = rm.sensitivity(study, samples=64, replicates=2, seed=3)
    a, b = (rm.sensitivity(study, samples=64, replicates=r, seed=3) for r in (2, 3))
    assert (found["variance"] > 0).any()
    xr.testing.assert_identical(found, a)
    assert b.attrs["replicates"] == 3
    numbers = found.sel(output=["support", "pressure", "recc"])
    weighted = (numbers["total_order"] * numbers["variance"]).sum(("mine", "year"))
    expected = weighted / numbers["variance"].sum(("mine", "year"))
    # Each replicate has weights of its own; over replicates that is the same but for noise.
    xr.testing.assert_allclose(numbers["total_order_aggregate"], expected, atol=0.1)


def test_a_result_can_be_saved(parts: xr.Dataset, tmp_path: Any) -> None:
    rm.save(tmp_path / "parts.nc", sensitivity=parts)
    with rm.load(tmp_path / "parts.nc") as tree:
        xr.testing.assert_equal(tree["sensitivity"].to_dataset().load(), parts)


# --- the same bits -------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 1024, 1500, 100_000])
@pytest.mark.parametrize("scheduler", ["threads", "synchronous"])
def test_no_chunk_and_no_scheduler_changes_a_bit(
    study: rm.Study, parts: xr.Dataset, chunk: int, scheduler: str
) -> None:
    again = rm.sensitivity(
        study, samples=2048, replicates=4, seed=1, chunk=chunk, scheduler=scheduler
    )
    xr.testing.assert_identical(again, parts)


@pytest.mark.slow
def test_worker_processes_change_no_bit(study: rm.Study, parts: xr.Dataset) -> None:
    again = rm.sensitivity(
        study, samples=2048, replicates=4, seed=1, chunk=1024, scheduler="processes"
    )
    xr.testing.assert_identical(again, parts)


def rows_of(study: rm.Study, number: int) -> Rows:
    model = CompiledStudy.of(study)
    subject = Subject(model)
    origin = find_origin(subject, 1, baseline_of(study))
    return Rows(subject, list_groups(study), 1, number, origin)


@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
def test_a_shuffled_order_of_blocks_changes_nothing(aggregation: str) -> None:
    study = small_study(**UNCERTAIN, method={"aggregation": aggregation}).load()
    rows = rows_of(study, 2048)

    def merged(blocks: Sequence[Any]) -> dict[str, Any]:
        estimates = Estimates(rows.origin, np.ones(len(rows.groups), bool))
        results = ((block, compute_effects(rows, block)) for block in blocks)
        for effects in whole_replicates(results, 2):
            estimates.add(effects)
        assert estimates.number == 3
        return estimates.arrays(2048, 3, 3)

    blocks = list(blocks_of(2048, 3, 1024, 1024))
    expected = merged(blocks)
    random.Random(1).shuffle(blocks)
    assert [block.number for block in blocks] != sorted(block.number for block in blocks)
    for name, values in merged(blocks).items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)


def test_blocks_are_of_one_replicate() -> None:
    blocks = blocks_of(4096, 3, 3000, 1024)
    assert [(block.first, block.samples) for block in blocks[:3]] == [
        (0, 3072), (3072, 1024), (4096, 3072)
    ]  # fmt: skip
    assert [block.number for block in blocks] == list(range(6))
    assert blocks_of(64, 2, 16_384, 64)[1].first == 64


def test_sums_of_units_are_those_of_the_rows(study: rm.Study) -> None:
    long, short = rows_of(study, 2048), rows_of(study, 1024)
    one, two = compute_effects(long, blocks_of(2048, 1, 2048, 1024)[0])
    (first,) = compute_effects(short, blocks_of(1024, 1, 1024, 1024)[0])
    np.testing.assert_array_equal(one.numbers.product, first.numbers.product)
    both = add_effects(one, two)
    np.testing.assert_array_equal(both.classes.changes, one.classes.changes + two.classes.changes)


# --- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tables",
    [
        {"uncertainty_method": {"ahp_share": {"low": 0.2, "high": 0.8}}},
        {"uncertainty_judgments": {"sigma": {"support": 0.5} | dict.fromkeys(
            ("pressure", "water", "air", "noise"), 0.0)}},
        {"uncertainty_data": {"indicators": {"water 0": {"cv": 0.2}}}},
    ],
    ids=["method", "judgment", "data"],
)  # fmt: skip
def test_a_single_uncertain_factor_has_everything(tables: dict[str, Any]) -> None:
    study = small_study(**tables).load()
    parts = rm.sensitivity(study, samples=4096, replicates=4, seed=1).sel(output="support")
    assert parts.sizes["factor"] == 2
    for order in ("first_order", "total_order"):
        found = parts[f"{order}_aggregate"]
        np.testing.assert_allclose(found, 1, atol=0.05)
        assert (abs(found - 1) <= 3 * parts[f"{order}_aggregate_error"] + 1e-12).all()
        np.testing.assert_array_equal(*parts[order].transpose("factor", ...).round(9))


def additive() -> rm.Study:
    """S and P are sums of errors: fixed goalposts, AHP weights alone, errors that are added."""
    files = small_study(
        method={"goalposts": "fixed", "ahp_share": 1.0},
        uncertainty_data={"distribution": "uniform", "systematic_sd": 4.0, "mine_sd": 2.0},
    )
    specs = tuple(replace(i, lower=0.0, upper=200.0) for i in files.indicators)
    return replace(files, indicators=specs).load()


def test_an_additive_study_has_no_interactions() -> None:
    parts = rm.sensitivity(additive(), samples=4096, replicates=4, seed=1)
    parts = parts.sel(output=["support", "pressure"])
    np.testing.assert_allclose(parts["first_order_sum"], 1, atol=0.01)
    np.testing.assert_allclose(parts["interaction_share_aggregate"], 0, atol=0.005)
    np.testing.assert_allclose(parts["first_order"], parts["total_order"], atol=0.01)


def test_aggregation_may_be_a_factor() -> None:
    choices = UNCERTAIN["uncertainty_method"] | {"aggregation": {"linear": 0.75, "geometric": 0.25}}
    study = small_study(**UNCERTAIN | {"uncertainty_method": choices}).load()
    total = rm.sensitivity(study, samples=64, replicates=2, seed=1)["total_order_aggregate"]
    # A geometric mean of mines' normalised values, some of which are 0, is another index.
    assert (total.sel(factor="method:aggregation", output=["support", "pressure"]) > 0.3).all()
    assert (total.sel(factor="method", output="support") > 0.3).all()


@pytest.mark.parametrize(
    ("choice", "names", "plain"),
    [
        ("objective", ["entropy", "cv", "sd", "equal"], False),
        ("objective", ["entropy", "critic"], True),
        ("combination", ["linear", "multiplicative", "game_theory"], True),
        ("aggregation", ["linear", "geometric", "topsis"], True),
    ],
)
def test_ways_of_the_method_are_factors_and_what_they_cost_is_said_before(
    capsys: pytest.CaptureFixture[str], choice: str, names: list[str], plain: bool
) -> None:
    choices = UNCERTAIN["uncertainty_method"] | {choice: names}
    study = small_study(**UNCERTAIN | {"uncertainty_method": choices}).load()
    parts = rm.sensitivity(study, samples=64, replicates=2, seed=1, progress=True)
    total = parts["total_order_aggregate"].sel(factor=f"method:{choice}")
    assert (total.sel(output=["support", "pressure", "recc"]) > 0.01).all()
    told = [line for line in capsys.readouterr().err.splitlines() if "evaluated in full" in line]
    assert len(told) == int(plain)
    if plain:
        rows = parts.sizes["factor"] + 2
        ways = ", ".join(f"{choice} {name}" for name in names[1:])
        expected = f"{ways}: every exchange is evaluated in full, {rows} evaluations a row, "
        assert told[0].lstrip().startswith(f"{expected}{128 * rows:,} in all: about ")


# --- undefined is not zero -----------------------------------------------------------------------


def test_a_constant_output_has_a_reason_and_no_numbers() -> None:
    study = small_study(uncertainty_data={"indicators": {"water 0": {"cv": 0.2}}}).load()
    parts = rm.sensitivity(study, samples=256, replicates=2, seed=1)
    constant, varying = parts.sel(output="pressure"), parts.sel(output="support")
    assert (constant["undefined"] == CONSTANT).all()
    assert (varying["undefined"] == DEFINED).all()
    for name in ("first_order", "total_order", "first_order_error", "total_order_aggregate"):
        assert constant[name].isnull().all()
        assert varying[name].notnull().all()
    assert constant["first_order_sum"].isnull().all()
    assert (constant["variance"] <= 1e-25).all()


@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
def test_undefined_rows_are_counted(aggregation: str) -> None:
    study = of_sizes((2,), (3,)).with_tables(
        method={"goalposts": "yearly", "aggregation": aggregation}, uncertainty_data={"cv": 0.5}
    )
    parts = rm.sensitivity(study.load(), samples=256, replicates=2, seed=1)
    dropped = parts["dropped_rows"]
    assert (dropped.sel(output="support") == 0).all()
    assert (dropped.sel(output="recc") > 0).any()
    assert (dropped <= 2 * 256).all()
    few = parts["undefined"] == TOO_FEW_ROWS
    assert parts["total_order"].where(few).isnull().all()
    assert (parts["total_order"].notnull() | (parts["undefined"] != DEFINED)).all()


# --- arguments -----------------------------------------------------------------------------------


def test_until_adds_replicates(study: rm.Study) -> None:
    def widest(parts: xr.Dataset) -> float:
        return float(parts["total_order_error"].max())

    few = rm.sensitivity(study, samples=1024, replicates=2, seed=1)
    bound = widest(few) / 4
    more = rm.sensitivity(study, samples=1024, replicates=2, seed=1, until=bound)
    assert widest(more) < bound
    number = more.attrs["replicates"]
    assert number > 2
    assert more.attrs["until"] == bound
    fewer = rm.sensitivity(study, samples=1024, replicates=number - 1, seed=1)
    assert number == 3 or widest(fewer) >= bound
    exactly = rm.sensitivity(study, samples=1024, replicates=number, seed=1)
    xr.testing.assert_equal(exactly, more)


def test_a_bound_that_is_never_met_is_told(
    study: rm.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensitivity_analysis, "MOST_REPLICATES", 3)
    with pytest.warns(rm.StudyWarning, match="3 replicates leave a half-width of"):
        parts = rm.sensitivity(study, samples=64, replicates=2, seed=1, until=1e-6)
    assert parts.attrs["replicates"] == 3


def test_seed_0_is_a_seed(study: rm.Study) -> None:
    zero, again, one = (
        rm.sensitivity(study, samples=64, replicates=2, seed=seed) for seed in (0, 0, 1)
    )
    xr.testing.assert_identical(zero, again)
    assert zero.attrs["seed"] == 0
    assert (zero["total_order_aggregate"] != one["total_order_aggregate"]).any()


def test_the_study_gives_what_is_not_said() -> None:
    tables = {"sensitivity": {"samples": 32, "replicates": 3}, "simulation": {"seed": 5}}
    parts = rm.sensitivity(small_study(**UNCERTAIN, **tables).load())
    assert [parts.attrs[name] for name in ("samples", "replicates", "seed")] == [32, 3, 5]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"samples": 1000}, "samples: must be a power of two, such as 512 or 1024, got 1000"),
        ({"samples": 1}, "samples: must be >= 2, got 1"),
        ({"samples": 64.0}, "samples: must be a whole number, got 64.0"),
        ({"replicates": 1}, "replicates: must be >= 2, got 1"),
        ({"seed": -1}, "seed: must be >= 0, got -1"),
        ({"chunk": 0}, "chunk: must be >= 1, got 0"),
        ({"until": 0.0}, "until: must be a number with 0 < until < 1, got 0.0"),
        ({"until": float("nan")}, "until: must be a number with 0 < until < 1, got nan"),
        ({"method": "morris", "until": 0.1}, 'until: is only for method "sobol", not "morris"'),
    ],
)
def test_wrong_arguments(study: rm.Study, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.sensitivity(study, **arguments)
    assert caught.value.problems == (problem,)


def test_all_wrong_arguments_are_reported_together(study: rm.Study) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.sensitivity(study, samples=3, replicates=0, chunk=-3, scheduler="thread")
    assert len(caught.value.problems) == 4


def test_nothing_uncertain_is_an_error() -> None:
    with pytest.raises(rm.InputError, match="nothing is uncertain"):
        rm.sensitivity(small_study().load(), samples=64)


def test_an_unknown_method_is_named_with_its_nearest(case_study: rm.Study) -> None:
    with pytest.raises(
        rm.InputError, match=r'^method: there is no method "sobl"; did you mean "sobol"\?$'
    ):
        rm.sensitivity(case_study, method="sobl")
