"""The first run on a machine compiles its kernels in two processes.

One kernel is one module, which one process makes; but most of what it is made of can be compiled
anywhere, and is kept for others (`recc_mc.kernels.keeping`). A copy of the process so begins with
what the chain needs last, and with the kernels of the statistics that follow it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import xarray as xr

from recc_mc.kernels.cells import draw_cells
from recc_mc.kernels.chain import Room, run_block
from recc_mc.kernels.classes import find_grades, find_ranks, find_zones
from recc_mc.kernels.criteria import score_criteria
from recc_mc.kernels.index import Terms, find_goalposts, normalise, sum_members
from recc_mc.kernels.indicator import Scratch
from recc_mc.kernels.obstacles import IDEAL, drain_obstacles, sum_with_obstacles
from recc_mc.kernels.options import LANES, is_compiled, prepare
from recc_mc.kernels.records import Draws, Inputs, Plan
from recc_mc.machine.sharing import in_two_processes
from recc_mc.sampling.draws import empty_draws
from recc_mc.sampling.evaluate import evaluate
from recc_mc.sampling.random import RandomDesign
from recc_mc.study import Study
from recc_mc.summary.moments import Moments, add_moments
from recc_mc.summary.selection import extents, order_statistics
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["evaluate_first"]


def evaluate_first(study: Study, model: CompiledStudy) -> xr.Dataset:
    """The deterministic index, the first that a run computes; see `evaluate`.

    Parameters
    ----------
    study, model
        The study.
    """
    plan = model.plan
    inputs = Inputs(np.empty((model.columns, LANES)), 0, 1, np.uint64(0), np.uint64(0))
    draws = empty_draws(plan, LANES, weights=True)
    with model.rooms.lent() as room:
        if is_compiled(run_block, plan, inputs, room, draws, np.zeros(3, np.int64)):
            return evaluate(study)
        work = [lambda: evaluate(study), *_parts(plan, inputs, room, draws), _statistics]
        index: xr.Dataset
        index, *_ = in_two_processes(lambda number: work[number](), len(work), own=(0,))
        return index


def _parts(plan: Plan, inputs: Inputs, room: Room, draws: Draws) -> Iterator[Callable[[], Any]]:
    """Parts of the chain to be compiled, the last first."""
    lane, options = np.empty(LANES), plan.options
    mean, squares = draws.obstacle_mean[0], draws.obstacle_squares[0]
    both = draws.support, draws.pressure
    weight = np.empty((len(plan.indicators), LANES), plan.cells.dtype)
    terms = Terms(room.r, plan.member[:0], weight, 0)
    obstacles, ranked = room.obstacles, (options.mines, options.years, 0, lane, draws.rank)
    drained = mean, squares, draws.obstacle_defined[0], draws.obstacle_top5
    yield lambda: prepare(drain_obstacles, obstacles, *drained)
    yield lambda: prepare(find_ranks, draws.recc, *ranked)
    yield lambda: prepare(find_grades, *both, 0, options.low_cut, options.high_cut, draws.grade)
    yield lambda: prepare(find_zones, *both, 0, draws.zone)
    yield lambda: prepare(score_criteria, plan.within, terms, room.scores)
    result = lane, obstacles, draws.obstacle, draws.support
    yield lambda: prepare(sum_with_obstacles, terms, IDEAL[0], *result)
    yield lambda: prepare(sum_members, terms, draws.support)
    scratch, x = _scratch(plan), room.r[0]
    posts = scratch.posts
    choices = (np.zeros(LANES, np.int64),) * 2
    yield lambda: prepare(normalise, x, posts[0], posts[0], lane, lane)
    yield lambda: prepare(find_goalposts, plan, 0, x, *choices, posts)
    yield lambda: prepare(draw_cells, plan, 0, inputs, 0, scratch, x)


def _scratch(plan: Plan) -> Scratch:
    """What an indicator is drawn in; of its size nothing depends here."""
    real, lane = plan.cells.dtype, np.empty(LANES)
    words, xi = np.empty((4, LANES), np.uint32), np.empty((4, LANES), np.float32)
    posts = np.empty((4, 1, LANES), real)
    return Scratch(words, xi, np.empty((2, LANES)), lane.astype(real), posts, lane, lane, lane)


def _statistics() -> None:
    """Call the kernels of every summary."""
    rows = RandomDesign(2, 0).rows(0, LANES)
    moments = Moments.empty(1, len(rows))
    add_moments(rows, LANES, LANES, 0, moments)
    moments.merge()
    order_statistics(rows, extents(rows), np.zeros((2, 1), np.int64))
