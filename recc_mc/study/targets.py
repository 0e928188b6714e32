"""Targets: what an index shall become, and what may be changed for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.panel import Panel
from recc_mc.study.scenario_tables import BareName, Name, Names, repeated
from recc_mc.study.toml_table import Positive, Problem, Table
from recc_mc.study.wording import key_path, unknown_names

if TYPE_CHECKING:
    from recc_mc.study.settings import Settings
    from recc_mc.study.study import Study

__all__ = [
    "GOALS",
    "Target",
    "TargetTable",
    "find_targets",
    "lever_notes",
    "target_name_problems",
    "target_place_problems",
]

GOALS = ("below", "zone", "grade", "rank")
"""Keys that say what is to be reached."""


class TargetTable(Table):
    """[[target]]: what it would take."""

    name: BareName
    mine: Name
    year: int | None = None
    below: Positive | None = None
    zone: (
        Literal["high_value_surplus", "low_value_surplus", "low_value_load", "high_value_load"]
        | None
    ) = None
    grade: Literal["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"] | None = None
    rank: Annotated[int, Field(ge=2)] | None = None
    probability: float = 0.9
    indicators: Names | None = None
    max: Positive = 1.0
    extrapolate: bool = False

    def conflicts(self) -> Iterator[Problem]:
        """One thing is to be reached; if nothing is said, that C is below 1."""
        given = [key for key in GOALS if getattr(self, key) is not None]
        if len(given) > 1:
            yield Problem((), f"give one of {', '.join(GOALS)}; got {', '.join(given)}")
        if not 0 < self.probability < 1:
            yield Problem(("probability",), f"must be > 0 and < 1, got {self.probability:g}")
        yield from repeated("indicators", self.indicators)
        if self.indicators == ():
            yield Problem(("indicators",), "must name at least 1, got none")


class Target(NamedTuple):
    """One [[target]].

    Parameters
    ----------
    name
        Its name.
    mine, year
        Positions of what is looked at.
    below
        C shall be below it; None if something else is to be reached.
    zone, grade
        Name of the zone or grade to be reached; None if it is something else.
    rank
        Smallest rank that will do, 1 being the most loaded: with 2 the mine shall not be the most
        loaded any more.
    probability
        How sure it shall be.
    indicators
        Positions of what may be changed; None leaves the choice to the computation.
    max
        Largest relative change that is looked for.
    extrapolate
        Whether values beyond the best one observed count.
    """

    name: str
    mine: int
    year: int
    below: float | None
    zone: str | None
    grade: str | None
    rank: int | None
    probability: float
    indicators: tuple[int, ...] | None
    max: float
    extrapolate: bool


def find_targets(settings: "Settings", panel: Panel) -> tuple[Target, ...]:
    """Targets that validated settings give, with their names as positions.

    Parameters
    ----------
    settings, panel
        Of the study.
    """
    return tuple(_target(table, panel) for table in settings.target)


def _target(table: TargetTable, panel: Panel) -> Target:
    goal = {key: getattr(table, key) for key in GOALS}
    if not any(value is not None for value in goal.values()):
        goal["below"] = 1.0
    names = table.indicators
    return Target(
        name=table.name,
        mine=panel.mines.index(table.mine),
        year=len(panel.years) - 1 if table.year is None else panel.years.index(table.year),
        **goal,
        probability=table.probability,
        indicators=None if names is None else tuple(map(panel.indicators.index, names)),
        max=table.max,
        extrapolate=table.extrapolate,
    )


def target_name_problems(settings: "Settings", hierarchy: Hierarchy) -> Iterator[str]:
    """Sentences about indicators of targets that do not exist, and about an index that does not."""
    for k, table in enumerate(settings.target):
        keys = ("target", k, "indicators")
        yield from unknown_names(keys, table.indicators or (), "indicator", hierarchy.names)
        if len(hierarchy.systems) < 2:
            yield (
                f"{key_path(keys[:2])}: needs C, which a study of one system has not: every "
                f'indicator is in system "{hierarchy.systems[0]}"'
            )


def target_place_problems(settings: "Settings", panel: Panel) -> Iterator[str]:
    """Sentences about mines and years of targets that do not exist, and ranks without rivals."""
    noun, years = settings.study.words.one, [str(year) for year in panel.years]
    for k, table in enumerate(settings.target):
        mines, when = [table.mine], [] if table.year is None else [str(table.year)]
        yield from unknown_names(("target", k, "mine"), mines, noun, panel.mines, listed=False)
        yield from unknown_names(("target", k, "year"), when, "year", years, listed=False)
        if table.rank is not None and table.rank > len(panel.mines):
            place = key_path(("target", k, "rank"))
            limit = f"{len(panel.mines)}, the number of {settings.study.words.many}"
            yield f"{place}: must be <= {limit}, got {table.rank}"


def lever_notes(study: "Study") -> Iterator[str]:
    """Sentences about indicators of targets that the table of indicators says are no levers.

    Parameters
    ----------
    study
        The study.
    """
    for k, table in enumerate(study.settings.target):
        for i, name in enumerate(table.indicators or ()):
            if study.hierarchy[name].lever is False:
                place = key_path(("target", k, "indicators", i))
                yield f'{place}: "{name}" is no lever, says the table of indicators'
