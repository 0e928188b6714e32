"""What drives the result: Sobol' indices of the factors."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recc_mc.labels.factors import factor_names
from recc_mc.language import say, translated
from recc_mc.plot.canvas import check_rows, row_height, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import label_rows, mark_undefined, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing, has_indices
from recc_mc.plot.selection import ranking_symbol, tidy
from recc_mc.plot.style import DOUBLE, INK, KIND_COLOURS, MILLIMETRE, QUIET, SINGLE, SMALL
from recc_mc.results.measures import reason_text
from recc_mc.study.nouns import nouns_of

__all__ = [
    "sensitivity_bars",
    "sensitivity_bars_table",
    "sensitivity_map",
    "sensitivity_map_table",
]

MOST_BARS = 15
MOST_ROWS = 20
_ORDERS = {"first": "First-order index", "total": "Total-order index"}
_SYMBOLS = {"support": "S", "pressure": "P", "recc": "C = P/S"}
_OUTPUTS = {
    "zone": "coupling zone", "grade": "grade", "coordination": "coordination degree D",
}  # fmt: skip
_HALF_WIDTHS = "Error bars are 95 % intervals."


def _named(sensitivity: xr.Dataset, output: str) -> str:
    if output == "rank":
        return say("rank by {symbol}", symbol=ranking_symbol(sensitivity))
    return _SYMBOLS.get(output) or translated(_OUTPUTS.get(output, output))


def _variable(order: str, mine: str | None) -> str:
    return f"{order}_order" if mine is not None else f"{order}_order_aggregate"


def _of_bars(given: Mapping[str, Any]) -> list[str]:
    name = _variable(given["order"], given["mine"])
    return [name, f"{name}_error"]


@Picture(
    "sensitivity",
    _of_bars,
    choices={"order": _ORDERS},
    says={
        "mine": "The mine; None aggregates over all mines and years (Gamboa et al. 2014).",
        "year": "The year of the mine; None is the last one. Not used without a mine.",
    },
    shown=[
        Shown(
            "drivers",
            "Factors that matter most to C, all mines and years",
            "Total-order indices over all mines and years together, each weighted by its variance: "
            f"the share of the variance in which a factor takes part. {_HALF_WIDTHS}",
            applies=has_indices,
        ),
        Shown(
            "drivers",
            "Factors that matter most to the rank",
            "The same for the rank of a mine; not the indices of the average shift in rank that "
            f"the summary names. {_HALF_WIDTHS}",
            {"output": "rank"},
            has_indices,
        ),
    ],
)
def sensitivity_bars_table(
    sensitivity: xr.Dataset,
    *,
    output: str = "recc",
    mine: str | None = None,
    year: int | None = None,
    order: str = "total",
) -> pd.DataFrame:
    """Numbers of `sensitivity_bars`.

    Returns
    -------
    pandas.DataFrame
        Columns factor, name (in words), kind, index and half_width of its 95 % interval; the 15
        largest, in descending order, undefined ones last.
    """
    data = _single_factors(sensitivity.sel(output=output))
    if mine is not None:
        data = data.sel(mine=mine, year=year)
    table = _factor_table(data, _variable(order, mine), ["factor"])
    largest = table.sort_values("index", ascending=False, kind="stable", na_position="last")
    return largest.head(MOST_BARS).reset_index(drop=True)


@drawing
def sensitivity_bars(
    sensitivity: xr.Dataset,
    *,
    output: str = "recc",
    mine: str | None = None,
    year: int | None = None,
    order: str = "total",
    ax: Axes | None = None,
) -> Figure:
    """Draw the largest Sobol' indices with their 95 % intervals."""
    table = sensitivity_bars_table(sensitivity, output=output, mine=mine, year=year, order=order)
    sheet = single(ax, SINGLE + 25 * MILLIMETRE, row_height(len(table), 4.6))
    panel = sheet.axes[0]
    places = np.arange(len(table), dtype=float)
    colours = [KIND_COLOURS[kind] for kind in table["kind"]]
    index = table["index"].to_numpy(float)
    panel.barh(
        places, np.nan_to_num(index), height=0.72, color=colours, edgecolor=INK, linewidth=0.3,
        xerr=np.nan_to_num(table["half_width"].to_numpy(float)),
        error_kw={"elinewidth": 0.7, "capsize": 1.6, "capthick": 0.7, "ecolor": INK},
    )  # fmt: skip
    label_rows(panel, table["name"].tolist(), 36)
    panel.axvline(0.0, color=INK, linewidth=0.6)
    if not np.nansum(np.abs(index)):
        panel.set_xlim(0.0, 1.0)
    for row in np.flatnonzero(np.isnan(index)).tolist():
        mark_undefined(panel, 0.0, row - 0.36, panel.get_xlim()[1], 0.72)
    if mine is not None:
        panel.set_title(shortened(drawable([mine])[0], 60))
    over = "all mines and years" if sensitivity.sizes["mine"] > 1 else "all years"
    where = str(year)
    if mine is None:
        where = drawable([nouns_of(sensitivity.attrs).said(over)])[0]
    text, named = "{index} of {output} (–), {where}", _named(sensitivity, output)
    panel.set_xlabel(say(text, index=translated(_ORDERS[order]), output=named, where=where))
    kinds: list[Artist] = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=translated(kind))
        for kind, colour in KIND_COLOURS.items()
        if kind in set(table["kind"])
    ]
    reason = _reason(sensitivity, output, mine, year)
    sheet.legend([*kinds, *undefined_entry(index, reason)], 4)
    return sheet.figure


