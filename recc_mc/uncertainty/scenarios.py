"""The scenarios of a study as a worker needs them, and the numbers that their changes draw.

`CompiledScenarios.of` compiles them; `ScenarioShape` says where their numbers are.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.anchored import ScenarioRoom
from recc_mc.kernels.changes import Changes
from recc_mc.kernels.philox import SCENARIOS, fill_named_uniforms
from recc_mc.kernels.recomputed import Plans, RecomputedRoom, make_recomputed_room
from recc_mc.kernels.records import NOTHING, Plan
from recc_mc.kernels.scenarios import make_scenario_room
from recc_mc.study import Study
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.study.uncertain import Uncertain
from recc_mc.uncertainty.changes import CERTAIN, ChangeTables, changes_of, touched
from recc_mc.uncertainty.rooms import Rooms
from recc_mc.uncertainty.scenario_shape import ScenarioShape

__all__ = ["CompiledScenarios", "draw_uniforms"]


@dataclass(frozen=True, eq=False)
class CompiledScenarios:
    """Scenarios as a worker needs them.

    Parameters
    ----------
    plan
        The study.
    names
        Their names.
    shape
        Where their numbers are.
    changes
        What they change, for the kernels.
    draws
        Names of the random numbers.
    numbers
        What each change multiplies by, adds, sets or grows by, and the number of its draw.
    mines, years, indicators
        Names for messages; the years go on after the last one of the panel.
    """

    plan: Plan
    names: tuple[str, ...]
    shape: ScenarioShape
    changes: Changes
    draws: tuple[str, ...]
    numbers: tuple[tuple[Uncertain, int], ...]
    mines: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]

    @classmethod
    def of(cls, study: Study, plan: Plan, only: Sequence[str] | None = None) -> Self:
        """Compile the scenarios of a study.

        Parameters
        ----------
        study
            The study.
        plan
            Its arrays.
        only
            Names of those wanted; None for all.
        """
        found = chosen_scenarios(study, only)
        items = found.items
        years = (*study.panel.years, *found.horizon)
        mines, own = len(study.panel.mines), len(study.panel.years)
        trend = found.continuation == "trend" and bool(found.horizon)
        recomputed = found.anchor != REFERENCE
        touches = [touched(item, years, None if trend else own - 1) for item in items]
        if recomputed:
            touches = [(tuple(range(len(years))), {}) for _ in items]
        shape = ScenarioShape(
            mines,
            own,
            len(found.horizon),
            trend,
            recomputed,
            touched=tuple(different for different, _ in touches),
            same=tuple(same for _, same in touches),
        )
        table = ChangeTables(study, plan, shape, years)
        for item in items:
            table.add(item)
        return cls(
            plan=plan,
            names=tuple(item.name for item in items),
            shape=shape,
            changes=table.finished(),
            draws=tuple(table.draws),
            numbers=tuple(table.numbers),
            mines=study.panel.mines,
            years=years,
            indicators=study.hierarchy.names,
        )

    @cached_property
    def rooms(self) -> Rooms[ScenarioRoom]:
        """Rooms for blocks of samples."""
        return Rooms(self.plan, partial(make_scenario_room, changes=self.anchored))

    @cached_property
    def recomputed_rooms(self) -> Rooms[RecomputedRoom]:
        """The same where scenarios are recomputed."""
        return Rooms(
            self.plan, partial(_recomputed_room, ahead=self.shape.ahead, changes=self.changes)
        )

    @cached_property
    def plans(self) -> Plans:
        """The study's arrays, and those of the panel that goes on after its last year."""
        return continued_plans(self.plan, self.shape.ahead)

    @cached_property
    def anchored(self) -> Changes:
        """What is not recomputed: the scenarios, or the reference's own years after the last."""
        if not self.shape.recomputed:
            return self.changes
        return self.changes._replace(scenarios=self.changes.scenarios[: int(self.shape.trend)])

    def uniforms(self, seed: int, first: int, samples: int) -> Floats:
        """Uniforms of the changes' random numbers (draw, sample) of consecutive samples."""
        return draw_uniforms(self.draws, seed, first, samples)

    def values(self, uniforms: Floats) -> Floats:
        """What the changes multiply by, add, set or grow by (number, sample).

        Parameters
        ----------
        uniforms
            In (0, 1), (draw, sample).
        """
        found = np.empty((len(self.numbers), uniforms.shape[1]))
        for row, (number, draw) in zip(found, self.numbers, strict=True):
            row[:] = number.value(uniforms[draw] if draw != CERTAIN else np.full(1, 0.5))
        return found

    def moved_systems(self, number: int) -> NDArray[np.bool_]:
        """Which indicators (indicator,) belong to a system that a scenario changes."""
        if self.shape.recomputed:
            return np.full(len(self.indicators), True)
        own = self.changes.steps[self.changes.steps["scenario"] == number]
        split = self.plan.options.support_members
        parts = (self.plan.member[:split], self.plan.member[split:])
        found = np.full(len(self.indicators), False)
        for system in set(own["system"].tolist()):
            found[parts[system]] = True
        return found

    @property
    def changed_cells(self) -> Integers:
        """How many cells each scenario changes of each indicator (scenario, indicator)."""
        found = np.zeros((len(self.names), len(self.indicators)), np.int64)
        steps = self.changes.steps
        found[steps["scenario"], steps["indicator"]] = steps["cells"]
        return found

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Quantiles (scenario, draw, level) of what each draw changes by; NaN where it has no part.

        The reference, in which none has, comes first. Of changes that share a draw, those of the
        first in the study file.
        """
        found = np.full((1 + len(self.names), len(self.draws), len(levels)), np.nan)
        scenario_of = {
            value: int(step["scenario"])
            for step in self.changes.steps
            for value in changes_of(self.changes, step)["value"].tolist()
        }
        # Numbers are in the order of the study file.
        for value, scenario in sorted(scenario_of.items(), reverse=True):
            number, draw = self.numbers[value]
            if draw != CERTAIN:
                found[1 + scenario, draw] = number.value(np.asarray(levels, float))
        return found


def continued_plans(plan: Plan, ahead: int) -> Plans:
    """A study, and the same with years after the panel's last one; of what scenarios have alone.

    Parameters
    ----------
    plan
        The study.
    ahead
        How many years.
    """
    years = plan.options.years + ahead
    options = plan.options._replace(
        years=years, log_objects=math.log(plan.options.mines * years), scored=False
    )
    last = np.repeat(plan.frozen[..., -1:], ahead, axis=-1)
    continued = plan._replace(
        options=options,
        frozen=np.concatenate([plan.frozen, last], axis=-1),
        coupling=plan.coupling._replace(of=NOTHING),
        fuzzy_scores=np.empty(0),
    )
    return Plans(plan, continued)


def _recomputed_room(plan: Plan, *, ahead: int, changes: Changes) -> RecomputedRoom:
    return make_recomputed_room(continued_plans(plan, ahead), changes)


def draw_uniforms(names: Sequence[str], seed: int, first: int, samples: int) -> Floats:
    """Uniforms of random numbers that have names (name, sample).

    Each is a function of the seed, its name and the number of the sample alone, so that no other
    scenario moves it.

    Parameters
    ----------
    names
        The names.
    seed
        Key of all random numbers.
    first, samples
        Number of the first sample, and how many.
    """
    u = np.empty((len(names), samples))
    for row, name in zip(u, names, strict=True):
        digest = hashlib.sha256(name.encode()).digest()
        position = int.from_bytes(digest[:4], "little")
        stream = SCENARIOS + (int.from_bytes(digest[4:8], "little") >> 1)
        fill_named_uniforms(first, np.uint64(position), np.uint64(stream), np.uint64(seed), row)
    return u
