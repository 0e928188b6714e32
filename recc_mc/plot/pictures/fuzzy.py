"""Probabilities of the grades of the fuzzy evaluation as stacked bars."""

from collections.abc import Callable, Mapping

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from recc_mc.labels.further import FUZZY_CLASS, FUZZY_GRADES
from recc_mc.language import say, translated
from recc_mc.plot.canvas import AxesOrNone
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import Unfit, tidy, with_bounds
from recc_mc.plot.stacks import Whole, draw_stacks
from recc_mc.plot.style import ZONE_COLOURS
from recc_mc.study.hierarchy import SYSTEMS
from recc_mc.study.nouns import nouns_of

__all__ = ["fuzzy_grades", "fuzzy_grades_table"]

_PARTS = {
    "support": Whole(FUZZY_GRADES, ("1", "2", "3"), ("#00573f", "#5fb49c", "#d9efe7")),
    "pressure": Whole(FUZZY_GRADES, ("1", "2", "3"), (ZONE_COLOURS[3], ZONE_COLOURS[2], "#f7ddcb")),
}


def _holds(system: str) -> Callable[[Mapping[str, xr.Dataset]], bool]:
    def applies(groups: Mapping[str, xr.Dataset]) -> bool:
        summary = groups["summary"]
        return "fuzzy_grade_probability" in summary and system in summary["system"].values

    return applies


@Picture(
    "summary",
    ("fuzzy_grade_probability", "fuzzy_grade_probability_error"),
    choices={"of": SYSTEMS},
    shown=[
        Shown(
            "beside",
            f"Fuzzy grades of {system}",
            f"Share of the draws in which a mine's {system} is of each grade, that of the largest "
            f"membership; the first is that of the most {system}.",
            {"of": system},
            _holds(system),
        )
        for system in SYSTEMS
    ],
)
def fuzzy_grades_table(summary: xr.Dataset, *, of: str = "support") -> pd.DataFrame:
    """Numbers of `fuzzy_grades`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, code of the grade, its name, probability, its standard error and the
        bounds of its 95 % interval; NaN where undefined.
    """
    if of not in summary["system"].values:
        raise Unfit(f"of: the result has no indicators of {of}")
    name = "fuzzy_grade_probability"
    values = {"probability": summary[name], "standard_error": summary[f"{name}_error"]}
    found = xr.Dataset(values).sel(system=of).reset_coords(drop=True)
    table = tidy(found, "mine", "year", FUZZY_CLASS).rename(columns={FUZZY_CLASS: "grade"})
    table.insert(3, "name", [FUZZY_GRADES[code - 1] for code in table["grade"]])
    return with_bounds(table)


@drawing
def fuzzy_grades(summary: xr.Dataset, *, of: str = "support", axes: AxesOrNone = None) -> Figure:
    """Draw the probability of each grade of a system over the years.

    A panel for each mine; of a single year one panel with a row for each mine.
    """
    table = fuzzy_grades_table(summary, of=of)
    title = say("Probability of grade (–)")
    parts = _PARTS[of]._replace(names=[translated(name) for name in FUZZY_GRADES])
    return draw_stacks(axes, table, "probability", parts, title, nouns_of(summary.attrs))
