"""Whether the parts of a cluster are installed as this process is."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from recc_mc.errors import RunError, StudyWarning
from recc_mc.workers.probe import look

__all__ = ["RELEVANT", "check_versions", "here"]

PACKAGE = "recc-mc"
RELEVANT = ("numba", "llvmlite", "numpy", "dask", "distributed", "python")
"""Their versions may change the last bits of a result, or whether workers understand a client."""
# Parts that a message lists.
_LISTED = 3


def here() -> dict[str, Any]:
    """What `look` finds in this process."""
    return look(RELEVANT, ())


def check_versions(found: Mapping[str, Mapping[str, Any]], cluster: str) -> None:
    """Refuse parts that cannot import this package or have another, warn of the rest.

    Parameters
    ----------
    found
        What `look` finds in each part, by the part's name and address.
    cluster
        What messages call the cluster.

    Raises
    ------
    RunError
        If a part cannot import this package, or has another version of it, whose numbers may be
        others. Files that were not installed have no version: they must be the same as here.

    Warns
    -----
    StudyWarning
        If the version of something else differs, or files of the same version do.
    """
    own = here()
    name = PACKAGE if own["version"] is None else f"{PACKAGE} {own['version']}"
    remedy = f"install {name} there, the version here"
    unable = [
        f"{part} cannot import recc_mc ({there['failure']})"
        for part, there in found.items()
        if there["failure"]
    ]
    if unable:
        raise RunError(f"{_listed(unable)}: {remedy}")
    others = [
        f"{part} has {PACKAGE} {there['version'] or 'of no known version, with other code'}"
        for part, there in found.items()
        if _is_other(there, own)
    ]
    if others:
        raise RunError(f"{_listed(others)}: {remedy}")
    differing = [text for part, there in found.items() for text in _differences(part, there, own)]
    if differing:
        warnings.warn(
            f"parts of {cluster} have other versions of some packages, so that the run may fail "
            f"or its results differ in their last bits: {_listed(differing)}",
            StudyWarning,
            stacklevel=2,
        )


def _is_other(there: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    if there["version"] is None or own["version"] is None:
        return bool(there["code"] != own["code"])
    return bool(there["version"] != own["version"])


def _differences(part: str, there: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[str]:
    if there["code"] != own["code"]:
        yield f"{part} has other code of {PACKAGE} {there['version']} than is here"
    for package in RELEVANT:
        version, mine = there["packages"].get(package), own["packages"][package]
        if version != mine:
            yield f"{part} has {package} {version}, here it is {mine}"


def _listed(sentences: Iterable[str]) -> str:
    some = list(sentences)
    more = f", and {len(some) - _LISTED} more" if len(some) > _LISTED else ""
    return ", ".join(some[:_LISTED]) + more
