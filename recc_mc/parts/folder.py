"""The folder ``<output>.parts``, in which a run to a file is kept until its result is complete.

It holds the manifest, one file per block, the total of the first blocks if they are many, what the
bins of the quantile sketch hang on if there is one, locks, and for a while the result that is being
assembled. Whatever stands under its final name is complete.
"""

import os
import re
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from recc_mc.errors import InputError
from recc_mc.machine.disk import TEMPORARY

__all__ = [
    "EDGES",
    "LOCK",
    "MANIFEST",
    "PREFIX",
    "RESULT",
    "SCRATCH",
    "check_folder",
    "clear",
    "part_count",
    "part_numbers",
    "part_path",
    "parts_folder",
    "remove",
]

MANIFEST = "manifest.json"
EDGES = "edges.part"
PREFIX = "prefix.part"
RESULT = "result.nc"
LOCK = "lock"
_PART = re.compile(r"block-(\d{7,})\.part")
# What a process that was killed leaves behind and nobody needs.
SCRATCH = (RESULT, f"*{TEMPORARY}", f".*{TEMPORARY}")
# All that is ever written to a folder, and therefore all that is ever removed from one.
_OURS = (MANIFEST, EDGES, PREFIX, "block-*.part", "*lock", *SCRATCH)


def parts_folder(output: str | os.PathLike[str]) -> Path:
    """Folder of the parts of a result: beside the file itself, wherever a link to it stands."""
    target = Path(os.path.realpath(output))
    return target.with_name(f"{target.name}.parts")


def part_count(folder: Path) -> int:
    """How many parts a folder holds, intact or not."""
    return len(part_numbers(folder)) + (folder / PREFIX).exists()


def part_numbers(folder: Path) -> set[int]:
    """Numbers of the blocks whose parts a folder holds, intact or not."""
    names = (_PART.fullmatch(path.name) for path in folder.glob("block-*.part"))
    return {int(name[1]) for name in names if name}


def part_path(folder: Path, number: int) -> Path:
    """File of the block of a number."""
    return folder / f"block-{number:07d}.part"


def check_folder(folder: Path) -> None:
    """Find out whether a folder may be written to.

    Parameters
    ----------
    folder
        The folder; it need not exist.

    Raises
    ------
    InputError
        If it is a file, or holds anything that no run has written.
    """
    # A name that is too long is that of nothing, which the check of the result's place says.
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file, expected the folder of a run")
    # Some file systems keep a file under another name until the last process closes it.
    known = (*_OURS, ".nfs*")
    for name in sorted(os.listdir(folder)):
        if not any(fnmatchcase(name, pattern) for pattern in known):
            raise InputError(f"{folder}: holds {name}, which is no part of a run")
        # Whatever is ours is a file; what a run has just removed is none any more.
        if (folder / name).is_dir():
            raise InputError(f"{folder}: {name} is a folder, expected a file of a run; remove it")


def clear(folder: Path, *patterns: str) -> None:
    """Remove what runs have written to a folder, all but its lock and nothing else.

    Parameters
    ----------
    folder
        The folder.
    *patterns
        Patterns of the names of what to remove; all if there is none.
    """
    for pattern in patterns or _OURS:
        for path in folder.glob(pattern):
            if path.name != LOCK:
                path.unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Remove a folder of parts; for the process that holds its lock.

    Parameters
    ----------
    folder
        The folder.
    """
    clear(folder)
    (folder / LOCK).unlink(missing_ok=True)
    # If it is not empty, another process has come for the lock in between, and it is that one's.
    with suppress(OSError):
        folder.rmdir()
