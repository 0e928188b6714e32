"""Changes of S, P and C from the first year to the last, and the years of their peaks."""

from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.labels.declaration import (
    CELL,
    INDICES,
    NOT_NEGATIVE,
    Declarations,
    probability,
    real,
    with_comment,
)
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, shares
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation

__all__ = ["Trend", "Trends"]


#: Samples whose peaks are looked for at a time, while they are in the cache.
STRETCH = 1024


class Trend(NamedTuple):
    """Of one index; of no mines if there is a single year."""

    change: Moments  # (unit, mine)
    increase: Integers  # (mine,) the last year's is larger
    peak: Integers  # (mine, year) the first of the largest


class Trends(NamedTuple):
    """Of all indices."""

    support: Trend
    pressure: Trend
    recc: Trend

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Trends":
        """State of no draws."""
        mines = sizes.mines if sizes.years > 1 else 0
        return cls(
            *(
                Trend(
                    Moments.empty(units, mines),
                    np.zeros(mines, np.int64),
                    np.zeros((mines, sizes.years), np.int64),
                )
                for _ in INDICES
            )
        )

    def add(self, batch: Batch) -> None:
        """Add draws."""
        if batch.sizes.years == 1:
            return
        for name, trend in zip(INDICES, self, strict=True):
            change = batch.series[f"{name}_change"]
            add_moments(change, batch.samples, batch.sizes.unit, batch.start, trend.change)
            _add_increases(change, batch.samples, trend.increase)
            _add_peaks(getattr(batch.draws, name), batch.samples, trend.peak)

    def merge(self, following: "Trends") -> "Trends":
        """State of the samples of both."""
        return Trends(
            *(
                Trend(
                    one.change.extend(other.change),
                    one.increase + other.increase,
                    one.peak + other.peak,
                )
                for one, other in zip(self, following, strict=True)
            )
        )

    def chances(self) -> Chances:
        """Hits and draws."""
        for trend in self:
            yield trend.increase, trend.change.draws.sum(axis=0)
            yield trend.peak, trend.peak.sum(axis=-1, keepdims=True)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine) and (mine, year); none of a single year."""
        if known.shape[1] == 1:
            return {}
        found: Arrays = {}
        for name, trend in zip(INDICES, self, strict=True):
            total = trend.change.total()
            mean, _, std = mean_and_deviation(total)
            base = known.baseline[f"{name}_baseline"]
            found |= {f"{name}_change_mean": mean, f"{name}_change_std": std}
            found[f"{name}_change_baseline"] = base[:, -1] - base[:, 0]
            found |= shares(f"{name}_increase", trend.increase, total.draws)
            found |= shares(f"{name}_peak", trend.peak, trend.peak.sum(axis=-1, keepdims=True))
        return found

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        dims = ("mine",)
        for name, label in INDICES.items():
            change = f"change of the {label}, first to last year"
            yield real(f"{name}_change_mean", dims, f"mean of the {change}")
            deviation = f"standard deviation of the {change}"
            yield real(f"{name}_change_std", dims, deviation, **NOT_NEGATIVE)
            yield real(f"{name}_change_baseline", dims, f"deterministic {change}")
            increase = f"probability that the {label} is larger in the last year than in the first"
            yield from probability(f"{name}_increase_probability", dims, increase)
            peak = f"probability that the {label} of the mine is largest in the year"
            comment = (
                "the first of the largest years on ties; years in which it is undefined do not "
                "count"
            )
            yield from with_comment(probability(f"{name}_peak_probability", CELL, peak), comment)


@kernel
def _add_increases(change: Floats, samples: int, counts: Integers) -> None:
    """Count the increases of (mine, sample)."""
    tile_code()
    for mine in range(counts.shape[0]):
        count = np.int64(0)
        for s in range(samples):
            count += np.int64(change[mine, s] > 0.0)
        counts[mine] += count


@kernel
def _find_peaks(
    values: Floats, start: int, years: int, first: int, count: int, best: Floats, peak: Floats
) -> None:
    """First year with the largest value of a mine, whose rows begin at ``start``; -1 if none."""
    tile_code()
    first = offset(first)
    for s in range(count):
        best[s] = -np.inf
        peak[s] = -1.0
    for year in range(years):
        for s in range(count):
            value = values[start + year, first + s]
            # NaN is not larger.
            peak[s] = year if value > best[s] else peak[s]
            best[s] = value if value > best[s] else best[s]


@kernel
def _add_peaks(values: Floats, samples: int, counts: Integers) -> None:
    """Count the years of the peaks of (object, sample) in (mine, year)."""
    mines, years = counts.shape
    best = np.empty(STRETCH)
    peak = np.empty(STRETCH)
    for first in range(0, samples, STRETCH):
        count = min(STRETCH, samples - first)
        for mine in range(mines):
            _find_peaks(values, mine * years, years, first, count, best, peak)
            for s in range(count):
                if peak[s] >= 0.0:
                    counts[mine, np.int64(peak[s])] += 1
