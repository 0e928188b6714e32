"""Small pictures of draws along an axis that all mines share, as SVG within the page.

Colours are those of the page, so that they turn with it.
"""

from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from recc_mc._typing import Floats

__all__ = ["Axis", "axis_of", "bars", "point", "ridge"]

WIDTH, HEIGHT = 600, 100
BINS = 240
# Heights below this share of the peak are not drawn.
FAINT = 0.004


class Axis(NamedTuple):
    """Range of values, and the values that are written below it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where a value lies, in per cent of the width."""
        return 100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def axis_of(low: float, high: float) -> Axis:
    """Axis from about one value to about another.

    Examples
    --------
    >>> axis_of(0.07, 1.49).ticks
    (0.0, 0.5, 1.0, 1.5)
    """
    wide = max(high - low, 1e-9 + 0.02 * abs(high))
    step = 10.0 ** np.floor(np.log10(wide))
    step = next(s * step for s in (5, 2, 1, 0.5, 0.2) if wide / (s * step) >= 2.7)
    first = np.floor(low / step)
    last = max(np.ceil(high / step), first + 1)
    return Axis(
        float(first * step),
        float(last * step),
        tuple(float(round(k * step, 10)) for k in np.arange(first, last + 1)),
    )


def ridge(values: Floats, axis: Axis, mark: float | None, label: str) -> Markup:
    """Density of draws, as high as its own peak.

    Parameters
    ----------
    values
        Defined draws of a mine.
    axis
        The axis.
    mark
        Value with a line through it.
    label
        What a reader hears who does not see it.
    """
    spread = float(values.std())
    if spread <= 1e-9 * max(abs(float(values.mean())), 1e-300):
        return point(float(values[0]), axis, mark, label)
    counts, edges = np.histogram(values, bins=BINS, range=(axis.low, axis.high))
    # Silverman (1986), equation 3.31, in bins; half a bin at least, which shows none of them.
    near = np.subtract(*np.quantile(values, (0.75, 0.25))) / 1.34 or spread
    width = max(0.9 * min(spread, near) * values.size**-0.2 / (edges[1] - edges[0]), 0.5)
    reach = int(np.ceil(4 * width))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    smooth = np.convolve(np.pad(counts, reach), kernel, mode="valid")
    if not smooth.any():
        return point(float(np.median(values)), axis, mark, label)
    heights = smooth / smooth.max()
    there = np.flatnonzero(heights > FAINT)
    drawn = slice(max(int(there[0]) - 1, 0), int(there[-1]) + 2)
    x = ((np.arange(BINS) + 0.5) * WIDTH / BINS)[drawn]
    y = (HEIGHT - 0.94 * HEIGHT * heights)[drawn]
    outline = " ".join(f"{a:g},{b:.1f}" for a, b in zip(x, y, strict=True))
    path = f"M{x[0]:g},{HEIGHT} L{outline} L{x[-1]:g},{HEIGHT} Z"
    return _svg(f'<path class="mass" d="{path}"/>', axis, mark, label)


def bars(
    outer: tuple[float, float],
    inner: tuple[float, float],
    middle: float,
    axis: Axis,
    mark: float | None,
    label: str,
) -> Markup:
    """Two intervals of the draws, one within the other, and the median."""
    shapes = "".join(
        f'<rect class="{name}" x="{x:.1f}" y="{50 - half}" width="{wide:.1f}" height="{2 * half}"/>'
        for name, half, (x, wide) in (
            ("outer", 8, _stretch(outer, axis)),
            ("mass", 24, _stretch(inner, axis)),
        )
    )
    return _svg(shapes + _line("middle", middle, axis, 18, 82), axis, mark, label)


def point(value: float, axis: Axis, mark: float | None, label: str) -> Markup:
    """A value that does not vary."""
    return _svg(_line("middle", value, axis, 18, 82), axis, mark, label)


def _stretch(interval: tuple[float, float], axis: Axis) -> tuple[float, float]:
    low, high = (axis.place(value) * WIDTH / 100 for value in interval)
    return low, max(high - low, 1.0)


def _line(name: str, value: float, axis: Axis, top: int, bottom: int) -> str:
    x = axis.place(value) * WIDTH / 100
    return f'<line class="{name}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'


def _svg(shapes: str, axis: Axis, mark: float | None, label: str) -> Markup:
    limit = "" if mark is None else _line("limit", mark, axis, 0, HEIGHT)
    head = '<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" aria-label='
    return (
        Markup(head).format(width=WIDTH, height=HEIGHT)
        + Markup('"{}">').format(label)
        + Markup(f"{shapes}{limit}</svg>")
    )
