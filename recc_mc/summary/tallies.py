"""All that a summary needs of draws: small, whatever the number of samples, and mergeable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.classes import UNDEFINED
from recc_mc.kernels.records import Draws
from recc_mc.kernels.tally import Baseline, Counts, Moments
from recc_mc.summary.merging import add_products, add_units, of_each
from recc_mc.summary.moments import mean_and_deviation
from recc_mc.summary.probability import probability
from recc_mc.summary.rankings import kendall_statistics, rank_moments, rank_quantiles
from recc_mc.summary.rounding import varies
from recc_mc.summary.sketches import add_sketch
from recc_mc.summary.tallies_of_blocks import BlockTally, Panel, tally_arrays
from recc_mc.workers.blocks import Block

__all__ = [
    "INDICES",
    "TALLIED",
    "add_block",
    "largest_error",
    "merge_in_order",
    "tally",
    "tally_statistics",
]

INDICES = ("support", "pressure", "recc")
TALLIED = (*INDICES, "zone", "grade", "rank", "weight", "consistency_ratio", "repair", "redraws")
"""Variables that a tally is made of."""

_CODES = {"zone": np.int8, "grade": np.int8, "rank": np.int16, "redraws": np.int8}

Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]


def tally(
    draws: Arrays, cr_limit: float, baseline: Baseline, *, compared: bool = True
) -> BlockTally:
    """Tally of consecutive samples, from the beginning of a unit on.

    Parameters
    ----------
    draws
        Arrays of the variables `TALLIED`, (mine, year, sample) or (..., sample).
    cr_limit
        Limit of the consistency ratio.
    baseline
        What they are compared with.
    compared
        Whether ranks and pairs of mines are counted.

    Raises
    ------
    InputError
        If ranks are those of more mines.
    """
    mines, years, samples = draws["recc"].shape
    if draws["rank"].max(initial=0) > mines:
        raise InputError(
            f"draws: rank {draws['rank'].max()} among {mines} mines; summarize the draws of "
            "all mines, then select some"
        )
    flat = {
        name: np.ascontiguousarray(_as_type(draws[name], name).reshape(-1, samples))
        for name in TALLIED
    }
    # Obstacle degrees are no draws: their totals come with the samples.
    nothing = np.zeros((0, 0, 0))
    counts, weights = np.zeros((0, 0), np.int64), np.zeros((0, 0))
    rows = Draws(
        **flat,
        obstacle_defined=nothing.astype(np.int64),
        obstacle_mean=nothing,
        obstacle_squares=nothing,
        obstacle_top5=counts,
        obstacle=nothing,
        weight_ahp=weights,
        weight_entropy=weights,
    )
    panel = Panel(mines, years, len(flat["weight"]), len(flat["repair"]))
    return tally_arrays(rows, panel, cr_limit, baseline, compared=compared)


def _as_type(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Draws in the type of the kernels; an undefined class may have been read as NaN."""
    kind = _CODES.get(name)
    if kind is None:
        return array.astype(np.float64, copy=False)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), UNDEFINED, array)
    return array.astype(kind, copy=False)


def add_block(total: BlockTally | None, part: BlockTally) -> BlockTally:
    """Tally of all samples so far with that of the following ones added.

    The result is the same, bit for bit, however the samples were cut into parts, as long as every
    part begins with a unit. A total has a single unit: itself.
    """
    before = None if total is None else _of_total(total.moments)
    degrees = None if total is None else _of_total(total.obstacles)
    merged = part._replace(
        moments=_as_total(add_units(before, part.moments)),
        products=_products(total, part)[None],
        obstacles=_as_total(add_units(degrees, part.obstacles)),
    )
    if total is None:
        return merged
    return merged._replace(
        samples=total.samples + part.samples,
        counts=Counts(*(one + other for one, other in zip(total.counts, part.counts, strict=True))),
        sketch=add_sketch(total.sketch, part.sketch),
        obstacle_top5=total.obstacle_top5 + part.obstacle_top5,
    )


def _products(total: BlockTally | None, part: BlockTally) -> Floats:
    """Sums of products of the deviations of S and P of all samples, (object,)."""
    objects = part.products.shape[1]

    def rows(moments: Moments, start: int) -> Moments:
        return of_each(moments, lambda array: array[..., start : start + objects])

    if total is None:
        before = Moments(np.zeros(objects, np.int64), np.zeros(objects), np.zeros(objects))
        left = right = before
        products = np.zeros(objects)
    else:
        moments = _of_total(total.moments)
        left, right, products = rows(moments, 0), rows(moments, objects), total.products[0]
    units, others = rows(part.moments, 0), rows(part.moments, objects)
    return add_products(products, left, right, units, others, part.products)


