"""The whole chain: against the reference for every option, and its laws."""

import csv
import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recc_mc.kernels import chain
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import Plan
from recc_mc.study import Study, load_study
from recc_mc.study.factors import column_count
from recc_mc.study.template import write_template
from recc_mc.uncertainty import build_plan, list_factors
from recc_mc.uncertainty.more import asks_for_more
from tests import reference, strategies
from tests.kernels.cases import EVERYTHING, OTHERS, all_cases, made_of_four, with_bounds, with_holes
from tests.kernels.harness import (
    BY_SAMPLE,
    Run,
    assert_agrees,
    assert_near_in_single,
    degree_sums,
    padded,
    run,
    uniforms,
)
from tests.strategies import StudyFiles

FloatArray = npt.NDArray[np.float64]

CASES = all_cases()
some = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def everything(**judgments: Any) -> StudyFiles:
    """Every kind of uncertainty and of method choice at once."""
    files = with_holes(made_of_four(**EVERYTHING))
    table = {**EVERYTHING["uncertainty_judgments"], **judgments}
    return files.with_tables(uncertainty_judgments=table)


def assert_identical(one: Run, other: Run, samples: Any = slice(None)) -> None:
    """Same bits in every output of a sample."""
    for name in BY_SAMPLE:
        expected = getattr(other.draws, name)[:, samples]
        np.testing.assert_array_equal(getattr(one.draws, name), expected, err_msg=name)


def assert_same_obstacles(one: Run, other: Run) -> None:
    """Same bits in the sums over samples."""
    for name in ("obstacle_mean", "obstacle_squares", "obstacle_top5", "obstacle_defined"):
        expected = getattr(other.draws, name)
        np.testing.assert_array_equal(getattr(one.draws, name), expected, err_msg=name)


# --- truth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_every_sample_agrees_with_the_reference(name: str) -> None:
    assert_agrees(CASES[name].load(), seed=len(name))


@some
@given(strategies.studies(), st.integers(0, 2**64 - 1), st.sampled_from([0, 5 * 1024, 2**33]))
def test_any_study_agrees_with_the_reference(study: Study, seed: int, sample: int) -> None:
    assert_agrees(study, 17, seed=seed, sample=sample, stream=4)


@pytest.mark.parametrize("policy", ["keep", "repair", "reject"])
def test_every_tile_agrees_with_the_reference(policy: str) -> None:
    assert_agrees(everything(consistency=policy).load(), 3 * LANES + 5, seed=5, sample=1024)


def test_the_case_study_agrees_with_the_reference(case_study: Study) -> None:
    assert_agrees(case_study, 40, seed=20220428)


DOUBLE = {repr(name) for names in OTHERS.values() for name in names}
LINEAR = [n for n in CASES if not any(other in repr(CASES[n].tables) for other in DOUBLE)]


