"""Scenarios in plain NumPy: the whole index of every sample, on the same draws.

Nothing is shared with the kernels: values are changed cell by cell, and all is computed anew.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from recc_mc.study import Study
from recc_mc.study.scenarios import Change, Scenario
from tests import reference

FloatArray = npt.NDArray[np.float64]


def all_years(study: Study) -> list[int]:
    """Years of the panel and after it."""
    return [*study.panel.years, *study.scenarios.horizon]


def continued(study: Study, values: FloatArray) -> FloatArray:
    """Drawn values (mine, year, indicator) of the panel's years and of those after them."""
    given, years, last = study.panel.values, np.array(study.panel.years), study.panel.years[-1]
    more = []
    for year in study.scenarios.horizon:
        value = values[:, -1].copy()
        if study.scenarios.continuation == "trend":
            for m, j in np.ndindex(value.shape):
                slope = np.polyfit(years - years.mean(), given[m, :, j], 1)[0]
                low, high = bounds(study, j)
                keys = reference.error_keys(study, study.panel.indicators[j])
                if keys is not None and keys["distribution"] == "lognormal":
                    low = max(low, 0.0)
                value[m, j] = np.clip(value[m, j] + (year - last) * slope, low, high)
        more.append(value)
    return np.concatenate([values, *(value[:, None] for value in more)], axis=1)


def bounds(study: Study, j: int) -> tuple[float, float]:
    """Natural bounds of an indicator."""
    return reference.natural_bounds(study, study.panel.indicators[j])


def weight_of(change: Change, year: int, years: list[int]) -> float:
    """phi of a change, or the power of its growth."""
    if change.kind == "grow":
        return year - years[change.start] + 1
    if change.phase == "step":
        return 1.0
    end = change.end
    last = years[end] if end < len(years) else years[-1] + end - len(years) + 1
    return min((year - years[change.start] + 1) / (last - years[change.start] + 1), 1.0)


def changed(
    study: Study, values: FloatArray, scenario: Scenario, u: Mapping[str, float]
) -> tuple[FloatArray, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Values after the changes of a scenario, which are changed, and which held at a bound."""
    values, years = values.copy(), all_years(study)
    touched, held = np.zeros(values.shape, bool), np.zeros(values.shape, bool)
    for change in scenario.changes:
        number = float(change.number.value(np.array(u.get(change.draw, 0.5))))
        for j in change.indicators:
            for m in change.mines:
                for t in change.years:
                    x, phi = values[m, t, j], weight_of(change, years[t], years)
                    x = {
                        "multiply": x * (1 + phi * (number - 1)),
                        "add": x + phi * number,
                        "set": x + phi * (number - x),
                        "grow": x * (1 + number) ** phi,
                    }[change.kind]
                    for low, high in ((change.lower, change.upper), bounds(study, j)):
                        low = -np.inf if low is None else low
                        high = np.inf if high is None else high
                        held[m, t, j] |= x < low or x > high
                        x = np.clip(x, low, high)
                    values[m, t, j], touched[m, t, j] = x, True
    return values, touched, held


def anchored(study: Study, drawn: FloatArray, values: FloatArray, row: Mapping[str, Any]) -> Any:
    """Every output of changed values under goalposts and weights of the same draw."""
    choices, indicators = row["choices"], study.hierarchy.indicators
    clip = (0.0, np.inf)
    if choices.scope == "fixed":
        shape = drawn.shape[1:]
        low, high = ([getattr(i, side) for i in indicators] for side in ("lower", "upper"))
        posts = (np.broadcast_to(low, shape), np.broadcast_to(high, shape))
        clip = (0.0, 1.0) if study.settings.method.clip else clip
    else:
        base = study.panel.values if choices.goalposts == "frozen" else drawn
        posts = reference.goalposts(base, choices.scope)
    more = values.shape[1] - drawn.shape[1]
    posts = [np.concatenate([one, np.repeat(one[-1:], more, axis=0)]) for one in posts]
    direction = [i.direction for i in indicators]
    optimum = [(i.optimum_lower, i.optimum_upper) for i in indicators]
    r = reference.normalise(values, posts, direction, clip=clip, optimum=optimum)
    whole = reference.normalise(values, posts, direction, clip=(-np.inf, np.inf), optimum=optimum)
    found = outputs(study, r, row["weight"], choices)
    return found | {"above": whole > 1 + 1e-9, "below": whole < -1e-9}


def outputs(study: Study, r: FloatArray, weight: FloatArray, choices: reference.Choices) -> Any:
    """Indices, classes and obstacles of normalised values."""
    there = [s for s in reference.SYSTEMS if reference.system_mask(study, s).any()]
    found: dict[str, Any] = {}
    for system in reference.SYSTEMS:
        mask = reference.system_mask(study, system)
        found[system] = np.ones(r.shape[:2])
        if system in there:
            found[system] = reference.subsystem_index(
                r[..., mask], weight[mask], choices.aggregation
            )
    support, pressure = found["support"], found["pressure"]
    two = len(there) == 2
    found["recc"] = reference.carrying_capacity(support, pressure) if two else found[there[0]]
    pairs = list(zip(support.ravel(), pressure.ravel(), strict=True))
    pairs = pairs if two else [(np.nan, np.nan)] * len(pairs)
    cuts = study.settings.method.grade_cuts
    found["zone"] = np.array([reference.zone(*pair) for pair in pairs]).reshape(support.shape)
    found["grade"] = np.array([reference.grade(*p, cuts) for p in pairs]).reshape(support.shape)
    found["rank"] = reference.ranks(found["recc"])
    found["obstacle"] = reference.obstacles(study, r, weight)[0]
    return found
