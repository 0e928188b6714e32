"""Mean and deviation of the combined weights; in the first samples, the weights they combine."""

from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats
from recc_mc.labels.declaration import NOT_NEGATIVE, Declarations, real
from recc_mc.summary import first
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation

__all__ = ["Weights"]


class Weights(NamedTuple):
    """Moments of the weights, and the AHP and objective weights of a run's first samples."""

    weight: Moments  # (unit, indicator)
    ahp: Floats  # (indicator, sample) as many as are kept, of draws that come with them
    objective: Floats  # (indicator, sample)

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Weights":
        """State of no draws."""
        kept = (np.empty((sizes.indicators, sizes.weighed)) for _ in range(2))
        return cls(Moments.empty(units, sizes.indicators), *kept)

    def add(self, batch: Batch) -> None:
        """Add draws."""
        draws, unit = batch.draws, batch.sizes.unit
        add_moments(draws.weight, batch.samples, unit, batch.start, self.weight)
        start = batch.start * unit
        count = min(batch.samples, self.ahp.shape[1] - start)
        if count > 0:
            self.ahp[:, start : start + count] = draws.weight_ahp[:, :count]
            self.objective[:, start : start + count] = draws.weight_objective[:, :count]

    def merge(self, following: "Weights") -> "Weights":
        """State of the samples of both."""
        left = first.FIRST - self.ahp.shape[1]
        ahp, objective = (
            np.concatenate([one, other[:, :left]], axis=1) if left > 0 else one
            for one, other in ((self.ahp, following.ahp), (self.objective, following.objective))
        )
        return Weights(self.weight.extend(following.weight), ahp, objective)

    def chances(self) -> Chances:
        """No probabilities."""
        return ()

    def finish(self, known: Finish) -> Arrays:
        """Arrays (indicator)."""
        mean, _, std = mean_and_deviation(self.weight.total())
        return {"weight_mean": mean, "weight_std": std}

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        dims, label = ("indicator",), "combined weight"
        yield real("weight_mean", dims, f"mean of the {label}")
        yield real("weight_std", dims, f"standard deviation of the {label}", **NOT_NEGATIVE)
