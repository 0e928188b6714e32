"""Monte Carlo draws: the same bits however they are computed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.parts import memory
from recc_mc.parts.manifest import RunSettings
from recc_mc.simulation.settings import shared_out
from recc_mc.simulation.simulated import Simulated
from recc_mc.summary import first
from recc_mc.summary.first import FROM_FIRST
from recc_mc.summary.obstacles import OBSTACLES
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block
from tests import strategies
from tests.declared import always
from tests.strategies import small_study

UNCERTAIN: dict[str, Any] = {
    "uncertainty_judgments": {"sigma": 0.4},
    "uncertainty_data": {"cv": 0.1, "systematic_cv": 0.05, "mine_cv": 0.02},
    "uncertainty_method": {
        "ahp_share": {"low": 0.3, "high": 0.7},
        "goalposts": ["reestimated", "frozen"],
    },
}


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(**UNCERTAIN).load()


@pytest.fixture(scope="module")
def draws(study: rm.Study) -> xr.Dataset:
    return rm.simulate(study, samples=5300, seed=1, scheduler="synchronous")


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fits into memory."""
    monkeypatch.setattr(memory, "available_memory", lambda: 0)


# --- what there is -------------------------------------------------------------------------------


def test_every_declared_variable_is_there(study: rm.Study, draws: xr.Dataset) -> None:
    assert set(draws.data_vars) == always("samples")
    assert draws.sizes["sample"] == 5300
    assert draws.attrs["cr_limit"] == study.cr_limit == 0.1
    assert draws.attrs["quantiles"] == list(study.settings.simulation.quantiles)
    assert draws.attrs["study_digest"] == study.digest
    assert all(isinstance(array.data, np.ndarray) for array in draws.data_vars.values())


def test_the_baseline_is_that_of_evaluate(study: rm.Study, draws: xr.Dataset) -> None:
    baseline = rm.evaluate(study)
    for name in ("support", "pressure", "recc", "consistency_ratio"):
        np.testing.assert_array_equal(draws[f"{name}_baseline"], baseline[name])


def test_single_precision_is_another_run_of_nearly_the_same_numbers(
    study: rm.Study, draws: xr.Dataset
) -> None:
    method = study.settings.method.model_copy(update={"precision": "single"})
    single = replace(study, settings=study.settings.model_copy(update={"method": method}))
    one = rm.simulate(single, samples=2000, seed=1, scheduler="synchronous")
    other = rm.simulate(single, samples=2000, seed=1, scheduler="threads", chunk=1024)
    assert (draws.attrs["precision"], one.attrs["precision"]) == ("double", "single")
    assert one.attrs["study_digest"] != draws.attrs["study_digest"]
    np.testing.assert_array_equal(one["recc_baseline"], rm.evaluate(single)["recc"])
    for name in ("support", "pressure", "weight"):
        np.testing.assert_array_equal(one[name], other[name])
        first = draws[name].isel(sample=slice(2000))
        assert 0 < np.abs(one[name] - first).max() < 1e-5


def test_draws_vary_and_agree_with_each_other(draws: xr.Dataset) -> None:
    assert (draws["recc"].std("sample") > 0).all()
    np.testing.assert_array_equal(draws["recc"], draws["pressure"] / draws["support"])
    above = (draws["recc"] > draws["recc"].rename(mine="other")).sum("other")
    np.testing.assert_array_equal(draws["rank"], draws.sizes["mine"] - above)
    assert set(np.unique(draws["zone"])) <= {0, 1, 2, 3}
    assert ((draws["repair"] < 1) == (draws["repair"] != 1)).all()


# --- the same bits -------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 1000, 1024, 5000, 5300, 100_000])
@pytest.mark.parametrize("scheduler", ["threads", "synchronous"])
def test_no_chunk_and_no_scheduler_changes_a_bit(
    study: rm.Study, draws: xr.Dataset, chunk: int, scheduler: str
) -> None:
    again = rm.simulate(study, samples=5300, seed=1, chunk=chunk, scheduler=scheduler)
    xr.testing.assert_identical(again, draws)


