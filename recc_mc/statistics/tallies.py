"""All that a summary needs of draws: small, whatever the number of samples, and mergeable."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.classes import UNDEFINED
from recc_mc.kernels.records import Draws
from recc_mc.kernels.tally import Counts, Moments
from recc_mc.run.blocks import Block
from recc_mc.run.tallies import BlockTally, Panel, tally_arrays
from recc_mc.statistics.moments import add_units, mean_and_deviation
from recc_mc.statistics.obstacles import obstacle_statistics
from recc_mc.statistics.probability import probability

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


def tally(draws: Arrays, cr_limit: float, *, compared: bool = True) -> BlockTally:
    """Tally of consecutive samples, from the beginning of a unit on.

    Parameters
    ----------
    draws
        Arrays of the variables `TALLIED`, (mine, year, sample) or (..., sample).
    cr_limit
        Limit of the consistency ratio.
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
    nothing = np.zeros((0, 0))
    counts = nothing.astype(np.int64)
    rows = Draws(**flat, obstacle_sum=nothing, obstacle_top5=counts, obstacle_defined=counts)
    panel = Panel(mines, years, len(flat["weight"]), len(flat["repair"]))
    return tally_arrays(rows, panel, cr_limit, compared=compared)


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
    moments = add_units(None if total is None else _of_total(total), part.moments)
    obstacles = np.zeros(part.obstacle_sum.shape[1:]) if total is None else total.obstacle_sum[0]
    for unit in part.obstacle_sum:
        obstacles = obstacles + unit
    merged = part._replace(
        moments=Moments(moments.draws[None], moments.mean[None], moments.squares[None]),
        obstacle_sum=obstacles[None],
    )
    if total is None:
        return merged
    return merged._replace(
        samples=total.samples + part.samples,
        counts=Counts(*(one + other for one, other in zip(total.counts, part.counts, strict=True))),
        histogram=total.histogram + part.histogram,
        least=np.minimum(total.least, part.least),
        most=np.maximum(total.most, part.most),
        obstacle_top5=total.obstacle_top5 + part.obstacle_top5,
        obstacle_defined=total.obstacle_defined + part.obstacle_defined,
    )


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


def tally_statistics(total: BlockTally, baseline: Arrays) -> dict[str, NDArray[Any]]:
    """Statistics of all samples.

    Parameters
    ----------
    total
        The tally of all samples.
    baseline
        Deterministic S, P and C (mine, year), ``support_baseline`` and so on.

    Returns
    -------
    dict
        Arrays by the names of the variables of the group ``summary``; all but the quantiles, and
        without the obstacles if the tally has none.
    """
    shape = baseline["recc_baseline"].shape
    mean, error, std = mean_and_deviation(_of_total(total))
    objects = shape[0] * shape[1]
    result: dict[str, NDArray[Any]] = {}
    for number, name in enumerate(INDICES):
        rows = slice(number * objects, (number + 1) * objects)
        result[f"{name}_mean"] = mean[rows].reshape(shape)
        result[f"{name}_mean_error"] = error[rows].reshape(shape)
        result[f"{name}_std"] = std[rows].reshape(shape)
        result[f"{name}_bias"] = result[f"{name}_mean"] - baseline[f"{name}_baseline"]
    result |= {"weight_mean": mean[3 * objects :], "weight_std": std[3 * objects :]}
    result["recc_undefined"] = total.samples - _defined(total).reshape(shape)
    for event in _events(total, shape):
        result[f"{event.name}_probability"] = event.share
        result[f"{event.name}_probability_error"] = event.error
    for name in ("accepted", "repaired", "redrawn"):
        result[f"share_{name}"] = getattr(total.counts, name) / total.samples
    if total.obstacle_defined.any():
        cells = (*shape, total.obstacle_top5.shape[1])
        result |= obstacle_statistics(
            total.obstacle_sum[0].reshape(cells),
            total.obstacle_top5.reshape(cells),
            total.obstacle_defined.reshape(cells),
        )
    return result


def largest_error(total: BlockTally) -> float:
    """Largest Monte Carlo standard error of the reported probabilities."""
    shape = (1, len(total.counts.overload))
    errors = [np.nanmax(event.error, initial=0.0) for event in _events(total, shape)]
    _, error = probability(total.obstacle_top5, total.obstacle_defined)
    return float(max(*errors, np.nanmax(error, initial=0.0)))


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
    if counts.above.size:
        yield _Event("outranks", *probability(counts.above, counts.both))


def _defined(total: BlockTally) -> NDArray[np.int64]:
    """In how many draws C is defined, by object."""
    objects = len(total.counts.overload)
    return total.moments.draws[0, 2 * objects : 3 * objects]


def _of_total(total: BlockTally) -> Moments:
    """Moments of a total, whose only unit it is itself."""
    moments = total.moments
    return Moments(moments.draws[0], moments.mean[0], moments.squares[0])
