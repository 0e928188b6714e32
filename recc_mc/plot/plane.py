"""Support and pressure in one plane, with coupling zones and grade blocks."""

import tomllib
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Patch
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from recc_mc.plot.canvas import single
from recc_mc.plot.density import draw_contours
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.selection import INDICES, Group, group, tidy, year_of
from recc_mc.plot.style import (
    FAINT,
    INK,
    MARKERS,
    MILLIMETRE,
    MINE_COLOURS,
    QUIET,
    SINGLE,
    SMALL,
    paper_style,
    tint,
)
from recc_mc.results.variables import GRADES
from recc_mc.study.settings import MethodTable

__all__ = ["grade_cuts", "plane", "plane_table"]

CURVES = {
    "P = √S": np.sqrt,
    "P = S": np.positive,
    "P = S²": np.square,
}
"""Limits of the coupling zones."""
# Share of a bivariate normal distribution that an ellipse of this many variances encloses.
SHARE = 0.9
RADIUS_SQUARED = -2 * np.log(1 - SHARE)
LEGEND_COLUMNS = 3
# Text stays readable over what is drawn beneath it.
_HALO = [withStroke(linewidth=1.6, foreground="white", alpha=0.75)]


def grade_cuts(baseline: xr.Dataset) -> tuple[float, float]:
    """Cuts between low, medium and high, from the study that the result carries.

    Parameters
    ----------
    baseline
        Any group of a result.
    """
    table = tomllib.loads(str(baseline.attrs.get("study", ""))).get("method", {})
    low, high = table.get("grade_cuts", MethodTable().grade_cuts)
    return float(low), float(high)


def plane_table(
    baseline: Group,
    summary: Group | None = None,
    samples: Group | None = None,
    *,
    year: int | None = None,
) -> pd.DataFrame:
    """Numbers of `plane`.

    Parameters
    ----------
    baseline, summary, samples
        Groups of a result; of summary and samples one is enough, and none shows points only.
    year
        The year; None is the last one.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, support, pressure and recc of the baseline (dimensionless), and with
        summary or samples the means and standard deviations of S and P and their correlation.

    Raises
    ------
    InputError
        If a variable or the year is missing.
    """
    data = group("plane", "baseline", baseline, ["support", "pressure", "recc"])
    chosen = year_of("plane", data, year)
    found = data[["support", "pressure", "recc"]]
    if samples is not None:
        drawn = group("plane", "samples", samples, ["support", "pressure"])
        found = found.sel(year=[chosen]).assign(_moments(drawn.sel(year=[chosen])))
    elif summary is not None:
        names = {f"{x}_{what}": f"{x}_{what}" for x in ("support", "pressure")
                 for what in ("mean", "std")}  # fmt: skip
        names["support_pressure_correlation"] = "correlation"
        known = group("plane", "summary", summary, names)
        found = found.assign({new: known[old] for old, new in names.items()})
    return tidy(found.sel(year=[chosen]).reset_coords(drop=True), "mine", "year")


def _moments(draws: xr.Dataset) -> dict[str, xr.DataArray]:
    s, p = (draws[name].astype("float64") for name in ("support", "pressure"))
    return {
        "support_mean": s.mean("sample"),
        "support_std": s.std("sample"),
        "pressure_mean": p.mean("sample"),
        "pressure_std": p.std("sample"),
        "correlation": xr.corr(s, p, "sample"),
    }


