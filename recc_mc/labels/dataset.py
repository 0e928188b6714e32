"""Names on numbers: the coordinates of a study, and arrays as labelled, checked datasets."""

from collections.abc import Container, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from recc_mc.labels.coordinates import COORDINATES
from recc_mc.labels.declaration import GRADES, ZONES, Variable
from recc_mc.labels.provenance import SHARED_ATTRIBUTES, provenance

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = ["coordinates", "labelled"]


# What a study may do without: a variable of it is then left out.
_MAY_BE_NONE = ("matrix",)


def coordinates(study: "Study") -> dict[str, xr.Variable]:
    """Coordinates that a study fixes: all but those of samples, factors and outputs.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Coordinate variables by name, with their attributes.
    """
    hierarchy = study.hierarchy
    matrices = study.judgments.matrices
    values: dict[str, Any] = {
        "mine": study.panel.mines,
        "year": study.panel.years,
        "indicator": hierarchy.names,
        "criterion": hierarchy.all_criteria,
        "criterion_system": [hierarchy.system_of(name) for name in hierarchy.all_criteria],
        "matrix": [matrix.name for matrix in matrices],
        "expert": study.judgments.experts,
        "matrix_size": [len(matrix.items) for matrix in matrices],
        "quantile": study.settings.simulation.quantiles,
    }
    for field in ("long_name", "units", "system", "criterion", "direction"):
        values[f"indicator_{field}"] = [getattr(item, field) for item in hierarchy.indicators]
    return _coordinate_variables(values) | _derived_coordinates(study.panel.mines)


def labelled(
    group: str,
    declared: Mapping[str, Variable],
    origin: "Study | xr.Dataset",
    arrays: Mapping[str, Any],
    *,
    coords: Mapping[str, Any] | None = None,
    **attrs: object,
) -> xr.Dataset:
    """Label the arrays of one group of a result.

    Parameters
    ----------
    group, declared
        Name of the group, and its variables.
    origin
        The study, or a dataset of the same study; gives the coordinates and the provenance.
    arrays
        NumPy or dask arrays by variable name, all declared for the group.
    coords
        Values of coordinates that `origin` does not know or that differ from its own; the samples
        are numbered from 0 where nothing else is said.
    **attrs
        Further attributes of the dataset, for instance ``seed``; None leaves one out.

    Returns
    -------
    xarray.Dataset
        The arrays, not copied, with coordinates and attributes.

    Raises
    ------
    ValueError
        If a name is not declared or a shape or type is not the declared one; all are named.
    """
    known, shared = _inherited(origin)
    known |= _coordinate_variables(coords or {})
    unknown = [f"{group}/{name}: no such variable is declared" for name in arrays.keys() - declared]
    if unknown:
        raise ValueError("\n".join(sorted(unknown)))
    arrays = {
        name: array for name, array in arrays.items() if not _is_void(declared[name], array, known)
    }
    variables = {name: declared[name] for name in arrays}
    used = {dim for variable in variables.values() for dim in variable.dims}
    if "sample" in used and "sample" not in known:
        known |= _coordinate_variables({"sample": np.arange(_sample_count(variables, arrays))})
    _check(group, variables, arrays, {dim: known[dim].size for dim in used if dim in known})
    return xr.Dataset(
        {name: (v.dims, arrays[name], _attributes(v, arrays)) for name, v in variables.items()},
        coords={name: known[name] for name in COORDINATES if _belongs(name, known, used)},
        attrs=shared | {name: value for name, value in attrs.items() if value is not None},
    )


def _inherited(origin: "Study | xr.Dataset") -> tuple[dict[str, xr.Variable], dict[str, object]]:
    """Coordinates and shared attributes of the origin."""
    if not isinstance(origin, xr.Dataset):
        return coordinates(origin), dict(provenance(origin))
    known = {str(name): coord.variable for name, coord in origin.coords.items()}
    if "mine" in known:
        known = _derived_coordinates(known["mine"].values.tolist()) | known
    return known, {name: origin.attrs[name] for name in SHARED_ATTRIBUTES if name in origin.attrs}


def _derived_coordinates(mines: Any) -> dict[str, xr.Variable]:
    """Coordinates that follow from the mines or from the method."""
    return _coordinate_variables(
        {
            "other_mine": mines,
            "rank_position": np.arange(1, len(mines) + 1),
            "zone": np.arange(len(ZONES)),
            "zone_name": ZONES,
            "grade": np.arange(1, len(GRADES) + 1),
            "grade_name": GRADES,
        }
    )


def _coordinate_variables(values: Mapping[str, Any]) -> dict[str, xr.Variable]:
    return {name: _coordinate(COORDINATES[name], value) for name, value in values.items()}


def _coordinate(variable: Variable, values: Any) -> xr.Variable:
    data = np.array(values, dtype=variable.dtype)
    return xr.Variable(variable.dims, data, _attributes(variable))


def _is_void(variable: Variable, array: Any, known: Mapping[str, xr.Variable]) -> bool:
    """Whether a variable is one of matrices of which there are none."""
    return any(
        dim in _MAY_BE_NONE and 0 in (size, known[dim].size if dim in known else size)
        for dim, size in zip(variable.dims, array.shape, strict=False)
    )


def _belongs(name: str, known: Mapping[str, xr.Variable], used: set[str]) -> bool:
    return name in known and used.issuperset(COORDINATES[name].dims)


def _sample_count(variables: Mapping[str, Variable], arrays: Mapping[str, Any]) -> int:
    """Length of the sample dimension; a disagreement is found by `_check`."""
    return next(
        int(arrays[name].shape[-1])
        for name, variable in variables.items()
        if variable.dims[-1:] == ("sample",)
    )


def _check(
    group: str,
    variables: Mapping[str, Variable],
    arrays: Mapping[str, Any],
    sizes: Mapping[str, int],
) -> None:
    problems = [
        f"{group}/{name}: {problem}"
        for name, variable in variables.items()
        for problem in _problems(variable, arrays[name], sizes)
    ]
    if problems:
        raise ValueError("\n".join(problems))


def _problems(variable: Variable, array: Any, sizes: Mapping[str, int]) -> list[str]:
    missing = [dim for dim in variable.dims if dim not in sizes]
    if missing:
        return [f"coordinate {', '.join(missing)} is missing"]
    problems = []
    expected = tuple(sizes[dim] for dim in variable.dims)
    if tuple(array.shape) != expected:
        shape = ", ".join(f"{dim} {sizes[dim]}" for dim in variable.dims)
        problems.append(f"shape {tuple(array.shape)}, expected ({shape})")
    if array.dtype.name not in _types(variable):
        problems.append(f"type {array.dtype}, expected {' or '.join(_types(variable))}")
    return problems


def _types(variable: Variable) -> list[str]:
    """Types that are accepted in memory."""
    # Samples come back from a file in the precision in which they were stored.
    other = "float32" if variable.per_sample else variable.wide
    return [name for name in (variable.dtype, other) if name]


def _attributes(variable: Variable, group: Container[str] = ()) -> dict[Hashable, object]:
    attrs: dict[Hashable, object] = {"long_name": variable.long_name}
    if variable.units is not None:
        attrs["units"] = variable.units
    attrs.update(variable.attrs)
    if f"{variable.name}_error" in group:
        attrs["ancillary_variables"] = f"{variable.name}_error"
    return attrs