def merge_in_order(results: Iterable[tuple[Block, BlockTally]]) -> BlockTally:
    """Total of the tallies of all blocks, which may come in any order.

    Raises
    ------
    ValueError
        If there are none.
    """
    total: BlockTally | None = None
    early: dict[int, BlockTally] = {}
    following = 0
    for block, part in results:
        early[block.number] = part
        while following in early:
            total = add_block(total, early.pop(following))
            following += 1
    if total is None:
        raise ValueError("no blocks")
    return total


def tally_statistics(
    total: BlockTally, baseline: Arrays, levels: Sequence[float]
) -> dict[str, NDArray[Any]]:
    """Statistics of all samples.

    Parameters
    ----------
    total
        The tally of all samples.
    baseline
        Deterministic S, P and C, zone, grade and rank (mine, year), ``support_baseline`` and so on.
    levels
        Probabilities of the quantiles.

    Returns
    -------
    dict
        Arrays by the names of the variables of the group ``summary``: all but those of the obstacle
        degrees and the quantiles of numbers.
    """
    shape = baseline["recc_baseline"].shape
    result: dict[str, NDArray[Any]] = _index_statistics(total, baseline, shape)
    result["recc_undefined"] = total.samples - _defined(total).reshape(shape)
    result["overload_first_undefined"] = total.samples - total.counts.first_overload.sum(axis=1)
    events = [*_events(total, shape), *_flips(total, baseline, shape)]
    for event in events:
        result[f"{event.name}_probability"] = event.share
        result[f"{event.name}_probability_error"] = event.error
    for name in ("accepted", "repaired", "redrawn"):
        result[f"share_{name}"] = getattr(total.counts, name) / total.samples
    return result | _rank_statistics(total, baseline["rank_baseline"], levels)


def _index_statistics(total: BlockTally, baseline: Arrays, shape: tuple[int, int]) -> Any:
    """Moments of S, P and C, of the weights, and of the changes of S, P and C."""
    mean, error, std = mean_and_deviation(_of_total(total.moments))
    objects, mines = shape[0] * shape[1], shape[0]
    changes = len(mean) - len(total.counts.increase)
    result = {
        "weight_mean": mean[3 * objects : changes],
        "weight_std": std[3 * objects : changes],
        "support_pressure_correlation": _correlation(total).reshape(shape),
    }
    for number, name in enumerate(INDICES):
        rows = slice(number * objects, (number + 1) * objects)
        base = baseline[f"{name}_baseline"]
        result[f"{name}_mean"] = mean[rows].reshape(shape)
        result[f"{name}_mean_error"] = error[rows].reshape(shape)
        result[f"{name}_std"] = std[rows].reshape(shape)
        result[f"{name}_bias"] = result[f"{name}_mean"] - base
        if shape[1] > 1:
            rows = slice(changes + number * mines, changes + (number + 1) * mines)
            result[f"{name}_change_mean"] = mean[rows]
            result[f"{name}_change_std"] = std[rows]
            result[f"{name}_change_baseline"] = base[:, -1] - base[:, 0]
    return result


def _rank_statistics(
    total: BlockTally, baseline: NDArray[Any], levels: Sequence[float]
) -> dict[str, Floats]:
    counts, shape = total.counts, baseline.shape
    mean, std = rank_moments(counts.rank_sum, counts.rank_squares, _defined(total))
    result: dict[str, Floats] = {"rank_mean": mean.reshape(shape), "rank_std": std.reshape(shape)}
    if counts.rank.size:
        found = rank_quantiles(counts.rank, levels)
        result |= {"rank_quantile": found.reshape(*shape, len(levels))}
        # Nothing agrees with, or is correlated to, a ranking in which all mines are tied.
        alike = (baseline == 1).all(axis=0)
        tied = np.where(alike, counts.tau.sum(axis=1), counts.tied)
        result |= kendall_statistics(counts.tau, counts.unchanged, tied, levels)
    return result


