"""What is installed on a machine; sent to it as text, to run where this package may be missing.

Imports nothing of this package, nor needs what Python versions may not share, such as bytecode.
"""

import hashlib
import importlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from distributed.versions import get_versions

__all__ = ["look", "version"]

PACKAGE = "recc_mc"


def look(packages: Sequence[str], modules: Sequence[str]) -> dict[str, Any]:
    """Find out what is there.

    Parameters
    ----------
    packages
        Names of distributions whose versions are of interest.
    modules
        Modules that have to be importable.

    Returns
    -------
    dict
        ``packages``: versions by name, None where one is not installed; ``version`` of this
        package, None if it is a folder of files that was not installed; ``code``: a digest of these
        files; ``failure``: what an import says, empty if there is none.
    """
    found = {"packages": get_versions(packages)["packages"], "version": None, "code": ""}
    try:
        for name in modules:
            importlib.import_module(name)
        code = _digest(Path(str(importlib.import_module(PACKAGE).__file__)).parent)
    except Exception as error:
        # A library that is broken may raise anything when it is imported.
        return found | {"failure": " ".join(str(error).split()) or type(error).__name__}
    return found | {"version": version(), "code": code, "failure": ""}


def version() -> str | None:
    """Version of this package; None if it is a folder of files that was not installed."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        # The same files, whatever system they were copied to.
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + text + b"\0")
    return digest.hexdigest()
