"""Draws compared: mines with each other within a year, years of a mine, both with the baseline."""

import numpy as np

from recc_mc.kernels.options import kernel, offset, tile_code
from recc_mc.kernels.sketch import add_row, add_rows
from recc_mc.kernels.tally import (
    FOLD,
    add_classes,
    add_ledger,
    add_moments,
    add_overload,
    add_products,
    add_ranks,
    row_moments,
)

#: Samples in which all pairs of mines are compared while their C are in the cache.
STRETCH = 1024


@kernel
def _start_scores(recc, year, years, first, count, baseline_recc, score):
    """Scores of a year at 0; NaN in draws in which the ranking is undefined, as of the baseline."""
    tile_code()
    first = offset(first)
    for s in range(count):
        score[s] = 0.0
    for i in range(year, recc.shape[0], years):
        known = baseline_recc[i] == baseline_recc[i]
        for s in range(count):
            value = recc[i, first + s]
            score[s] = score[s] if known and value == value else np.nan


@kernel
def _compare(recc, i, k, first, count, sign, score):
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
    return larger, smaller, defined


@kernel
def _compare_mines(recc, year, years, first, count, baseline_recc, above, both, score):
    """Compare every pair of mines in one year."""
    mines = recc.shape[0] // years
    for mine in range(mines):
        i = mine * years + year
        for other in range(mine, mines):
            k = other * years + year
            sign = 0.0
            if baseline_recc[i] > baseline_recc[k]:
                sign = 1.0
            elif baseline_recc[i] < baseline_recc[k]:
                sign = -1.0
            larger, smaller, defined = _compare(recc, i, k, first, count, sign, score)
            both[mine, other, year] += defined
            if other > mine:
                above[mine, other, year] += larger
                above[other, mine, year] += smaller
                both[other, mine, year] += defined


@kernel
def _count_scores(score, rank, year, years, first, count, baseline_rank, counts):
    """Count the scores of a year, and the draws with the baseline's ranks or a single one."""
    zero = counts.tau.shape[1] // 2
    for s in range(count):
        if score[s] == score[s]:
            counts.tau[year, zero + np.int64(score[s])] += 1
            same = True
            tied = True
            for i in range(year, rank.shape[0], years):
                same = same and rank[i, first + s] == baseline_rank[i]
                tied = tied and rank[i, first + s] == 1
                if not (same or tied):
                    break
            counts.unchanged[year] += 1 if same else 0
            counts.tied[year] += 1 if tied else 0


@kernel
def add_rankings(recc, rank, samples, years, baseline, counts):
    """Count outranking, and agreement of the rankings with the baseline's.

    Kendall's score of a draw is the number of concordant less that of discordant pairs of mines;
    pairs that are tied in the draw or in the baseline are neither.
    """
    score = np.empty(STRETCH)
    for first in range(0, samples, STRETCH):
        count = min(STRETCH, samples - first)
        for year in range(years):
            _start_scores(recc, year, years, first, count, baseline.recc, score)
            _compare_mines(
                recc, year, years, first, count, baseline.recc, counts.above, counts.both, score
            )
            _count_scores(score, rank, year, years, first, count, baseline.rank, counts)


@kernel
def _take_change(values, before, after, first, count, change):
    """Differences of two rows; return how many are above 0."""
    tile_code()
    first = offset(first)
    increased = np.int64(0)
    for s in range(count):
        apart = values[after, first + s] - values[before, first + s]
        change[0, s] = apart
        increased += np.int64(apart > 0.0)
    return increased