def _correlation(total: BlockTally) -> Floats:
    """Correlation of S and P; NaN where one of them is constant, or undefined in some sample."""
    objects = total.products.shape[1]
    both = of_each(_of_total(total.moments), lambda array: array[: 2 * objects].reshape(2, -1))
    draws, mean, squares = both
    usable = (draws == total.samples) & varies(squares / np.maximum(draws, 1), mean)
    scale = np.where(usable.all(axis=0), np.sqrt(squares[0]) * np.sqrt(squares[1]), np.nan)
    return np.asarray(np.clip(total.products[0] / scale, -1, 1))


def largest_error(total: BlockTally) -> float:
    """Largest Monte Carlo standard error, or bound of it, of the reported probabilities.

    That of a single draw, which has none, is 1: nothing is known of the probability.
    """
    # A flip from the baseline's class is as likely as its class is not: its error is the same.
    shape = (1, len(total.counts.overload))
    found = [(event.share, event.error) for event in _events(total, shape)]
    found.append(probability(total.counts.rank_same, _defined(total)))
    found.append(probability(total.counts.unchanged, total.counts.tau.sum(axis=1)))
    found.append(probability(total.obstacle_top5, total.obstacles.draws[0]))
    unknown = (np.where(np.isnan(error), ~np.isnan(share), error) for share, error in found)
    return float(max(errors.max(initial=0.0) for errors in unknown))


class _Event(NamedTuple):
    """Probabilities of what draws were counted for, with their standard errors."""

    name: str
    share: Floats
    error: Floats


def _events(total: BlockTally, shape: tuple[int, int]) -> Iterator[_Event]:
    counts = total.counts
    for name, classes in (("zone", counts.zone), ("grade", counts.grade), ("rank", counts.rank)):
        if classes.size:
            table = classes.reshape(*shape, classes.shape[1])
            yield _Event(name, *probability(table, table.sum(axis=-1, keepdims=True)))
    defined = _defined(total).reshape(shape)
    yield _Event("overload", *probability(counts.overload.reshape(shape), defined))
    first = counts.first_overload
    share, error = probability(first, first.sum(axis=-1, keepdims=True))
    yield _Event("overload_first", share[:, :-1], error[:, :-1])
    yield _Event("overload_never", share[:, -1], error[:, -1])
    if counts.above.size:
        yield _Event("outranks", *probability(counts.above, counts.both))
    if counts.increase.size:
        mines = len(counts.increase) // len(INDICES)
        draws = _of_total(total.moments).draws[-len(counts.increase) :]
        for number, name in enumerate(INDICES):
            rows = slice(number * mines, (number + 1) * mines)
            yield _Event(f"{name}_increase", *probability(counts.increase[rows], draws[rows]))
            peak = counts.peak[rows]
            yield _Event(f"{name}_peak", *probability(peak, peak.sum(axis=-1, keepdims=True)))


def _flips(total: BlockTally, baseline: Arrays, shape: tuple[int, int]) -> Iterator[_Event]:
    """Probabilities that classes differ from the baseline's; NaN where that one is undefined."""
    counts, defined = total.counts, _defined(total).reshape(shape)
    for name, classes, lowest in (("zone", counts.zone, 0), ("grade", counts.grade, 1)):
        base = baseline[f"{name}_baseline"].astype(np.int64)
        table = classes.reshape(*shape, classes.shape[1])
        place = np.maximum(base - lowest, 0)[..., None]
        draws = np.where(base >= lowest, table.sum(axis=-1), 0)
        hits = draws - np.take_along_axis(table, place, axis=-1)[..., 0]
        yield _Event(f"{name}_flip", *probability(hits, draws))
    draws = np.where(baseline["rank_baseline"] >= 1, defined, 0)
    hits = defined - counts.rank_same.reshape(shape)
    yield _Event("rank_flip", *probability(hits, draws))
    recc, over = baseline["recc_baseline"], counts.overload.reshape(shape)
    draws = np.where(np.isnan(recc), 0, defined)
    yield _Event("overload_flip", *probability(np.where(recc >= 1, defined - over, over), draws))


def _defined(total: BlockTally) -> NDArray[np.int64]:
    """In how many draws C is defined, by object."""
    objects = len(total.counts.overload)
    return total.moments.draws[0, 2 * objects : 3 * objects]


def _of_total(moments: Moments) -> Moments:
    """Moments of a total, whose only unit it is itself."""
    return of_each(moments, lambda array: array[0])


def _as_total(moments: Moments) -> Moments:
    """Moments of a total, with the axis of the units."""
    return of_each(moments, lambda array: array[None])
