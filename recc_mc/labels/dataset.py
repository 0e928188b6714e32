"""Names on numbers: the coordinates of a study, and arrays as labelled, checked datasets."""

from collections.abc import Container, Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from recc_mc.labels.coordinates import COORDINATES
from recc_mc.labels.declaration import Variable
from recc_mc.labels.further import COORDINATION_CLASSES, FUZZY_GRADES
from recc_mc.labels.provenance import SHARED_ATTRIBUTES, provenance
from recc_mc.study.class_names import GRADES, ZONES
from recc_mc.study.nouns import MINES, Nouns, nouns_of
from recc_mc.study.shape import ALL_OUTPUTS, SYMBOLS, is_made_of, ranked_by

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = ["coordinates", "labelled", "outputs_in"]

# Beginnings of the names of variables that compare mines by an index.
_RANKS = ("rank", "outranks", "kendall", "most_loaded", "decision_error", "information_value")


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
        "system": hierarchy.systems,
    }
    for field in ("long_name", "units", "system", "criterion", "direction"):
        values[f"indicator_{field}"] = [getattr(item, field) for item in hierarchy.indicators]
    derived = _derived_coordinates(study.panel.mines, study.nouns)
    return _coordinate_variables(values, study.nouns) | derived


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
        NumPy or dask arrays by variable name, all declared for the group. Those that the shape of
        the study leaves out are left out.
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
    nouns = nouns_of(shared)
    known |= _coordinate_variables(coords or {}, nouns)
    outputs = outputs_in(shared)
    arrays = {name: array for name, array in arrays.items() if is_made_of(name, outputs)}
    unknown = [f"{group}/{name}: no such variable is declared" for name in arrays.keys() - declared]
    if unknown:
        raise ValueError("\n".join(sorted(unknown)))
    arrays = {
        name: array for name, array in arrays.items() if not _is_void(declared[name], array, known)
    }
    variables = {name: _in_words_of(declared[name], outputs) for name in arrays}
    used = {dim for variable in variables.values() for dim in variable.dims}
    if "sample" in used and "sample" not in known:
        numbers = np.arange(_sample_count(variables, arrays))
        known |= _coordinate_variables({"sample": numbers}, nouns)
    _check(group, variables, arrays, {dim: known[dim].size for dim in used if dim in known})
    return xr.Dataset(
        {
            name: (v.dims, arrays[name], _attributes(v, nouns, arrays))
            for name, v in variables.items()
        },
        coords={
            name: _named_by(known[name], outputs, nouns)
            for name in COORDINATES
            if _belongs(name, known, used)
        },
        attrs=shared | {name: value for name, value in attrs.items() if value is not None},
    )


def outputs_in(attrs: Mapping[Any, Any]) -> tuple[str, ...]:
    """Outputs that a study has, by the attributes of a group of its result."""
    return tuple(str(attrs["outputs"]).split()) if "outputs" in attrs else ALL_OUTPUTS


def _in_words_of(variable: Variable, outputs: tuple[str, ...]) -> Variable:
    """The variable in words of the only index there is, if that is not C."""
    index = ranked_by(outputs)
    if index == "recc" or not variable.name.startswith(_RANKS):
        return variable
    attrs = {name: _reworded(text, index) for name, text in variable.attrs.items()}
    return replace(variable, long_name=_reworded(variable.long_name, index), attrs=attrs)


def _named_by(coordinate: xr.Variable, outputs: tuple[str, ...], nouns: Nouns) -> xr.Variable:
    index = ranked_by(outputs)
    if index == "recc":
        return coordinate
    attrs = {name: _reworded(text, index, nouns) for name, text in coordinate.attrs.items()}
    return coordinate._replace(attrs=attrs)


def _reworded(text: Any, index: str, nouns: Nouns = MINES) -> Any:
    if not isinstance(text, str):
        return text
    symbol = SYMBOLS[index]
    for words, others in (
        ("carrying capacity index", f"{index} index {symbol}"),
        ("the largest C of the year, the most loaded mine", f"the largest {symbol} of the year"),
        ("1 the most loaded mine", f"1 the largest {symbol}"),
        ("larger C", f"larger {symbol}"),
        ("the most loaded one", f"the one of the largest {symbol}"),
        ("largest C", f"largest {symbol}"),
        ("any C", f"any {symbol}"),
    ):
        text = text.replace(nouns.recorded(words), others)
    return text


def _inherited(origin: "Study | xr.Dataset") -> tuple[dict[str, xr.Variable], dict[str, object]]:
    """Coordinates and shared attributes of the origin."""
    if not isinstance(origin, xr.Dataset):
        return coordinates(origin), dict(provenance(origin))
    known = {str(name): coord.variable for name, coord in origin.coords.items()}
    if "mine" in known:
        mines = known["mine"].values.tolist()
        known = _derived_coordinates(mines, nouns_of(origin.attrs)) | known
    return known, {name: origin.attrs[name] for name in SHARED_ATTRIBUTES if name in origin.attrs}


def _derived_coordinates(mines: Any, nouns: Nouns) -> dict[str, xr.Variable]:
    """Coordinates that follow from the mines or from the method."""
    return _coordinate_variables(
        {
            "other_mine": mines,
            "rank_position": np.arange(1, len(mines) + 1),
            "zone": np.arange(len(ZONES)),
            "zone_name": ZONES,
            "grade": np.arange(1, len(GRADES) + 1),
            "grade_name": GRADES,
            "coordination_class": np.arange(1, len(COORDINATION_CLASSES) + 1),
            "coordination_class_name": COORDINATION_CLASSES,
            "fuzzy_class": np.arange(1, len(FUZZY_GRADES) + 1),
            "fuzzy_class_name": FUZZY_GRADES,
        },
        nouns,
    )


def _coordinate_variables(values: Mapping[str, Any], nouns: Nouns) -> dict[str, xr.Variable]:
    return {name: _coordinate(COORDINATES[name], value, nouns) for name, value in values.items()}


def _coordinate(variable: Variable, values: Any, nouns: Nouns) -> xr.Variable:
    data = np.array(values, dtype=variable.dtype)
    return xr.Variable(variable.dims, data, _attributes(variable, nouns))


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


def _attributes(
    variable: Variable, nouns: Nouns, group: Container[str] = ()
) -> dict[Hashable, object]:
    """Attributes as declared, in the words of the study."""
    attrs: dict[Hashable, object] = {"long_name": nouns.recorded(variable.long_name)}
    if variable.units is not None:
        attrs["units"] = variable.units
    for name, value in variable.attrs.items():
        attrs[name] = nouns.recorded(str(value)) if name == "comment" else value
    if f"{variable.name}_error" in group:
        attrs["ancillary_variables"] = f"{variable.name}_error"
    return attrs
