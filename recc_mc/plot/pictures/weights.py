"""Weights of the indicators: combined, by AHP and by the objective, with intervals."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recc_mc.language import say, translated
from recc_mc.plot.canvas import single
from recc_mc.plot.marks import (
    baseline_entry,
    draw_baseline,
    draw_interval,
    label_indicators,
    undefined_entry,
)
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import centre_of, intervals, percents, tidy
from recc_mc.plot.style import DOUBLE, MILLIMETRE, tint

__all__ = ["weights", "weights_table"]

# Variable, colour, mark and place within the row of each kind of weight.
_KINDS = {
    "combined": ("weight", "#1a1a1a", "o", -0.25),
    "AHP": ("weight_ahp", "#0072b2", "s", 0.0),
    # The same by the name of its objective, or without: that of the study is there.
    "entropy": ("weight_entropy", "#d98200", "^", 0.25),
    "objective": ("weight_objective", "#d98200", "^", 0.25),
}
# A study without judgments has no AHP weights, and draws of several objectives no entropy weight.
_ALWAYS = ("weight",)
_STATISTICS = ("quantile", "mean", "baseline")


def _kinds(summary: xr.Dataset) -> dict[str, tuple[str, str, str, float]]:
    """Kinds of weights that a result has, of the objective one by one name.

    Without matrices it is no AHP that weights of people come from.
    """
    judged = "consistency_ratio_baseline" in summary
    there = {
        kind if kind != "AHP" or judged else "given": look
        for kind, look in _KINDS.items()
        if all(f"{look[0]}_{what}" in summary for what in _STATISTICS)
    }
    if "entropy" in there:
        there.pop("objective", None)
    return there


@Picture(
    "summary",
    [f"{name}_{what}" for name in _ALWAYS for what in _STATISTICS],
    shown=[
        Shown(
            "weights",
            "Weights of the indicators",
            "Intervals hold {outer} % of the draws, dots are their medians: the combined weight "
            "and its parts, from people (AHP, or given) and from data (objective, or entropy where "
            "that is the only one); marks are the baseline.",
        )
    ],
)
def weights_table(summary: xr.Dataset) -> pd.DataFrame:
    """Numbers of `weights`.

    Returns
    -------
    pandas.DataFrame
        Columns indicator, kind (combined, AHP or given, and entropy or else objective), long_name,
        system, criterion, baseline, median and the limits of the interval; the weights of a system
        sum to 1.
    """
    parts = {
        kind: intervals(summary, name).assign(baseline=summary[f"{name}_baseline"])
        for kind, (name, *_) in _kinds(summary).items()
    }
    found = xr.concat(parts.values(), pd.Index(list(parts), name="kind"), coords="minimal")
    for field in ("long_name", "system", "criterion"):
        found[field] = summary[f"indicator_{field}"].variable
    order = ["long_name", "system", "criterion", "baseline", *map(str, parts["combined"].data_vars)]
    order = list(dict.fromkeys(order))
    return tidy(found.reset_coords()[order], "indicator", "kind")


@drawing
def weights(summary: xr.Dataset, *, ax: Axes | None = None) -> Figure:
    """Draw the intervals of the weights of each indicator within its system."""
    table = weights_table(summary)
    first = table.drop_duplicates("indicator")
    centre, (percent,) = centre_of(table), percents(table)
    sheet = single(ax, DOUBLE, (len(first) * 5.4 + 20) * MILLIMETRE)
    panel = sheet.axes[0]
    entries: list[Artist] = []
    for kind, (_, colour, marker, shift) in _kinds(summary).items():
        rows = table[table["kind"] == kind]
        places = np.arange(len(rows), dtype=np.float64) + np.float64(shift)
        draw_interval(
            panel, places, rows[f"lower_{percent}"], rows[centre], rows[f"upper_{percent}"],
            colour=colour, marker=marker, thick=2.4, size=2.8,
        )  # fmt: skip
        draw_baseline(panel, rows["baseline"], places, size=5.0)
        entries.append(
            Line2D(
                [], [], color=tint(colour, 0.45), linewidth=2.4, marker=marker, markersize=2.8,
                markerfacecolor=colour, markeredgecolor=colour,
                label=say(
                    "{kind}: {centre}, {percent} % interval", kind=translated(kind),
                    centre=translated(centre), percent=percent,
                ),
            )
        )  # fmt: skip
    label_indicators(panel, first, 54)
    panel.set_xlim(left=0.0)
    panel.set_xlabel(say("Weight within the system (–)"))
    sheet.legend([*entries, *baseline_entry(), *undefined_entry(table[centre])], 5)
    return sheet.figure
