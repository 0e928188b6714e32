"""The sheet a picture is drawn on: axes of the caller, or a new figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.language import say
from recc_mc.plot.borrowed import borrow, explain_below
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.notebook import ShownFigure
from recc_mc.plot.selection import Unfit
from recc_mc.plot.style import DOUBLE, MILLIMETRE
from recc_mc.study.nouns import MINES, Nouns

__all__ = [
    "AxesOrNone",
    "Canvas",
    "check_rows",
    "panels",
    "panels_across",
    "panels_of_rows",
    "panels_or_rows",
    "row_height",
    "single",
]

AxesOrNone = Sequence[Axes] | Axes | None
"""Axes of the caller, one or several, or none."""

MOST_ROWS = 200
"""Most mines of a picture: more do not fit on a page."""
# Labels of years that fit below a panel, by the number of panels side by side.
_YEARS = {1: 18, 2: 8, 3: 4}
_FEW = 3
FEW_ROWS = 12
"""Rows of a panel up to which they have room to spare."""


@dataclass(frozen=True)
class Canvas:
    """Axes to draw on.

    Parameters
    ----------
    axes
        The axes, one for each panel.
    columns
        Number of panels side by side.
    own
        Whether the figure was made for this picture; if not, its layout is the caller's.
    """

    axes: tuple[Axes, ...]
    columns: int
    own: bool

    @property
    def figure(self) -> Figure:
        """The figure that holds the axes."""
        figure = self.axes[0].get_figure(root=True)
        assert figure is not None
        return figure

    def legend(self, handles: Sequence[Artist], columns: int) -> None:
        """Explain the marks: below a figure of our own, or below the last of the caller's axes."""
        if not handles:
            return
        if self.own:
            columns = min(columns, len(handles))
            self.figure.legend(handles=handles, loc="outside lower center", ncols=columns)
        else:
            explain_below(self.axes[-1], handles, columns)

    def label_panels(self, mines: Sequence[object], years: Iterable[int], title: str) -> None:
        """Name panels of mines over the years, and their axes where no other panel does."""
        width = {1: 100, 2: 60, 3: 38, 4: 28, 5: 22}.get(self.columns, 18) if self.own else 38
        known = [int(year) for year in years]
        # As many years as fit, the last one among them.
        step = -(-len(known) // _YEARS.get(self.columns, _FEW))
        shown = known[::-step][::-1]
        for number, (ax, name) in enumerate(zip(self.axes, drawable(mines), strict=True)):
            ax.set_title(shortened(name, width))
            ax.set_xticks(shown, [str(year) for year in shown])
            ax.set_xlim(known[0] - 0.6, known[-1] + 0.6)
            if number % self.columns == 0:
                ax.set_ylabel(title)
            if number + self.columns >= len(self.axes):
                ax.set_xlabel(say("Year"))


def single(ax: Axes | None, width: float, height: float) -> Canvas:
    """Make a sheet of one panel.

    Parameters
    ----------
    ax
        Axes of the caller; None makes a figure.
    width, height
        Size of the figure that is made, in inches.
    """
    if ax is not None:
        return _borrowed((ax,))
    figure = ShownFigure(figsize=(width, height), layout="constrained")
    return Canvas((figure.add_subplot(),), 1, own=True)


def row_height(rows: int, each: float = 5.0) -> float:
    """Height in inches of a picture with so many rows, each of some millimetres."""
    return (rows * (each if rows <= 30 else min(each, 3.2)) + 18) * MILLIMETRE


def panels_or_rows(axes: AxesOrNone, mines: int, years: int, nouns: Nouns = MINES) -> Canvas:
    """Make a sheet: a panel for each mine, or of a single year one with a row for each.

    Panels share their axes.

    Parameters
    ----------
    axes
        Axes of the caller, as many as panels; None makes a figure of double width.
    mines, years
        Their numbers.
    nouns
        What the study calls its mines.

    Raises
    ------
    Unfit
        If there are too few axes or too many mines.
    """
    check_rows(mines, nouns)
    if axes is None and years == 1:
        return single(None, DOUBLE, row_height(mines))
    count = mines if years > 1 else 1
    # A panel that is as wide as the page is higher, too.
    return panels(axes, count, panels_across(count), 34 if count > 1 else 60)


def panels_of_rows(axes: AxesOrNone, count: int, mines: int, nouns: Nouns = MINES) -> Canvas:
    """Make a sheet: panels side by side and below each other, in each a row for each mine.

    Parameters
    ----------
    axes
        Axes of the caller, as many as panels; None makes a figure of double width.
    count, mines
        Number of panels, and of the rows of each.
    nouns
        What the study calls its mines.

    Raises
    ------
    Unfit
        If there are too few axes or too many mines.
    """
    check_rows(mines, nouns)
    # High panels stand side by side as far as their titles can be read.
    columns = min(count, 4) if mines > FEW_ROWS else panels_across(count)
    return panels(axes, count, columns, mines * (5.0 if mines <= FEW_ROWS else 3.2) + 9)


def panels(
    axes: AxesOrNone, count: int, columns: int, height: float, *, alike: bool = True
) -> Canvas:
    """Make a sheet of panels.

    Parameters
    ----------
    axes
        Axes of the caller, as many as panels; None makes a figure of double width.
    count, columns
        Number of panels, and of those side by side.
    height
        Height of a panel in millimetres.
    alike
        Whether they share their axes.

    Raises
    ------
    Unfit
        If there are too few axes.
    """
    if axes is not None:
        given = tuple(np.atleast_1d(np.asarray(axes, dtype=object)).flat)
        if len(given) < count:
            raise Unfit(f"axes: {count} are needed, got {len(given)}")
        return _borrowed(given[:count])
    rows = -(-count // columns)
    figure = ShownFigure(figsize=(DOUBLE, (rows * height + 14) * MILLIMETRE), layout="constrained")
    made = figure.subplots(rows, columns, sharex=alike, sharey=alike, squeeze=False).flat
    for empty in made[count:]:
        empty.remove()
    used = tuple(made[:count])
    for ax in used[-columns:]:
        # Below the last panel of a column there may be none whose labels it could share.
        ax.xaxis.set_tick_params(labelbottom=True)
    return Canvas(used, columns, own=True)


def _borrowed(axes: tuple[Axes, ...]) -> Canvas:
    """Axes of the caller as a sheet."""
    borrow(axes)
    return Canvas(axes, 1, own=False)


def check_rows(mines: int, nouns: Nouns = MINES) -> None:
    """Refuse more mines than a page holds.

    Raises
    ------
    Unfit
        If there are more than `MOST_ROWS`.
    """
    if mines > MOST_ROWS:
        raise Unfit(
            f"mine: at most {MOST_ROWS} {nouns.many} fit in a picture, got {mines}; "
            "choose some with .sel(mine=[...])"
        )


def panels_across(count: int) -> int:
    """Number of panels side by side, of so many."""
    if count <= 3:
        return count
    if count == 4:
        return 2
    return 3 if count <= 12 else 4 if count <= 24 else 5
