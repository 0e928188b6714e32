"""States of draws by what they drew of a factor: those that lower an output, those that raise it.

What a draw drew is a function of the seed and its number alone, so that a result need not keep it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.language import LANGUAGES, speaking
from recc_mc.plot.selection import Unfit
from recc_mc.sampling.inputs import inputs
from recc_mc.sampling.noise import cell_noise
from recc_mc.study.loading import study_in
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["STATES", "DrawnFactors", "effect", "explained", "states"]

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


class DrawnFactors:
    """What the draws of a result drew, by the names of its factors.

    Parameters
    ----------
    samples
        Group ``samples`` of a result.

    Raises
    ------
    InputError
        If the group does not hold its study.
    """

    def __init__(self, samples: xr.Dataset) -> None:
        study = study_in(samples.attrs)
        self.numbers, self.mines = samples["sample"].values, samples["mine"].values
        self.count, self.seed = int(self.numbers.max()) + 1, int(samples.attrs["seed"])
        self.model, self.panel = CompiledStudy.of(study), study.panel
        self.places = _places(self.mines.tolist(), study.panel.mines)
        # What a dataset says of itself is said as in a file.
        with speaking(LANGUAGES[0]):
            drawn = inputs(study, samples=self.count, seed=self.seed)
        self.labels: list[str] = []
        self._inputs: dict[str, list[xr.DataArray]] = {}
        for label, values in _inputs(drawn, self.numbers):
            self._inputs.setdefault(label, []).append(self._of_group(values))
        noisy = np.flatnonzero(self.model.plan.indicators["has_cells"])
        self._noisy = {f"data:{self.model.indicators[j]}": int(j) for j in noisy}
        self.labels = list(dict.fromkeys([*self._inputs, *self._noisy]))

    def of(self, label: str, year: int) -> list[xr.DataArray]:
        """Inputs of a factor that the draws of a year share or have.

        Returns
        -------
        list of DataArray
            Each (sample) or (mine, sample): logarithms of judgments, errors in standard
            deviations, shares, codes of alternatives.
        """
        found = list(self._inputs.get(label, []))
        if label in self._noisy:
            noise = cell_noise(self.model, self._noisy[label], self.seed, self.count)
            mines, years = self.panel.mines, self.panel.years
            assert noise is not None
            of_year = noise.reshape(len(mines), len(years), -1)[:, list(years).index(year)]
            array = xr.DataArray(of_year[:, self.numbers], dims=("mine", "sample"))
            found.append(self._of_group(array))
        return found

    def _of_group(self, values: xr.DataArray) -> xr.DataArray:
        """Values of the study's mines as those of the group's."""
        if "mine" not in values.dims:
            return values
        return values.isel(mine=self.places).assign_coords(mine=self.mines)


def _places(mines: Sequence[str], known: Sequence[str]) -> list[int]:
    """Places of the mines of a group in its study; renamed ones have kept theirs.

    Raises
    ------
    Unfit
        If some are neither the study's nor as many as those.
    """
    if set(mines) <= set(known):
        return [known.index(mine) for mine in mines]
    if len(mines) == len(known):
        return list(range(len(known)))
    strange = next(mine for mine in mines if mine not in known)
    raise Unfit(f"mine: {strange} is none of the study that the result holds")


def _inputs(drawn: xr.Dataset, numbers: NDArray[np.int64]) -> Iterator[tuple[str, xr.DataArray]]:
    for name, coordinate in _INPUTS.items():
        if name not in drawn:
            continue
        values = drawn[name].sel(sample=numbers)
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
    """
    rows = [one.sel(mine=mine) if "mine" in one.dims else one for one in given]
    x = np.stack([row.values for row in rows]).astype(np.float64)
    centred, known = x - x.mean(axis=1, keepdims=True), ~np.isnan(y)
    target = np.where(known, y - (y[known].mean() if known.any() else 0.0), 0.0)
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