def _reason(sensitivity: xr.Dataset, output: str, mine: str | None, year: int | None) -> str:
    """Why the bars of an output are undefined; empty where they are not, or nothing says it."""
    name = "undefined" if mine is not None else "undefined_aggregate"
    if name not in sensitivity:
        return ""
    flag = sensitivity[name].sel(output=output)
    reason = reason_text(flag if mine is None else flag.sel(mine=mine, year=year))
    return translated(reason) if reason else ""


@Picture(
    "sensitivity",
    ("{order}_order", "{order}_order_error"),
    choices={"order": _ORDERS},
    shown=[
        Shown(
            "drivers",
            "Factors by mine",
            "Total-order indices of C of each mine by itself, unlike those of all mines and years "
            "together above.",
            applies=has_indices,
        )
    ],
)
def sensitivity_map_table(
    sensitivity: xr.Dataset, *, output: str = "recc", year: int | None = None, order: str = "total"
) -> pd.DataFrame:
    """Numbers of `sensitivity_map`.

    Returns
    -------
    pandas.DataFrame
        Columns factor, mine, name (of the factor, in words), kind, year, index and half_width of
        its 95 % interval: the 20 factors that are largest in any mine, in descending order.
    """
    name = f"{order}_order"
    data = _single_factors(sensitivity.sel(output=output, year=year))
    largest = data[name].max("mine").fillna(-np.inf).values
    data = data.isel(factor=np.argsort(-largest, kind="stable")[:MOST_ROWS])
    table = _factor_table(data, name, ["factor", "mine"])
    table.insert(4, "year", year)
    return table


@drawing
def sensitivity_map(
    sensitivity: xr.Dataset,
    *,
    output: str = "recc",
    year: int | None = None,
    order: str = "total",
    ax: Axes | None = None,
) -> Figure:
    """Draw the Sobol' indices of the 20 largest factors in every mine."""
    table = sensitivity_map_table(sensitivity, output=output, year=year, order=order)
    factors, mines = table["name"].unique(), table["mine"].unique()
    check_rows(len(mines), nouns_of(sensitivity.attrs))
    values = table["index"].to_numpy(float).reshape(len(factors), len(mines))
    few = len(mines) <= MOST_PRINTED
    sheet = draw_heat(
        ax, values, rows=factors.tolist(), columns=mines.tolist(),
        width=SINGLE + 45 * MILLIMETRE if len(mines) <= 6 else DOUBLE, each=4.6,
        bar=say(
            "{index} of {output}, {year} (–)", index=translated(_ORDERS[order]),
            output=_named(sensitivity, output), year=year,
        ),
        texts=[[f"{v:.2f}" if v >= 0.005 else "" for v in row] for row in values] if few else None,
    )  # fmt: skip
    total = int((sensitivity["factor_kind"] != "class").sum())
    if total > len(factors):
        title = say("{count} largest of {total} factors", count=len(factors), total=total)
        sheet.axes[0].set_title(title, fontsize=SMALL, color=QUIET)
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure


def _single_factors(data: xr.Dataset) -> xr.Dataset:
    """All but the classes, which are made of the others."""
    return data.isel(factor=np.flatnonzero(data["factor_kind"].values != "class"))


def _factor_table(data: xr.Dataset, name: str, dims: list[str]) -> pd.DataFrame:
    found = xr.Dataset({"index": data[name], "half_width": data[f"{name}_error"]})
    table = tidy(found.reset_coords(drop=True), *dims)
    kind = data["factor_kind"]
    kinds = dict(zip(kind["factor"].values.tolist(), kind.values.tolist(), strict=True))
    names = factor_names(data.attrs)
    table.insert(len(dims), "name", table["factor"].map(names.name))
    table.insert(len(dims) + 1, "kind", table["factor"].map(kinds))
    return table
