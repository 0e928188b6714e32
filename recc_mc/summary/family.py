"""What a family of statistics is: all that is known of it stands in one module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.chain import unit_size
from recc_mc.kernels.options import kernel, tile_code
from recc_mc.kernels.records import Draws, Plan
from recc_mc.labels.declaration import INDICES, Declarations
from recc_mc.sampling.draws import FURTHER, empty_draws
from recc_mc.summary.probability import probability
from recc_mc.summary.sketch import Edges

__all__ = [
    "SCORES",
    "Baseline",
    "Batch",
    "Family",
    "Finish",
    "Sizes",
    "added",
    "baseline_of",
    "series_of",
    "shares",
]

SCORES = ("criterion_score", "coordination", "fuzzy_score")
"""What is made of an index beside it that has quantiles."""

Arrays = dict[str, NDArray[Any]]
Chances = Iterable[tuple[NDArray[Any], NDArray[Any]]]
Counts = TypeVar("Counts", bound=tuple[Any, ...])


@dataclass(frozen=True)
class Sizes:
    """Sizes of a study, and what decides others of a tally.

    Parameters
    ----------
    mines, years, indicators, matrices
        How many there are.
    compared
        Whether ranks and pairs of mines are counted, tables that grow with mines squared.
    edges
        What the bins of the sketches hang on; without, none is kept.
    weighed
        Of how many samples, from the beginning on, AHP and objective weights are kept.
    further
        Rows of what is made of an index beside it, by name; none where nobody asks for it.
    """

    mines: int
    years: int
    indicators: int
    matrices: int
    compared: bool
    edges: Edges | None = None
    weighed: int = 0
    further: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, plan: Plan, edges: Edges | None = None, *, compared: bool, weighed: int = 0
    ) -> "Sizes":
        """Sizes of a study's arrays."""
        mines, years = plan.options.mines, plan.options.years
        pattern = empty_draws(plan, 0)
        further = {name: len(getattr(pattern, name)) for name in FURTHER}
        indicators, matrices = len(plan.indicators), len(plan.matrices)
        return cls(mines, years, indicators, matrices, compared, edges, weighed, further)

    @property
    def objects(self) -> int:
        """Mines in all years."""
        return self.mines * self.years

    @cached_property
    def unit(self) -> int:
        """Samples over which floating sums run."""
        return unit_size(self.objects)

    @property
    def series(self) -> dict[str, int]:
        """How many rows each of `series_of` has."""
        rows = dict.fromkeys(INDICES, self.objects)
        changes = dict.fromkeys((f"{name}_change" for name in INDICES), self.mines)
        if self.years == 1:
            changes = dict.fromkeys(changes, 0)
        further = {name: self.further.get(name, 0) for name in SCORES}
        return rows | changes | {"weight": self.indicators} | further


class Baseline(NamedTuple):
    """What the draws are compared with: the deterministic index."""

    recc: NDArray[np.float64]  # (object,) NaN where it is undefined
    rank: NDArray[np.int64]  # (object,) -1 where it is undefined


def baseline_of(recc: NDArray[Any], rank: NDArray[Any]) -> Baseline:
    """What draws are compared with, as the kernels take it.

    Parameters
    ----------
    recc, rank
        Deterministic C and its rank (mine, year).
    """
    return Baseline(
        np.ascontiguousarray(recc, np.float64).ravel(), np.ascontiguousarray(rank, np.int64).ravel()
    )


@dataclass(frozen=True)
class Batch:
    """Draws of consecutive samples, to be added to a tally.

    Parameters
    ----------
    draws
        Draws from the beginning of a unit on.
    samples
        How many of them count.
    start
        Number of their first unit among those of the tally.
    sizes
        Sizes of the study.
    baseline
        What they are compared with.
    cr_limit
        Limit of the consistency ratio.
    """

    draws: Draws
    samples: int
    start: int
    sizes: Sizes
    baseline: Baseline
    cr_limit: float

    @cached_property
    def series(self) -> dict[str, NDArray[np.float64]]:
        """What there is a number of in each sample (row, sample)."""
        return series_of(self.draws, self.sizes.years)


def series_of(draws: Draws, years: int) -> dict[str, NDArray[np.float64]]:
    """What there is a number of in each sample (row, sample): S, P, C, changes, weights, `SCORES`.

    The changes, last year less first, are of no mines if both are one.
    """
    levels = {name: getattr(draws, name) for name in INDICES}
    changes = {f"{name}_change": _changes(rows, years) for name, rows in levels.items()}
    scores = {name: getattr(draws, name) for name in SCORES}
    return levels | changes | {"weight": draws.weight} | scores


def _changes(rows: NDArray[np.float64], years: int) -> NDArray[np.float64]:
    mines = len(rows) // years if years > 1 else 0
    changes = np.empty((mines, rows.shape[1]))
    _take_changes(np.ascontiguousarray(rows), years, changes)
    return changes


@kernel
def _take_changes(rows: NDArray[np.float64], years: int, changes: NDArray[np.float64]) -> None:
    """Last year less first of all mines."""
    tile_code()
    for mine in range(changes.shape[0]):
        for s in range(changes.shape[1]):
            changes[mine, s] = rows[mine * years + years - 1, s] - rows[mine * years, s]


class Finish(NamedTuple):
    """What is known when all samples are added up."""

    samples: int
    baseline: Mapping[str, NDArray[Any]]  # (mine, year) by names such as ``recc_baseline``
    levels: Sequence[float]  # probabilities of the quantiles
    # (criterion, indicator) members; None where the draws carry what is kept of obstacle degrees
    criteria: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mines and years."""
        mines, years = self.baseline["recc_baseline"].shape
        return mines, years


class Family(Protocol):
    """The state of a family of statistics, a named tuple of arrays and of more such tuples."""

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> Self:
        """State of no draws, to which so many units will be added."""

    def add(self, batch: Batch) -> None:
        """Add draws, in place."""

    def merge(self, following: Self) -> Self:
        """State of the samples of both; the result is the same however a run was cut."""

    def chances(self) -> Chances:
        """Hits and draws of all probabilities that `largest_error` looks at."""

    def finish(self, known: Finish) -> Arrays:
        """Arrays by the names of the variables."""

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""


def added(one: Counts, other: Counts) -> Counts:
    """Counts of both."""
    return type(one)(*(left + right for left, right in zip(one, other, strict=True)))


def shares(name: str, hits: NDArray[Any], draws: NDArray[Any]) -> Arrays:
    """A probability and its standard error by the names of their variables."""
    share, error = probability(hits, draws)
    return {f"{name}_probability": share, f"{name}_probability_error": error}
