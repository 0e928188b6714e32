"""What a picture needs of a result, checked before anything is drawn."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from recc_mc.labels.dataset import outputs_in
from recc_mc.language import word
from recc_mc.study.names import folded, nearest
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.study.shape import SYMBOLS as INDEX_SYMBOLS
from recc_mc.study.shape import is_made_of, ranked_by
from recc_mc.summary.intervals import draws_behind, symmetric_levels, wilson

__all__ = [
    "GROUP_COMMANDS",
    "INDEX_LABELS",
    "INNER",
    "LAST_YEAR",
    "OUTER",
    "SYMBOLS",
    "Group",
    "Unfit",
    "centre_of",
    "changed_only",
    "choice",
    "codes",
    "enclosed",
    "group",
    "intervals",
    "percents",
    "ranking_symbol",
    "scenario_word",
    "tidy",
    "with_bounds",
    "year_of",
]

INNER, OUTER = 0.5, 0.95
"""Shares of the draws that the intervals and regions of all pictures enclose."""

LAST_YEAR = "last_year"
"""Attribute of scenarios: the last year of the panel, beyond which their horizon lies."""

Group = xr.Dataset | xr.DataTree
"""A group of a result: a dataset, or the child of the tree that `recc_mc.load` returns."""

INDEX_LABELS = {
    "support": "Support index S (–)",
    "pressure": "Pressure index P (–)",
    "recc": "Carrying capacity index C = P/S (–)",
}
"""Titles of the axes of the indices; they are dimensionless."""
SYMBOLS = {"support": "S (–)", "pressure": "P (–)", "recc": "C = P/S (–)"}
"""The same where there is little room."""

GROUP_COMMANDS = {
    "baseline": "recc_mc.evaluate makes this group",
    "samples": 'recc_mc.simulate with keep = "samples" makes this group',
    "summary": "recc_mc.summarize makes this group, as does recc_mc.simulate without samples",
    "sensitivity": 'recc_mc.sensitivity with method = "sobol" makes this group',
    "sweep": "recc_mc.sweep makes this group",
    "evidence": "recc_mc.meta_analysis makes it",
    "scenarios": "recc_mc.scenarios makes this group",
    "target": "recc_mc.target makes this group",
}
"""Groups that pictures are given, and what makes each."""


class Unfit(ValueError):
    """What a picture is given will not do; an `InputError` but for the name of the picture."""


def group(name: str, data: object, needs: Iterable[str]) -> xr.Dataset:
    """Dataset of a group, with the variables that a picture needs.

    Parameters
    ----------
    name
        Name of the group.
    data
        The group.
    needs
        Names of variables.

    Raises
    ------
    Unfit
        If `data` is something else, or variables are missing; all of them are named.
    """
    if isinstance(data, xr.DataTree):
        data = data.to_dataset()
    if not isinstance(data, xr.Dataset):
        kind = type(data).__name__
        raise Unfit(f"{name}: must be a Dataset, got {kind}; {GROUP_COMMANDS[name]}")
    missing = [variable for variable in needs if variable not in data]
    if missing:
        there = outputs_in(data.attrs)
        of_shape = any(not is_made_of(variable, there) for variable in missing)
        attribute = "outputs_comment" if of_shape else "left_out"
        reason = data.attrs.get(attribute, GROUP_COMMANDS[name])
        raise Unfit(f"{name} has no {', '.join(missing)}; {reason}")
    return data


def ranking_symbol(data: xr.Dataset) -> str:
    """Symbol of the index that mines are ranked by."""
    return INDEX_SYMBOLS[ranked_by(outputs_in(data.attrs))]


def scenario_word(name: str) -> str:
    """Name of a scenario; that of the reference is ours."""
    return word(name) if name == REFERENCE else name


def changed_only(scenarios: xr.Dataset) -> xr.Dataset:
    """Scenarios but the reference, which changes nothing."""
    names = scenarios["scenario"].values
    return scenarios.isel(scenario=np.flatnonzero(names != REFERENCE))


def year_of(data: xr.Dataset, year: int | None) -> int:
    """Check a year; None is the last one."""
    years = [int(y) for y in data["year"].values]
    if year is None:
        return years[-1]
    if year not in years:
        shown = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])
        raise Unfit(f"year: must be a year of {shown}, got {year!r}")
    return int(year)


def choice(argument: str, value: object, allowed: Iterable[str]) -> str:
    """Check an argument that has a few values; names match as those of tables do."""
    names = list(allowed)
    if isinstance(value, str):
        found = {folded(name): name for name in names} | {name: name for name in names}
        match = found.get(value, found.get(folded(value)))
        if match is not None:
            return match
    near = nearest(str(value), names)
    hint = f"; did you mean {near!r}?" if near is not None else ""
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    raise Unfit(f"{argument}: must be one of {shown}, got {value!r}{hint}")


def codes(array: xr.DataArray) -> xr.DataArray:
    """Codes of classes or ranks as floats, NaN where they are undefined."""
    values = array.astype("float64")
    return values.where(values >= 0)


def interval(levels: NDArray[np.float64], share: float) -> tuple[float, float]:
    """Two levels of quantiles that are symmetric and enclose about a share of the draws.

    Raises
    ------
    Unfit
        If no two of the levels are symmetric.
    """
    found = symmetric_levels(levels, share)
    if found is None:
        shown = ", ".join(f"{q:g}" for q in levels)
        raise Unfit(
            f"summary: quantile: an interval needs two levels q and 1 - q, "
            f"got {shown}; [simulation] quantiles sets them"
        )
    return found


def enclosed(*groups: Group | None) -> tuple[float, ...]:
    """Shares of the draws that regions enclose, the largest first: those of the file's intervals.

    Parameters
    ----------
    groups
        Groups ``summary`` and ``samples`` of a result, which hold the levels of its quantiles. If
        none has two that are symmetric, the shares are `OUTER` and `INNER`.
    """
    for data in groups:
        if data is None:
            continue
        known = data.attrs.get("quantiles")
        if known is None and "quantile" in data.coords:
            known = data["quantile"].values
        levels = np.atleast_1d([] if known is None else known).astype(np.float64)
        if any(np.isclose(levels, 1 - q).any() for q in levels if q < 0.5):
            pairs = [interval(levels, share) for share in (OUTER, INNER)]
            shares = {round(high - low, 12) for low, high in pairs}
            return tuple(sorted(shares, reverse=True))
    return OUTER, INNER


def intervals(summary: xr.Dataset, name: str, shares: Iterable[float] = (OUTER,)) -> xr.Dataset:
    """Centre and intervals of a variable from its quantiles.

    Parameters
    ----------
    summary
        Group ``summary`` with the variables ``<name>_quantile`` and ``<name>_mean``.
    name
        The variable.
    shares
        Shares of the draws that the intervals should enclose; the nearest symmetric levels are
        taken, and what they enclose is in the names.

    Returns
    -------
    xarray.Dataset
        Variables ``median`` (or ``mean``, where no median is stored) and ``lower_<percent>``,
        ``upper_<percent>``, without the dimension ``quantile``.
    """
    quantiles = summary[f"{name}_quantile"]
    levels = np.asarray(quantiles["quantile"].values, np.float64)
    middle = np.flatnonzero(np.isclose(levels, 0.5))
    if middle.size:
        found = {"median": quantiles.isel(quantile=int(middle[0]), drop=True)}
    else:
        found = {"mean": summary[f"{name}_mean"]}
    for share in shares:
        low, high = interval(levels, share)
        percent = f"{100 * (high - low):g}"
        found[f"lower_{percent}"] = quantiles.sel(quantile=low, drop=True)
        found[f"upper_{percent}"] = quantiles.sel(quantile=high, drop=True)
    return xr.Dataset(found)


def percents(table: pd.DataFrame) -> list[str]:
    """Per cent that the intervals of a table enclose, the widest first."""
    names = [str(name) for name in table]
    found = [name.removeprefix("lower_") for name in names if name.startswith("lower_")]
    return sorted(found, key=float, reverse=True)


def centre_of(table: pd.DataFrame) -> str:
    """Column of the centres of the intervals of a table."""
    return "median" if "median" in table else "mean"


def with_bounds(table: pd.DataFrame, column: str = "probability") -> pd.DataFrame:
    """Table of probabilities with the bounds of their 95 % intervals (Wilson) beside them.

    Parameters
    ----------
    table
        Table with the probabilities and their ``standard_error``.
    column
        Column of the probabilities.
    """
    share, error = (table[name].to_numpy(np.float64) for name in (column, "standard_error"))
    low, high = wilson(share, draws_behind(share, error))
    return table.assign(probability_lower=low, probability_upper=high)


def tidy(data: xr.Dataset, *dims: str) -> pd.DataFrame:
    """Tidy table, a row for each combination of labels, the first dimension slowest."""
    frame = data.to_dataframe(dim_order=list(dims)).reset_index()
    return frame[[*dims, *(str(name) for name in data.data_vars)]]
