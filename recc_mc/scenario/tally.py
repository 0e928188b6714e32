"""All that the group ``scenarios`` needs of draws: small, whatever their number, and mergeable."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.anchored import Levels
from recc_mc.kernels.classes import FIRST_GRADE, FIRST_ZONE, GRADES, ZONES
from recc_mc.kernels.options import kernel, tile_code
from recc_mc.summary.classes import add_codes
from recc_mc.summary.family import added
from recc_mc.summary.moments import Moments, add_moments
from recc_mc.summary.obstacles import Obstacles
from recc_mc.summary.overload import add_overload
from recc_mc.summary.probability import largest_of
from recc_mc.summary.sketch import Edges, Sketch, add_rows
from recc_mc.uncertainty.scenario_shape import ScenarioShape

__all__ = [
    "Counts",
    "Paired",
    "ScenarioTally",
    "add_levels",
    "add_tally",
    "differences",
    "empty_tally",
    "largest_error",
    "series_of",
]


class Series(NamedTuple):
    """Something of each of the three indices: moments of rows, or sketches of them."""

    support: Any
    pressure: Any
    recc: Any


class Counts(NamedTuple):
    """Draws of every row that have a property."""

    defined: Integers  # (row,) there is a C
    over: Integers  # (row,) C >= 1
    zone: Integers  # (row, zone)
    grade: Integers  # (row, grade)
    rank: Integers  # (row, rank) of no rows where ranks are not counted


class Paired(NamedTuple):
    """Draws of every row of a scenario that differ from the same draw of the reference."""

    defined: Integers  # (row,) both have a C
    falls: Integers  # C < C0
    rises: Integers  # C > C0
    ends: Integers  # C0 >= 1 > C
    begins: Integers  # C >= 1 > C0
    zone: Integers  # another one
    zones: Integers  # both have a zone
    grade: Integers
    grades: Integers
    rank: Integers
    ranks: Integers  # both have a rank


class ScenarioTally(NamedTuple):
    """Some consecutive samples of a study and its scenarios.

    Rows are those of `ScenarioShape`; what is paired has the scenarios' alone.
    """

    samples: int
    moments: Series  # of Moments (unit, row)
    changes: Series  # of Moments of the differences
    quantiles: Series  # of Sketch, of no places where the samples are kept
    change_quantiles: Series
    counts: Counts
    paired: Paired
    obstacles: Obstacles
    beyond: Integers  # (scenario, indicator, above, below or bounded)


def empty_tally(
    shape: ScenarioShape, indicators: int, edges: Edges | None, units: int, *, compared: bool
) -> ScenarioTally:
    """A tally of nothing, to which so many units will be added.

    Parameters
    ----------
    shape
        Where the numbers of the scenarios are.
    indicators
        How many indicators there are.
    edges
        What the bins of the sketches hang on, as of `series_of`; None where none are kept.
    units
        How many units.
    compared
        Whether ranks are counted.
    """
    rows, own = shape.rows, shape.rows - shape.places
    sizes = [rows] * 3 + [own] * 3
    if edges is None:
        edges = Edges(np.zeros(sum(sizes)), np.zeros(sum(sizes)), 0)
    ends = np.cumsum(sizes)[:-1]
    parts = zip(np.split(edges.centre, ends), np.split(edges.scale, ends), strict=True)
    draws = units * shape.unit
    sketches = [Sketch.empty(*part, edges.bins, draws) for part in parts]
    ranks = (rows, shape.mines) if compared else (0, 0)
    shapes: tuple[tuple[int, ...], ...] = ((rows,), (rows,), (rows, ZONES), (rows, GRADES), ranks)
    return ScenarioTally(
        0,
        Series(*(Moments.empty(units, rows) for _ in range(3))),
        Series(*(Moments.empty(units, own) for _ in range(3))),
        Series(*sketches[:3]),
        Series(*sketches[3:]),
        Counts(*(np.zeros(shape, np.int64) for shape in shapes)),
        Paired(*(np.zeros(own, np.int64) for _ in Paired._fields)),
        Obstacles(Moments.empty(units, rows, indicators), np.zeros((rows, indicators), np.int64)),
        np.zeros((len(shape.touched), indicators, 3), np.int64),
    )


def taken_in(tally: ScenarioTally, levels: Levels, unit: int) -> Levels:
    """Arrays of a unit whose sums will be added up here and nowhere else."""
    degree = tally.obstacles.degree.each(lambda array: array[unit : unit + 1])
    return levels._replace(
        beyond=tally.beyond,
        obstacle_defined=degree.draws,
        obstacle_mean=degree.mean,
        obstacle_squares=degree.squares,
        obstacle_top5=tally.obstacles.top5,
    )


def differences(levels: Levels, shape: ScenarioShape) -> Series:
    """S, P and C of the scenarios less those of the reference in the same sample (row, sample)."""
    return Series(*(_less(values, shape) for values in (levels[:3])))


def _less(values: Floats, shape: ScenarioShape) -> Floats:
    found = np.empty((len(shape.origin), values.shape[1]))
    _subtract(values, shape.origin, found)
    return found


def series_of(levels: Levels, shape: ScenarioShape) -> Floats:
    """All that sketches are kept of, one row after the other, for `summary.quantiles.edges_of`."""
    return np.concatenate([*levels[:3], *differences(levels, shape)])


def add_levels(
    tally: ScenarioTally, levels: Levels, shape: ScenarioShape, samples: int, start: int
) -> None:
    """Add draws of consecutive samples, in place.

    Parameters
    ----------
    tally
        What to add to.
    levels
        Draws from the beginning of a unit on, whose counts are the tally's own (`taken_in`).
    shape
        Where the numbers are.
    samples
        How many of them count.
    start
        Number of their first unit among those of the tally.
    """
    place = (samples, shape.unit, start)
    apart = differences(levels, shape)
    for values, moments, sketches in (
        (levels[:3], tally.moments, tally.quantiles),
        (apart, tally.changes, tally.change_quantiles),
    ):
        for rows, moment, sketch in zip(values, moments, sketches, strict=True):
            add_moments(rows, *place, moment)
            if sketch.counts.size:
                add_rows(rows, samples, shape.unit, sketch)
    counts = tally.counts
    add_overload(levels.recc, samples, counts.defined, counts.over)
    add_codes(levels.zone, samples, FIRST_ZONE, counts.zone)
    add_codes(levels.grade, samples, FIRST_GRADE, counts.grade)
    if counts.rank.size:
        add_codes(levels.rank, samples, 1, counts.rank)
    _count_pairs(levels.recc, shape.origin, samples, tally.paired)
    paired = tally.paired
    _count_flips(levels.zone, shape.origin, samples, FIRST_ZONE, paired.zone, paired.zones)
    _count_flips(levels.grade, shape.origin, samples, FIRST_GRADE, paired.grade, paired.grades)
    _count_flips(levels.rank, shape.origin, samples, 1, paired.rank, paired.ranks)


def add_tally(total: ScenarioTally | None, part: ScenarioTally) -> ScenarioTally:
    """Tally of all samples so far with that of the following ones added.

    The result is the same, bit for bit, however the samples were cut into parts, as long as every
    part begins with a unit.
    """
    if total is None:
        return part

    def each(one: Series, other: Series, join: str) -> Series:
        pairs = zip(one, other, strict=True)
        return Series(*(getattr(left, join)(right) for left, right in pairs))

    return ScenarioTally(
        total.samples + part.samples,
        each(total.moments, part.moments, "extend"),
        each(total.changes, part.changes, "extend"),
        each(total.quantiles, part.quantiles, "merge"),
        each(total.change_quantiles, part.change_quantiles, "merge"),
        added(total.counts, part.counts),
        added(total.paired, part.paired),
        total.obstacles.merge(part.obstacles),
        total.beyond + part.beyond,
    )


def chances(total: ScenarioTally) -> Iterable[tuple[NDArray[Any], NDArray[Any]]]:
    """Hits and draws of all probabilities."""
    counts, paired = total.counts, total.paired
    yield counts.over, counts.defined
    for table in (counts.zone, counts.grade, counts.rank):
        yield table, table.sum(axis=-1, keepdims=True)
    for hits in (paired.falls, paired.rises, paired.ends, paired.begins):
        yield hits, paired.defined
    yield paired.zone, paired.zones
    yield paired.grade, paired.grades
    yield paired.rank, paired.ranks


def largest_error(total: ScenarioTally) -> float:
    """Largest Monte Carlo standard error, or bound of it, of the reported probabilities.

    That of a single draw, which has none, is 1: nothing is known of the probability.
    """
    return largest_of(chances(total))


@kernel
def _subtract(values: Floats, origin: Integers, out: Floats) -> None:
    """Rows behind the reference's less those that they are compared with."""
    tile_code()
    first = values.shape[0] - out.shape[0]
    for k in range(out.shape[0]):
        for s in range(out.shape[1]):
            out[k, s] = values[first + k, s] - values[origin[k], s]


