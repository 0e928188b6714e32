"""Scores of the criteria of one tile: the index of each criterion by itself."""

import numpy as np

from recc_mc.kernels.options import LANES, kernel, offset, tile_code


@kernel
def _add_member(terms, m, score, share):
    """Add r W of a member to the score of every object, and W to the criterion's share."""
    tile_code()
    r, weight = terms.r, terms.weight
    row = terms.members[m]
    for lane in range(LANES):
        share[lane] += weight[row, lane]
    for i in range(score.shape[0]):
        for lane in range(LANES):
            score[i, lane] += r[m, i, lane] * weight[row, lane]


@kernel
def _divide(score, share):
    """Divide by the share; NaN where the criterion has no weight."""
    tile_code()
    for i in range(score.shape[0]):
        for lane in range(LANES):
            score[i, lane] = score[i, lane] / share[lane] if share[lane] > 0.0 else np.nan


@kernel
def score_criteria(within, terms, scores):
    """Scores U_c = sum r W / sum W over the indicators of each criterion of one system.

    Parameters
    ----------
    within
        (criterion, indicator) which indicators belong to each criterion of any system.
    terms
        What the index of the system is the sum of, :class:`~recc_mc.kernels.index.Terms`.
    scores
        :class:`~recc_mc.kernels.records.Scores`; those of the other system's criteria stay.
    """
    for c in range(within.shape[0]):
        own = 0
        for m in range(terms.members.shape[0]):
            if within[c, terms.members[m]]:
                if own == 0:
                    scores.score[c] = 0.0
                    scores.share[c] = 0.0
                _add_member(terms, m, scores.score[c], scores.share[c])
                own += 1
        if own > 0:
            _divide(scores.score[c], scores.share[c])


@kernel
def keep_scores(score, first, out):
    """Store a tile's scores (criterion, object, lane) as (object and criterion, sample)."""
    tile_code()
    first = offset(first)
    criteria = score.shape[0]
    for i in range(score.shape[1]):
        for c in range(criteria):
            row = offset(i * criteria + c)
            for lane in range(LANES):
                out[row, first + lane] = score[c, i, lane]
