"""How long a method will take, before it begins."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from recc_mc.salib.arguments import Run
from recc_mc.salib.designs import Design
from recc_mc.salib.measures import Analysis, OutputTask, analyze_block
from recc_mc.salib.rows import run_rows
from recc_mc.simulation.footprint import crew
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.placement import Placement

__all__ = ["OUTPUTS_PER_BLOCK", "MethodForecast", "foresee"]

# Outputs whose analysis is one task: long enough to be worth sending, short enough to share out.
OUTPUTS_PER_BLOCK = 4
# Below this a run is like any other, and nothing is said.
NOTABLE_SECONDS = 30.0
# A run of fewer blocks is over before a pilot could tell anything.
FEWEST_BLOCKS = 8


class MethodForecast(NamedTuple):
    """What a run will take.

    Parameters
    ----------
    method
        Its name.
    rows, outputs
        Rows of the design, and outputs that are analysed.
    seconds
        Time of evaluation and analysis on this machine; of one worker if others do it.
    shared
        Whether workers that are not known beforehand share that time.
    """

    method: str
    rows: int
    outputs: int
    seconds: float
    shared: bool = False

    @property
    def is_notable(self) -> bool:
        """Whether whoever waits for the run wants to know."""
        return self.seconds >= NOTABLE_SECONDS

    def __str__(self) -> str:
        minutes = self.seconds / 60
        length = f"{minutes:,.0f} min" if minutes >= 2 else f"{self.seconds:.0f} s"
        workers = " of one worker's time" if self.shared else ""
        return (
            f"{self.method}, {self.rows:,} rows, {self.outputs:,} outputs: about {length}{workers}"
        )


def foresee(
    study: Study, run: Run, design: Design, analysis: Analysis, objects: int, *, computed: bool
) -> MethodForecast:
    """Forecast of a run, from a block of rows and a block of outputs that are done for it.

    Parameters
    ----------
    study, run, design, analysis
        The study, the run, its rows and what the analyses have in common.
    objects
        Number of mines and selected years.
    computed
        Whether the outputs are there already.
    """
    outputs = objects * len(run.outputs)
    workers = crew(run.where)
    threads = 1 if workers is None else workers.threads
    seconds = 0.0
    if outputs >= FEWEST_BLOCKS * OUTPUTS_PER_BLOCK:
        evaluation = 0.0 if computed else _evaluation(study, run, design)
        seconds = (evaluation + outputs * _analysis(analysis, len(design.rows))) / threads
    return MethodForecast(run.name, len(design.rows), outputs, seconds, workers is None)


def _evaluation(study: Study, run: Run, design: Design) -> float:
    """Seconds for the rows, from a few of them."""
    model = CompiledStudy.of(study, noise=run.method.noise)
    rows = design.rows[: 8 * model.plan.options.unit]

    def evaluate() -> None:
        run_rows(model, rows, run.outputs, Placement("synchronous"), seed=run.seed)

    return _seconds(evaluate) / len(rows) * len(design.rows)


def _analysis(analysis: Analysis, rows: int) -> float:
    """Seconds for an output, from a block of random ones."""
    values = np.random.default_rng(0).normal(size=(OUTPUTS_PER_BLOCK, rows))
    block = OutputTask(0, 0, OUTPUTS_PER_BLOCK, ("recc",) * OUTPUTS_PER_BLOCK, values)
    return _seconds(lambda: analyze_block(analysis, block)) / OUTPUTS_PER_BLOCK


def _seconds(run: Callable[[], object]) -> float:
    # What the first call loads is loaded once, however long the run.
    run()
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
