"""Mean, deviation and bias of S, P and C, and the correlation of S and P."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.labels.declaration import (
    CELL,
    INDICES,
    NOT_NEGATIVE,
    Declarations,
    Variable,
    real,
    with_error,
)
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes
from recc_mc.summary.moments import (
    Moments,
    add_moments,
    add_products,
    mean_and_deviation,
    merge_products,
)
from recc_mc.summary.rounding import varies

__all__ = ["Indices"]


class Indices(NamedTuple):
    """Moments of the indices."""

    support: Moments  # (unit, object)
    pressure: Moments
    recc: Moments
    products: NDArray[np.float64]  # (unit, object) of the deviations of S and P

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Indices":
        """State of no draws."""
        support, pressure, recc = (Moments.empty(units, sizes.objects) for _ in INDICES)
        return cls(support, pressure, recc, np.zeros((units, sizes.objects)))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        draws, place = batch.draws, (batch.samples, batch.sizes.unit, batch.start)
        add_moments(draws.support, *place, self.support)
        add_moments(draws.pressure, *place, self.pressure)
        add_moments(draws.recc, *place, self.recc)
        means = self.support.mean, self.pressure.mean
        add_products(draws.support, draws.pressure, *place, means, self.products)

    def merge(self, following: "Indices") -> "Indices":
        """State of the samples of both."""
        support = self.support.join(following.support)
        pressure = self.pressure.join(following.pressure)
        products = np.concatenate([self.products, following.products])
        return Indices(
            support.merge(),
            pressure.merge(),
            self.recc.extend(following.recc),
            merge_products(support, pressure, products),
        )

    def chances(self) -> Chances:
        """No probabilities."""
        return ()

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year)."""
        found: Arrays = {}
        for name in INDICES:
            statistics = mean_and_deviation(getattr(self, name).total())
            mean, error, std = (array.reshape(known.shape) for array in statistics)
            found |= {f"{name}_mean": mean, f"{name}_mean_error": error, f"{name}_std": std}
            found[f"{name}_bias"] = mean - known.baseline[f"{name}_baseline"]
        defined = self.recc.draws.sum(axis=0).reshape(known.shape)
        found["recc_undefined"] = known.samples - defined
        found["support_pressure_correlation"] = self._correlation(known)
        return found

    def _correlation(self, known: Finish) -> NDArray[np.float64]:
        """NaN where one of both is constant, or undefined in some sample."""
        both = self.support.total(), self.pressure.total()
        usable = [
            (one.draws == known.samples) & varies(one.squares / np.maximum(one.draws, 1), one.mean)
            for one in both
        ]
        scale = np.sqrt(both[0].squares) * np.sqrt(both[1].squares)
        # Copied: kernels are compiled for arrays that may be written to, which read ones are not.
        left, right = self.support.each(np.array), self.pressure.each(np.array)
        products = merge_products(left, right, np.array(self.products))[0]
        found = np.clip(products / np.where(np.all(usable, axis=0), scale, np.nan), -1, 1)
        return np.asarray(found.reshape(known.shape))

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        for name, label in INDICES.items():
            yield from with_error(real(f"{name}_mean", CELL, f"mean of the {label}"))
            label_of = f"standard deviation of the {label}"
            yield real(f"{name}_std", CELL, label_of, **NOT_NEGATIVE)
            comment = "mean over the samples minus the deterministic value"
            yield real(f"{name}_bias", CELL, f"bias of the {label}", comment=comment)
        label = "number of samples in which the carrying capacity index is undefined"
        comment = "C = P / S is undefined where S is below 1e-9"
        attrs = {"valid_min": 0, "comment": comment}
        yield Variable("recc_undefined", CELL, "int64", label, attrs=attrs)
        label = "correlation of support index S and pressure index P over the samples"
        comment = (
            "NaN where one of them does not vary by more than rounding, or is undefined in some "
            "sample"
        )
        attrs = {"valid_range": (-1.0, 1.0), "comment": comment}
        yield real("support_pressure_correlation", CELL, label, **attrs)
