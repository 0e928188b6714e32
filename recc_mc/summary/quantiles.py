"""Quantiles: exact of draws that are kept, else from sketches with bounds of their errors."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.labels.declaration import CELL, INDICES, NOT_NEGATIVE, Declarations, real
from recc_mc.sampling.draws import leading_shape, run_samples
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary.family import SCORES, Arrays, Batch, Chances, Finish, Sizes, series_of
from recc_mc.summary.further import AVERAGED
from recc_mc.summary.selection import extents, order_statistics
from recc_mc.summary.sketch import Edges, Sketch, add_rows, between, neighbours, sketch_quantiles
from recc_mc.summary.threads import in_threads
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["BINS", "Quantiles", "edges_of", "find_edges", "quantiles"]

BINS = 2048
"""Bins of a row of the sketch, a power of two; fewer where there are many rows."""
# The counts of one tally take no more than this.
_COUNT_BYTES = 2**28
_FEWEST_BINS = 64
# Bins are equally wide within this many interquartile ranges of the median, about two standard
# deviations of a normal distribution; 2048 bins are then 2^-9 of it wide.
_EVEN = 1.5
# Least distance within which they are, relative to the median or 1: of a pilot that does not vary.
_NARROWEST = 2.0**-40
_WIDEST = 2.0**1000
# Draws that a thread looks at together, a copy of its own.
_COPIED_BYTES = 2**22

FROM_SKETCH = (
    "only where samples were not kept: the quantiles are read from a sketch, and none is further "
    "than this from the quantile of the draws themselves, whatever their distribution"
)


class Quantiles(NamedTuple):
    """Sketches of what there is a number of in each sample; without places where not kept."""

    support: Sketch  # of every object
    pressure: Sketch
    recc: Sketch
    support_change: Sketch  # of every mine, if there are two years
    pressure_change: Sketch
    recc_change: Sketch
    weight: Sketch  # of every indicator
    criterion_score: Sketch  # of every object and criterion, if asked for; so are the following
    coordination: Sketch  # of every object
    fuzzy_score: Sketch  # of every system and object

    @classmethod
    def empty(cls, sizes: Sizes, units: int) -> "Quantiles":
        """State of no draws."""
        rows = sizes.series
        nothing = np.zeros(sum(rows.values()))
        edges = sizes.edges or Edges(nothing, nothing, 0)
        ends = np.cumsum(list(rows.values()))[:-1]
        parts = zip(np.split(edges.centre, ends), np.split(edges.scale, ends), strict=True)
        sketches = (Sketch.empty(*part, edges.bins, units * sizes.unit) for part in parts)
        return cls(**dict(zip(rows, sketches, strict=True)))

    def add(self, batch: Batch) -> None:
        """Add draws."""
        for name, sketch in self._asdict().items():
            if sketch.counts.size:
                add_rows(batch.series[name], batch.samples, batch.sizes.unit, sketch)

    def merge(self, following: "Quantiles") -> "Quantiles":
        """State of the samples of both."""
        return Quantiles(*(one.merge(other) for one, other in zip(self, following, strict=True)))

    def chances(self) -> Chances:
        """No probabilities."""
        return ()

    def finish(self, known: Finish) -> Arrays:
        """Arrays (..., quantile) with bounds of their errors, if there are sketches."""
        found: Arrays = {}
        for name, sketch in self._asdict().items():
            if sketch.counts.size:
                rows = leading_shape(name, len(sketch.counts), *known.shape)
                shape = (*rows, len(known.levels))
                values, bounds = sketch_quantiles(sketch, known.levels)
                found[f"{name}_quantile"] = values.reshape(shape)
                found[f"{name}_quantile_resolution"] = bounds.reshape(shape)
        return found

    @staticmethod
    def variables() -> Declarations:
        """What the variables are."""
        kinds: list[tuple[str, tuple[str, ...], str]]
        kinds = [(name, CELL, label) for name, label in INDICES.items()]
        for name, label in INDICES.items():
            change = f"change of the {label}, first to last year"
            kinds.append((f"{name}_change", ("mine",), change))
        kinds.append(("weight", ("indicator",), "combined weight"))
        kinds += [(name, *AVERAGED[name]) for name in SCORES]
        for name, dims, label in kinds:
            levels = (*dims, "quantile")
            yield real(f"{name}_quantile", levels, f"quantiles of the {label}")
            text = f"largest possible error of the quantiles of the {label}"
            attrs = {"comment": FROM_SKETCH, **NOT_NEGATIVE}
            yield real(f"{name}_quantile_resolution", levels, text, **attrs)


def quantiles(values: NDArray[np.floating], levels: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles along the last axis, linear between order statistics; NaN is left out.

    Parameters
    ----------
    values
        Draws (..., sample).
    levels
        Probabilities.

    Returns
    -------
    numpy.ndarray
        Quantiles (..., level), NaN where no draw is defined.
    """
    rows = values.reshape(-1, values.shape[-1])
    found = np.full((len(rows), len(levels)), np.nan)

    def find(part: slice) -> None:
        # Kernels are compiled for arrays that may be written to, which read ones are not.
        found[part] = _of_rows(np.require(rows[part], np.float64, ["C", "A", "W"]), levels)

    step = max(1, _COPIED_BYTES // (8 * max(1, rows.shape[1])))
    in_threads(find, [slice(k, k + step) for k in range(0, len(rows), step)])
    return found.reshape(*values.shape[:-1], len(levels))


def _of_rows(rows: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles (row, level) of draws (row, sample)."""
    found = np.full((len(rows), len(levels)), np.nan)
    within = extents(rows)
    defined = within[0] > 0
    # Rows without any take the place of a draw that is not there, and stay undefined.
    lower, upper, share = neighbours(np.maximum(within[0], 1)[:, None], levels)
    ends = order_statistics(rows, within, np.concatenate([lower, upper], axis=1))
    lower_draw, upper_draw = np.split(ends, 2, axis=1)
    found[defined] = between(lower_draw, upper_draw, share)[defined]
    return found


def find_edges(model: CompiledStudy, seed: int, samples: int) -> Edges:
    """Centres and scales for a run's sketch from its first unit of samples, the pilot.

    They are a function of study and seed alone, as everything else is. However unlike the pilot the
    other draws are, the sketch covers them and knows its error: the pilot decides only where bins
    are fine.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    samples
        Number of samples of the run.
    """
    pilot = min(model.plan.options.unit, samples)
    rows = RandomDesign(model.columns, seed).rows(0, pilot)
    draws = run_samples(model, rows, seed=seed)
    series = series_of(draws, model.plan.options.years)
    return edges_of(np.concatenate(list(series.values())))


def edges_of(pilot: Floats) -> Edges:
    """Centres and scales for a sketch of rows that are like some draws.

    Parameters
    ----------
    pilot
        Draws (row, sample); NaN is left out.
    """
    # NaN comes last.
    ordered = np.sort(pilot, axis=1)
    last = np.maximum(np.count_nonzero(~np.isnan(pilot), axis=1) - 1, 0)
    lower, centre, upper = (_at(ordered, last * quarter // 4) for quarter in (1, 2, 3))
    none = np.isnan(centre)
    centre = np.where(none, 0.0, centre)
    even = np.clip(_EVEN * (upper - lower), 0.0, _WIDEST)
    even = np.where(none, 1.0, np.maximum(even, _NARROWEST * np.maximum(np.abs(centre), 1.0)))
    fitting = max(_COUNT_BYTES // (8 * max(len(pilot), 1)), _FEWEST_BINS)
    bins = min(1 << (fitting.bit_length() - 1), BINS)
    return Edges(centre, 1 / even, bins)


def _at(ordered: Floats, place: NDArray[np.int64]) -> Floats:
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]
