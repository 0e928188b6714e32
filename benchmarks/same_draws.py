"""Ours and a peer's numbers of the same draws, and how far they may be apart."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

import recc_mc as rm
from benchmarks.case import Array, Result
from recc_mc.sampling.noise import cell_noise
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


def cell_variates(study: rm.Study, samples: int, stream: int = 0) -> Array:
    """Variates of the cells (sample, mine, year, indicator), as the kernels draw them.

    Parameters
    ----------
    study
        The case study, or one of its shape.
    samples
        How many.
    stream
        Base of the streams: 0 of a simulation, others of the rows of a decomposition.
    """
    model, shape = CompiledStudy.of(study), study.panel.values.shape
    noise = [cell_noise(model, j, SEED, samples, stream=stream) for j in range(shape[-1])]
    return np.stack(noise, axis=-1).astype(float).transpose(1, 0, 2).reshape(samples, *shape)


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
