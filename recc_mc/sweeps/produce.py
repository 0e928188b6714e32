"""A sweep to a file: what is kept if it ends early, and how it goes on."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xarray as xr

from recc_mc import __version__
from recc_mc.errors import InputError
from recc_mc.machine.stopping import Stop
from recc_mc.study import Study
from recc_mc.sweeps.axes import Axis
from recc_mc.sweeps.gathering import Say, gathered, prepared
from recc_mc.sweeps.kept import PointFiles, opened_files
from recc_mc.sweeps.settings import sweep_run
from recc_mc.sweeps.work import Run
from recc_mc.workers.placement import Placement

__all__ = ["produce_sweep"]


def produce_sweep(
    study: Study,
    axes: Sequence[Axis],
    path: str | os.PathLike[str],
    *,
    asked: Mapping[str, Any],
    placement: Placement,
    resume: bool,
    overwrite: bool,
    write: Callable[[xr.Dataset], None],
    progress: bool = False,
    say: Say = lambda text: None,
    stop: Stop | None = None,
) -> xr.Dataset:
    """Sweep a study and write the result to a file, keeping the points that are done until then.

    Parameters
    ----------
    study
        The study.
    axes
        What is varied.
    path
        Name of the result file.
    asked
        Options ``samples``, ``seed``, ``chunk`` and ``outputs``; None for what the study says.
    placement
        Where blocks are computed.
    resume, overwrite
        Whether to go on with the points that an earlier run has left, or to begin again.
    write
        Writes the group ``sweep`` to the file.
    progress, say, stop
        As of `recc_mc.simulation.runs.produce`.

    Raises
    ------
    InputError
        If an argument is not allowed, or points of another run are in the way.
    RunError, RunStopped
        If the run ends early. What is done is kept.
    """
    stop = stop or Stop()
    with opened_files(path, stop, resume=resume, overwrite=overwrite) as files:
        before = files.earlier() or {}
        problems: list[str] = []
        samples, seed = (asked[name] for name in ("samples", "seed"))
        # Options of the run that is continued hold where none is given.
        samples = before.get("samples") if samples is None else samples
        seed = before.get("seed") if seed is None else seed
        run = sweep_run(study, problems, samples, seed, asked["chunk"], placement, progress)
        problems += _differences(files, before, run)
        if problems:
            raise InputError(problems)
        points, run = prepared(study, axes, asked["outputs"], run)
        found = gathered(study, axes, points, run, files, stop, say)
        write(found)
        files.remove()
    return found


def _differences(files: PointFiles, before: Mapping[str, Any], run: Run) -> list[str]:
    now = {"samples": run.samples, "seed": run.seed, "version": __version__}
    found = [
        f"{files.folder}: {name}: {before[name]} in the parts, {now[name]} asked for"
        for name in now
        if before and before[name] != now[name]
    ]
    advice = f"{files.folder}: these points are of another run; use --force to start over"
    return [*found, advice] if found else []
