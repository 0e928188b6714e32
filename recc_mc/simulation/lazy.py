"""Draws that do not fit into memory as dask arrays, computed when they are used."""

from typing import Any

import dask.array as da
import numpy as np
from dask.delayed import delayed
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.records import Draws, Plan
from recc_mc.labels.dataset import coordinates
from recc_mc.sampling.draws import by_cell, compute_block, empty_draws, per_sample
from recc_mc.simulation.settings import blocks_of
from recc_mc.simulation.simulated import Simulated
from recc_mc.summary.first import sample_counts
from recc_mc.summary.obstacles import OBSTACLES, Obstacles
from recc_mc.summary.tally import SAMPLES
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Blocks

__all__ = ["lazy_arrays"]

# A graph of more blocks takes gigabytes by itself, before anything is computed.
_MOST_BLOCKS = 200_000
# Blocks whose obstacle degrees are added up by one task.
_ADDED_AT_ONCE = 100


def lazy_arrays(product: Simulated) -> dict[str, "da.Array"]:
    """Arrays of the group ``samples``, none of them computed.

    Parameters
    ----------
    product
        What the run makes, each block of which becomes one chunk of every array of draws.

    Raises
    ------
    InputError
        If there are too many blocks.
    """
    model, settings = product.model, product.settings
    plan, blocks = model.plan, blocks_of(model.plan, settings)
    if len(blocks) > _MOST_BLOCKS:
        raise InputError(
            f"samples: dask arrays of {blocks.samples:,} draws would have {len(blocks):,} blocks, "
            f'more than {_MOST_BLOCKS:,}; use keep="summary", a larger chunk or fewer samples'
        )
    # An array of one element per block, all of its draws: variables of a block share them.
    numbers = da.arange(len(blocks), chunks=1)
    nothing = np.empty(0, object)
    draws = numbers.map_blocks(_draw, model, settings.seed, blocks, dtype=object, meta=nothing)
    sizes = tuple(block.samples for block in blocks)
    pattern = empty_draws(plan, 0)
    arrays = {
        name: _variable(plan, name, draws, by_cell(plan, name, getattr(pattern, name)), sizes)
        for name in per_sample(plan)
    }
    degrees = draws.map_blocks(_degrees, dtype=object, meta=nothing)
    lengths = {name: len(coord) for name, coord in coordinates(product.study).items()}
    statistics = {
        OBSTACLES: delayed(product.obstacles)(_totals(degrees)),
        tuple(sample_counts(plan, blocks.samples)): delayed(product.first)(blocks.samples),
    }
    for names, found in statistics.items():
        for name in names:
            shape = tuple(lengths[dim] for dim in SAMPLES[name].dims)
            arrays[name] = da.from_delayed(found[name], shape, meta=np.empty((0,) * len(shape)))
    return arrays


def _variable(
    plan: Plan, name: str, draws: "da.Array", pattern: NDArray[Any], sizes: tuple[int, ...]
) -> "da.Array":
    leading = pattern.shape[:-1]
    chunks = (*((length,) for length in leading), sizes)
    axes = list(range(len(leading)))
    kind = {"chunks": chunks, "new_axis": axes, "meta": pattern}
    array: da.Array = da.map_blocks(_take, draws, plan, name, **kind)
    return array


def _totals(degrees: "da.Array") -> Any:
    # A chain and no tree: floating sums are equal only if they run in the same order.
    totals: Any = None
    # Not optimized by itself: draws would be computed once more for it.
    blocks = degrees.to_delayed(optimize_graph=False)
    for first in range(0, len(blocks), _ADDED_AT_ONCE):
        totals = delayed(_add)(totals, list(blocks[first : first + _ADDED_AT_ONCE]))
    return totals


def _draw(
    numbers: NDArray[np.int64], model: CompiledStudy, seed: int, blocks: Blocks
) -> NDArray[Any]:
    return _element(compute_block(model, seed, blocks[int(numbers[0])]))


def _take(draws: NDArray[Any], plan: Plan, name: str) -> NDArray[Any]:
    return by_cell(plan, name, getattr(draws[0], name))


def _degrees(draws: NDArray[Any]) -> NDArray[Any]:
    return _element(Obstacles.of(draws[0]))


def _element(value: Draws | Obstacles) -> NDArray[Any]:
    """An array of one element, which may be a sequence of arrays itself."""
    array = np.empty(1, object)
    array[0] = value
    return array


def _add(totals: Obstacles | None, degrees: list[NDArray[Any]]) -> Obstacles | None:
    for block in degrees:
        totals = block[0].after(totals)
    return totals
