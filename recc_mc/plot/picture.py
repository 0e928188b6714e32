"""The registry of pictures: what one declares serves its checks, its docs, its names, the report.

A picture is a function of its numbers under `Picture`, named ``<picture>_table``, and below it a
function that draws them under `drawing`, named like the picture.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import wraps
from inspect import getdoc, signature
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from recc_mc.errors import InputError
from recc_mc.plot.borrowed import settle
from recc_mc.plot.fonts import check_fonts
from recc_mc.plot.selection import GROUP_COMMANDS, Group, Unfit, choice, group, year_of
from recc_mc.plot.style import paper_style

__all__ = ["PICTURES", "Picture", "Shown", "drawing", "has_indices"]

Options = ParamSpec("Options")
Made = TypeVar("Made")
Inner = Callable[Concatenate[xr.Dataset, Options], Made]
Outer = Callable[Concatenate[Group, Options], Made]

_TEXTS = {
    **{name: f"Group ``{name}`` of a result." for name in GROUP_COMMANDS},
    "year": "The year; None is the last one.",
    "output": "Output of the model.",
    "ax": "Axes to draw on; None makes a figure.",
    "axes": "Axes to draw on, as many as mines (one for a single year); None makes a figure.",
}
_RAISES = """Raises
------
InputError
    If a variable, the year, a pair of levels or axes that it needs are missing, or an argument
    is not known."""
# Arguments that are labels in the group, if it has such labels.
_LABELS = {"output": "output", "mine": "mine", "system": "indicator_system"}


@dataclass(frozen=True)
class Shown:
    """A place of a picture in the report.

    Parameters
    ----------
    section
        Anchor of the section.
    title, note
        What it shows and how to read it; ``{inner}`` and ``{outer}`` stand for the per cent that
        its intervals or regions enclose.
    options
        Arguments.
    applies
        Whether a result, its groups by name, has anything of it to show.
    first
        Whether it comes before the others of its section, whose order is that of the modules.
    """

    section: str
    title: str
    note: str
    options: Mapping[str, str] = field(default_factory=dict)
    applies: Callable[[Mapping[str, xr.Dataset]], bool] = lambda groups: True
    first: bool = False


@dataclass
class Picture:
    """Declaration of a picture, the decorator of the function of its numbers.

    The function is called with a dataset that has the variables, whatever the group is given as;
    with the spelling of `choices`, of outputs and of mines, and with the year that None means. Its
    docstring says what it returns. Its name, less ``_table``, is that of the picture.

    Parameters
    ----------
    group
        The group that it is given first.
    needs
        Variables of this group; options may stand in their names, as in ``{variable}_mean``.
    optional
        Groups that it also takes.
    choices
        Values of the options that have a few.
    says
        What is to be said of parameters that have no common description, by their names.
    shown
        Where the report shows it.
    """

    group: str
    needs: Sequence[str] | Callable[[Mapping[str, Any]], Sequence[str]]
    _: KW_ONLY
    optional: Sequence[str] = ()
    choices: Mapping[str, Iterable[str]] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[Shown] = ()
    name: str = field(init=False)
    table: Callable[..., pd.DataFrame] = field(init=False)
    draw: Callable[..., Figure] = field(init=False)

    def __call__(self, function: Inner[Options, pd.DataFrame]) -> Outer[Options, pd.DataFrame]:
        """Declare the picture with the function of its numbers."""

        @wraps(function)
        def table(*args: Any, **kwargs: Any) -> pd.DataFrame:
            found: pd.DataFrame = self.call(function, args, kwargs)
            return found

        self.name = function.__name__.removesuffix("_table")
        self.table = table
        PICTURES[self.name] = self
        head, _, returns = str(getdoc(function)).partition("Returns\n-------\n")
        self.document(table, head, returns)
        return table

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Call one of its functions: with a dataset, known labels and the year that None means."""
        try:
            bound = signature(function).bind(*args, **kwargs)
        except TypeError:
            # Python's own words are the better ones.
            return function(*args, **kwargs)
        bound.apply_defaults()
        try:
            self._check(bound.arguments)
            return function(*bound.args, **bound.kwargs)
        except Unfit as problem:
            raise InputError(f"plot.{self.name}: {problem}") from None

    def _check(self, given: dict[str, Any]) -> None:
        for name, known in self.choices.items():
            given[name] = choice(name, given[name], known)
        data = group(self.group, given[self.group], self.needed(given))
        given[self.group] = data
        for name, labels in _LABELS.items():
            if given.get(name) is not None and labels in data:
                given[name] = choice(
                    name, given[name], dict.fromkeys(map(str, data[labels].values))
                )
        # The year of a mine is not read where none is chosen.
        if "year" in given and given.get("mine", "") is not None:
            given["year"] = year_of(data, given["year"])

    def needed(self, given: Mapping[str, Any]) -> list[str]:
        """Variables of its group that it needs, given all of its options."""
        needs = self.needs(given) if callable(self.needs) else self.needs
        return [need.format(**given) for need in needs]

    def document(self, function: Callable[..., Any], head: str, returns: str) -> None:
        """Give a public function its type, and its whole docstring: parameters are said once."""
        inner = signature(function)
        first, *others = inner.parameters.values()
        parameters = [first.replace(annotation=Group), *others]
        function.__signature__ = inner.replace(parameters=parameters)  # type: ignore[attr-defined]
        labels = {name: label for label in self.says for name in label.split(", ")}
        told = dict.fromkeys(labels.get(name, name) for name in inner.parameters)
        texts = [f"{label}\n    {self._text(label)}" for label in told]
        described = "\n".join(["Parameters", "----------", *texts])
        returned = f"Returns\n-------\n{returns.strip()}"
        function.__doc__ = "\n\n".join([head.strip(), described, returned, _RAISES])

    def _text(self, label: str) -> str:
        if label in self.says:
            return self.says[label].replace("\n", "\n    ")
        if label not in self.choices:
            return _TEXTS[label]
        *others, last = (f'``"{name}"``' for name in self.choices[label])
        return f"{', '.join(others)} or {last}."


PICTURES: dict[str, Picture] = {}
"""Pictures by name."""


def drawing(function: Inner[Options, Figure]) -> Outer[Options, Figure]:
    """Declare the function that draws a picture; it is called as that of its numbers is."""
    declared = PICTURES[function.__name__]

    @wraps(function)
    @paper_style()
    def draw(*args: Any, **kwargs: Any) -> Figure:
        check_fonts()
        figure: Figure = declared.call(function, args, kwargs)
        given = kwargs.get("ax", kwargs.get("axes"))
        if given is not None:
            settle(figure, given)
        return figure

    returns = f"matplotlib.figure.Figure\n    The figure; `{declared.name}_table` has its numbers."
    declared.document(draw, str(getdoc(function)), returns)
    declared.draw = draw
    return draw


def has_indices(groups: Mapping[str, xr.Dataset]) -> bool:
    """Whether the sensitivity analysis is of the kind that has first and total order."""
    return {"first_order", "total_order"} <= set(groups["sensitivity"])
