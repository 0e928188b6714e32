"""Results as one NetCDF-4 file: complete or not there at all."""

import os
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast

import xarray as xr

from recc_mc.errors import InputError
from recc_mc.labels.provenance import SHARED_ATTRIBUTES, history
from recc_mc.results.encoding import (
    SAMPLES_PER_CHUNK,
    Encoding,
    write_attributes,
    write_group,
)
from recc_mc.results.files import check_ending, check_target, held, replacing, reporting
from recc_mc.results.reading import (
    FORMAT,
    check_source,
    groups_of,
    in_memory_but_samples,
    reading,
)
from recc_mc.results.variables import GROUPS, NAMED, Variable, expected_dims, variables_of
from recc_mc.study.kinds import check_kind, check_path
from recc_mc.study.wording import shown

__all__ = ["load", "save", "write_groups"]

_NAME = re.compile(r"[A-Za-z0-9_-]+")
# Attributes common to the groups of a file are those of the last of these that it holds, if any.
_PRECEDENCE = ("baseline", "sensitivity", "summary", "samples")
# Samples above this size come back as dask arrays, below it as lazily read ones.
DASK_ABOVE_BYTES = 2**30


def save(
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    dtype: str = "float32",
    compression: str = "zlib",
    command: str = "recc_mc.save",
    **groups: xr.Dataset | Mapping[str, xr.Dataset] | None,
) -> None:
    """Write results to a NetCDF-4 file, one group each.

    The file is written under a temporary name in the same folder, flushed to the disk and then
    renamed, so that whatever stands at `path` is complete. Dask-backed samples are computed and
    written in blocks.

    While it is written, no other command or `save` writes it or changes it.

    Parameters
    ----------
    path
        Name of the file, ending in ``.nc``, ``.nc4``, ``.netcdf`` or ``.cdf``; its folder must
        exist.
    overwrite
        Replace an existing file.
    dtype
        Type of the floats stored per sample, ``"float32"`` or ``"float64"``; everything else is
        stored as it is.
    compression
        ``"zlib"`` or ``"none"``.
    command
        What made the results, for the attribute ``history``.
    **groups
        Results as the functions of this package return them: ``baseline``, ``samples``,
        ``summary`` and ``sensitivity`` of one study, or a ``comparison`` of two results, which
        stands alone in its file; ``evidence``: what `recc_mc.meta_analysis` found, by names. None
        writes nothing.

    Raises
    ------
    InputError
        If there is nothing to write, the results are not those of one study, the file exists and
        may not be replaced, or it cannot be created.
    RunError
        If writing fails, for instance because the disk is full, or another command holds the file.
    """
    unknown = next((name for name in groups if name not in GROUPS), None)
    if unknown is not None:
        raise TypeError(f"save() got an unexpected keyword argument {unknown!r}")
    check_path("path", path)
    given = dict(_given(groups))
    encoding = Encoding(dtype, compression)
    _check_groups(given)
    check_ending(path)
    check_target(path, overwrite=overwrite)
    with held(path):
        write_groups(path, given, encoding, overwrite=overwrite, command=command)


def _given(
    groups: Mapping[str, xr.Dataset | Mapping[str, xr.Dataset] | None],
) -> Iterator[tuple[str, xr.Dataset]]:
    """Groups that were given, by their names in the file."""
    for name in GROUPS:
        data = groups.get(name)
        if data is None:
            continue
        if name not in NAMED:
            check_kind(f"save: {name}", data, xr.Dataset, "a Dataset")
            yield name, cast(xr.Dataset, data)
            continue
        if isinstance(data, xr.Dataset):
            # It is a mapping, too, but one of variables.
            raise InputError(f"save: {name}: must be Datasets by name, got Dataset")
        check_kind(f"save: {name}", data, (Mapping, xr.DataTree), "Datasets by name")
        for key, one in cast(Mapping[str, Any], data).items():
            if _NAME.fullmatch(str(key)) is None:
                raise InputError(
                    f"save: {name}: {shown(key)}: must be a name of letters, digits, - and _"
                )
            found = one.to_dataset() if isinstance(one, xr.DataTree) else one
            check_kind(f"save: {name}: {key}", found, xr.Dataset, "a Dataset")
            yield f"{name}/{key}", found


def write_groups(
    path: str | os.PathLike[str],
    groups: Mapping[str, xr.Dataset],
    encoding: Encoding,
    *,
    overwrite: bool,
    command: str,
    last: Mapping[str, Callable[[], xr.Dataset]] = MappingProxyType({}),
) -> None:
    """Write groups to a file that this process holds.

    Parameters
    ----------
    path, groups, overwrite, command
        As of `save`.
    encoding
        Types and compression.
    last
        Makes groups that are not needed before the others are written: what they share with these,
        these tell.
    """
    _check_groups(groups)
    root = _root_attributes(groups, command)
    guard = partial(reporting, path)
    with replacing(path, overwrite) as file:
        with guard():
            write_attributes(file, root | {"recc_mc_format": FORMAT})
        for name, data in _in_turn(groups, last):
            with guard():
                handle = file.createGroup(name)
            write_group(handle, data, _own_attributes(data, root), encoding, guard)


