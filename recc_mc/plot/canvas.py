"""The sheet a picture is drawn on: axes of the caller, or a new figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.errors import InputError
from recc_mc.plot.style import DOUBLE, MILLIMETRE

__all__ = ["MOST_ROWS", "Sheet", "check_rows", "grid_of_panels", "panel_title_width", "single"]

MOST_ROWS = 200
"""Most mines of a picture: more do not fit on a page."""


@dataclass(frozen=True)
class Sheet:
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
        """Explain the marks: below a figure of our own, inside the last of the caller's axes."""
        if not handles:
            return
        if self.own:
            columns = min(columns, len(handles))
            self.figure.legend(handles=handles, loc="outside lower center", ncols=columns)
        else:
            self.axes[-1].legend(handles=handles, loc="best")

    def is_left(self, number: int) -> bool:
        """Whether a panel stands at the left edge."""
        return number % self.columns == 0

    def is_lowest(self, number: int) -> bool:
        """Whether no panel stands below."""
        return number + self.columns >= len(self.axes)


def single(ax: Axes | None, width: float, height: float) -> Sheet:
    """Make a sheet of one panel.

    Parameters
    ----------
    ax
        Axes of the caller; None makes a figure.
    width, height
        Size of the figure that is made, in inches.
    """
    if ax is not None:
        return Sheet((ax,), 1, own=False)
    figure = Figure(figsize=(width, height), layout="constrained")
    return Sheet((figure.add_subplot(),), 1, own=True)


def grid_of_panels(
    picture: str, axes: Sequence[Axes] | Axes | None, count: int, height: float
) -> Sheet:
    """Make a sheet of several panels that share their axes.

    Parameters
    ----------
    picture
        Name of the picture, for the message.
    axes
        Axes of the caller, at least `count`; None makes a figure of double width.
    count
        Number of panels.
    height
        Height of a row of panels, in inches.

    Raises
    ------
    InputError
        If there are too few axes.
    """
    if axes is not None:
        given = tuple(np.atleast_1d(np.asarray(axes, dtype=object)).flat)
        if len(given) < count:
            raise InputError(f"plot.{picture}: axes: {count} are needed, got {len(given)}")
        return Sheet(given[:count], 1, own=False)
    columns = _columns(count)
    rows = -(-count // columns)
    figure = Figure(figsize=(DOUBLE, rows * height + 14 * MILLIMETRE), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat
    for empty in panels[count:]:
        empty.remove()
    used = tuple(panels[:count])
    for ax in used[-columns:]:
        # Below the last panel of a column there may be none whose labels it could share.
        ax.xaxis.set_tick_params(labelbottom=True)
    return Sheet(used, columns, own=True)


def panel_title_width(sheet: Sheet) -> int:
    """Columns of text that fit above a panel."""
    return {1: 100, 2: 60, 3: 38, 4: 28, 5: 22}.get(sheet.columns, 18) if sheet.own else 38


def check_rows(picture: str, mines: int) -> None:
    """Refuse more mines than a page holds.

    Raises
    ------
    InputError
        If there are more than `MOST_ROWS`.
    """
    if mines > MOST_ROWS:
        raise InputError(
            f"plot.{picture}: mine: at most {MOST_ROWS} mines fit in a picture, got {mines}; "
            "choose some with .sel(mine=[...])"
        )


def _columns(count: int) -> int:
    if count <= 3:
        return count
    if count == 4:
        return 2
    return 3 if count <= 12 else 4 if count <= 24 else 5
