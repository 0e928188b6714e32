"""Value of information: by how much knowing a factor would lower the chance of a wrong decision."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from recc_mc.labels.factors import factor_names
from recc_mc.language import say, translated
from recc_mc.plot.canvas import check_rows, row_height, single
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import label_rows, mark_undefined, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import tidy
from recc_mc.plot.style import (
    DOUBLE,
    FAINT,
    INK,
    KIND_COLOURS,
    MILLIMETRE,
    QUIET,
    SINGLE,
    SMALL,
    tint,
)
from recc_mc.study.nouns import nouns_of

__all__ = [
    "information_map",
    "information_map_table",
    "information_value",
    "information_value_table",
]

CLASS = "class"
MOST_BARS = 15
MOST_ROWS = 20
_HALF: dict[str, Any] = {
    "linestyle": "none",
    "marker": "D",
    "markersize": 3.2,
    "markerfacecolor": "white",
    "markeredgecolor": INK,
    "markeredgewidth": 0.7,
}
_ALL: dict[str, Any] = {"color": QUIET, "linewidth": 0.7, "linestyle": (0, (4, 2))}
_VALUES = ("information_value", "information_value_bias", "information_value_half")


def _is_there(groups: Mapping[str, xr.Dataset]) -> bool:
    return {*_VALUES, "decision_error"} <= set(groups["sensitivity"])


def _is_of_overload(groups: Mapping[str, xr.Dataset]) -> bool:
    return "overload_information_value" in groups["sensitivity"]


@Picture(
    "sensitivity",
    (*_VALUES, "information_value_error", "decision_error"),
    shown=[
        Shown(
            "information",
            "What knowing a factor is worth, for naming the most loaded mine",
            "By how much the chance of naming a wrong mine falls if the factor is known exactly, "
            "and if it is known by half (diamonds). Classes stand above, their factors below. "
            "Error bars are 95 % intervals; the light part is by how much the estimate may be too "
            "low. The dashed line is the chance itself, all that there is to gain.",
            applies=_is_there,
        )
    ],
)
def information_value_table(sensitivity: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `information_value`.

    Returns
    -------
    pandas.DataFrame
        Columns factor, name (in words), kind, year, value, half_width of its 95 % interval, bias
        (by how much it may be too low) and half, the value of knowing the factor by half: first the
        classes, then the 15 factors with the largest values, both in descending order.
    """
    chosen = sensitivity.sel(year=year)
    found = chosen[[*_VALUES, "information_value_error"]].reset_coords(drop=True).drop_attrs()
    names = {
        "information_value": "value",
        "information_value_error": "half_width",
        "information_value_bias": "bias",
        "information_value_half": "half",
    }
    table = tidy(found.rename(names)[list(names.values())], "factor")
    table.insert(1, "name", table["factor"].map(factor_names(sensitivity.attrs).name))
    table.insert(2, "kind", sensitivity["factor_kind"].values.astype(str))
    table.insert(3, "year", year)
    table = table.sort_values("value", ascending=False, kind="stable", na_position="last")
    of_class = table["kind"] == CLASS
    return pd.concat([table[of_class], table[~of_class].head(MOST_BARS)], ignore_index=True)


