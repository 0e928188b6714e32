"""Background of the plane of support and pressure: coupling zones and grade blocks."""

import tomllib

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from recc_mc.language import say
from recc_mc.plot.borrowed import is_roomy
from recc_mc.plot.style import FAINT, QUIET, SMALL
from recc_mc.results.variables import GRADES
from recc_mc.study.choices import MethodTable

__all__ = ["HALO", "draw_background", "grade_cuts"]

CURVES = {
    "P = √S": np.sqrt,
    "P = S": np.positive,
    "P = S²": np.square,
}
"""Limits of the coupling zones."""
# Text stays readable over what is drawn beneath it.
HALO = [withStroke(linewidth=1.6, foreground="white", alpha=0.75)]


def grade_cuts(baseline: xr.Dataset) -> tuple[float, float] | None:
    """Cuts between low, medium and high, from the study that the result carries.

    Parameters
    ----------
    baseline
        Any group of a result.

    Returns
    -------
    tuple or None
        The cuts; None if the group does not carry the study: a group that was opened by itself
        leaves it at the root of its file.
    """
    if "study" not in baseline.attrs:
        return None
    table = tomllib.loads(str(baseline.attrs["study"])).get("method", {})
    low, high = table.get("grade_cuts", MethodTable().grade_cuts)
    return float(low), float(high)


def draw_background(ax: Axes, cuts: tuple[float, float] | None, table: pd.DataFrame) -> None:
    """Draw the curves of the coupling zones and the lines of the grade blocks.

    Parameters
    ----------
    ax
        Axes; they show the unit square, or more where the table reaches further.
    cuts
        Cuts between low, medium and high; None draws no blocks.
    table
        Numbers of the picture.
    """
    far = [1.0]
    for name in ("support", "pressure"):
        far.append(float(np.nanmax(table[name].to_numpy(float), initial=0.0)) * 1.05)
        if f"{name}_std" in table:
            reach = table[f"{name}_mean"] + 3 * table[f"{name}_std"]
            far.append(float(np.nanmax(reach.to_numpy(float), initial=0.0)))
    side = max(far)
    ax.set_xlim(0.0, side)
    ax.set_ylim(0.0, side)
    ax.set_aspect("equal")
    for spine in ("top", "right"):
        ax.spines[spine].set_visible(True)
    x = np.linspace(0.0, 1.0, 201)
    for name, curve in CURVES.items():
        ax.plot(x, curve(x), color=QUIET, linewidth=0.8, label=name, zorder=1.2)
    for cut in cuts or ():
        ax.axhline(cut, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
        ax.axvline(cut, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    if cuts is not None:
        _name_blocks(ax, cuts)
    _name_zones(ax)
    if is_roomy(ax):
        _name_curves(ax)


def _name_blocks(ax: Axes, cuts: tuple[float, float]) -> None:
    """Grade of each block in its upper left corner: rows of pressure, then support."""
    lefts = (0.0, *cuts)
    uppers = (*cuts, 1.0)
    for number, name in enumerate(GRADES):
        row, column = divmod(number, 3)
        ax.text(
            lefts[column] + 0.012, uppers[row] - 0.012, name, ha="left", va="top",
            color="#9a9a9a", fontsize=SMALL, zorder=1.1,
        )  # fmt: skip


def _name_zones(ax: Axes) -> None:
    """Name the zones, along the slopes of the curves."""
    marks = (
        (0.17, 0.57, say("high-value load"), 0.0),
        (0.585, 0.665, say("low-value load"), 43.0),
        (0.70, 0.598, say("low-value surplus"), 45.0),
        (0.835, 0.415, say("high-value surplus"), 0.0),
    )
    for x, y, text, angle in marks:
        ax.text(
            x, y, text, rotation=angle, ha="center", va="center", color=QUIET,
            fontsize=SMALL if is_roomy(ax) else SMALL - 1.6, fontstyle="italic", zorder=5,
            path_effects=HALO,
        )  # fmt: skip


def _name_curves(ax: Axes) -> None:
    for x, y, text, angle in (
        (0.885, 0.955, "P = √S", 27.0), (0.93, 0.945, "P = S", 45.0), (0.945, 0.868, "P = S²", 62.0)
    ):  # fmt: skip
        ax.text(
            x, y, text, rotation=angle, ha="center", va="center", color=QUIET, fontsize=SMALL,
            zorder=1.1,
        )  # fmt: skip
