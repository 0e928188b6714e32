"""Opening a result: what is damaged, foreign or newer is said in one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from recc_mc.errors import InputError
from recc_mc.results.seal import check_seal
from recc_mc.results.variables import (
    COORDINATES,
    GROUPS,
    NAMED,
    expected_dims,
    variables_of,
)

__all__ = ["FORMAT", "check_source", "groups_of", "in_memory_but_samples", "reading"]

FORMAT = 2
"""Layout of a result file, its attribute ``recc_mc_format``; files without it are of layout 1."""
# A larger file is checked as a whole only on request: reading it takes longer than opening it.
VERIFIED_UP_TO_BYTES = 2**30
_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def check_source(path: str | os.PathLike[str], *, verify: bool | None = None) -> None:
    """Find out whether a file is a result that this version reads.

    Parameters
    ----------
    path
        Name of the file.
    verify
        Whether to compare all of the file with its checksum; if None, up to 1 GiB.

    Raises
    ------
    InputError
        If it is not.
    """
    import netCDF4

    try:
        if Path(path).is_dir():
            raise InputError(f"{path}: is a directory, expected a result file")
        if not Path(path).is_file():
            raise InputError(f"{path}: no such file")
        with Path(path).open("rb") as file:
            start = file.read(len(_SIGNATURE))
        if verify or (verify is None and Path(path).stat().st_size <= VERIFIED_UP_TO_BYTES):
            check_seal(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if start != _SIGNATURE:
        raise InputError(f"{path}: not a NetCDF-4 file")
    with reading(path), netCDF4.Dataset(path) as handle:
        attrs = {name: handle.getncattr(name) for name in handle.ncattrs()}
        groups = set(handle.groups)
    number = attrs.get("recc_mc_format", 1)
    if not str(attrs.get("source", "")).startswith("recc_mc") and "recc_mc_format" not in attrs:
        groups = set()
    if groups.isdisjoint(GROUPS) and number == 1:
        raise InputError(f"{path}: holds no results; expected groups {', '.join(GROUPS)}")
    if number not in range(1, FORMAT + 1):
        raise InputError(
            f"{path}: was written by a newer recc_mc (format {number}; this one reads up to "
            f"{FORMAT}): update recc_mc"
        )


@contextmanager
def reading(path: str | os.PathLike[str], what: str = "") -> Iterator[None]:
    """Report what the NetCDF library says of a file as the fault of the file.

    On damaged files it raises errors of many kinds. Nothing of ours runs within.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        where = f" at {what}" if what else ""
        raise InputError(f"{path}: is damaged{where}, or no result: {_line(error)}") from error


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else f"{text[:100]}..."


def groups_of(tree: xr.DataTree, *, inherit: bool = True) -> dict[str, xr.Dataset]:
    """Groups of a result by name, those within another as ``evidence/management``.

    Parameters
    ----------
    tree
        The result.
    inherit
        Whether a group has the coordinates of those that it is in.
    """
    found: dict[str, xr.Dataset] = {}
    for name in GROUPS:
        if name not in tree.children:
            continue
        nodes = {name: tree.children[name]}
        if name in NAMED:
            nodes = {f"{name}/{key}": node for key, node in tree.children[name].children.items()}
        found |= {key: node.to_dataset(inherit=inherit) for key, node in nodes.items()}
    return found


def in_memory_but_samples(data: xr.Dataset, group: str, path: str | os.PathLike[str]) -> xr.Dataset:
    """Group whose variables are read, all but those by sample, which are when they are used.

    Parameters
    ----------
    data
        The open group.
    group
        Its name.
    path
        Name of the file.

    Raises
    ------
    InputError
        If a variable cannot be read, or is not what its name says.
    """
    drawn = {}
    for name, variable in data.variables.items():
        _check_shape(data, group, str(name), path)
        if name in data.data_vars and "sample" in variable.dims:
            drawn[name] = _lazily(variable, f"{group}/{name}", path)
        else:
            with reading(path, f"{group}/{name}"):
                variable.load()
    return data.assign(drawn)


def _check_shape(data: xr.Dataset, group: str, name: str, path: str | os.PathLike[str]) -> None:
    declared = variables_of(group).get(name) or COORDINATES.get(name)
    found = data.variables[name].dims
    missing = [str(dim) for dim in found if dim not in data.coords]
    if declared is None:
        return
    expected = expected_dims(group, declared, data[name])
    if found != expected or missing:
        raise InputError(
            f"{path}: {group}/{name}: is damaged, or no result: has dimensions {found}, expected "
            f"{expected}, each with its coordinate"
        )


def _lazily(variable: xr.Variable, what: str, path: str | os.PathLike[str]) -> xr.Variable:
    stored = indexing.LazilyIndexedArray(_Stored(variable, what, path))
    # As xarray does it for its own: what was read once as a whole is kept.
    memory = indexing.MemoryCachedArray(stored)  # type: ignore[no-untyped-call]
    cached = indexing.CopyOnWriteArray(memory)  # type: ignore[arg-type]
    return xr.Variable(variable.dims, cached, variable.attrs, variable.encoding)


class _Stored(BackendArray):
    """A variable of a file; what is wrong with the file is said where it is read."""

    def __init__(self, variable: xr.Variable, what: str, path: str | os.PathLike[str]) -> None:
        self.shape, self.dtype = variable.shape, variable.dtype
        self._variable, self._what, self._path = variable, what, path

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        support = indexing.IndexingSupport.OUTER
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[Any, ...]) -> Any:
        with reading(self._path, self._what):
            return np.asarray(self._variable[key].values)
