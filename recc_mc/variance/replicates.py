"""Estimates with errors from independent replicates."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import stdtrit

from recc_mc._typing import Floats

__all__ = ["CONFIDENCE", "Replicates"]

CONFIDENCE = 0.95
"""Probability that an interval of a half-width around an estimate contains the truth."""


class Replicates(NamedTuple):
    """Running mean of the estimates of replicates, each a scramble of the same design.

    A bootstrap of rows would take quasi-random rows for independent ones, and give intervals that
    are several times too wide; what varies among replicates is the error itself (Owen 1998).

    Examples
    --------
    >>> found = Replicates.none()
    >>> for estimate in (0.4, 0.5, 0.6):
    ...     found = found.add(np.array(estimate))
    >>> round(float(found.mean), 3), round(float(found.half_width), 3)
    (0.5, 0.248)
    """

    number: int
    mean: Floats
    squares: Floats  # sum of squared deviations from the mean

    @classmethod
    def none(cls) -> Self:
        """No replicates yet."""
        return cls(0, np.zeros(()), np.zeros(()))

    def add(self, estimate: Floats) -> Self:
        """With one more replicate.

        Parameters
        ----------
        estimate
            Its estimates, in the same shape each time. Where one is NaN, so is the result.
        """
        number = self.number + 1
        apart = estimate - self.mean
        mean = self.mean + apart / number
        return type(self)(number, mean, self.squares + apart * (estimate - mean))

    @property
    def half_width(self) -> Floats:
        """Half the width of the interval mean +- t sd / sqrt(R) of probability `CONFIDENCE`."""
        if self.number < 2:
            return np.full_like(self.mean, np.nan)
        quantile = float(stdtrit(self.number - 1, 0.5 + CONFIDENCE / 2))
        return np.asarray(quantile * np.sqrt(self.squares / (self.number - 1) / self.number))
