"""Combined weights W of a system: of the AHP weights w, and of w' by the objective.

w' is an indicator's share of the information of its system. By an equilibrium of game theory W is
a w + (1 - a) w' as by a stated share, only that a follows from w and w'.
"""

from recc_mc.kernels.options import LANES, kernel, offset, tile_code
from recc_mc.kernels.records import GAME_THEORY, MULTIPLICATIVE


@kernel
def scale_objective(share, information_sum, rest):
    """Factor (1 - a) / sum I that turns information I into its part of the weight."""
    tile_code()
    for lane in range(LANES):
        rest[lane] = (1.0 - share[lane]) / information_sum[lane]


@kernel
def combine_weight(share, rest, weight, information, out, first, combined):
    """W_j = a w + (1 - a) w' of one indicator, among the samples and of the tile."""
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        both = share[lane] * weight[lane] + rest[lane] * information[lane]
        out[first + lane] = both
        combined[lane] = both


@kernel
def keep_weights(weight, information, information_sum, ahp, objective, j, first):
    """Store the two weights of an indicator that its combined weight is made of."""
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        ahp[j, first + lane] = weight[lane]
        # As `scale_objective` has it where the AHP's share is 0.
        objective[j, first + lane] = (1.0 / information_sum[lane]) * information[lane]


@kernel
def add_product(weight, information, total):
    """Add w I of one indicator to the sum that makes the weights of a system 1."""
    tile_code()
    for lane in range(LANES):
        total[lane] += weight[lane] * information[lane]


@kernel
def take_product(combination, weight, information, total, out, first, combined):
    """W_j = w I / sum w I of one indicator in the lanes that multiply; NaN if all products are 0.

    Source: Hwang and Yoon (1981), who so correct entropy weights by weights given beforehand.
    """
    tile_code()
    first = offset(first)
    for lane in range(LANES):
        both = weight[lane] * information[lane] / total[lane]
        both = both if combination[lane] == MULTIPLICATIVE else out[first + lane]
        out[first + lane] = both
        combined[lane] = both


@kernel
def _add_dots(weight, information, information_sum, dots):
    """Add one indicator's terms of w.w, w'.w' and of what each exceeds w.w' by."""
    tile_code()
    for lane in range(LANES):
        w = weight[lane]
        other = information[lane] / information_sum[lane]
        dots[0, lane] += w * w
        dots[1, lane] += other * other
        dots[2, lane] += w * (w - other)
        dots[3, lane] += other * (other - w)


@kernel
def _find_share(combination, stated, dots, share):
    tile_code()
    for lane in range(LANES):
        one = abs(dots[1, lane] * dots[2, lane])
        other = abs(dots[0, lane] * dots[3, lane])
        # Two weights that are the same leave the equilibrium open, but not what they combine to.
        found = one / (one + other) if one + other > 0.0 else 0.5
        share[lane] = found if combination[lane] == GAME_THEORY else stated[lane]


@kernel
def find_shares(members, weights, information_sum, combination, stated, dots, share):
    """Share a of the AHP weight: where lanes play a game, that of its equilibrium.

    (a1, a2) solves [[w.w, w.w'], [w'.w, w'.w']] (a1, a2) = (w.w, w'.w'); a = |a1| / (|a1| + |a2|).
    By Cramer's rule a1 is to a2 as w'.w' (w.w - w.w') to w.w (w'.w' - w.w'). Source: Lai et al.
    (2015), doi:10.1007/s11069-015-1645-6.

    Parameters
    ----------
    members
        (member,) numbers of the system's indicators.
    weights
        (2, indicator, lane) AHP weights and information.
    information_sum
        (lane,) sum of the information.
    combination
        (lane,) codes.
    stated
        (lane,) share of lanes that play none.
    dots
        (4, lane) scratch.
    share
        (lane,) takes the shares.
    """
    dots[:] = 0.0
    for m in range(members.shape[0]):
        j = members[m]
        _add_dots(weights[0, j], weights[1, j], information_sum, dots)
    _find_share(combination, stated, dots, share)
