"""How often conclusions hold at errors of some sizes, all of them in one stream of blocks."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

import numpy as np

from recc_mc._typing import Integers
from recc_mc.machine.stopping import Stop
from recc_mc.sampling.draws import compute_block, fit_chunk
from recc_mc.sweeps.conclusions import Conclusion, count_holding
from recc_mc.sweeps.work import at
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["Run", "Trial", "count_trials"]


class Run(NamedTuple):
    """Settings, checked."""

    samples: int
    seed: int
    level: float
    year: int  # position
    errors: tuple[str, ...]
    chunk: int
    placement: Placement
    progress: bool


class Trial(NamedTuple):
    """A study with an error of one size."""

    words: str
    model: CompiledStudy


def count_trials(trials: Sequence[Trial], conclusions: Sequence[Conclusion], run: Run) -> Integers:
    """In how many draws each conclusion holds, and in how many it has a truth.

    Parameters
    ----------
    trials
        Studies of one shape.
    conclusions
        The conclusions.
    run
        Settings.

    Returns
    -------
    numpy.ndarray
        Counts (trial, conclusion, (hits, draws)).

    Raises
    ------
    RunError
        If some sample has no value; says in which trial.
    """
    plan = trials[0].model.plan
    own = cut(run.samples, fit_chunk(plan, run.chunk), plan.options.unit)
    blocks = [
        Block(number * len(own) + block.number, block.first, block.samples)
        for number in range(len(trials))
        for block in own
    ]
    place = run.year, plan.options.years
    compute = partial(_count, trials, len(own), run.seed, conclusions, place)
    counts = np.zeros((len(trials), len(conclusions), 2), np.int64)
    results = stream(compute, blocks, scheduler=run.placement, progress=run.progress, stop=Stop())
    with closing(results):
        # Whole numbers: in whatever order they come, their sum is the same.
        for block, found in results:
            counts[block.number // len(own)] += found
    return counts


def _count(
    trials: Sequence[Trial],
    blocks: int,
    seed: int,
    conclusions: Sequence[Conclusion],
    year: tuple[int, int],
    block: Block,
) -> Integers:
    words, model = trials[block.number // blocks]
    with at(words):
        return count_holding(conclusions, compute_block(model, seed, block), *year)
