"""How often draws are in each coupling zone and grade block, and in another than the baseline."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.options import kernel
from recc_mc.labels.declaration import CELL, GRADES, ZONES, Declarations, probability
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added, shares

__all__ = ["Classes"]

Integers = NDArray[np.int64]

# Label, names and the code of the first.
_CLASSES = {"zone": ("coupling zone", ZONES, 0), "grade": ("grade block", GRADES, 1)}


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
            _add_classes(getattr(batch.draws, name), batch.samples, lowest, counts)

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
def _add_classes(codes: NDArray[np.int8], samples: int, lowest: int, counts: Integers) -> None:
    """Count codes ``lowest``... of (object, sample); smaller ones are undefined."""
    for i in range(codes.shape[0]):
        for s in range(samples):
            place = np.int64(codes[i, s]) - lowest
            if place >= 0:
                counts[i, place] += 1
