"""Mean and deviation of what is made of an index beside it, and ranks by each criterion."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.classes import find_ranks
from recc_mc.kernels.options import LANES, kernel
from recc_mc.labels.declaration import (
    CELL,
    NOT_NEGATIVE,
    Declarations,
    probability,
    real,
    with_error,
)
from recc_mc.labels.further import BY_CRITERION, BY_SYSTEM, COUPLED
from recc_mc.sampling.draws import leading_shape
from recc_mc.summary.classes import add_codes
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, shares
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation

__all__ = ["AVERAGED", "Further"]

AVERAGED = {
    "criterion_score": (BY_CRITERION, "score of the criterion"),
    **{name: (CELL, label) for name, label in COUPLED.items()},
    "fuzzy_score": (BY_SYSTEM, "score of the fuzzy evaluation of the system"),
}
"""Dimensions and labels of what means are taken of."""


class Averages(NamedTuple):
    """Moments of each of `AVERAGED`; of no rows where nobody asks for it."""

    criterion_score: Moments  # (unit, object and criterion)
    coupling: Moments  # (unit, object)
    coordination_index: Moments
    coordination: Moments
    fuzzy_score: Moments  # (unit, system and object)


class Further(NamedTuple):
    """Moments and counts; of no rows where nobody asks for them."""

    averages: Averages
    rank: Integers  # (object and criterion, rank) of the mines of a year, by the criterion's score

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Further":
        """State of no draws."""
        averages = (Moments.empty(units, sizes.further.get(name, 0)) for name in AVERAGED)
        ranked = (sizes.further.get("criterion_score", 0), sizes.mines if sizes.compared else 0)
        return cls(Averages(*averages), np.zeros(ranked, np.int64))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        place = batch.samples, batch.sizes.unit, batch.start
        for name, moments in self.averages._asdict().items():
            if moments.draws.shape[1]:
                add_moments(getattr(batch.draws, name), *place, moments)
        if self.rank.size:
            score, mines = batch.draws.criterion_score, batch.sizes.mines
            # Kernels rank whole tiles.
            score = np.pad(score, ((0, 0), (0, -score.shape[1] % LANES)))
            rank = np.empty(score.shape, batch.draws.rank.dtype)
            _rank_mines(score, mines, len(score) // mines, rank)
            add_codes(rank, batch.samples, 1, self.rank)

    def merge(self, following: "Further") -> "Further":
        """State of the samples of both."""
        pairs = zip(self.averages, following.averages, strict=True)
        averages = Averages(*(one.extend(other) for one, other in pairs))
        return Further(averages, self.rank + following.rank)

    def chances(self) -> Chances:
        """Hits and draws."""
        yield self.rank, self.rank.sum(axis=-1, keepdims=True)

    def finish(self, known: Finish) -> Arrays:
        """Arrays by mine and year, and by criterion or system."""
        found: Arrays = {}
        for name, moments in self.averages._asdict().items():
            if moments.draws.shape[1]:
                statistics = mean_and_deviation(moments.total())
                shape = leading_shape(name, len(statistics[0]), *known.shape)
                endings = zip(("mean", "mean_error", "std"), statistics, strict=True)
                found |= {f"{name}_{ending}": values.reshape(shape) for ending, values in endings}
        if self.rank.size:
            shape = leading_shape("criterion_score", len(self.rank), *known.shape)
            table = self.rank.reshape(*shape, -1)
            found |= shares("criterion_rank", table, table.sum(axis=-1, keepdims=True))
        return found

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        for name, (dims, label) in AVERAGED.items():
            yield from with_error(real(f"{name}_mean", dims, f"mean of the {label}"))
            yield real(f"{name}_std", dims, f"standard deviation of the {label}", **NOT_NEGATIVE)
        label = "probability of the rank of the mine by the score of the criterion, 1 the largest"
        yield from probability(
            "criterion_rank_probability", (*BY_CRITERION, "rank_position"), label
        )


@kernel
def _rank_mines(score: Floats, mines: int, groups: int, rank: NDArray[np.int16]) -> None:
    """Rank the mines by each group of scores (mine and group, sample), as by C in each year."""
    above = np.empty(LANES)
    for first in range(0, score.shape[1], LANES):
        find_ranks(score, mines, groups, first, above, rank)
