"""Obstacle degrees, of which all samples are never kept."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Integers
from recc_mc.kernels.records import Draws
from recc_mc.labels.declaration import (
    BY_INDICATOR,
    CELL,
    NOT_NEGATIVE,
    Declarations,
    probability,
    real,
)
from recc_mc.labels.index import WHAT_HINDERS
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, shares
from recc_mc.summary.moments import Moments, mean_and_deviation

__all__ = ["OBSTACLES", "Obstacles", "obstacle_statistics"]


class Obstacles(NamedTuple):
    """Totals over samples."""

    degree: Moments  # (unit, object, indicator)
    top5: Integers  # (object, indicator) it was among the five largest of its system

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Obstacles":
        """State of no draws."""
        cells = sizes.objects, sizes.indicators
        return cls(Moments.empty(units, *cells), np.zeros(cells, np.int64))

    @classmethod
    def of(cls, draws: Draws) -> "Obstacles":
        """State of a block's draws, whose units the kernels have taken the moments of."""
        moments = draws.obstacle_defined, draws.obstacle_mean, draws.obstacle_squares
        return cls(Moments(*moments), draws.obstacle_top5)

    def take_in(self, draws: Draws, unit: int) -> Draws:
        """The draws of a unit, whose obstacle degrees will be added up here and nowhere else."""
        degree = self.degree.each(lambda array: array[unit : unit + 1])
        return draws._replace(
            obstacle_defined=degree.draws,
            obstacle_mean=degree.mean,
            obstacle_squares=degree.squares,
            obstacle_top5=self.top5,
        )

    def add(self, batch: Batch) -> None:
        """Add draws, if they have come with obstacle degrees that are not here already."""
        part = Obstacles.of(batch.draws)
        if part.top5.size and part.top5 is not self.top5:
            units = slice(batch.start, batch.start + len(part.degree.draws))
            for array, more in zip(self.degree, part.degree, strict=True):
                array[units] = more
            self.top5[...] += part.top5

    def merge(self, following: "Obstacles") -> "Obstacles":
        """State of the samples of both."""
        degree = self.degree.extend(following.degree)
        return Obstacles(degree, self.top5 + following.top5)

    def after(self, total: "Obstacles | None") -> "Obstacles":
        """Total of all samples before, if there are any, with these added."""
        # Copied: the draws of a block shall not be kept for their sake.
        return (
            Obstacles(self.degree.merge(), self.top5.copy()) if total is None else total.merge(self)
        )

    def chances(self) -> Chances:
        """Hits and draws."""
        yield self.top5, self.degree.draws.sum(axis=0)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year, indicator) and (mine, year, criterion)."""
        if known.criteria is None:
            return {}
        return self.statistics(known.shape, known.criteria)

    def statistics(self, shape: tuple[int, int], criteria: NDArray[np.bool_]) -> Arrays:
        """As `finish`, of so many mines and years."""
        cells = (*shape, self.top5.shape[1])
        degree = self.degree.total().each(lambda array: array.reshape(cells))
        return obstacle_statistics(degree, self.top5.reshape(cells), criteria)

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        comment = {"comment": WHAT_HINDERS}
        yield real("obstacle_mean", BY_INDICATOR, "mean obstacle degree", **comment, **NOT_NEGATIVE)
        label = "standard deviation of the obstacle degree"
        yield real("obstacle_std", BY_INDICATOR, label, **NOT_NEGATIVE)
        label = "mean obstacle degree of the criterion"
        yield real("obstacle_criterion_mean", (*CELL, "criterion"), label, **NOT_NEGATIVE)
        label = "probability that the indicator is among the five largest obstacles"
        yield from probability("obstacle_top5_probability", BY_INDICATOR, label)


OBSTACLES = tuple(variable.name for variable in Obstacles.variables())
"""Names of the statistics."""


def obstacle_statistics(
    degree: Moments, top5: NDArray[np.int64], criteria: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Mean and deviation of obstacle degrees, and who is how often among the five largest.

    Parameters
    ----------
    degree
        Moments of the degrees (..., indicator).
    top5
        In how many samples the indicator was among the five largest of its system.
    criteria
        Which indicators belong to each criterion (criterion, indicator).

    Returns
    -------
    dict
        Arrays (..., indicator) and (..., criterion) by the names of their variables; NaN where no
        sample has degrees.
    """
    mean, _, std = mean_and_deviation(degree)
    # All degrees of a system exist in the same samples, so that sums of means are means of sums.
    criterion = np.stack([mean[..., members].sum(axis=-1) for members in criteria], axis=-1)
    found = {"obstacle_mean": mean, "obstacle_std": std, "obstacle_criterion_mean": criterion}
    return found | shares("obstacle_top5", top5, degree.draws)
