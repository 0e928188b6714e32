"""The study of a result: its text and tables, which every result holds."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.files import read_bytes
from recc_mc.study.sources import FILES

__all__ = [
    "EVIDENCE_ATTRIBUTE",
    "RESULT_ENDINGS",
    "TABLE_ATTRIBUTES",
    "Kept",
    "is_result",
    "kept_in",
    "kept_study",
]

RESULT_ENDINGS = (".nc", ".nc4", ".netcdf", ".cdf")
"""What the name of a result may end in."""
TABLE_ATTRIBUTES = {name: f"study_{name}" for name in FILES}
"""Attributes of a result that hold the study's tables as texts."""
EVIDENCE_ATTRIBUTE = "study_evidence"
"""Attribute that holds the studies of its evidence, if it has any."""


class Kept(NamedTuple):
    """What a result tells of its study.

    Parameters
    ----------
    text
        The study file.
    comment
        What of the study is not in the files that the text names, None if nothing.
    tables
        Texts of the tables.
    digest
        Digest of the study.
    version
        What wrote the result.
    evidence
        Text of the studies of its evidence; empty if it has none.
    """

    text: str
    comment: str | None
    tables: dict[str, str]
    digest: str
    version: str
    evidence: str = ""


def is_result(path: Path) -> bool:
    """Whether a file is a result, by its name."""
    return path.suffix.lower() in RESULT_ENDINGS


def kept_study(path: Path) -> Kept:
    """Read what a result tells of its study.

    Parameters
    ----------
    path
        The result.

    Raises
    ------
    InputError
        If it is none, or one of an earlier version that did not keep the tables.
    """
    # Also says what a missing or empty file is; the library's own messages do not.
    read_bytes(path, str(path))
    import netCDF4

    try:
        with netCDF4.Dataset(path) as file:
            attrs = {name: file.getncattr(name) for name in file.ncattrs()}
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{path}: not a readable NetCDF file: {error}") from error
    return kept_in(attrs, str(path))


def kept_in(attrs: Mapping[Any, Any], path: str) -> Kept:
    """What the attributes of a result, or of one of its groups, tell of its study.

    Parameters
    ----------
    attrs
        The attributes.
    path
        What messages call the result.

    Raises
    ------
    InputError
        If they hold none, or are of an earlier version that did not keep the tables.
    """
    version = re.match(r"recc_mc \S+?(?=;|$)", str(attrs.get("source", "")))
    if version is None or "study" not in attrs:
        raise InputError(f"{path}: holds no study: expected a study file or a result of one study")
    missing = [name for name in TABLE_ATTRIBUTES.values() if name not in attrs]
    if missing:
        raise InputError(
            f"{path}: was written by an earlier version ({version[0]}), which did not keep the "
            "data and judgments in its results: load the study from its own files"
        )
    return Kept(
        str(attrs["study"]),
        None if "study_comment" not in attrs else str(attrs["study_comment"]),
        {name: str(attrs[attribute]) for name, attribute in TABLE_ATTRIBUTES.items()},
        str(attrs.get("study_digest", "")),
        version[0],
        str(attrs.get(EVIDENCE_ATTRIBUTE, "")),
    )
