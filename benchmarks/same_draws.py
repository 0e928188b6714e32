"""Ours and a peer's numbers of the same draws, and how far they may be apart."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

import recc_mc as rm
from benchmarks.case import Array, Result
from recc_mc.kernels.cells import fill_words
from recc_mc.kernels.options import LANES
from recc_mc.kernels.philox import CELLS
from recc_mc.kernels.variates import NORMAL, fill_cell_variates
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy

SEED = 1
INDICES = ("support", "pressure", "recc")
CLASSES = ("zone", "rank")


class SameDraws(NamedTuple):
    """Draws of a simulation, and what it makes of them."""

    u: Array  # (column, sample) of the unit cube
    cells: Array  # (sample, mine, year, indicator), standard normal
    ours: Result  # (mine, year, sample)


def same_draws(study: rm.Study, samples: int) -> SameDraws:
    """The first samples of a simulation of the case study."""
    draws = rm.simulate(study, samples=samples, seed=SEED, keep="samples", scheduler="synchronous")
    ours = {
        name: draws[name].transpose("mine", "year", "sample").values
        for name in (*INDICES, *CLASSES)
    }
    columns = CompiledStudy.of(study).columns
    return SameDraws(
        RandomDesign(columns, SEED).rows(0, samples), cell_variates(study, samples), ours
    )


def cell_variates(study: rm.Study, samples: int) -> Array:
    """Variates of the cells (sample, mine, year, indicator), as the kernels draw them."""
    mines, years, indicators = study.panel.values.shape
    words = np.empty((-(-mines * years // 4) * 4, LANES), np.uint32)
    xi = np.empty(words.shape, np.float32)
    cells = np.empty((samples + -samples % LANES, mines * years, indicators))
    for j in range(indicators):
        for first in range(0, samples, LANES):
            fill_words(j, first, np.uint64(CELLS), np.uint64(SEED), words)
            fill_cell_variates(NORMAL, words, xi)
            cells[first : first + LANES, :, j] = xi[: mines * years].T
    return cells[:samples].reshape(samples, mines, years, indicators)


def agreement(ours: Mapping[str, Array], theirs: Mapping[str, Array], most: float) -> float:
    """The power of ten below which all indices agree, of values of the order of 1.

    Parameters
    ----------
    ours, theirs
        Indices and classes, with the same number of elements and samples last.
    most
        Tolerance; a class may differ in as large a share of the cases, which lie next to a border.

    Raises
    ------
    ArithmeticError
        If something is farther apart.
    """
    worst = 0.0
    for name in (*INDICES, *CLASSES):
        expected = ours[name]
        got = np.asarray(theirs[name]).reshape(expected.shape)
        apart = got != expected if name in CLASSES else np.abs(got - expected)
        error = float(apart.mean() if name in CLASSES else apart.max())
        if not error <= most:
            raise ArithmeticError(f"{name} differs from ours by {error:.1e} on the same draws")
        if name in INDICES:
            worst = max(worst, error)
    return float(10.0 ** np.ceil(np.log10(worst))) if worst else 0.0
