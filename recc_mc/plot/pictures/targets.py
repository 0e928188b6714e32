"""What it takes to reach a goal: its probability against the change, and each indicator alone."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone, check_rows, panels_or_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import label_indicators, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import tidy, with_bounds
from recc_mc.plot.style import DOUBLE, INDEX_COLOURS, INK, MILLIMETRE, QUIET, SINGLE, SMALL, tint
from recc_mc.study.nouns import nouns_of

__all__ = ["target_curves", "target_curves_table", "target_levers", "target_levers_table"]

TOGETHER = "all together"
_COLOUR = INDEX_COLOURS["recc"]
_WANTED: dict[str, Any] = {"color": QUIET, "linewidth": 0.6, "linestyle": (0, (4, 2))}
_ONCE: dict[str, Any] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (1, 1.5))}
_TITLE_WIDTH = {1: 100, 2: 56, 3: 36}


@Picture(
    "target",
    ("probability_curve", "probability_curve_error", "required_change",
     "required_change_interval", "required_change_deterministic", "target_probability"),
    says={"axes": "Axes to draw on, as many as targets; None makes a figure."},
    shown=[
        Shown(
            "targets",
            "How sure the goal is reached, by the size of the change",
            "Share of the draws in which the goal is reached if all changed indicators change by "
            "so much at a time. The solid line is the change that is required and its bar the 95 % "
            "Monte Carlo interval; the dotted one is what the index computed once would need.",
        )
    ],
)  # fmt: skip
def target_curves_table(target: xr.Dataset) -> pd.DataFrame:
    """Numbers of `target_curves`.

    Returns
    -------
    pandas.DataFrame
        Columns target, change (relative, of all changed indicators at a time), goal, the
        probability that it is reached, its standard_error and the bounds of its 95 % interval.
    """
    found = xr.Dataset(
        {
            "probability": target["probability_curve"],
            "standard_error": target["probability_curve_error"],
        }
    )
    table = tidy(found.reset_coords(drop=True).drop_attrs(), "target", "change")
    goals = np.repeat(target["target_goal"].values.astype(str), target.sizes["change"])
    table.insert(2, "goal", goals)
    return with_bounds(table)


@drawing
def target_curves(target: xr.Dataset, *, axes: AxesOrNone = None) -> Figure:
    """Draw the probability that a goal is reached against the change, a panel for each target."""
    table = target_curves_table(target)
    names = table["target"].unique()
    sheet = panels_or_rows(axes, len(names), 2, nouns_of(target.attrs))
    width = _TITLE_WIDTH.get(sheet.columns, 28)
    labels = drawable(_titles(target))
    for k, (ax, name) in enumerate(zip(sheet.axes, names, strict=True)):
        rows = table[table["target"] == name]
        change = 100 * rows["change"].to_numpy(float)
        low, high = (rows[f"probability_{end}"].to_numpy(float) for end in ("lower", "upper"))
        ax.fill_between(change, low, high, color=tint(_COLOUR, 0.4), linewidth=0)
        ax.plot(change, rows["probability"].to_numpy(float), color=_COLOUR, linewidth=1.2)
        _mark_required(ax, target.isel(target=k), change[-1])
        ax.set_title(shortened(labels[k], width))
        ax.set_xlim(0.0, change[-1])
        ax.set_ylim(-0.02, 1.02)
        if k % sheet.columns == 0:
            ax.set_ylabel(say("Probability (–)"))
        if k + sheet.columns >= len(names):
            ax.set_xlabel(say("Change of the indicators (%)"))
    sheet.legend(list(_entries(target)), 5)
    return sheet.figure


def _titles(target: xr.Dataset) -> list[str]:
    """Target, whose it is unless its name says it, and its goal."""
    fields = ("target", "target_mine", "target_year", "target_goal")
    rows = zip(*(target[name].values.tolist() for name in fields), strict=True)
    return [
        f"{name}: {goal}" if mine in name else f"{name}, {mine} {year}: {goal}"
        for name, mine, year, goal in rows
    ]


def _mark_required(ax: Axes, one: xr.Dataset, most: float) -> None:
    """Mark the change that is required, and that of the index computed once."""
    wanted, required = float(one["target_probability"]), 100 * float(one["required_change"])
    ax.axhline(wanted, zorder=1, **_WANTED)
    once = 100 * float(one["required_change_deterministic"])
    if not np.isnan(once):
        ax.axvline(once, zorder=1.5, **_ONCE)
    if np.isnan(required):
        text = say("not within {percent} %", percent=f"{most:g}")
        ax.text(
            0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=QUIET,
            fontstyle="italic",
        )  # fmt: skip
        return
    low, high = (100 * float(limit) for limit in one["required_change_interval"].values)
    ax.vlines(required, 0.0, wanted, color=_COLOUR, linewidth=0.8, zorder=3)
    ax.hlines(
        wanted, low, min(high, most), color=tint(_COLOUR, 0.6), linewidth=4.0, zorder=3,
    )  # fmt: skip
    ax.plot([required], [wanted], color=_COLOUR, marker="o", markersize=3.4, zorder=4)


def _entries(target: xr.Dataset) -> Iterator[Artist]:
    yield Line2D([], [], color=_COLOUR, linewidth=1.2, label=say("probability"))
    yield Patch(facecolor=tint(_COLOUR, 0.4), label=say("{percent} % interval", percent=95))
    if bool(target["required_change"].notnull().any()):
        label = say("required change")
        yield Line2D([], [], color=_COLOUR, linewidth=0.8, marker="o", markersize=3.4, label=label)
    yield Line2D([], [], label=say("wanted"), **_WANTED)
    if bool(target["required_change_deterministic"].notnull().any()):
        label = say("needed by the index computed once")
        yield Line2D([], [], label=label, **_ONCE)


@Picture(
    "target",
    ("single_indicator_change", "required_change", "changed"),
    shown=[
        Shown(
            "targets",
            "What each indicator would have to do alone",
            "Relative change in per cent with which the goal is reached at the probability wanted: "
            "of all changed indicators at a time in the first row, of each alone below. Hatched: "
            "no change looked for is enough, or the indicator is not changed. Targets that are met "
            "without a change are left out.",
            applies=lambda groups: bool((groups["target"]["required_change"] != 0).any()),
        )
    ],
)
def target_levers_table(target: xr.Dataset) -> pd.DataFrame:
    """Numbers of `target_levers`.

    Returns
    -------
    pandas.DataFrame
        Columns indicator (of all at a time ``all together``), target, long_name, criterion and
        change: the relative change that is required, NaN where none is enough or the indicator is
        not changed, which is what changed says. Targets that are met already are left out unless
        all are, and indicators that none of the others changes.
    """
    needed = target["required_change"].values != 0
    if needed.any():
        target = target.isel(target=np.flatnonzero(needed))
    changed = (target["changed"] != 0).any("target").values
    alone = target["single_indicator_change"].isel(indicator=np.flatnonzero(changed))
    each = tidy(alone.rename("change").to_dataset().reset_coords(drop=True), "indicator", "target")
    for column, name in ((2, "long_name"), (3, "criterion")):
        labels = alone[f"indicator_{name}"].values.astype(str)
        each.insert(column, name, np.repeat(labels, target.sizes["target"]))
    together = pd.DataFrame(
        {
            "indicator": TOGETHER,
            "target": target["target"].values.astype(str),
            "long_name": "",
            "criterion": "",
            "change": target["required_change"].values,
            "changed": True,
        }
    )
    ways = target["changed"].isel(indicator=np.flatnonzero(changed))
    each["changed"] = ways.transpose("indicator", "target").values.ravel() != 0
    return pd.concat([together, each], ignore_index=True)


@drawing
def target_levers(target: xr.Dataset, *, ax: Axes | None = None) -> Figure:
    """Draw the change that each indicator alone would need, and all of them together."""
    table = target_levers_table(target)
    first, targets = table.drop_duplicates("indicator"), table["target"].unique()
    check_rows(len(targets), nouns_of(target.attrs))
    values = 100 * table["change"].to_numpy(float).reshape(len(first), len(targets))
    few = len(targets) <= MOST_PRINTED
    chosen = target.sel(target=targets)
    columns = targets.tolist()
    years, mines = (chosen[f"target_{name}"].values.tolist() for name in ("year", "mine"))
    if len(set(years)) == 1 and len(set(mines)) == len(mines):
        columns = mines
    sheet = draw_heat(
        ax, values, rows=first["indicator"].tolist(), columns=columns,
        width=SINGLE + 45 * MILLIMETRE if len(targets) <= 3 else DOUBLE,
        each=5.2, bar=say("Required change (%)"),
        texts=[[f"{v:.1f}" for v in row] for row in values] if few else None,
    )  # fmt: skip
    panel = sheet.axes[0]
    label_indicators(panel, first.replace(TOGETHER, say("all together")), 44)
    panel.axhline(0.5, color=INK, linewidth=0.9)
    if len(set(years)) == 1:
        panel.set_xlabel(say("Required change in {year} (%)", year=years[0]))
    changed = table["changed"].to_numpy(bool).reshape(values.shape)
    for row, column in np.argwhere(np.isnan(values) & changed).tolist() if few else ():
        panel.text(
            column, row, say("not enough"), ha="center", va="center", color=QUIET, fontsize=SMALL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8}, zorder=3, clip_on=True,
        )  # fmt: skip
    sheet.legend(undefined_entry(values, say("not enough, or not changed")), 1)
    return sheet.figure
