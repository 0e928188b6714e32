"""Blocks whose draws are tallied at once and never stored: what summary mode is made of."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.design import RandomDesign
from recc_mc.kernels.chain import unit_size
from recc_mc.kernels.comparisons import tally_draws
from recc_mc.kernels.records import Draws, Plan
from recc_mc.kernels.tally import Baseline, Counts, Histogram, Moments
from recc_mc.run.blocks import Block, Model, empty_draws, fill_draws, run_samples
from recc_mc.run.moments import of_each
from recc_mc.run.obstacles import obstacle_moments

__all__ = [
    "BINS",
    "MOST_COMPARED",
    "BlockTally",
    "Edges",
    "Panel",
    "baseline_of",
    "compute_tally",
    "empty_tally",
    "find_edges",
    "is_compared",
    "tally_arrays",
]

BINS = 2048
"""Bins of the histograms that quantiles are read from; fewer where there are many cells."""
MOST_COMPARED = 100
"""Largest number of mines whose ranks and pairs are counted without being asked for."""
# Histograms of one tally take no more than this.
_HISTOGRAM_BYTES = 2**28
_FEWEST_BINS = 64
# Bins reach beyond the pilot's draws by this share of their range on either side.
_MARGIN = 0.5

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


class Edges(NamedTuple):
    """Bins of the histograms, the same in every block of a run.

    Rows are S, P and C of every object (object = mine times years plus year), then their changes
    from the first year to the last of every mine, if there are two years.
    """

    low: Floats  # (row,) lower edge of the first bin
    width: Floats  # (row,) of a bin
    bins: int


class BlockTally(NamedTuple):
    """Everything a summary needs of some consecutive samples."""

    samples: int
    moments: Moments  # (unit, row) of S, P, C of every object; weights; changes of S, P, C
    products: Floats  # (unit, object) sum of products of the deviations of S and P
    counts: Counts
    histogram: NDArray[np.int64]  # (row, bin), the first and last for what lies beyond
    least: Floats  # (row,)
    most: Floats  # (row,)
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


def find_edges(model: Model, seed: int, samples: int) -> Edges:
    """Bins for a run's histograms from its first unit of samples, the pilot.

    They are a function of study and seed alone, as everything else is. Draws that fall beyond are
    counted in the outermost bins and by the smallest and largest draw.

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
    values = np.concatenate([*levels, *(_changes(rows, model.plan) for rows in levels)])
    defined = np.isfinite(values)
    low = np.where(defined, values, np.inf).min(axis=1)
    high = np.where(defined, values, -np.inf).max(axis=1)
    low, high = (np.where(np.isfinite(edge), edge, 0.0) for edge in (low, high))
    spread = high - low
    # A cell that does not vary gets one bin of any width that holds its value.
    spread = np.where(spread > 0, spread, np.maximum(np.abs(low), 1.0) * 1e-9)
    bins = int(np.clip(_HISTOGRAM_BYTES // (8 * len(low)), _FEWEST_BINS, BINS))
    return Edges(low - _MARGIN * spread, (1 + 2 * _MARGIN) * spread / bins, bins)


def _changes(rows: Floats, plan: Plan) -> Floats:
    """Last year less first (mine, sample) of rows (object, sample); no mines if they are one."""
    mines, years = plan.options.mines, plan.options.years
    by_year = rows.reshape(mines, years, -1)
    return by_year[:, -1] - by_year[:, 0] if years > 1 else np.zeros((0, rows.shape[1]))


def empty_tally(panel: Panel, units: int, bins: int, *, compared: bool) -> BlockTally:
    """A tally of nothing.

    Parameters
    ----------
    panel
        Sizes of the study.
    units
        How many units will be added.
    bins
        Bins of the histograms, 0 for none.
    compared
        Whether ranks and pairs of mines are counted, tables that grow with mines squared.
    """
    objects = panel.mines * panel.years
    changes = 3 * panel.mines if panel.years > 1 else 0
    rows = 3 * objects + changes
    columns = rows + panel.indicators
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
            above=zeros(pairs, pairs, compared_years),
            both=zeros(pairs, pairs, compared_years),
            tau=zeros(compared_years, pairs * (pairs - 1) + 1 if compared else 0),
            unchanged=zeros(compared_years),
            increase=zeros(changes),
            peak=zeros(changes, panel.years),
            accepted=zeros(panel.matrices),
            repaired=zeros(panel.matrices),
            redrawn=zeros(panel.matrices),
        ),
        histogram=zeros(rows, bins + 2 if bins else 0),
        least=np.full(rows, np.inf),
        most=np.full(rows, -np.inf),
        obstacles=moments(objects, panel.indicators),
        obstacle_top5=zeros(objects, panel.indicators),
    )


def tally_arrays(
    draws: Draws, panel: Panel, cr_limit: float, baseline: Baseline, *, compared: bool
) -> BlockTally:
    """Tally of draws that are there already, without histograms and obstacle degrees.

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
    tally = empty_tally(panel, -(-samples // unit), 0, compared=compared)
    nothing = np.zeros(0)
    histogram = Histogram(nothing, nothing, tally.histogram, tally.least, tally.most)
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
        histogram,
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
        Bins of the histograms.
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
    tally = empty_tally(Panel.of(model.plan), units, edges.bins, compared=compared)
    histogram = Histogram(edges.low, 1 / edges.width, tally.histogram, tally.least, tally.most)
    draws = empty_draws(model.plan, size)
    for unit in range(units):
        first = block.first + unit * size
        samples = min(size, block.first + block.samples - first)
        rows = RandomDesign(model.columns, seed).rows(first, samples)
        fill_draws(model, rows, draws, seed=seed, first=first)
        _add_unit(model.plan, draws, samples, unit, baseline, tally, histogram)
    return tally._replace(samples=block.samples)


def _add_unit(
    plan: Plan,
    draws: Draws,
    samples: int,
    unit: int,
    baseline: Baseline,
    tally: BlockTally,
    histogram: Histogram,
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
        histogram,
    )
    for array, degrees in zip(tally.obstacles, obstacle_moments(draws), strict=True):
        array[unit] = degrees[0]
    tally.obstacle_top5[...] += draws.obstacle_top5
