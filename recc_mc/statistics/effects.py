"""Indices with their errors from the sums of replicates."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.estimators import (
    TOO_FEW_ROWS,
    Indices,
    Replicates,
    aggregate,
    class_indices,
    number_indices,
)
from recc_mc.run.pickfreeze import CLASSES, NUMBERS, Effects, Origin

__all__ = ["OUTPUTS", "Estimates"]

OUTPUTS = (*NUMBERS, *CLASSES)
"""Outputs with an index in every mine and year."""
# Prefix of the indices of the average shift in rank.
_SHIFT = "rank_shift_"

Floats = NDArray[np.float64]


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
    states: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros((), np.int64))

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
        self._note("undefined", cells.state)
        self._note(f"{_SHIFT}undefined", shift.state)
        self.rows = self.rows + cells.rows
        self.number += 1

    def _sums(self, cells: Indices) -> dict[str, Floats]:
        """Sums of the first orders of all factors."""
        total = cells.first[self.factors].sum(axis=0)
        return {
            "first_order_sum": total,
            "first_order_sum_aggregate": aggregate(total, cells.variance),
        }

    def _note(self, name: str, state: NDArray[np.int8]) -> None:
        """Remember why there are no indices; a reason of some replicates only is too few rows."""
        before = self.states.get(name, state)
        self.states[name] = np.where(state == before, state, TOO_FEW_ROWS).astype(np.int8)

    @property
    def widest(self) -> float:
        """Widest half-width of a total order of a cell, of those that are defined; 0 if none is."""
        widths = self.means["total_order"].half_width
        return float(np.max(widths, where=~np.isnan(widths), initial=0.0))

    def arrays(self, rows: int, mines: int, years: int) -> dict[str, NDArray[Any]]:
        """Arrays of the group ``sensitivity`` of a result.

        Parameters
        ----------
        rows
            Rows of a replicate.
        mines, years
            Sizes of the panel.
        """
        found: dict[str, NDArray[Any]] = dict(self.states)
        for name, replicates in self.means.items():
            found[name] = replicates.mean
            if not name.endswith("variance"):
                found[f"{name}_error"] = replicates.half_width
        for suffix in ("", "_aggregate"):
            found[f"interaction_share{suffix}"] = 1 - found[f"first_order_sum{suffix}"]
        found["dropped_rows"] = rows * self.number - self.rows
        return {name: _by_cell(name, array, mines, years) for name, array in found.items()}


def _side_by_side(numbers: Indices, classes: Indices) -> Indices:
    """Indices of all outputs of a cell."""
    return Indices(
        first=np.concatenate([numbers.first, classes.first], axis=1),
        total=np.concatenate([numbers.total, classes.total], axis=1),
        variance=np.concatenate([numbers.variance, classes.variance]),
        state=np.concatenate([numbers.state, classes.state]),
        rows=np.concatenate([numbers.rows, classes.rows]),
    )


def _only_output(indices: Indices) -> Indices:
    """The indices of a single output, without its axis."""
    return Indices(
        indices.first[:, 0],
        indices.total[:, 0],
        indices.variance[0],
        indices.state[0],
        indices.rows[0],
    )


def _orders(prefix: str, indices: Indices) -> dict[str, Floats]:
    """Both orders by cell and over all cells, factors behind outputs."""
    found = {f"{prefix}variance": indices.variance}
    for order, values in (("first", indices.first), ("total", indices.total)):
        by_output = np.moveaxis(values, 0, -2)
        found[f"{prefix}{order}_order"] = by_output
        together = aggregate(by_output, indices.variance[..., None, :])
        found[f"{prefix}{order}_order_aggregate"] = together
    return found


def _by_cell(name: str, array: NDArray[Any], mines: int, years: int) -> NDArray[Any]:
    if name.startswith(_SHIFT) or "_aggregate" in name:
        return array
    return array.reshape(*array.shape[:-1], mines, years)
