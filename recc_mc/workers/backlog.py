"""Blocks that are still to be computed, those first that were lost with their worker."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence

from recc_mc.errors import RunError
from recc_mc.workers.blocks import Block

__all__ = ["MOST_RESUBMISSIONS", "Backlog"]

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
