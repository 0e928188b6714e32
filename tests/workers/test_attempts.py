"""Blocks in work, and which of them are overdue."""

import time
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from recc_mc.workers import attempts as module
from recc_mc.workers.attempts import (
    FACTOR,
    LEAST_SECONDS,
    Attempts,
    patience,
)
from recc_mc.workers.blocks import Block

BLOCKS = [Block(number, 1024 * number, 1024) for number in range(3)]


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
    wait(module.LEAST_SECONDS - 1)
    assert running.overdue() == []
    running.complete(late)
    assert running.longest == module.LEAST_SECONDS - 1
