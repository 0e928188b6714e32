"""Where the numbers of scenarios are among the rows of arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recc_mc._typing import Integers
from recc_mc.kernels.chain import unit_size

__all__ = ["ScenarioShape"]


@dataclass(frozen=True)
class ScenarioShape:
    """Where the numbers of scenarios are: rows of all mines in some years, mine-major.

    The rows of the reference come first: the objects of the panel and, where it goes on with a
    trend, those of the years after the last one. Then come, one scenario after the other, those of
    the years that each touches.

    Parameters
    ----------
    mines, years, ahead
        Mines, years of the panel, and years after its last one.
    trend
        Whether the reference goes on with a trend; if not, those years are the last one's.
    recomputed
        Whether goalposts and weights are those of each scenario's own panel, to which the years
        after the last belong.
    touched
        Years, counted on into those after the last, that each scenario touches and that differ.
    same
        Further years that each touches, and which of the others they are the same as, bit for bit:
        where the last year is held, and all changes have the same phase weight.
    """

    mines: int
    years: int
    ahead: int
    trend: bool
    recomputed: bool
    touched: tuple[tuple[int, ...], ...]
    same: tuple[Mapping[int, int], ...]

    @property
    def objects(self) -> int:
        """Mines in all years of the panel."""
        return self.mines * self.years

    @property
    def unit(self) -> int:
        """Samples over which floating sums run, those of the study's plan."""
        return unit_size(self.objects)

    @property
    def places(self) -> int:
        """Rows of the reference."""
        return self.mines * (self.years + (self.ahead if self.trend else 0))

    @property
    def rows(self) -> int:
        """Rows of the reference and of all scenarios."""
        return self.places + self.mines * sum(map(len, self.touched))

    @property
    def firsts(self) -> list[int]:
        """First row of each scenario."""
        counts = [self.mines * len(years) for years in self.touched]
        return [self.places + sum(counts[:k]) for k in range(len(counts))]

    def place(self, mine: int, year: int) -> int:
        """Row of the reference; a year after the last may be the last one's."""
        if year < self.years or not self.trend:
            return mine * self.years + min(year, self.years - 1)
        return self.objects + mine * self.ahead + year - self.years

    @cached_property
    def table(self) -> Integers:
        """Rows (scenario, mine, year), the reference first; untouched years are the reference's."""
        shape = (self.mines, self.years + self.ahead)
        table = np.empty((1 + len(self.touched), *shape), np.int64)
        for mine, year in np.ndindex(shape):
            table[:, mine, year] = self.place(mine, year)
        for number, (first, years) in enumerate(zip(self.firsts, self.touched, strict=True)):
            count = self.mines * len(years)
            own = np.arange(first, first + count).reshape(self.mines, len(years))
            table[1 + number][:, list(years)] = own
            for year, other in self.same[number].items():
                table[1 + number][:, year] = own[:, years.index(other)]
        return table

    @cached_property
    def origin(self) -> Integers:
        """Row of the reference that each row of a scenario is compared with."""
        return np.array(
            [
                self.place(mine, year)
                for years in self.touched
                for mine in range(self.mines)
                for year in years
            ],
            np.int64,
        )
