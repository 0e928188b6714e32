"""Measures of functions that are known, and what the estimators must not touch."""

import warnings
from typing import Any

import numpy as np
import pytest
from SALib.sample import fast_sampler, latin
from SALib.sample import shapley as shapley_sampler

from recc_mc.salib import estimators
from recc_mc.salib.measures import CONSTANT, UNDEFINED_ROWS, Analysis, OutputTask, analyze_block
from recc_mc.salib.methods import METHODS
from tests.salib.toys import (
    ISHIGAMI_FIRST,
    ISHIGAMI_SHAPLEY,
    ISHIGAMI_TOTAL,
    FloatArray,
    ishigami,
)

CUBE = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
GROUPS = (0, 1, 2)
SAMPLES = {"morris": 20, "fast": 129, "shapley": 100}


def rows_of(method: str, samples: int | None = None, seed: int = 0) -> FloatArray:
    from SALib.sample.morris import sample as morris_sample

    samples = samples or SAMPLES.get(method, 300)
    samplers = {
        "morris": morris_sample,
        "fast": fast_sampler.sample,
        "shapley": shapley_sampler.sample,
    }
    return np.asarray(samplers.get(method, latin.sample)(dict(CUBE), samples, seed=seed))


def analyze(
    method: str, rows: FloatArray, y: FloatArray, name: str = "recc", seed: int = 0
) -> tuple[dict[str, FloatArray], int]:
    """One output through the code that every output goes through."""
    resamples = min(METHODS[method].resamples, 5)
    analysis = Analysis(method, rows, GROUPS, 3, resamples, seed)
    measures, reasons, _ = analyze_block(analysis, OutputTask(0, 0, 1, (name,), y[None]))
    return {key: values[:, 0] for key, values in measures.items()}, int(reasons[0])


def global_state() -> tuple[Any, ...]:
    """State of NumPy's global generator."""
    name, keys, *rest = np.random.get_state()  # noqa: NPY002
    return (name, tuple(np.asarray(keys).tolist()), *rest)


def test_fast() -> None:
    rows = rows_of("fast", 4097)
    found, _ = analyze("fast", rows, ishigami(rows))
    # SALib's curves share one phase, which correlates the inputs a little.
    np.testing.assert_allclose(found["S1"], ISHIGAMI_FIRST, atol=0.03)
    np.testing.assert_allclose(found["ST"], ISHIGAMI_TOTAL, atol=0.06)


def test_rbd_fast() -> None:
    rows = rows_of("rbd_fast", 8000)
    found, _ = analyze("rbd_fast", rows, ishigami(rows))
    np.testing.assert_allclose(found["S1"], ISHIGAMI_FIRST, atol=0.03)


def test_hdmr() -> None:
    # Main effects 2a, b^2 and c, and the interaction 2 (a - 1/2)(c - 1/2).
    rows = rows_of("hdmr", 3000)
    a, b, c = rows.T
    found, _ = analyze("hdmr", rows, a + b**2 + 2 * a * c)
    parts = np.array([1 / 3, 4 / 45, 1 / 12, 1 / 36])
    first = parts[:3] / parts.sum()
    np.testing.assert_allclose(found["S"], first, atol=0.02)
    total = first + np.array([1, 0, 1]) * parts[3] / parts.sum()
    np.testing.assert_allclose(found["ST"], total, atol=0.02)


def test_shapley() -> None:
    rows = rows_of("shapley", 8000)
    found, _ = analyze("shapley", rows, ishigami(rows))
    for name, scale in (("shapley", 13.844588), ("shapley_normalized", 1.0)):
        error = np.abs(found[name] / scale - ISHIGAMI_SHAPLEY)
        assert (error < 2 * found[f"{name}_conf"] / scale).all()
    assert found["shapley_normalized_conf"].max() < 0.03
    assert found["shapley_normalized"].sum() == pytest.approx(1, abs=1e-12)


def test_delta() -> None:
    rows = rows_of("delta", 2000)
    found, _ = analyze("delta", rows, ishigami(rows))
    # By kernel densities, Plischke et al. (2013): 0.21, 0.39 and 0.16; they smooth a little.
    np.testing.assert_allclose(found["delta"], (0.21, 0.37, 0.16), atol=0.05)
    np.testing.assert_allclose(found["S1"], ISHIGAMI_FIRST, atol=0.06)


def test_delta_of_an_inert_input_is_hardly_biased() -> None:
    # SALib's own analysis gives 0.106 +- 0.009, the mean of its bootstrap replicates.
    found = []
    for seed in range(6):
        rows = rows_of("delta", 300, seed)
        found.append(analyze("delta", rows, rows[:, 0] + rows[:, 1], seed=seed)[0])
    assert abs(np.mean([one["delta"][2] for one in found])) < 0.05
    assert abs(np.mean([one["S1"][2] for one in found])) < 0.03


def test_pawn() -> None:
    rows = rows_of("pawn", 3000)
    found, _ = analyze("pawn", rows, rows[:, 0] + 0.5 * rows[:, 1])
    assert found["pawn_median"][0] > found["pawn_median"][1] > found["pawn_median"][2]
    assert found["pawn_median"][2] < 0.1


def test_morris() -> None:
    rows = rows_of("morris")
    found, _ = analyze("morris", rows, 3 * rows[:, 0] - 2 * rows[:, 1])
    np.testing.assert_allclose(found["mu"], (3, -2, 0), atol=1e-12)
    np.testing.assert_allclose(found["mu_star"], (3, 2, 0), atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0, atol=1e-12)
    assert found["mu_star"][2] == 0


