"""The coupling coordination degree of every mine and year, and how sure its class is."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.labels.further import COORDINATION_CLASSES
from recc_mc.language import say
from recc_mc.plot.canvas import check_rows
from recc_mc.plot.heat import MOST_PRINTED, draw_heat
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import intervals, tidy, with_bounds
from recc_mc.plot.style import DOUBLE
from recc_mc.study.nouns import nouns_of

__all__ = ["coordination", "coordination_table"]


@Picture(
    "summary",
    (
        "coordination_mean",
        "coordination_quantile",
        "coordination_probability",
        "coordination_probability_error",
    ),
    shown=[
        Shown(
            "beside",
            "Coupling coordination degree",
            "Mean of D over the draws; below it the most probable of its ten classes, steps of 0.1 "
            "from extreme imbalance (1) to quality coordination (10), and how probable that is.",
            applies=lambda groups: "coordination_mean" in groups["summary"],
        )
    ],
)
def coordination_table(summary: xr.Dataset) -> pd.DataFrame:
    """Numbers of `coordination`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, the mean of D and the limits of its interval, the code and the name of
        its most probable class, the probability of that class, its standard error and the bounds
        of its 95 % interval; NaN and 0 where undefined.
    """
    bands = intervals(summary, "coordination")
    limits = [str(name) for name in bands if "_" in str(name)]
    dim = "coordination_class"
    share = summary["coordination_probability"]
    likely = share.fillna(0.0).argmax(dim)
    known = share.notnull().all(dim)
    found = xr.Dataset(
        {
            "mean": summary["coordination_mean"],
            **{name: bands[name] for name in limits},
            "class": summary[dim][likely].where(known, 0).astype(int),
            "probability": share.isel({dim: likely}),
            "standard_error": summary["coordination_probability_error"].isel({dim: likely}),
        }
    ).reset_coords(drop=True)
    table = tidy(found, "mine", "year")
    known_names = ("", *(name.replace("_", " ") for name in COORDINATION_CLASSES))
    names = [known_names[code] for code in table["class"]]
    table.insert(list(table).index("class") + 1, "name", names)
    return with_bounds(table)


@drawing
def coordination(summary: xr.Dataset, *, ax: Axes | None = None) -> Figure:
    """Draw the mean of D by mine and year, with its most probable class."""
    table = coordination_table(summary)
    mines, years = table["mine"].unique(), table["year"].unique()
    check_rows(len(mines), nouns_of(summary.attrs))
    shape = len(mines), len(years)
    values = table["mean"].to_numpy(float).reshape(shape)
    texts = np.array(
        [
            f"{mean:.2f}\n{code} ({100 * share:.0f} %)" if code else ""
            for mean, code, share in zip(
                table["mean"], table["class"], table["probability"], strict=True
            )
        ]
    )
    sheet = draw_heat(
        ax, values, rows=mines.tolist(), columns=years.tolist(), width=DOUBLE, each=8.0,
        bar=say("Mean of D (–)"), largest=1.0,
        texts=texts.reshape(shape).tolist() if len(years) <= MOST_PRINTED else None,
    )  # fmt: skip
    sheet.axes[0].set_xlabel(say("Mean of D (–), its most probable class and how probable that is"))
    sheet.legend(undefined_entry(values), 1)
    return sheet.figure
