"""Tables of changes for the kernels: cells and phase weights of the scenarios of a study."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import numpy as np

from recc_mc._typing import Floats, Integers
from recc_mc.kernels import changes as kinds
from recc_mc.kernels.records import AGGREGATION, GEOMETRIC, TOPSIS, Plan
from recc_mc.study import Study
from recc_mc.study.changed_values import phase_weights
from recc_mc.study.scenarios import Change, Scenario
from recc_mc.study.uncertain import Uncertain
from recc_mc.uncertainty.scenario_shape import ScenarioShape

__all__ = ["CERTAIN", "ChangeTables", "changes_of", "touched"]

CERTAIN = -1
"""Number of the draw of a change that is certain."""
_KINDS = {
    "multiply": kinds.MULTIPLY,
    "add": kinds.ADD,
    "set": kinds.SET,
    "grow": kinds.GROW,
}


def phases(change: Change, years: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Years that a change concerns, and its phase weight in each; of "grow" the power.

    Parameters
    ----------
    change
        The change.
    years
        Calendar years of the panel and after it.
    """
    if change.kind == "grow" and change.start is not None:
        begun = years[change.start]
        yield from ((year, float(years[year] - begun + 1)) for year in change.years)
    else:
        weights = phase_weights(change, tuple(years))
        yield from zip(change.years, weights.tolist(), strict=True)


def touched(
    scenario: Scenario, years: Sequence[int], held: int | None
) -> tuple[tuple[int, ...], dict[int, int]]:
    """Years in which a scenario changes something and that differ, and which others are the same.

    Parameters
    ----------
    scenario
        The scenario.
    years
        Calendar years of the panel and after it.
    held
        Position of the panel's last year, if those after it are the same; else None.
    """
    weights = [dict(phases(change, years)) for change in scenario.changes]
    found: dict[tuple[object, ...], int] = {}
    same: dict[int, int] = {}
    for year in sorted(set().union(*weights)):
        start = year if held is None else min(year, held)
        first = found.setdefault((start, *(each.get(year) for each in weights)), year)
        if first != year:
            same[year] = first
    return tuple(found.values()), same


def changes_of(tables: kinds.Changes, step: Any) -> Any:
    """Records of the changes of a step."""
    return tables.changes[step["first_change"] : step["first_change"] + step["changes"]]


