"""Pictures of the page: draws in the plane of support and pressure, ranks, and what drives C."""

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span
from bokeh.plotting import figure

from recc_mc._typing import Floats
from recc_mc.explore.picture_numbers import Numbers
from recc_mc.explore.slow_numbers import Drivers
from recc_mc.labels.factors import FactorNames
from recc_mc.plot.fonts import shortened
from recc_mc.plot.style import MANY_COLOUR, MINE_COLOURS, QUIET

__all__ = ["MOST_FACTORS", "MOST_MINES", "Bars", "Plane", "Ranks"]

DOTS = 300
"""Draws of a mine that are drawn: enough to see a cloud, few enough to be sent at once."""
MOST_MINES = 20
"""Mines whose bars are drawn, those that are most probably overloaded."""
MOST_FACTORS = 10
LABEL_WIDTH = 30
_LIMITS = (("P = √S", np.sqrt), ("P = S", np.positive), ("P = S²", np.square))
_ZONES = (
    (0.18, 0.58, "high-value load"), (0.57, 0.66, "low-value load"),
    (0.66, 0.55, "low-value surplus"), (0.83, 0.4, "high-value surplus"),
)  # fmt: skip


def _figure(title: str, height: int, **more: Any) -> Any:
    found = figure(
        title=title, height=height, sizing_mode="stretch_width", toolbar_location=None, tools="",
        min_border=5, **more,
    )  # fmt: skip
    found.title.text_font_size = "14px"
    return found


def mine_colours(mines: int) -> list[str]:
    """Colour of each mine; one for all where there are more mines than colours."""
    return list(MINE_COLOURS[:mines]) if mines <= len(MINE_COLOURS) else [MANY_COLOUR] * mines


