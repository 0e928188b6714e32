"""Outputs that the shape of a study leaves out of its results, put back as the kernels have them.

Whatever counts and adds up draws takes all outputs; what is made of those that are not there is
left out once more where the statistics get their names.
"""

import numpy as np
import xarray as xr

from recc_mc.kernels.classes import UNDEFINED
from recc_mc.labels.dataset import outputs_in
from recc_mc.study.shape import OUTPUTS, ranked_by

__all__ = ["completed"]

_CODES = {"zone": np.int8, "grade": np.int8, "rank": np.int16}


def completed(data: xr.Dataset, *suffixes: str) -> xr.Dataset:
    """The dataset with all outputs.

    Parameters
    ----------
    data
        Group of a result, which stays as it is.
    *suffixes
        What follows the outputs in the names of its variables, such as ``"_baseline"``; nothing
        follows them if none is given.

    Returns
    -------
    xarray.Dataset
        With an index of 1 of a system without indicators, C that of the other one, classes that are
        undefined, and of one mine the rank 1.
    """
    there = outputs_in(data.attrs)
    absent = [name for name in OUTPUTS if name not in there]
    for suffix in suffixes or ("",):
        index = f"{ranked_by(there)}{suffix}"
        if index in data:
            added = {f"{name}{suffix}": _stand_in(name, data[index]) for name in absent}
            data = data.assign(added)
    return data


def _stand_in(name: str, index: xr.DataArray) -> xr.DataArray:
    if name == "recc":
        return index
    if name == "rank":
        return xr.ones_like(index, dtype=_CODES[name]).where(index.notnull(), UNDEFINED)
    if name in _CODES:
        return xr.full_like(index, UNDEFINED, dtype=_CODES[name])
    return xr.ones_like(index)
