"""States of draws by what they drew of a factor: those that lower an output, those that raise it.

What a draw drew is a function of the seed and its number alone, so that a result need not keep it.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.plot.selection import Unfit
from recc_mc.sampling.inputs import inputs
from recc_mc.study.loading import study_in

__all__ = ["STATES", "drawn_factors", "effect", "explained", "states"]

STATES = 3
"""Most states of a factor."""
# Inputs of factors, and the coordinate that says whose they are.
_INPUTS = {
    "judgment": "entry_factor",
    "systematic_error": "indicator_factor",
    "mine_error": "indicator_factor",
    "shared_error": "shared_factor",
    "method_choice": "choice_factor",
}


def drawn_factors(samples: xr.Dataset) -> Mapping[str, list[xr.DataArray]]:
    """What the draws of a result drew, by the names of the factors.

    Parameters
    ----------
    samples
        Group ``samples`` of a result.

    Returns
    -------
    Mapping of str to list of DataArray
        Inputs (sample) or (mine, sample): logarithms of judgments, errors in standard deviations,
        shares, and codes of alternatives. The noise of single cells is left out.

    Raises
    ------
    InputError
        If the group does not hold its study.
    """
    numbers = samples["sample"].values
    study = study_in(samples.attrs)
    drawn = inputs(study, samples=int(numbers.max()) + 1, seed=int(samples.attrs["seed"]))
    found: dict[str, list[xr.DataArray]] = {}
    for label, values in _inputs(drawn.sel(sample=numbers)):
        found.setdefault(label, []).append(values)
    return found


def _inputs(drawn: xr.Dataset) -> Iterator[tuple[str, xr.DataArray]]:
    for name, coordinate in _INPUTS.items():
        if name not in drawn:
            continue
        values = drawn[name]
        if name == "judgment":
            values = values.copy(data=np.log(values.values))
        along = drawn[coordinate].dims[0]
        for k, label in enumerate(drawn[coordinate].values.tolist()):
            one = values.isel({along: k})
            # An indicator whose values share no error is no such factor.
            if not bool(one.isnull().all()):
                yield label, one


def effect(given: list[xr.DataArray], mine: str, y: Floats) -> Floats:
    """What a factor does to an output, draw by draw: the larger, the more it raises it.

    Of several inputs it is their combination that fits the output best (least squares), of one its
    own value, with the sign of its covariance with the output.

    Parameters
    ----------
    given
        Inputs of the factor.
    mine
        The mine.
    y
        The output (sample).

    Raises
    ------
    Unfit
        If the study has no such mine.
    """
    rows = []
    for one in given:
        if "mine" in one.dims and mine not in one["mine"].values:
            raise Unfit(f"mine: {mine} is none of the study that the result holds")
        rows.append(one.sel(mine=mine).values if "mine" in one.dims else one.values)
    x = np.stack(rows).astype(np.float64)
    centred, known = x - x.mean(axis=1, keepdims=True), ~np.isnan(y)
    target = np.where(known, y - np.mean(y, where=known), 0.0)
    if len(x) == 1:
        return np.asarray(x[0] if centred[0] @ target >= 0 else -x[0])
    slopes = np.linalg.lstsq(centred.T * known[:, None], target, rcond=None)[0]
    return np.asarray(slopes @ centred)


def states(values: Floats) -> NDArray[np.intp]:
    """States of draws: few values are one each, of more each state has a third of the draws.

    Parameters
    ----------
    values
        What a factor does (sample).
    """
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) <= STATES:
        return codes
    limits = np.quantile(values, np.arange(1, STATES) / STATES)
    return np.searchsorted(limits, values)


def explained(y: Floats, state: NDArray[np.intp]) -> float:
    """Share of the variance of an output that is one between states.

    It tends to the first-order index of what the states are of, less what varies within a state.

    Parameters
    ----------
    y
        The output (sample); undefined ones do not count.
    state
        Number of the state of each draw.
    """
    known = ~np.isnan(y)
    y, state = y[known], state[known]
    if not y.size or np.ptp(y) == 0:
        return float("nan")
    count = np.bincount(state)
    mean = np.bincount(state, weights=y) / np.maximum(count, 1)
    return float(count @ (mean - y.mean()) ** 2 / y.size / y.var())
