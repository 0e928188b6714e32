"""Totals of the obstacle degrees, of which all samples are never kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.kernels.tally import Moments
from recc_mc.summary.merging import add_units, of_each

__all__ = ["ObstacleTotals", "add_obstacles", "obstacle_moments", "obstacles_of"]


@dataclass(frozen=True, eq=False)
class ObstacleTotals:
    """Totals over samples.

    Parameters
    ----------
    degree
        Moments of the degrees (mine, year, indicator); of a block, moments of its units (unit,
        mine, year, indicator).
    top5
        In how many samples the indicator was among the five largest (mine, year, indicator).
    """

    degree: Moments
    top5: NDArray[np.int64]


def obstacle_moments(draws: Draws) -> Moments:
    """Moments of the degrees of every unit of a block (unit, object, indicator)."""
    return Moments(draws.obstacle_defined, draws.obstacle_mean, draws.obstacle_squares)


def obstacles_of(plan: Plan, draws: Draws) -> ObstacleTotals:
    """Totals of a block."""
    shape = plan.options.mines, plan.options.years, len(plan.indicators)
    degree = of_each(obstacle_moments(draws), lambda part: part.reshape(-1, *shape))
    return ObstacleTotals(degree, draws.obstacle_top5.reshape(shape))


def add_obstacles(totals: ObstacleTotals | None, block: ObstacleTotals) -> ObstacleTotals:
    """Totals with those of the next block added; None if there are none before.

    One unit after the other, so that the moments are the same, bit for bit, for all blocks.
    """
    if totals is None:
        return ObstacleTotals(add_units(None, block.degree), block.top5)
    return ObstacleTotals(add_units(totals.degree, block.degree), totals.top5 + block.top5)
