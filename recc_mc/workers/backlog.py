"""Blocks that are still to be computed, and those in work.

What dask does not do for them. It tries a block again that was lost with its worker, but counts a
loss against each block the worker had: at the fourth they all fail, and `retries` do not help
(dask/distributed#5234). So it is asked to report every loss, and `Backlog` finds the one block that
ends its workers, names it at the end and computes all others. Nor does dask end a run where every
worker dies, or leave lost blocks alone where a run is being stopped.

And it waits for ever for a worker that is stopped, swaps or has lost its network, whose connection
stays open: only the time that other blocks took tells `Attempts` which block is overdue.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

from recc_mc.errors import RunError
from recc_mc.workers.blocks import Block

__all__ = [
    "FACTOR",
    "LEAST_SECONDS",
    "MOST_RESUBMISSIONS",
    "Attempts",
    "Backlog",
    "patience",
]

LEAST_SECONDS = 30.0
"""No block is overdue before."""
FACTOR = 4.0
"""A block is overdue after so many times what the slowest one so far took."""
MOST_RESUBMISSIONS = 5
"""How often a block is computed again after its worker died."""
# A cluster does not say which of a dead worker's blocks killed it. A block that was lost this often
# is tried while no other such block is in work, so that only the killer itself is lost each time.
_SUSPICIOUS = 2
# The run ends when so many blocks were given up with no other completed in between.
_HOPELESS = 3

_ADVICE = (
    "a worker may need more memory than it has (a smaller chunk needs less); its log may say more"
)


class Backlog:
    """Blocks in the order in which they are to be submitted.

    Parameters
    ----------
    blocks
        The blocks. Where iteration ends before their number is reached, the run is being stopped:
        blocks that are lost then are not computed again.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._fresh: Iterator[Block] = iter(blocks)
        self._ahead: Block | None = None
        self._unseen = len(blocks)
        self._again: deque[Block] = deque()
        self._suspects: deque[Block] = deque()
        self._tried: Block | None = None
        self._losses: Counter[int] = Counter()
        self._given_up: list[Block] = []
        self._fruitless = 0

    def take(self) -> Block | None:
        """Return the next block to submit; None if there is none now."""
        if self._again:
            return self._again.popleft()
        if self._suspects and self._tried is None:
            self._tried = self._suspects.popleft()
            return self._tried
        return self._next_fresh()

    def complete(self, block: Block) -> None:
        """Note that a block is done."""
        self._fruitless = 0
        self._settle(block)

    def lose(self, block: Block) -> None:
        """Note that a block's worker died, and line the block up again.

        Raises
        ------
        RunError
            If it was the last attempt, after those of other blocks, and none was completed in
            between: then the blocks are not what is wrong.
        """
        self._settle(block)
        if self._is_stopping():
            return
        self._losses[block.number] += 1
        losses = self._losses[block.number]
        if losses <= MOST_RESUBMISSIONS:
            (self._again if losses < _SUSPICIOUS else self._suspects).append(block)
            return
        self._given_up.append(block)
        self._fruitless += 1
        if self._fruitless == _HOPELESS and (self._unseen or self._again or self._suspects):
            raise self._error("what was computed before is complete")

    def finish(self) -> None:
        """Say at the end which blocks could not be computed.

        Raises
        ------
        RunError
            If there are any.
        """
        if self._given_up:
            raise self._error("all other samples are complete")

    @property
    def resubmitted(self) -> int:
        """How many times blocks were lined up again."""
        return self._losses.total() - len(self._given_up)

    def _next_fresh(self) -> Block | None:
        block, self._ahead = self._ahead or next(self._fresh, None), None
        self._unseen -= block is not None
        return block

    def _is_stopping(self) -> bool:
        """Whether iteration over the blocks has ended early, which takes a look at the next."""
        self._ahead = self._ahead or next(self._fresh, None)
        return self._ahead is None and self._unseen > 0

    def _settle(self, block: Block) -> None:
        if self._tried is not None and self._tried.number == block.number:
            self._tried = None

    def _error(self, rest: str) -> RunError:
        blocks = sorted(self._given_up, key=lambda block: block.number)
        names = ", ".join(f"{b.first} to {b.first + b.samples - 1}" for b in blocks)
        which = "the block" if len(blocks) == 1 else "each of the blocks"
        return RunError(
            f"samples {names}: the worker that computed {which} died, "
            f"{MOST_RESUBMISSIONS + 1} times over; {rest}; {_ADVICE}"
        )


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
