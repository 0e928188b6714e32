"""What the bins of a run's quantile sketch hang on, found from its first samples."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Plan
from recc_mc.sampling.draws import run_samples
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.model import Model

__all__ = ["BINS", "Edges", "edges_of", "find_edges"]

BINS = 2048
"""Bins of a row of the sketch, a power of two; fewer where there are many rows."""
# The counts of one tally take no more than this.
_COUNT_BYTES = 2**28
_FEWEST_BINS = 64
# Bins are equally wide within this many interquartile ranges of the median, about two standard
# deviations of a normal distribution; 2048 bins are then 2^-9 of it wide.
_EVEN = 1.5
# Least distance within which they are, relative to the median or 1: of a pilot that does not vary.
_NARROWEST = 2.0**-40
_WIDEST = 2.0**1000

Floats = NDArray[np.float64]


class Edges(NamedTuple):
    """Centres and scales of a sketch's bins, the same in every block of a run.

    Rows are S, P and C of every object (object = mine times years plus year), then their changes
    from the first year to the last of every mine, if there are two years, then the weights.
    """

    centre: Floats  # (row,)
    scale: Floats  # (row,) reciprocal of the distance within which bins are equally wide
    bins: int


def find_edges(model: Model, seed: int, samples: int) -> Edges:
    """Centres and scales for a run's sketch from its first unit of samples, the pilot.

    They are a function of study and seed alone, as everything else is. However unlike the pilot the
    other draws are, the sketch covers them and knows its error: the pilot decides only where bins
    are fine.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    samples
        Number of samples of the run.
    """
    pilot = min(model.plan.options.unit, samples)
    rows = RandomDesign(model.columns, seed).rows(0, pilot)
    draws = run_samples(model, rows, seed=seed)
    levels = [draws.support, draws.pressure, draws.recc]
    changes = (_changes(values, model.plan) for values in levels)
    return edges_of(np.concatenate([*levels, *changes, draws.weight]))


def edges_of(pilot: Floats) -> Edges:
    """Centres and scales for a sketch of rows that are like some draws.

    Parameters
    ----------
    pilot
        Draws (row, sample); NaN is left out.
    """
    # NaN comes last.
    ordered = np.sort(pilot, axis=1)
    last = np.maximum(np.count_nonzero(~np.isnan(pilot), axis=1) - 1, 0)
    lower, centre, upper = (_at(ordered, last * quarter // 4) for quarter in (1, 2, 3))
    none = np.isnan(centre)
    centre = np.where(none, 0.0, centre)
    even = np.clip(_EVEN * (upper - lower), 0.0, _WIDEST)
    even = np.where(none, 1.0, np.maximum(even, _NARROWEST * np.maximum(np.abs(centre), 1.0)))
    fitting = max(_COUNT_BYTES // (8 * max(len(pilot), 1)), _FEWEST_BINS)
    bins = min(1 << (fitting.bit_length() - 1), BINS)
    return Edges(centre, 1 / even, bins)


def _at(ordered: Floats, place: NDArray[np.int64]) -> Floats:
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]


def _changes(rows: Floats, plan: Plan) -> Floats:
    """Last year less first (mine, sample) of rows (object, sample); no mines if they are one."""
    mines, years = plan.options.mines, plan.options.years
    by_year = rows.reshape(mines, years, -1)
    return by_year[:, -1] - by_year[:, 0] if years > 1 else np.zeros((0, rows.shape[1]))
