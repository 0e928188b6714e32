"""The registry of pictures: what one declares serves its checks, its docs, its names, the report.

A picture is a function of its numbers under `picture`, named ``<picture>_table``, and below it a
function that draws them under `drawing`, named like the picture.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import getdoc, signature
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from recc_mc.errors import InputError
from recc_mc.plot.selection import GROUPS, Group, Unfit, choice, group, year_of
from recc_mc.plot.style import paper_style

__all__ = ["PICTURES", "Picture", "Shown", "drawing", "picture"]

Options = ParamSpec("Options")
Needs = Sequence[str] | Callable[[Mapping[str, Any]], Sequence[str]]

_TEXTS = {
    **{name: f"Group ``{name}`` of a result." for name in GROUPS},
    "year": "The year; None is the last one.",
    "output": "Output of the model.",
    "ax": "Axes to draw on; None makes a figure.",
    "axes": "Axes to draw on, as many as mines (one for a single year); None makes a figure.",
}
# Arguments that are labels of a dimension of the group.
_LABELS = ("output", "mine")


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
    """What is known of a picture.

    Parameters
    ----------
    name
        Name of its two functions in `recc_mc.plot` and in `recc_mc.plot.tables`.
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
    table, draw
        Its functions.
    """

    name: str
    group: str
    needs: Needs
    optional: Sequence[str]
    choices: Mapping[str, Iterable[str]]
    says: Mapping[str, str]
    shown: Sequence[Shown]
    table: Callable[..., pd.DataFrame]
    draw: Callable[..., Figure]

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Call one of its functions: with a dataset, known labels and the year that None means."""
        try:
            bound = signature(function).bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{function.__name__}() {error}") from None
        bound.apply_defaults()
        with self._named():
            self._check(bound.arguments)
            return function(*bound.args, **bound.kwargs)

    def _check(self, given: dict[str, Any]) -> None:
        for name, known in self.choices.items():
            given[name] = choice(name, given[name], known)
        needs = self.needs(given) if callable(self.needs) else self.needs
        data = group(self.group, given[self.group], [need.format(**given) for need in needs])
        given[self.group] = data
        for name in _LABELS:
            if given.get(name) is not None:
                given[name] = choice(name, given[name], map(str, data[name].values))
        # The year of a mine is not read where none is chosen.
        if "year" in given and given.get("mine", "") is not None:
            given["year"] = year_of(data, given["year"])

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except Unfit as problem:
            raise InputError(f"plot.{self.name}: {problem}") from None

    def document(self, function: Callable[..., Any], head: str, returns: str) -> None:
        """Give a function its whole docstring; those of its parameters are declared once."""
        names = list(signature(function).parameters)
        told = {next((k for k in self.says if n in k.split(", ")), n): n for n in names}
        texts = [f"{label}\n    {self._text(label)}" for label in told]
        function.__doc__ = "\n\n".join(
            [
                head.strip(),
                "\n".join(["Parameters\n----------", *texts]),
                f"Returns\n-------\n{returns.strip()}",
                f"Raises\n------\nInputError\n    {self._reasons(names)}",
            ]
        )

    def _text(self, label: str) -> str:
        if label in self.says:
            return self.says[label].replace("\n", "\n    ")
        if label not in self.choices:
            return _TEXTS[label]
        *others, last = (f'``"{name}"``' for name in self.choices[label])
        return f"{', '.join(others)} or {last}."

    def _reasons(self, names: Sequence[str]) -> str:
        is_true = {
            "a variable": True,
            "a pair of levels": not callable(self.needs) and "quantile" in " ".join(self.needs),
            "the year": "year" in names,
            "axes": "axes" in names,
        }
        lacking = [what for what, here in is_true.items() if here]
        text = " or ".join(filter(None, [", ".join(lacking[:-1]), lacking[-1]]))
        text = f"If {text} {'are' if 'axes' in names else 'is'} missing"
        return f"{text}, or an argument is not known." if self.choices or _LABELS[0] in names else f"{text}."


PICTURES: dict[str, Picture] = {}
"""Pictures by name."""


def picture(
    of: str,
    needs: Needs = (),
    *,
    optional: Sequence[str] = (),
    choices: Mapping[str, Iterable[str]] = MappingProxyType({}),
    says: Mapping[str, str] = MappingProxyType({}),
    shown: Sequence[Shown] = (),
) -> Callable[
    [Callable[Concatenate[xr.Dataset, Options], pd.DataFrame]],
    Callable[Concatenate[Group, Options], pd.DataFrame],
]:
    """Declare a picture by the function of its numbers.

    The function is called with a dataset that has the variables, whatever the group is given as;
    with the spelling of `choices`, of outputs and of mines, and with the year that None means. Its
    docstring says what it returns.

    Parameters
    ----------
    of, needs, optional, choices, says, shown
        As `Picture` describes them; `of` is its group.
    """

    def declare(
        function: Callable[Concatenate[xr.Dataset, Options], pd.DataFrame],
    ) -> Callable[Concatenate[Group, Options], pd.DataFrame]:
        name = function.__name__.removesuffix("_table")

        @wraps(function)
        def table(*args: Any, **kwargs: Any) -> pd.DataFrame:
            found: pd.DataFrame = declared.call(function, args, kwargs)
            return found

        declared = Picture(name, of, needs, optional, choices, says, shown, table, _undrawn)
        PICTURES[name] = declared
        first, *others = signature(function).parameters.values()
        table.__signature__ = signature(function).replace(  # type: ignore[attr-defined]
            parameters=[first.replace(annotation=Group), *others]
        )
        head, _, returns = str(getdoc(function)).partition("Returns\n-------\n")
        declared.document(table, head, returns)
        return table

    return declare


def drawing(function: Callable[Options, Figure]) -> Callable[Options, Figure]:
    """Declare the function that draws a picture; it is called with checked arguments."""
    declared = PICTURES[function.__name__]

    @wraps(function)
    def draw(*args: Options.args, **kwargs: Options.kwargs) -> Figure:
        with paper_style():
            figure: Figure = declared.call(function, args, kwargs)
        return figure

    returns = f"matplotlib.figure.Figure\n    The figure; `{declared.name}_table` has its numbers."
    declared.document(draw, str(getdoc(function)), returns)
    declared.draw = draw
    return draw


def _undrawn(*args: Any, **kwargs: Any) -> Figure:
    raise NotImplementedError("a picture needs a function under @drawing")
