"""What a run expects of those who compute its blocks, wherever they are."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from recc_mc.run.blocks import Block

__all__ = ["PROTOCOL", "Compute", "WorkerLost", "Workers"]

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
        """Let the workers go when what they have begun is done; cancel the rest."""
