"""A factor without any effect is not called one."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.sensitivity_table import DUMMY_NOTE, NO_EFFECT, NONE, sensitivity_table
from recc_mc.report.contents import Result
from recc_mc.report.findings import summarise
from recc_mc.report.tables import measure_tables
from recc_mc.results.measures import dummy_limit, effects_only
from recc_mc.salib import run_salib
from recc_mc.salib.dummies import dummy_columns, split_dummies
from recc_mc.salib.measures import Analysis, OutputTask, analyze_block
from recc_mc.salib.methods import METHODS
from recc_mc.variance.indices import TOO_FEW_CHANGES
from tests.salib.toys import FloatArray, linear_study

WITH_DUMMIES = [name for name, method in METHODS.items() if method.dummies]


def analyzed(
    method: str, inputs: FloatArray, y: FloatArray, seed: int, dummies: bool
) -> xr.Dataset:
    """Measures of one output, with or without dummies."""
    count, columns = METHODS[method].dummies if dummies else 0, inputs.shape[1]
    inputs = np.hstack([inputs, dummy_columns(len(inputs), count, seed)])
    factors = columns + count
    resamples = min(METHODS[method].resamples, 5)
    analysis = Analysis(method, inputs, tuple(range(factors)), factors, resamples, seed, count)
    found, _, _ = analyze_block(analysis, OutputTask(0, 0, 1, ("recc",), y[None]))
    split = split_dummies({name: array[:, 0] for name, array in found.items()}, count)
    return xr.Dataset(
        {name: ("factor" if np.ndim(array) else (), array) for name, array in split.items()}
    )


def test_the_methods_that_give_an_inert_factor_more_than_0_have_dummies() -> None:
    assert sorted(WITH_DUMMIES) == ["delta", "hdmr", "pawn", "rbd_fast"]


@pytest.mark.parametrize("method", WITH_DUMMIES)
def test_other_measures_keep_their_bits(method: str) -> None:
    rows = np.random.default_rng(0).random((300, 3))
    y = rows[:, 0] + rows[:, 1] ** 2
    alone = analyzed(method, rows, y, 0, dummies=False)
    beside = analyzed(method, rows, y, 0, dummies=True)
    assert not any("dummy" in str(name) for name in alone)
    for name, values in alone.items():
        np.testing.assert_array_equal(beside[name], values, err_msg=str(name))


@pytest.mark.parametrize(("method", "seeds"), [("rbd_fast", 30), ("pawn", 30), ("hdmr", 12)])
def test_an_inert_factor_is_not_called_an_effect(method: str, seeds: int) -> None:
    main, called, felt = METHODS[method].main, [], []
    for seed in range(seeds):
        generator = np.random.default_rng((seed, 99))
        rows = generator.random((400, 5))
        y = rows[:, 0] + 0.7 * rows[:, 1] + 0.2 * generator.normal(size=400)
        effects = effects_only(analyzed(method, rows, y, seed, dummies=True), main)
        felt += effects[:2].notnull().values.tolist()
        called += effects[2:].notnull().values.tolist()
    assert np.mean(felt) > 0.95
    # One side of a 95 % interval.
    assert np.mean(called) < 0.1


def test_delta_of_an_inert_factor_is_not_called_an_effect() -> None:
    rows = np.random.default_rng(4).random((300, 4))
    y = rows[:, 0] + 0.7 * rows[:, 1]
    found = analyzed("delta", rows, y, 4, dummies=True)
    assert float(found["delta_dummy"]) > 0.01
    assert effects_only(found, "delta").notnull().values.tolist() == [True, True, False, False]


def test_the_dummies_are_their_mean_and_the_interval_of_one_more() -> None:
    values = np.array([5.0, 1.0, 2.0, 3.0])
    found = split_dummies({"S": values, "S_conf": values / 10}, 3)
    assert sorted(found) == ["S", "S_conf", "S_dummy", "S_dummy_conf"]
    assert found["S"].tolist() == [5.0]
    assert found["S_dummy"] == 2.0
    # Student's t of 2 degrees of freedom, 4.303, times sqrt(1 + 1/3).
    assert found["S_dummy_conf"] == pytest.approx(4.302653 * np.sqrt(4 / 3))


def test_their_stream_is_neither_that_of_the_seed_nor_of_another() -> None:
    one = dummy_columns(100, 2, 7)
    assert one.shape == (100, 2)
    assert not np.isin(one, np.random.default_rng(7).random(400)).any()
    assert not np.isin(one, dummy_columns(100, 2, 8)).any()


def test_table_report_and_finding_say_what_no_effect_has() -> None:
    study = linear_study()
    found = run_salib(study, "pawn", samples=400, seed=0, outputs=["support"])
    assert found["pawn_median_dummy"].dims == ("output", "mine", "year")
    limit = dummy_limit(found, "pawn_median")
    assert limit is not None
    text = sensitivity_table(found)
    assert NO_EFFECT in text
    assert DUMMY_NOTE in text
    # S does not depend on what is of the pressure system.
    assert "data:noise" not in text
    assert "data:water" in text
    (exhibit,) = measure_tables(Result({"sensitivity": found}, found.attrs))
    assert "not told apart from no effect" in exhibit.note
    findings = summarise(Result({"sensitivity": found}, found.attrs))
    sentences = " ".join(each.text for some in findings.values() for each in some)
    assert "factors have an effect on support in 2014 in at least one mine" in sentences
    found["pawn_median"][:] = 0.0
    assert NONE in sensitivity_table(found)


def test_sobol_has_no_dummy() -> None:
    parts = rm.sensitivity(linear_study(), samples=16, replicates=2, seed=0)
    assert dummy_limit(parts, "total_order") is None
    assert not any("dummy" in str(name) for name in parts)


@pytest.mark.parametrize(("share", "reason"), [(0.03, TOO_FEW_CHANGES), (0.3, 0)])
@pytest.mark.parametrize("name", ["zone", "grade", "rank"])
def test_classes_that_hardly_change_are_undefined(name: str, share: float, reason: int) -> None:
    rows = np.random.default_rng(1).random((1000, 3))
    y = np.where(rows[:, 0] < share, 1.0, 2.0)
    analysis = Analysis("rbd_fast", rows, (0, 1, 2), 3, 5, 0)
    found, reasons, _ = analyze_block(analysis, OutputTask(0, 0, 1, (name,), y[None]))
    assert reasons.tolist() == [reason]
    assert np.isnan(found["S1"]).all() == (reason != 0)