class Plane:
    """Support and pressure of the draws, the zones and the cuts of the grades."""

    def __init__(self, mines: tuple[str, ...]) -> None:
        self.mines, self._colours = mines, mine_colours(len(mines))
        self.figure = _figure("Support and pressure", 430, x_range=(0, 1), y_range=(0, 1))
        self.figure.xaxis.axis_label, self.figure.yaxis.axis_label = "support S", "pressure P"
        x = np.linspace(0, 1, 101)
        for _, curve in _LIMITS:
            self.figure.line(x, curve(x), color=QUIET)
        for place_x, place_y, words in _ZONES:
            self.figure.text(
                [place_x], [place_y], [words], text_color=QUIET, text_font_size="11px",
                text_align="center",
            )  # fmt: skip
        self._cuts = [Span(dimension=d, line_dash="dashed", line_color="#b0b0b0")
                      for d in ("width", "width", "height", "height")]  # fmt: skip
        for span in self._cuts:
            self.figure.add_layout(span)
        self._draws = ColumnDataSource({"x": [], "y": [], "colour": []})
        self._marks = ColumnDataSource({"x": [], "y": [], "colour": [], "mine": []})
        self._before = ColumnDataSource({"x": [], "y": [], "colour": []})
        self.figure.scatter("x", "y", source=self._draws, color="colour", size=3, alpha=0.2)
        self.figure.scatter(
            "x", "y", source=self._before, line_color="colour", fill_color=None, size=11
        )
        self.figure.scatter(
            "x", "y", source=self._marks, color="colour", line_color="white", size=10
        )
        self.figure.text(
            "x", "y", "mine", source=self._marks, x_offset=7, text_font_size="11px",
            text_color="#222222",
        )  # fmt: skip

    def show(self, now: Numbers, before: Numbers, year: int, cuts: tuple[float, ...]) -> None:
        """Show a year, beside it where the study as it was read has its baseline.

        Parameters
        ----------
        now, before
            Numbers of the state, and of the study.
        year
            The year.
        cuts
            Cuts of the grades.
        """
        at, then = now.at(year), before.at(year)
        step = max(now.support.shape[-1] // DOTS, 1)
        x, y = (array[:, at, ::step] for array in (now.support, now.pressure))
        self._draws.data = {
            "x": x.ravel(), "y": y.ravel(), "colour": np.repeat(self._colours, x.shape[1]),
        }  # fmt: skip
        self._marks.data = {
            "x": now.base_support[:, at], "y": now.base_pressure[:, at], "colour": self._colours,
            "mine": list(self.mines),
        }  # fmt: skip
        self._before.data = {
            "x": before.base_support[:, then], "y": before.base_pressure[:, then],
            "colour": self._colours,
        }  # fmt: skip
        for span, cut in zip(self._cuts, (*cuts, *cuts), strict=True):
            span.location = cut
        side = max(1.0, _largest(x), _largest(y))
        self.figure.x_range.end = self.figure.y_range.end = side
        self.figure.title.text = f"Support and pressure, {now.years[at]}"


def _largest(array: Floats) -> float:
    return float(np.nanmax(array, initial=0.0))


class Ranks:
    """Rank acceptability: how often a mine has each rank, 1 being the most loaded."""

    def __init__(self, mines: tuple[str, ...]) -> None:
        self.mines, self._shown = mines, min(len(mines), MOST_MINES)
        self._ranks = [f"rank {k + 1}" for k in range(len(mines))][:MOST_MINES]
        shades = np.linspace(0, 225, len(self._ranks)).astype(int)
        colours = [
            f"#{shade:02x}{(shade + 60) // 2:02x}{min(shade + 90, 240):02x}" for shade in shades
        ]
        self.figure = _figure(
            "Rank acceptability", 90 + 24 * self._shown, y_range=[], x_range=(0, 1),
            tooltips="$name of @mine: @$name{0.000}",
        )  # fmt: skip
        self._source = ColumnDataSource({"mine": [], **{name: [] for name in self._ranks}})
        self.figure.hbar_stack(
            self._ranks, y="mine", height=0.8, color=colours, line_color="white",
            source=self._source,
        )  # fmt: skip
        self.figure.xaxis.axis_label = "share of the draws; dark: rank 1, the most loaded"

    def show(self, now: Numbers, year: int) -> None:
        """Show a year.

        Parameters
        ----------
        now
            Numbers of the state.
        year
            The year.
        """
        shares = now.rank[:, now.at(year)]
        order = np.argsort(np.nan_to_num(shares @ np.arange(shares.shape[1]), nan=np.inf))
        order = order[: self._shown]
        names = [self.mines[k] for k in order]
        self.figure.y_range.factors = names[::-1]
        columns = {name: shares[order, k] for k, name in enumerate(self._ranks)}
        self._source.data = {"mine": names, **columns}


def _short(names: list[str]) -> list[str]:
    """Names that leave room for the bars, in full where they would be alike."""
    short = [shortened(name, LABEL_WIDTH) for name in names]
    return [long if short.count(cut) > 1 else cut for long, cut in zip(names, short, strict=True)]


class Bars:
    """Total orders of the factors that move C most.

    Parameters
    ----------
    names
        What the factors are called.
    """

    def __init__(self, names: FactorNames) -> None:
        self._names = names
        self.figure = _figure("Drivers of C", 290, y_range=[], x_range=(0, 1))
        self._source = ColumnDataSource({"factor": [], "total": []})
        self.figure.hbar(
            y="factor", right="total", height=0.7, source=self._source, color=MINE_COLOURS[2]
        )
        self.figure.xaxis.axis_label = "total order, all years together"

    def show(self, found: Drivers) -> None:
        """Show the leading factors.

        Parameters
        ----------
        found
            The drivers.
        """
        names = _short([self._names.name(label) for label in found.factors[:MOST_FACTORS]])
        self.figure.y_range.factors = names[::-1]
        self._source.data = {"factor": names, "total": list(found.total[:MOST_FACTORS])}
        self.figure.x_range.end = max(1.0, *found.total[:1])
