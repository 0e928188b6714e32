"""Quantiles from histograms, for draws that are not kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recc_mc.run.tallies import BlockTally, Edges

__all__ = ["histogram_quantiles"]

Floats = NDArray[np.float64]


def histogram_quantiles(total: BlockTally, edges: Edges, levels: Sequence[float]) -> Floats:
    """Quantiles (row, level) of the draws in the histograms' rows, wrong by at most one bin.

    A quantile lies between two draws of known rank; each is placed within its bin as if the draws
    of a bin were spread evenly. Those beyond the first and last edge are spread over the stretch to
    the smallest and largest draw, which are known.

    Parameters
    ----------
    total
        Tally of all samples.
    edges
        Bins of its histograms.
    levels
        Probabilities.

    Returns
    -------
    numpy.ndarray
        Quantiles, NaN where no draw is defined.
    """
    result = np.full((len(total.histogram), len(levels)), np.nan)
    inner = np.arange(edges.bins + 1)
    for row, counts in enumerate(total.histogram):
        draws = counts.sum()
        if draws == 0:
            continue
        least, most = total.least[row], total.most[row]
        ends = edges.low[row] + edges.width[row] * inner
        ends = np.concatenate([[min(least, ends[0])], ends, [max(most, ends[-1])]])
        below = np.concatenate([[0], np.cumsum(counts)])
        # As numpy's "linear" quantile: between the draws of rank k and k + 1, counted from 0.
        rank = (draws - 1) * np.asarray(levels)
        lower = np.floor(rank)
        upper = np.minimum(lower + 1, draws - 1)
        first, second = (
            np.where(k == 0, least, np.where(k == draws - 1, most, np.interp(k + 0.5, below, ends)))
            for k in (lower, upper)
        )
        result[row] = np.clip(first + (rank - lower) * (second - first), least, most)
    return result
