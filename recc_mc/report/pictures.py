"""Exhibits of pictures: each that its declaration gives a place in the report."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from inspect import signature
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.labels.dataset import outputs_in
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.study.shape import ALL_OUTPUTS, SYMBOLS, is_made_of, ranked_by

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from recc_mc.plot.picture import Picture, Shown

__all__ = ["Keep", "make_exhibits"]

Keep = Callable[[str, "Figure"], None]


def make_exhibits(result: Result, section: str, keep: Keep) -> Iterator[Exhibit | str]:
    """Draw the pictures of a section; where one cannot be drawn, a sentence says why.

    Parameters
    ----------
    result
        Groups of a result. What needs a group it lacks is left out without a word.
    section
        Anchor of the section.
    keep
        Called with the anchor and the figure of each.
    """
    # Loading matplotlib takes its time, and most commands draw nothing.
    from recc_mc.plot.pictures import PICTURES

    places = [
        (picture, shown)
        for picture in PICTURES.values()
        for shown in picture.shown
        if shown.section == section
    ]
    for picture, shown in sorted(places, key=lambda place: not place[1].first):
        if picture.group not in result.groups or not shown.applies(result.groups):
            continue
        fitted = _fitted(picture, shown, outputs_in(result.groups[picture.group].attrs))
        if fitted is None:
            continue
        shown = fitted
        try:
            yield _exhibit(result, picture, shown, keep)
        except InputError as error:
            yield f"{result.said(shown.title)}: {'; '.join(error.problems)}."


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
        title, note = (_of(SYMBOLS[index], text) for text in (shown.title, shown.note))
        shown = replace(shown, options=options, title=title, note=note)
        given |= options
    chosen = [given.get(name) for name in ("output", "statistic", "system")]
    if any(name in ALL_OUTPUTS and name not in outputs for name in chosen):
        return None
    needed = all(is_made_of(name, outputs) for name in picture.needed(given))
    return shown if needed else None


def _of(symbol: str, text: str) -> str:
    """Text about C as one about another index."""
    text = text.replace("Probability of overload", f"Mean of {symbol}")
    text = text.replace("the most loaded mine", f"the largest {symbol}")
    return re.sub(r"\bC\b", symbol, text).replace(" (Wilson)", "")


def _exhibit(result: Result, picture: "Picture", shown: "Shown", keep: Keep) -> Exhibit:
    from recc_mc.plot import render

    data = [result.groups.get(name) for name in (picture.group, *picture.optional)]
    frame = picture.table(*data, **shown.options)
    figure = picture.draw(*data, **shown.options)
    anchor = "-".join([picture.name.replace("_", "-"), *shown.options.values()])
    keep(anchor, figure)
    of_one_year = "year" in frame and frame["year"].nunique() == 1
    title = result.said(shown.title)
    return Exhibit(
        anchor,
        f"{title}, {frame['year'].iloc[0]}" if of_one_year else title,
        result.said(_note(shown.note, frame, result.groups)),
        page_table(frame, result.nouns, brief=True),
        render(figure, format="svg"),
        float(figure.get_size_inches()[0]),
    )


def _note(note: str, frame: pd.DataFrame, groups: Mapping[str, xr.Dataset]) -> str:
    """Note with the shares that the intervals enclose: those the result has the quantiles for."""
    from recc_mc.plot.selection import enclosed, percents

    # A picture of regions has a table without columns for them.
    of_regions = enclosed(groups.get("summary"), groups.get("samples"))
    shares = percents(frame) or [f"{100 * share:g}" for share in of_regions]
    return note.replace("{inner}", shares[-1]).replace("{outer}", shares[0])
