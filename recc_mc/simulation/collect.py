"""Draws of all blocks as one array per variable in memory."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.sampling.draws import PER_SAMPLE, by_cell, empty_draws
from recc_mc.summary.obstacle_totals import ObstacleTotals, add_obstacles, obstacles_of
from recc_mc.workers.blocks import Block

__all__ = ["collect"]


def collect(
    plan: Plan, samples: int, results: Iterable[tuple[Block, Draws]]
) -> tuple[dict[str, NDArray[Any]], ObstacleTotals]:
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
    totals: ObstacleTotals | None = None
    early: dict[int, ObstacleTotals] = {}
    added = 0
    for block, draws in results:
        for name, array in arrays.items():
            array[:, block.first : block.first + block.samples] = getattr(draws, name)
        early[block.number] = obstacles_of(plan, draws)
        while added in early:
            totals = add_obstacles(totals, early.pop(added))
            added += 1
    if totals is None:
        raise ValueError("no blocks")
    return {name: by_cell(plan, name, array) for name, array in arrays.items()}, totals
