"""Regions of the plane that hold most of the draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from recc_mc._typing import Floats
from recc_mc.plot.style import tint

__all__ = ["Density", "density", "draw_contours"]


BINS = 72
# Standard deviation of the smoothing, in bins.
SMOOTHING = 2.0
FEWEST = 100
"""With fewer draws there is no density to speak of: they are drawn as points, as are those that
nearly coincide."""


@dataclass(frozen=True)
class Density:
    """Smoothed histogram.

    Parameters
    ----------
    x, y
        Centres of the bins.
    smooth
        Smoothed share of the draws in each bin (y, x).
    counts
        Draws in each bin (y, x).
    """

    x: Floats
    y: Floats
    smooth: Floats
    counts: Floats

    def thresholds(self, inside: Sequence[float]) -> list[float]:
        """Smoothed densities above which the given shares of the draws themselves lie."""
        falling = np.argsort(-self.smooth, axis=None)
        total = np.cumsum(self.counts.ravel()[falling])
        places = np.searchsorted(total, np.asarray(inside) * total[-1])
        return [float(value) for value in self.smooth.ravel()[falling[places]]]


def density(x: Floats, y: Floats) -> Density:
    """Smoothed histogram of draws.

    Parameters
    ----------
    x, y
        Finite coordinates of the draws.
    """
    from scipy.ndimage import gaussian_filter

    limits = [_range(x), _range(y)]
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=BINS, range=limits)
    return Density(
        (x_edges[:-1] + x_edges[1:]) / 2,
        (y_edges[:-1] + y_edges[1:]) / 2,
        gaussian_filter(counts.T / counts.sum(), SMOOTHING, mode="constant"),
        counts.T,
    )


def draw_contours(
    ax: Axes, x: Floats, y: Floats, colour: str, shares: Sequence[float], *, filled: bool
) -> None:
    """Draw the regions that hold shares of the draws, the largest first, or its outline alone.

    Undefined draws are left out.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if x.size == 0 or (np.ptp(x) == 0 and np.ptp(y) == 0):
        return
    found = density(x, y)
    levels = [*found.thresholds(shares), float(found.smooth.max()) * 1.01]
    if x.size < FEWEST or not all(a < b for a, b in pairwise(levels)):
        ax.plot(x, y, ".", color=tint(colour, 0.5), markersize=2, zorder=3)
        return
    if filled:
        rgb = tint(colour, 1.0)
        ax.contourf(
            found.x, found.y, found.smooth, levels=levels,
            colors=[(*rgb, 0.18), (*rgb, 0.45)][: len(shares)], zorder=3,
        )  # fmt: skip
    ax.contour(
        found.x, found.y, found.smooth, levels=levels[:1], colors=[colour],
        linewidths=0.7 if filled else 0.35, zorder=4,
    )  # fmt: skip


def _range(values: Floats) -> tuple[float, float]:
    """Range with a margin, so that contours close; never empty."""
    low, high = float(values.min()), float(values.max())
    margin = 0.12 * (high - low) + 1e-3
    return low - margin, high + margin
