"""The data: one value per mine, year and indicator."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Panel", "read_only"]

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
    interpolated
        Which values were not in the file but filled in (mine, year, indicator).
    """

    mines: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    values: NDArray[np.float64]
    interpolated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        # A frozen dataclass is written through its base class.
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "interpolated", read_only(self.interpolated))

    @property
    def n_objects(self) -> int:
        """Number of objects that are compared: mines times years."""
        return len(self.mines) * len(self.years)
