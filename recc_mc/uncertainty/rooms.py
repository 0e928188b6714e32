"""Rooms that blocks of a study work in, kept from one block to the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from recc_mc.kernels.records import Plan

__all__ = ["Rooms"]

Room = TypeVar("Room")


class Rooms(Generic[Room]):
    """As many rooms as blocks are computed at a time.

    The room of a panel of 20,000 objects and 40 indicators is of 380 MB: to be given them anew by
    the system takes as long as an eighth of the block of samples that they are for.

    Parameters
    ----------
    plan
        The study.
    make
        Makes a room for it.
    """

    def __init__(self, plan: Plan, make: Callable[[Plan], Room]) -> None:
        self._plan, self._make = plan, make
        self._free: list[Room] = []

    @contextmanager
    def lent(self) -> Iterator[Room]:
        """A room that nobody else works in meanwhile."""
        try:
            room = self._free.pop()
        except IndexError:
            room = self._make(self._plan)
        yield room
        # Not after an error, of which the accumulators are not at zero.
        self._free.append(room)

    def __reduce__(self) -> tuple[type["Rooms[Room]"], tuple[Plan, Callable[[Plan], Room]]]:
        """A worker makes rooms of its own."""
        return type(self), (self._plan, self._make)
