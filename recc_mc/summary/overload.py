"""How often C >= 1, in which year first, and where the baseline says otherwise."""

from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.labels.declaration import CELL, Declarations, Variable, probability, with_comment
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added, shares

__all__ = ["Overload", "add_overload"]


#: Samples whose first years are looked for at a time, while they are in the cache.
STRETCH = 1024


class Overload(NamedTuple):
    """In how many draws there is an overload."""

    defined: Integers  # (object,) there is a C
    over: Integers  # (object,) C >= 1
    # (mine, year) the first year with C >= 1, among draws with a C in all years; behind the years
    # that there is none
    first: Integers

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Overload":
        """State of no draws."""
        shapes = (sizes.objects,), (sizes.objects,), (sizes.mines, sizes.years + 1)
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        add_overload(batch.draws.recc, batch.samples, self.defined, self.over)
        _add_first(batch.draws.recc, batch.samples, self.first)

    def merge(self, following: "Overload") -> "Overload":
        """State of the samples of both."""
        return added(self, following)

    def chances(self) -> Chances:
        """Hits and draws; a flip is as likely as the baseline's class is not."""
        yield self.over, self.defined
        yield self.first, self.first.sum(axis=-1, keepdims=True)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year) and (mine)."""
        over, defined = (counts.reshape(known.shape) for counts in (self.over, self.defined))
        draws = self.first.sum(axis=-1, keepdims=True)
        recc = known.baseline["recc_baseline"]
        counted = np.where(np.isnan(recc), 0, defined)
        return {
            **shares("overload", over, defined),
            **shares("overload_first", self.first[:, :-1], draws),
            **shares("overload_never", self.first[:, -1], draws[:, 0]),
            "overload_first_undefined": known.samples - draws[:, 0],
            **shares("overload_flip", np.where(recc >= 1, defined - over, over), counted),
        }

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        label = "probability of overload, carrying capacity index C >= 1"
        yield from probability("overload_probability", CELL, label)
        comment = (
            "of the draws in which C is defined in all years; with never, the years add up to 1"
        )
        label = "probability that C >= 1 in the year and in no earlier one"
        yield from with_comment(probability("overload_first_probability", CELL, label), comment)
        label = "probability that C >= 1 in no year"
        never = probability("overload_never_probability", ("mine",), label)
        yield from with_comment(never, comment)
        label = "number of samples in which C is undefined in some year"
        comment = "they are left out of overload_first_probability and overload_never_probability"
        attrs = {"valid_min": 0, "comment": comment}
        yield Variable("overload_first_undefined", ("mine",), "int64", label, attrs=attrs)
        label = "probability that the overload, C >= 1 or not, is not that of the baseline"
        yield from probability("overload_flip_probability", CELL, label)


@kernel
def add_overload(recc: Floats, samples: int, defined: Integers, over: Integers) -> None:
    """Count C, and C >= 1."""
    for i in range(recc.shape[0]):
        there = 0
        count = 0
        for s in range(samples):
            there += 1 if recc[i, s] == recc[i, s] else 0
            count += 1 if recc[i, s] >= 1.0 else 0
        defined[i] += there
        over[i] += count


@kernel
def _find_first(
    recc: Floats, start: int, years: int, first: int, count: int, place: Floats
) -> None:
    """First year with C >= 1 of a mine, ``years`` if there is none, NaN without a C of each."""
    tile_code()
    first = offset(first)
    for s in range(count):
        place[s] = years
    for back in range(1, years + 1):
        for s in range(count):
            value = recc[start + years - back, first + s]
            # What is NaN once stays NaN.
            earlier = years - back if place[s] == place[s] else place[s]
            place[s] = earlier if value >= 1.0 else place[s]
            place[s] = place[s] if value == value else np.nan


@kernel
def _add_first(recc: Floats, samples: int, counts: Integers) -> None:
    """Count the first years with C >= 1 of all mines."""
    years = counts.shape[1] - 1
    place = np.empty(STRETCH)
    for mine in range(counts.shape[0]):
        for first in range(0, samples, STRETCH):
            count = min(STRETCH, samples - first)
            _find_first(recc, mine * years, years, first, count, place)
            for s in range(count):
                if place[s] >= 0.0:
                    counts[mine, np.int64(place[s])] += 1
