"""Support and pressure in one plane, with coupling zones and grade blocks."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Patch
from matplotlib.transforms import Bbox

from recc_mc.language import say, translated
from recc_mc.plot.canvas import single
from recc_mc.plot.coupling import HALO, draw_background, grade_cuts
from recc_mc.plot.density import draw_contours
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import INDEX_LABELS, Group, enclosed, group, tidy
from recc_mc.plot.style import (
    INK,
    MANY_COLOUR,
    MARKERS,
    MILLIMETRE,
    MINE_COLOURS,
    QUIET,
    SINGLE,
    SMALL,
    tint,
)
from recc_mc.study.nouns import Nouns, nouns_of
from recc_mc.summary.rounding import varies

__all__ = ["plane", "plane_table"]

LEGEND_COLUMNS = 3


_INDICES = ["support", "pressure", "recc"]
_MOMENTS = {
    **{f"{x}_{what}": f"{x}_{what}" for x in ("support", "pressure") for what in ("mean", "std")},
    "support_pressure_correlation": "correlation",
}


@Picture(
    "baseline",
    _INDICES,
    optional=("summary", "samples"),
    says={
        "baseline, summary, samples": "Groups of a result; of summary and samples one is enough, "
        "and none shows points only."
    },
    shown=[
        Shown(
            "load",
            "Support and pressure",
            "Points are the baseline; regions hold {inner} % and {outer} % of the draws (without "
            "kept draws, an ellipse {outer} % of a normal distribution of their moments). The "
            "curves divide the coupling zones, the lines the grades; above the diagonal C = P / S "
            "is more than 1: overload.",
        )
    ],
)
def plane_table(
    baseline: xr.Dataset,
    summary: Group | None = None,
    samples: Group | None = None,
    *,
    year: int | None = None,
) -> pd.DataFrame:
    """Numbers of `plane`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, support, pressure and recc of the baseline (dimensionless), and with
        summary or samples the means and standard deviations of S and P and their correlation.
    """
    found = baseline[_INDICES].sel(year=[year])
    if samples is not None:
        found = found.assign(_moments(_drawn(samples, year)))
    elif summary is not None:
        known = group("summary", summary, _MOMENTS)
        found = found.assign({new: known[old] for old, new in _MOMENTS.items()})
    return tidy(found.reset_coords(drop=True), "mine", "year")


def _drawn(samples: Group, year: int | None) -> xr.Dataset:
    """S and P of the draws of a year, in memory: dask arrays are computed once."""
    data = group("samples", samples, ["support", "pressure"])
    return data[["support", "pressure"]].sel(year=[year]).compute()


def _moments(draws: xr.Dataset) -> dict[str, xr.DataArray]:
    s, p = (draws[name].astype("float64") for name in ("support", "pressure"))
    varying = [varies(x.var("sample").values, x.mean("sample").values) for x in (s, p)]
    return {
        "support_mean": s.mean("sample"),
        "support_std": s.std("sample"),
        "pressure_mean": p.mean("sample"),
        "pressure_std": p.std("sample"),
        "correlation": xr.corr(s, p, "sample").where(np.logical_and(*varying)),
    }


@drawing
def plane(
    baseline: xr.Dataset,
    summary: Group | None = None,
    samples: Group | None = None,
    *,
    year: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the mines in the plane of support and pressure.

    With samples, contours enclose 50 % and 95 % of the draws of each mine, or the shares nearest to
    these that two of the file's quantiles are apart, as in `ribbons`; with a summary alone, an
    ellipse of the same means, variances and correlation encloses the larger share of a normal
    distribution. The curves part the coupling zones. The dashed lines part the grade blocks by the
    cuts of the study, which the baseline carries as `recc_mc.load` gives it.
    """
    draws = None if samples is None else _drawn(samples, year)
    table = plane_table(baseline, summary, draws, year=year)
    looks = _looks(table)
    many = len(table) > len(MINE_COLOURS)
    region = "contour" if samples is not None else "ellipse" if summary is not None else None
    shares = enclosed(summary, samples)
    entries = [*_entries(looks, nouns_of(baseline.attrs)), *_region_entry(region, many, shares)]
    rows = -(-len(entries) // LEGEND_COLUMNS)
    sheet = single(ax, SINGLE + 31 * MILLIMETRE, (119 + 3.4 * rows) * MILLIMETRE)
    panel = sheet.axes[0]
    draw_background(panel, grade_cuts(baseline), table)
    for (_, row), (_, colour, _) in zip(table.iterrows(), looks, strict=True):
        if draws is not None:
            drawn = draws.sel(year=year, mine=row["mine"])
            x, y = drawn["support"].values, drawn["pressure"].values
            draw_contours(panel, x, y, colour, shares, filled=not many)
        elif summary is not None:
            _draw_ellipse(panel, row, colour, shares[0], filled=not many)
    for (_, row), (_, colour, marker) in zip(table.iterrows(), looks, strict=True):
        panel.plot(
            row["support"], row["pressure"], marker=marker, color=colour, linestyle="none",
            markersize=5, markeredgecolor="white", markeredgewidth=0.5, zorder=6,
        )  # fmt: skip
    panel.set_xlabel(f"{translated(INDEX_LABELS['support'])}, {year}")
    panel.set_ylabel(f"{translated(INDEX_LABELS['pressure'])}, {year}")
    sheet.legend(entries, LEGEND_COLUMNS)
    if many:
        _name_points(sheet.figure, panel, table)
    return sheet.figure


def _looks(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Label, colour and mark of each mine; of many mines one colour for all."""
    names = drawable(table["mine"])
    if len(names) > len(MINE_COLOURS):
        return [("", MANY_COLOUR, "o")] * len(names)
    undefined = table[["support", "pressure"]].isna().any(axis=1)
    return [
        (_label(shortened(name, 26), lost), MINE_COLOURS[k], MARKERS[k])
        for k, (name, lost) in enumerate(zip(names, undefined, strict=True))
    ]


def _label(name: str, undefined: bool) -> str:
    return say("{name} (undefined)", name=name) if undefined else name


def _entries(looks: list[tuple[str, str, str]], nouns: Nouns) -> Iterator[Artist]:
    of_many = nouns.said("baseline of a mine").replace(nouns.one, drawable([nouns.one])[0])
    for label, colour, marker in dict.fromkeys(looks):
        yield Line2D(
            [], [], color=colour, marker=marker, linestyle="none", markersize=4.5,
            label=label or of_many,
        )  # fmt: skip


def _region_entry(region: str | None, many: bool, shares: Sequence[float]) -> list[Artist]:
    grey, outer = QUIET, f"{shares[0] * 100:g} %"
    if many and region is not None:
        label = _of_region(region, outer)
        return [Patch(facecolor="none", edgecolor=MANY_COLOUR, label=label)]
    marks = Line2D([], [], linestyle="none", label=say("marks: baseline"))
    if region == "contour":
        looks = zip(shares, (0.25, 0.6), strict=False)
        regions = [
            Patch(
                facecolor=tint(grey, strength),
                edgecolor=grey,
                label=_of_region(region, f"{share * 100:g} %"),
            )
            for share, strength in looks
        ]
        return [*regions[::-1], marks]
    if region == "ellipse":
        return [
            Patch(facecolor=tint(grey, 0.25), edgecolor=grey, label=_of_region(region, outer)),
            marks,
        ]
    return [marks] if not many else []


def _of_region(region: str, share: str) -> str:
    if region == "contour":
        return say("{share} of draws", share=share)
    return say("{share} ellipse", share=share)


def _draw_ellipse(
    ax: Axes, row: "pd.Series[float]", colour: str, share: float, *, filled: bool
) -> None:
    """Ellipse that encloses a share of the normal distribution of the same moments."""
    s, p = float(row["support_std"]), float(row["pressure_std"])
    rho = float(row["correlation"])
    if np.isnan([s, p]).any() or (s == 0 and p == 0):
        return
    # Without variance in one of the two there is no correlation, nor is there need of one.
    product = 0.0 if np.isnan(rho) else rho * s * p
    variances, axes = np.linalg.eigh([[s * s, product], [product, p * p]])
    # So many variances away an ellipse encloses the share of a bivariate normal distribution.
    radius_squared = -2 * np.log(1 - share)
    width, height = 2 * np.sqrt(radius_squared * np.maximum(variances, 0.0))
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
            color=INK, zorder=7, path_effects=HALO,
        )  # fmt: skip
        box = text.get_window_extent().padded(1)
        inside = box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1
        free = not any(box.overlaps(other) for other in taken)
        if inside and free and not any(box.contains(*point) for point in np.delete(points, k, 0)):
            taken.append(box)
        else:
            text.remove()
