"""Draws of a run in memory, as one array per variable that is there from the beginning."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.machine.memory import available_memory
from recc_mc.sampling.draws import bytes_per_sample, drawn_pattern
from recc_mc.summary.first import Details
from recc_mc.summary.obstacles import Obstacles
from recc_mc.workers.blocks import Block

__all__ = ["Columns", "Memory", "fits", "fits_memory"]

# Share of the available memory that draws may take; the rest is for what is done with them.
_SHARE = 0.25


def fits(size: int) -> bool:
    """Whether draws of so many bytes may be in memory all at once."""
    return size <= _SHARE * available_memory()


def fits_memory(plan: Plan, samples: int) -> bool:
    """Whether the draws of a run may be in memory all at once.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    return fits(samples * bytes_per_sample(plan))


class Columns:
    """What the results of blocks hold for each sample, of all blocks.

    Parameters
    ----------
    pattern
        Arrays (..., sample) of no samples, by the names of the results' fields.
    samples
        Number of samples of the run.
    """

    def __init__(self, pattern: Mapping[str, NDArray[Any]], samples: int) -> None:
        self.arrays = {
            name: np.empty((*none.shape[:-1], samples), none.dtype)
            for name, none in pattern.items()
        }
        """Arrays (..., sample) by name, with numbers where blocks are there."""
        self._there: set[int] = set()

    def __len__(self) -> int:
        """How many blocks there are."""
        return len(self._there)

    def write(self, block: Block, result: Any) -> None:
        """Take the result of a block, in any order of the blocks."""
        for name, array in self.arrays.items():
            own = array[..., block.first : block.first + block.samples]
            own[...] = getattr(result, name).reshape(own.shape)
        self._there.add(block.number)


class Memory(Columns):
    """Draws of one run.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """

    def __init__(self, plan: Plan, samples: int) -> None:
        super().__init__(drawn_pattern(plan), samples)
        self._obstacles: dict[int, Obstacles] = {}
        self._details: dict[int, Details] = {}

    def write(self, block: Block, result: Draws) -> None:
        """Take the draws of a block, in any order of the blocks."""
        super().write(block, result)
        self._obstacles[block.number] = Obstacles.of(result)
        if result.obstacle.size:
            self._details[block.number] = Details.of(result)

    @property
    def details(self) -> list[Details]:
        """Those of the first samples, in their order, as far as blocks came with them."""
        return [self._details[number] for number in sorted(self._details)]

    def draws(self) -> tuple[dict[str, NDArray[Any]], Obstacles]:
        """Arrays by the names of `per_sample`, and the totals of the obstacle degrees.

        Returns
        -------
        tuple
            The arrays are (mine, year, sample) or (..., sample).

        Raises
        ------
        ValueError
            If there are no blocks.
        """
        # Floating sums are equal only if they run in the same order.
        totals: Obstacles | None = None
        for number in sorted(self._obstacles):
            totals = self._obstacles[number].after(totals)
        if totals is None:
            raise ValueError("no blocks")
        return self.arrays, totals
