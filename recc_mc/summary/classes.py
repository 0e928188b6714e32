"""How often draws are in each coupling zone and grade block, and in another than the baseline."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Integers
from recc_mc.kernels.classes import FIRST_GRADE, FIRST_ZONE
from recc_mc.kernels.options import kernel
from recc_mc.labels.declaration import CELL, GRADES, ZONES, Declarations, probability
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added, shares

__all__ = ["Classes", "add_codes"]


# Label, names and the code of the first.
_CLASSES = {
    "zone": ("coupling zone", ZONES, FIRST_ZONE),
    "grade": ("grade block", GRADES, FIRST_GRADE),
}


class Classes(NamedTuple):
    """In how many draws each class is the case."""

    zone: Integers  # (object, zone)
    grade: Integers  # (object, grade)

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Classes":
        """State of no draws."""
        shapes = ((sizes.objects, len(names)) for _, names, _ in _CLASSES.values())
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        for counts, (name, (_, _, lowest)) in zip(self, _CLASSES.items(), strict=True):
            add_codes(getattr(batch.draws, name), batch.samples, lowest, counts)

    def merge(self, following: "Classes") -> "Classes":
        """State of the samples of both."""
        return added(self, following)

    def chances(self) -> Chances:
        """Hits and draws; a flip is as likely as the baseline's class is not."""
        return ((counts, counts.sum(axis=-1, keepdims=True)) for counts in self)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year, class) and (mine, year); no flips of an undefined baseline."""
        found: Arrays = {}
        for counts, (name, (_, _, lowest)) in zip(self, _CLASSES.items(), strict=True):
            table = counts.reshape(*known.shape, -1)
            found |= shares(name, table, table.sum(axis=-1, keepdims=True))
            base = known.baseline[f"{name}_baseline"].astype(np.int64)
            place = np.maximum(base - lowest, 0)[..., None]
            draws = np.where(base >= lowest, table.sum(axis=-1), 0)
            hits = draws - np.take_along_axis(table, place, axis=-1)[..., 0]
            found |= shares(f"{name}_flip", hits, draws)
        return found

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        for name, (label, _, _) in _CLASSES.items():
            dims = (*CELL, name)
            yield from probability(f"{name}_probability", dims, f"probability of the {label}")
            flip = f"probability that the {label} is not that of the baseline"
            yield from probability(f"{name}_flip_probability", CELL, flip)


@kernel
def add_codes(codes: NDArray[Any], samples: int, lowest: int, counts: Integers) -> None:
    """Count codes ``lowest``... of (object, sample); smaller ones are undefined.

    Four counts of each, in turn: most draws are of the same code as the one before, whose count
    would have to be stored before it is loaded again (57 us for 48 objects, 28 us with four).
    """
    hits = np.empty((4, counts.shape[1] + 1), np.int64)
    for i in range(codes.shape[0]):
        hits[:] = 0
        for s in range(samples):
            place = np.int64(codes[i, s]) - lowest
            hits[s & 3, place + 1 if place >= 0 else 0] += 1
        for column in range(counts.shape[1]):
            counts[i, column] += hits[:, column + 1].sum()
