"""Coverage of 95 % intervals against the error of the estimates, by method."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks.frame import Row
from recc_mc.plot.canvas import row_height
from recc_mc.plot.style import DOUBLE, INK, MARKERS, MINE_COLOURS, QUIET, paper_style

__all__ = ["draw"]

# Where rows of a panel stand apart, in rows: points of several functions would hide each other.
SPREAD = 0.8


def draw(rows: Sequence[Row]) -> Figure:
    """Panels of first and total orders, in each a row for each method and a mark for each function.

    Parameters
    ----------
    rows
        Of the measurement; those of other quantities are left out.
    """
    with paper_style():
        return _draw([row for row in rows if "coverage" in row.more])


def _draw(rows: Sequence[Row]) -> Figure:
    orders = ("first order", "total order")
    shown = [row for row in rows if row.work.endswith(orders)]
    methods = list(dict.fromkeys(row.contender for row in shown))
    functions = list(dict.fromkeys(_split(row)[0] for row in shown))
    height = row_height(len(methods), 5.0)
    figure = Figure(figsize=(DOUBLE, height), layout="constrained")
    panels = figure.subplots(1, len(orders), sharey=True)
    for ax, order in zip(panels, orders, strict=True):
        _panel(ax, [row for row in shown if _split(row)[1] == order], methods, functions)
        ax.set_title(order[0].upper() + order[1:])
        ax.set_xlabel("intervals that hold the truth, %")
    panels[0].set_yticks(range(len(methods)), methods)
    panels[0].set_ylim(len(methods) - 0.5, -0.5)
    handles = [
        Line2D([], [], color=_colour(k), marker=MARKERS[k], linestyle="", label=name)
        for k, name in enumerate(functions)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _panel(ax: Axes, rows: Sequence[Row], methods: Sequence[str], functions: Sequence[str]) -> None:
    ax.axvline(95, color=INK, linewidth=0.6)
    for y in range(len(methods)):
        ax.axhline(y + 0.5, color="#e6e6e6", linewidth=0.5)
    for row in rows:
        k = functions.index(_split(row)[0])
        place = (k + 0.5) / len(functions) - 0.5
        ax.errorbar(
            100 * row.more["coverage"],
            methods.index(row.contender) + SPREAD * place,
            xerr=100 * row.more["coverage_error"],
            color=_colour(k),
            marker=MARKERS[k],
            elinewidth=0.6,
            ecolor=QUIET,
        )
    ax.set_xlim(-3, 103)
    ax.tick_params(axis="y", length=0)


def _split(row: Row) -> tuple[str, str]:
    """Function and quantity of a row."""
    function, _, quantity = row.work.rpartition(": ")
    return function, quantity


def _colour(number: int) -> str:
    return MINE_COLOURS[number % len(MINE_COLOURS)]
