"""Ranks and pairs of mines, and agreement of the rankings with the baseline's."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.labels.declaration import CELL, NOT_NEGATIVE, Declarations, probability, real
from recc_mc.summary.classes import add_codes
from recc_mc.summary.family import Arrays, Batch, Chances, Finish, Sizes, added, shares

__all__ = [
    "LEFT_OUT",
    "MOST_COMPARED",
    "Ranking",
    "count_quantiles",
    "is_compared",
    "kendall_statistics",
    "rank_moments",
]

MOST_COMPARED = 100
"""Largest number of mines whose ranks and pairs are counted without being asked for."""
LEFT_OUT = (
    "rank_probability, rank_quantile, outranks_probability, ranking_unchanged_probability and "
    "kendall_tau_* grow with the square of the number of mines and are left out beyond "
    f"{MOST_COMPARED} mines; [simulation] compare_mines = true keeps them"
)
KENDALL = (
    "concordant less discordant pairs of mines by the number of pairs; pairs tied in either are "
    "neither; NaN where all mines are tied in the baseline, and without the draws in which they are"
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Ranks = NDArray[np.int16]

#: Samples in which all pairs of mines are compared while their C are in the cache.
STRETCH = 1024


def is_compared(mines: int, asked: bool | None) -> bool:
    """Whether ranks and pairs of mines are counted: as asked for, else up to `MOST_COMPARED`."""
    return mines <= MOST_COMPARED if asked is None else asked


class Ranking(NamedTuple):
    """Counts of ranks; those that grow with mines squared are empty where not kept."""

    draws: Integers  # (object,) there is a rank
    total: Integers  # (object,) sum of the ranks
    squares: Integers  # (object,) sum of their squares
    same: Integers  # (object,) the rank is that of the baseline
    rank: Integers  # (object, rank)
    above: Integers  # (mine, other mine, year) C of the first is larger
    both: Integers  # (mine, other mine, year) both are defined
    scores: (
        Integers  # (year, score) concordant less discordant pairs of mines, from minus all pairs
    )
    unchanged: Integers  # (year,) all ranks are those of the baseline
    tied: Integers  # (year,) all mines share a rank, with the score 0

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Ranking":
        """State of no draws."""
        mines, years = (sizes.mines, sizes.years) if sizes.compared else (0, 0)
        shapes: tuple[tuple[int, ...], ...] = (
            *(4 * [(sizes.objects,)]),
            (sizes.objects, mines),
            (mines, mines, years),
            (mines, mines, years),
            (years, mines * (mines - 1) + 1),
            (years,),
            (years,),
        )
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        draws, samples = batch.draws, batch.samples
        _add_ranks(draws.rank, samples, batch.baseline.rank, self)
        if self.rank.size:
            add_codes(draws.rank, samples, 1, self.rank)
            _add_comparisons(draws.recc, draws.rank, samples, *batch.baseline, self)

    def merge(self, following: "Ranking") -> "Ranking":
        """State of the samples of both."""
        return added(self, following)

    def chances(self) -> Chances:
        """Hits and draws; a flip is as likely as the baseline's rank is not."""
        yield self.same, self.draws
        yield self.rank, self.rank.sum(axis=-1, keepdims=True)
        yield self.above, self.both
        yield self.unchanged, self.scores.sum(axis=1)

    def finish(self, known: Finish) -> Arrays:
        """Arrays (mine, year), (mine, other mine, year) and (year)."""
        shape, baseline = known.shape, known.baseline["rank_baseline"]
        draws, same = (counts.reshape(shape) for counts in (self.draws, self.same))
        mean, std = rank_moments(self.total, self.squares, self.draws)
        found = {"rank_mean": mean.reshape(shape), "rank_std": std.reshape(shape)}
        found |= shares("rank_flip", draws - same, np.where(baseline >= 1, draws, 0))
        if not self.rank.size:
            return found
        table = self.rank.reshape(*shape, -1)
        found |= shares("rank", table, table.sum(axis=-1, keepdims=True))
        found["rank_quantile"] = rank_quantiles(table, known.levels)
        found |= shares("outranks", self.above, self.both)
        # Nothing agrees with, or is correlated to, a ranking in which all mines are tied.
        tied = np.where((baseline == 1).all(axis=0), self.scores.sum(axis=1), self.tied)
        return found | kendall_statistics(self.scores, self.unchanged, tied, known.levels)

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        yield from probability(
            "rank_probability", (*CELL, "rank_position"), "probability of the rank"
        )
        label = "probability that the mine is more loaded (larger C) than the other mine"
        yield from probability("outranks_probability", ("mine", "other_mine", "year"), label)
        label = "probability that the rank is not that of the baseline"
        yield from probability("rank_flip_probability", CELL, label)
        yield real("rank_mean", CELL, "mean of the rank", valid_min=1.0)
        yield real("rank_std", CELL, "standard deviation of the rank", **NOT_NEGATIVE)
        comment = "smallest rank whose cumulated probability reaches the level"
        dims = (*CELL, "quantile")
        yield real("rank_quantile", dims, "quantiles of the rank", valid_min=1.0, comment=comment)
        tau = "Kendall's tau between the rankings of the draws and of the baseline"
        attrs = {"valid_range": (-1.0, 1.0), "comment": KENDALL}
        yield real("kendall_tau_mean", ("year",), f"mean of {tau}", **attrs)
        yield real("kendall_tau_std", ("year",), f"standard deviation of {tau}", **NOT_NEGATIVE)
        yield real("kendall_tau_quantile", ("year", "quantile"), f"quantiles of {tau}", **attrs)
        label = "probability that all mines have the rank of the baseline"
        yield from probability("ranking_unchanged_probability", ("year",), label)


