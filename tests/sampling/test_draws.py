"""Cutting a run into blocks, and computing them one by one."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.kernels.chain import UNIT
from recc_mc.sampling.draws import PER_SAMPLE, compute_block, empty_draws, fill_draws, run_samples
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from tests.strategies import small_study

UNCERTAIN = {"uncertainty_judgments": {"sigma": 0.3}, "uncertainty_data": {"cv": 0.2}}


@given(st.integers(1, 50_000), st.integers(1, 20_000))
def test_blocks_cover_a_run_in_whole_units(samples: int, chunk: int) -> None:
    blocks = cut(samples, chunk, 1024)
    assert [block.number for block in blocks] == list(range(len(blocks)))
    assert all(block.first % UNIT == 0 for block in blocks)
    ends = [block.first + block.samples for block in blocks]
    assert [0, *ends[:-1]] == [block.first for block in blocks]
    assert ends[-1] == samples
    assert all(chunk <= block.samples < chunk + UNIT for block in blocks[:-1])


@pytest.mark.parametrize("samples", [1, 63, 64, 65, 1100])
def test_a_block_is_a_part_of_the_whole(samples: int) -> None:
    model = CompiledStudy.of(small_study(**UNCERTAIN).load())
    whole = compute_block(model, 5, Block(0, 0, 3 * UNIT))
    part = compute_block(model, 5, Block(1, UNIT, samples))
    for name in PER_SAMPLE:
        expected = getattr(whole, name)[:, UNIT : UNIT + samples]
        np.testing.assert_array_equal(getattr(part, name), expected)
    assert part.obstacle_defined.sum(axis=0).max() == samples
    # The last unit of the part may be an incomplete one.
    units = samples // UNIT
    for name in ("obstacle_mean", "obstacle_squares"):
        expected = getattr(whole, name)[1 : 1 + units]
        np.testing.assert_array_equal(getattr(part, name)[:units], expected)


def test_rows_and_stream_make_the_draws() -> None:
    model = CompiledStudy.of(small_study(**UNCERTAIN).load())
    rows = RandomDesign(model.columns, seed=7).rows(0, 100)
    before = rows.copy()
    draws = run_samples(model, rows, seed=7)
    np.testing.assert_array_equal(rows, before)
    np.testing.assert_array_equal(draws.recc, compute_block(model, 7, Block(0, 0, 100)).recc)
    # Another stream draws other cell noise for the same judgments.
    other = run_samples(model, rows, seed=7, stream=4)
    np.testing.assert_array_equal(other.consistency_ratio, draws.consistency_ratio)
    assert (other.recc != draws.recc).mean() > 0.9


def test_room_serves_many_blocks_and_weights_alone() -> None:
    model = CompiledStudy.of(small_study(**UNCERTAIN).load())
    rows = RandomDesign(model.columns, seed=7).rows(0, 2 * UNIT)
    whole = fill_draws(model, rows, empty_draws(model.plan, 2 * UNIT, weights=True), seed=7)
    for first, indices in ((0, True), (0, False), (UNIT, True)):
        draws = empty_draws(model.plan, UNIT, indices=indices, weights=True)
        part = rows[:, first : first + UNIT]
        fill_draws(model, part, draws, seed=7, first=first)
        for name in ("weight", "weight_ahp", "weight_objective", *(["recc"] if indices else [])):
            expected = getattr(whole, name)[:, first : first + UNIT]
            np.testing.assert_array_equal(getattr(draws, name), expected)
        if indices:
            expected = whole.obstacle_squares[first // UNIT]
            np.testing.assert_array_equal(draws.obstacle_squares[0], expected)


def test_a_model_can_be_sent_to_a_worker() -> None:
    model = CompiledStudy.of(small_study(**UNCERTAIN).load())
    there = pickle.loads(pickle.dumps(model))
    block = Block(0, 0, 50)
    np.testing.assert_array_equal(
        compute_block(there, 0, block).recc, compute_block(model, 0, block).recc
    )


def test_a_matrix_without_acceptable_draws_is_named() -> None:
    table = {"sigma": 0.5, "consistency": "reject", "cr_limit": 1e-9}
    files = small_study(uncertainty_judgments=table)
    # A study whose own matrices are beyond the limit would be refused at once.
    consistent = {1: ((2.0,),), 2: ((2.0, 6.0), (3.0,))}
    matrices = tuple(replace(m, upper=consistent[len(m.upper)]) for m in files.matrices)
    study = replace(files, matrices=matrices).load()
    with pytest.raises(rm.RunError) as caught:
        compute_block(CompiledStudy.of(study), 1, Block(0, 0, 100))
    assert str(caught.value) == (
        'matrix "water": no acceptable draw (CR < 1e-09) in 100 further attempts; raise cr_limit, '
        'lower sigma or use consistency = "repair"'
    )


def test_a_draw_beyond_fixed_goalposts_is_named() -> None:
    tables = {
        "method": {"goalposts": "fixed"},
        "uncertainty_data": {"distribution": "normal", "indicators": {"soil 0": {"cv": 1.0}}},
    }
    model = CompiledStudy.of(small_study(**tables).load())
    with pytest.raises(rm.RunError) as caught:
        compute_block(model, 1, Block(3, 3 * UNIT, 500))
    message = str(caught.value)
    assert message.startswith('indicator "soil 0": sample 3')
    assert message.endswith("use method.clip = true or wider bounds")
    sample = int(message.split()[4])
    assert 3 * UNIT <= sample < 3 * UNIT + 500
