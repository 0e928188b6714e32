"""Rooms: one block at a time works in each, and none leaves its process."""

import pickle

import pytest

from recc_mc.sampling.draws import compute_block
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block
from tests.strategies import small_study


@pytest.fixture
def model() -> CompiledStudy:
    return CompiledStudy.of(small_study().load())


def test_blocks_at_the_same_time_have_rooms_of_their_own(model: CompiledStudy) -> None:
    with model.rooms.lent() as one, model.rooms.lent() as other:
        assert one is not other
    with model.rooms.lent() as again:
        assert again is one or again is other


def test_a_room_in_which_a_block_failed_is_not_lent_again(model: CompiledStudy) -> None:
    with pytest.raises(ValueError, match="failed"), model.rooms.lent() as left:
        raise ValueError("failed")
    with model.rooms.lent() as another:
        assert another is not left


def test_rooms_are_not_sent_to_workers(model: CompiledStudy) -> None:
    before = pickle.dumps(model)
    compute_block(model, 0, Block(0, 0, 64))
    with model.rooms.lent() as here:
        pass
    there = pickle.loads(pickle.dumps(model))
    assert len(pickle.dumps(model)) < len(before) + 1000
    with there.rooms.lent() as room:
        assert room is not here
