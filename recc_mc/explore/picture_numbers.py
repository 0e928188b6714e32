"""What the page shows at once: draws few enough to be redone while a hand is still on a slider."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.explore.exploration import Step
from recc_mc.kernels.classes import ZONES
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary.probability import probability
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from recc_mc.variance.outcomes import Subject, baseline_of

__all__ = ["SAMPLES", "Numbers", "draw_numbers"]

SAMPLES = 2048
"""Draws of a page: probabilities are known to 0.01 and come within a fraction of a second."""


class Numbers(NamedTuple):
    """Numbers of all years; those of `recc_mc.simulate` or `recc_mc.scenarios`, bit for bit."""

    years: tuple[int, ...]
    support: Floats  # (mine, year, sample)
    pressure: Floats
    recc: Floats
    overload: Floats  # (mine, year) P(C >= 1)
    rank: Floats  # (mine, year, rank) rank acceptability
    zone: Floats  # (mine, year, zone)
    base_support: Floats  # (mine, year) without uncertainty
    base_pressure: Floats
    base_recc: Floats

    def at(self, year: int) -> int:
        """Position of a year, of the last one if there is none such."""
        return self.years.index(year) if year in self.years else len(self.years) - 1


def draw_numbers(step: Step, samples: int, seed: int) -> Numbers:
    """Draw what a page shows of a state; the same draws for every state.

    Parameters
    ----------
    step
        The state: its study, or one of its scenarios.
    samples
        Number of draws.
    seed
        Seed of all states: what moves from one to another is the change and not the noise.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    study = step.study
    model = CompiledStudy.of(study)
    rows = RandomDesign(model.columns, seed).rows(0, samples)
    subject = Subject(model)
    if step.scenario is not None:
        scenario = CompiledScenarios.of(study, model.plan, [step.scenario])
        subject = Subject(model, scenario)
        rows = np.concatenate([rows, scenario.uniforms(seed, 0, samples)])
    drawn = subject.run(rows, seed=seed)
    baseline = baseline_of(study, step.scenario)
    base = baseline.run(np.full((baseline.columns, 1), 0.5))
    shape = len(study.panel.mines), subject.years

    def cells(array: NDArray[np.generic]) -> Floats:
        return np.asarray(array, np.float64).reshape(*shape, -1)

    recc = cells(drawn.recc)
    return Numbers(
        subject.calendar(study),
        cells(drawn.support),
        cells(drawn.pressure),
        recc,
        overload=probability((recc >= 1).sum(axis=-1), (~np.isnan(recc)).sum(axis=-1))[0],
        rank=_shares(drawn.rank.reshape(*shape, -1), np.arange(1, shape[0] + 1)),
        zone=_shares(drawn.zone.reshape(*shape, -1), np.arange(ZONES)),
        base_support=cells(base.support)[..., 0],
        base_pressure=cells(base.pressure)[..., 0],
        base_recc=cells(base.recc)[..., 0],
    )


def _shares(codes: NDArray[np.integer], known: NDArray[np.integer]) -> Floats:
    """Share of each code among the draws that have one (mine, year, code)."""
    counts = np.stack([(codes == code).sum(axis=-1) for code in known], axis=-1)
    return probability(counts, counts.sum(axis=-1, keepdims=True))[0]
