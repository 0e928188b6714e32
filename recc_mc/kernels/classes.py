"""Coupling zones, grades and ranks of a tile."""

import numpy as np

from recc_mc.kernels.options import LANES, inline, kernel, offset, tile_code
from recc_mc.kernels.sorting import SIDE, rank_by_sorting

#: How many classes there are of each kind.
ZONES, GRADES = 4, 9
#: Codes of the first: zones are counted from 0, a grade's code is the number it is known by.
FIRST_ZONE, FIRST_GRADE = 0, 1
#: Code of a class that is undefined.
UNDEFINED = -1
#: More mines are ranked by sorting; fewer by comparing all pairs, lane beside lane.
MOST_COMPARED = 100


@inline
def zone_of(s, p):
    """Coupling zone 0..3: y < x^2, x^2 <= y < x, x <= y < sqrt(x), y >= sqrt(x)."""
    x = min(max(s, 0.0), 1.0)
    y = min(max(p, 0.0), 1.0)
    # The curves are crossed in this order: x^2 <= x <= sqrt(x) on the unit interval.
    return np.int8(y >= x * x) + np.int8(y >= x) + np.int8(y >= np.sqrt(x))


@inline
def grade_of(s, p, low_cut, high_cut):
    """Grade 1..9: three levels of pressure times three of support; a cut belongs above."""
    level_s = np.int8(s >= low_cut) + np.int8(s >= high_cut)
    level_p = np.int8(p >= low_cut) + np.int8(p >= high_cut)
    return 3 * level_p + level_s + FIRST_GRADE


@kernel
def find_zones(support, pressure, first, zone):
    """Coupling zones; see `zone_of`."""
    tile_code()
    first = offset(first)
    for i in range(support.shape[0]):
        for lane in range(LANES):
            s = support[i, first + lane]
            p = pressure[i, first + lane]
            code = zone_of(s, p)
            zone[i, first + lane] = code if s == s and p == p else UNDEFINED


@kernel
def find_grades(support, pressure, first, low_cut, high_cut, grade):
    """Grades; see `grade_of`."""
    tile_code()
    first = offset(first)
    for i in range(support.shape[0]):
        for lane in range(LANES):
            s = support[i, first + lane]
            p = pressure[i, first + lane]
            code = grade_of(s, p, low_cut, high_cut)
            grade[i, first + lane] = code if s == s and p == p else UNDEFINED


@kernel
def _count_above(recc, mines, years, i, first, above):
    """1 + how many mines of the year have a larger C than object ``i``."""
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        above[lane] = 1.0
    year = i % years
    # Two mines a pass: half the stores between.
    for other in range(0, mines - 1, 2):
        k = offset(other * years + year)
        m = offset(k + years)
        for lane in range(LANES):
            c = recc[i, first + lane]
            one = 1.0 if recc[k, first + lane] > c else 0.0
            above[lane] += one + (1.0 if recc[m, first + lane] > c else 0.0)
    if mines % 2 == 1:
        k = offset((mines - 1) * years + year)
        for lane in range(LANES):
            above[lane] += 1.0 if recc[k, first + lane] > recc[i, first + lane] else 0.0


@kernel
def _store_rank(recc, i, first, above, rank):
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        c = recc[i, first + lane]
        rank[i, first + lane] = above[lane] if c == c else UNDEFINED


@kernel
def find_ranks(recc, mines, years, first, above, rank):
    """Rank 1 = the largest C of the year; ties share the lower number, NaN has no rank."""
    if mines <= MOST_COMPARED:
        for i in range(recc.shape[0]):
            _count_above(recc, mines, years, i, first, above)
            _store_rank(recc, i, first, above, rank)
        return
    for year in range(years):
        for start in range(first, first + LANES, SIDE):
            rank_by_sorting(recc, mines, year, years, start, UNDEFINED, rank)
