"""Probabilities of coupling zones and grade blocks as stacked bars."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recc_mc.plot.canvas import check_rows
from recc_mc.plot.marks import undefined_entry
from recc_mc.plot.selection import Group, choice, group, tidy, with_bounds
from recc_mc.plot.stacks import Stack, draw_stacks, stack_entries, stack_sheet
from recc_mc.plot.style import GRADE_COLOURS, ZONE_COLOURS, paper_style
from recc_mc.results.variables import GRADES, ZONE_NAMES, ZONES

__all__ = ["class_probabilities", "class_probabilities_table"]

_KINDS = {
    "zone": (ZONE_NAMES, [""] * len(ZONES), ZONE_COLOURS),
    "grade": ([f"grade {name}" for name in GRADES], GRADES, GRADE_COLOURS),
}
"""Names in the legend, names in the bars and colours of the classes."""


def class_probabilities_table(summary: Group, *, variable: str = "zone") -> pd.DataFrame:
    """Numbers of `class_probabilities`.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    variable
        ``"zone"`` or ``"grade"``.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, the code (``zone`` or ``grade``), its name, probability, its
        standard error and the bounds of its 95 % interval; NaN where undefined.

    Raises
    ------
    InputError
        If a variable is missing.
    """
    variable = choice("class_probabilities", "variable", variable, _KINDS)
    name = f"{variable}_probability"
    data = group("class_probabilities", "summary", summary, [name, f"{name}_error"])
    values = {"probability": data[name], "standard_error": data[f"{name}_error"]}
    table = tidy(xr.Dataset(values).drop_vars(f"{variable}_name", errors="ignore"),
                 "mine", "year", variable)  # fmt: skip
    known = dict(zip(data[variable].values.tolist(), (ZONES if variable == "zone" else GRADES),
                     strict=True))  # fmt: skip
    table.insert(3, "name", table[variable].map(known))
    return with_bounds(table)


@paper_style()
def class_probabilities(
    summary: Group, *, variable: str = "zone", axes: Sequence[Axes] | Axes | None = None
) -> Figure:
    """Draw the probability of each coupling zone or grade block over the years.

    A panel for each mine; of a single year one panel with a row for each mine.

    Parameters
    ----------
    summary
        Group ``summary`` of a result.
    variable
        ``"zone"`` or ``"grade"``.
    axes
        Axes to draw on, as many as mines (one for a single year); None makes a figure.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `class_probabilities_table` has its numbers.

    Raises
    ------
    InputError
        If a variable or axes are missing.
    """
    table = class_probabilities_table(summary, variable=variable)
    mines, years = table["mine"].unique(), table["year"].unique()
    check_rows("class_probabilities", len(mines))
    names, short, colours = _KINDS[variable]
    shares = table["probability"].to_numpy(float).reshape(len(mines), len(years), -1)
    stack = Stack(shares, names, short, colours)
    sheet = stack_sheet("class_probabilities", axes, len(mines), len(years))
    draw_stacks(sheet, stack, mines.tolist(), years.tolist(), f"Probability of {variable} (–)")
    sheet.legend([*stack_entries(stack), *undefined_entry(np.ravel(shares))], 5)
    return sheet.figure
