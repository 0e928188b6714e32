"""What runs on the machines of workers: how they compute blocks, and what is installed there.

The latter is sent as text, to run where this package may be missing: nothing of it is imported
here, nor anything needed that Python versions may not share, such as bytecode.
"""

import hashlib
import importlib
import pickle
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from distributed.versions import get_versions

__all__ = ["CALL", "OtherVersion", "compute_samples", "look", "version"]

PACKAGE = "recc_mc"
#: What workers compute with.
NEEDED = (
    "recc_mc.sampling.draws",
    "recc_mc.summary.tally",
    "recc_mc.variance.rows",
    "recc_mc.workers.remote",
)
CALL = (
    "__import__('importlib').import_module('recc_mc.workers.remote')"
    ".compute_samples(task, sender, block)"
)
"""Evaluated on workers to compute a block.

It names nothing of this package: a worker that lacks it would end as soon as it unpacked that,
without a word, be started again by its nanny, and end again with the next block.
"""


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
        _import(modules)
        code = _digest(Path(str(importlib.import_module(PACKAGE).__file__)).parent)
    except Exception as error:
        # A library that is broken may raise anything when it is imported.
        return found | {"failure": " ".join(str(error).split()) or type(error).__name__}
    return found | {"version": version(), "code": code, "failure": ""}


def _import(modules: Sequence[str]) -> None:
    """Import modules, in the same order wherever a worker does.

    It may look and unpack at the same time. Of two threads that import a package and a module in it
    the other way round, Python shows one a module half made.
    """
    for name in modules:
        importlib.import_module(name)


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


class OtherVersion(Exception):
    """A worker has another version of this package."""


def compute_samples(task: bytes, sender: str | None, block: bytes) -> Any:
    """Compute a block on a worker.

    Parameters
    ----------
    task
        What to compute of blocks, pickled. In one piece, and not as `distributed` does it, arrays
        stay writable; kernels would be compiled again for read-only ones.
    sender
        Version of this package that pickled it, None if that is not known.
    block
        The block, pickled.

    Raises
    ------
    OtherVersion
        If the version here is another one: a worker that has just come may get blocks before it
        was asked.
    """
    return _unpacked(task, sender)(pickle.loads(block))


@lru_cache(maxsize=2)
def _unpacked(task: bytes, sender: str | None) -> Any:
    """What all blocks of a run share; unpacked once on each worker."""
    there = version()
    if None not in (sender, there) and there != sender:
        raise OtherVersion(f"a worker has recc-mc {there}, here it is {sender}")
    _import(NEEDED)
    return pickle.loads(task)
