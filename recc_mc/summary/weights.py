"""Mean and deviation of the combined weights."""

from typing import NamedTuple

from recc_mc.labels.declaration import NOT_NEGATIVE, Declarations, real
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation

__all__ = ["Weights"]


class Weights(NamedTuple):
    """Moments of the weights."""

    weight: Moments  # (unit, indicator)

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Weights":
        """State of no draws."""
        return cls(Moments.empty(units, sizes.indicators))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        unit = batch.sizes.unit
        add_moments(batch.draws.weight, batch.samples, unit, batch.start, self.weight)

    def merge(self, following: "Weights") -> "Weights":
        """State of the samples of both."""
        return Weights(self.weight.extend(following.weight))

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