@kernel
def _count_pairs(recc: Floats, origin: Integers, samples: int, paired: Paired) -> None:
    """Count the draws in which C falls, rises, and passes 1."""
    first = recc.shape[0] - origin.shape[0]
    for k in range(origin.shape[0]):
        there = 0
        falls = 0
        rises = 0
        ends = 0
        begins = 0
        for s in range(samples):
            before = recc[origin[k], s]
            after = recc[first + k, s]
            there += 1 if before == before and after == after else 0
            falls += 1 if after < before else 0
            rises += 1 if after > before else 0
            ends += 1 if before >= 1.0 and after < 1.0 else 0
            begins += 1 if before < 1.0 and after >= 1.0 else 0
        paired.defined[k] += there
        paired.falls[k] += falls
        paired.rises[k] += rises
        paired.ends[k] += ends
        paired.begins[k] += begins


@kernel
def _count_flips(
    codes: NDArray[Any],
    origin: Integers,
    samples: int,
    lowest: int,
    flips: Integers,
    both: Integers,
) -> None:
    """Count the draws in which a code is another one, and in which both are defined."""
    first = codes.shape[0] - origin.shape[0]
    for k in range(origin.shape[0]):
        there = 0
        apart = 0
        for s in range(samples):
            before = codes[origin[k], s]
            after = codes[first + k, s]
            known = before >= lowest and after >= lowest
            there += 1 if known else 0
            apart += 1 if known and before != after else 0
        flips[k] += apart
        both[k] += there
