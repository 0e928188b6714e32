"""What a run expects of those who compute its blocks, wherever they are."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from recc_mc.errors import StudyWarning
from recc_mc.workers.blocks import Block

__all__ = ["PROTOCOL", "Compute", "WorkerLost", "Workers", "warn_of_hanging"]

Result = TypeVar("Result")
Compute = Callable[[Block], Any]

PROTOCOL = 5
"""Of pickling for workers: keeps read-only arrays read-only and writable ones writable."""


class WorkerLost(Exception):
    """A worker died while it had a block, which another one may still compute."""


class Workers(ABC, Generic[Result]):
    """Those who compute blocks.

    Kernels run in one thread each and release the GIL, so there is one level of parallelism: a
    worker computes as many blocks at a time as it has threads.
    """

    @abstractmethod
    def threads(self) -> int:
        """How many blocks are computed at a time just now; 0 if there are no workers.

        Raises
        ------
        RunError
            If there will be none any more.
        """

    @abstractmethod
    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""

    def submit_elsewhere(
        self, future: "Future[Result]", block: Block, seconds: float
    ) -> "Future[Result] | None":
        """Have a block computed by others than the worker that hangs with it.

        Parameters
        ----------
        future
            What was returned when the block was submitted.
        block
            The block.
        seconds
            How long ago that was.

        Returns
        -------
        concurrent.futures.Future or None
            The result of the other attempt; None where no worker hangs, or there is no other.

        Warns
        -----
        StudyWarning
            Once for each worker that hangs.
        """
        return None

    def outcome(self, future: "Future[Result]") -> Result:
        """Return the result of a block that is done.

        Raises
        ------
        WorkerLost
            If it may still be computed by another worker.
        """
        return future.result()

    @abstractmethod
    def close(self) -> None:
        """Let the workers go, those that work at once and those that hang too."""

    def abandon(self) -> None:
        """Let the workers go in a hurry; nothing that can be left is waited for."""
        self.close()

    def give_up(self) -> None:
        """End what would outlive this process, which is about to end without any closing."""
        return


def warn_of_hanging(worker: str, seconds: float, remedy: str) -> None:
    """Say which worker hangs.

    Parameters
    ----------
    worker
        What it is called.
    seconds
        How long it has had a block.
    remedy
        What is done about it.
    """
    text = f"{worker} has not returned a block for {seconds:.0f} s, far longer than others took"
    warnings.warn(f"{text}: {remedy}", StudyWarning, stacklevel=2)
