"""The tally of a run's blocks from the first one on, as far as they are there."""

from collections.abc import Callable
from typing import Any

from recc_mc.summary.tally import add_block, largest_error
from recc_mc.workers.blocks import Block, Blocks

__all__ = ["Prefix"]


class Prefix:
    """Blocks in their order, added up one after the other.

    Blocks that are early are not held but read again when their turn comes, where they can be, so
    that memory stays the same however long a slow block takes.

    Parameters
    ----------
    blocks
        The blocks of the run.
    read
        Gives the tally of a block that was added before its turn; None if nobody does.
    bound
        Standard error of the probabilities at which the run is done; None: at its last block.
    step
        Numbers of samples at which the error is compared with the bound are multiples of this.
    add
        Adds the tally of a block to the total so far, None at the beginning; totals know their
        number of ``samples``.
    error
        Largest standard error, or bound of it, of the probabilities of a total.
    """

    def __init__(
        self,
        blocks: Blocks,
        read: Callable[[Block], Any] | None,
        *,
        bound: float | None,
        step: int,
        add: Callable[[Any, Any], Any] = add_block,
        error: Callable[[Any], float] = largest_error,
    ) -> None:
        self.total: Any = None
        self.error = float("inf")
        self.done = False
        self._blocks = blocks
        self._read = read
        self._bound = bound
        self._step = step
        self._add_up, self._error_of = add, error
        self._there: dict[int, Any] = {}
        self._following = 0

    @property
    def blocks(self) -> Blocks:
        """Blocks added up so far."""
        return self._blocks[: self._following]

    @property
    def count(self) -> int:
        """How many blocks are added up."""
        return self._following

    def start(self, total: Any, count: int) -> None:
        """Begin with the total of the first blocks, which are not all of the run.

        Parameters
        ----------
        total
            Their total.
        count
            How many they are.
        """
        self.total, self._following = total, count
        self._judge(total)

    def add(self, block: Block, tally: Any = None) -> None:
        """Take in a block that is there; blocks after the run's end are left out.

        Parameters
        ----------
        block
            The block.
        tally
            Its tally, if it is at hand.
        """
        early = block.number != self._following
        self._there[block.number] = None if early and self._read is not None else tally
        while not self.done and self._following in self._there:
            # Not kept of every block: a long run has many.
            held = self._there.pop(self._following)
            self._append(self._again(self._blocks[self._following]) if held is None else held)

    def _again(self, block: Block) -> Any:
        assert self._read is not None
        return self._read(block)

    def _append(self, tally: Any) -> None:
        self.total = self._add_up(self.total, tally)
        self._following += 1
        self.done = self._following == len(self._blocks)
        self._judge(self.total)

    def _judge(self, total: Any) -> None:
        """Compare the error with the bound, where the run may end."""
        if self._bound is not None and total.samples % self._step == 0:
            self.error = self._error_of(total)
            self.done = self.done or self.error < self._bound
