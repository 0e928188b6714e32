"""Probabilities of coupling zones and grade blocks as stacked bars."""

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from recc_mc.language import say, translated
from recc_mc.plot.canvas import AxesOrNone
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import tidy, with_bounds
from recc_mc.plot.stacks import Whole, draw_stacks
from recc_mc.plot.style import GRADE_COLOURS, ZONE_COLOURS
from recc_mc.results.variables import GRADES, ZONE_NAMES, ZONES
from recc_mc.study.nouns import nouns_of

__all__ = ["class_probabilities", "class_probabilities_table"]

_NAMES = {"zone": ZONES, "grade": GRADES}
_PARTS = {
    "zone": Whole(ZONE_NAMES, [""] * len(ZONES), ZONE_COLOURS),
    "grade": Whole(GRADES, GRADES, GRADE_COLOURS),
}


@Picture(
    "summary",
    ("{variable}_probability", "{variable}_probability_error"),
    choices={"variable": _NAMES},
    shown=[
        Shown(
            "classes",
            f"Probability of each {what}",
            f"Share of the draws in which a mine is in the {what}, by year.",
            {"variable": name},
        )
        for name, what in (("zone", "coupling zone"), ("grade", "grade"))
    ],
)
def class_probabilities_table(summary: xr.Dataset, *, variable: str = "zone") -> pd.DataFrame:
    """Numbers of `class_probabilities`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, the code (``zone`` or ``grade``), its name, probability, its
        standard error and the bounds of its 95 % interval; NaN where undefined.
    """
    name = f"{variable}_probability"
    values = {"probability": summary[name], "standard_error": summary[f"{name}_error"]}
    found = xr.Dataset(values).drop_vars(f"{variable}_name", errors="ignore")
    table = tidy(found, "mine", "year", variable)
    known = dict(zip(summary[variable].values.tolist(), _NAMES[variable], strict=True))
    table.insert(3, "name", table[variable].map(known))
    return with_bounds(table)


@drawing
def class_probabilities(
    summary: xr.Dataset, *, variable: str = "zone", axes: AxesOrNone = None
) -> Figure:
    """Draw the probability of each coupling zone or grade block over the years.

    A panel for each mine; of a single year one panel with a row for each mine.
    """
    table = class_probabilities_table(summary, variable=variable)
    parts = _PARTS[variable]
    if variable == "grade":
        title = say("Probability of grade (–)")
        names = [say("grade {name}", name=grade) for grade in parts.names]
    else:
        title = say("Probability of zone (–)")
        names = [translated(zone) for zone in ZONE_NAMES]
    words = nouns_of(summary.attrs)
    return draw_stacks(axes, table, "probability", parts._replace(names=names), title, words)
