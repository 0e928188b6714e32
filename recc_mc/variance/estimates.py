"""Indices with their errors from the sums of replicates."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.variance.indices import (
    DEFINED,
    SobolIndices,
    aggregate,
    class_indices,
    number_indices,
)
from recc_mc.variance.reasons import Reasons
from recc_mc.variance.replicates import Replicates
from recc_mc.variance.rows import (
    Effects,
    Origin,
)

__all__ = ["Estimates"]

# Prefix of the indices of the average shift in rank.
_SHIFT = "rank_shift_"


@dataclass
class Estimates:
    """Running estimates; takes one replicate after the other and keeps none of them.

    Parameters
    ----------
    origin
        What the outputs of the sums were taken from.
    factors
        Which of the groups are single factors: their first orders add up to at most 1.
    """

    origin: Origin
    factors: NDArray[np.bool_]
    number: int = 0
    means: dict[str, Replicates] = field(default_factory=dict)
    reasons: dict[str, Reasons] = field(default_factory=dict)

    def add(self, effects: Effects) -> None:
        """Add the estimates of one more replicate.

        Parameters
        ----------
        effects
            Sums over all of its rows.
        """
        numbers = number_indices(effects.numbers, self.origin.numbers)
        cells = _side_by_side(numbers, class_indices(effects.classes))
        shift = _only_output(number_indices(effects.shift))
        found = _orders("", cells) | _orders(_SHIFT, shift) | self._sums(cells)
        for name, values in found.items():
            self.means[name] = self.means.get(name, Replicates.none()).add(values)
        for prefix, indices in (("", cells), (_SHIFT, shift)):
            reasons = Reasons.of(indices)
            before = self.reasons.get(prefix)
            self.reasons[prefix] = reasons if before is None else before + reasons
        self.number += 1

    def _sums(self, cells: SobolIndices) -> dict[str, Floats]:
        """Sums of the first orders of all factors."""
        total = cells.first[self.factors].sum(axis=0)
        return {
            "first_order_sum": total,
            "first_order_sum_aggregate": aggregate(total, cells.variance),
        }

    @property
    def widest(self) -> float:
        """Widest half-width of a total order of a cell, of those that are defined; 0 if none is."""
        widths = self.means["total_order"].half_width
        defined = (self.reasons[""].cells == DEFINED)[:, None] & ~np.isnan(widths)
        return float(np.max(widths, where=defined, initial=0.0))

    def arrays(self, rows: int, mines: int, years: int) -> dict[str, NDArray[Any]]:
        """Arrays of the group ``sensitivity`` of a result.

        Parameters
        ----------
        rows
            Rows of a replicate.
        mines, years
            Sizes of the panel.
        """
        states = self._states()
        found: dict[str, NDArray[Any]] = dict(states)
        for name, replicates in self.means.items():
            if name.endswith("variance"):
                found[name] = replicates.mean
                continue
            defined = _defined(name, states)
            found[name] = np.where(defined, replicates.mean, np.nan)
            found[f"{name}_error"] = np.where(defined, replicates.half_width, np.nan)
        for suffix in ("", "_aggregate"):
            found[f"interaction_share{suffix}"] = 1 - found[f"first_order_sum{suffix}"]
        for name in ("variance_outside", "variance_outside_error"):
            # Each factor owns its noise.
            found[name] = np.zeros(found["variance"].shape)
            found[name.replace("outside", "outside_aggregate")] = np.zeros(len(found["variance"]))
        found["dropped_rows"] = rows * self.number - self.reasons[""].rows
        # The same of every factor: a variable without dimensions could carry no checksum.
        reason = f"{_SHIFT}undefined_aggregate"
        found[reason] = np.full_like(
            found[f"{_SHIFT}total_order_aggregate"], states[reason], np.int8
        )
        return {name: _by_cell(name, array, mines, years) for name, array in found.items()}

    def _states(self) -> dict[str, NDArray[np.int8]]:
        """Why there are no indices, by cell and of all cells together."""
        found = {}
        for prefix, reasons in self.reasons.items():
            found[f"{prefix}undefined"] = reasons.cells
            variance = self.means[f"{prefix}variance"].mean
            found[f"{prefix}undefined_aggregate"] = reasons.together(variance)
        return found


def _side_by_side(numbers: SobolIndices, classes: SobolIndices) -> SobolIndices:
    """Indices of all outputs of a cell."""
    return SobolIndices(
        first=np.concatenate([numbers.first, classes.first], axis=1),
        total=np.concatenate([numbers.total, classes.total], axis=1),
        variance=np.concatenate([numbers.variance, classes.variance]),
        state=np.concatenate([numbers.state, classes.state]),
        rows=np.concatenate([numbers.rows, classes.rows]),
        differing=np.concatenate([numbers.differing, classes.differing]),
    )


def _only_output(indices: SobolIndices) -> SobolIndices:
    """The indices of a single output, without its axis."""
    return SobolIndices(
        indices.first[:, 0],
        indices.total[:, 0],
        indices.variance[0],
        indices.state[0],
        indices.rows[0],
        indices.differing[0],
    )


def _orders(prefix: str, indices: SobolIndices) -> dict[str, Floats]:
    """Both orders by cell and over all cells, factors behind outputs."""
    found = {f"{prefix}variance": indices.variance}
    for order, values in (("first", indices.first), ("total", indices.total)):
        by_output = np.moveaxis(values, 0, -2)
        found[f"{prefix}{order}_order"] = by_output
        together = aggregate(by_output, indices.variance[..., None, :])
        found[f"{prefix}{order}_order_aggregate"] = together
    return found


def _defined(name: str, states: dict[str, NDArray[np.int8]]) -> NDArray[np.bool_]:
    """Where a variable has values, of a shape that goes with its own."""
    prefix = _SHIFT if name.startswith(_SHIFT) else ""
    suffix = "_aggregate" if name.endswith("_aggregate") else ""
    defined = states[f"{prefix}undefined{suffix}"] == DEFINED
    if not name.removeprefix(prefix).startswith(("first_order_sum", "interaction")):
        # Factors come behind outputs and before cells.
        defined = np.expand_dims(defined, -1 if suffix else -2)
    return np.asarray(defined)


def _by_cell(name: str, array: NDArray[Any], mines: int, years: int) -> NDArray[Any]:
    if name.startswith(_SHIFT) or "_aggregate" in name:
        return array
    return array.reshape(*array.shape[:-1], mines, years)
