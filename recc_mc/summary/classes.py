"""How often draws are in each coupling zone and grade block, and in another than the baseline."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Integers
from recc_mc.kernels.classes import FIRST_GRADE, FIRST_ZONE
from recc_mc.kernels.coupling import COORDINATION_CLASSES, FIRST_COORDINATION
from recc_mc.kernels.fuzzy import FIRST_FUZZY, FUZZY_GRADES
from recc_mc.kernels.options import kernel
from recc_mc.labels.declaration import CELL, Declarations, probability
from recc_mc.labels.further import BY_SYSTEM, FUZZY_CLASS
from recc_mc.sampling.draws import leading_shape
from recc_mc.study.class_names import GRADES, ZONES
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added, shares

__all__ = ["Classes", "add_codes"]


class _Kind(NamedTuple):
    """A kind of classes."""

    probability: str  # name of their probabilities
    label: str
    classes: int
    lowest: int  # code of the first
    dims: tuple[str, ...]
    flips: bool = False  # whether they are compared with the baseline's


_KINDS = {
    "zone": _Kind("zone", "coupling zone", len(ZONES), FIRST_ZONE, (*CELL, "zone"), flips=True),
    "grade": _Kind("grade", "grade block", len(GRADES), FIRST_GRADE, (*CELL, "grade"), flips=True),
    "coordination_class": _Kind(
        "coordination",
        "class of coordination",
        COORDINATION_CLASSES,
        FIRST_COORDINATION,
        (*CELL, "coordination_class"),
    ),
    "fuzzy_grade": _Kind(
        "fuzzy_grade",
        "grade of the fuzzy evaluation",
        FUZZY_GRADES,
        FIRST_FUZZY,
        (*BY_SYSTEM, FUZZY_CLASS),
    ),
}


class Classes(NamedTuple):
    """In how many draws each class is the case."""

    zone: Integers  # (object, zone)
    grade: Integers  # (object, grade)
    coordination_class: Integers  # (object, class) of no objects where nobody asks for it
    fuzzy_grade: Integers  # (system and object, grade) likewise

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Classes":
        """State of no draws."""
        rows = {"zone": sizes.objects, "grade": sizes.objects, **sizes.further}
        shapes = ((rows.get(name, 0), kind.classes) for name, kind in _KINDS.items())
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        for counts, (name, kind) in zip(self, _KINDS.items(), strict=True):
            if counts.size:
                add_codes(getattr(batch.draws, name), batch.samples, kind.lowest, counts)

    def merge(self, following: "Classes") -> "Classes":
        """State of the samples of both."""
        return added(self, following)

    def chances(self) -> Chances:
        """Hits and draws; a flip is as likely as the baseline's class is not."""
        return ((counts, counts.sum(axis=-1, keepdims=True)) for counts in self)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year, class) and (mine, year); no flips of an undefined baseline."""
        found: Arrays = {}
        for counts, (name, kind) in zip(self, _KINDS.items(), strict=True):
            if not counts.size:
                continue
            table = counts.reshape(*leading_shape(name, len(counts), *known.shape), -1)
            found |= shares(kind.probability, table, table.sum(axis=-1, keepdims=True))
            if not kind.flips:
                continue
            base = known.baseline[f"{name}_baseline"].astype(np.int64)
            place = np.maximum(base - kind.lowest, 0)[..., None]
            draws = np.where(base >= kind.lowest, table.sum(axis=-1), 0)
            hits = draws - np.take_along_axis(table, place, axis=-1)[..., 0]
            found |= shares(f"{name}_flip", hits, draws)
        return found

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        for name, kind in _KINDS.items():
            label = f"probability of the {kind.label}"
            yield from probability(f"{kind.probability}_probability", kind.dims, label)
            if kind.flips:
                flip = f"probability that the {kind.label} is not that of the baseline"
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
