"""The data: one value per mine, year and indicator."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["FILLINGS", "GIVEN", "HELD", "INTERPOLATED", "Panel", "read_only"]

FILLINGS = ("given", "interpolated", "held")
"""How a value came about; its code in `Panel.filled` is its position."""
GIVEN, INTERPOLATED, HELD = range(len(FILLINGS))

Array = TypeVar("Array", bound=np.ndarray[Any, Any])


def read_only(array: Array) -> Array:
    """View of an array that cannot be written through; the array itself stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False)
class Panel:
    """A complete panel of values in physical units.

    Parameters
    ----------
    mines
        Names of the mines, in order of first appearance.
    years
        Years, ascending.
    indicators
        Names of the indicators, in the order of the hierarchy.
    values
        Values (mine, year, indicator); all finite.
    filled
        How each value came about (mine, year, indicator), codes of `FILLINGS`: given in the file,
        interpolated between two years, or held from the one nearest year that has a value.
    """

    mines: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    values: NDArray[np.float64]
    filled: NDArray[np.int8]

    def __post_init__(self) -> None:
        # A frozen dataclass is written through its base class.
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "filled", read_only(self.filled))

    @cached_property
    def holes(self) -> NDArray[np.bool_]:
        """Which values were not in the file but filled in, either way (mine, year, indicator)."""
        holes: NDArray[np.bool_] = self.filled != GIVEN
        return read_only(holes)

    @property
    def n_objects(self) -> int:
        """Number of objects that are compared: mines times years."""
        return len(self.mines) * len(self.years)
