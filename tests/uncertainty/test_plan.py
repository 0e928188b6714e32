"""Every setting reaches the kernels: changing it changes the results, as the reference says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from recc_mc.kernels import records, variates
from recc_mc.kernels.chain import choose_method
from recc_mc.kernels.elementary import NEAR_ZERO
from recc_mc.kernels.records import CELL, LOGNORMAL, SCOPE, VALUE, Plan
from recc_mc.kernels.variates import LARGEST_SINGLE_NORMAL
from recc_mc.parts.parts import flat
from recc_mc.study import Alternatives, Study
from recc_mc.study.choices import LISTED, MethodUncertainty
from recc_mc.study.distributions import VARIATES
from recc_mc.study.factors import column_count
from recc_mc.uncertainty import build_plan, list_factors
from tests import reference, strategies
from tests.kernels.cases import (
    all_cases,
    made_of_four,
    measured,
    ranged,
    with_column,
    with_experts,
    with_holes,
)
from tests.kernels.harness import BY_SAMPLE, Run, assert_agrees, run
from tests.strategies import StudyFiles

SAMPLES = 20

#: Nothing is open here, so that the fixed choices of [method] matter.
BASE: Mapping[str, Mapping[str, Any]] = {
    "method": {"missing": "interpolate"},
    "uncertainty_judgments": {"sigma": 0.5},
    "uncertainty_data": {
        "cv": 0.2,
        "systematic_cv": 0.1,
        "mine_cv": 0.05,
        "interpolated_cv": 0.3,
        "lower": 15.0,
        "upper": 120.0,
    },
    "uncertainty_method": {},
}
ADDITIVE = {"uncertainty_data": {"distribution": "normal", "sd": 5.0}}
FIXED = {"method": {**BASE["method"], "goalposts": "fixed"}}

Change = tuple[str, str, Any]


def based_on(changes: Mapping[str, Mapping[str, Any]]) -> StudyFiles:
    """The base study, some of its tables replaced."""
    return with_holes(with_experts(made_of_four(**{**BASE, **changes})))


def changed(files: StudyFiles, table: str, key: str, value: Any) -> StudyFiles:
    """The same study with another value of one key; None takes the key out."""
    name = table.replace("_", ".", 1)
    entries = {**files.tables[name], key: value}
    return files.with_tables(**{table: {k: v for k, v in entries.items() if v is not None}})


def differ(one: Run, other: Run) -> bool:
    """Whether any output of the kernels is another."""
    names = (*BY_SAMPLE, "obstacle_mean", "obstacle_squares", "obstacle_top5", "obstacle_defined")
    pairs = ((getattr(one.draws, name), getattr(other.draws, name)) for name in names)
    return any(not np.array_equal(a, b, equal_nan=a.dtype == float) for a, b in pairs)


def assert_reaches_the_kernels(before: StudyFiles, after: StudyFiles) -> None:
    """Results differ, and are those of the reference."""
    got = assert_agrees(after.load(), SAMPLES)
    assert differ(run(before.load(), SAMPLES), got)


#: Changes of the base study.
OF_THE_BASE: list[Change] = [
    ("method", "goalposts", "yearly"),
    ("method", "prioritization", "geometric_mean"),
    ("method", "random_index", "simulated"),
    ("method", "ahp_share", 0.3),
    ("method", "aggregation", "geometric"),
    ("method", "grade_cuts", [0.4, 0.66]),
    ("method", "grade_cuts", [0.33, 0.6]),
    ("method", "obstacle", "both"),
    ("uncertainty_judgments", "distribution", "uniform"),
    ("uncertainty_judgments", "distribution", "triangular"),
    ("uncertainty_judgments", "sigma", 0.4),
    ("uncertainty_judgments", "sigma", "gci"),
    ("uncertainty_judgments", "sigma", {"water": 0.5}),
    ("uncertainty_judgments", "resample_experts", True),
    ("uncertainty_judgments", "limit_to_scale", True),
    ("uncertainty_judgments", "consistency", "keep"),
    ("uncertainty_judgments", "consistency", "reject"),
    ("uncertainty_judgments", "cr_limit", 0.05),
    ("uncertainty_data", "distribution", "normal"),
    ("uncertainty_data", "distribution", "uniform"),
    ("uncertainty_data", "distribution", "triangular"),
    ("uncertainty_data", "cv", 0.1),
    ("uncertainty_data", "cv", None),
    ("uncertainty_data", "systematic_cv", 0.2),
    ("uncertainty_data", "systematic_cv", None),
    ("uncertainty_data", "mine_cv", 0.2),
    ("uncertainty_data", "mine_cv", None),
    ("uncertainty_data", "interpolated_cv", 0.1),
    ("uncertainty_data", "interpolated_cv", None),
    ("uncertainty_data", "lower", 18.0),
    ("uncertainty_data", "lower", None),
    ("uncertainty_data", "upper", 105.0),
    ("uncertainty_data", "upper", None),
    ("uncertainty_data", "criteria", {"air": {"cv": 0.4}}),
    ("uncertainty_data", "indicators", {"soil 0": {"systematic_cv": 0.0}}),
    ("uncertainty_method", "ahp_share", {"low": 0.3, "high": 0.7}),
    ("uncertainty_method", "ahp_share", {"low": 0.7, "high": 0.7}),
    ("uncertainty_method", "prioritization", ["eigenvector", "geometric_mean"]),
    ("uncertainty_method", "goalposts", ["reestimated", "frozen"]),
    ("uncertainty_method", "goalposts", ["frozen"]),
    ("uncertainty_method", "scope", ["pooled", "yearly"]),
    ("uncertainty_method", "scope", ["yearly"]),
    ("uncertainty_method", "aggregation", ["linear", "geometric"]),
    ("uncertainty_method", "aggregation", {"geometric": 1.0}),
]
STEPS = {"uncertainty_judgments": {"distribution": "saaty_steps", "steps": 2}}
OPEN = {
    "uncertainty_method": {
        "ahp_share": {"low": 0.2, "high": 0.8},
        "prioritization": {"eigenvector": 0.5, "geometric_mean": 0.5},
        "goalposts": {"reestimated": 0.5, "frozen": 0.5},
        "scope": {"pooled": 0.5, "yearly": 0.5},
        "aggregation": {"linear": 0.5, "geometric": 0.5},
    }
}
#: Changes of other studies.
OF_OTHERS: list[tuple[Mapping[str, Mapping[str, Any]], Change]] = [
    (STEPS, ("uncertainty_judgments", "steps", 3)),
    (ADDITIVE, ("uncertainty_data", "sd", 6.0)),
    (ADDITIVE, ("uncertainty_data", "systematic_sd", 6.0)),
    (ADDITIVE, ("uncertainty_data", "mine_sd", 6.0)),
    (ADDITIVE, ("uncertainty_data", "interpolated_sd", 6.0)),
    (ADDITIVE, ("uncertainty_data", "distribution", "uniform")),
    (FIXED, ("method", "clip", True)),
    (OPEN, ("uncertainty_method", "ahp_share", {"low": 0.3, "high": 0.8})),
    (OPEN, ("uncertainty_method", "ahp_share", {"low": 0.2, "high": 0.7})),
    (OPEN, ("uncertainty_method", "prioritization", ["geometric_mean", "eigenvector"])),
    (OPEN, ("uncertainty_method", "goalposts", {"reestimated": 0.2, "frozen": 0.8})),
    (OPEN, ("uncertainty_method", "scope", {"yearly": 0.5, "pooled": 0.5})),
    (OPEN, ("uncertainty_method", "aggregation", {"linear": 0.9, "geometric": 0.1})),
]


def label(change: Any) -> str:
    """Name of a parametrised case."""
    *_, (table, key, value) = (change,) if isinstance(change[0], str) else change
    return f"{table}.{key} = {value}"


@pytest.mark.parametrize("change", OF_THE_BASE, ids=label)
def test_every_key_reaches_the_kernels(change: Change) -> None:
    files = based_on({})
    assert_reaches_the_kernels(files, changed(files, *change))


@pytest.mark.parametrize("case", OF_OTHERS, ids=label)
def test_every_key_of_an_option_reaches_the_kernels(case: Any) -> None:
    tables, change = case
    files = narrow(based_on(tables)) if tables is FIXED else based_on(tables)
    assert_reaches_the_kernels(files, changed(files, *change))


def narrow(files: StudyFiles) -> StudyFiles:
    """Fixed goalposts that draws leave on the good side only, where leaving them is allowed."""
    specs = tuple(
        replace(i, lower=50.0, upper=120.0) if i.direction < 0 else replace(i, lower=0, upper=80.0)
        for i in files.indicators
    )
    return replace(files, indicators=specs)


def values_of(files: StudyFiles, indicator: int) -> Any:
    """Values of an indicator without holes, (mine, year)."""
    return np.array([[row[indicator] for row in mine] for mine in files.values])


def table_changes() -> Iterator[tuple[str, StudyFiles, StudyFiles]]:
    """Changes of the tables: data, indicators, judgments, experts."""
    files = based_on({})
    yield "value", files, with_column(files, 3, 50.0 + np.arange(9.0).reshape(3, 3) ** 2)
    for direction in (1, -1):
        specs = tuple(replace(i, direction=direction) for i in files.indicators)
        yield f"directions of {direction}", files, replace(files, indicators=specs)
    one, two = (ranged(files, *optima) for optima in ([(40.0, 60.0)], [(40.0, 70.0)]))
    yield "best within a range", files, one
    yield "range", one, two
    fixed = narrow(based_on(FIXED))
    for side, bound in (("lower", -10.0), ("upper", 130.0)):
        specs = tuple(replace(i, **{side: bound}) for i in fixed.indicators)
        yield f"fixed {side}", fixed, replace(fixed, indicators=specs)
    additive = based_on({"uncertainty_data": {"distribution": "normal", "cv": 0.2, "mine_cv": 0.1}})
    yield "negative values", additive, with_column(additive, 3, -values_of(additive, 3))
    first, *others = files.matrices
    upper = tuple(tuple(a + 0.5 for a in row) for row in first.upper)
    yield "judgment", files, replace(files, matrices=(replace(first, upper=upper), *others))
    yield (
        "weights of experts",
        files,
        replace(files, expert_weights={"Ada": 5.0, "Bo": 1.0, "Cy": 4.0}),
    )
    resampled = changed(files, "uncertainty_judgments", "resample_experts", True)
    one = replace(resampled, expert_weights={"Ada": 5.0, "Bo": 1.0, "Cy": 1.0})
    yield "weights of resampled experts", resampled, one


TABLES = {name: (before, after) for name, before, after in table_changes()}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_reaches_the_kernels(name: str) -> None:
    assert_reaches_the_kernels(*TABLES[name])


@pytest.mark.parametrize(
    "tables",
    [
        {"study": {"title": "Another"}},
        {"simulation": {"samples": 7, "seed": 3, "quantiles": [0.5]}},
        {"output": {"dtype": "float64"}},
        {"run": {"chunk": 64}},
    ],
    ids=lambda tables: next(iter(tables)),
)
def test_what_decides_no_number_changes_none(tables: dict[str, dict[str, Any]]) -> None:
    files = based_on({})
    files_of_study = {"panel": "panel.csv", "indicators": "indicators.csv"}
    if "study" in tables:
        tables["study"] |= {**files_of_study, "judgments": "judgments.toml"}
    other = files.with_tables(**tables)
    assert not differ(run(files.load(), SAMPLES), run(other.load(), SAMPLES))


# --- method choices ------------------------------------------------------------------------------


def test_choices_have_the_rows_and_codes_of_the_kernels() -> None:
    for row, choice in enumerate(LISTED):
        assert getattr(records, choice.name.upper()) == row
        codes = [getattr(records, name.upper()) for name in choice.names]
        assert codes == list(range(len(codes)))
        assert len(codes) <= records.MOST_ALTERNATIVES


@pytest.mark.parametrize(
    "chances",
    [
        {"yearly": 0.25, "fixed": 0.5, "pooled": 0.25},
        {"pooled": 0.5, "yearly": 0.125, "fixed": 0.375},
        {"fixed": 0.75, "pooled": 0.0, "yearly": 0.25},
        {"fixed": 0.0, "pooled": 1.0, "yearly": 0.0},
    ],
)
def test_each_of_three_alternatives_is_drawn_with_its_probability(
    chances: dict[str, float],
) -> None:
    study = made_of_four().load()
    scope = Alternatives(tuple(chances), tuple(chances.values()))
    method = MethodUncertainty().model_copy(update={"scope": scope})
    uncertainty = study.settings.uncertainty.model_copy(update={"method": method})
    drawn = replace(study, settings=study.settings.model_copy(update={"uncertainty": uncertainty}))
    plan, samples = build_plan(drawn), 64
    u = np.tile((np.arange(samples) + 0.5) / samples, (column_count(list_factors(drawn)), 1))
    codes = np.empty((len(plan.choices), samples), np.int64)
    choose_method(plan, u, 0, samples, np.empty(samples), codes)
    expected = [
        code
        for name, chance in chances.items()
        for code in [getattr(records, name.upper())] * round(chance * samples)
    ]
    assert codes[SCOPE].tolist() == expected


# --- laws ----------------------------------------------------------------------------------------


def test_variates_have_the_codes_of_the_kernels() -> None:
    assert [getattr(variates, name.upper()) for name in VARIATES] == list(range(len(VARIATES)))


def columns_in_use(plan: Plan) -> list[int]:
    """Every column that the kernels read, as often as they are told to."""
    used: list[int] = []

    def add(first: int, count: int) -> None:
        used.extend(range(first, first + count) if first >= 0 else ())

    for matrix in plan.matrices:
        add(matrix["entry_column"], matrix["size"] * (matrix["size"] - 1) // 2)
        add(matrix["expert_column"], matrix["experts"])
    for indicator in plan.indicators:
        add(indicator["systematic_column"], 1)
        add(indicator["mine_column"], plan.options.mines)
    add(plan.options.share_column, 1)
    for choice in plan.choices:
        add(choice["column"], 1)
    return used


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(strategies.studies())
def test_every_column_is_read_once(study: Study) -> None:
    plan, factors = build_plan(study), list_factors(study)
    assert sorted(columns_in_use(plan)) == list(range(column_count(factors)))
    assert columns_in_use(build_plan(study, uncertain=False)) == []
    cells = {factor.name for factor in factors if factor.has_cells}
    has_cells = dict(zip(study.hierarchy.names, plan.indicators["has_cells"], strict=True))
    assert {name for name, has in has_cells.items() if has} == cells


@pytest.mark.parametrize("name", list(all_cases())[::9])
def test_without_uncertainty_there_is_none(name: str) -> None:
    study = all_cases()[name].load()
    plan = build_plan(study, uncertain=False)
    assert not plan.indicators["model"].any()
    values = study.panel.values.reshape(-1, len(study.hierarchy.names)).T
    np.testing.assert_array_equal(plan.cells[:, VALUE], values)
    assert not plan.cells[:, CELL].any()


@pytest.mark.parametrize("cv", [0.02, 0.05, 0.053, 0.0535, 0.054, 0.0545, 0.055, 0.06, 0.3])
def test_the_short_exponential_is_taken_within_its_range_only(cv: float) -> None:
    plan = build_plan(measured(cv=cv).load())
    assert (plan.indicators["model"] == LOGNORMAL).all()
    s = np.log1p(cv**2) ** 0.5
    reach = LARGEST_SINGLE_NORMAL * s + s**2 / 2
    assert (plan.indicators["near_zero"] == (reach < NEAR_ZERO)).all()


def test_plans_of_one_study_are_the_same() -> None:
    study = based_on({}).load()
    for one, other in zip(flat(build_plan(study)), flat(build_plan(study)), strict=True):
        assert (one[0], one[1].tobytes()) == (other[0], other[1].tobytes())


def test_the_study_is_never_changed() -> None:
    study = based_on({}).load()
    values, stack = study.panel.values.copy(), study.judgments["water"].stack.copy()
    plan = build_plan(study)
    run(study, 8, plan=plan)
    np.testing.assert_array_equal(study.panel.values, values)
    np.testing.assert_array_equal(study.judgments["water"].stack, stack)
    assert not np.shares_memory(plan.cells, study.panel.values)
    assert reference.columns(study)
