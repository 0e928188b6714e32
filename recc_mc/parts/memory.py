"""Draws of a run in memory, as one array per variable that is there from the beginning."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.machine.memory import available_memory
from recc_mc.sampling.draws import by_cell, bytes_per_sample, empty_draws, per_sample
from recc_mc.summary.obstacles import Obstacles
from recc_mc.workers.blocks import Block

__all__ = ["Memory", "fits_memory"]

# Share of the available memory that draws may take; the rest is for what is done with them.
_SHARE = 0.25


def fits_memory(plan: Plan, samples: int) -> bool:
    """Whether the draws of a run may be in memory all at once.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    return samples * bytes_per_sample(plan) <= _SHARE * available_memory()


class Memory:
    """Draws of one run.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """

    def __init__(self, plan: Plan, samples: int) -> None:
        pattern = {name: getattr(empty_draws(plan, 0), name) for name in per_sample(plan)}
        self._plan = plan
        self._arrays = {
            name: np.empty((len(rows), samples), rows.dtype) for name, rows in pattern.items()
        }
        self._obstacles: dict[int, Obstacles] = {}

    def __len__(self) -> int:
        """How many blocks there are."""
        return len(self._obstacles)

    def write(self, block: Block, draws: Draws) -> None:
        """Take the draws of a block, in any order of the blocks."""
        for name, array in self._arrays.items():
            array[:, block.first : block.first + block.samples] = getattr(draws, name)
        self._obstacles[block.number] = Obstacles.of(draws)

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
        plan = self._plan
        return {name: by_cell(plan, name, array) for name, array in self._arrays.items()}, totals
