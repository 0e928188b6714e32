"""What the changes of a scenario make of the values of a panel, and what they must not."""

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from recc_mc._typing import Floats
from recc_mc.study.scenarios import Change, Scenario
from recc_mc.study.wording import key_path

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = ["change_notes", "change_problems", "changed_cells", "phase_weights"]


def phase_weights(change: Change, years: tuple[int, ...]) -> Floats:
    """Weights phi of a change in its years (year,).

    Parameters
    ----------
    change
        The change.
    years
        Years of the panel and the horizon.
    """
    when = np.array([years[t] for t in change.years], np.float64)
    if change.phase == "step" or change.start is None or change.end is None:
        return np.ones_like(when)
    first, last = (_year(position, years) for position in (change.start, change.end))
    return np.minimum((when - first + 1) / (last - first + 1), 1.0)


def _year(position: int, years: tuple[int, ...]) -> int:
    """Year of a position, those after the last one counted on."""
    beyond = position - (len(years) - 1)
    return years[-1] + beyond if beyond > 0 else years[position]


def changed_cells(change: Change, values: Floats, number: float, years: tuple[int, ...]) -> Floats:
    """Values of the cells of a change after it, within its bounds.

    Parameters
    ----------
    change
        The change.
    values
        Values of the cells before (mine, year, indicator), those of the change alone.
    number
        Its factor, summand, value or growth.
    years
        Years of the panel and the horizon.
    """
    phi = phase_weights(change, years)[:, None]
    match change.kind:
        case "multiply":
            # In full without a rounding: x f is not always x (1 + (f - 1)).
            found = values * np.where(phi == 1, number, 1 + phi * (number - 1))
        case "add":
            found = values + phi * number
        case "set":
            found = np.where(phi == 1, number, values + phi * (number - values))
        case _:
            first = years[change.start or 0]
            when = np.array([years[t] for t in change.years])[:, None]
            found = values * (1 + number) ** (when - first + 1.0)
    low = -inf if change.lower is None else change.lower
    high = inf if change.upper is None else change.upper
    return np.clip(found, low, high)


def change_problems(study: "Study") -> Iterator[str]:
    """Sentences about changes that no value, or not all of theirs, can take.

    Parameters
    ----------
    study
        The study.
    """
    for s, scenario in enumerate(study.scenarios.items):
        for c, change in enumerate(scenario.changes):
            place = key_path(("scenario", s, "change", c, change.kind))
            low, high = change.number.support
            found = f"{low:g}" if change.number.is_certain else f"{low:g} to {high:g}"
            if change.kind == "multiply" and -inf < low < 0:
                yield f"{place}: must be >= 0, got {found}"
            if change.kind == "grow" and -inf < low <= -1:
                yield f"{place}: must be > -1, got {found}"
        yield from _impossible(study, s, scenario)


def _impossible(study: "Study", s: int, scenario: Scenario) -> Iterator[str]:
    """Values that certain changes make of those given, and that no lognormal error can have."""
    years = (*study.panel.years, *study.scenarios.horizon)
    for c, before, after in _steps(study, scenario):
        change = scenario.changes[c]
        if not change.number.is_certain:
            continue
        place = key_path(("scenario", s, "change", c, change.kind))
        for k, j in enumerate(change.indicators):
            error = study.error_model(study.panel.indicators[j])
            holes = bool(study.panel.holes[:, :, j].any())
            if error is None or error.distribution != "lognormal" or not error.varies(holes):
                continue
            wrong = np.argwhere((after[:, :, k] <= 0) & (before[:, :, k] > 0))
            if not len(wrong):
                continue
            i, t = wrong[0]
            mine, more = study.panel.mines[change.mines[i]], len(wrong) - 1
            others = f" (and {more} more value{'s' * (more > 1)})" if more else ""
            yield (
                f'{place}: makes {after[i, t, k]:g} of indicator "{study.panel.indicators[j]}",'
                f' {study.nouns.one} "{mine}", year {years[change.years[t]]}{others}: expected '
                "> 0, as its error is lognormal"
            )


def change_notes(study: "Study") -> Iterator[str]:
    """Sentences about scenarios, and single changes, that change nothing they name.

    Parameters
    ----------
    study
        The study.
    """
    for s, scenario in enumerate(study.scenarios.items):
        if not scenario.changes:
            yield f"{key_path(('scenario', s))}: changes nothing: it has no [[scenario.change]]"
        for c, before, after in _steps(study, scenario):
            change = scenario.changes[c]
            place = key_path(("scenario", s, "change", c))
            if before.size == 0:
                yield f"{place}: changes nothing: it names no {_unnamed(study, change)}"
            elif change.number.is_certain and np.array_equal(before, after):
                what = f"{change.kind} = {change.number}"
                yield f"{place}: changes nothing: {what} leaves every value as it is"


def _unnamed(study: "Study", change: Change) -> str:
    named = {"indicator": change.indicators, study.nouns.one: change.mines, "year": change.years}
    return next(kind for kind, positions in named.items() if not positions)


def _steps(study: "Study", scenario: Scenario) -> Iterator[tuple[int, Floats, Floats]]:
    """Number of each change, and its cells before and after it; draws are at their medians."""
    horizon = study.scenarios.horizon
    years = (*study.panel.years, *horizon)
    values = study.panel.values
    values = np.concatenate([values, np.repeat(values[:, -1:], len(horizon), axis=1)], axis=1)
    for c, change in enumerate(scenario.changes):
        cells = np.ix_(change.mines, change.years, change.indicators)
        before = values[cells]
        after = changed_cells(change, before, change.number.median, years)
        for k, j in enumerate(change.indicators):
            bounds = study.natural_bounds(study.panel.indicators[j])
            after[:, :, k] = np.clip(after[:, :, k], bounds.lower, bounds.upper)
        values[cells] = after
        yield c, before, after
