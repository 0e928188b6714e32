"""Error of a mean, of a probability and of a total order against seconds: what an answer costs.

Each way estimates at several sizes, with several seeds, on one core; errors are from the long runs
of `truths`. A row says how long a way takes to the error of its quantity in `WANTED`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks import truths
from benchmarks.frame import OURS, Row, measurement, pinned, tried
from benchmarks.ways import DECOMPOSING, DRAWING, FACTOR, MINE, YEAR
from recc_mc.plot.style import DOUBLE, MARKERS, MILLIMETRE, MINE_COLOURS, QUIET, paper_style

#: Root mean square errors that rows are about.
WANTED = {"mean": 0.001, "probability": 0.005, "total": 0.01}
TITLES = {
    "mean": f"mean of C, {MINE} {YEAR}",
    "probability": f"P(C ≥ 1), {MINE} {YEAR}",
    "total": f"total order of {FACTOR}, {MINE} {YEAR}",
}
#: Seeds by size: numbers of samples, and of base rows for ways that are slow or fast.
DRAWS, FEW_DRAWS = {512: 24, 2048: 24, 8192: 16, 32768: 8}, {128: 2, 256: 2}
ROWS, FEW_ROWS = {32: 24, 128: 24, 512: 16}, {16: 2, 32: 2}
MORE_ROWS = {128: 24, 512: 24, 2048: 16, 8192: 8}
FAST = ("recc_mc, all factors and cells", "batched NumPy, this factor alone")
#: Peers that ways need.
NEEDS = {"SciPy": "scipy", "SALib": "SALib", "OpenTURNS": "openturns", "JAX": "jax"}
# Of the error in the size, for random rows 1/2, for scrambled rows and smooth functions 3/2.
POWERS = (0.4, 1.5)


class Point(NamedTuple):
    """A way at one size: seconds of its fastest run, and errors by quantity."""

    size: int
    seconds: float
    errors: dict[str, float]


def measured(name: str, sizes: Mapping[int, int]) -> list[Point]:
    """A way at its sizes, each with as many seeds; the first run may compile and does not count."""
    way = {**DRAWING, **DECOMPOSING}[name]
    quantities = list(way(min(sizes), 0))
    points = []
    for size, seeds in sizes.items():
        seconds, found = [], []
        for seed in range(1, seeds + 1):
            start = perf_counter()
            found.append(way(size, seed))
            seconds.append(perf_counter() - start)
        errors = {q: _rmse([one[q] for one in found], truth(q)) for q in quantities}
        points.append(Point(size, min(seconds), errors))
    return points


def sizes_of(name: str, small: bool) -> Mapping[int, int]:
    """Seeds by size of a way."""
    if name in DRAWING:
        return FEW_DRAWS if small else DRAWS
    if small:
        return FEW_ROWS
    return MORE_ROWS if name in FAST else ROWS


def truth(quantity: str) -> float:
    """The value that errors are from."""
    return float(truths.known()["case"][quantity]["ours"]["value"])


def _rmse(values: Sequence[float], true: float) -> float:
    return float(np.sqrt(np.mean((np.array(values) - true) ** 2)))


def seconds_to(
    wanted: float, sizes: Sequence[int], seconds: Sequence[float], errors: Sequence[float]
) -> float:
    """Seconds to an error: the size by a power law of all sizes, its seconds by straight lines.

    The power is held between those that are known of random and of scrambled rows, with some room.

    Parameters
    ----------
    wanted
        The error.
    sizes, seconds, errors
        What was measured, sizes growing; beyond the last of them seconds grow as sizes do.

    Examples
    --------
    >>> round(seconds_to(0.025, [100, 400], [1.0, 4.0], [0.1, 0.05]), 6)
    16.0
    """
    x, y = np.log(sizes), np.log(errors)
    power = float(np.clip(-np.polyfit(x, y, 1)[0], *POWERS))
    needed = float(np.exp(np.mean(y + power * x) - np.log(wanted)) ** (1 / power))
    if needed > sizes[-1]:
        return seconds[-1] * needed / sizes[-1]
    return float(np.interp(needed, sizes, seconds))


def way_rows(name: str, quantities: Sequence[str], small: bool) -> Iterator[Row]:
    """Rows of a way, one for each quantity, without ratios."""
    points = measured(name, sizes_of(name, small))
    sizes, seconds = [p.size for p in points], [p.seconds for p in points]
    for quantity in quantities:
        errors = [point.errors[quantity] for point in points]
        wanted = WANTED[quantity]
        more = {f"seconds {p.size}": p.seconds for p in points}
        more |= {f"error {p.size}": error for p, error in zip(points, errors, strict=True)}
        yield Row(
            TITLES[quantity],
            name,
            f"seconds to an error of {wanted:g}",
            seconds_to(wanted, sizes, seconds, errors),
            samples=sizes[-1],
            note=f"error {errors[-1]:.2g} in {seconds[-1]:.2g} s",
            more=more,
        )


def draw(rows: Sequence[Row]) -> Figure:
    """Error against seconds, a panel for each quantity, a line for each way."""
    with paper_style():
        return _draw([row for row in rows if row.value is not None])


def _draw(rows: Sequence[Row]) -> Figure:
    figure = Figure(figsize=(DOUBLE, 84 * MILLIMETRE), layout="constrained")
    panels = figure.subplots(1, len(TITLES))
    looks = _looks(list(dict.fromkeys(row.contender for row in rows)))
    handles: dict[str, Line2D] = {}
    for ax, (quantity, title) in zip(panels, TITLES.items(), strict=True):
        for row in rows:
            if row.work == title:
                handles[row.contender] = _line(ax, row, looks[row.contender])
        ax.axhline(WANTED[quantity], color=QUIET, linewidth=0.5, linestyle=(0, (4, 3)), zorder=0)
        ax.set(xscale="log", yscale="log", title=title.replace(", ", "\n", 1))
        ax.set_xlabel("seconds on one core")
        ax.grid(which="major", color="#e6e6e6", linewidth=0.5)
    panels[0].set_ylabel("root mean square error")
    figure.legend(list(handles.values()), list(handles), loc="outside lower center", ncols=3)
    return figure


def _looks(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A colour for each program, a mark for each of its ways; ours in full lines."""
    programs = [OURS, *(word for word in (*NEEDS, "NumPy"))]
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        program = next(word for word in programs if word in name)
        before = sum(program == each["label"] for each in found.values())
        found[name] = {
            "label": program,
            "color": MINE_COLOURS[programs.index(program)],
            "marker": MARKERS[before],
            "linestyle": "-" if program == OURS else "--",
            "linewidth": 1.4 if program == OURS else 0.8,
        }
    return found


