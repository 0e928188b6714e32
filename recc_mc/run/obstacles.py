"""Totals of the obstacle degrees, the one output of which no sample is kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan

__all__ = ["ObstacleTotals", "add_obstacles", "no_obstacles", "obstacles_of"]


@dataclass(frozen=True, eq=False)
class ObstacleTotals:
    """Totals over samples.

    Parameters
    ----------
    degree
        Sum of the degrees (mine, year, indicator); of a block, sums of its units (unit, mine,
        year, indicator).
    top5
        In how many samples the indicator was among the five largest (mine, year, indicator).
    defined
        In how many samples there were degrees at all (mine, year, indicator).
    """

    degree: NDArray[np.float64]
    top5: NDArray[np.int64]
    defined: NDArray[np.int64]


def no_obstacles(plan: Plan) -> ObstacleTotals:
    """Totals of no samples."""
    shape = _shape(plan)
    return ObstacleTotals(np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int64))


def obstacles_of(plan: Plan, draws: Draws) -> ObstacleTotals:
    """Totals of a block."""
    shape = _shape(plan)
    return ObstacleTotals(
        draws.obstacle_sum.reshape(-1, *shape),
        draws.obstacle_top5.reshape(shape),
        draws.obstacle_defined.reshape(shape),
    )


def add_obstacles(totals: ObstacleTotals, block: ObstacleTotals) -> ObstacleTotals:
    """Totals with those of the next block added.

    One unit after the other, so that the sum is the same, bit for bit, for all blocks.
    """
    degree = totals.degree.copy()
    for unit in block.degree:
        degree += unit
    return ObstacleTotals(degree, totals.top5 + block.top5, totals.defined + block.defined)


def _shape(plan: Plan) -> tuple[int, int, int]:
    return plan.options.mines, plan.options.years, len(plan.indicators)