def test_an_inert_input_has_a_shapley_effect_of_exactly_0() -> None:
    rows = rows_of("shapley")
    found, _ = analyze("shapley", rows, rows[:, 0] * rows[:, 1])
    assert found["shapley"][2] == 0
    assert found["shapley"][0] > 0.001


@pytest.mark.parametrize("name", ["zone", "grade"])
def test_classes_are_names_not_numbers(name: str) -> None:
    # 1{a + b > 1} and, beyond its first-order indices of 1/3, an interaction of 1/3.
    def codes(rows: FloatArray, low: float, high: float) -> FloatArray:
        return np.where(rows[:, 0] + rows[:, 1] > 1, high, low)

    for method, main, expected, error in (
        ("fast", "S1", (1 / 3, 1 / 3, 0), 0.04),
        ("rbd_fast", "S1", (1 / 3, 1 / 3, 0), 0.06),
        ("hdmr", "S", (1 / 3, 1 / 3, 0), 0.06),
        ("shapley", "shapley_normalized", (0.5, 0.5, 0), 0.1),
    ):
        rows = rows_of(method, {"fast": 1025, "shapley": 2000}.get(method, 3000))
        one, _ = analyze(method, rows, codes(rows, 1, 2), name)
        other, _ = analyze(method, rows, codes(rows, 2, 9), name)
        np.testing.assert_array_equal(one[main], other[main])
        np.testing.assert_allclose(one[main], expected, atol=error, err_msg=method)


def test_a_change_of_class_is_one_effect_in_a_morris_design() -> None:
    rows = rows_of("morris")
    y = np.where(rows[:, 0] > 0.5, 3.0, 1.0)
    found, _ = analyze("morris", rows, y, "zone")
    # Every step across the middle changes the class: 1 per step of 2/3 of the grid.
    np.testing.assert_allclose(found["mu_star"], (1.5, 0, 0))
    assert np.isnan(found["mu"]).all()


@pytest.mark.parametrize("method", METHODS)
def test_undefined_is_not_zero(method: str) -> None:
    rows = rows_of(method)
    y = rows.sum(axis=1)
    constants = [np.full(len(y), 3.0), np.zeros(len(y)), 1e6 + 1e-9 * y]
    for values in constants:
        found, reason = analyze(method, rows, values)
        assert reason == CONSTANT
        assert all(np.isnan(array).all() for array in found.values())
    y[7] = np.nan
    for name in ("recc", "zone"):
        found, reason = analyze(method, rows, y, name)
        assert reason == UNDEFINED_ROWS
        assert all(np.isnan(array).all() for array in found.values())


@pytest.mark.parametrize("method", ["rbd_fast", "shapley"])
def test_the_outputs_of_a_block_do_not_mix(method: str) -> None:
    rows = rows_of(method)
    y = ishigami(rows)
    names = ("recc", "zone", "support", "pressure", "grade")
    values = np.array([y, np.digitize(y, (0, 5)), y, np.zeros(len(y)), y > 3], np.float64)
    values[2, 3] = np.nan
    analysis = Analysis(method, rows, GROUPS, 3, 5, 0)
    together, reasons, variances = analyze_block(analysis, OutputTask(0, 7, 5, names, values))
    assert reasons.tolist() == [0, 0, UNDEFINED_ROWS, CONSTANT, 0]
    for k, name in enumerate(names):
        block = OutputTask(0, 7 + k, 1, (name,), values[k : k + 1])
        alone, _, variance = analyze_block(analysis, block)
        np.testing.assert_array_equal(variance, variances[k : k + 1])
        for measure, found in alone.items():
            np.testing.assert_array_equal(together[measure][:, k], found[:, 0], err_msg=measure)


@pytest.mark.parametrize("method", METHODS)
def test_seed_0_is_a_seed_and_nothing_else_changes(method: str) -> None:
    rows = rows_of(method)
    y = ishigami(rows)
    before, formatter, filters = global_state(), warnings.formatwarning, warnings.filters[:]
    zero, again, other = (analyze(method, rows, y, seed=seed)[0] for seed in (0, 0, 1))
    for name, array in zero.items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)
    if METHODS[method].resamples:
        changed = [name for name in zero if not np.array_equal(zero[name], other[name])]
        assert any(name.endswith("_conf") for name in changed)
    assert global_state() == before
    assert warnings.formatwarning is formatter
    assert warnings.filters == filters


def test_hdmr_refuses_too_few_rows() -> None:
    with pytest.raises(ValueError, match="insufficient"):
        estimators.hdmr(rows_of("hdmr", 50), np.arange(50.0)[None], GROUPS, 5, [0])


@pytest.mark.parametrize("method", ["rbd_fast", "delta", "pawn"])
def test_given_data_may_come_in_any_order(method: str) -> None:
    rows = rows_of(method, 1000)
    order = np.random.default_rng(0).permutation(1000)
    one, _ = analyze(method, rows, ishigami(rows))
    two, _ = analyze(method, rows[order], ishigami(rows[order]))
    main = METHODS[method].main
    # The bootstrap, by which delta is corrected, resamples by the numbers of the rows.
    np.testing.assert_allclose(two[main], one[main], atol=0.03 if method == "delta" else 1e-12)


def test_shuffled_trajectories_are_caught() -> None:
    rows = rows_of("shapley")
    order = np.random.default_rng(0).permutation(len(rows))
    with pytest.raises(ValueError, match="exactly one factor"):
        analyze("shapley", rows[order], ishigami(rows[order]))