@drawing
def information_value(
    sensitivity: xr.Dataset, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw what it is worth to know each factor, for naming the most loaded mine."""
    table = information_value_table(sensitivity, year=year)
    sheet = single(ax, SINGLE + 35 * MILLIMETRE, row_height(len(table), 4.6))
    panel = sheet.axes[0]
    places = np.arange(len(table), dtype=float)
    value, bias, half = (table[name].to_numpy(float) for name in ("value", "bias", "half"))
    kinds = [
        factor if kind == CLASS else kind
        for factor, kind in zip(table["factor"], table["kind"], strict=True)
    ]
    colours = [KIND_COLOURS.get(kind, QUIET) for kind in kinds]
    panel.barh(
        places, np.nan_to_num(value + bias), height=0.72, color=[tint(c, 0.3) for c in colours]
    )
    panel.barh(
        places, np.nan_to_num(value), height=0.72, color=colours, edgecolor=INK, linewidth=0.3,
        xerr=np.nan_to_num(table["half_width"].to_numpy(float)),
        error_kw={"elinewidth": 0.7, "capsize": 1.6, "capthick": 0.7, "ecolor": INK},
    )  # fmt: skip
    panel.plot(half, places, zorder=5, **_HALF)
    label_rows(panel, table["name"].tolist(), 36)
    panel.axvline(0.0, color=INK, linewidth=0.6)
    most = float(sensitivity["decision_error"].sel(year=year))
    if not np.isnan(most):
        panel.axvline(most, **_ALL)
    classes = int((table["kind"] == CLASS).sum())
    if 0 < classes < len(table):
        panel.axhline(classes - 0.5, color=FAINT, linewidth=0.9)
    for row in np.flatnonzero(np.isnan(value)).tolist():
        mark_undefined(panel, 0.0, row - 0.36, panel.get_xlim()[1], 0.72)
    panel.set_xlabel(say("Fall of the chance of a wrong name (–), {year}", year=year))
    entries: list[Artist] = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=translated(kind))
        for kind, colour in KIND_COLOURS.items()
        if kind in kinds
    ]
    entries += [
        Line2D([], [], label=say("known by half"), **_HALF),
        Line2D([], [], label=say("all"), **_ALL),
    ]
    sheet.legend([*entries, *undefined_entry(value)], 3)
    return sheet.figure


@Picture(
    "sensitivity",
    ("overload_information_value", "overload_information_value_error"),
    shown=[
        Shown(
            "information",
            "What knowing a factor is worth, for the verdict of overload",
            "By how much the chance of a wrong verdict on whether C is 1 or more falls if the "
            "factor is known exactly. Classes stand above, their factors below.",
            applies=_is_of_overload,
        )
    ],
)
def information_map_table(sensitivity: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `information_map`.

    Returns
    -------
    pandas.DataFrame
        Columns factor, mine, name (of the factor, in words), kind, year, value and half_width of
        its 95 % interval: first the classes, then the 20 factors with the largest values in any
        mine, in descending order.
    """
    chosen = sensitivity.sel(year=year).reset_coords(drop=True)
    value = chosen["overload_information_value"]
    largest = value.max("mine").fillna(-1.0).values
    of_class = sensitivity["factor_kind"].values == CLASS
    order = np.argsort(-largest, kind="stable")
    rows = [*order[of_class[order]], *order[~of_class[order]][:MOST_ROWS]]
    found = xr.Dataset({"value": value, "half_width": chosen["overload_information_value_error"]})
    table = tidy(found.drop_attrs().isel(factor=rows), "factor", "mine")
    kinds = sensitivity["factor_kind"].values.astype(str)[rows]
    table.insert(2, "name", table["factor"].map(factor_names(sensitivity.attrs).name))
    table.insert(3, "kind", np.repeat(kinds, sensitivity.sizes["mine"]))
    table.insert(4, "year", year)
    return table


@drawing
def information_map(
    sensitivity: xr.Dataset, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw what it is worth to know each factor, for the verdict of overload of every mine."""
    table = information_map_table(sensitivity, year=year)
    factors, mines = table["name"].unique(), table["mine"].unique()
    check_rows(len(mines), nouns_of(sensitivity.attrs))
    values = table["value"].to_numpy(float).reshape(len(factors), len(mines))
    few = len(mines) <= MOST_PRINTED
    sheet = draw_heat(
        ax, np.clip(values, 0.0, None), rows=factors.tolist(), columns=mines.tolist(),
        width=SINGLE + 45 * MILLIMETRE if len(mines) <= 6 else DOUBLE, each=4.6,
        bar=say("Fall of the chance of a wrong verdict, {year} (–)", year=year),
        texts=[[f"{v:.3f}" if v >= 0.0005 else "" for v in row] for row in values] if few else None,
    )  # fmt: skip
    classes = int((table["kind"] == CLASS).sum()) // len(mines)
    if 0 < classes < len(factors):
        sheet.axes[0].axhline(classes - 0.5, color=INK, linewidth=0.9)
    single_factors = int((sensitivity["factor_kind"] != CLASS).sum())
    if single_factors > MOST_ROWS:
        title = say("{count} largest of {total} factors", count=MOST_ROWS, total=single_factors)
        sheet.axes[0].set_title(title, fontsize=SMALL, color=QUIET)
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure
