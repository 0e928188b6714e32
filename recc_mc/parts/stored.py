"""Draws of all blocks as dask arrays that are read from the parts when they are used."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.records import Plan
from recc_mc.parts.parts import Parts
from recc_mc.sampling.draws import drawn_pattern, empty_draws
from recc_mc.summary.obstacles import Obstacles
from recc_mc.workers.blocks import Block

__all__ = ["stored_columns", "stored_draws"]


def stored_draws(
    plan: Plan, parts: Parts, blocks: Sequence[Block]
) -> tuple[dict[str, Any], Obstacles]:
    """Draws of all blocks.

    Parameters
    ----------
    plan
        The study.
    parts
        Parts of the run, all of them intact.
    blocks
        The blocks in their order; each becomes one chunk of every array.

    Returns
    -------
    tuple
        The same as of `recc_mc.parts.memory.Memory.draws`, but dask arrays.

    Raises
    ------
    ValueError
        If there are no blocks.
    """
    arrays = stored_columns(drawn_pattern(plan), parts, blocks)
    pattern = empty_draws(plan, 0)
    names = [name for name in pattern._fields if name.startswith("obstacle_")]
    totals: Obstacles | None = None
    for block in blocks:
        part = parts.open(block)
        degrees = {name: part.array(name) for name in names}
        totals = Obstacles.of(pattern._replace(**degrees)).after(totals)
    if totals is None:
        raise ValueError("no blocks")
    return arrays, totals


def stored_columns(
    pattern: Mapping[str, NDArray[Any]], parts: Parts, blocks: Sequence[Block]
) -> dict[str, Any]:
    """What the results of blocks hold for each sample.

    Parameters
    ----------
    pattern
        Arrays (..., sample) of no samples, by the names of the results' fields.
    parts, blocks
        As of `stored_draws`.

    Returns
    -------
    dict
        Dask arrays by name.
    """
    # Most results fit into memory and need not wait for this import.
    import dask.array as da

    sizes = tuple(block.samples for block in blocks)
    arrays: dict[str, Any] = {}
    for name, none in pattern.items():
        stored = StoredVariable(none, parts, blocks, name)
        arrays[name] = da.from_array(
            stored,
            chunks=(*stored.shape[:-1], sizes),
            name=f"{name}-{parts.manifest.run}-{stored.shape[-1]}",
            asarray=False,
            fancy=False,
            meta=np.empty((0,) * stored.ndim, stored.dtype),
        )
    return arrays


class StoredVariable:
    """One variable of all blocks, as much like an array as dask asks of what it reads from.

    Parameters
    ----------
    pattern
        The variable (..., sample) of no samples.
    parts
        Parts of the run.
    blocks
        The blocks in their order.
    name
        Name of the variable in the parts.
    """

    def __init__(
        self, pattern: NDArray[Any], parts: Parts, blocks: Sequence[Block], name: str
    ) -> None:
        samples = sum(block.samples for block in blocks)
        self.dtype: np.dtype[Any] = pattern.dtype
        self.shape: tuple[int, ...] = (*pattern.shape[:-1], samples)
        self.ndim = len(self.shape)
        self._source = (parts, name)
        self._blocks = tuple(blocks)
        self._firsts = [block.first for block in blocks]

    def __getitem__(self, index: tuple[Any, ...]) -> NDArray[Any]:
        """Part of a single block, whose file does not stay open: there may be very many blocks."""
        *cells, samples = index
        start, stop, step = samples.indices(self.shape[-1])
        block = self._blocks[bisect_right(self._firsts, start) - 1]
        parts, name = self._source
        array = parts.open(block).array(name).reshape(*self.shape[:-1], block.samples)
        inside = slice(start - block.first, stop - block.first, step)
        # Copied, so that a part of it does not keep all of it in memory.
        return np.array(array[(*cells, inside)])