def rank_moments(total: Integers, squares: Integers, draws: Integers) -> tuple[Floats, Floats]:
    """Mean and standard deviation (ddof 1) of ranks; NaN where too few draws are defined.

    Parameters
    ----------
    total, squares
        Sums of the ranks and of their squares.
    draws
        How many ranks were added up.
    """
    count = np.maximum(draws, 1)
    # Deviations from the whole number nearest the mean are whole too, so that nothing cancels.
    near = (2 * total + count) // (2 * count)
    rest = total - count * near
    apart = squares - 2 * near * total + count * near * near
    variance = (apart - rest * (rest / count)) / np.maximum(draws - 1, 1)
    mean = np.where(draws > 0, near + rest / count, np.nan)
    return mean, np.where(draws > 1, np.sqrt(np.maximum(variance, 0)), np.nan)


def rank_quantiles(counts: Integers, levels: Sequence[float]) -> Floats:
    """Smallest rank whose cumulated share of the draws reaches each level (..., level).

    Parameters
    ----------
    counts
        In how many draws each rank was taken (..., rank).
    levels
        Probabilities.
    """
    draws = counts.sum(axis=-1, keepdims=True)
    share = np.cumsum(counts, axis=-1) / np.maximum(draws, 1)
    reached = share[..., None] >= np.asarray(levels)
    return np.where(draws > 0, 1.0 + reached.argmax(axis=-2), np.nan)


def kendall_statistics(
    scores: Integers, unchanged: Integers, tied: Integers, levels: Sequence[float]
) -> dict[str, Floats]:
    """Kendall's tau between the rankings of draws and of the baseline.

    tau = (concordant - discordant) / (m (m - 1) / 2) for m mines (Kendall 1938); a pair that is
    tied in either ranking is neither concordant nor discordant. Where all mines are tied in one of
    the two there is no order to agree with, and tau is undefined.

    Parameters
    ----------
    scores
        In how many draws concordant less discordant pairs are each number from minus to plus all
        pairs (year, score).
    unchanged
        In how many draws all ranks are the baseline's (year,).
    tied
        In how many draws tau is undefined, counted with the score 0 (year,).
    levels
        Probabilities of the quantiles.

    Returns
    -------
    dict
        Arrays (year,) and (year, quantile) by the names of their variables.
    """
    pairs = scores.shape[1] // 2
    # A single mine has no ranking to agree with.
    scale = pairs or np.nan
    values = np.arange(-pairs, pairs + 1)
    agreeing = shares("ranking_unchanged", unchanged, scores.sum(axis=1))
    ordered = scores - np.where(values == 0, tied[:, None], 0)
    # Distances from the largest score: their sums are whole numbers, and 0 if nothing changes.
    away = pairs - values
    mean, std = rank_moments(ordered @ away, ordered @ away**2, ordered.sum(axis=1))
    return {
        "kendall_tau_mean": 1 - mean / scale,
        "kendall_tau_std": std / scale,
        "kendall_tau_quantile": count_quantiles(ordered, values, levels) / scale,
        **agreeing,
    }


def count_quantiles(counts: Integers, values: Integers, levels: Sequence[float]) -> Floats:
    """Quantiles (row, level) of counted values, linear between order statistics.

    Parameters
    ----------
    counts
        How often each value was drawn (row, value).
    values
        The values in rising order.
    levels
        Probabilities.
    """
    result = np.full((len(counts), len(levels)), np.nan)
    for row, count in enumerate(counts):
        below = np.cumsum(count)
        if below[-1] == 0:
            continue
        place = (below[-1] - 1) * np.asarray(levels)
        lower = np.floor(place)
        upper = np.minimum(lower + 1, below[-1] - 1)
        first, second = (values[np.searchsorted(below, k, side="right")] for k in (lower, upper))
        result[row] = first + (place - lower) * (second - first)
    return result


