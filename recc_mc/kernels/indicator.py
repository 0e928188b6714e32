"""One indicator in one tile: drawn, normalised, weighed. The chain and the exchanges share it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.cells import clip_cells, draw_cells, multiply_shared
from recc_mc.kernels.index import (
    ORIGIN,
    SLOPE,
    find_goalposts,
    find_information,
    find_negative,
    no_information,
    normalise,
)
from recc_mc.kernels.objective import find_contrast, find_spread
from recc_mc.kernels.optimum import find_distances
from recc_mc.kernels.options import LANES, kernel, offset, step, tile_code
from recc_mc.kernels.records import ENTROPY, FIXED, OBJECTIVE, SCOPE, YEARLY, Floats


class Scratch(NamedTuple):
    """Scratch for one indicator; the part in use at a time stays in the L1 cache."""

    words: NDArray[np.uint32]  # (object, lane) random words; objects padded to fours
    xi: NDArray[np.float32]  # (object, lane) standardised variates of the cells
    shared: Floats  # (2, lane) errors that cells share
    factor: Floats  # (lane,) e to a power of them
    posts: Floats  # (4, group, lane) goalposts
    r_sum: Floats  # (lane,)
    r_log_sum: Floats  # (lane,)
    active: Floats  # (lane,) 1 for samples that count, 0 for padding


@kernel
def may_take(choice, code):
    """Whether some samples may take an alternative of a choice."""
    found = False
    for k in range(choice.count):
        found = found or choice.code[k] == code
    return found


@kernel
def may_leave(choice, code):
    """Whether some samples may take another alternative of a choice."""
    found = False
    for k in range(choice.count):
        found = found or choice.code[k] != code
    return found


@kernel
def make_scratch(plan):
    """Scratch for one tile."""
    objects = plan.options.mines * plan.options.years
    padded = (objects + 3) // 4 * 4
    yearly = may_take(plan.choices[SCOPE], YEARLY)
    return Scratch(
        np.empty((padded, LANES), np.uint32),
        np.zeros((padded, LANES), np.float32),
        np.empty((2, LANES)),
        np.empty(LANES, plan.cells.dtype),
        np.empty((4, plan.options.years if yearly else 1, LANES), plan.cells.dtype),
        np.empty(LANES),
        np.empty(LANES),
        np.empty(LANES),
    )


@step
def members_of(plan, system):
    """Indicators of the support system, 0, or of the pressure system, 1."""
    split = plan.options.support_members
    return plan.member[:split] if system == 0 else plan.member[split:]


@kernel
def mark_active(inputs, first, active):
    """Tell samples of a tile from its padding."""
    for lane in range(LANES):
        active[lane] = 1.0 if first + lane < inputs.samples else 0.0


@step
def draw_indicator(plan, j, inputs, first, scope, scratch, x):
    """Draw values of indicator ``j``, held within fixed goalposts where that is asked for."""
    draw_cells(plan, j, inputs, first, scratch, x)
    if plan.more is not None and plan.shared.shape[0] > 0:
        multiply_shared(plan, j, inputs, first, scratch, x)
    if scope[0] == FIXED and plan.options.clip:
        clip_cells(x, plan.indicators[j].fixed_lower, plan.indicators[j].fixed_upper)


@step
def normalise_indicator(plan, j, scope, frozen, objective, scratch, x, information):
    """Normalise drawn values in place by the method choices of each lane; find their information.

    Of CRITIC, which looks at a whole system, it is the standard deviation.

    Returns a lane in which they cannot be normalised, or -1.
    """
    posts, r_sum, r_log_sum = scratch.posts, scratch.r_sum, scratch.r_log_sum
    find_goalposts(plan, j, x, scope, frozen, posts)
    if plan.more is not None and plan.indicators[j].direction == 0:
        find_distances(x, plan.indicators[j].optimum_lower, plan.indicators[j].optimum_upper)
    if scope[0] == FIXED:
        lane = find_negative(x, posts, scratch.active)
        if lane >= 0:
            return lane
    normalise(x, posts[ORIGIN], posts[SLOPE], r_sum, r_log_sum)
    least = no_information(x[0, 0])
    find_information(plan.options.log_objects, least, r_sum, r_log_sum, information)
    if plan.more is not None and may_leave(plan.choices[OBJECTIVE], ENTROPY):
        find_spread(x, r_sum, r_log_sum)
        find_contrast(objective, r_sum, r_log_sum, information)
    return -1


@kernel
def find_weight(vectors, path, j, start, weight):
    """AHP weight of indicator ``j``: the product of the weights of all items on its way.

    1 where there are no judgments, and the share of this weight is 0.
    """
    tile_code()
    start = offset(start)
    for lane in range(LANES):
        weight[lane] = 1.0
    for depth in range(path.shape[1]):
        item = path[j, depth]
        if item < 0:
            break
        for lane in range(LANES):
            weight[lane] *= vectors[item, start + lane]


@kernel
def add_lanes(value, total):
    """Add up over indicators."""
    tile_code()
    for lane in range(LANES):
        total[lane] += value[lane]
