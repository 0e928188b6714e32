"""Forest plot: effects of studies with their intervals, and what they say together."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from recc_mc.language import say, translated
from recc_mc.plot.canvas import check_rows, row_height, single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.style import DOUBLE, FAINT, MANY_COLOUR

__all__ = ["forest", "forest_table"]

MEAN, PREDICTION = "mean effect", "new study"
_NAMES = {
    "mean_difference": "Mean difference",
    "standardized_mean_difference": "Standardised mean difference g (–)",
    "log_ratio_of_means": "Logarithm of the ratio of means (–)",
    "effect": "Effect",
}
_SMALLEST, _LARGEST = 12.0, 60.0


@Picture(
    "evidence",
    ("effect_interval", "pooled_interval", "prediction_interval", "study_weight"),
    shown=[
        Shown(
            "evidence",
            "What the studies found",
            "Squares are the effects of the studies, larger where they weigh more; the diamond is "
            "their mean, the line below it what a new study would find. Lines hold 95 %.",
        )
    ],
)
def forest_table(evidence: xr.Dataset) -> pd.DataFrame:
    """Numbers of `forest`.

    Returns
    -------
    pandas.DataFrame
        Columns study, effect, lower_95, upper_95 and weight in per cent; below the studies the mean
        effect and a new study, which have no weight.
    """
    names = [*map(str, evidence["study"].values), MEAN, PREDICTION]
    mean = float(evidence["pooled_effect"])
    both = [evidence[f"{what}_interval"].values for what in ("pooled", "prediction")]
    limits = np.vstack([evidence["effect_interval"].values, *both])
    return pd.DataFrame(
        {
            "study": names,
            "effect": [*evidence["effect"].values, mean, mean],
            "lower_95": limits[:, 0],
            "upper_95": limits[:, 1],
            "weight": [*evidence["study_weight"].values, np.nan, np.nan],
        }
    )


@drawing
def forest(evidence: xr.Dataset, *, ax: Axes | None = None) -> Figure:
    """Draw effects of studies with 95 % intervals, their mean and what a new study would find."""
    table = forest_table(evidence)
    check_rows(len(table))
    sheet = single(ax, DOUBLE, row_height(len(table)))
    panel = sheet.axes[0]
    places = np.arange(len(table))[::-1].astype(np.float64)
    effect, low, high = (table[name].to_numpy() for name in ("effect", "lower_95", "upper_95"))
    weight = table["weight"].to_numpy()
    studies = len(table) - 2
    panel.axvline(0.0, color=FAINT, linewidth=0.8)
    panel.hlines(places[:studies], low[:studies], high[:studies], color=MANY_COLOUR, linewidth=1.0)
    share = weight[:studies] / weight[:studies].max()
    sizes = _SMALLEST + (_LARGEST - _SMALLEST) * share
    panel.scatter(
        effect[:studies], places[:studies], s=sizes, marker="s", color=MANY_COLOUR, zorder=3
    )
    y = places[studies]
    corners = [(low[-2], y), (effect[-2], y + 0.3), (high[-2], y), (effect[-2], y - 0.3)]
    panel.add_patch(Polygon(corners, closed=True, color="black", zorder=3))
    panel.hlines(places[-1], low[-1], high[-1], color="black", linewidth=2.0)
    names = [*table["study"][:studies], say("mean effect"), say("new study")]
    labels = [shortened(label, 40) for label in drawable(names)]
    panel.set_yticks(places, labels)
    panel.set_ylim(-0.7, places[0] + 0.7)
    name = translated(_NAMES.get(str(evidence.attrs.get("measure")), "Effect"))
    panel.set_xlabel(say("{name}, 95 % intervals", name=name))
    return sheet.figure
