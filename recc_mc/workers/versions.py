"""Whether the parts of a cluster are installed as this process is."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from distributed.versions import get_versions

from recc_mc.errors import RunError, StudyWarning

__all__ = ["RELEVANT", "check_versions"]

PACKAGE = "recc-mc"
RELEVANT = (PACKAGE, "numba", "llvmlite", "numpy", "dask", "distributed", "python")
"""Their versions may change the last bits of a result, or whether workers understand a client."""
# Parts that a message lists.
_LISTED = 3


def check_versions(found: Mapping[str, Any], cluster: str) -> None:
    """Refuse workers without this package, warn of those with other versions of the rest.

    Parameters
    ----------
    found
        What `distributed` tells of each part's versions, by the part's name and address.
    cluster
        What messages call the cluster.

    Raises
    ------
    RunError
        If a part lacks this package, or has another version of it, whose numbers may be others.

    Warns
    -----
    StudyWarning
        If the version of something else differs.
    """
    versions = {part: told["packages"] for part, told in found.items()}
    here = get_versions(RELEVANT)["packages"]
    own = here[PACKAGE]
    missing = [part for part, there in versions.items() if there.get(PACKAGE) is None]
    if missing:
        raise RunError(
            f"{_listed(missing)} cannot import recc_mc: install recc-mc {own} there, the version "
            "here"
        )
    others = [
        f"{part} has recc-mc {there[PACKAGE]}"
        for part, there in versions.items()
        if there[PACKAGE] != own
    ]
    if others:
        raise RunError(f"{_listed(others)}: install recc-mc {own} there, the version here")
    differing = [
        f"{part} has {package} {there.get(package)}, here it is {here[package]}"
        for part, there in versions.items()
        for package in RELEVANT
        if there.get(package) != here[package]
    ]
    if differing:
        warnings.warn(
            f"parts of {cluster} have other versions of some packages, so that the run may fail "
            f"or its results differ in their last bits: {_listed(differing)}",
            StudyWarning,
            stacklevel=2,
        )


def _listed(sentences: Iterable[str]) -> str:
    some = list(sentences)
    more = f", and {len(some) - _LISTED} more" if len(some) > _LISTED else ""
    return ", ".join(some[:_LISTED]) + more
