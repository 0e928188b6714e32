"""Draws of all blocks as one array per variable in memory."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.sampling.draws import PER_SAMPLE, by_cell, empty_draws
from recc_mc.summary.obstacles import Obstacles
from recc_mc.workers.blocks import Block, in_order

__all__ = ["collect"]


def collect(
    plan: Plan, samples: int, results: Iterable[tuple[Block, Draws]]
) -> tuple[dict[str, NDArray[Any]], Obstacles]:
    """Put the draws of all blocks together.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    results
        Each block with its draws, in any order.

    Returns
    -------
    tuple
        Arrays by the names of `PER_SAMPLE`, (mine, year, sample) or (..., sample), and the totals
        of the obstacle degrees.

    Raises
    ------
    ValueError
        If there are no blocks.
    """
    pattern = {name: getattr(empty_draws(plan, 0), name) for name in PER_SAMPLE}
    arrays = {name: np.empty((len(rows), samples), rows.dtype) for name, rows in pattern.items()}

    def obstacles() -> Iterator[tuple[Block, Obstacles]]:
        for block, draws in results:
            for name, array in arrays.items():
                array[:, block.first : block.first + block.samples] = getattr(draws, name)
            yield block, Obstacles.of(draws)

    totals: Obstacles | None = None
    for part in in_order(obstacles()):
        totals = part.after(totals)
    if totals is None:
        raise ValueError("no blocks")
    return {name: by_cell(plan, name, array) for name, array in arrays.items()}, totals
