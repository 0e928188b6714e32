"""The order of blocks, and what becomes of those that are lost or overdue."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

import pytest

from recc_mc.errors import RunError
from recc_mc.workers.backlog import (
    FACTOR,
    LEAST_SECONDS,
    MOST_RESUBMISSIONS,
    Attempts,
    Backlog,
    patience,
)
from recc_mc.workers.blocks import Block

BLOCKS = tuple(Block(number, 1000 * number, 1000) for number in range(4))


def numbers(backlog: Backlog, most: int) -> list[int]:
    taken = (backlog.take() for _ in range(most))
    return [block.number for block in taken if block is not None]


def test_blocks_come_in_their_order() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 5) == [0, 1, 2, 3]
    backlog.finish()


def test_a_lost_block_comes_again_before_the_others() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 2) == [0, 1]
    backlog.lose(BLOCKS[1])
    assert backlog.resubmitted == 1
    assert numbers(backlog, 4) == [1, 2, 3]


def test_blocks_lost_twice_are_tried_one_at_a_time() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 4) == [0, 1, 2, 3]
    for _ in range(2):
        backlog.lose(BLOCKS[1])
        backlog.lose(BLOCKS[2])
        first = numbers(backlog, 2)
    assert first == [1]
    backlog.lose(BLOCKS[1])
    assert numbers(backlog, 2) == [2]
    backlog.complete(BLOCKS[2])
    assert numbers(backlog, 2) == [1]


def lose_for_good(backlog: Backlog, block: Block) -> None:
    for attempt in range(MOST_RESUBMISSIONS + 1):
        if attempt:
            assert numbers(backlog, 1) == [block.number]
        backlog.lose(block)


def test_a_block_is_given_up_after_six_attempts_and_named_at_the_end() -> None:
    backlog = Backlog(BLOCKS[:2])
    assert numbers(backlog, 2) == [0, 1]
    lose_for_good(backlog, BLOCKS[0])
    assert backlog.resubmitted == MOST_RESUBMISSIONS == 5
    assert backlog.take() is None
    backlog.complete(BLOCKS[1])
    with pytest.raises(RunError, match=r"samples 0 to 999: .* died, 6 times .* are complete"):
        backlog.finish()


def test_all_blocks_given_up_are_named() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 4) == [0, 1, 2, 3]
    lose_for_good(backlog, BLOCKS[3])
    lose_for_good(backlog, BLOCKS[1])
    with pytest.raises(RunError, match=r"samples 1000 to 1999, 3000 to 3999: .* each of the b"):
        backlog.finish()


def test_where_no_block_can_be_computed_the_run_ends() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 3) == [0, 1, 2]
    lose_for_good(backlog, BLOCKS[0])
    lose_for_good(backlog, BLOCKS[1])
    with pytest.raises(RunError, match=r"samples 0 to 999, .* 2000 to 2999: .* before is complete"):
        lose_for_good(backlog, BLOCKS[2])


def test_any_block_that_is_completed_keeps_the_run_going() -> None:
    backlog = Backlog(BLOCKS)
    assert numbers(backlog, 3) == [0, 1, 2]
    lose_for_good(backlog, BLOCKS[0])
    lose_for_good(backlog, BLOCKS[1])
    backlog.complete(BLOCKS[2])
    assert numbers(backlog, 1) == [3]
    lose_for_good(backlog, BLOCKS[3])
    with pytest.raises(RunError, match="all other samples are complete"):
        backlog.finish()


class Stopped(Sequence[Block]):
    """Blocks whose iteration ends early."""

    def __len__(self) -> int:
        return len(BLOCKS)

    def __getitem__(self, index: int) -> Block:
        raise AssertionError

    def __iter__(self) -> Iterator[Block]:
        return iter(BLOCKS[:2])


def test_a_run_that_is_being_stopped_computes_nothing_again() -> None:
    backlog = Backlog(Stopped())
    assert numbers(backlog, 1) == [0]
    backlog.lose(BLOCKS[0])
    assert numbers(backlog, 2) == [0, 1]
    backlog.lose(BLOCKS[1])
    backlog.lose(BLOCKS[0])
    assert backlog.take() is None
    backlog.finish()


# --- blocks in work, and which of them are overdue ------------------------------------------------


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass, of which none passes by itself."""
    now = 1000.0

    def pass_by(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now)
    return pass_by


def begun(running: Attempts, *numbers: int) -> list[Future[int]]:
    futures: list[Future[int]] = [Future() for _ in numbers]
    for future, number in zip(futures, numbers, strict=True):
        running.add(future, BLOCKS[number])
    return futures


def test_patience_is_some_times_the_slowest_block_and_never_short() -> None:
    assert patience(0.1) == LEAST_SECONDS == 30
    assert patience(100.0) == FACTOR * 100


def test_no_block_is_overdue_before_another_one_is_done(wait: Callable[[float], None]) -> None:
    running = Attempts()
    begun(running, 0, 1)
    wait(1e6)
    assert running.overdue() == []


def test_a_block_is_overdue_once(wait: Callable[[float], None]) -> None:
    running = Attempts()
    done, late = begun(running, 0, 1)
    wait(20)
    running.complete(done)
    wait(59)
    assert running.overdue() == []
    wait(2)
    assert running.overdue() == [late]
    assert (running[late], running.age(late)) == (BLOCKS[1], 81)
    assert running.overdue() == []
    # It takes no place from those that are computed.
    assert len(running) == 0
    assert running.any()


def test_an_attempt_that_nobody_repeats_is_looked_at_again(wait: Callable[[float], None]) -> None:
    running = Attempts()
    done, late = begun(running, 0, 1)
    running.complete(done)
    wait(31)
    assert running.overdue() == [late]
    running.restart(late)
    assert running.overdue() == []
    wait(31)
    assert running.overdue() == [late]


def test_the_first_result_counts(wait: Callable[[float], None]) -> None:
    running = Attempts()
    first, other, again = begun(running, 0, 1, 0)
    running.complete(again)
    assert first.cancelled()
    assert list(running) == [other]


def test_a_block_is_lost_with_its_last_attempt() -> None:
    running = Attempts()
    first, again = begun(running, 0, 0)
    assert not running.lose(first)
    assert running.lose(again)
    assert not running.any()


def test_time_without_workers_does_not_count(wait: Callable[[float], None]) -> None:
    running = Attempts()
    done, late = begun(running, 0, 1)
    running.complete(done)
    wait(3600)
    running.wait_on()
    wait(LEAST_SECONDS - 1)
    assert running.overdue() == []
    running.complete(late)
    assert running.longest == LEAST_SECONDS - 1
