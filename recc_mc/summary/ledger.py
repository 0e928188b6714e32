"""What became of the drawn judgment matrices."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.options import kernel
from recc_mc.labels.declaration import PROBABILITY, Declarations, real
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added

__all__ = ["Ledger"]

Integers = NDArray[np.int64]


class Ledger(NamedTuple):
    """In how many draws the consistency policy did what."""

    accepted: Integers  # (matrix,)
    repaired: Integers
    redrawn: Integers

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Ledger":
        """State of no draws."""
        return cls(*(np.zeros(sizes.matrices, np.int64) for _ in cls._fields))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        draws = batch.draws
        drawn = draws.consistency_ratio, draws.repair, draws.redraws
        _add_ledger(*drawn, batch.samples, batch.cr_limit, self)

    def merge(self, following: "Ledger") -> "Ledger":
        """State of the samples of both."""
        return added(self, following)

    def chances(self) -> Chances:
        """None that a run waits for."""
        return ()

    def finish(self, known: Finish) -> Arrays:
        """Arrays (matrix)."""
        return {f"share_{name}": counts / known.samples for name, counts in self._asdict().items()}

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        for name, label in (
            ("share_accepted", "share of samples whose first drawn matrix was within the CR limit"),
            ("share_repaired", "share of samples whose drawn matrix was repaired"),
            ("share_redrawn", "share of samples whose matrix was drawn again"),
        ):
            yield real(name, ("matrix",), label, **PROBABILITY)


@kernel
def _add_ledger(
    ratio: NDArray[np.float64],
    exponent: NDArray[np.float64],
    redraws: NDArray[np.int8],
    samples: int,
    limit: float,
    ledger: Ledger,
) -> None:
    """Count what became of the matrices of (matrix, sample)."""
    for k in range(ratio.shape[0]):
        for s in range(samples):
            changed = exponent[k, s] < 1.0
            again = redraws[k, s] > 0
            ledger.repaired[k] += 1 if changed else 0
            ledger.redrawn[k] += 1 if again else 0
            accepted = ratio[k, s] < limit and not changed and not again
            ledger.accepted[k] += 1 if accepted else 0
