"""Ranks, and agreement of rankings with the baseline's, from counts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recc_mc.summary.probability import probability

__all__ = ["count_quantiles", "kendall_statistics", "rank_moments", "rank_quantiles"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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
    share, error = probability(unchanged, scores.sum(axis=1))
    ordered = scores - np.where(values == 0, tied[:, None], 0)
    # Distances from the largest score: their sums are whole numbers, and 0 if nothing changes.
    away = pairs - values
    mean, std = rank_moments(ordered @ away, ordered @ away**2, ordered.sum(axis=1))
    return {
        "kendall_tau_mean": 1 - mean / scale,
        "kendall_tau_std": std / scale,
        "kendall_tau_quantile": count_quantiles(ordered, values, levels) / scale,
        "ranking_unchanged_probability": share,
        "ranking_unchanged_probability_error": error,
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
