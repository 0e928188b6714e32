"""Scenarios: what would happen if some values were others, as positions in the panel.

A change acts on the drawn value x, with the weight phi of its phase in the year y: 1, or where it
comes in linearly (y - from + 1) / (to - from + 1), at most 1.

- multiply: x (1 + phi (f - 1))
- add: x + phi a
- set: x + phi (v - x)
- grow: x (1 + g)^(y - from + 1)

Changes are made in the order of the file; each result is held within the bounds of its change, and
then within the natural ones of the indicator.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from recc_mc.errors import InputError
from recc_mc.evidence.law import EffectLaw
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.names import hint
from recc_mc.study.panel import Panel
from recc_mc.study.scenario_tables import ChangeTable, ScenariosTable
from recc_mc.study.settings import Settings
from recc_mc.study.uncertain import Uncertain, uncertain
from recc_mc.study.wording import key_path, unknown_names

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "Change",
    "Scenario",
    "Scenarios",
    "chosen_scenarios",
    "find_scenarios",
    "horizon_of",
    "place_problems",
    "scenario_name_problems",
]

# Years that are continued say less than any error of the data.
_FARTHEST = 100


class Change(NamedTuple):
    """One [[scenario.change]].

    Parameters
    ----------
    indicators, mines, years
        Positions of the cells: every combination of them. Years go on into the horizon.
    kind
        ``"multiply"``, ``"add"``, ``"set"`` or ``"grow"``.
    number
        What by: f, a, v or g.
    phase
        ``"step"`` or ``"linear"``.
    start, end
        Positions of years.from and years.to, which may lie beyond the last year; None if not given.
    lower, upper
        Bounds of the changed value; None if not given.
    draw
        Name of its uniform random number, which all changes share that name it.
    """

    indicators: tuple[int, ...]
    mines: tuple[int, ...]
    years: tuple[int, ...]
    kind: str
    number: Uncertain
    phase: str
    start: int | None
    end: int | None
    lower: float | None
    upper: float | None
    draw: str


class Scenario(NamedTuple):
    """Changes that are made together, in this order."""

    name: str
    title: str
    source: str
    changes: tuple[Change, ...]


class Scenarios(NamedTuple):
    """All scenarios of a study.

    Parameters
    ----------
    anchor
        ``"reference"`` or ``"recomputed"``.
    horizon
        Years that are appended to those of the panel.
    continuation
        ``"hold"`` or ``"trend"``.
    items
        The scenarios in the order of the file, without the unchanged study.
    """

    anchor: str
    horizon: tuple[int, ...]
    continuation: str
    items: tuple[Scenario, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(scenario.name for scenario in self.items)

    @property
    def draws(self) -> tuple[str, ...]:
        """Names of the uniform random numbers that are drawn, in the order they are named in."""
        changes = (change for scenario in self.items for change in scenario.changes)
        return tuple(dict.fromkeys(c.draw for c in changes if not c.number.is_certain))


def chosen_scenarios(
    study: "Study", only: Iterable[str] | None = None, option: str = "only"
) -> Scenarios:
    """Scenarios of a study, or some of them, in the order of its file.

    Parameters
    ----------
    study
        The study.
    only
        Names of those wanted; None for all.
    option
        What the names are given by.

    Raises
    ------
    InputError
        If there is none, or one that is named does not exist.
    """
    found = study.scenarios
    if not found.items:
        raise InputError(f"{study.path}: holds no scenario; add a [[scenario]] table")
    if only is None:
        return found
    wanted = list(only)
    unknown = [name for name in wanted if name not in found.names]
    if unknown:
        known = found.names
        raise InputError(f'{option}: unknown scenario "{n}"{hint(n, known)}' for n in unknown)
    return found._replace(items=tuple(item for item in found.items if item.name in wanted))


def find_scenarios(study: "Study") -> Scenarios:
    """Scenarios of a study, with their names as positions.

    Parameters
    ----------
    study
        The study, whose settings are valid.
    """
    settings, panel = study.settings, study.panel
    table = _common(settings)
    years = _all_years(settings, panel)
    items = tuple(
        Scenario(
            scenario.name,
            scenario.title or scenario.name.replace("_", " "),
            scenario.source or "",
            tuple(
                _change(study, change, f"{scenario.name}.{number}", years)
                for number, change in enumerate(scenario.change, 1)
            ),
        )
        for scenario in settings.scenario
    )
    return Scenarios(table.anchor, horizon_of(settings, panel), table.continuation, items)


def _common(settings: Settings) -> ScenariosTable:
    return settings.scenarios or ScenariosTable()


def horizon_of(settings: Settings, panel: Panel) -> tuple[int, ...]:
    """Years that the scenarios of a study append to its panel."""
    horizon = _common(settings).horizon
    return () if horizon is None else tuple(range(panel.years[-1] + 1, horizon + 1))


def _all_years(settings: Settings, panel: Panel) -> tuple[int, ...]:
    return (*panel.years, *horizon_of(settings, panel))


def _change(study: "Study", table: ChangeTable, name: str, years: Sequence[int]) -> Change:
    mines = enumerate(study.panel.mines)

    def effects(evidence: str, draw: str) -> EffectLaw:
        return study.evidence[evidence].pooled.law(draw)

    return Change(
        _indicators(table, study.hierarchy),
        tuple(i for i, mine in mines if table.mines is None or mine in table.mines),
        tuple(t for t, year in enumerate(years) if _is_in(table, year)),
        table.kind,
        uncertain(getattr(table, table.kind), effects),
        table.phase,
        _position(table.start, years),
        _position(table.end, years),
        table.lower,
        table.upper,
        table.draw or name,
    )


def _indicators(table: ChangeTable, hierarchy: Hierarchy) -> tuple[int, ...]:
    names: set[str] = set(table.indicators or ())
    for criterion in table.criteria or ():
        names.update(hierarchy.members(criterion))
    systems = table.systems or ()
    return tuple(
        j
        for j, found in enumerate(hierarchy.indicators)
        if found.name in names or found.system in systems
    )


def _is_in(table: ChangeTable, year: int) -> bool:
    """Whether a change concerns a year; what came in linearly stays."""
    if table.years is None:
        return True
    if isinstance(table.years, tuple):
        return year in table.years
    start, end = table.start, None if table.phase == "linear" else table.end
    return (start is None or year >= start) and (end is None or year <= end)


def _position(year: int | None, years: Sequence[int]) -> int | None:
    """Position of a year; those after the last one are counted on."""
    if year is None:
        return None
    return years.index(year) if year in years else len(years) - 1 + year - years[-1]


def scenario_name_problems(settings: Settings, hierarchy: Hierarchy) -> Iterator[str]:
    """Sentences about indicators, criteria and systems of scenarios that do not exist."""
    known = (
        ("indicators", "indicator", hierarchy.names),
        ("criteria", "criterion", hierarchy.all_criteria),
    )
    for keys, table in _changes(settings):
        for key, kind, names in known:
            yield from unknown_names((*keys, key), getattr(table, key) or (), kind, names)
        for k, system in enumerate(table.systems or ()):
            if system not in hierarchy.systems:
                place = key_path((*keys, "systems", k))
                yield f'{place}: no indicator is in system "{system}"'


def place_problems(settings: Settings, panel: Panel) -> Iterator[str]:
    """Sentences about mines and years of scenarios that do not exist."""
    last, horizon = panel.years[-1], _common(settings).horizon
    if horizon is not None and not last < horizon <= last + _FARTHEST:
        limit = f"> {last}, the last year of the panel"
        if horizon > last:
            limit = f"<= {last + _FARTHEST}, {_FARTHEST} years after the last of the panel"
        yield f"scenarios.horizon: must be {limit}, got {horizon}"
        return
    noun, years = settings.study.words.one, [str(year) for year in _all_years(settings, panel)]
    for keys, table in _changes(settings):
        yield from unknown_names((*keys, "mines"), table.mines or (), noun, panel.mines)
        if isinstance(table.years, tuple):
            yield from unknown_names((*keys, "years"), map(str, table.years), "year", years)
            continue
        for key, year in (("from", table.start), ("to", table.end)):
            # What comes in linearly may go on after the last year.
            later = key == "to" and table.phase == "linear" and year is not None
            if year is not None and str(year) not in years and not (later and year > last):
                place = key_path((*keys, "years", key))
                yield f'{place}: unknown year "{year}"{hint(str(year), years)}'


def _changes(settings: Settings) -> Iterator[tuple[tuple[str | int, ...], ChangeTable]]:
    """Path of keys and table of every change."""
    for s, scenario in enumerate(settings.scenario):
        for c, change in enumerate(scenario.change):
            yield ("scenario", s, "change", c), change
