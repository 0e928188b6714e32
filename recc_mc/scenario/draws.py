"""Draws of a study and of its scenarios, sample by sample the same reference."""

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.errors import RunError
from recc_mc.kernels.anchored import Levels
from recc_mc.kernels.changes import (
    BEYOND_GOALPOSTS,
    NEGATIVE_FACTOR,
    NOT_POSITIVE,
    POSSIBLE,
)
from recc_mc.kernels.options import LANES
from recc_mc.kernels.recomputed import run_recomputed
from recc_mc.kernels.records import Draws, Inputs
from recc_mc.kernels.scenarios import run_scenarios
from recc_mc.sampling.draws import empty_draws, fill_draws, raise_for
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios

__all__ = ["draw_scenarios", "empty_levels", "fill_levels"]

_SUMS = ("obstacle_defined", "obstacle_mean", "obstacle_squares")
_BY_ROW = ("support", "pressure", "recc", "zone", "grade", "rank")


def empty_levels(model: CompiledStudy, scenarios: CompiledScenarios, samples: int) -> Levels:
    """Arrays for a number of samples, rounded up to whole tiles; counts are at zero.

    Parameters
    ----------
    model, scenarios
        The study and its scenarios.
    samples
        How many samples.
    """
    padded = samples + -samples % LANES
    rows, indicators = scenarios.shape.rows, len(model.plan.indicators)
    pattern = empty_draws(model.plan, 0)
    arrays = {name: np.empty((rows, padded), getattr(pattern, name).dtype) for name in _BY_ROW}
    return Levels(
        **arrays,
        weight=np.empty((indicators, padded)),
        beyond=np.zeros((len(scenarios.names), indicators, 3), np.int64),
        obstacle_defined=np.zeros((1, rows, indicators), np.int64),
        obstacle_mean=np.zeros((1, rows, indicators)),
        obstacle_squares=np.zeros((1, rows, indicators)),
        obstacle_top5=np.zeros((rows, indicators), np.int64),
    )


def draw_scenarios(
    model: CompiledStudy,
    scenarios: CompiledScenarios,
    rows: Floats,
    uniforms: Floats,
    *,
    seed: int = 0,
    first: int = 0,
    stream: int = 0,
) -> Levels:
    """Evaluate rows of the unit cube, and what the scenarios make of them.

    Parameters
    ----------
    model, scenarios
        The study and its scenarios.
    rows
        Rows of the unit cube (column, sample), of at most one unit if obstacle degrees are of use.
    uniforms
        Uniforms of the changes' random numbers (draw, sample), in the order of `scenarios.draws`.
    seed, stream
        Key and base stream of the counter-based numbers, which are not on the unit cube.
    first
        Number of the first sample, a multiple of the plan's unit.

    Returns
    -------
    Levels
        Draws (row, sample); `scenarios.shape.table` says which row is whose.

    Raises
    ------
    RunError
        If some sample has no value, in the reference or in a scenario.
    """
    samples = rows.shape[1]
    levels = empty_levels(model, scenarios, samples)
    draws = empty_draws(model.plan, levels.recc.shape[1])
    fill_levels(
        model, scenarios, rows, uniforms, levels, draws, seed=seed, first=first, stream=stream
    )
    trimmed = {name: getattr(levels, name)[:, :samples] for name in (*_BY_ROW, "weight")}
    return levels._replace(**trimmed)


def fill_levels(
    model: CompiledStudy,
    scenarios: CompiledScenarios,
    rows: Floats,
    uniforms: Floats,
    levels: Levels,
    draws: Draws,
    *,
    seed: int = 0,
    first: int = 0,
    stream: int = 0,
) -> None:
    """Evaluate into arrays that are there already.

    Parameters
    ----------
    model, scenarios, rows, uniforms, seed, first, stream
        As of `draw_scenarios`.
    levels
        Arrays for at least as many samples; counts are added to those that are there.
    draws
        The same, for what else the reference has.
    """
    samples, objects = rows.shape[1], scenarios.shape.objects
    reference = {name: getattr(levels, name)[:objects] for name in _BY_ROW}
    if len(draws.obstacle_mean) == 1:
        reference |= {name: getattr(levels, name)[:, :objects] for name in _SUMS}
        reference["obstacle_top5"] = levels.obstacle_top5[:objects]
    own = draws._replace(**reference, weight=levels.weight)
    inputs = Inputs(_padded(rows), first, samples, np.uint64(seed), np.uint64(stream))
    numbers = _padded(scenarios.values(uniforms))
    if len(scenarios.anchored.scenarios):
        status = np.zeros(8, np.int64)
        changes = scenarios.anchored
        with scenarios.rooms.lent() as room:
            run_scenarios(model.plan, changes, inputs, numbers, room, own, levels, status)
            raise_for(status[:3], model)
            _raise_for(status[3:], scenarios)
    else:
        fill_draws(model, rows, own, seed=seed, first=first, stream=stream)
    if scenarios.shape.recomputed:
        _recompute(scenarios, inputs, numbers, levels)


def _padded(rows: Floats) -> Floats:
    """Rows of whole tiles, as kernels take them."""
    padding = -rows.shape[1] % LANES
    if padding:
        return np.pad(rows, ((0, 0), (0, padding)), mode="edge")
    return np.ascontiguousarray(rows)


def _recompute(
    scenarios: CompiledScenarios, inputs: Inputs, numbers: Floats, levels: Levels
) -> None:
    """Fill the rows of all scenarios, each of which is a panel of its own."""
    shape, plans = scenarios.shape, scenarios.plans
    scratch = empty_draws(plans.continued, inputs.u.shape[1])
    count = shape.mines * (shape.years + shape.ahead)
    for number, first in enumerate(shape.firsts):
        rows = slice(first, first + count)
        own = {name: getattr(levels, name)[rows] for name in _BY_ROW}
        own |= {name: getattr(levels, name)[:, rows] for name in _SUMS}
        out = scratch._replace(**own, obstacle_top5=levels.obstacle_top5[rows])
        status = np.array([POSSIBLE, number, 0, 0, 0])
        with scenarios.recomputed_rooms.lent() as room:
            run_recomputed(
                plans,
                scenarios.changes,
                number + int(shape.trend),
                inputs,
                numbers,
                room,
                (out, levels.beyond[number]),
                status,
            )
            _raise_for(status, scenarios)


def _raise_for(status: NDArray[np.int64], scenarios: CompiledScenarios) -> None:
    """Raise what a kernel found that cannot be."""
    code, number, j, row, sample = status.tolist()
    if code == POSSIBLE:
        return
    years = scenarios.shape.touched[number]
    mine, year = divmod(row, len(years))
    where = f", {scenarios.mines[mine]}, {scenarios.years[years[year]]}" if row >= 0 else ""
    why = {
        NEGATIVE_FACTOR: "a change multiplies the value by a number below 0; give lower bounds to "
        "what it draws",
        NOT_POSITIVE: "a change leaves a value that is not above 0, which a lognormal error cannot "
        "have; give the change a lower bound",
        BEYOND_GOALPOSTS: "a value is beyond its fixed goalposts, so that a normalised value would "
        "be negative; use method.clip = true or wider bounds",
    }[code]
    raise RunError(
        f'scenario "{scenarios.names[number]}": indicator "{scenarios.indicators[j]}"{where}, '
        f"sample {sample}: {why}"
    )