def _line(ax: Axes, row: Row, look: dict[str, Any]) -> Line2D:
    sizes = [key.removeprefix("error ") for key in row.more if key.startswith("error ")]
    seconds = [row.more[f"seconds {size}"] for size in sizes]
    errors = [row.more[f"error {size}"] for size in sizes]
    (line,) = ax.plot(seconds, errors, **look)
    return line


def all_rows(small: bool) -> Iterator[Row]:
    """Rows of all ways."""
    for ways, quantities in ((DRAWING, ("mean", "probability")), (DECOMPOSING, ("total",))):
        for name in ways:
            needs = [peer for word, peer in NEEDS.items() if word in name]
            yield from tried(
                TITLES[quantities[0]], name, partial(way_rows, name, quantities, small), needs
            )


@measurement("efficiency", "Seconds to an error, of the case study on one core", draw=draw)
def rows(small: bool) -> Iterator[Row]:
    """Rows by quantity, ours first; times ours are those of our fastest way."""
    found = list(pinned(1, all_rows, small))
    for title in TITLES.values():
        mine = [row for row in found if row.work == title]
        ours = [r.value for r in mine if r.value is not None and r.contender.startswith(OURS)]
        for row in mine:
            peer = row.value is not None and not row.contender.startswith(OURS)
            yield row.beside(min(ours)) if peer and ours else row
