"""Which pictures a report shows, of which groups, and what a reader is told about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.report.frames import page_table
from recc_mc.report.model import Exhibit, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PICTURES", "Picture", "make_exhibits"]

Keep = Callable[[str, "Figure"], None]


@dataclass(frozen=True)
class Picture:
    """A picture of `recc_mc.plot`.

    Parameters
    ----------
    function
        Name of the function that draws it and, in `recc_mc.plot.tables`, of that which gives its
        numbers.
    title, note
        What it shows and how to read it.
    groups
        Groups that it needs.
    optional
        Groups that it also takes, if there are any.
    options
        Further arguments.
    applies
        Whether a result has anything of it to show.
    """

    function: str
    title: str
    note: str
    groups: Sequence[str] = ("summary",)
    optional: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    applies: Callable[[Result], bool] = lambda result: True

    @property
    def anchor(self) -> str:
        """Identifier of the picture, and name of its file."""
        words = [self.function.replace("_", "-"), *map(str, self.options.values())]
        return "-".join(words)


def _has_obstacles_of_pressure(result: Result) -> bool:
    summary = result.groups["summary"]
    if "obstacle_mean" not in summary:
        return False
    pressure = np.flatnonzero(summary["indicator_system"].values == "pressure")
    return bool(summary["obstacle_mean"].isel(indicator=pressure).notnull().any())


def _has_indices(result: Result) -> bool:
    """Whether the sensitivity analysis is of the kind that has first and total order."""
    return result.holds("sensitivity", "first_order", "total_order")


_INTERVALS = (
    "Bands hold {inner} % and {outer} % of the draws, the line is their median, marks are the "
    "baseline, computed once without uncertainty."
)
_HALF_WIDTHS = "Error bars are 95 % intervals."

PICTURES: Mapping[str, Sequence[Picture]] = {
    "ranking": (
        Picture(
            "rank_acceptability",
            "How often each mine takes each rank",
            "Share of the draws in which a mine has a rank (rank acceptability). Rank 1 is the "
            "most loaded mine. The frames mark the baseline.",
        ),
        Picture(
            "rank_intervals",
            "Rank intervals against the baseline rank",
            "The interval holds {outer} % of the draws; the baseline's rank is marked.",
        ),
    ),
    "load": (
        Picture(
            "plane",
            "Support and pressure",
            "Points are the baseline; regions hold {inner} % and {outer} % of the draws (without "
            "kept draws, an ellipse {outer} % of a normal distribution of their moments). The "
            "curves divide the coupling zones, the lines the grades; above the diagonal C = P / S "
            "is more than 1: overload.",
            groups=("baseline",),
            optional=("summary", "samples"),
        ),
    ),
    "index": tuple(
        Picture("ribbons", f"{title} over the years", _INTERVALS, options={"variable": name})
        for name, title in (
            ("recc", "Carrying capacity index C"),
            ("support", "Support index S"),
            ("pressure", "Pressure index P"),
        )
    ),
    "classes": tuple(
        Picture(
            "class_probabilities",
            f"Probability of each {what}",
            f"Share of the draws in which a mine is in the {what}, by year.",
            options={"variable": name},
        )
        for name, what in (("zone", "coupling zone"), ("grade", "grade"))
    ),
    "trends": tuple(
        Picture(
            "trends",
            f"Change of {title}, first to last year",
            "The interval holds {outer} % of the draws, its dot is their median, the mark the "
            "baseline's change; the number is the probability of an increase.",
            options={"variable": name},
            applies=lambda result: result.any_group.sizes["year"] > 1,
        )
        for name, title in (("recc", "C"), ("support", "S"), ("pressure", "P"))
    ),
    "obstacles": tuple(
        Picture(
            "obstacles",
            title,
            "Mean over the draws of the obstacle degree of each indicator, not the baseline's: "
            f"{meaning}. The degrees of a mine add up to 1.",
            options={"system": system},
            applies=applies,
        )
        for system, title, meaning, applies in (
            (
                "support",
                "Obstacles to support",
                "its share in what S lacks to be 1, of the weighted 1 - r",
                lambda result: True,
            ),
            (
                "pressure",
                "Obstacles by pressure",
                "its share in the pressure, of the weighted r",
                _has_obstacles_of_pressure,
            ),
        )
    ),
    "weights": (
        Picture(
            "weights",
            "Weights of the indicators",
            "Intervals hold {outer} % of the draws, dots are their medians: the combined weight "
            "and its two parts, from judgments (AHP) and from data (entropy); marks are the "
            "baseline.",
        ),
    ),
    "drivers": (
        Picture(
            "variance_split",
            "What the variance of C comes from",
            "First-order shares of the three classes of factors, by mine and year; the rest is due "
            "to interactions between the classes, not to those of single factors within one.",
            groups=("sensitivity",),
            applies=_has_indices,
        ),
        Picture(
            "sensitivity_bars",
            "Factors that matter most to C, all mines and years",
            "Total-order indices over all mines and years together, each weighted by its variance: "
            f"the share of the variance in which a factor takes part. {_HALF_WIDTHS}",
            groups=("sensitivity",),
            applies=_has_indices,
        ),
        Picture(
            "sensitivity_bars",
            "Factors that matter most to the rank",
            "The same for the rank of a mine; not the indices of the average shift in rank that "
            f"the summary names. {_HALF_WIDTHS}",
            groups=("sensitivity",),
            applies=_has_indices,
            options={"output": "rank"},
        ),
        Picture(
            "sensitivity_map",
            "Factors by mine",
            "Total-order indices of C of each mine by itself, unlike those of all mines and years "
            "together above.",
            groups=("sensitivity",),
            applies=_has_indices,
        ),
    ),
    "precision": (
        Picture(
            "convergence",
            "Probability of overload as draws add up",
            "Running estimate and its 95 % interval (Wilson).",
            groups=("samples",),
        ),
    ),
}
"""Pictures by section."""


def make_exhibits(
    result: Result, pictures: Sequence[Picture], keep: Keep
) -> Iterator[Exhibit | str]:
    """Draw pictures; where one cannot be drawn, a sentence says why.

    Parameters
    ----------
    result
        Groups of a result. What needs a group it lacks is left out without a word.
    pictures
        What to draw.
    keep
        Called with the anchor and the figure of each.
    """
    for picture in pictures:
        if not all(result.holds(group) for group in picture.groups) or not picture.applies(result):
            continue
        try:
            yield _exhibit(result, picture, keep)
        except InputError as error:
            yield f"{picture.title}: {'; '.join(error.problems)}."


def _exhibit(result: Result, picture: Picture, keep: Keep) -> Exhibit:
    from recc_mc import plot

    data: list[xr.Dataset | None] = [result.groups[name] for name in picture.groups]
    data += [result.groups.get(name) for name in picture.optional]
    frame = getattr(plot.tables, picture.function)(*data, **picture.options)
    figure = getattr(plot, picture.function)(*data, **picture.options)
    keep(picture.anchor, figure)
    of_one_year = "year" in frame and frame["year"].nunique() == 1
    return Exhibit(
        picture.anchor,
        f"{picture.title}, {frame['year'].iloc[0]}" if of_one_year else picture.title,
        _note(picture.note, frame, result.groups),
        page_table(frame, brief=True),
        plot.render(figure, format="svg"),
        float(figure.get_size_inches()[0]),
    )


def _note(note: str, frame: pd.DataFrame, groups: Mapping[str, xr.Dataset]) -> str:
    """Note with the shares that the intervals enclose: those the result has the quantiles for."""
    from recc_mc.plot.selection import enclosed

    shares = [name.removeprefix("lower_") for name in map(str, frame) if name.startswith("lower_")]
    if not shares:
        # A picture of regions, whose table has no columns for them.
        shares = [f"{100 * s:g}" for s in enclosed(groups.get("summary"), groups.get("samples"))]
    ordered = sorted(shares, key=float)
    return note.replace("{inner}", ordered[0]).replace("{outer}", ordered[-1])
