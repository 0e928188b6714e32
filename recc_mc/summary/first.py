"""The first samples of a run once more, with what is too large to keep of all of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import Plan
from recc_mc.sampling.draws import bytes_per_sample, empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import cut

__all__ = ["FIRST", "FirstSamples", "degree_samples", "first_samples", "first_samples_bytes"]

FIRST = 8192
"""Number of samples that are evaluated once more."""
DEGREE_BYTES = 2**28
"""Most memory for their obstacle degrees."""
FEWEST = 1000
"""Fewest samples that quantiles are taken of, unless the run has no more."""

Floats = NDArray[np.float64]


class FirstSamples(NamedTuple):
    """Draws of the first samples, a pure function of study and seed like all others."""

    weight_ahp: Floats  # (indicator, sample)
    weight_entropy: Floats  # (indicator, sample)
    # (object, indicator, sample) of each unit: joined, they would be in memory twice.
    degrees: tuple[Floats, ...]


def degree_samples(plan: Plan, samples: int) -> int:
    """Of how many first samples the obstacle degrees are kept, 0 if too few fit into memory.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    wanted = min(samples, FIRST)
    unit = plan.options.unit
    fitting = DEGREE_BYTES // _degree_bytes(plan)
    if fitting < wanted:
        # Whole units: every one is computed at once.
        wanted = fitting // unit * unit
    return wanted if wanted >= min(samples, FEWEST) else 0


def first_samples(model: Model, seed: int, samples: int) -> FirstSamples:
    """Evaluate the first samples of a run.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    samples
        Number of samples of the run.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    plan, unit = model.plan, model.plan.options.unit
    count, with_degrees = min(samples, FIRST), degree_samples(model.plan, samples)
    ahp, entropy = (np.empty((len(plan.indicators), count)) for _ in range(2))
    degrees = []
    for block in cut(count, unit, unit):
        padded = block.samples + -block.samples % LANES
        kept = block.first < with_degrees
        draws = empty_draws(plan, padded, degrees=kept, weights=True)
        rows = RandomDesign(model.columns, seed).rows(block.first, block.samples)
        fill_draws(model, rows, draws, seed=seed, first=block.first)
        place = slice(block.first, block.first + block.samples)
        ahp[:, place] = draws.weight_ahp[:, : block.samples]
        entropy[:, place] = draws.weight_entropy[:, : block.samples]
        if kept:
            degrees.append(draws.obstacle[:, :, : block.samples])
    return FirstSamples(ahp, entropy, tuple(degrees))


def first_samples_bytes(plan: Plan, samples: int) -> int:
    """Memory that `first_samples` takes.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    # The degrees, the draws and rows of a unit, and two kinds of weights.
    unit = plan.options.unit
    degrees = _degree_bytes(plan) * degree_samples(plan, samples)
    weights = 2 * 8 * len(plan.indicators) * min(samples, FIRST)
    return degrees + weights + unit * bytes_per_sample(plan)


def _degree_bytes(plan: Plan) -> int:
    """Memory of the obstacle degrees of one sample."""
    return 8 * plan.options.mines * plan.options.years * len(plan.indicators)
