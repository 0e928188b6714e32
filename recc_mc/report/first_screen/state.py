"""The state of the mines in the last year, from whichever group of a result tells it."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.report.contents import Result
from recc_mc.report.variation import varies_nothing
from recc_mc.results.outputs import main_index
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.study.shape import SYMBOLS

__all__ = ["Chances", "State", "state_of"]


class Chances(NamedTuple):
    """Shares of the draws, of each mine, and their standard errors."""

    share: Floats
    error: Floats


class State(NamedTuple):
    """Mines in the last year.

    Parameters
    ----------
    year
        The year.
    mines
        Their names.
    ranked
        Name of the index that they are ranked by.
    value
        The index as computed once (mine,); NaN where the group does not tell.
    overload
        Probability that C >= 1; None without C or draws.
    first
        Probability of the first rank; None without draws, or where ranks are not counted.
    drawn
        Whether there are draws that differ.
    data
        The group, of that year.
    """

    year: int
    mines: list[str]
    ranked: str
    value: Floats
    overload: Chances | None
    first: Chances | None
    drawn: bool
    data: xr.Dataset

    @property
    def symbol(self) -> str:
        """Symbol of the index."""
        return SYMBOLS[self.ranked]

    @property
    def is_ratio(self) -> bool:
        """Whether the index is C, which has a value that is too much."""
        return self.ranked == "recc"


def state_of(result: Result) -> State | None:
    """State of the mines; None where the result holds none.

    Parameters
    ----------
    result
        Groups of a result.
    """
    for name in ("summary", "scenarios", "samples", "baseline"):
        if name in result.groups:
            drawn = name != "baseline" and not varies_nothing(result)
            return _state(name, result.groups[name], drawn)
    return None


def _state(name: str, data: xr.Dataset, drawn: bool) -> State:
    if name == "scenarios":
        data = data.sel(scenario=REFERENCE)
        data = data.sel(year=data["year"] <= int(data.attrs.get("last_year", data["year"][-1])))
    last, index = data.isel(year=-1), main_index(data)
    ranked = drawn and "rank_position" in last.dims
    mines = [str(mine) for mine in last["mine"].values]
    return State(
        int(last["year"]),
        mines,
        index,
        _values(last, index, f"{index}_baseline", len(mines)),
        _chances(last, "overload") if drawn else None,
        _chances(last.sel(rank_position=1), "rank") if ranked else None,
        drawn,
        last,
    )


def _values(last: xr.Dataset, index: str, of_draws: str, mines: int) -> Floats:
    """Values of the index as computed once."""
    for variable in (of_draws, index):
        if variable in last and last[variable].dims == ("mine",):
            return np.asarray(last[variable].values, np.float64)
    return np.full(mines, np.nan)


def _chances(last: xr.Dataset, name: str) -> Chances | None:
    if f"{name}_probability" not in last:
        return None
    share, error = (last[f"{name}_probability{end}"].values for end in ("", "_error"))
    return Chances(np.asarray(share, np.float64), np.asarray(error, np.float64))
