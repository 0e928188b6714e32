"""Noise of single cells: as the kernels draw it, of one indicator at a time."""

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.cells import fill_words
from recc_mc.kernels.options import LANES
from recc_mc.kernels.philox import CELLS
from recc_mc.kernels.variates import fill_cell_variates
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["cell_noise"]


def cell_noise(
    model: CompiledStudy, indicator: int, seed: int, samples: int, *, stream: int = 0
) -> NDArray[np.float32] | None:
    """Noise of the cells of an indicator, of the first samples of a run.

    Parameters
    ----------
    model
        The study.
    indicator
        Number of the indicator.
    seed
        Seed of the run.
    samples
        How many.
    stream
        Base of its streams: 0 of a simulation, others of the rows of a variance decomposition.

    Returns
    -------
    numpy.ndarray or None
        In standard deviations (object, sample), the years of a mine following each other, in
        single precision as the kernels have it; None where the indicator has no such noise.
    """
    error = model.plan.indicators[indicator]
    if not error["has_cells"]:
        return None
    objects = model.plan.cells.shape[-1]
    # Four objects share one counter of the generator.
    words = np.empty((-(-objects // 4) * 4, LANES), np.uint32)
    xi = np.empty(words.shape, np.float32)
    found = np.empty((objects, -(-samples // LANES) * LANES), np.float32)
    own = np.uint64(stream + CELLS) + error["stream"]
    for first in range(0, samples, LANES):
        fill_words(indicator, first, own, np.uint64(seed), words)
        fill_cell_variates(error["variate"], words, xi)
        found[:, first : first + LANES] = xi[:objects]
    return found[:, :samples]
