"""What an existing result of the same study keeps when another command adds to it."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import xarray as xr

from recc_mc.errors import InputError
from recc_mc.results.netcdf import load

__all__ = ["adds_to", "kept_groups"]


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
    with _groups(path, digest) as groups:
        return bool(groups) and groups.keys().isdisjoint(made)


@contextmanager
def kept_groups(
    path: str | os.PathLike[str], digest: str, made: Collection[str]
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
    """
    with _groups(path, digest) as groups:
        yield {name: data for name, data in groups.items() if name not in made}


@contextmanager
def _groups(path: str | os.PathLike[str], digest: str) -> Iterator[dict[str, xr.Dataset]]:
    """All groups of a file if it is a result of the study."""
    tree = None
    if os.path.isfile(path):
        try:
            tree = load(path)
        except InputError:
            # Whoever wants to replace a file that is no result is told to say so.
            tree = None
    if tree is None:
        yield {}
        return
    with tree:
        groups = {name: node.to_dataset() for name, node in tree.children.items()}
        own = all(data.attrs.get("study_digest") == digest for data in groups.values())
        yield groups if own else {}
