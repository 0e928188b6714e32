"""Regions of the plane that hold most of the draws."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from recc_mc.plot.style import tint

__all__ = ["density", "draw_contours", "thresholds"]

Floats = NDArray[np.float64]

BINS = 72
# Standard deviation of the smoothing, in bins.
SMOOTHING = 2.0
SHARES = (0.9, 0.5)
"""Shares of the draws inside the outer and the inner contour."""
FEWEST = 100
"""With fewer draws there is no density to speak of, and they are drawn as points."""


def density(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Smoothed histogram.

    Parameters
    ----------
    x, y
        Finite coordinates of the draws.

    Returns
    -------
    tuple
        Centres of the bins along x and y, and the share of the draws in each bin (y, x).
    """
    from scipy.ndimage import gaussian_filter

    limits = [_range(x), _range(y)]
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=BINS, range=limits)
    shares = gaussian_filter(counts.T / counts.sum(), SMOOTHING, mode="constant")
    return (x_edges[:-1] + x_edges[1:]) / 2, (y_edges[:-1] + y_edges[1:]) / 2, shares


def thresholds(shares: Floats, inside: tuple[float, ...] = SHARES) -> list[float]:
    """Densities above which the given shares of the draws lie."""
    falling = np.sort(shares, axis=None)[::-1]
    total = np.cumsum(falling)
    places = np.searchsorted(total, np.asarray(inside) * total[-1])
    return [float(falling[place]) for place in places]


def draw_contours(ax: Axes, x: Floats, y: Floats, colour: str, *, filled: bool) -> None:
    """Draw the regions that hold `SHARES` of the draws, or the outline of the outer one.

    Undefined draws are left out.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if x.size == 0 or (np.ptp(x) == 0 and np.ptp(y) == 0):
        return
    if x.size < FEWEST:
        ax.plot(x, y, ".", color=tint(colour, 0.5), markersize=2, zorder=3)
        return
    centres_x, centres_y, shares = density(x, y)
    outer, inner = thresholds(shares)
    top = float(shares.max()) * 1.01
    if not outer < inner < top:
        return
    if filled:
        rgb = tint(colour, 1.0)
        ax.contourf(
            centres_x, centres_y, shares, levels=[outer, inner, top],
            colors=[(*rgb, 0.18), (*rgb, 0.45)], zorder=3,
        )  # fmt: skip
    ax.contour(
        centres_x, centres_y, shares, levels=[outer], colors=[colour],
        linewidths=0.7 if filled else 0.35, zorder=4,
    )  # fmt: skip


def _range(values: Floats) -> tuple[float, float]:
    """Range with a margin, so that contours close; never empty."""
    low, high = float(values.min()), float(values.max())
    margin = 0.12 * (high - low) + 1e-3
    return low - margin, high + margin
