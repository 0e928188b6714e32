"""Pictures of a run: all ratios on one logarithmic scale, and those of single measurements."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from benchmarks.frame import Row, load
from benchmarks.table import Run, number
from recc_mc.plot.canvas import row_height
from recc_mc.plot.save import save
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, INK, QUIET, SMALL, paper_style

BEHIND, AHEAD = INDEX_COLOURS["recc"], INDEX_COLOURS["pressure"]


def write(run: Run, folder: Path) -> None:
    """Draw a run into a folder: ``ratios.svg``, and a file for each measurement with a picture."""
    save(draw(run), folder / "ratios.svg", overwrite=True)
    for name, measurement in load().items():
        rows = run["measurements"].get(name, {"rows": []})["rows"]
        if measurement.draw and rows:
            save(measurement.draw(rows), folder / f"{name}.svg", overwrite=True)


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
    for work, members in groupby(rows, key=lambda row: row.work):
        lines += [work, *members]
    figure = Figure(figsize=(DOUBLE, row_height(len(lines), 4.0)), layout="constrained")
    ax = figure.add_subplot()
    ratios = [row.ratio for row in rows if row.ratio is not None] or [1.0]
    ax.axvline(1, color=INK, linewidth=0.6)
    for y, line in enumerate(lines):
        if isinstance(line, str):
            _heading(ax, y, line)
        elif line.ratio is not None:
            _bar(ax, y, line.ratio, line.ahead)
    ax.set_xscale("log")
    ax.set_xlim(min(0.5, *ratios) / 1.5, max(2.0, *ratios) * 4)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,g}")
    ax.set_ylim(len(lines) - 0.4, -0.6)
    named = [(y, line) for y, line in enumerate(lines) if isinstance(line, Row)]
    labels = [f"{row.contender}, {row.what}" for _, row in named]
    ax.set_yticks([y for y, _ in named], labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.5)
    ax.set_xlabel("times ours: right of 1, recc_mc is faster")
    handles = [
        Patch(color=BEHIND, label="recc_mc, or behind it"),
        Patch(color=AHEAD, label="ahead of it"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _heading(ax: Axes, y: int, work: str) -> None:
    transform = ax.get_yaxis_transform()
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    ax.text(0, y, work, transform=transform, va="center", weight="bold", bbox=box)


def _bar(ax: Axes, y: int, ratio: float, ahead: bool) -> None:
    ax.barh(y, ratio - 1, left=1, height=0.66, color=AHEAD if ahead else BEHIND)
    ax.text(max(ratio, 1) * 1.08, y, number(ratio), va="center", size=SMALL, color=QUIET)
