"""What a worker needs to know of a run of scenarios, and what it makes of a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from recc_mc._typing import Floats
from recc_mc.sampling.draws import empty_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.scenario.draws import draw_scenarios, empty_levels, fill_levels
from recc_mc.scenario.tally import ScenarioTally, add_levels, empty_tally, series_of, taken_in
from recc_mc.study import Study
from recc_mc.summary.quantiles import edges_of, find_edges
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.sketch import Edges
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from recc_mc.workers.blocks import Block

__all__ = ["ScenarioBlock", "ScenarioWork"]


class ScenarioBlock(NamedTuple):
    """What is made of a block."""

    tally: ScenarioTally
    support: Floats  # (row, sample) of the reference and the scenarios; no samples if not kept
    pressure: Floats
    recc: Floats


@dataclass(frozen=True, eq=False)
class ScenarioWork:
    """A run of scenarios, without its blocks.

    Parameters
    ----------
    model, scenarios
        The study and its scenarios.
    seed
        Key of all random numbers.
    edges
        What the bins of quantile sketches hang on; None where samples are kept.
    compared
        Whether ranks are counted.
    """

    model: CompiledStudy
    scenarios: CompiledScenarios
    seed: int
    edges: Edges | None
    compared: bool

    @classmethod
    def of(
        cls,
        study: Study,
        *,
        seed: int,
        samples: int,
        keep: bool,
        only: Sequence[str] | None = None,
    ) -> Self:
        """Prepare a run; draws a pilot where no samples are kept.

        Parameters
        ----------
        study
            The study.
        seed, samples
            Seed and number of samples of the run.
        keep
            Whether samples are kept.
        only
            Names of the scenarios; None for all.
        """
        model = CompiledStudy.of(study)
        scenarios = CompiledScenarios.of(study, model.plan, only)
        asked = study.settings.simulation.compare_mines
        compared = is_compared(len(study.panel.mines), asked)
        edges = None if keep else find_scenario_edges(model, scenarios, seed, samples)
        return cls(model, scenarios, seed, edges, compared)

    def empty(self, samples: int) -> ScenarioBlock:
        """What is made of a block of so many samples, and nothing in it yet."""
        shape, indicators = self.scenarios.shape, len(self.model.plan.indicators)
        units = -(-samples // shape.unit)
        tally = empty_tally(shape, indicators, self.edges, units, compared=self.compared)
        kept = samples if self.edges is None else 0
        return ScenarioBlock(tally, *(np.empty((shape.rows, kept)) for _ in range(3)))

    def compute(self, block: Block) -> ScenarioBlock:
        """Draw a block and tally it, one unit of samples in memory at a time.

        Parameters
        ----------
        block
            Which samples.

        Raises
        ------
        RunError
            If some sample has no value, in the reference or in a scenario.
        """
        made = self.empty(block.samples)
        tally, size = made.tally, self.scenarios.shape.unit
        levels = empty_levels(self.model, self.scenarios, size)
        draws = empty_draws(self.model.plan, size)
        for unit in range(-(-block.samples // size)):
            start = block.first + unit * size
            samples = min(size, block.first + block.samples - start)
            rows = RandomDesign(self.model.columns, self.seed).rows(start, samples)
            uniforms = self.scenarios.uniforms(self.seed, start, samples)
            levels = taken_in(tally, levels, unit)
            fill_levels(
                self.model,
                self.scenarios,
                rows,
                uniforms,
                levels,
                draws,
                seed=self.seed,
                first=start,
            )
            add_levels(tally, levels, self.scenarios.shape, samples, unit)
            if self.edges is None:
                where = slice(unit * size, unit * size + samples)
                for kept, values in zip(made[1:], levels[:3], strict=True):
                    kept[:, where] = values[:, :samples]
        return made._replace(tally=tally._replace(samples=block.samples))


def find_scenario_edges(
    model: CompiledStudy, scenarios: CompiledScenarios, seed: int, samples: int
) -> Edges:
    """Centres and scales for a run's sketches from its first unit of samples.

    Bins are as many as `simulate` has, whatever the scenarios, and each row's own draws decide of
    its centre and scale: no scenario moves the numbers of another.

    Parameters
    ----------
    model, scenarios
        The study and its scenarios.
    seed, samples
        Seed and number of samples of the run.
    """
    pilot = min(model.plan.options.unit, samples)
    rows = RandomDesign(model.columns, seed).rows(0, pilot)
    uniforms = scenarios.uniforms(seed, 0, pilot)
    levels = draw_scenarios(model, scenarios, rows, uniforms, seed=seed)
    own = edges_of(series_of(levels, scenarios.shape))
    return own._replace(bins=find_edges(model, seed, samples).bins)
