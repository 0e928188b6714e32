"""All that a summary needs of draws: small, whatever the number of samples, and mergeable."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.classes import UNDEFINED
from recc_mc.kernels.records import Draws, Plan
from recc_mc.labels.declaration import DRAWN, INDICES, classes, drawn, table
from recc_mc.labels.further import drawn_further
from recc_mc.labels.index import baselines, matrix_draws
from recc_mc.sampling.draws import FURTHER, PER_SAMPLE, empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary import first
from recc_mc.summary.classes import Classes
from recc_mc.summary.family import Baseline, Batch, Family, Finish, Sizes
from recc_mc.summary.further import Further
from recc_mc.summary.indices import Indices
from recc_mc.summary.ledger import Ledger
from recc_mc.summary.obstacles import Obstacles
from recc_mc.summary.overload import Overload
from recc_mc.summary.probability import largest_of
from recc_mc.summary.quantiles import Quantiles
from recc_mc.summary.ranking import Ranking
from recc_mc.summary.sketch import Edges
from recc_mc.summary.trends import Trends
from recc_mc.summary.weights import Weights
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

__all__ = [
    "FAMILIES",
    "SAMPLES",
    "SUMMARY",
    "Tally",
    "add_block",
    "compute_tally",
    "empty_tally",
    "largest_error",
    "tally",
    "tally_of_draws",
    "tally_statistics",
]

Arrays = Mapping[str, NDArray[Any]]


class Tally(NamedTuple):
    """Some consecutive samples: a field, and with it everything else, for each family."""

    samples: int
    indices: Indices
    quantiles: Quantiles
    trends: Trends
    weights: Weights
    classes: Classes
    ranking: Ranking
    overload: Overload
    obstacles: Obstacles
    ledger: Ledger
    further: Further


FAMILIES: Mapping[str, type[Family]] = {
    name: kind for name, kind in get_type_hints(Tally).items() if name != "samples"
}
"""The families of statistics by their fields."""
SUMMARY = table(
    *(family.variables() for family in FAMILIES.values()), first.variables(), baselines()
)
"""Variables of the group ``summary``."""
SAMPLES = table(
    (drawn(name, DRAWN, label) for name, label in INDICES.items()),
    classes(DRAWN),
    [drawn("weight", ("indicator", "sample"), "combined weight of the indicator")],
    matrix_draws(),
    drawn_further(drawn, ("sample",)),
    baselines(),
    Obstacles.variables(),
    first.variables(),
)
"""Variables of the group ``samples``."""

_CODES = {"zone": np.int8, "grade": np.int8, "rank": np.int16, "redraws": np.int8}
_CODES |= {"coordination_class": np.int8, "fuzzy_grade": np.int8}


def empty_tally(sizes: Sizes, units: int) -> Tally:
    """A tally of nothing, to which so many units will be added."""
    return Tally(0, *(family.empty(sizes, units) for family in FAMILIES.values()))  # type: ignore[arg-type]


def _families(tally: Tally) -> Iterable[Any]:
    """States of the families."""
    return tally[1:]


def _add(tally: Tally, batch: Batch) -> None:
    for family in _families(tally):
        family.add(batch)


def compute_tally(
    model: CompiledStudy, seed: int, edges: Edges, baseline: Baseline, compared: bool, block: Block
) -> Tally:
    """Draw a block and tally it, one unit of samples in memory at a time.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    edges
        What the bins of the sketch hang on.
    baseline
        What the draws are compared with.
    compared
        Whether ranks and pairs of mines are counted.
    block
        Which samples.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    size = model.plan.options.unit
    units = -(-block.samples // size)
    weighed = min(block.samples, max(0, first.FIRST - block.first))
    sizes = Sizes.of(model.plan, edges, compared=compared, weighed=weighed)
    tally = empty_tally(sizes, units)
    draws = empty_draws(model.plan, size, weights=weighed > 0)
    for unit in range(units):
        start = block.first + unit * size
        samples = min(size, block.first + block.samples - start)
        rows = RandomDesign(model.columns, seed).rows(start, samples)
        draws = tally.obstacles.take_in(draws, unit)
        fill_draws(model, rows, draws, seed=seed, first=start)
        _add(tally, Batch(draws, samples, unit, sizes, baseline, model.plan.options.cr_limit))
    return tally._replace(samples=block.samples)


def tally_of_draws(plan: Plan, draws: Draws, baseline: Baseline, *, compared: bool) -> Tally:
    """Tally of a block's draws, without sketches.

    Parameters
    ----------
    plan
        The study.
    draws
        The draws.
    baseline
        What they are compared with.
    compared
        Whether ranks and pairs of mines are counted.
    """
    # Kernels are compiled for contiguous arrays that may be written to.
    copies: dict[str, Any] = {
        name: np.array(array, order="C") for name, array in draws._asdict().items()
    }
    own = Draws(**copies)
    return _tally(own, Sizes.of(plan, compared=compared), plan.options.cr_limit, baseline)


def _tally(draws: Draws, sizes: Sizes, cr_limit: float, baseline: Baseline) -> Tally:
    samples = draws.recc.shape[1]
    tally = empty_tally(sizes, -(-samples // sizes.unit))
    _add(tally, Batch(draws, samples, 0, sizes, baseline, cr_limit))
    return tally._replace(samples=samples)


def tally(draws: Arrays, cr_limit: float, baseline: Baseline, *, compared: bool = True) -> Tally:
    """Tally of consecutive samples, from the beginning of a unit on, without obstacle degrees.

    Parameters
    ----------
    draws
        Arrays of the variables `PER_SAMPLE`, and of those of `FURTHER` that there are, (mine, year,
        sample) or (..., sample); those of matrices may be left out if there are none.
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
    none = np.empty((0, samples))
    flat: dict[str, Any] = {
        name: np.ascontiguousarray(_as_type(draws.get(name, none), name).reshape(-1, samples))
        for name in (*PER_SAMPLE, *(name for name in FURTHER if name in draws))
    }
    further = {name: len(flat[name]) for name in FURTHER if name in flat}
    for name in set(FURTHER).difference(further):
        flat[name] = np.empty((0, samples), _CODES.get(name, np.float64))
    # Obstacle degrees are no draws: their totals come with the samples.
    flat |= {name: np.zeros((0, 0, 0)) for name in Draws._fields if name not in flat}
    sizes = Sizes(mines, years, len(flat["weight"]), len(flat["repair"]), compared, further=further)
    return _tally(Draws(**flat), sizes, cr_limit, baseline)


def _as_type(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Draws in the type of the kernels; an undefined class may have been read as NaN."""
    kind = _CODES.get(name)
    if kind is None:
        return array.astype(np.float64, copy=False)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), UNDEFINED, array)
    return array.astype(kind, copy=False)


def add_block(total: Tally | None, part: Tally) -> Tally:
    """Tally of all samples so far with that of the following ones added.

    The result is the same, bit for bit, however the samples were cut into parts, as long as every
    part begins with a unit.
    """
    if total is None:
        return part
    pairs = zip(_families(total), _families(part), strict=True)
    return Tally(total.samples + part.samples, *(one.merge(other) for one, other in pairs))


def tally_statistics(total: Tally, known: Finish) -> dict[str, NDArray[Any]]:
    """Statistics of all samples.

    Parameters
    ----------
    total
        The tally of all samples.
    known
        What else is known.

    Returns
    -------
    dict
        Arrays by the names of the variables of the group ``summary``: all of the families, of
        tallies without sketches or obstacle degrees but theirs.
    """
    found: dict[str, NDArray[Any]] = {}
    for family in _families(total):
        found |= family.finish(known)
    return found


def largest_error(total: Tally) -> float:
    """Largest Monte Carlo standard error, or bound of it, of the reported probabilities.

    That of a single draw, which has none, is 1: nothing is known of the probability.
    """
    return largest_of(chance for family in _families(total) for chance in family.chances())
