"""Tallies: what they count, against the reference, and that no cut changes a bit."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.kernels.chain import UNIT
from recc_mc.sampling.draws import compute_block
from recc_mc.summary.family import Sizes, baseline_of
from recc_mc.summary.probability import probability
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.ranking import MOST_COMPARED, is_compared
from recc_mc.summary.tally import (
    Tally,
    add_block,
    compute_tally,
    empty_tally,
    largest_error,
    tally,
    tally_of_draws,
)
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from tests import reference
from tests.baselines import made_up_baseline
from tests.strategies import seeds, small_study
from tests.summary.merging import merge_in_order

SAMPLES = 5 * UNIT + 77


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(
        uncertainty_judgments={"sigma": 0.5},
        uncertainty_data={"cv": 0.2, "systematic_cv": 0.05},
        uncertainty_method={"goalposts": ["reestimated", "frozen"]},
    ).load()


def tallied(study: rm.Study, chunk: int, *, compared: bool = True) -> list[tuple[Block, Tally]]:
    model = CompiledStudy.of(study)
    edges = find_edges(model, 1, SAMPLES)
    baseline = made_up_baseline(model.plan)
    return [
        (block, compute_tally(model, 1, edges, baseline, compared, block))
        for block in cut(SAMPLES, chunk, 1024)
    ]


def assert_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    for left, right in zip(one, other, strict=True):
        if isinstance(left, tuple):
            assert_same(left, right)
        else:
            np.testing.assert_array_equal(left, right)


def in_one_unit(study: rm.Study, total: Tally) -> Tally:
    """A total as that of several blocks is: that of one has its units still."""
    model = CompiledStudy.of(study)
    edges = find_edges(model, 1, SAMPLES) if total.quantiles.recc.counts.size else None
    return add_block(total, empty_tally(Sizes.of(model.plan, edges, compared=True), 0))


@pytest.mark.parametrize("chunk", [1024, 3000])
def test_no_cut_and_no_order_changes_a_bit(study: rm.Study, chunk: int) -> None:
    whole = in_one_unit(study, merge_in_order(tallied(study, 10**6)))
    parts = tallied(study, chunk)
    assert len(parts) > 1
    assert_same(merge_in_order(parts), whole)
    assert_same(merge_in_order(reversed(parts)), whole)
    assert whole.samples == SAMPLES


def test_a_tally_without_samples_is_that_of_the_draws(study: rm.Study) -> None:
    model = CompiledStudy.of(study)
    draws = compute_block(model, 1, Block(0, 0, SAMPLES))
    kept = tally_of_draws(model.plan, draws, made_up_baseline(model.plan), compared=True)
    total = merge_in_order(tallied(study, 2048))
    # Draws that are kept need no sketches, and come without the weights that are combined.
    weights = total.weights._replace(ahp=kept.weights.ahp, objective=kept.weights.objective)
    assert kept.weights.ahp.shape == (9, 0)
    assert_same(in_one_unit(study, kept), total._replace(quantiles=kept.quantiles, weights=weights))
    np.testing.assert_array_equal(total.obstacles.top5, draws.obstacle_top5)
    np.testing.assert_array_equal(
        total.obstacles.degree.draws[0], draws.obstacle_defined.sum(axis=0)
    )


def test_sketches_hold_every_draw_once(study: rm.Study) -> None:
    draws = compute_block(CompiledStudy.of(study), 1, Block(0, 0, SAMPLES))
    total = merge_in_order(tallied(study, 2048))
    levels = [draws.support, draws.pressure, draws.recc]
    changes = [(rows := level.reshape(3, 3, -1))[:, -1] - rows[:, 0] for level in levels]
    further = [draws.criterion_score, draws.coordination, draws.fuzzy_score]
    series = [*levels, *changes, draws.weight, *further]
    for values, sketch in zip(series, total.quantiles, strict=True):
        defined = np.isfinite(values)
        np.testing.assert_array_equal(sketch.counts.sum(axis=1), defined.sum(axis=1))
        np.testing.assert_array_equal(sketch.least, np.where(defined, values, np.inf).min(axis=1))
        np.testing.assert_array_equal(sketch.most, np.where(defined, values, -np.inf).max(axis=1))


@given(seeds(), st.integers(1, 200), st.sampled_from([0.0, 0.4]))
def test_counts_give_the_probabilities_of_the_reference(
    seed: int, samples: int, undefined: float
) -> None:
    rng = np.random.default_rng(seed)
    shape = (3, 2, samples)
    # Few distinct values, so that there are ties.
    recc = rng.integers(0, 4, shape).astype(float)
    recc[rng.random(shape) < undefined] = np.nan
    rank = 1 + (recc[None] > recc[:, None]).sum(axis=1)
    draws = {
        "support": rng.random(shape),
        "pressure": rng.random(shape),
        "recc": recc,
        "zone": rng.integers(-1, 4, shape).astype(np.int8),
        "grade": rng.choice([-1, 1, 5, 9], shape).astype(np.int8),
        "rank": np.where(np.isnan(recc), -1, rank).astype(np.int16),
        "weight": rng.random((4, samples)),
        "consistency_ratio": rng.uniform(0, 0.2, (2, samples)),
        "repair": rng.choice([0.5, 1.0], (2, samples)),
        "redraws": rng.integers(0, 2, (2, samples)).astype(np.int8),
    }
    base = {name: draws[name][..., rng.integers(samples)] for name in ("recc", "rank")}
    total = tally(draws, 0.1, baseline_of(**base))
    ranking, overload = total.ranking, total.overload
    counted = {"zone": total.classes.zone, "grade": total.classes.grade, "rank": ranking.rank}
    for name, codes in (("zone", range(4)), ("grade", range(1, 10)), ("rank", range(1, 4))):
        table = counted[name].reshape(3, 2, -1)
        found = probability(table, table.sum(axis=-1, keepdims=True))
        expected = reference.class_probability(draws[name], codes)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-15)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-13)
    expected = reference.outranks_probability(recc)
    np.testing.assert_allclose(probability(ranking.above, ranking.both)[0], expected[0], rtol=1e-15)
    np.testing.assert_array_equal(overload.over, (recc >= 1).sum(-1).ravel())
    first = overload.first
    share = np.stack(probability(first, first.sum(axis=-1, keepdims=True)))
    np.testing.assert_array_equal(share, reference.first_overload_probability(recc))
    rank = np.maximum(draws["rank"], 0).astype(int)
    np.testing.assert_array_equal(ranking.total, rank.sum(-1).ravel())
    np.testing.assert_array_equal(ranking.squares, (rank**2).sum(-1).ravel())
    same = (draws["rank"] == base["rank"][..., None]) & (draws["rank"] > 0)
    np.testing.assert_array_equal(ranking.same, same.sum(-1).ravel())
    tau, unchanged = reference.agreement(recc, draws["rank"], base["recc"], base["rank"])
    for year in range(2):
        if np.ptp(base["recc"][:, year]) > 0:
            scores = np.rint(3 * tau[year][~np.isnan(tau[year])]).astype(int) + 3
            ordered = ranking.scores[year] - ranking.tied[year] * (np.arange(7) == 3)
            np.testing.assert_array_equal(ordered, np.bincount(scores, minlength=7))
    np.testing.assert_array_equal(ranking.unchanged, (unchanged == 1).sum(-1))
    for name, trend in total.trends._asdict().items():
        increased = reference.change(draws[name]) > 0
        np.testing.assert_array_equal(trend.increase, increased.sum(-1))
        peak, _ = probability(trend.peak, trend.peak.sum(-1, keepdims=True))
        expected, _ = reference.peak_probability(draws[name])
        np.testing.assert_allclose(peak, expected, rtol=1e-15)
    np.testing.assert_array_equal(total.ledger.repaired, (draws["repair"] < 1).sum(-1))
    np.testing.assert_array_equal(total.ledger.redrawn, (draws["redraws"] > 0).sum(-1))
    fine = (draws["consistency_ratio"] < 0.1) & (draws["repair"] == 1) & (draws["redraws"] == 0)
    np.testing.assert_array_equal(total.ledger.accepted, fine.sum(-1))


def test_the_largest_error_is_that_of_an_even_chance() -> None:
    total = empty_tally(Sizes(2, 1, 3, 1, compared=True), 1)
    total.overload.defined[:] = 400
    total.overload.over[:] = [100, 200]
    assert largest_error(total._replace(samples=400)) == pytest.approx(0.5 / 20)
    total.overload.over[:] = [100, 400]
    assert largest_error(total) == pytest.approx(np.sqrt(0.25 * 0.75 / 400))


def test_tables_of_pairs_are_left_out_where_they_grow_large(study: rm.Study) -> None:
    assert is_compared(MOST_COMPARED, None)
    assert not is_compared(MOST_COMPARED + 1, None)
    assert is_compared(MOST_COMPARED + 1, True)
    total = merge_in_order(tallied(study, 2048, compared=False))
    assert total.ranking.above.size == total.ranking.rank.size == 0
    assert total.classes.zone.sum() > 0