def _in_turn(
    groups: Mapping[str, xr.Dataset], last: Mapping[str, Callable[[], xr.Dataset]]
) -> Iterator[tuple[str, xr.Dataset]]:
    yield from groups.items()
    for name, make in last.items():
        data = make()
        _check_groups({**groups, name: data})
        yield name, data


def load(path: str | os.PathLike[str], *, verify: bool | None = None) -> xr.DataTree:
    """Read results.

    Values per sample are read when they are used, and checked then against the checksums of HDF5;
    all else is read at once. Samples of more than 1 GiB are dask arrays, chunked along ``sample``.
    Close the tree, or use it in a ``with`` statement, to close the file.

    Parameters
    ----------
    path
        A file that `save` or the command line wrote.
    verify
        Whether to compare all of the file with its checksum first, which finds every flipped bit;
        if None, where it is no larger than 1 GiB. A file that another program has changed has no
        such checksum any more, and one of an earlier version has none.

    Returns
    -------
    xarray.DataTree
        One child for each group of the file. Undefined classes and ranks are -1, as in memory.

    Raises
    ------
    InputError
        If there is no such file, it holds no results, is damaged, or a newer version wrote it.
        Samples that cannot be read raise it where they are used.
    """
    check_path("path", path)
    check_source(path, verify=verify)
    with reading(path):
        # Masking would turn the integer codes of classes and ranks into floats.
        stored = xr.open_datatree(path, engine="netcdf4", mask_and_scale=False, decode_times=False)
    try:
        groups = {
            name: _opened(data, name, stored.attrs, path)
            for name, data in groups_of(stored, inherit=False).items()
        }
        if not groups:
            raise InputError(f"{path}: holds no results; expected groups {', '.join(GROUPS)}")
    except BaseException:
        stored.close()
        raise
    root = {name: value for name, value in stored.attrs.items() if name != "recc_mc_format"}
    tree = xr.DataTree.from_dict({"/": xr.Dataset(attrs=root), **groups})
    tree.set_close(stored.close)
    return tree


def _opened(
    data: xr.Dataset, group: str, root: Mapping[Hashable, Any], path: str | os.PathLike[str]
) -> xr.Dataset:
    """Group as it was before it was saved."""
    data = in_memory_but_samples(data, group, path)
    for variable in data.variables.values():
        # What else was true of the file would cut longer names, and misplace chunks, elsewhere.
        text = variable.encoding.get("dtype") == "S1"
        variable.encoding = {"dtype": "S1"} if text else {}
        if "_FillValue" in variable.attrs:
            variable.encoding["_FillValue"] = variable.attrs.pop("_FillValue")
    shared = {name: root[name] for name in SHARED_ATTRIBUTES if name in root}
    data = data.assign_attrs(shared | data.attrs)
    if data.nbytes <= DASK_ABOVE_BYTES:
        return data
    drawn = {name: array for name, array in data.data_vars.items() if "sample" in array.dims}
    return data.assign({name: a.chunk(sample=SAMPLES_PER_CHUNK) for name, a in drawn.items()})


def _check_groups(groups: Mapping[str, xr.Dataset]) -> None:
    if not groups:
        raise InputError("save: no results were given")
    problems = [
        f"save: {group}: {name} {problem}"
        for group, data in groups.items()
        for name, array in data.data_vars.items()
        if (problem := _problem(group, variables_of(group).get(str(name)), array))
    ]
    if len({data.attrs.get("study_digest") for data in groups.values()}) > 1:
        problems.append(f"save: {', '.join(groups)} are results of different studies")
    scenario = groups["baseline"].attrs.get("scenario") if "baseline" in groups else None
    if scenario is not None and len(groups) > 1:
        others = ", ".join(name for name in groups if name != "baseline")
        problems.append(
            f'save: baseline is that of the scenario "{scenario}", which {others} are not beside'
        )
    # Draws of several runs put together: the seed would be that of one of them.
    problems += [
        f"save: {group}: sample {_repeated(data)} is there twice; save the draws of one run"
        for group, data in groups.items()
        if "sample" in data.coords and not data.indexes["sample"].is_unique
    ]
    if problems:
        raise InputError(problems)


def _repeated(data: xr.Dataset) -> int:
    numbers = data.indexes["sample"]
    return int(numbers[numbers.duplicated()][0])


def _problem(group: str, declared: Variable | None, array: xr.DataArray) -> str | None:
    if declared is None:
        return "is not a variable of this group"
    expected = expected_dims(group, declared, array)
    if array.dims != expected:
        return f"has dimensions {array.dims}, expected {expected}"
    return None


def _root_attributes(groups: Mapping[str, xr.Dataset], command: str) -> dict[str, Any]:
    """Attributes common to the groups; where they differ, those of the samples."""
    others = [name for name in groups if name not in _PRECEDENCE]
    merged: dict[Hashable, Any] = {}
    for name in (*others, *_PRECEDENCE):
        merged |= groups[name].attrs if name in groups else {}
    past = dict.fromkeys(
        line for data in groups.values() for line in data.attrs.get("history", "").splitlines()
    )
    merged["history"] = "\n".join([*past, history(command)])
    return {name: merged[name] for name in SHARED_ATTRIBUTES if name in merged}


def _own_attributes(data: xr.Dataset, root: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(name): value
        for name, value in data.attrs.items()
        if name != "history" and not (name in root and root[str(name)] == value)
    }
