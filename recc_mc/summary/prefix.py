"""The tally of a run's blocks from the first one on, as far as they are there."""

from collections.abc import Callable

from recc_mc.summary.tally import Tally, add_block, largest_error
from recc_mc.workers.blocks import Block, Blocks

__all__ = ["Prefix"]


class Prefix:
    """Blocks in their order, added up one after the other.

    Blocks that are early are not held but read again when their turn comes, so that memory stays
    the same however long a slow block takes.

    Parameters
    ----------
    blocks
        The blocks of the run.
    read
        Gives the tally of a block that was added before its turn.
    bound
        Standard error of the probabilities at which the run is done; None: at its last block.
    step
        Numbers of samples at which the error is compared with the bound are multiples of this.
    """

    def __init__(
        self,
        blocks: Blocks,
        read: Callable[[Block], Tally],
        *,
        bound: float | None,
        step: int,
    ) -> None:
        self.total: Tally | None = None
        self.error = float("inf")
        self.done = False
        self._blocks = blocks
        self._read = read
        self._bound = bound
        self._step = step
        self._there: set[int] = set()
        self._following = 0

    @property
    def blocks(self) -> Blocks:
        """Blocks added up so far."""
        return self._blocks[: self._following]

    @property
    def count(self) -> int:
        """How many blocks are added up."""
        return self._following

    def start(self, total: Tally, count: int) -> None:
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

    def add(self, block: Block, tally: Tally | None = None) -> None:
        """Take in a block that is there; blocks after the run's end are left out.

        Parameters
        ----------
        block
            The block.
        tally
            Its tally, if it is at hand.
        """
        self._there.add(block.number)
        while not self.done and self._following in self._there:
            following = self._blocks[self._following]
            at_hand = tally if following.number == block.number else None
            self._append(self._read(following) if at_hand is None else at_hand)

    def _append(self, tally: Tally) -> None:
        self.total = add_block(self.total, tally)
        # Not kept of every block: a long run has many.
        self._there.discard(self._following)
        self._following += 1
        self.done = self._following == len(self._blocks)
        self._judge(self.total)

    def _judge(self, total: Tally) -> None:
        """Compare the error with the bound, where the run may end."""
        if self._bound is not None and total.samples % self._step == 0:
            self.error = largest_error(total)
            self.done = self.done or self.error < self._bound
