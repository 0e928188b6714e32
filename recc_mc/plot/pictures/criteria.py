"""Scores of the criteria of a year: what each mine is strong or burdened in."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.language import say
from recc_mc.plot.borrowed import is_roomy
from recc_mc.plot.canvas import check_rows
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import intervals, percents, tidy
from recc_mc.plot.style import DOUBLE
from recc_mc.study.nouns import nouns_of

__all__ = ["criterion_scores", "criterion_scores_table"]

# More mines than this leave no room for an interval in a cell.
MOST_WITH_INTERVAL = 6


@Picture(
    "summary",
    ("criterion_score_mean", "criterion_score_quantile"),
    shown=[
        Shown(
            "beside",
            "Scores of the criteria",
            "Mean over the draws of the index of each criterion by itself, 0 to 1; near 1 is much "
            "of support, or of pressure.",
            applies=lambda groups: "criterion_score_mean" in groups["summary"],
        )
    ],
)
def criterion_scores_table(summary: xr.Dataset, *, year: int | None = None) -> pd.DataFrame:
    """Numbers of `criterion_scores`.

    Returns
    -------
    pandas.DataFrame
        Columns criterion, mine, year, system, mean and the limits of the interval of the score;
        NaN where the criterion has no weight.
    """
    chosen = summary.sel(year=year)
    bands = intervals(chosen, "criterion_score")
    limits = [str(name) for name in bands if "_" in str(name)]
    found = bands.assign(mean=chosen["criterion_score_mean"]).reset_coords(drop=True)
    table = tidy(found[["mean", *limits]], "criterion", "mine")
    table.insert(2, "year", int(chosen["year"]))
    systems = np.repeat(chosen["criterion_system"].values, chosen.sizes["mine"])
    table.insert(3, "system", systems)
    return table


@drawing
def criterion_scores(
    summary: xr.Dataset, *, year: int | None = None, ax: Axes | None = None
) -> Figure:
    """Draw the mean score of each criterion and mine, the intervals in brackets."""
    table = criterion_scores_table(summary, year=year)
    criteria, mines = table["criterion"].unique(), table["mine"].unique()
    check_rows(len(mines), nouns_of(summary.attrs))
    shape = len(criteria), len(mines)
    values = table["mean"].to_numpy(float).reshape(shape)
    mean, low, high = (table.iloc[:, k].to_numpy(float) for k in (4, 5, 6))
    with_interval = len(mines) <= MOST_WITH_INTERVAL and is_roomy(ax)
    texts = [
        f"{m:.2f} [{a:.2f}, {b:.2f}]" if with_interval else f"{m:.2f}"
        for m, a, b in zip(mean, low, high, strict=True)
    ]
    sheet = draw_heat(
        ax, values, rows=criteria.tolist(), columns=mines.tolist(), width=DOUBLE, each=6.0,
        bar=say("Mean score (–)"), largest=1.0,
        texts=np.array(texts).reshape(shape).tolist() if len(mines) <= MOST_PRINTED else None,
    )  # fmt: skip
    year = table["year"].iloc[0]
    title = say("Mean score in {year} (–)", year=year)
    if with_interval:
        text = "Mean score in {year} (–), in brackets the {percent} % interval"
        title = say(text, year=year, percent=percents(table)[0])
    sheet.axes[0].set_xlabel(title)
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure
