"""Indicators that may be changed, which way helps, and what a change makes of their values."""

from collections.abc import Iterable
from math import inf

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.kernels.levers import LEVER
from recc_mc.kernels.records import Records
from recc_mc.study import Study
from recc_mc.study.hierarchy import Indicator
from recc_mc.study.names import hint
from recc_mc.study.wording import shown

__all__ = [
    "DOWN",
    "TOWARDS",
    "UP",
    "changed_value",
    "code_of",
    "default_levers",
    "lever_table",
    "parse_levers",
]

MOST_OF_A_SYSTEM = 5
"""How many indicators of each system are changed if nothing else is asked for."""
DOWN, UNCHANGED, UP, TOWARDS = -1, 0, 1, 2
"""Codes of the variable ``changed``."""


def way_of(indicator: Indicator) -> int:
    """+1 where a larger value helps, -1 where a smaller one does; 0 towards its range."""
    return indicator.direction if indicator.system == "support" else -indicator.direction


def code_of(indicator: Indicator) -> int:
    """Code of the variable ``changed`` for an indicator that is."""
    return TOWARDS if indicator.is_ranged else way_of(indicator)


def is_lever(indicator: Indicator) -> bool:
    """Whether one way of its change helps: not of a pressure that is largest within a range."""
    return not indicator.is_ranged or indicator.system == "support"


def lever_table(study: Study) -> Records:
    """All indicators as the kernel wants them (indicator,)."""
    table = np.zeros(len(study.hierarchy.indicators), LEVER)
    for j, (row, indicator) in enumerate(zip(table, study.hierarchy.indicators, strict=True)):
        bounds = study.natural_bounds(indicator.name)
        row["indicator"], row["way"] = j, way_of(indicator)
        row["lower"], row["upper"] = bounds.lower, bounds.upper
    return table


def parse_levers(
    problems: list[str], study: Study, names: object, before: str = ""
) -> tuple[int, ...]:
    """Positions of the indicators that are changed, in the order of the study.

    Parameters
    ----------
    problems
        Takes sentences on what is not allowed.
    study
        The study.
    names
        Their names.
    before
        What stands before the word indicators in the sentences.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        names = [names]
    known, found = study.hierarchy.names, set()
    for number, name in enumerate(names, 1):
        place = f"{before}indicators[{number}]"
        if name not in known:
            problems.append(f"{place}: unknown indicator {shown(name)}{hint(str(name), known)}")
        elif not is_lever(study.hierarchy[str(name)]):
            problems.append(
                f'{place}: "{name}": is of the pressure and best within a range: neither more nor '
                "less of it helps"
            )
        elif known.index(str(name)) in found:
            problems.append(f'{place}: "{name}" is given twice')
        else:
            found.add(known.index(str(name)))
    if not found and not problems:
        problems.append(f"{before}indicators: must name one or more, got none")
    return tuple(sorted(found))


def default_levers(study: Study, baseline: xr.Dataset, mine: int, year: int) -> tuple[int, ...]:
    """The largest contributions r W to P and the largest obstacles W (1 - r) of S.

    Of each system five at most, of those that the table of indicators calls levers if it says so.

    Parameters
    ----------
    study, baseline
        The study, and the group ``baseline`` of its result.
    mine, year
        Positions.
    """
    r = baseline["normalized"].values[mine, year]
    weight = baseline["weight"].values
    indicators = study.hierarchy.indicators
    told = any(indicator.lever is not None for indicator in indicators)
    found: list[int] = []
    for system, size in (("support", weight * (1 - r)), ("pressure", weight * r)):
        own = [
            j
            for j, indicator in enumerate(indicators)
            if indicator.system == system
            and is_lever(indicator)
            and (indicator.lever or not told)
            and size[j] > 0
        ]
        found += sorted(own, key=lambda j: -size[j])[:MOST_OF_A_SYSTEM]
    return tuple(sorted(found))


def changed_value(study: Study, j: int, value: Floats | float, change: float) -> float:
    """Value of an indicator after a relative change in the way that helps, within its bounds."""
    indicator, x = study.hierarchy.indicators[j], float(value)
    if indicator.is_ranged:
        nearest = min(max(x, indicator.optimum_lower), indicator.optimum_upper)
        step = min(abs(x) * change, abs(nearest - x))
        return x + (step if nearest > x else -step)
    bounds, way = study.natural_bounds(indicator.name), way_of(indicator)
    moved = x + way * abs(x) * change
    if way * x < 0:
        # A decrease ends at 0, where all is gone.
        moved = min(moved, 0.0) if way > 0 else max(moved, 0.0)
    low, high = min(bounds.lower, x), max(bounds.upper, x)
    return float(np.clip(moved, low if low > -inf else None, high if high < inf else None))
