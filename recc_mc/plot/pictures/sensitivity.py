"""What drives the result: Sobol' indices of the factors."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recc_mc.plot.canvas import check_rows, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.heat import draw_heat, heat_height
from recc_mc.plot.marks import label_rows, mark_undefined, row_height, undefined_entry
from recc_mc.plot.selection import Group, choice, group, mine_of, tidy, year_of
from recc_mc.plot.style import (
    DOUBLE,
    INK,
    KIND_COLOURS,
    MILLIMETRE,
    QUIET,
    SINGLE,
    SMALL,
    paper_style,
)
from recc_mc.results.measures import reason_text

__all__ = [
    "sensitivity_bars",
    "sensitivity_bars_table",
    "sensitivity_map",
    "sensitivity_map_table",
]

MOST_BARS = 15
MOST_ROWS = 20
MOST_PRINTED = 12
_ORDERS = {"first": "First-order index", "total": "Total-order index"}
_OUTPUTS = {
    "support": "S", "pressure": "P", "recc": "C = P/S", "rank": "rank by C",
    "zone": "coupling zone", "grade": "grade",
}  # fmt: skip


def sensitivity_bars_table(
    sensitivity: Group,
    *,
    output: str = "recc",
    mine: str | None = None,
    year: int | None = None,
    order: str = "total",
) -> pd.DataFrame:
    """Numbers of `sensitivity_bars`.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.
    mine
        The mine; None aggregates over all mines and years (Gamboa et al. 2014).
    year
        The year of the mine; None is the last one. Not used without a mine.
    order
        ``"first"`` or ``"total"``.

    Returns
    -------
    pandas.DataFrame
        Columns factor, kind, index and half_width of its 95 % interval; the 15 largest, in
        descending order, undefined ones last.

    Raises
    ------
    InputError
        If a variable is missing or an argument is not known.
    """
    picture = "sensitivity_bars"
    name = f"{choice(picture, 'order', order, _ORDERS)}_order"
    if mine is None:
        name = f"{name}_aggregate"
    data = group(picture, "sensitivity", sensitivity, [name, f"{name}_error"])
    data = _single_factors(data.sel(output=_output(picture, data, output)))
    if mine is not None:
        mine = mine_of(picture, data, mine)
        data = data.sel(mine=mine, year=year_of(picture, data, year))
    table = _factor_table(data[name], data[f"{name}_error"], data["factor_kind"], ["factor"])
    largest = table.sort_values("index", ascending=False, kind="stable", na_position="last")
    return largest.head(MOST_BARS).reset_index(drop=True)


@paper_style()
def sensitivity_bars(
    sensitivity: Group,
    *,
    output: str = "recc",
    mine: str | None = None,
    year: int | None = None,
    order: str = "total",
    ax: Axes | None = None,
) -> Figure:
    """Draw the largest Sobol' indices with their 95 % intervals.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.
    mine
        The mine; None aggregates over all mines and years.
    year
        The year of the mine; None is the last one.
    order
        ``"first"`` or ``"total"``.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `sensitivity_bars_table` has its numbers.

    Raises
    ------
    InputError
        If a variable is missing or an argument is not known.
    """
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
    label_rows(panel, table["factor"].tolist(), 36)
    panel.axvline(0.0, color=INK, linewidth=0.6)
    if not np.nansum(np.abs(index)):
        panel.set_xlim(0.0, 1.0)
    for row in np.flatnonzero(np.isnan(index)).tolist():
        mark_undefined(panel, 0.0, row - 0.36, panel.get_xlim()[1], 0.72)
    where = "all mines and years" if mine is None else str(_year(sensitivity, year))
    if mine is not None:
        panel.set_title(shortened(drawable([mine])[0], 60))
    panel.set_xlabel(f"{_ORDERS[order]} of {_OUTPUTS.get(output, output)} (–), {where}")
    kinds: list[Artist] = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.3, label=kind)
        for kind, colour in KIND_COLOURS.items()
        if kind in set(table["kind"])
    ]
    reason = _reason(sensitivity, output, mine, year)
    sheet.legend([*kinds, *undefined_entry(index, reason)], 4)
    return sheet.figure


def _reason(sensitivity: Group, output: str, mine: str | None, year: int | None) -> str:
    """Why the bars of an output are undefined; empty where they are not, or nothing says it."""
    name = "undefined" if mine is not None else "undefined_aggregate"
    if name not in sensitivity:
        return ""
    flag = group("sensitivity_bars", "sensitivity", sensitivity, [name])[name].sel(output=output)
    if mine is not None:
        flag = flag.sel(mine=mine, year=_year(sensitivity, year))
    return reason_text(flag)


def sensitivity_map_table(
    sensitivity: Group, *, output: str = "recc", year: int | None = None, order: str = "total"
) -> pd.DataFrame:
    """Numbers of `sensitivity_map`.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.
    year
        The year; None is the last one.
    order
        ``"first"`` or ``"total"``.

    Returns
    -------
    pandas.DataFrame
        Columns factor, mine, kind, year, index and half_width of its 95 % interval: the 20 factors
        that are largest in any mine, in descending order.

    Raises
    ------
    InputError
        If a variable is missing or an argument is not known.
    """
    picture = "sensitivity_map"
    name = f"{choice(picture, 'order', order, _ORDERS)}_order"
    data = group(picture, "sensitivity", sensitivity, [name, f"{name}_error"])
    chosen = year_of(picture, data, year)
    data = _single_factors(data.sel(output=_output(picture, data, output), year=chosen))
    largest = data[name].max("mine").fillna(-np.inf).values
    data = data.isel(factor=np.argsort(-largest, kind="stable")[:MOST_ROWS])
    kind = data["factor_kind"]
    table = _factor_table(data[name], data[f"{name}_error"], kind, ["factor", "mine"])
    table.insert(3, "year", chosen)
    return table


@paper_style()
def sensitivity_map(
    sensitivity: Group,
    *,
    output: str = "recc",
    year: int | None = None,
    order: str = "total",
    ax: Axes | None = None,
) -> Figure:
    """Draw the Sobol' indices of the 20 largest factors in every mine.

    Parameters
    ----------
    sensitivity
        Group ``sensitivity`` of a result.
    output
        Output of the model.
    year
        The year; None is the last one.
    order
        ``"first"`` or ``"total"``.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `sensitivity_map_table` has its numbers.

    Raises
    ------
    InputError
        If a variable is missing or an argument is not known.
    """
    table = sensitivity_map_table(sensitivity, output=output, year=year, order=order)
    factors, mines = table["factor"].unique(), table["mine"].unique()
    check_rows("sensitivity_map", len(mines))
    values = table["index"].to_numpy(float).reshape(len(factors), len(mines))
    few = len(mines) <= MOST_PRINTED
    width = SINGLE + 45 * MILLIMETRE if len(mines) <= 6 else DOUBLE
    sheet = single(ax, width, heat_height(len(factors), mines.tolist(), 4.6))
    title = f"{_ORDERS[order]} of {_OUTPUTS.get(output, output)}, {table['year'].iloc[0]} (–)"
    draw_heat(
        sheet, values, rows=factors.tolist(), columns=mines.tolist(),
        largest=float(np.nanmax(values, initial=0.0)), bar=title,
        texts=[[_text(v) for v in row] for row in values] if few else None,
    )  # fmt: skip
    panel = sheet.axes[0]
    total = _factors_of(sensitivity)
    if total > len(factors):
        panel.set_title(f"{len(factors)} largest of {total} factors", fontsize=SMALL, color=QUIET)
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure


def _text(value: float) -> str:
    return f"{value:.2f}" if value >= 0.005 else ""


def _output(picture: str, data: xr.Dataset, output: str) -> str:
    return choice(picture, "output", output, [str(name) for name in data["output"].values])


def _single_factors(data: xr.Dataset) -> xr.Dataset:
    """All but the classes, which are made of the others."""
    return data.isel(factor=np.flatnonzero(data["factor_kind"].values != "class"))


def _factors_of(sensitivity: Group) -> int:
    return int((sensitivity["factor_kind"] != "class").sum())


def _year(sensitivity: Group, year: int | None) -> int:
    data = group("sensitivity_bars", "sensitivity", sensitivity, [])
    return year_of("sensitivity_bars", data, year)


def _factor_table(
    index: xr.DataArray, half_width: xr.DataArray, kind: xr.DataArray, dims: list[str]
) -> pd.DataFrame:
    values = {"index": index, "half_width": half_width}
    table = tidy(xr.Dataset(values).reset_coords(drop=True), *dims)
    kinds = dict(zip(kind["factor"].values.tolist(), kind.values.tolist(), strict=True))
    table.insert(len(dims), "kind", table["factor"].map(kinds))
    return table
