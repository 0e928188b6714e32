"""The draws of blocks put together in memory."""

import itertools
from collections.abc import Iterable

import numpy as np
import pytest

from recc_mc.kernels.records import Draws
from recc_mc.parts.memory import Memory
from recc_mc.sampling.draws import (
    PER_SAMPLE,
    bytes_per_sample,
    compute_block,
    empty_draws,
)
from recc_mc.summary.obstacles import Obstacles
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from tests.strategies import small_study

SAMPLES = 3 * 1024 + 100


@pytest.fixture(scope="module")
def model() -> CompiledStudy:
    return CompiledStudy.of(small_study(uncertainty_data={"cv": 0.3}).load())


@pytest.fixture(scope="module")
def results(model: CompiledStudy) -> list[tuple[Block, Draws]]:
    return [(block, compute_block(model, 1, block)) for block in cut(SAMPLES, 1024, 1024)]


def collect(
    model: CompiledStudy, results: Iterable[tuple[Block, Draws]]
) -> tuple[dict[str, np.ndarray], Obstacles]:
    memory = Memory(model.plan, SAMPLES)
    for block, draws in results:
        memory.write(block, draws)
    return memory.draws()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_blocks_changes_no_bit(
    model: CompiledStudy, results: list[tuple[Block, Draws]], order: tuple[int, ...]
) -> None:
    def fields(totals: Obstacles) -> list[np.ndarray]:
        return [*totals.degree, totals.top5]

    arrays, totals = collect(model, (results[k] for k in order))
    whole = compute_block(model, 1, Block(0, 0, SAMPLES))
    for name in PER_SAMPLE:
        expected = getattr(whole, name).reshape(arrays[name].shape)
        np.testing.assert_array_equal(arrays[name], expected)
    _, alone = collect(model, [(Block(0, 0, SAMPLES), whole)])
    for one, other in zip(fields(totals), fields(alone), strict=True):
        np.testing.assert_array_equal(one, other)
    assert totals.degree.mean.shape == (1, 9, 9)
    assert totals.degree.draws[..., :4].max() == SAMPLES


def test_a_samples_size_is_that_of_its_variables(
    model: CompiledStudy, results: list[tuple[Block, Draws]]
) -> None:
    arrays, _ = collect(model, results)
    total = sum(array.nbytes for array in arrays.values())
    assert total == SAMPLES * bytes_per_sample(model.plan)
    assert empty_draws(model.plan, 5).recc.shape == (9, 5)
