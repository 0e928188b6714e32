"""The indicator hierarchy: two systems, their criteria, and the indicators of each criterion."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import nan
from types import MappingProxyType

__all__ = ["SYSTEMS", "Hierarchy", "Indicator"]

SYSTEMS = ("support", "pressure")
"""What the area can bear, and what bears on it; C = P / S."""


@dataclass(frozen=True)
class Indicator:
    """One measured quantity and its place in the hierarchy.

    Parameters
    ----------
    name
        Unique short name, the key of the panel's column.
    system
        ``"support"`` or ``"pressure"``.
    criterion
        The criterion the indicator belongs to.
    direction
        +1 if a larger value means more of its own system, -1 if less, 0 if it is best within a
        range.
    units
        Units of the values in the panel.
    long_name
        Name for tables and figures.
    lower, upper
        Goalposts the user fixed, NaN if none are given.
    minimum, maximum
        Natural bounds of the values: infinite where the table says that there is none, NaN where
        it says nothing.
    optimum_lower, optimum_upper
        The range that is best, equal for an optimum; NaN unless the direction is 0.
    """

    name: str
    system: str
    criterion: str
    direction: int
    units: str
    long_name: str
    lower: float = nan
    upper: float = nan
    minimum: float = nan
    maximum: float = nan
    optimum_lower: float = nan
    optimum_upper: float = nan

    @property
    def is_ranged(self) -> bool:
        """Whether it is best within a range."""
        return self.direction == 0


@dataclass(frozen=True)
class Hierarchy:
    """The indicators in the order of their file, with the tree they span.

    Examples
    --------
    >>> rain = Indicator("rain", "support", "water", 1, "mm", "Precipitation")
    >>> dust = Indicator("dust", "pressure", "air", 1, "t", "Dust")
    >>> Hierarchy((rain, dust)).nodes["support"]
    ('water',)
    """

    indicators: tuple[Indicator, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the indicators, in file order."""
        return tuple(indicator.name for indicator in self.indicators)

    def __getitem__(self, name: str) -> Indicator:
        """Indicator of a name."""
        for indicator in self.indicators:
            if indicator.name == name:
                return indicator
        raise KeyError(name)

    @cached_property
    def systems(self) -> tuple[str, ...]:
        """Systems that have indicators: both, or the only one."""
        found = {indicator.system for indicator in self.indicators}
        return tuple(system for system in SYSTEMS if system in found)

    def criteria(self, system: str) -> tuple[str, ...]:
        """Criteria of a system in order of first appearance."""
        return tuple(dict.fromkeys(i.criterion for i in self.indicators if i.system == system))

    @cached_property
    def all_criteria(self) -> tuple[str, ...]:
        """Criteria of the support system, then those of the pressure system."""
        return tuple(criterion for system in SYSTEMS for criterion in self.criteria(system))

    def members(self, criterion: str) -> tuple[str, ...]:
        """Names of the indicators of a criterion."""
        return tuple(i.name for i in self.indicators if i.criterion == criterion)

    def system_of(self, criterion: str) -> str:
        """System a criterion belongs to.

        Raises
        ------
        KeyError
            If there is no such criterion.
        """
        for indicator in self.indicators:
            if indicator.criterion == criterion:
                return indicator.system
        raise KeyError(criterion)

    @cached_property
    def nodes(self) -> Mapping[str, tuple[str, ...]]:
        """Items each judgment matrix compares, by matrix name.

        A system's matrix compares its criteria and comes before those of its criteria, which
        compare their indicators.
        """
        nodes: dict[str, tuple[str, ...]] = {}
        for system in self.systems:
            nodes[system] = self.criteria(system)
            nodes.update((name, self.members(name)) for name in self.criteria(system))
        return MappingProxyType(nodes)

    def __getstate__(self) -> dict[str, object]:
        # The cached tree holds a mapping proxy, which cannot be pickled; workers rebuild it.
        return {"indicators": self.indicators}
