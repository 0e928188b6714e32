"""What a result file says, to compare two of them."""

import os
from typing import Any

import netCDF4
import numpy as np


def contents(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Everything that a file says but ``history``, which tells when and by which command.

    Dimensions, attributes, and of every variable its type, storage and stored bytes.
    """
    found: dict[str, Any] = {}
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        _collect(file, "", found)
    return found


def _collect(group: Any, path: str, found: dict[str, Any]) -> None:
    found[f"{path}/"] = [(name, len(dim)) for name, dim in group.dimensions.items()]
    found |= {f"{path}@{name}": plain(group.getncattr(name)) for name in group.ncattrs()}
    found.pop("@history", None)
    for name, variable in group.variables.items():
        attributes = {key: plain(variable.getncattr(key)) for key in variable.ncattrs()}
        storage = (variable.dimensions, variable.filters(), variable.chunking())
        found[f"{path}/{name}"] = (*storage, attributes, plain(variable[...]))
    for name, child in group.groups.items():
        _collect(child, f"{path}/{name}", found)


def plain(value: Any) -> Any:
    """Value that is equal to another one only if all bits are, NaN included."""
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype == object:
            return array.tolist()
        return array.dtype.str, array.shape, array.tobytes()
    return value
