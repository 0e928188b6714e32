"""The tables of a study as the texts of files that are read to the same study, to the bit."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from math import isinf, isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.study.hierarchy import Hierarchy, Indicator
from recc_mc.study.judgments import JudgmentMatrix, Judgments
from recc_mc.study.panel import Panel
from recc_mc.study.toml_text import toml_text

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "LONG",
    "csv_text",
    "exact_order",
    "indicators_text",
    "judgments_text",
    "lever_word",
    "number_text",
    "panel_text",
    "table_texts",
]

_KEYS = ("mine", "year")
LONG = (*_KEYS, "indicator", "value")
"""Columns of a panel in long form: an indicator that is called like one would be taken for it."""
_PLACE = ("indicator", "system", "criterion", "direction", "units", "long_name")
_LARGEST_WHOLE = 1e15
# Columns that may be left out, and the fields they fill.
_BOUNDS = {
    "lower": "lower",
    "upper": "upper",
    "min": "minimum",
    "max": "maximum",
    "optimum_lower": "optimum_lower",
    "optimum_upper": "optimum_upper",
    "weight": "weight",
}
_BOUNDS |= {f"limit_{k}": f"limit_{k}" for k in (1, 2, 3)}


def table_texts(study: "Study") -> dict[str, str]:
    """Texts of the panel (CSV), the indicators (CSV) and the judgments (TOML), by these names."""
    return {
        "panel": panel_text(study.panel),
        "indicators": indicators_text(study.hierarchy),
        "judgments": judgments_text(study.judgments),
    }


def panel_text(panel: Panel) -> str:
    """Panel with a column per indicator; what was filled is blank, to be filled in the same way."""
    values = panel.values.tolist()
    given = (~panel.holes).tolist()
    rows = (
        (mine, year, ["" if not known else number_text(x) for x, known in zip(*cells, strict=True)])
        for mine, *series in zip(panel.mines, values, given, strict=True)
        for year, *cells in zip(panel.years, *series, strict=True)
    )
    if set(LONG).isdisjoint(panel.indicators):
        wide = ((mine, year, *cells) for mine, year, cells in rows)
        return csv_text([(*_KEYS, *panel.indicators), *wide])
    long = (
        (mine, year, name, cell)
        for mine, year, cells in rows
        for name, cell in zip(panel.indicators, cells, strict=True)
    )
    return csv_text([LONG, *long])


def number_text(value: float) -> str:
    """Shortest text of the same number; -0.0 is another than 0."""
    whole = value.is_integer() and 0 < abs(value) < _LARGEST_WHOLE
    return str(int(value)) if whole else repr(value)


def indicators_text(hierarchy: Hierarchy) -> str:
    """Table of the indicators, with those columns of numbers that hold any."""
    columns = [
        column
        for column, field in _BOUNDS.items()
        if not all(isnan(getattr(indicator, field)) for indicator in hierarchy.indicators)
    ]
    if any(indicator.lever is not None for indicator in hierarchy.indicators):
        columns.append("lever")
    rows = (_indicator(indicator, columns) for indicator in hierarchy.indicators)
    return csv_text([(*_PLACE, *columns), *rows])


def _indicator(indicator: Indicator, columns: Sequence[str]) -> Iterator[object]:
    yield indicator.name
    yield from (getattr(indicator, field) for field in _PLACE[1:])
    for column in columns:
        if column == "lever":
            yield lever_word(indicator.lever)
            continue
        bound = getattr(indicator, _BOUNDS[column])
        yield "" if isnan(bound) else "none" if isinf(bound) else number_text(bound)


def lever_word(lever: bool | None) -> str:
    """What the table of indicators says of a lever: yes, no, or nothing."""
    return "" if lever is None else "yes" if lever else "no"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as the text of a .csv file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def judgments_text(judgments: Judgments) -> str:
    """Every expert's matrices, and the experts' weights."""
    entries = [
        _entry(matrix, expert, values, blank)
        for matrix in judgments.matrices
        for expert, values, blank in zip(matrix.experts, matrix.stack, matrix.blanks, strict=True)
        if matrix.size > 1 or expert
    ]
    if not judgments.matrices:
        return "# The study has no judgments.\n"
    # Tables in a list have headers of their own, which the tables of a study file have no use for.
    parts = [f"[[matrix]]\n{toml_text(entry)}" for entry in entries]
    if judgments.snapped:
        # As fractions they say no more that they were decimals. A key comes before all tables.
        parts.insert(0, toml_text({"snapped": list(judgments.snapped)}))
    if judgments.expert_weights:
        parts.append(toml_text({"expert_weights": dict(judgments.expert_weights)}))
    return "\n".join(parts)


def _entry(
    matrix: JudgmentMatrix, expert: str, values: NDArray[np.float64], blank: NDArray[np.bool_]
) -> dict[str, Any]:
    # What nobody judged is blank, to be estimated in the same way.
    values = np.where(blank, np.nan, values)
    order = exact_order(values)
    square = values[np.ix_(order, order)].tolist()
    return {
        "name": matrix.name,
        **({"expert": expert} if expert else {}),
        "items": [matrix.items[i] for i in order],
        "upper": [list(map(_judgment, row[i + 1 :])) for i, row in enumerate(square[:-1])],
    }


def _judgment(value: float) -> int | float | str:
    """Judgment as people write it, where it is one of the scale."""
    if isnan(value):
        return ""
    if value.is_integer():
        return int(value)
    part = max(1, round(1.0 / value))
    return f"1/{part}" if value == 1.0 / part else value


def exact_order(values: NDArray[np.float64]) -> list[int]:
    """Items in an order in which the lower triangle is the inverse of the upper one to the bit.

    In that in which they were read it is, and rounding makes others differ from it.

    Parameters
    ----------
    values
        A matrix, NaN where nobody judged.
    """
    exact = (values == (1.0 / values).T) | np.isnan(values)
    left, order = list(range(len(values))), []
    while left:
        first = next((i for i in left if exact[left, i].all()), left[0])
        order.append(first)
        left.remove(first)
    return order
