"""What an existing result of the same study keeps when another command adds to it."""

import os
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

import xarray as xr

from recc_mc.errors import InputError, StudyWarning
from recc_mc.results.files import REPLACE, check_target
from recc_mc.results.netcdf import load
from recc_mc.results.reading import groups_of

__all__ = ["adds_to", "check_place", "kept_groups"]


def check_place(
    path: str | os.PathLike[str], digest: str, made: Collection[str], *, overwrite: bool
) -> None:
    """Find out whether a command may write its groups to a file, and say what goes with it.

    Parameters
    ----------
    path
        Name of the file, which need not exist.
    digest
        The study's.
    made
        Names of the groups to come.
    overwrite
        Whether what is there may be replaced; else groups can only be added.

    Raises
    ------
    InputError
        If the command may not; of a damaged file says what is wrong with it.

    Warns
    -----
    StudyWarning
        If what is there is replaced and is no result of the study, of which groups would stay.
    """
    if os.path.isfile(path):
        try:
            found, overwrite = _what_is_there(path, digest, made, overwrite)
        except InputError as error:
            found = str(error).removeprefix(f"{path}: ")
        if found and not overwrite:
            raise InputError(f"{path}: exists already ({found}); {REPLACE}")
        if found:
            warnings.warn(f"{path}: all of it is replaced ({found})", StudyWarning, stacklevel=3)
    check_target(path, overwrite=overwrite)


def _what_is_there(
    path: str | os.PathLike[str], digest: str, made: Collection[str], overwrite: bool
) -> tuple[str, bool]:
    """What a result is if it is not one of the study, and whether groups may be written to it."""
    with load(path) as tree:
        if _is_own(tree, digest):
            return "", overwrite or groups_of(tree).keys().isdisjoint(made)
        names = ", ".join(f"/{name}" for name in groups_of(tree))
    return f"{names} of another study", overwrite


def adds_to(path: str | os.PathLike[str], digest: str, made: Collection[str]) -> bool:
    """Whether a file is a result of a study in which certain groups are not there yet.

    Parameters
    ----------
    path
        Name of the file, which need not exist.
    digest
        The study's.
    made
        Names of the groups to come.
    """
    with kept_groups(path, digest, ()) as groups:
        return bool(groups) and groups.keys().isdisjoint(made)


@contextmanager
def kept_groups(
    path: str | os.PathLike[str], digest: str, made: Collection[str], *, verify: bool = True
) -> Iterator[dict[str, xr.Dataset]]:
    """Groups of a file that stay when certain groups are made anew; none of another study.

    They are read when they are used, which they can be within the context.

    Parameters
    ----------
    path
        Name of the file, which need not exist.
    digest
        The study's.
    made
        Names of the groups to come.
    verify
        Whether to compare all of the file with its checksum, if it is not too large for that: not
        necessary where that was done before.
    """
    tree = None
    if os.path.isfile(path):
        # Whoever wants to replace a file that is no result has been told to say so.
        with suppress(InputError):
            tree = load(path, verify=None if verify else False)
    if tree is None:
        yield {}
        return
    with tree:
        own = _is_own(tree, digest)
        groups = groups_of(tree) if own else {}
        yield {name: data for name, data in groups.items() if name not in made}


def _is_own(tree: xr.DataTree, digest: str) -> bool:
    """Whether all groups are results of a study."""
    return all(data.attrs.get("study_digest") == digest for data in groups_of(tree).values())
