"""Blocks whose draws are tallied at once and never stored: what summary mode is made of."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.chain import unit_size
from recc_mc.kernels.comparisons import tally_draws
from recc_mc.kernels.records import Draws, Plan
from recc_mc.kernels.sketch import Sketch
from recc_mc.kernels.tally import Baseline, Counts, Moments
from recc_mc.sampling.draws import empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary.edges import Edges
from recc_mc.summary.merging import of_each
from recc_mc.summary.obstacle_totals import obstacle_moments
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import Block

__all__ = [
    "MOST_COMPARED",
    "BlockTally",
    "Panel",
    "baseline_of",
    "compute_tally",
    "empty_tally",
    "is_compared",
    "tally_arrays",
]

MOST_COMPARED = 100
"""Largest number of mines whose ranks and pairs are counted without being asked for."""

Floats = NDArray[np.float64]


class Panel(NamedTuple):
    """Sizes of a study."""

    mines: int
    years: int
    indicators: int
    matrices: int

    @classmethod
    def of(cls, plan: Plan) -> "Panel":
        """Sizes of a study's arrays."""
        options = plan.options
        return cls(options.mines, options.years, len(plan.indicators), len(plan.matrices))


class BlockTally(NamedTuple):
    """Everything a summary needs of some consecutive samples."""

    samples: int
    moments: Moments  # (unit, row) of S, P, C of every object; weights; changes of S, P, C
    products: Floats  # (unit, object) sum of products of the deviations of S and P
    counts: Counts
    sketch: Sketch  # of the rows of `Edges`
    obstacles: Moments  # (unit, object, indicator) of the obstacle degrees
    obstacle_top5: NDArray[np.int64]  # (object, indicator)


def is_compared(mines: int, asked: bool | None) -> bool:
    """Whether ranks and pairs of mines are counted: as asked for, else up to `MOST_COMPARED`."""
    return mines <= MOST_COMPARED if asked is None else asked


def baseline_of(recc: NDArray[Any], rank: NDArray[Any]) -> Baseline:
    """What draws are compared with, as the kernels take it.

    Parameters
    ----------
    recc, rank
        Deterministic C and its rank (mine, year).
    """
    return Baseline(
        np.ascontiguousarray(recc, np.float64).ravel(), np.ascontiguousarray(rank, np.int64).ravel()
    )


def empty_tally(
    panel: Panel, units: int, edges: Edges | None = None, *, compared: bool
) -> BlockTally:
    """A tally of nothing.

    Parameters
    ----------
    panel
        Sizes of the study.
    units
        How many units will be added.
    edges
        What the bins of the sketch hang on; None for a tally without.
    compared
        Whether ranks and pairs of mines are counted, tables that grow with mines squared.
    """
    objects = panel.mines * panel.years
    changes = 3 * panel.mines if panel.years > 1 else 0
    columns = 3 * objects + changes + panel.indicators
    pairs = panel.mines if compared else 0
    compared_years = panel.years if compared else 0

    def zeros(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, np.int64)

    def moments(*shape: int) -> Moments:
        return Moments(zeros(units, *shape), np.zeros((units, *shape)), np.zeros((units, *shape)))

    return BlockTally(
        samples=0,
        moments=moments(columns),
        products=np.zeros((units, objects)),
        counts=Counts(
            zone=zeros(objects, 4),
            grade=zeros(objects, 9),
            rank=zeros(objects, pairs),
            rank_sum=zeros(objects),
            rank_squares=zeros(objects),
            rank_same=zeros(objects),
            overload=zeros(objects),
            first_overload=zeros(panel.mines, panel.years + 1),
            above=zeros(pairs, pairs, compared_years),
            both=zeros(pairs, pairs, compared_years),
            tau=zeros(compared_years, pairs * (pairs - 1) + 1 if compared else 0),
            unchanged=zeros(compared_years),
            tied=zeros(compared_years),
            increase=zeros(changes),
            peak=zeros(changes, panel.years),
            accepted=zeros(panel.matrices),
            repaired=zeros(panel.matrices),
            redrawn=zeros(panel.matrices),
        ),
        sketch=_empty_sketch(edges, columns),
        obstacles=moments(objects, panel.indicators),
        obstacle_top5=zeros(objects, panel.indicators),
    )


def _empty_sketch(edges: Edges | None, rows: int) -> Sketch:
    if edges is None:
        edges = Edges(np.zeros(rows), np.zeros(rows), 0)
    return Sketch(
        # Kernels are compiled for arrays that may be written to, which those of a message may not.
        np.array(edges.centre),
        np.array(edges.scale),
        np.zeros((rows, edges.bins), np.int64),
        np.full(rows, np.inf),
        np.full(rows, -np.inf),
    )


def tally_arrays(
    draws: Draws, panel: Panel, cr_limit: float, baseline: Baseline, *, compared: bool
) -> BlockTally:
    """Tally of draws that are there already, without sketch and obstacle degrees.

    Parameters
    ----------
    draws
        Draws from the beginning of a unit on; all of them count.
    panel
        Sizes of the study.
    cr_limit
        Limit of the consistency ratio.
    baseline
        What they are compared with.
    compared
        Whether ranks and pairs of mines are counted.
    """
    samples = draws.recc.shape[1]
    unit = unit_size(panel.mines * panel.years)
    tally = empty_tally(panel, -(-samples // unit), compared=compared)
    tally_draws(
        draws,
        samples,
        panel.years,
        unit,
        cr_limit,
        baseline,
        tally.moments,
        tally.products,
        tally.counts,
        tally.sketch,
    )
    return tally._replace(samples=samples)


def compute_tally(
    model: Model, seed: int, edges: Edges, baseline: Baseline, compared: bool, block: Block
) -> BlockTally:
    """Draw a block and tally it, one unit of samples in memory at a time.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    edges
        What the bins of the sketch hang on.
    baseline
        What the draws are compared with.
    compared
        Whether ranks and pairs of mines are counted.
    block
        Which samples.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    size = model.plan.options.unit
    units = -(-block.samples // size)
    tally = empty_tally(Panel.of(model.plan), units, edges, compared=compared)
    draws = empty_draws(model.plan, size)
    for unit in range(units):
        first = block.first + unit * size
        samples = min(size, block.first + block.samples - first)
        rows = RandomDesign(model.columns, seed).rows(first, samples)
        fill_draws(model, rows, draws, seed=seed, first=first)
        _add_unit(model.plan, draws, samples, unit, baseline, tally)
    return tally._replace(samples=block.samples)


def _add_unit(
    plan: Plan,
    draws: Draws,
    samples: int,
    unit: int,
    baseline: Baseline,
    tally: BlockTally,
) -> None:
    part = slice(unit, unit + 1)
    moments = of_each(tally.moments, lambda array: array[part])
    options = plan.options
    tally_draws(
        draws,
        samples,
        options.years,
        options.unit,
        options.cr_limit,
        baseline,
        moments,
        tally.products[part],
        tally.counts,
        tally.sketch,
    )
    for array, degrees in zip(tally.obstacles, obstacle_moments(draws), strict=True):
        array[unit] = degrees[0]
    tally.obstacle_top5[...] += draws.obstacle_top5
