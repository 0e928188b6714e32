"""Ticks of axes of years."""

from collections.abc import Iterable

from matplotlib.axes import Axes

__all__ = ["label_years"]

# Labels that fit below a panel, by the number of panels side by side.
ROOM = {1: 18, 2: 8, 3: 4}
FEW = 3


def label_years(ax: Axes, years: Iterable[int], columns: int) -> None:
    """Label as many years as fit, the last one among them."""
    known = [int(year) for year in years]
    room = ROOM.get(columns, FEW)
    step = -(-len(known) // room)
    shown = known[::-1][::step][::-1]
    ax.set_xticks(shown, [str(year) for year in shown])
    ax.set_xlim(known[0] - 0.6, known[-1] + 0.6)