@kernel
def _find_peaks(values, start, years, first, count, best, peak):
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
def _find_first_overload(recc, start, years, first, count, place):
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
def add_first_overload(recc, samples, years, first_overload):
    """Count the first years with C >= 1 of all mines."""
    place = np.empty(STRETCH)
    for mine in range(recc.shape[0] // years):
        for first in range(0, samples, STRETCH):
            count = min(STRETCH, samples - first)
            _find_first_overload(recc, mine * years, years, first, count, place)
            for s in range(count):
                if place[s] >= 0.0:
                    first_overload[mine, np.int64(place[s])] += 1


@kernel
def add_trends(
    values, samples, years, unit_size, row, moments_row, sketch_row, moments, counts, sketch
):
    """Changes from the first year to the last and years of the peak, of all mines.

    Parameters
    ----------
    values
        (object, sample) S, P or C from the beginning of a unit on.
    samples, years, unit_size
        How many of them count, and sizes.
    row, moments_row, sketch_row
        Rows of the counts, moments and sketch that belong to the first mine.
    moments, counts, sketch
        Filled or added to; a sketch without bins is left alone.
    """
    change = np.empty((1, unit_size))
    best = np.empty(unit_size)
    peak = np.empty(unit_size)
    sums = np.empty(FOLD)
    hits = np.empty(FOLD)
    for unit in range((samples + unit_size - 1) // unit_size):
        first = unit * unit_size
        count = min(unit_size, samples - first)
        for mine in range(values.shape[0] // years):
            start = mine * years
            counts.increase[row + mine] += _take_change(
                values, start, start + years - 1, first, count, change
            )
            draws, mean, squares = row_moments(change, 0, 0, count, sums, hits)
            moments.draws[unit, moments_row + mine] = draws
            moments.mean[unit, moments_row + mine] = mean
            moments.squares[unit, moments_row + mine] = squares
            if sketch.counts.shape[1] > 0:
                add_row(change, 0, 0, count, sketch_row + mine, sketch)
            _find_peaks(values, start, years, first, count, best, peak)
            for s in range(count):
                if peak[s] >= 0.0:
                    counts.peak[row + mine, np.int64(peak[s])] += 1


@kernel
def tally_draws(
    draws, samples, years, unit_size, cr_limit, baseline, moments, products, counts, sketch
):
    """Add the first ``samples`` samples of ``draws`` to all tallies.

    Rows of the moments are S, P and C of every object, the indicators' weights, and the changes of
    S, P and C of every mine; rows of the sketch are S, P and C of every object, then the same
    changes and the weights. A sketch without bins is left alone, as is what a panel of one year has
    no rows for. Rows of the products are those of S and P of every object.
    """
    objects = draws.recc.shape[0]
    mines = objects // years
    indicators = draws.weight.shape[0]
    rows = (draws.support, draws.pressure, draws.recc)
    for number in range(3):
        add_moments(rows[number], samples, unit_size, number * objects, moments)
        if sketch.counts.shape[1] > 0:
            add_rows(rows[number], samples, unit_size, number * objects, sketch)
        if counts.increase.shape[0] > 0:
            place = 3 * objects + number * mines
            add_trends(
                rows[number],
                samples,
                years,
                unit_size,
                number * mines,
                place + indicators,
                place,
                moments,
                counts,
                sketch,
            )
    add_moments(draws.weight, samples, unit_size, 3 * objects, moments)
    if sketch.counts.shape[1] > 0:
        changes = counts.increase.shape[0]
        add_rows(draws.weight, samples, unit_size, 3 * objects + changes, sketch)
    add_products(draws.support, draws.pressure, samples, unit_size, 0, objects, moments, products)
    add_classes(draws.zone, samples, 0, counts.zone)
    add_classes(draws.grade, samples, 1, counts.grade)
    add_ranks(draws.rank, samples, baseline.rank, counts)
    if counts.rank.shape[1] > 0:
        add_classes(draws.rank, samples, 1, counts.rank)
    add_overload(draws.recc, samples, counts.overload)
    add_first_overload(draws.recc, samples, years, counts.first_overload)
    if counts.above.shape[0] > 0:
        add_rankings(draws.recc, draws.rank, samples, years, baseline, counts)
    add_ledger(
        draws.consistency_ratio,
        draws.repair,
        draws.redraws,
        samples,
        cr_limit,
        counts.accepted,
        counts.repaired,
        counts.redrawn,
    )