class ChangeTables:
    """Collects the records of scenarios, one after the other.

    Parameters
    ----------
    study, plan
        The study and its arrays.
    shape
        Where the numbers of the scenarios are.
    years
        Calendar years of the panel and after it.
    """

    def __init__(
        self, study: Study, plan: Plan, shape: ScenarioShape, years: Sequence[int]
    ) -> None:
        self.draws: list[str] = []
        self.numbers: list[tuple[Uncertain, int]] = []
        self._study, self._plan, self._shape, self._years = study, plan, shape, years
        self._scenarios: list[dict[str, Any]] = []
        self._steps: list[dict[str, Any]] = []
        self._changes: list[dict[str, Any]] = []
        self._cells: list[Integers] = []
        self._weights: list[Floats] = []
        self._systems = np.where(np.arange(len(plan.member)) < plan.options.support_members, 0, 1)
        if shape.trend:
            # The reference's own.
            self._scenarios.append(
                {"rows": shape.places - shape.objects, "years": shape.ahead, "fresh": True}
            )

    def add(self, scenario: Scenario) -> None:
        """Add the records of a scenario."""
        number = sum(not record.get("fresh") for record in self._scenarios)
        own = self._shape.touched[number]
        done = [self._cells_of(change, own) for change in scenario.changes]
        first, touches = len(self._steps), [False, False]
        for member, j in enumerate(self._plan.member):
            pairs = [
                (change, *cells)
                for change, cells in zip(scenario.changes, done, strict=True)
                if j in change.indicators and cells[1][1]
            ]
            if pairs:
                system = int(self._systems[member])
                touches[system] = True
                start = member - system * self._plan.options.support_members
                step = {"indicator": j, "system": system, "member": start, "scenario": number}
                self._steps.append(step | self._step(int(j), pairs))
        self._scenarios.append(
            {
                "first_row": self._shape.firsts[number] - self._shape.objects,
                "rows": self._shape.mines * len(own),
                "years": len(own),
                "first_step": first,
                "steps": len(self._steps) - first,
                "touches": touches,
            }
        )

    def _cells_of(self, change: Change, own: Sequence[int]) -> tuple[int, tuple[int, int]]:
        """Row of the numbers that a change draws, its first cell, and how many it has."""
        draw = CERTAIN
        if not change.number.is_certain:
            if change.draw not in self.draws:
                self.draws.append(change.draw)
            draw = self.draws.index(change.draw)
        self.numbers.append((change.number, draw))
        cells = [
            (mine * len(own) + own.index(year), weight)
            for year, weight in phases(change, self._years)
            if year in own
            for mine in change.mines
        ]
        return len(self.numbers) - 1, self._put_cells(cells)

    def _put_cells(self, cells: Sequence[tuple[int, float]]) -> tuple[int, int]:
        first = sum(map(len, self._cells))
        self._cells.append(np.array([row for row, _ in cells], np.int64))
        self._weights.append(np.array([weight for _, weight in cells], np.float64))
        return first, len(cells)

    def _step(self, j: int, pairs: Sequence[tuple[Change, int, tuple[int, int]]]) -> dict[str, Any]:
        """Records of the changes of an indicator, and what its step says of them."""
        first = len(self._changes)
        for change, value, (start, count) in pairs:
            self._changes.append(
                {
                    "kind": _KINDS[change.kind],
                    "value": value,
                    "first_cell": start,
                    "cells": count,
                    "lower": -inf if change.lower is None else change.lower,
                    "upper": inf if change.upper is None else change.upper,
                }
            )
        lower, upper, positive = self._bounds(j)
        where = pairs[0][2]
        if len(pairs) > 1:
            cells = np.concatenate(self._cells)
            each = [cells[start : start + count] for _, _, (start, count) in pairs]
            where = self._put_cells([(int(row), 0.0) for row in np.unique(np.concatenate(each))])
        return {
            "first_change": first,
            "changes": len(pairs),
            "first_cell": where[0],
            "cells": where[1],
            "lower": lower,
            "upper": upper,
            "bounded": np.isfinite([lower, upper, *_bounds_of(self._changes[first:])]).any(),
            "positive": positive,
        }

    def _bounds(self, j: int) -> tuple[float, float, bool]:
        """Natural bounds of an indicator, and whether it has a lognormal error."""
        name = self._study.hierarchy.names[j]
        column = self._study.panel.indicators.index(name)
        found = self._study.natural_bounds(name)
        model = self._study.error_model(name)
        holes = bool(self._study.panel.holes[:, :, column].any())
        positive = model is not None and model.distribution == "lognormal" and model.varies(holes)
        return found.lower, found.upper, positive

    def finished(self) -> kinds.Changes:
        """All records."""
        codes = self._plan.choices[AGGREGATION]
        bent = np.isin(codes["code"][: codes["count"]], (GEOMETRIC, TOPSIS)).any()
        full = [bool(bent) or system < self._plan.options.obstacle_systems for system in (0, 1)]
        drawn, slots = self._drawn(full)
        slot = {int(j): k for k, j in enumerate(drawn["indicator"])}
        steps = [step | {"slot": slot.get(int(step["indicator"]), -1)} for step in self._steps]
        shape = self._shape
        fresh = np.arange(shape.objects, shape.places)
        origin = np.concatenate([fresh, shape.origin])
        needed, place = np.unique(origin, return_inverse=True)
        ahead = np.tile(np.arange(shape.years, shape.years + shape.ahead), shape.mines)
        years = np.concatenate(
            [ahead[: len(fresh)], *(np.tile(own, shape.mines) for own in shape.touched)]
        ).astype(np.int64)
        own_years = shape.recomputed & (np.arange(len(years)) >= len(fresh))
        return kinds.Changes(
            scenarios=_records(kinds.SCENARIO, self._scenarios),
            steps=_records(kinds.STEP, steps),
            changes=_records(kinds.CHANGE, self._changes),
            cell=np.concatenate([np.empty(0, np.int64), *self._cells]),
            weight=np.concatenate([np.empty(0), *self._weights]),
            origin=origin,
            place=place,
            needed=needed,
            year=np.where(own_years, years, np.minimum(years, shape.years - 1)),
            drawn=drawn,
            slots=slots,
            full=np.array(full, np.int64),
            trend=self._trend(),
            bound=self._trend_bounds(),
        )

    def _drawn(self, full: Sequence[bool]) -> tuple[Any, Integers]:
        """Indicators that are drawn again, and where those of each system are."""
        changed = {int(step["indicator"]) for step in self._steps}
        found: list[dict[str, int]] = []
        slots = np.zeros((2, 2), np.int64)
        for system in (0, 1):
            own = [int(j) for j in self._plan.member[self._systems == system]]
            touched_here = not changed.isdisjoint(own)
            whole = self._shape.trend or (full[system] and touched_here)
            slots[system, 0] = len(found)
            again = set(own) if whole else set() if self._shape.recomputed else changed
            found += [{"indicator": j} for j in own if j in again]
            slots[system, 1] = len(found) - slots[system, 0]
        for record in found:
            kept = sorted(changed)
            j = record["indicator"]
            record["kept"] = kept.index(j) if j in changed else -1
        return _records(kinds.DRAWN, found), slots

    def _trend(self) -> Floats:
        """What trends add in each year after the last (indicator, mine, year)."""
        names, panel = self._study.hierarchy.names, self._study.panel
        ahead = self._shape.ahead if self._shape.trend else 0
        found = np.zeros((len(names), self._shape.mines, ahead))
        given = np.array(panel.years, float)
        apart = given - given.mean()
        if not ahead or len(given) < 2:
            return found
        away = np.array(self._years[self._shape.years :], float) - given[-1]
        for j, name in enumerate(names):
            values = panel.values[:, :, panel.indicators.index(name)]
            centred = values - values.mean(axis=1, keepdims=True)
            # No product of BLAS, whose last bits depend on how many threads share it.
            slope = np.einsum("my,y->m", centred, apart) / np.square(apart).sum()
            found[j] = slope[:, None] * away
        return found

    def _trend_bounds(self) -> Floats:
        """Bounds (lower or upper, indicator) of trends: a lognormal error has none below 0."""
        each = [self._bounds(j) for j in range(len(self._plan.member))]
        lower = [max(low, 0.0) if positive else low for low, _, positive in each]
        return np.array([lower, [upper for _, upper, _ in each]])


def _bounds_of(changes: Sequence[dict[str, Any]]) -> list[float]:
    return [change[end] for change in changes for end in ("lower", "upper")]


def _records(kind: np.dtype[Any], rows: Sequence[dict[str, Any]]) -> Any:
    table = np.zeros(len(rows), kind)
    for record, row in zip(table, rows, strict=True):
        for name, value in row.items():
            record[name] = value
    return table
