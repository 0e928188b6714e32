"""The indicator hierarchy: two systems, criteria in any number of levels, and indicators.

A criterion is named by its path, ``environment/water``: the names of those above it, then its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan
from types import MappingProxyType

__all__ = ["SEPARATOR", "SYSTEMS", "Hierarchy", "Indicator", "lineage"]

SYSTEMS = ("support", "pressure")
"""What the area can bear, and what bears on it; C = P / S."""
SEPARATOR = "/"
"""What stands between the names of a path."""


def lineage(path: str) -> tuple[str, ...]:
    """Paths of the criteria above a criterion, from the top, and its own.

    Examples
    --------
    >>> lineage("environment/water/rivers")
    ('environment', 'environment/water', 'environment/water/rivers')
    """
    names = path.split(SEPARATOR)
    return tuple(SEPARATOR.join(names[:depth]) for depth in range(1, len(names) + 1))


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
        Path of the criterion the indicator belongs to.
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
    limit_1, limit_2, limit_3
        Limits of the grades of the fuzzy evaluation, in the order of the direction: between the
        first grade and the second, the middle of the second, and between it and the third; NaN if
        none are given.
    weight
        Weight that the table gives within the system, not scaled to a sum of 1; NaN if it gives
        none.
    lever
        Whether people can change it; None if the table does not say.
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
    weight: float = nan
    optimum_lower: float = nan
    optimum_upper: float = nan
    limit_1: float = nan
    limit_2: float = nan
    limit_3: float = nan
    lever: bool | None = None

    @property
    def limits(self) -> tuple[float, float, float]:
        """The limits of the grades."""
        return self.limit_1, self.limit_2, self.limit_3

    @property
    def has_limits(self) -> bool:
        """Whether there are limits of the grades."""
        return not any(map(isnan, self.limits))

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
        """Criteria of the first level of a system, in order of first appearance.

        Each indicator of the system is in one of them.
        """
        return self.nodes.get(system, ())

    @cached_property
    def all_criteria(self) -> tuple[str, ...]:
        """Paths of the criteria of all levels, each before those below it, system by system.

        An indicator is in its own criterion and in each one above that.
        """
        return tuple(name for name in self.nodes if name not in SYSTEMS)

    def members(self, criterion: str) -> tuple[str, ...]:
        """Names of the indicators of a criterion, those of the criteria below it included."""
        return self._members.get(criterion, ())

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        """Names of the indicators of each criterion."""
        found: dict[str, tuple[str, ...]] = {}
        for indicator in self.indicators:
            for path in lineage(indicator.criterion):
                found[path] = (*found.get(path, ()), indicator.name)
        return found

    def system_of(self, criterion: str) -> str:
        """System a criterion belongs to.

        Raises
        ------
        KeyError
            If there is no such criterion.
        """
        for indicator in self.indicators:
            if criterion in lineage(indicator.criterion):
                return indicator.system
        raise KeyError(criterion)

    def way(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """Matrices whose weights multiply to the indicator's, and its item in each, from the top.

        Examples
        --------
        >>> rain = Indicator("rain", "support", "environment/water", 1, "mm", "Precipitation")
        >>> list(Hierarchy((rain,)).way(rain))
        [('support', 'environment'), ('environment', 'water'), ('environment/water', 'rain')]
        """
        matrix = indicator.system
        for path in lineage(indicator.criterion):
            yield matrix, path.rpartition(SEPARATOR)[2]
            matrix = path
        yield matrix, indicator.name

    @cached_property
    def nodes(self) -> Mapping[str, tuple[str, ...]]:
        """Items each judgment matrix compares, by matrix name.

        A system's matrix compares the criteria of its first level; that of a criterion, named by
        its path, the criteria right below it and the indicators that are in none of these, in order
        of first appearance. A matrix comes before those of its items.
        """
        items: dict[str, dict[str, None]] = {}
        for indicator in self.indicators:
            for matrix, item in self.way(indicator):
                items.setdefault(matrix, {})[item] = None
        nodes: dict[str, tuple[str, ...]] = {}

        def visit(matrix: str, below: str) -> None:
            nodes[matrix] = tuple(items.get(matrix, ()))
            for item in nodes[matrix]:
                if below + item in items:
                    visit(below + item, f"{below}{item}{SEPARATOR}")

        for system in self.systems:
            visit(system, "")
        return MappingProxyType(nodes)

    def __getstate__(self) -> dict[str, object]:
        # The cached tree holds a mapping proxy, which cannot be pickled; workers rebuild it.
        return {"indicators": self.indicators}
