"""Draws of a study and of another one side by side: the same samples, the same random numbers."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.errors import RunError
from recc_mc.machine.stopping import Stop
from recc_mc.sampling.draws import compute_block, fit_chunk
from recc_mc.summary.probability import bound_of_certain, probability
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut, in_order
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["Last", "Run", "last_draws", "statistics"]


class Run(NamedTuple):
    """Settings, checked."""

    samples: int
    seed: int
    chunk: int
    placement: Placement
    progress: bool


class Last(NamedTuple):
    """Draws of the last year (mine, sample): C or the only index, and the rank, 0 if undefined."""

    ratio: Floats
    rank: NDArray[np.int16]


def last_draws(model: CompiledStudy, run: Run) -> Last:
    """Draws of the last year of all samples.

    Parameters
    ----------
    model
        The study.
    run
        Settings.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    plan = model.plan
    blocks = cut(run.samples, fit_chunk(plan, run.chunk), plan.options.unit)
    results = stream(
        partial(_compute, model, run.seed, plan.options.years),
        blocks,
        scheduler=run.placement,
        progress=False,
        stop=Stop(),
    )
    with closing(results):
        parts: Sequence[Last] = list(in_order(results))
    return Last(
        np.concatenate([part.ratio for part in parts], axis=1),
        np.concatenate([part.rank for part in parts], axis=1),
    )


def _compute(model: CompiledStudy, seed: int, years: int, block: Block) -> Last:
    draws = compute_block(model, seed, block)
    return Last(draws.recc[years - 1 :: years].copy(), draws.rank[years - 1 :: years].copy())


def statistics(reference: Last, other: Last | RunError) -> dict[str, Floats]:
    """Statistics (mine,) of draws, and of their changes against those of a reference.

    Standard errors of changes are those of paired differences, sd(d) / sqrt(n). Where no draw
    crosses a line although draws differ, that of a probability is the bound 3 / n; where all draws
    are those of the reference, there is none.

    Parameters
    ----------
    reference, other
        Draws of the same samples.
    """
    if isinstance(other, RunError):
        nothing = np.full(len(reference.ratio), np.nan)
        return dict.fromkeys(_NAMES, nothing)
    found: dict[str, Floats] = {}
    same = bool(np.array_equal(reference.ratio, other.ratio, equal_nan=True))
    for name, (event, defined) in _events(other).items():
        was, known = _events(reference)[name]
        found |= _pair(name, probability((event & defined).sum(1), defined.sum(1)))
        both = defined & known
        change, error = _change(np.where(both, event * 1.0 - was, np.nan))
        bound = 0.0 if same else bound_of_certain(both.sum(1))
        error = np.where((error == 0) & (change == 0), bound, error)
        found |= _pair(f"{name}_change", (change, error))
    for name, (value, before) in {
        "index_mean": (other.ratio, reference.ratio),
        "rank_mean": (_ranks(other), _ranks(reference)),
    }.items():
        found |= _pair(name, _change(value))
        found |= _pair(f"{name}_change", _change(value - before))
    return found


def _pair(name: str, values: tuple[Any, Any]) -> dict[str, Floats]:
    return {name: np.asarray(values[0]), f"{name}_error": np.asarray(values[1])}


_NAMES = tuple(
    f"{name}{change}{error}"
    for name in ("first_probability", "overload_probability", "index_mean", "rank_mean")
    for change in ("", "_change")
    for error in ("", "_error")
)


def _events(draws: Last) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """What may happen to a mine in a draw, and whether the draw can tell."""
    return {
        "first_probability": (draws.rank == 1, draws.rank > 0),
        "overload_probability": (draws.ratio >= 1, ~np.isnan(draws.ratio)),
    }


def _ranks(draws: Last) -> Floats:
    return np.where(draws.rank > 0, draws.rank, np.nan)


def _change(values: Floats) -> tuple[Floats, Floats]:
    """Mean over the samples that have a value, and its standard error; NaN of too few."""
    known = ~np.isnan(values)
    count = known.sum(1)
    total = np.where(known, values, 0.0).sum(1)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    apart = np.where(known, values - mean[:, None], 0.0)
    variance = (apart**2).sum(1) / np.maximum(count - 1, 1)
    return mean, np.where(count > 1, np.sqrt(variance / np.maximum(count, 1)), np.nan)
