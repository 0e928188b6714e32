"""Blocks added up in their order, whatever the order in which they come."""

from collections.abc import Sequence

import numpy as np
import pytest

from recc_mc.sampling.draws import compute_block
from recc_mc.summary.prefix import Prefix
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.tally import (
    Tally,
    compute_tally,
    largest_error,
    tally_of_draws,
)
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from tests.baselines import made_up_baseline
from tests.strategies import small_study
from tests.summary.merging import merge_in_order

BLOCKS = cut(6 * 1024 + 50, 1024, 1024)


@pytest.fixture(scope="module")
def model() -> CompiledStudy:
    tables = {"uncertainty_judgments": {"sigma": 0.3}, "uncertainty_data": {"cv": 0.2}}
    return CompiledStudy.of(small_study(**tables).load())


@pytest.fixture(scope="module")
def tallies(model: CompiledStudy) -> list[Tally]:
    edges = find_edges(model, 1, 10**4)
    baseline = made_up_baseline(model.plan)
    return [compute_tally(model, 1, edges, baseline, True, block) for block in BLOCKS]


class Reader:
    """Reads tallies, and notes which."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self.tallies = tallies
        self.read: list[int] = []

    def __call__(self, block: Block) -> Tally:
        self.read.append(block.number)
        return self.tallies[block.number]


def test_early_blocks_are_read_again_and_the_sum_is_the_same(tallies: list[Tally]) -> None:
    reader = Reader(tallies)
    prefix = Prefix(BLOCKS, reader, bound=None, step=1024)
    for number in (3, 0, 1, 5, 2, 4, 6):
        assert not prefix.done
        prefix.add(BLOCKS[number], tallies[number])
    assert prefix.done
    assert reader.read == [3, 5]
    assert list(prefix.blocks) == list(BLOCKS)
    expected = merge_in_order(zip(BLOCKS, tallies, strict=True))
    assert prefix.total is not None
    np.testing.assert_array_equal(prefix.total.indices.recc.mean, expected.indices.recc.mean)
    np.testing.assert_array_equal(
        prefix.total.obstacles.degree.mean, expected.obstacles.degree.mean
    )


def errors(tallies: list[Tally]) -> list[float]:
    """Largest error after each block."""
    found = []
    for count in range(1, len(tallies) + 1):
        parts = zip(BLOCKS[:count], tallies[:count], strict=True)
        found.append(largest_error(merge_in_order(parts)))
    return found


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1, 0)])
def test_a_run_with_a_bound_ends_at_the_first_step_that_meets_it(
    tallies: list[Tally], order: tuple[int, ...]
) -> None:
    bound = errors(tallies)[2]
    assert bound == min(errors(tallies)[:3])
    prefix = Prefix(BLOCKS, Reader(tallies), bound=np.nextafter(bound, 1), step=1024)
    for number in order:
        prefix.add(BLOCKS[number])
    assert prefix.done
    # Below the bound after three blocks; whatever comes later is left out.
    assert list(prefix.blocks) == list(BLOCKS[:3])
    assert prefix.error == bound
    in_steps_of_two = Prefix(BLOCKS, Reader(tallies), bound=np.nextafter(bound, 1), step=2048)
    for number in order:
        in_steps_of_two.add(BLOCKS[number])
    assert list(in_steps_of_two.blocks) == list(BLOCKS[:4])


def test_a_bound_that_is_not_met_ends_with_the_last_block(tallies: list[Tally]) -> None:
    prefix = Prefix(BLOCKS, Reader(tallies), bound=1e-9, step=1024)
    for block in BLOCKS:
        assert not prefix.done
        prefix.add(block)
    assert prefix.done
    assert list(prefix.blocks) == list(BLOCKS)


def test_kept_draws_have_the_error_of_their_tally(
    model: CompiledStudy, tallies: list[Tally]
) -> None:
    for block, tally in zip(BLOCKS, tallies, strict=True):
        draws = compute_block(model, 1, block)
        for array in draws:
            array.flags.writeable = False
        found = tally_of_draws(model.plan, draws, made_up_baseline(model.plan), compared=True)
        assert found.samples == block.samples
        assert largest_error(found) == largest_error(tally)
        np.testing.assert_array_equal(found.obstacles.top5, tally.obstacles.top5)
        for one, other in zip(found.obstacles.degree, tally.obstacles.degree, strict=True):
            np.testing.assert_array_equal(one, other)
