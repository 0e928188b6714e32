"""Exhibits of pictures: each that its declaration gives a place in the report."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.labels.dataset import outputs_in
from recc_mc.language import lacking, say, translated, untranslated
from recc_mc.language.retelling import retold
from recc_mc.machine.sharing import in_two_processes
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.results.outputs import index_symbol
from recc_mc.study.shape import ALL_OUTPUTS, is_made_of, ranked_by

if TYPE_CHECKING:
    from recc_mc.plot.picture import Picture, Shown

__all__ = ["Drawn", "make_exhibits", "numbers_alone"]


@dataclass(frozen=True)
class Drawn:
    """A picture at its place.

    Parameters
    ----------
    section
        Anchor of the section.
    exhibit
        The picture with its numbers; where it cannot be drawn, a sentence says why.
    file
        The picture as a file of its own, if that is wanted.
    """

    section: str
    exhibit: Exhibit | str
    file: bytes | None = None


def make_exhibits(result: Result, format: str | None) -> list[Drawn]:
    """Draw the pictures of a report, in their order within each section.

    Parameters
    ----------
    result
        Groups of a result. What needs a group it lacks is left out without a word.
    format
        Format of pictures as files of their own; None if there are none.
    """
    places = _places(result)
    # Draws are read from the file, which two processes had better not do.
    reading = [
        number
        for number, (picture, *_) in enumerate(places)
        if "samples" in (picture.group, *picture.optional)
    ]
    draw = partial(_pictured, format=format)

    def made(number: int) -> tuple[Drawn, frozenset[str]]:
        return _made(result, *places[number], draw), untranslated()

    found = in_two_processes(made, len(places), own=reading)
    # The other process speaks the same language, but what it notes there is not known here.
    for _, missing in found:
        lacking(missing)
    return [drawn for drawn, _ in found]


def numbers_alone(result: Result) -> list[Drawn]:
    """Tables of the pictures of a report, without the pictures."""
    return [_made(result, *place, lambda *_: (None, 0.0, None)) for place in _places(result)]


def _places(result: Result) -> list[tuple["Picture", str, "Shown"]]:
    """Pictures that a result has something to show of, each with its group at its places."""
    # Loading matplotlib takes its time, and most commands draw nothing.
    from recc_mc.plot.pictures import PICTURES

    places = [
        (picture, group, fitted)
        for picture in PICTURES.values()
        for shown in picture.shown
        for group in result.keys_of(picture.group)
        if shown.applies(result.groups)
        if (fitted := _fitted(picture, shown, outputs_in(result.groups[group].attrs)))
    ]
    places.sort(key=lambda place: not place[2].first)
    return places


def _fitted(picture: "Picture", shown: "Shown", outputs: tuple[str, ...]) -> "Shown | None":
    """The place as the shape of the study has it; None where what it shows is left out."""
    index = ranked_by(outputs)
    options = dict(shown.options)
    defaults = {name: p.default for name, p in signature(picture.table).parameters.items()}
    given = defaults | options
    if index != "recc":
        # What pictures show of C is shown of the only index.
        for name, value in (("output", "recc"), ("statistic", "overload")):
            if given.get(name) == value:
                options[name] = index
        shown = replace(shown, options=options)
        given |= options
    chosen = [given.get(name) for name in ("output", "statistic", "system")]
    if any(name in ALL_OUTPUTS and name not in outputs for name in chosen):
        return None
    needed = all(is_made_of(name, outputs) for name in picture.needed(given))
    return shown if needed else None


def _of(result: Result, text: str) -> str:
    """Text about C, in the language that is spoken, as one about another index."""
    symbol = index_symbol(result.any_group)
    if symbol == "C":
        return text
    mean, largest = (say(of, symbol=symbol) for of in ("Mean of {symbol}", "the largest {symbol}"))
    for ours, other in (
        ("Probability of overload", mean),
        ("the most loaded mine", largest),
        (" (Wilson)", ""),
    ):
        text = text.replace(result.nouns.worded(ours), other)
    return re.sub(r"(?<![A-Za-z])C(?![A-Za-z])", symbol, text)


# A picture as it stands in the report, its width in inches, and as a file of its own.
_Picture = tuple[bytes | None, float, bytes | None]
_Draw = Callable[["Picture", list[xr.Dataset | None], Mapping[str, str]], _Picture]


def _pictured(
    picture: "Picture",
    data: list[xr.Dataset | None],
    options: Mapping[str, str],
    format: str | None,
) -> _Picture:
    from recc_mc.plot import render
    from recc_mc.plot.screen import set_for_screen

    file = None if format is None else render(picture.draw(*data, **options), format=format)
    figure = picture.draw(*data, **options)
    set_for_screen(figure)
    return render(figure, format="svg"), float(figure.get_size_inches()[0]), file


def _made(result: Result, picture: "Picture", group: str, shown: "Shown", draw: _Draw) -> Drawn:
    try:
        return Drawn(shown.section, *_exhibit(result, picture, group, shown, draw))
    except InputError as error:
        problems = translated("; ").join(map(retold, error.problems))
        title = _worded(result, shown.title)
        text = say("{title}: {problems}.", title=title, problems=problems)
        return Drawn(shown.section, text)


def _worded(result: Result, text: str, **values: str) -> str:
    """Text of a place in the words of the study, its language and its index."""
    return _of(result, result.said(text, **values))


def _exhibit(
    result: Result, picture: "Picture", group: str, shown: "Shown", draw: _Draw
) -> tuple[Exhibit, bytes | None]:
    data = [result.groups.get(name) for name in (group, *picture.optional)]
    frame = picture.table(*data, **shown.options)
    drawn, width, file = draw(picture, data, shown.options)
    name = group.partition("/")[2]
    parts = [picture.name.replace("_", "-"), *shown.options.values(), name]
    anchor = "-".join(filter(None, parts))
    of_one_year = "year" in frame and frame["year"].nunique() == 1
    title = _worded(result, shown.title)
    if name:
        title = say("{title}: {name}", title=title, name=name)
    if of_one_year:
        title = say("{title}, {year}", title=title, year=frame["year"].iloc[0])
    exhibit = Exhibit(
        anchor,
        title,
        _worded(result, shown.note, **_enclosed(frame, result.groups)),
        page_table(frame, result.nouns, brief=True),
        drawn,
        width,
        picture.group,
    )
    return exhibit, file


def _enclosed(frame: pd.DataFrame, groups: Mapping[str, xr.Dataset]) -> dict[str, str]:
    """Shares that the intervals enclose: those the result has the quantiles for."""
    from recc_mc.plot.selection import enclosed, percents

    # A picture of regions has a table without columns for them.
    of_regions = enclosed(groups.get("summary"), groups.get("samples"))
    shares = percents(frame) or [f"{100 * share:g}" for share in of_regions]
    return {"inner": shares[-1], "outer": shares[0]}