def test_a_short_run_has_a_block_for_each_thread(study: rm.Study) -> None:
    plan = CompiledStudy.of(study).plan
    settings = RunSettings(5300, 1, "samples", 16_384, None)
    unit = plan.options.unit
    assert unit == 1024
    chunks = {threads: shared_out(plan, settings, threads).chunk for threads in (1, 2, 8)}
    assert chunks == {1: 6 * unit, 2: 3 * unit, 8: unit}
    long = settings._replace(samples=10**6)
    assert shared_out(plan, long, 8) == long._replace(chunk=first.FIRST)


@pytest.mark.parametrize(
    ("obstacle", "fitting"), [("both", first.FIRST), ("support", 2047), ("support", 0)]
)
@pytest.mark.parametrize("samples", [100, 8191, 8193, 12_000])
def test_details_that_blocks_keep_are_those_of_samples_evaluated_once_more(
    monkeypatch: pytest.MonkeyPatch, samples: int, obstacle: str, fitting: int
) -> None:
    study = small_study(method={"obstacle": obstacle}, **UNCERTAIN).load()
    monkeypatch.setattr(first, "DEGREE_BYTES", fitting * 8 * 9 * 9)
    levels = study.settings.simulation.quantiles
    again = first.first_samples(CompiledStudy.of(study), 1, samples)
    expected = first.first_sample_statistics(again, (3, 3), levels)
    assert ("obstacle_quantile" in expected) == (fitting > 0)
    for chunk, scheduler in ((None, "threads"), (None, "synchronous"), (5000, "threads")):
        draws = rm.simulate(study, samples=samples, seed=1, chunk=chunk, scheduler=scheduler)
        assert set(expected) == {name for name in FROM_FIRST if name in draws}
        for name, array in expected.items():
            np.testing.assert_array_equal(draws[name], array)


@pytest.mark.parametrize("scheduler", ["threads", "synchronous"])
@pytest.mark.parametrize("samples", [5300, 20_000])
def test_no_sample_of_a_run_in_this_process_is_evaluated_twice(
    monkeypatch: pytest.MonkeyPatch, study: rm.Study, scheduler: str, samples: int
) -> None:
    monkeypatch.setattr(first, "fill_draws", None)
    draws = rm.simulate(study, samples=samples, seed=1, scheduler=scheduler)
    assert draws["obstacle_quantile"].attrs["samples"] == min(samples, first.FIRST)


def test_blocks_that_are_sent_or_stored_come_without_details(study: rm.Study) -> None:
    settings = RunSettings(5300, 1, "samples", 1024, None)
    product = Simulated.begin(study, CompiledStudy.of(study), settings)
    block = Block(0, 0, 1024)
    assert not product.task()(block).obstacle.size
    product.stays_here = True
    assert product.task()(block).obstacle.shape[2] == block.samples


def test_worker_processes_change_no_bit(study: rm.Study, draws: xr.Dataset) -> None:
    again = rm.simulate(study, samples=5300, seed=1, chunk=1024, scheduler="processes")
    xr.testing.assert_identical(again, draws)


