"""Finished points of a sweep as files, until all are there and make the result.

They are in a folder of their own beside the result, ``<result>.sweep.parts``. A file is named by
what decides its numbers, not by its place in the grid: a sweep with more values finds them again.
"""

import hashlib
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recc_mc import __version__
from recc_mc.errors import InputError, RunError, StudyWarning
from recc_mc.machine.disk import replacing
from recc_mc.machine.lock import locked
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.parts.folder import (
    LOCK,
    MANIFEST,
    SCRATCH,
    check_folder,
    clear,
    part_count,
    part_numbers,
    part_path,
    parts_folder,
    remove,
)
from recc_mc.parts.partfile import DamagedPartError, open_part, write_part
from recc_mc.study.factors import Factor
from recc_mc.sweeps.grid import Point
from recc_mc.sweeps.work import Run, Statistics

__all__ = ["PointFiles", "may_replace", "opened_files", "sweep_folder"]

Factors = tuple[Factor, ...]

_REPLACES = "overwrite"


def sweep_folder(output: str | os.PathLike[str]) -> Path:
    """Folder of the finished points of a sweep to a file."""
    return parts_folder(f"{os.path.realpath(output)}.sweep")


class PointFiles:
    """Finished points in a folder whose lock this process holds.

    Parameters
    ----------
    folder
        The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __len__(self) -> int:
        return part_count(self.folder)

    def remove(self) -> None:
        """Remove all points: they are in the result now."""
        clear(self.folder)

    def earlier(self) -> dict[str, Any] | None:
        """Samples, seed and version of an earlier run that has left points here."""
        for number in sorted(part_numbers(self.folder)):
            try:
                label = open_part(part_path(self.folder, number)).label
            except DamagedPartError:
                continue
            return {name: label[name] for name in ("samples", "seed", "version")}
        return None

    def write(self, point: Point, factors: Factors, run: Run, found: Statistics) -> None:
        """Keep a point.

        Raises
        ------
        RunError
            If it cannot be written, for instance because the disk is full.
        """
        label = _label(point, factors, run)
        write_part(part_path(self.folder, _number(label)), label, found)

    def read(self, point: Point, factors: Factors, run: Run) -> Statistics | None:
        """Statistics of a point; None if they are not here.

        Warns
        -----
        StudyWarning
            If there is a file that is of no use.
        """
        label = _label(point, factors, run)
        path = part_path(self.folder, _number(label))
        if not path.exists():
            return None
        try:
            part = open_part(path)
            if part.label != label:
                raise DamagedPartError("it is the part of another point")
            return part.arrays()
        except DamagedPartError as error:
            warnings.warn(f"{path}: {error}; not used", StudyWarning, stacklevel=2)
            return None


@contextmanager
def opened_files(
    output: str | os.PathLike[str], stop: Stop, *, resume: bool, overwrite: bool
) -> Iterator[PointFiles]:
    """Hold the folder of a sweep's points; it is gone at the end if it holds none.

    Parameters
    ----------
    output
        Name of the result file.
    stop
        Asks the run to stop.
    resume, overwrite
        Whether to go on with what an earlier run has left, or to begin again.

    Raises
    ------
    InputError
        If an earlier run has left points and neither is asked for.
    RunError, RunStopped
        Those of the run; says how many points are kept.
    """
    folder = sweep_folder(output)
    check_folder(folder)
    with locked(folder / LOCK):
        files = PointFiles(folder)

        def kept() -> str:
            there = len(files)
            return f"; {there} points are kept in {folder}" if there else ""

        stop.last_words.insert(0, kept)
        try:
            _begin(folder, resume=resume, overwrite=overwrite)
            yield files
        except RunStopped as error:
            raise RunStopped(f"{error}{kept()}") from error
        except RunError as error:
            if not kept():
                raise
            raise RunError(f"{error}{kept()}, --resume continues") from error
        finally:
            stop.last_words.remove(kept)
            if not part_count(folder):
                remove(folder)


def _begin(folder: Path, *, resume: bool, overwrite: bool) -> None:
    if resume:
        clear(folder, *SCRATCH)
    elif part_count(folder) and not overwrite:
        raise InputError(
            f"{folder}: an interrupted sweep has left points here; use --resume to continue it or "
            "--force to start over"
        )
    else:
        clear(folder)
        if overwrite:
            with replacing(folder / MANIFEST) as file:
                file.write(json.dumps({_REPLACES: True}).encode())


def may_replace(output: str | os.PathLike[str]) -> bool:
    """Whether an earlier run, which is to be continued, was told to replace what is there.

    Parameters
    ----------
    output
        Name of the result file.
    """
    try:
        content = json.loads((sweep_folder(output) / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get(_REPLACES) is True


def _label(point: Point, factors: Factors, run: Run) -> dict[str, Any]:
    """All that decides the statistics of a point."""
    return {
        "version": __version__,
        "study": point.study.digest,
        # Where its columns are, which other points decide too.
        "columns": [[f.label, f.first_column, [*map(list, f.parts)]] for f in factors],
        "samples": run.samples,
        "seed": run.seed,
        "outputs": list(run.outputs),
    }


def _number(label: dict[str, Any]) -> int:
    """Number of the part; its file's name has seven digits or more."""
    return int(hashlib.sha256(json.dumps(label).encode()).hexdigest()[:14], 16) + 10**7