@kernel
def _sum_ranks(rank: Ranks, i: int, samples: int, same: int) -> tuple[int, int, int, int]:
    """How many ranks an object has, their sum and that of squares, how many are ``same``."""
    tile_code()
    total = np.int64(0)
    squares = np.int64(0)
    equal = np.int64(0)
    there = np.int64(0)
    for s in range(samples):
        # 0 where it is undefined, which adds nothing.
        place = np.int64(rank[i, s]) if rank[i, s] > 0 else np.int64(0)
        there += np.int64(place > 0)
        total += place
        squares += place * place
        equal += np.int64(place == same)
    return there, total, squares, equal  # type: ignore[return-value]


@kernel
def _add_ranks(rank: Ranks, samples: int, known: Integers, counts: Ranking) -> None:
    """Add up ranks, and count those of the baseline."""
    for i in range(rank.shape[0]):
        there, total, squares, same = _sum_ranks(rank, i, samples, known[i])
        counts.draws[i] += there
        counts.total[i] += total
        counts.squares[i] += squares
        counts.same[i] += same


@kernel
def _start_scores(
    recc: Floats, year: int, years: int, first: int, count: int, known: Floats, score: Floats
) -> None:
    """Scores of a year at 0; NaN in draws in which the ranking is undefined, as of the baseline."""
    tile_code()
    first = offset(first)
    for s in range(count):
        score[s] = 0.0
    for i in range(year, recc.shape[0], years):
        there = known[i] == known[i]
        for s in range(count):
            value = recc[i, first + s]
            score[s] = score[s] if there and value == value else np.nan


@kernel
def _compare(
    recc: Floats, i: int, k: int, first: int, count: int, sign: float, score: Floats
) -> tuple[int, int, int]:
    """In how many draws C of ``i`` is larger, smaller, and both are defined; add to the scores."""
    tile_code()
    first = offset(first)
    larger = np.int64(0)
    smaller = np.int64(0)
    defined = np.int64(0)
    for s in range(count):
        one = recc[i, first + s]
        other = recc[k, first + s]
        larger += np.int64(one > other)
        smaller += np.int64(one < other)
        defined += np.int64(one == one) & np.int64(other == other)
        score[s] += (sign if one > other else 0.0) - (sign if one < other else 0.0)
    return larger, smaller, defined  # type: ignore[return-value]


@kernel
def _compare_mines(
    recc: Floats,
    year: int,
    first: int,
    count: int,
    known: Floats,
    counts: Ranking,
    score: Floats,
) -> None:
    """Compare every pair of mines in one year."""
    mines, years = counts.above.shape[0], counts.above.shape[2]
    for mine in range(mines):
        i = mine * years + year
        for other in range(mine, mines):
            k = other * years + year
            sign = 0.0
            if known[i] > known[k]:
                sign = 1.0
            elif known[i] < known[k]:
                sign = -1.0
            larger, smaller, defined = _compare(recc, i, k, first, count, sign, score)
            counts.both[mine, other, year] += defined
            if other > mine:
                counts.above[mine, other, year] += larger
                counts.above[other, mine, year] += smaller
                counts.both[other, mine, year] += defined


@kernel
def _count_scores(
    score: Floats,
    rank: Ranks,
    year: int,
    first: int,
    count: int,
    known: Integers,
    counts: Ranking,
) -> None:
    """Count the scores of a year, and the draws with the baseline's ranks or a single one."""
    zero = counts.scores.shape[1] // 2
    years = counts.scores.shape[0]
    for s in range(count):
        if score[s] == score[s]:
            counts.scores[year, zero + np.int64(score[s])] += 1
            same = True
            tied = True
            for i in range(year, rank.shape[0], years):
                same = same and rank[i, first + s] == known[i]
                tied = tied and rank[i, first + s] == 1
                if not (same or tied):
                    break
            counts.unchanged[year] += 1 if same else 0
            counts.tied[year] += 1 if tied else 0


@kernel
def _add_comparisons(
    recc: Floats,
    rank: Ranks,
    samples: int,
    known: Floats,
    known_rank: Integers,
    counts: Ranking,
) -> None:
    """Count outranking, and agreement of the rankings with the baseline's.

    Kendall's score of a draw is the number of concordant less that of discordant pairs of mines;
    pairs that are tied in the draw or in the baseline are neither.
    """
    years = counts.scores.shape[0]
    score = np.empty(STRETCH)
    for first in range(0, samples, STRETCH):
        count = min(STRETCH, samples - first)
        for year in range(years):
            _start_scores(recc, year, years, first, count, known, score)
            _compare_mines(recc, year, first, count, known, counts, score)
            _count_scores(score, rank, year, first, count, known_rank, counts)
