"""Blocks that exist only when they are asked for."""

import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.workers.blocks import Block, Blocks, cut, sample_count

SIZES = st.integers(1, 40_000)


def listed(samples: int, size: int) -> list[Block]:
    """The same blocks the obvious way."""
    return [
        Block(number, first, min(size, samples - first))
        for number, first in enumerate(range(0, samples, size))
    ]


@given(SIZES, SIZES, st.slices(12))
def test_blocks_are_those_of_a_list(samples: int, chunk: int, where: slice) -> None:
    blocks = cut(samples, chunk, 1024)
    expected = listed(samples, blocks.size)
    assert list(blocks) == expected
    assert [blocks[k] for k in range(len(blocks))] == expected
    assert blocks[-1] == expected[-1]
    some = blocks[where]
    assert list(some) == expected[where]
    assert some.samples == sample_count(expected[where])
    with pytest.raises(IndexError):
        blocks[len(blocks)]


@given(SIZES, st.integers(1, 3), st.sets(st.integers(0, 50)), st.slices(12))
def test_the_rest_is_what_is_not_there_yet(
    samples: int, shards: int, there: set[int], where: slice
) -> None:
    blocks = cut(samples, 1024, 1024)[1 % shards :: shards]
    rest = blocks.without(there)
    expected = [block for block in blocks if block.number not in there]
    assert list(rest) == [rest[k] for k in range(len(rest))] == expected
    assert list(rest[where]) == expected[where]
    assert rest.samples == sample_count(expected)
    assert blocks.among(there) == [block for block in blocks if block.number in there]


def test_a_run_of_any_length_is_cut_at_once() -> None:
    blocks = cut(10**15 + 4096, 16_384, 1024)
    assert len(blocks) == 61_035_156_251
    assert blocks[-1] == Block(61_035_156_250, 10**15, 4096)
    assert blocks.samples == 10**15 + 4096
    share = blocks[6::7]
    assert isinstance(share, Blocks)
    assert share[10**9] == blocks[6 + 7 * 10**9]
    rest = blocks.without({0, 5, 10**18})
    assert (len(rest), rest[3], rest[4]) == (len(blocks) - 2, blocks[4], blocks[6])
    assert sample_count(rest) == 10**15 + 4096 - 2 * 16_384
    assert next(iter(rest)) == blocks[1]


def test_blocks_of_a_run_go_to_other_processes_as_they_are() -> None:
    blocks: Sequence[Block] = cut(5000, 1024, 1024)
    assert pickle.loads(pickle.dumps(blocks)) == blocks