# The form of the kernel that holds all that a study may ask for is compiled for these alone.
@pytest.mark.parametrize("more", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_single_precision_is_near_the_reference(more: bool) -> None:
    for name in LINEAR[::3]:
        method = {**CASES[name].tables.get("method", {}), "precision": "single"}
        study = CASES[name].with_tables(method=method).load()
        if asks_for_more(study) == more:
            assert_near_in_single(study, seed=len(name))


def test_the_case_study_in_single_precision_is_near_the_reference(case_study: Study) -> None:
    method = case_study.settings.method.model_copy(update={"precision": "single"})
    settings = case_study.settings.model_copy(update={"method": method})
    assert_near_in_single(replace(case_study, settings=settings), seed=20220428)


@pytest.mark.parametrize("name", [name for name in CASES if "fixed" not in name][::6])
def test_without_uncertainty_every_sample_is_the_baseline(name: str) -> None:
    study = CASES[name].load()
    plan = build_plan(study, uncertain=False)
    got = run(study, 40, plan=plan, u=np.empty((0, 40)))
    base = reference.baseline(study)
    for output in ("support", "pressure", "recc", "zone", "grade", "rank"):
        values = got.by_mine(output, study)
        np.testing.assert_array_equal(values, values[..., :1].repeat(40, axis=-1))
        np.testing.assert_allclose(values[..., 0], base[output], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(got.draws.weight[:, 0], base["weight"], atol=1e-12)
    ratio = got.draws.consistency_ratio[:, 0]
    np.testing.assert_allclose(ratio, base["consistency_ratio"], atol=1e-12)


# --- independence of blocks, tiles, lanes and threads --------------------------------------------

SAMPLES = 2 * chain.UNIT + LANES + 13


@pytest.mark.parametrize("policy", ["repair", "reject"])
def test_blocks_never_change_a_result(policy: str) -> None:
    study = everything(consistency=policy).load()
    u = uniforms(study, SAMPLES)
    whole = run(study, SAMPLES, u=u)
    for borders in ([0, 1024, 2048, SAMPLES], [0, 2048, SAMPLES], [0, 1024, SAMPLES]):
        parts = []
        for start, stop in pairwise(borders):
            part = run(study, stop - start, sample=start, u=u[:, start:stop].copy())
            assert_identical(part, whole, slice(start, stop))
            parts.append(part.draws)
        for name in ("obstacle_mean", "obstacle_squares", "obstacle_defined"):
            units = np.concatenate([getattr(part, name) for part in parts])
            np.testing.assert_array_equal(units, getattr(whole.draws, name))
        counts = sum(part.obstacle_top5 for part in parts)
        np.testing.assert_array_equal(counts, whole.draws.obstacle_top5)


@pytest.mark.parametrize("samples", [1, LANES - 1, LANES, LANES + 1, chain.UNIT + 1])
def test_a_longer_run_begins_with_the_shorter(samples: int) -> None:
    study = everything().load()
    whole = run(study, SAMPLES)
    assert_identical(run(study, samples), whole, slice(samples))


@pytest.mark.parametrize("shift", [1, LANES // 2 - 1, LANES, 1000])
def test_no_result_depends_on_the_place_in_a_tile(shift: int) -> None:
    study = everything(consistency="reject").load()
    whole = run(study, SAMPLES)
    # Obstacle sums want blocks that start a unit; what is of one sample does not.
    moved = run(study, SAMPLES - shift, sample=shift)
    assert_identical(moved, whole, slice(shift, None))


def test_permuting_rows_permutes_results() -> None:
    table = {"uncertainty_data": {"distribution": "normal", "systematic_cv": 0.1, "mine_cv": 0.1}}
    study = made_of_four(**{**EVERYTHING, **table}).load()
    u = uniforms(study, SAMPLES)[:, :SAMPLES]
    order = np.random.default_rng(1).permutation(SAMPLES)
    assert_identical(run(study, SAMPLES, u=u[:, order]), run(study, SAMPLES, u=u), order)


@pytest.mark.parametrize("junk", [0.5, 1e-300, 1 - 2.0**-53, np.nan])
@pytest.mark.parametrize("samples", [1, LANES + 3])
def test_padding_leaks_into_nothing(junk: float, samples: int) -> None:
    study = everything().load()
    u = uniforms(study, samples)
    dirty = u.copy()
    dirty[:, samples:] = junk
    assert dirty.shape[1] == padded(samples) > samples
    clean, got = run(study, samples, u=u), run(study, samples, u=dirty)
    assert_identical(got, clean)
    assert_same_obstacles(got, clean)
    assert got.draws.obstacle_defined.max() <= samples
    alone = [run(study, 1, sample=s, u=u[:, s : s + 1]).draws for s in range(samples)]
    sums = sum(degree_sums(one) for one in alone)
    np.testing.assert_allclose(degree_sums(clean.draws), sums, rtol=1e-13)
    tops = sum(one.obstacle_top5 for one in alone)
    np.testing.assert_array_equal(clean.draws.obstacle_top5, tops)


def test_threads_do_not_disturb_each_other() -> None:
    studies = [everything().load(), made_of_four(seed=2, mines=4, **EVERYTHING).load()]
    alone = [run(study, 4096) for study in studies]
    start = Barrier(2)

    def work(study: Study) -> list[Run]:
        start.wait()
        return [run(study, 4096) for _ in range(4)]

    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(work, studies))
    for expected, runs in zip(alone, together, strict=True):
        for got in runs:
            assert_identical(got, expected)
            assert_same_obstacles(got, expected)


def _arrays(plan: Plan) -> list[npt.NDArray[Any]]:
    return [field for field in plan if isinstance(field, np.ndarray)]


def test_inputs_are_never_changed_and_a_plan_travels() -> None:
    study = everything().load()
    plan, u = build_plan(study), uniforms(study, 100)
    u.flags.writeable = True
    sent = pickle.loads(pickle.dumps(plan))
    before = [array.copy() for array in _arrays(plan)]
    rows = u.copy()
    got = run(study, 100, plan=plan, u=u)
    np.testing.assert_array_equal(u, rows)
    for array, old in zip(_arrays(plan), before, strict=True):
        np.testing.assert_array_equal(array, old)
    assert_identical(run(study, 100, plan=sent, u=u), got)


def test_seed_stream_and_sample_change_the_noise() -> None:
    study = made_of_four(uncertainty_data={"cv": 0.1}).load()
    base = run(study, 50).draws.support
    for where in ({"seed": 2}, {"seed": 1 + 2**32}, {"stream": 4}, {"sample": 1024}):
        assert (run(study, 50, **where).draws.support != base).any(axis=0).all()


# --- nothing drawn, nothing changed --------------------------------------------------------------


def baseline(study: Study, samples: int) -> Run:
    """The index without uncertainty, once a sample."""
    plan = build_plan(study, uncertain=False)
    return run(study, samples, plan=plan, u=np.empty((0, samples)))


@pytest.mark.parametrize(
    "tables",
    [
        {"uncertainty_judgments": {"sigma": 0.0}},
        {"uncertainty_data": {"cv": 0.0, "systematic_cv": 0.0, "mine_cv": 0.0}},
        {"uncertainty_method": {"goalposts": ["frozen"], "ahp_share": {"low": 0.5, "high": 0.5}}},
    ],
    ids=["judgments", "data", "method"],
)
def test_no_noise_gives_the_baseline_to_the_last_bit(tables: dict[str, Any]) -> None:
    study = made_of_four(**tables).load()
    assert_identical(run(study, 40), baseline(study, 40))


@pytest.mark.parametrize("judgments", ["lognormal", "uniform", "triangular"])
@pytest.mark.parametrize("data", ["normal", "uniform", "triangular"])
def test_errors_in_the_middle_give_the_baseline_to_the_last_bit(judgments: str, data: str) -> None:
    study = made_of_four(
        uncertainty_judgments={"distribution": judgments, "sigma": 0.4},
        uncertainty_data={"distribution": data, "systematic_cv": 0.2, "mine_cv": 0.1},
        uncertainty_method={"goalposts": ["frozen"]},
    ).load()
    u = np.full_like(uniforms(study, 40), 0.5)
    assert len(u) > 20
    assert_identical(run(study, 40, u=u), baseline(study, 40))


# --- what errors of the data do ------------------------------------------------------------------


LIFTED = ("none", "none")


def noisy(
    folder: Path, posts: str, bounds: tuple[str, str] = ("", ""), **data: float
) -> tuple[FloatArray, FloatArray]:
    """RECC of the case study under errors of its data alone: (mine, year, sample), baseline.

    ``bounds`` are the natural ones of the percentages; blank, their units imply them.
    """
    write_template(folder)
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    rows = [[*row, *(bounds if row[4] == "%" else ("", ""))] for row in rows]
    table = strategies.csv_text([*header, "min", "max"], rows)
    (folder / "indicators.csv").write_text(table, encoding="utf-8")
    names = {"panel": "panel.csv", "indicators": "indicators.csv", "judgments": "judgments.toml"}
    tables = {
        "study": names,
        "uncertainty.data": data,
        "uncertainty.method": {"goalposts": [posts]},
    }
    (folder / "study.toml").write_text(strategies.toml_document(tables), encoding="utf-8")
    study = load_study(folder / "study.toml")
    return run(study, 4096).by_mine("recc", study), reference.baseline(study)["recc"]


@pytest.mark.parametrize(
    ("bounds", "expected", "in_sds"), [(LIFTED, 0.0346, 0.75), (("", ""), 0.0052, 0.13)]
)
def test_reestimated_goalposts_bias_the_case_study_upward(
    tmp_path: Path, bounds: tuple[str, str], expected: float, in_sds: float
) -> None:
    # 10 % cell noise: moving goalposts take the extremes of noise for the range of the indicator.
    # What is most shifted are percentages near 100, which their bounds hold in place.
    moving, base = noisy(tmp_path / "moving", "reestimated", bounds, cv=0.1)
    frozen, _ = noisy(tmp_path / "frozen", "frozen", bounds, cv=0.1)
    bias = (moving.mean(axis=-1) - base).mean()
    assert bias == pytest.approx(expected, abs=0.003)
    assert bias / moving.std(axis=-1).mean() == pytest.approx(in_sds, abs=0.1)
    assert abs((frozen.mean(axis=-1) - base).mean()) < 0.003


def test_shared_factors_cancel_in_reestimated_goalposts(tmp_path: Path) -> None:
    draws, base = noisy(tmp_path / "moving", "reestimated", LIFTED, systematic_cv=0.3)
    np.testing.assert_allclose(draws, np.broadcast_to(base[..., None], draws.shape), rtol=1e-11)
    draws, _ = noisy(tmp_path / "frozen", "frozen", LIFTED, systematic_cv=0.3)
    assert draws.std(axis=-1).min() > 0.01


def test_shared_errors_do_not_cancel_where_bounds_bend_them(tmp_path: Path) -> None:
    free, _ = noisy(tmp_path / "free", "reestimated", LIFTED, systematic_cv=0.05)
    bent, _ = noisy(tmp_path / "bent", "reestimated", systematic_cv=0.05)
    assert free.std(axis=-1).max() < 1e-10
    assert 1e-4 < bent.std(axis=-1).min() < bent.std(axis=-1).max() < 0.1


# --- faults --------------------------------------------------------------------------------------


def below_its_goalposts() -> StudyFiles:
    """A study of fixed goalposts that no draw leaves unless its uniforms are extreme."""
    files = made_of_four(
        method={"goalposts": "fixed"},
        uncertainty_data={"distribution": "normal", "systematic_cv": 0.05, "mine_sd": 50.0},
        uncertainty_judgments={"sigma": 0.2},
    )
    return with_bounds(files, 0.0, 300.0)


@pytest.mark.parametrize("sample", [0, 5, LANES + 3, chain.UNIT - 1, chain.UNIT + LANES])
@pytest.mark.parametrize("block", [0, 7 * chain.UNIT])
@pytest.mark.parametrize("name", ["water 0", "air 1", "noise 3"])
def test_a_negative_value_names_its_indicator_and_sample(
    name: str, sample: int, block: int
) -> None:
    study = below_its_goalposts().load()
    (factor,) = (f for f in list_factors(study) if f.label == f"data:{name}")
    j = study.hierarchy.names.index(name)
    u = np.full((column_count(list_factors(study)), SAMPLES), 0.5)
    # The worst end: the smallest value, or the largest where less is better.
    worst = 1e-300 if study.hierarchy.indicators[j].direction > 0 else 1 - 2.0**-53
    u[factor.column("mine") + 1, sample] = worst
    status = run(study, SAMPLES, sample=block, u=u).status
    assert status.tolist() == [chain.NEGATIVE, j, block + sample]
    assert run(study, sample, sample=block, u=u[:, :sample]).status[0] == chain.DONE
    u[:, sample] = 0.5
    assert run(study, SAMPLES, sample=block, u=u).status[0] == chain.DONE


def test_padding_is_no_negative_value() -> None:
    study = below_its_goalposts().load()
    u = np.full((len(uniforms(study, 1)), LANES), 1e-300)
    u[:, 0] = 0.5
    assert run(study, 1, u=u).status[0] == chain.DONE
    assert run(study, 2, u=u).status[0] == chain.NEGATIVE


def test_clipping_takes_values_beyond_the_goalposts() -> None:
    files = made_of_four(
        method={"goalposts": "fixed", "clip": True},
        uncertainty_data={"indicators": {"water 2": {"cv": 0.5}}},
    )
    assert_agrees(with_bounds(files, 15.0, 140.0).load(), 60)


# --- laws of any study ---------------------------------------------------------------------------


@some
@given(strategies.studies(), st.randoms(use_true_random=False))
def test_permuting_mines_permutes_results(study: Study, random: Any) -> None:
    order: Sequence[int] = random.sample(range(len(study.panel.mines)), len(study.panel.mines))
    base = run(study, 5, plan=build_plan(study, uncertain=False))
    moved = strategies.permuted(study, mines=order)
    other = run(moved, 5, plan=build_plan(moved, uncertain=False))
    for name in ("support", "pressure", "recc"):
        values = base.by_mine(name, study)[order]
        np.testing.assert_allclose(other.by_mine(name, moved), values, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(other.draws.weight, base.draws.weight, rtol=1e-11, atol=1e-14)


@some
@given(strategies.studies(), st.integers(0, 2**32))
def test_outputs_are_lawful(study: Study, seed: int) -> None:
    got = run(study, 40, seed=seed)
    assert got.status[0] == chain.DONE
    draws = got.draws
    undefined = ~(draws.support >= 1e-9)
    np.testing.assert_array_equal(np.isnan(draws.recc), undefined)
    np.testing.assert_array_equal(draws.rank == -1, undefined)
    for system in reference.SYSTEMS:
        weights = draws.weight[reference.system_mask(study, system)]
        known = ~np.isnan(weights).any(axis=0)
        np.testing.assert_allclose(weights[:, known].sum(axis=0), 1, rtol=1e-12)
        assert (weights[:, known] >= 0).all()
    assert ((draws.repair > 0) & (draws.repair <= 1)).all()
    defined = draws.obstacle_defined.sum(axis=0)
    assert ((defined >= 0) & (defined <= 40)).all()
    assert (draws.obstacle_top5 <= defined).all()
    np.testing.assert_array_less(-1e-12, draws.obstacle_mean)
