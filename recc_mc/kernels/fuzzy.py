"""The fuzzy comprehensive evaluation of a tile: how far each system belongs to three grades.

Limits k1, k2, k3 part three grades of an indicator: at k1 a value is half of the first and half of
the second, at k2 wholly of the second, at k3 half of it and half of the third; far beyond k1 (k3)
it is of the first (third) alone. These are the usual membership functions of studies of water
resources' carrying capacity (for instance Wang X., Chen Y., Li Z. et al. 2020, ChinaXiv
202001.00063, section 2.1.3): u1 = (1 + (x - k1)/(x - k2))/2 beyond k1, (1 - (k1 - x)/(k1 - k2))/2
between k1 and k2, 0 from there on; u3 likewise on the other side of k2; u2 the rest.

With t = (x - k2)/(k1 - k2), or k3 in place of k1 on its side, both forms of u1 and u3 are one: t/2
up to t = 1, 1 - 1/(2 t) from there on; no direction has to be told. One number, the *position*,
holds all memberships: u1 where it is positive, -u3 where it is negative.
"""

import numpy as np

from recc_mc.kernels.classes import UNDEFINED
from recc_mc.kernels.options import LANES, inline, kernel, offset, tile_code

#: How many grades there are, and the code of the first.
FUZZY_GRADES, FIRST_FUZZY = 3, 1


@kernel
def find_positions(indicator, x, position):
    """Positions of drawn values among the grades of their indicator, (object, lane)."""
    tile_code()
    real = x.dtype.type
    middle = real(indicator.limit[1])
    above = real(1.0 / (indicator.limit[0] - indicator.limit[1]))
    below = real(1.0 / (indicator.limit[2] - indicator.limit[1]))
    for i in range(x.shape[0]):
        for lane in range(LANES):
            apart = x[i, lane] - middle
            # Of the two sides of k2 one is positive.
            one = apart * above
            other = apart * below
            t = max(one, other)
            part = real(0.5) * t if t <= real(1.0) else real(1.0) - real(0.5) / t
            position[i, lane] = part if one >= other else -part


@inline
def _largest(first, second, third):
    """Grade of the largest membership; of equal ones the first."""
    if first >= second and first >= third:
        return FIRST_FUZZY
    return FIRST_FUZZY + 1 if second >= third else FIRST_FUZZY + 2


@kernel
def _add_memberships(terms, position, i, grades):
    """Memberships B = sum W u of one object, (grade, lane)."""
    tile_code()
    weight = terms.weight
    for lane in range(LANES):
        grades[0, lane] = 0.0
        grades[1, lane] = 0.0
        grades[2, lane] = 0.0
    for m in range(terms.members.shape[0]):
        row = terms.members[m]
        for lane in range(LANES):
            w = np.float64(weight[row, lane])
            place = np.float64(position[m, i, lane])
            grades[0, lane] += w * max(place, 0.0)
            grades[1, lane] += w * (1.0 - abs(place))
            grades[2, lane] += w * max(-place, 0.0)


@kernel
def grade_system(terms, position, scores, base, score, grade):
    """Score and grade of every object of one system.

    Parameters
    ----------
    terms
        What the system's index is the sum of, :class:`~recc_mc.kernels.index.Terms`.
    position
        (member, object, lane) where the drawn values are among the grades.
    scores
        (grade,) scores of the grades.
    base
        Row of the system's first object among the outputs.
    score, grade
        (system and object, sample) the score sum s B, and the grade of the largest membership.
    """
    first = offset(terms.first)
    grades = np.empty((FUZZY_GRADES, LANES))
    for i in range(position.shape[1]):
        _add_memberships(terms, position, i, grades)
        row = offset(base + i)
        for lane in range(LANES):
            one, two, three = grades[0, lane], grades[1, lane], grades[2, lane]
            value = (scores[0] * one + scores[1] * two) + scores[2] * three
            score[row, first + lane] = value
            grade[row, first + lane] = _largest(one, two, three) if value == value else UNDEFINED
