"""Tallies: what they count, against the reference, and that no cut changes a bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.kernels.chain import UNIT
from recc_mc.sampling.draws import compute_block
from recc_mc.summary.edges import find_edges
from recc_mc.summary.probability import probability
from recc_mc.summary.tallies import (
    add_block,
    largest_error,
    merge_in_order,
    tally,
)
from recc_mc.summary.tallies_of_blocks import (
    MOST_COMPARED,
    BlockTally,
    Panel,
    baseline_of,
    compute_tally,
    empty_tally,
    is_compared,
    tally_arrays,
)
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import Block, cut
from tests import reference
from tests.baselines import made_up_baseline
from tests.strategies import seeds, small_study

SAMPLES = 5 * UNIT + 77


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(
        uncertainty_judgments={"sigma": 0.5},
        uncertainty_data={"cv": 0.2, "systematic_cv": 0.05},
        uncertainty_method={"goalposts": ["reestimated", "frozen"]},
    ).load()


def tallied(
    study: rm.Study, chunk: int, *, compared: bool = True
) -> list[tuple[Block, BlockTally]]:
    model = Model.of(study)
    edges = find_edges(model, 1, SAMPLES)
    baseline = made_up_baseline(model.plan)
    return [
        (block, compute_tally(model, 1, edges, baseline, compared, block))
        for block in cut(SAMPLES, chunk, 1024)
    ]


def assert_same(one: BlockTally, other: BlockTally) -> None:
    for left, right in zip(one, other, strict=True):
        if isinstance(left, tuple):
            for part, same in zip(left, right, strict=True):
                np.testing.assert_array_equal(part, same)
        else:
            np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("chunk", [1024, 3000])
def test_no_cut_and_no_order_changes_a_bit(study: rm.Study, chunk: int) -> None:
    whole = merge_in_order(tallied(study, 10**6))
    parts = tallied(study, chunk)
    assert len(parts) > 1
    assert_same(merge_in_order(parts), whole)
    assert_same(merge_in_order(reversed(parts)), whole)
    assert whole.samples == SAMPLES


def test_a_tally_without_samples_is_that_of_the_draws(study: rm.Study) -> None:
    model = Model.of(study)
    draws = compute_block(model, 1, Block(0, 0, SAMPLES))
    limit = model.plan.options.cr_limit
    baseline = made_up_baseline(model.plan)
    kept = tally_arrays(draws, Panel.of(model.plan), limit, baseline, compared=True)
    total = merge_in_order(tallied(study, 2048))
    for name in ("draws", "mean", "squares"):
        merged = getattr(add_block(None, kept).moments, name)
        np.testing.assert_array_equal(merged, getattr(total.moments, name))
    for one, other in zip(kept.counts, total.counts, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(total.obstacle_top5, draws.obstacle_top5)
    np.testing.assert_array_equal(total.obstacles.draws[0], draws.obstacle_defined.sum(axis=0))
    np.testing.assert_array_equal(add_block(None, kept).products, total.products)


def test_sketches_hold_every_draw_once(study: rm.Study) -> None:
    draws = compute_block(Model.of(study), 1, Block(0, 0, SAMPLES))
    total = merge_in_order(tallied(study, 2048))
    levels = [draws.support, draws.pressure, draws.recc]
    changes = [(rows := level.reshape(3, 3, -1))[:, -1] - rows[:, 0] for level in levels]
    values = np.concatenate([*levels, *changes, draws.weight])
    defined = np.isfinite(values)
    sketch = total.sketch
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
    counts = tally(draws, 0.1, baseline_of(**base)).counts
    for name, codes in (("zone", range(4)), ("grade", range(1, 10)), ("rank", range(1, 4))):
        table = getattr(counts, name).reshape(3, 2, -1)
        found = probability(table, table.sum(axis=-1, keepdims=True))
        expected = reference.class_probability(draws[name], codes)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-15)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-13)
    expected = reference.outranks_probability(recc)
    np.testing.assert_allclose(probability(counts.above, counts.both)[0], expected[0], rtol=1e-15)
    np.testing.assert_array_equal(counts.overload, (recc >= 1).sum(-1).ravel())
    first = counts.first_overload
    share = np.stack(probability(first, first.sum(axis=-1, keepdims=True)))
    np.testing.assert_array_equal(share, reference.first_overload_probability(recc))
    rank = np.maximum(draws["rank"], 0).astype(int)
    np.testing.assert_array_equal(counts.rank_sum, rank.sum(-1).ravel())
    np.testing.assert_array_equal(counts.rank_squares, (rank**2).sum(-1).ravel())
    same = (draws["rank"] == base["rank"][..., None]) & (draws["rank"] > 0)
    np.testing.assert_array_equal(counts.rank_same, same.sum(-1).ravel())
    tau, unchanged = reference.agreement(recc, draws["rank"], base["recc"], base["rank"])
    for year in range(2):
        if np.ptp(base["recc"][:, year]) > 0:
            scores = np.rint(3 * tau[year][~np.isnan(tau[year])]).astype(int) + 3
            ordered = counts.tau[year] - counts.tied[year] * (np.arange(7) == 3)
            np.testing.assert_array_equal(ordered, np.bincount(scores, minlength=7))
    np.testing.assert_array_equal(counts.unchanged, (unchanged == 1).sum(-1))
    for number, name in enumerate(("support", "pressure", "recc")):
        rows = slice(3 * number, 3 * number + 3)
        increased = reference.change(draws[name]) > 0
        np.testing.assert_array_equal(counts.increase[rows], increased.sum(-1))
        peak, _ = probability(counts.peak[rows], counts.peak[rows].sum(-1, keepdims=True))
        expected, _ = reference.peak_probability(draws[name])
        np.testing.assert_allclose(peak, expected, rtol=1e-15)
    np.testing.assert_array_equal(counts.repaired, (draws["repair"] < 1).sum(-1))
    np.testing.assert_array_equal(counts.redrawn, (draws["redraws"] > 0).sum(-1))
    fine = (draws["consistency_ratio"] < 0.1) & (draws["repair"] == 1) & (draws["redraws"] == 0)
    np.testing.assert_array_equal(counts.accepted, fine.sum(-1))


def test_the_largest_error_is_that_of_an_even_chance() -> None:
    total = empty_tally(Panel(2, 1, 3, 1), 1, compared=True)
    total.moments.draws[0, :6] = 400
    total.counts.overload[:] = [100, 200]
    assert largest_error(total._replace(samples=400)) == pytest.approx(0.5 / 20)
    total.counts.overload[:] = [100, 400]
    assert largest_error(total) == pytest.approx(np.sqrt(0.25 * 0.75 / 400))


def test_tables_of_pairs_are_left_out_where_they_grow_large(study: rm.Study) -> None:
    assert is_compared(MOST_COMPARED, None)
    assert not is_compared(MOST_COMPARED + 1, None)
    assert is_compared(MOST_COMPARED + 1, True)
    total = merge_in_order(tallied(study, 2048, compared=False))
    assert total.counts.above.size == total.counts.rank.size == 0
    assert total.counts.zone.sum() > 0


def test_there_is_no_total_of_nothing() -> None:
    with pytest.raises(ValueError, match="no blocks"):
        merge_in_order([])