@paper_style()
def plane(
    baseline: Group,
    summary: Group | None = None,
    samples: Group | None = None,
    *,
    year: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the mines in the plane of support and pressure.

    With samples, contours enclose half and nine tenths of the draws of each mine; with a summary
    alone, an ellipse of the same means, variances and correlation encloses nine tenths of a normal
    distribution. The curves part the coupling zones, the dashed lines the grade blocks.

    Parameters
    ----------
    baseline, summary, samples
        Groups of a result; of summary and samples one is enough, and none shows points only.
    year
        The year; None is the last one.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `plane_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or the year is missing.
    """
    table = plane_table(baseline, summary, samples, year=year)
    looks = _looks(table)
    many = len(table) > len(MINE_COLOURS)
    region = "contour" if samples is not None else "ellipse" if summary is not None else None
    entries = [*_entries(looks), *_region_entry(region, many)]
    rows = -(-len(entries) // LEGEND_COLUMNS)
    sheet = single(ax, SINGLE + 31 * MILLIMETRE, (119 + 3.4 * rows) * MILLIMETRE)
    panel = sheet.axes[0]
    _background(panel, grade_cuts(group("plane", "baseline", baseline, [])), table)
    shown = int(table["year"].iloc[0])
    for (_, row), (_, colour, _) in zip(table.iterrows(), looks, strict=True):
        if samples is not None:
            drawn = group("plane", "samples", samples, []).sel(year=shown, mine=row["mine"])
            draw_contours(
                panel, drawn["support"].values, drawn["pressure"].values, colour, filled=not many
            )
        elif summary is not None:
            _draw_ellipse(panel, row, colour, filled=not many)
    for (_, row), (_, colour, marker) in zip(table.iterrows(), looks, strict=True):
        panel.plot(
            row["support"], row["pressure"], marker=marker, color=colour, linestyle="none",
            markersize=5, markeredgecolor="white", markeredgewidth=0.5, zorder=6,
        )  # fmt: skip
    panel.set_xlabel(f"{INDICES['support']}, {shown}")
    panel.set_ylabel(f"{INDICES['pressure']}, {shown}")
    sheet.legend(entries, LEGEND_COLUMNS)
    if many:
        _name_points(sheet.figure, panel, table)
    return sheet.figure


def _looks(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Label, colour and mark of each mine; of many mines one colour for all."""
    names = drawable(table["mine"])
    if len(names) > len(MINE_COLOURS):
        return [("", MINE_COLOURS[2], "o")] * len(names)
    undefined = table[["support", "pressure"]].isna().any(axis=1)
    return [
        (f"{shortened(name, 26)}{' (undefined)' if lost else ''}", MINE_COLOURS[k], MARKERS[k])
        for k, (name, lost) in enumerate(zip(names, undefined, strict=True))
    ]


def _entries(looks: list[tuple[str, str, str]]) -> Iterator[Artist]:
    for label, colour, marker in dict.fromkeys(looks):
        yield Line2D(
            [], [], color=colour, marker=marker, linestyle="none", markersize=4.5,
            label=label or "baseline of a mine",
        )  # fmt: skip


def _region_entry(region: str | None, many: bool) -> list[Artist]:
    grey = QUIET
    if many and region is not None:
        label = "90 % of draws" if region == "contour" else "90 % ellipse"
        return [Patch(facecolor="none", edgecolor=MINE_COLOURS[2], label=label)]
    marks = Line2D([], [], linestyle="none", label="marks: baseline")
    if region == "contour":
        return [
            Patch(facecolor=tint(grey, 0.6), edgecolor=grey, label="50 % of draws"),
            Patch(facecolor=tint(grey, 0.25), edgecolor=grey, label="90 % of draws"),
            marks,
        ]
    if region == "ellipse":
        return [Patch(facecolor=tint(grey, 0.25), edgecolor=grey, label="90 % ellipse"), marks]
    return [marks] if not many else []


def _background(ax: Axes, cuts: tuple[float, float], table: pd.DataFrame) -> None:
    """Curves of the coupling zones and lines of the grade blocks."""
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
    for cut in cuts:
        ax.axhline(cut, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
        ax.axvline(cut, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    _name_blocks(ax, cuts)
    _name_zones(ax)


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
    """Name zones and curves, along their slopes."""
    marks = (
        (0.17, 0.57, "high-value load", 0.0),
        (0.585, 0.665, "low-value load", 43.0),
        (0.70, 0.598, "low-value surplus", 45.0),
        (0.835, 0.415, "high-value surplus", 0.0),
    )
    for x, y, text, angle in marks:
        ax.text(
            x, y, text, rotation=angle, ha="center", va="center", color=QUIET, fontsize=SMALL,
            fontstyle="italic", zorder=5, path_effects=_HALO,
        )  # fmt: skip
    for x, y, text, angle in (
        (0.885, 0.955, "P = √S", 27.0), (0.93, 0.945, "P = S", 45.0), (0.945, 0.868, "P = S²", 62.0)
    ):  # fmt: skip
        ax.text(
            x, y, text, rotation=angle, ha="center", va="center", color=QUIET, fontsize=SMALL,
            zorder=1.1,
        )  # fmt: skip


def _draw_ellipse(ax: Axes, row: "pd.Series[float]", colour: str, *, filled: bool) -> None:
    """Ellipse that encloses `SHARE` of the normal distribution of the same moments."""
    s, p = float(row["support_std"]), float(row["pressure_std"])
    rho = float(row["correlation"])
    if np.isnan([s, p]).any() or (s == 0 and p == 0):
        return
    # Without variance in one of the two there is no correlation, nor is there need of one.
    product = 0.0 if np.isnan(rho) else rho * s * p
    variances, axes = np.linalg.eigh([[s * s, product], [product, p * p]])
    width, height = 2 * np.sqrt(RADIUS_SQUARED * np.maximum(variances, 0.0))
    angle = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
    ax.add_patch(
        Ellipse(
            (float(row["support_mean"]), float(row["pressure_mean"])), width, height, angle=angle,
            facecolor=(*tint(colour, 1.0), 0.18 if filled else 0.0), edgecolor=colour,
            linewidth=0.8 if filled else 0.4, zorder=3,
        )
    )  # fmt: skip


def _name_points(figure: Figure, ax: Axes, table: pd.DataFrame) -> None:
    """Name the points from the largest C on, as many as do not overlap."""
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    labels = drawable(table["mine"])
    points = ax.transData.transform(table[["support", "pressure"]].to_numpy(float))
    taken: list[Bbox] = []
    for k in np.argsort(-table["recc"].fillna(-1).to_numpy(float), kind="stable").tolist():
        if np.isnan(points[k]).any():
            continue
        text = ax.annotate(
            shortened(labels[k], 20), table[["support", "pressure"]].iloc[k].tolist(),
            xytext=(3.5, 0), textcoords="offset points", va="center", fontsize=SMALL - 1,
            color=INK, zorder=7, path_effects=_HALO,
        )  # fmt: skip
        box = text.get_window_extent().padded(1)
        inside = box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1
        free = not any(box.overlaps(other) for other in taken)
        if inside and free and not any(box.contains(*point) for point in np.delete(points, k, 0)):
            taken.append(box)
        else:
            text.remove()
