"""What is analysed: the outcome of a study, or that of one of its scenarios, row by row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.kernels.records import NOTHING
from recc_mc.sampling.draws import run_samples
from recc_mc.scenario.draws import draw_scenarios
from recc_mc.study import Study
from recc_mc.study.shape import COORDINATION
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import CLASS, Group, list_groups
from recc_mc.uncertainty.scenarios import CompiledScenarios

__all__ = ["NUMBERS", "SCENARIO", "Outcome", "Subject", "analysed", "baseline_of"]

NUMBERS = ("support", "pressure", "recc", "rank")
"""Outputs that are numbers; where it is asked for, `COORDINATION` comes last."""
SCENARIO = "scenario"
"""Kind of the random numbers that a scenario draws, and their class."""


class Outcome(NamedTuple):
    """Outputs of some rows."""

    support: Floats  # (object, row)
    pressure: Floats
    recc: Floats
    rank: NDArray[np.integer]  # negative where there is none
    zone: NDArray[np.integer]
    grade: NDArray[np.integer]
    coordination: Floats  # no objects where there is none


class Subject(NamedTuple):
    """What is analysed, as a worker needs it.

    A row of the unit cube has the columns of the study, then one for each random number of the
    scenario.
    """

    model: CompiledStudy
    scenario: CompiledScenarios | None = None  # the only one

    @property
    def columns(self) -> int:
        """Dimension of the unit cube."""
        return self.model.columns + (0 if self.scenario is None else len(self.scenario.draws))

    @property
    def years(self) -> int:
        """Years of an outcome, those after the last one of the panel among them."""
        own = self.model.plan.options.years
        return own if self.scenario is None else own + self.scenario.shape.ahead

    def calendar(self, study: Study) -> tuple[int, ...]:
        """Calendar years of an outcome of the study."""
        return study.panel.years if self.scenario is None else self.scenario.years

    @property
    def numbers(self) -> tuple[str, ...]:
        """Outputs that are numbers."""
        coupled = self.model.plan.coupling.of != NOTHING and self.scenario is None
        return (*NUMBERS, COORDINATION) if coupled else NUMBERS

    def run(self, rows: Floats, *, seed: int = 0, first: int = 0, stream: int = 0) -> Outcome:
        """Evaluate rows of the unit cube.

        Parameters
        ----------
        rows
            (column, row).
        seed, first, stream
            As of `recc_mc.sampling.draws.run_samples`.
        """
        if self.scenario is None:
            draws = run_samples(self.model, rows, seed=seed, first=first, stream=stream)
            return Outcome(**{name: getattr(draws, name) for name in Outcome._fields})
        own, uniforms = rows[: self.model.columns], rows[self.model.columns :]
        levels = draw_scenarios(
            self.model, self.scenario, own, uniforms, seed=seed, first=first, stream=stream
        )
        objects = self.scenario.shape.table[1].ravel()
        found = {name: getattr(levels, name)[objects] for name in Outcome._fields[:-1]}
        return Outcome(coordination=np.empty((0, rows.shape[1])), **found)


def analysed(
    study: Study, scenario: str | None = None, *, noise: bool = False
) -> tuple[Subject, tuple[Group, ...]]:
    """What is analysed, and the groups that are exchanged.

    Parameters
    ----------
    study
        The study.
    scenario
        Name of a scenario whose outcome is analysed; None for the study as it is.
    noise
        Whether what is counter-based has columns; of scenarios it always has.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    model = CompiledStudy.of(study, noise=noise or scenario is not None)
    groups = list_groups(study, noise=noise or scenario is not None)
    if scenario is None:
        return Subject(model), groups
    compiled = CompiledScenarios.of(study, model.plan, [scenario])
    drawn = range(model.columns, model.columns + len(compiled.draws))
    single = [
        _of_draws(f"{SCENARIO}:{name}", SCENARIO, (column,))
        for name, column in zip(compiled.draws, drawn, strict=True)
    ]
    together = [_of_draws(SCENARIO, CLASS, tuple(drawn))] if single else []
    factors = [group for group in groups if group.kind != CLASS]
    classes = [group for group in groups if group.kind == CLASS]
    return Subject(model, compiled), (*factors, *single, *classes, *together)


def _of_draws(label: str, kind: str, columns: tuple[int, ...]) -> Group:
    return Group(label, kind, columns, matrices=(), indicators=(), choices=())


def baseline_of(study: Study, scenario: str | None = None) -> Subject:
    """The same without uncertainty of the study; a scenario's numbers are at their medians.

    Parameters
    ----------
    study, scenario
        As of `analysed`.
    """
    model = CompiledStudy.of(study, uncertain=False)
    if scenario is None:
        return Subject(model)
    return Subject(model, CompiledScenarios.of(study, model.plan, [scenario]))
