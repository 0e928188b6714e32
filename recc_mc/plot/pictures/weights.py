"""Weights of the indicators: combined, by AHP and by entropy, with intervals."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recc_mc.plot.canvas import single
from recc_mc.plot.labels import group_rows, indicator_labels
from recc_mc.plot.marks import baseline_entry, draw_baseline, draw_interval, undefined_entry
from recc_mc.plot.selection import Group, group, intervals, tidy
from recc_mc.plot.style import DOUBLE, MILLIMETRE, paper_style, tint

__all__ = ["weights", "weights_table"]

# Colour, mark and place within the row of each kind of weight.
_KINDS = {
    "combined": ("weight", "#1a1a1a", "o", -0.25),
    "AHP": ("weight_ahp", "#0072b2", "s", 0.0),
    "entropy": ("weight_entropy", "#d98200", "^", 0.25),
}


def weights_table(summary: Group) -> pd.DataFrame:
    """Numbers of `weights`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.

    Returns
    -------
    pandas.DataFrame
        Columns indicator, kind (combined, AHP, entropy), long_name, system, criterion, baseline,
        median and the limits of the interval; the weights of a system sum to 1.

    Raises
    ------
    InputError
        If a variable or a pair of levels is missing.
    """
    names = [name for name, *_ in _KINDS.values()]
    needs = [f"{name}_{what}" for name in names for what in ("quantile", "mean", "baseline")]
    data = group("weights", "summary", summary, needs)
    parts = [
        intervals("weights", data, name).assign(baseline=data[f"{name}_baseline"]) for name in names
    ]
    found = xr.concat(parts, pd.Index(list(_KINDS), name="kind"), coords="minimal")
    for field in ("long_name", "system", "criterion"):
        found[field] = data[f"indicator_{field}"].variable
    order = ["long_name", "system", "criterion", "baseline", *map(str, parts[0].data_vars)]
    order = list(dict.fromkeys(order))
    return tidy(found.reset_coords()[order], "indicator", "kind")


@paper_style()
def weights(summary: Group, *, ax: Axes | None = None) -> Figure:
    """Draw the intervals of the weights of each indicator within its system.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    ax
        Axes to draw on; None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `weights_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or a pair of levels is missing.
    """
    table = weights_table(summary)
    first = table.drop_duplicates("indicator")
    centre, lower, upper = (str(name) for name in table.columns[6:9])
    sheet = single(ax, DOUBLE, (len(first) * 5.4 + 20) * MILLIMETRE)
    panel = sheet.axes[0]
    entries: list[Artist] = []
    for kind, (_, colour, marker, shift) in _KINDS.items():
        rows = table[table["kind"] == kind]
        places = np.arange(len(rows), dtype=np.float64) + np.float64(shift)
        draw_interval(
            panel, places, rows[lower], rows[centre], rows[upper], colour=colour, marker=marker,
            thick=2.4, size=2.8,
        )  # fmt: skip
        draw_baseline(panel, rows["baseline"], places, size=5.0)
        entries.append(
            Line2D(
                [], [], color=tint(colour, 0.45), linewidth=2.4, marker=marker, markersize=2.8,
                markerfacecolor=colour, markeredgecolor=colour,
                label=f"{kind}: {centre}, {lower.removeprefix('lower_')} % interval",
            )
        )  # fmt: skip
    group_rows(panel, indicator_labels(first), first["criterion"].tolist(), 54)
    panel.set_xlim(left=0.0)
    panel.set_xlabel("Weight within the system (–)")
    sheet.legend([*entries, *baseline_entry(), *undefined_entry(table[centre])], 5)
    return sheet.figure
