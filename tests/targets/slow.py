"""Smallest changes in plain NumPy, on the draws of the reference: slow, and obvious.

A draw's values are changed by t, normalised by its goalposts, and aggregated with its weights; the
smallest t at which the goal is reached is looked for on a grid and then by halving.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recc_mc.study import Study
from tests import reference

GRID = 100
Reached = Callable[[float, float], bool]


def moved(study: Study, j: int, x: float, t: float) -> float:
    """Value of an indicator after a relative change in the way that helps."""
    indicator = study.hierarchy.indicators[j]
    low, high = reference.natural_bounds(study, indicator.name)
    if indicator.direction == 0:
        lower, upper = indicator.optimum_lower, indicator.optimum_upper
        if x < lower:
            return min(x + abs(x) * t, lower)
        return max(x - abs(x) * t, upper) if x > upper else x
    rises = (indicator.direction > 0) == (indicator.system == "support")
    end = x + abs(x) * t if rises else x - abs(x) * t
    if rises and x < 0:
        end = min(end, 0.0)
    if not rises and x > 0:
        end = max(end, 0.0)
    return float(np.clip(end, min(low, x), max(high, x)))


def bounds_of(study: Study, row: dict[str, Any], year: int) -> tuple[Any, Any]:
    """Goalposts of a draw, by indicator."""
    choices = row["choices"]
    if choices.scope == "fixed":
        sides = ("lower", "upper")
        low, high = ([getattr(i, s) for i in study.hierarchy.indicators] for s in sides)
        return np.array(low), np.array(high)
    values = study.panel.values if choices.goalposts == "frozen" else row["values"]
    low, high = reference.goalposts(values, choices.scope)
    return low[year], high[year]


def changed_indices(
    study: Study, row: dict[str, Any], place: tuple[int, int], levers: Sequence[int], t: float,
    *, extrapolate: bool = False,
) -> tuple[float, float]:  # fmt: skip
    """S and P of a mine and year of a draw after a change."""
    low, high = bounds_of(study, row, place[1])
    r = row["normalized"][place].copy()
    for j in levers:
        indicator = study.hierarchy.indicators[j]
        value = moved(study, j, row["values"][place][j], t)
        one = reference.normalise(
            np.full((1, 1, 1), value),
            (np.full((1, 1), low[j]), np.full((1, 1), high[j])),
            [indicator.direction],
            clip=(0.0, np.inf),
            optimum=[(indicator.optimum_lower, indicator.optimum_upper)],
        ).item()
        best = max(r[j], 1.0)
        r[j] = one if extrapolate or indicator.system == "pressure" else min(one, best)
    s, p = (
        reference.subsystem_index(r[mask], row["weight"][mask], row["choices"].aggregation)
        for mask in (reference.system_mask(study, system) for system in reference.SYSTEMS)
    )
    return float(s), float(p)


def smallest_change(
    indices: Callable[[float], tuple[float, float]], reached: Reached, most: float = 1.0
) -> float:
    """Smallest change up to ``most`` at which a goal is reached; infinite where there is none."""
    if reached(*indices(0.0)):
        return 0.0
    for k in range(1, GRID + 1):
        if reached(*indices(most * k / GRID)):
            low, high = most * (k - 1) / GRID, most * k / GRID
            while high - low > 1e-13:
                middle = (low + high) / 2
                low, high = (low, middle) if reached(*indices(middle)) else (middle, high)
            return high
    return np.inf
