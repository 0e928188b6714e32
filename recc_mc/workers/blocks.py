"""Cutting a run into blocks, none of which exists before it is asked for.

A run may have more blocks than a list of them could hold, and has to begin at once all the same.
"""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, overload

from recc_mc.machine.stopping import Stop

__all__ = [
    "Block",
    "BlockSequence",
    "Blocks",
    "Pending",
    "Rest",
    "cut",
    "in_order",
    "sample_count",
]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Block:
    """Consecutive samples that are computed together.

    Parameters
    ----------
    number
        Position of the block in its run.
    first
        Number of its first sample.
    samples
        How many samples it holds.
    """

    number: int
    first: int
    samples: int


class BlockSequence(Sequence[Block]):
    """Blocks that know how many samples they hold without looking at each."""

    @property
    @abstractmethod
    def samples(self) -> int:
        """Samples of all blocks together."""


@dataclass(frozen=True)
class Blocks(BlockSequence):
    """Blocks of a run, or some of them at equal distances.

    Parameters
    ----------
    length
        Samples of the whole run.
    size
        Samples of a block; the last block of the run may hold fewer.
    numbers
        Numbers of the blocks.
    """

    length: int
    size: int
    numbers: range

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Block: ...

    @overload
    def __getitem__(self, index: slice) -> "Blocks": ...

    def __getitem__(self, index: int | slice) -> "Block | Blocks":
        if isinstance(index, slice):
            return replace(self, numbers=self.numbers[index])
        return self._block(self.numbers[index])

    def __iter__(self) -> Iterator[Block]:
        return map(self._block, self.numbers)

    @property
    def samples(self) -> int:
        """Samples of all blocks together."""
        whole = self.size * len(self.numbers)
        # Only the last block of a run may be cut short.
        last = -(-self.length // self.size) - 1
        return whole - (self.size * (last + 1) - self.length if last in self.numbers else 0)

    def among(self, numbers: Collection[int]) -> list[Block]:
        """Those of the blocks that have one of some numbers, in the order of these blocks."""
        places = sorted(self.numbers.index(number) for number in numbers if number in self.numbers)
        return [self[place] for place in places]

    def without(self, numbers: Collection[int]) -> "Rest":
        """All blocks but those of some numbers."""
        return Rest(self, numbers)

    def _block(self, number: int) -> Block:
        first = number * self.size
        return Block(number, first, min(self.size, self.length - first))


class Rest(BlockSequence):
    """Blocks without some of them, of which alone there is a list.

    Parameters
    ----------
    blocks
        The blocks.
    numbers
        Numbers of those to leave out; such as belong to none of the blocks do not count.
    """

    def __init__(self, blocks: Blocks, numbers: Collection[int]) -> None:
        self._blocks = blocks
        out = blocks.among(numbers)
        self._left_out = {block.number for block in out}
        # How many blocks stay before each that is left out.
        places = sorted(blocks.numbers.index(number) for number in self._left_out)
        self._before = [place - k for k, place in enumerate(places)]
        self._samples = blocks.samples - sum(block.samples for block in out)

    def __len__(self) -> int:
        return len(self._blocks) - len(self._left_out)

    @overload
    def __getitem__(self, index: int) -> Block: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Block]: ...

    def __getitem__(self, index: int | slice) -> "Block | Sequence[Block]":
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        place = range(len(self))[index]
        return self._blocks[place + bisect_right(self._before, place)]

    def __iter__(self) -> Iterator[Block]:
        return (block for block in self._blocks if block.number not in self._left_out)

    @property
    def samples(self) -> int:
        """Samples of all blocks together."""
        return self._samples


def sample_count(blocks: Sequence[Block]) -> int:
    """Samples of all blocks together."""
    if isinstance(blocks, BlockSequence):
        return blocks.samples
    return sum(block.samples for block in blocks)


def cut(samples: int, chunk: int, unit: int) -> Blocks:
    """Cut a run into blocks, each of which is made when it is asked for.

    Floating sums run over units of samples, which no block may divide: the chunk is rounded up to
    whole units. No result depends on it.

    Parameters
    ----------
    samples
        Number of samples of the run.
    chunk
        Number of samples per block, rounded up; the last block may be shorter.
    unit
        Samples per unit, the study's ``plan.options.unit``.

    Examples
    --------
    >>> [(block.first, block.samples) for block in cut(samples=5000, chunk=1500, unit=1024)]
    [(0, 2048), (2048, 2048), (4096, 904)]
    """
    size = -(-chunk // unit) * unit
    return Blocks(samples, size, range(-(-samples // size)))


class Pending(BlockSequence):
    """Blocks to compute, of which no further one is given out once the run is asked to stop."""

    def __init__(self, stop: Stop, blocks: Sequence[Block]) -> None:
        self._stop = stop
        self._blocks = blocks

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, index: int) -> Block: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Block]: ...

    def __getitem__(self, index: int | slice) -> Block | Sequence[Block]:
        return self._blocks[index]

    @property
    def samples(self) -> int:
        """Samples of all blocks, whether or not they are given out."""
        return sample_count(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        for block in self._blocks:
            if self._stop.asked:
                return
            yield block


def in_order(results: Iterable[tuple[Block, Result]]) -> Iterator[Result]:
    """Results of blocks that come in any order, in that of the blocks; early ones are held.

    Floating sums are equal only if they run in the same order.
    """
    early: dict[int, Result] = {}
    following = 0
    for block, result in results:
        early[block.number] = result
        while following in early:
            yield early.pop(following)
            following += 1
