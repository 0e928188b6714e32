"""Differences between the scenarios of two results, by the names that both have."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.results import dataset
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.summary.influence import mean_influence, standard_error
from recc_mc.summary.probability import bound_of_certain

__all__ = ["Scenarios", "compared_scenarios"]

_INDICES = ("support", "pressure", "recc")
OVERLOAD = "overload_probability"


class Scenarios(NamedTuple):
    """What was found of the scenarios of two results.

    Parameters
    ----------
    differences
        Variables ``scenario_*`` of the group ``comparison``; None if no scenario is in both.
    left_out
        Scenarios that only one of the two has.
    """

    differences: xr.Dataset | None
    left_out: tuple[str, ...]


def compared_scenarios(
    both: Sequence[xr.Dataset | None], mines: Sequence[str], names: Sequence[str]
) -> Scenarios:
    """Compare the scenarios of two results.

    Parameters
    ----------
    both
        Group ``scenarios`` of each, its mines named alike in both; None where there is none.
    mines
        Mines that are compared.
    names
        What the two are called.
    """
    told = [_names(one) for one in both]
    left_out = tuple(
        f"scenario {scenario} (only in {name})"
        for name, own, other in zip(names, told, reversed(told), strict=True)
        for scenario in own
        if scenario not in other
    )
    first, second = both
    shared = [REFERENCE, *(name for name in told[0] if name in told[1])]
    if first is None or second is None or len(shared) == 1:
        return Scenarios(None, left_out)
    years = [year for year in first["year"].values.tolist() if year in second["year"].values]
    if not years:
        return Scenarios(None, left_out)
    pair = tuple(one.sel(scenario=shared, mine=list(mines), year=years) for one in (first, second))
    reason = _unpaired(pair)
    arrays = dict(_arrays(pair))
    if not reason:
        arrays |= _paired_errors(pair, arrays)
    found = dataset(
        "comparison",
        pair[0].drop_attrs(deep=False),
        arrays,
        coords={"result": list(names), "scenario": shared, "mine": list(mines), "year": years},
    )
    return Scenarios(found.assign_attrs(scenario_errors=_said(reason)), left_out)


def _unpaired(pair: tuple[xr.Dataset, ...]) -> str:
    """Why draws of the same number are not those of the same random numbers; empty if they are."""
    if any("sample" not in one.dims for one in pair):
        return "a result keeps no samples of the scenarios"
    a, b = pair
    if a.attrs.get("seed") is None or a.attrs.get("seed") != b.attrs.get("seed"):
        return "the seeds differ"
    same = np.array_equal(a["sample"].values, b["sample"].values)
    return "" if same else "the numbers of samples differ"


def _said(reason: str) -> str:
    if reason:
        return f"independent: {reason}"
    return "paired: common random numbers, the same seed and the same samples"


def _names(one: xr.Dataset | None) -> list[str]:
    names = [] if one is None else one["scenario"].values.tolist()
    return [name for name in names if name != REFERENCE]


def _arrays(pair: tuple[xr.Dataset, ...]) -> Iterator[tuple[str, Floats]]:
    """Statistics of both, their differences, and errors as if the results were independent."""
    statistics = [f"{index}_{what}" for index in _INDICES for what in ("mean", "change_mean")]
    for name in (*statistics, OVERLOAD):
        if any(name not in one for one in pair):
            continue
        values, errors = (
            np.stack([one[f"{name}{end}"].transpose("scenario", "mine", "year") for one in pair])
            for end in ("", "_error")
        )
        yield f"scenario_{name}", values
        yield f"scenario_{name}_difference", values[1] - values[0]
        yield f"scenario_{name}_difference_error", np.hypot(*errors)


def _paired_errors(pair: tuple[xr.Dataset, ...], arrays: dict[str, Floats]) -> dict[str, Floats]:
    """Errors of the differences draw by draw, a mine at a time."""
    names = [name.removeprefix("scenario_") for name in arrays if f"{name}_difference" in arrays]
    found = {name: np.empty_like(arrays[f"scenario_{name}_difference"]) for name in names}
    for mine in range(pair[0].sizes["mine"]):
        for name in names:
            index = "recc" if name == OVERLOAD else name.partition("_")[0]
            draws = [
                np.asarray(one[index].isel(mine=mine).transpose("scenario", "year", "sample"))
                for one in pair
            ]
            found[name][:, mine] = _error(name, *draws)
    return {f"scenario_{name}_difference_error": errors for name, errors in found.items()}


def _error(name: str, a: Floats, b: Floats) -> Floats:
    """Standard error (scenario, year) of the difference between draws (scenario, year, sample)."""
    error = standard_error(mean_influence(_terms(name, b)) - mean_influence(_terms(name, a)))
    if name != OVERLOAD:
        return error
    # Where not even the numbers behind a class differ, nothing is left to chance.
    same = ((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=-1)
    counts = np.minimum(*((~np.isnan(draws)).sum(axis=-1) for draws in (a, b)))
    return np.where((error == 0) & ~same, bound_of_certain(counts), error)


def _terms(name: str, draws: Floats) -> Floats:
    """What a statistic is the mean of."""
    if name == OVERLOAD:
        return np.where(np.isnan(draws), np.nan, draws >= 1)
    # The first scenario is the reference.
    return draws - draws[:1] if name.endswith("_change_mean") else draws