@pytest.mark.parametrize("chunk", [1000, 5000, 100_000])
@pytest.mark.usefixtures("no_memory")
def test_draws_larger_than_memory_have_the_same_bits(
    study: rm.Study, draws: xr.Dataset, chunk: int
) -> None:
    deferred = rm.simulate(study, samples=5300, seed=1, chunk=chunk)
    expected = -(-chunk // 1024) * 1024
    for name, array in deferred.data_vars.items():
        if "sample" in array.dims:
            assert array.chunks is not None
            assert array.chunks[-1][0] == min(expected, 5300)
            assert all(len(sizes) == 1 for sizes in array.chunks[:-1])
        else:
            assert (array.chunks is not None) == (name in (*OBSTACLES, *FROM_FIRST))
    xr.testing.assert_identical(deferred.compute(), draws)
    # One variable, some samples: no more than their block is needed.
    part = deferred["zone"].isel(sample=slice(5290, None)).compute()
    xr.testing.assert_identical(part, draws["zone"].isel(sample=slice(5290, None)))


@pytest.mark.usefixtures("no_memory")
def test_draws_larger_than_memory_are_computed_when_they_are_used() -> None:
    tables = {
        "method": {"goalposts": "fixed"},
        "uncertainty_data": {"distribution": "normal", "cv": 1.0},
    }
    deferred = rm.simulate(small_study(**tables).load(), samples=2000, seed=1)
    with pytest.raises(rm.RunError, match="beyond its fixed goalposts"):
        deferred["recc"].compute()


def test_a_longer_run_begins_like_a_shorter_one(study: rm.Study, draws: xr.Dataset) -> None:
    short = rm.simulate(study, samples=1500, seed=1)
    for name, array in short.data_vars.items():
        if "sample" in array.dims:
            xr.testing.assert_identical(array, draws[name].isel(sample=slice(1500)))


def test_saved_draws_are_the_same_however_they_were_kept(
    study: rm.Study, draws: xr.Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    rm.save(tmp_path / "memory.nc", samples=draws, dtype="float64")
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    deferred = rm.simulate(study, samples=5300, seed=1, chunk=2000)
    rm.save(tmp_path / "deferred.nc", samples=deferred, dtype="float64")
    with rm.load(tmp_path / "memory.nc") as one, rm.load(tmp_path / "deferred.nc") as two:
        xr.testing.assert_equal(one["samples"].to_dataset(), two["samples"].to_dataset())


# --- nothing uncertain ----------------------------------------------------------------------------


def nothing() -> dict[str, Any]:
    return {}


def zero_noise() -> dict[str, Any]:
    return {
        "uncertainty_judgments": {"sigma": 0.0, "resample_experts": True},
        "uncertainty_data": {"cv": 0.0, "systematic_cv": 0.0},
        "uncertainty_method": {"ahp_share": {"low": 0.5, "high": 0.5}, "scope": ["pooled"]},
    }


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
@pytest.mark.parametrize("tables", [nothing, zero_noise])
@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
@pytest.mark.parametrize("obstacle", ["support", "both"])
def test_zero_noise_gives_the_baseline_exactly(
    tables: Callable[[], dict[str, Any]], aggregation: str, obstacle: str
) -> None:
    method = {"aggregation": aggregation, "obstacle": obstacle}
    study = small_study(method=method, **tables()).load()
    baseline = rm.evaluate(study)
    draws = rm.simulate(study, samples=1500, seed=0)
    for name in ("support", "pressure", "recc", "zone", "grade", "rank", "weight"):
        expected = baseline[name].values[..., None]
        np.testing.assert_array_equal(
            draws[name], np.broadcast_to(expected, draws[name].shape), err_msg=name
        )
    ratio = baseline["consistency_ratio"].values[:, None]
    np.testing.assert_array_equal(draws["consistency_ratio"], np.broadcast_to(ratio, (6, 1500)))
    np.testing.assert_allclose(draws["obstacle_mean"], baseline["obstacle"], rtol=1e-12)
    assert (draws["repair"] == 1).all()
    assert (draws["redraws"] == 0).all()
    top = draws["obstacle_top5_probability"].values
    assert np.isin(top[~np.isnan(top)], [0, 1]).all()


# --- seeds ----------------------------------------------------------------------------------------


def test_seed_0_is_a_seed(study: rm.Study, draws: xr.Dataset) -> None:
    zero, again = (rm.simulate(study, samples=100, seed=0) for _ in range(2))
    xr.testing.assert_identical(zero, again)
    assert zero.attrs["seed"] == 0
    assert (zero["recc"].values != draws["recc"].values[..., :100]).all()


def test_the_study_gives_samples_and_seed() -> None:
    table = {"samples": 150, "seed": 0}
    study = small_study(**UNCERTAIN, simulation=table).load()
    draws = rm.simulate(study)
    assert (draws.sizes["sample"], draws.attrs["seed"]) == (150, 0)
    xr.testing.assert_identical(draws, rm.simulate(study, samples=150, seed=0))


def test_a_seed_that_nobody_gives_is_drawn_and_recorded(study: rm.Study) -> None:
    one, two = (rm.simulate(study, samples=100) for _ in range(2))
    assert 0 <= one.attrs["seed"] < 2**63
    assert one.attrs["seed"] != two.attrs["seed"]
    xr.testing.assert_identical(rm.simulate(study, samples=100, seed=one.attrs["seed"]), one)


# --- wrong arguments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"samples": 0}, "samples: must be >= 1, got 0"),
        ({"samples": 10.5}, "samples: must be a whole number, got 10.5"),
        ({"samples": True}, "samples: must be a whole number, got true"),
        ({"seed": -1}, "seed: must be >= 0, got -1"),
        ({"seed": 2**63}, f"seed: must be <= {2**63 - 1}, got {2**63}"),
        ({"seed": "7"}, 'seed: must be a whole number, got "7"'),
        ({"chunk": 0}, "chunk: must be >= 1, got 0"),
        (
            {"scheduler": "thread"},
            'scheduler: must be "threads", "processes", "synchronous", "tcp://HOST:PORT", '
            '"scheduler-file:PATH" or "slurm", got "thread"; did you mean "threads"?',
        ),
    ],
)
def test_wrong_arguments(study: rm.Study, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.simulate(study, **arguments)
    assert caught.value.problems == (problem,)


def test_all_wrong_arguments_are_reported_together(study: rm.Study) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.simulate(study, samples=0, chunk=-3)
    assert len(caught.value.problems) == 2


def test_numpy_integers_are_whole_numbers(study: rm.Study, draws: xr.Dataset) -> None:
    one = rm.simulate(study, samples=np.int32(100), seed=np.uint8(1), chunk=np.int64(7))
    xr.testing.assert_identical(one["recc"], draws["recc"].isel(sample=slice(100)))
    assert type(one.attrs["seed"]) is int


# --- identities -----------------------------------------------------------------------------------


def test_mines_and_indicators_may_stand_in_any_order() -> None:
    # Without cell noise, which is a function of the cell's position.
    study = small_study(uncertainty_method=UNCERTAIN["uncertainty_method"]).load()
    moved = strategies.permuted(study, mines=[2, 0, 1])
    one, two = (rm.simulate(each, samples=300, seed=3) for each in (study, moved))
    two = two.sel(mine=one["mine"])
    for name in ("support", "pressure", "recc", "weight", "obstacle_mean"):
        np.testing.assert_allclose(two[name], one[name], rtol=1e-12, err_msg=name)
    np.testing.assert_array_equal(two["rank"], one["rank"])


def test_units_change_nothing(study: rm.Study, draws: xr.Dataset) -> None:
    scale = 2.0 ** np.arange(study.panel.values.shape[-1])
    scaled = strategies.with_values(study, study.panel.values * scale)
    again = rm.simulate(scaled, samples=5300, seed=1)
    np.testing.assert_allclose(again["recc"], draws["recc"], rtol=1e-11)


def test_a_study_is_not_changed(study: rm.Study, draws: xr.Dataset) -> None:
    before = study.panel.values.copy()
    rm.simulate(replace(study), samples=100, seed=1)
    np.testing.assert_array_equal(study.panel.values, before)


# --- summary mode --------------------------------------------------------------------------------


def test_a_summary_is_that_of_the_samples(study: rm.Study, draws: xr.Dataset) -> None:
    summary = rm.simulate(study, samples=5300, seed=1, scheduler="synchronous", keep="summary")
    expected = rm.summarize(draws)
    spread = draws[["support", "pressure", "recc"]].max("sample") - draws[
        ["support", "pressure", "recc"]
    ].min("sample")
    for name, array in expected.data_vars.items():
        if str(name).endswith("_quantile"):
            continue
        np.testing.assert_array_equal(summary[name], array, err_msg=str(name))
    for name in ("support", "pressure", "recc"):
        error = abs(summary[f"{name}_quantile"] - expected[f"{name}_quantile"])
        assert (error <= summary[f"{name}_quantile_resolution"]).all()
        assert (error <= 1e-3 * spread[name]).all()
    assert summary.attrs["samples"] == 5300


@pytest.mark.parametrize(
    "scheduler", ["threads", pytest.param("processes", marks=pytest.mark.slow)]
)
def test_no_chunk_and_no_scheduler_changes_a_bit_of_a_summary(
    study: rm.Study, scheduler: str
) -> None:
    def run(chunk: int, scheduler: str) -> xr.Dataset:
        return rm.simulate(
            study, samples=5300, seed=1, chunk=chunk, scheduler=scheduler, keep="summary"
        )

    xr.testing.assert_identical(run(1024, scheduler), run(10_000, "synchronous"))


def test_what_is_kept_is_checked(study: rm.Study) -> None:
    with pytest.raises(rm.InputError, match='keep: must be "samples" or "summary", got "all"'):
        rm.simulate(study, samples=10, keep="all")
