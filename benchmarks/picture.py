"""All ratios of a run on one logarithmic scale."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from benchmarks.frame import Row
from benchmarks.table import Run, number
from recc_mc.plot.canvas import row_height
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, INK, QUIET, SMALL, paper_style

OURS, BEHIND, AHEAD = INK, INDEX_COLOURS["recc"], INDEX_COLOURS["pressure"]


def draw(run: Run) -> Figure:
    """Bars of ``times ours``, a heading above those of the same work."""
    rows = [
        row
        for one in run["measurements"].values()
        for row in one["rows"]
        if row.ratio is not None and row.ratio > 0
    ]
    with paper_style():
        return _draw(rows)


def _draw(rows: Sequence[Row]) -> Figure:
    lines: list[Row | str] = []
    for k, row in enumerate(rows):
        if k == 0 or row.work != rows[k - 1].work:
            lines.append(row.work)
        lines.append(row)
    figure = Figure(figsize=(DOUBLE, row_height(len(lines), 4.0)), layout="constrained")
    ax = figure.add_subplot()
    ratios = [row.ratio for row in rows if row.ratio is not None] or [1.0]
    least, most = min(0.5, *ratios) / 1.5, max(2.0, *ratios) * 4
    for y, line in enumerate(lines):
        if isinstance(line, str):
            ax.text(0, y, line, transform=ax.get_yaxis_transform(), va="center", weight="bold")
        elif line.ratio is not None:
            _bar(ax, y, line.ratio, line.ahead)
    ax.axvline(1, color=INK, linewidth=0.6)
    ax.set_xscale("log")
    ax.set_xlim(least, most)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    named = [(y, line) for y, line in enumerate(lines) if isinstance(line, Row)]
    labels = [f"{row.contender} ({row.what})" for _, row in named]
    ax.set_yticks([y for y, _ in named], labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.5)
    ax.set_xlabel("times ours: right of 1, recc_mc is faster")
    handles = [Patch(color=BEHIND, label="behind recc_mc"), Patch(color=AHEAD, label="ahead")]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _bar(ax: "object", y: int, ratio: float, ahead: bool) -> None:
    colour = AHEAD if ahead else BEHIND
    ax.barh(y, ratio - 1, left=1, height=0.66, color=colour)
    ax.text(max(ratio, 1) * 1.08, y, number(ratio), va="center", size=SMALL, color=QUIET)
