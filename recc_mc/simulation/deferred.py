"""Draws of all blocks as dask arrays, computed when they are used."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import dask.array as da
from dask.base import tokenize
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph
from numpy.typing import NDArray

from recc_mc.kernels.records import Draws, Plan
from recc_mc.sampling.draws import PER_SAMPLE, by_cell, compute_block, empty_draws
from recc_mc.summary.obstacles import Obstacles
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import Block

__all__ = ["defer"]

Layer = dict[Any, Any]


def defer(
    model: Model, seed: int, blocks: Sequence[Block]
) -> tuple[dict[str, "da.Array"], Delayed]:
    """Describe the draws of all blocks without computing them.

    The graph is written down by hand: made of one `dask.delayed` call per block and variable it
    takes 15 s for 6,000 blocks, this way 0.1 s.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    blocks
        The blocks in their order; each becomes one chunk of every array.

    Returns
    -------
    tuple
        The same as of `recc_mc.simulation.collect.collect`: dask arrays by the names of
        `PER_SAMPLE`, and the totals of the obstacle degrees as a delayed value.
    """
    plan = model.plan
    token = tokenize(plan, model.columns, seed, blocks)
    study, drawn, totals = (f"{part}-{token}" for part in ("study", "draws", "obstacles"))
    keys = [(drawn, k) for k in range(len(blocks))]
    graph: dict[str, Layer] = {study: {study: model}}
    graph[drawn] = {
        key: (compute_block, study, seed, block) for key, block in zip(keys, blocks, strict=True)
    }
    # A chain and no tree: floating sums are equal only if they run in the same order.
    graph[totals] = {
        (totals, k): (_add, (totals, k - 1) if k else None, key) for k, key in enumerate(keys)
    }
    pattern = {
        name: by_cell(plan, name, getattr(empty_draws(plan, 0), name)) for name in PER_SAMPLE
    }
    for name, array in pattern.items():
        layer, leading = f"{name}-{token}", (0,) * (array.ndim - 1)
        graph[layer] = {
            (layer, *leading, k): (partial(_take, plan, name), key) for k, key in enumerate(keys)
        }
    uses = {layer: {drawn} for layer in graph} | {study: set(), drawn: {study}}
    layers = HighLevelGraph(graph, uses)
    sizes = tuple(block.samples for block in blocks)
    arrays = {
        name: da.Array(
            layers, f"{name}-{token}", (*((n,) for n in array.shape[:-1]), sizes), meta=array
        )
        for name, array in pattern.items()
    }
    return arrays, Delayed((totals, len(blocks) - 1), layers, layer=totals)


def _take(plan: Plan, name: str, draws: Draws) -> NDArray[Any]:
    return by_cell(plan, name, getattr(draws, name))


def _add(totals: Obstacles | None, draws: Draws) -> Obstacles:
    return Obstacles.of(draws).after(totals)
