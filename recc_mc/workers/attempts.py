"""Blocks in work, and those of them that are overdue: their workers hang.

A worker that is stopped, swaps or has lost its network says nothing, and its connection stays open:
only the time that other blocks took tells it from one that works.
"""

import time
from concurrent.futures import Future
from typing import Any, NamedTuple

from recc_mc.workers.blocks import Block

__all__ = ["FACTOR", "LEAST_SECONDS", "Attempts", "patience"]

LEAST_SECONDS = 30.0
"""No block is overdue before."""
FACTOR = 4.0
"""A block is overdue after so many times what the slowest one so far took."""


class Attempt(NamedTuple):
    """One attempt at a block."""

    block: Block
    since: float
    overdue: bool = False


def patience(longest: float) -> float:
    """Seconds after which a block is overdue.

    Parameters
    ----------
    longest
        What the slowest block so far took, in seconds.
    """
    return max(LEAST_SECONDS, FACTOR * longest)


class Attempts:
    """Attempts at blocks by the futures of their results; the first result of a block counts."""

    def __init__(self) -> None:
        self.longest: float | None = None
        """Seconds that the slowest block so far took; None before the first is done."""
        self._attempts: dict[Future[Any], Attempt] = {}

    def __iter__(self) -> Any:
        return iter(self._attempts)

    def __len__(self) -> int:
        """How many are not overdue: so many blocks are in work."""
        return sum(not attempt.overdue for attempt in self._attempts.values())

    def __getitem__(self, future: Future[Any]) -> Block:
        return self._attempts[future].block

    def any(self) -> bool:
        """Whether there are any at all."""
        return bool(self._attempts)

    def add(self, future: Future[Any], block: Block) -> None:
        """Note an attempt that begins now."""
        self._attempts[future] = Attempt(block, time.monotonic())

    def complete(self, future: Future[Any]) -> None:
        """Note that a block is done; other attempts at it are cancelled."""
        attempt = self._attempts.pop(future)
        self.longest = max(self.longest or 0.0, time.monotonic() - attempt.since)
        for other in self._others(attempt.block):
            del self._attempts[other]
            other.cancel()

    def lose(self, future: Future[Any]) -> bool:
        """Note that an attempt failed; whether it was the only one at its block."""
        return not self._others(self._attempts.pop(future).block)

    def wait_on(self) -> None:
        """Do not count the time until now: there was nobody to compute anything."""
        now = time.monotonic()
        for future, attempt in self._attempts.items():
            self._attempts[future] = attempt._replace(since=now)

    def overdue(self) -> list[Future[Any]]:
        """Attempts that have become overdue; each is returned once, by whoever it is replaced."""
        if self.longest is None:
            return []
        latest = time.monotonic() - patience(self.longest)
        late = [
            future
            for future, attempt in self._attempts.items()
            if attempt.since < latest and not attempt.overdue
        ]
        for future in late:
            self._attempts[future] = self._attempts[future]._replace(overdue=True)
        return late

    def restart(self, future: Future[Any]) -> None:
        """Count the time of an attempt anew: nobody else could make another one."""
        self._attempts[future] = Attempt(self[future], time.monotonic())

    def age(self, future: Future[Any]) -> float:
        """Seconds since an attempt began."""
        return time.monotonic() - self._attempts[future].since

    def cancel(self) -> None:
        """Cancel all of them."""
        for future in self._attempts:
            future.cancel()

    def _others(self, block: Block) -> list[Future[Any]]:
        return [
            future
            for future, attempt in self._attempts.items()
            if attempt.block.number == block.number
        ]
