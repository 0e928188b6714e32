"""The tables [scenarios] and [[scenario]]: what would happen if, as a study file asks it."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, create_model

from recc_mc.study.names import BadName, clean_name, clean_path, clean_text
from recc_mc.study.toml_table import Problem, Table, problems_error
from recc_mc.study.uncertain import Number, NumberTable
from recc_mc.study.wording import shown

__all__ = [
    "KINDS",
    "NAME",
    "REFERENCE",
    "SELECTORS",
    "BareName",
    "ChangeTable",
    "Name",
    "Names",
    "ScenarioTable",
    "ScenariosTable",
    "repeated",
    "repeated_names",
]

REFERENCE = "reference"
"""Name of the unchanged study among its scenarios."""
KINDS = ("multiply", "add", "set", "grow")
"""What a change does with a value."""
SELECTORS = ("indicators", "criteria", "systems")
"""Keys that say which indicators a change concerns."""
NAME = re.compile(r"[A-Za-z0-9_-]+")


def _bare(text: str) -> str:
    """Name that stands in the names of factors and on command lines."""
    if not NAME.fullmatch(text):
        sentence = f"must be of letters, digits, _ and - (A-Za-z0-9_-), got {shown(text)}"
        raise problems_error([Problem((), sentence)])
    return text


def _cleaned(text: str, clean: Any) -> str:
    try:
        return str(clean(text))
    except BadName as problem:
        raise problems_error([Problem((), f"{shown(text)}: expected {problem}")]) from None


BareName = Annotated[str, AfterValidator(_bare)]
Text = Annotated[str, AfterValidator(lambda text: _cleaned(text, clean_text))]
Name = Annotated[str, AfterValidator(lambda text: _cleaned(text, clean_name))]
_Path = Annotated[str, AfterValidator(lambda text: _cleaned(text, clean_path))]
System = Literal["support", "pressure"]
Names = Annotated[tuple[Name, ...], Field(strict=False)]


class _Span(Table):
    """Years from one to another, either of which may be left out."""

    to: int | None = None

    def conflicts(self) -> Iterator[Problem]:
        """Time goes one way."""
        start, end = getattr(self, "from"), self.to
        if start is None and end is None:
            yield Problem((), "must give from, to or both, got an empty table")
        if start is not None and end is not None and end < start:
            yield Problem(("to",), f"must be >= from = {start}, got {end}")


if TYPE_CHECKING:
    Span = _Span
else:
    # The word stands for something else in a class body.
    Span = create_model("Span", __base__=_Span, __module__=__name__, **{"from": (int | None, None)})


def _years(value: Any) -> "tuple[int, ...] | Span":
    if isinstance(value, Span | tuple):
        return value
    if isinstance(value, dict):
        return Span.model_validate(value)
    if not isinstance(value, list):
        sentence = "must be a list of years, or a table such as { from = 2019 }"
        sentence = f"{sentence}, got {shown(value)}"
        raise problems_error([Problem((), sentence)])
    problems = [
        Problem((k,), f"must be a whole number, got {shown(year)}")
        for k, year in enumerate(value)
        if not isinstance(year, int) or isinstance(year, bool)
    ]
    if problems:
        raise problems_error(problems)
    return tuple(value)


class ScenariosTable(Table):
    """[scenarios]: what all scenarios have in common.

    Parameters
    ----------
    anchor
        Goalposts and weights are those of the same draw of the unchanged study, or are found anew.
    horizon
        Last of the years that are appended to those of the panel; None appends none.
    continuation
        What the unchanged study is in these years: its last values, or their trend.
    """

    anchor: Literal["reference", "recomputed"] = "reference"
    horizon: int | None = None
    continuation: Literal["hold", "trend"] = "hold"

    def conflicts(self) -> Iterator[Problem]:
        """Without years to come there is nothing to be continued."""
        if self.gives("continuation") and self.horizon is None:
            yield Problem(("continuation",), "is only for years to come: give horizon")


class ChangeTable(Table):
    """[[scenario.change]]: one change of some values."""

    indicators: Names | None = None
    criteria: Annotated[tuple[_Path, ...], Field(strict=False)] | None = None
    systems: Annotated[tuple[System, ...], Field(strict=False)] | None = None
    mines: Names | None = None
    years: Annotated[tuple[int, ...] | Span | None, PlainValidator(_years)] = None
    phase: Literal["step", "linear"] = "step"
    multiply: Number = None
    add: Number = None
    set: Number = None
    grow: Number = None
    lower: float | None = None
    upper: float | None = None
    draw: BareName | None = None

    @property
    def start(self) -> int | None:
        """The year that the change begins in, if it is given."""
        return getattr(self.years, "from", None)

    @property
    def end(self) -> int | None:
        """The year that its phase ends in, if it is given."""
        return getattr(self.years, "to", None)

    @property
    def kind(self) -> str:
        """The one of `KINDS` that is given."""
        return next(kind for kind, _ in self.numbers)

    @property
    def numbers(self) -> tuple[tuple[str, float | NumberTable], ...]:
        """Those of `KINDS` that are given, and their numbers; one of a valid table."""
        pairs = ((kind, getattr(self, kind)) for kind in KINDS)
        return tuple((kind, number) for kind, number in pairs if number is not None)

    def conflicts(self) -> Iterator[Problem]:
        """One thing is done, with some indicators, in years that it can be done in."""
        for keys in (SELECTORS, KINDS):
            given = [key for key in keys if getattr(self, key) is not None]
            if len(given) != 1:
                found = ", ".join(given) or "none"
                yield Problem((), f"give exactly one of {', '.join(keys)}; got {found}")
        for key in (*SELECTORS, "mines", "years"):
            yield from repeated(key, getattr(self, key))
        if self.phase == "linear" and self.grow is not None:
            yield Problem(("phase",), '"linear" is not for grow, which grows from year to year')
        elif self.phase == "linear" and None in (self.start, self.end):
            yield Problem(("phase",), '"linear" needs years.from and years.to')
        if self.grow is not None and self.start is None:
            yield Problem(("grow",), "needs years.from")
        for kind, number in self.numbers:
            if kind != "multiply" and isinstance(number, NumberTable) and number.evidence:
                yield Problem((kind, "evidence"), "is only for multiply: it gives a factor")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            yield Problem(("upper",), f"must be > lower = {self.lower:g}, got {self.upper:g}")


def repeated(key: str, items: Any) -> Iterator[Problem]:
    """Items that stand twice in a list.

    Parameters
    ----------
    key
        Key of the list.
    items
        The list as a tuple; what is none has no items.
    """
    if not isinstance(items, tuple):
        return
    for k, item in enumerate(items):
        if item in items[:k]:
            yield Problem((key, k), f"{shown(item)} is given twice")


class ScenarioTable(Table):
    """[[scenario]]: changes that are made together."""

    name: BareName
    title: Text | None = None
    source: Text | None = None
    change: Annotated[tuple[ChangeTable, ...], Field(strict=False)] = ()

    def conflicts(self) -> Iterator[Problem]:
        """The unchanged study is there by itself."""
        if self.name == REFERENCE:
            yield Problem(("name",), f'"{REFERENCE}" is the name of the unchanged study')


def repeated_names(key: str, items: Sequence[Any]) -> Iterator[Problem]:
    """Names of the tables of a list that stand twice.

    Parameters
    ----------
    key
        Key of the list.
    items
        Its tables, each with a name.
    """
    seen: set[str] = set()
    for k, item in enumerate(items):
        if item.name in seen:
            yield Problem((key, k, "name"), f'"{item.name}" is used twice')
        seen.add(item.name)
