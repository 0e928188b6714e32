"""The points of a sweep, prepared, computed as far as they are not there, and put together."""

import warnings
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import xarray as xr

from recc_mc.errors import StudyWarning
from recc_mc.machine.stopping import Stop
from recc_mc.results import dataset
from recc_mc.sampling.draws import fit_chunk
from recc_mc.study import Study
from recc_mc.study.factors import Factor
from recc_mc.sweeps.axes import Axis
from recc_mc.sweeps.columns import common_columns
from recc_mc.sweeps.grid import Point, grid_of
from recc_mc.sweeps.kept import PointFiles
from recc_mc.sweeps.settings import output_names
from recc_mc.sweeps.work import Run, Statistics, compute_points
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["Say", "gathered", "prepared"]

Say = Callable[[str], None]
Pairs = Sequence[tuple[Point, tuple[Factor, ...]]]

COMMON = (
    "common random numbers: sample k of every point draws the same numbers for every part of a "
    "factor that is uncertain there; where all factors of the sweep are uncertain, these are the "
    "samples of recc_mc.simulate with this seed"
)


def prepared(
    study: Study, axes: Sequence[Axis], outputs: Iterable[str] | None, run: Run
) -> tuple[Pairs, Run]:
    """Points with their factors on common columns, and the run with its outputs.

    Parameters
    ----------
    study
        The study.
    axes, outputs
        What is varied, and which statistics are wanted.
    run
        Settings, the outputs still to be found.

    Raises
    ------
    InputError
        If the study refuses a value, or has no such statistic.
    """
    # What no study file can say is refused here, not by the kernels.
    _ = study.record
    grid = grid_of(study, axes, lambda note: warnings.warn(note, StudyWarning, stacklevel=4))
    columns = common_columns([point.study for point in grid])
    points = list(zip(grid, columns, strict=True))
    model = CompiledStudy.of(grid[0].study, factors=columns[0])
    run = run._replace(chunk=fit_chunk(model.plan, run.chunk))
    return points, run._replace(outputs=output_names(outputs, grid[0], model, run.samples))


def gathered(
    study: Study,
    axes: Sequence[Axis],
    points: Pairs,
    run: Run,
    files: PointFiles | None,
    stop: Stop,
    say: Say = lambda text: None,
) -> xr.Dataset:
    """Statistics of all points, those that are kept and those still to be computed.

    Parameters
    ----------
    study, axes
        The study, and what is varied.
    points, run
        As `prepared` returns them.
    files
        Where finished points are kept; None if nowhere.
    stop
        Asks the run to stop.
    say
        Takes notes on the run for whoever waits for it.

    Returns
    -------
    xarray.Dataset
        The group ``sweep`` of a result.
    """
    found: dict[int, Statistics] = {}
    for number, pair in enumerate(points if files is not None else ()):
        assert files is not None
        kept = files.read(*pair, run)
        if kept is not None:
            found[number] = kept
    left = [number for number in range(len(points)) if number not in found]
    if found:
        say(f"resumed: {len(found)} of {len(points)} points are there")
    for place_, statistics in compute_points([points[number] for number in left], run, stop):
        number = left[place_]
        if files is not None:
            files.write(*points[number], run, statistics)
        found[number] = statistics
    return _labelled(study, axes, [found[number] for number in range(len(points))], run)


def _labelled(
    study: Study, axes: Sequence[Axis], found: Sequence[Statistics], run: Run
) -> xr.Dataset:
    """Statistics of the points of the grid as one dataset."""
    one = dataset(
        "sweep",
        study,
        found[0],
        seed=run.seed,
        samples=run.samples,
        swept=", ".join(axis.key for axis in axes),
        common_random_numbers=COMMON,
        left_out=f"this sweep holds {', '.join(run.outputs)} only",
    )
    dims = tuple(axis.name for axis in axes)
    shape = tuple(len(axis.values) for axis in axes)
    variables = {
        name: (
            (*dims, *array.dims),
            np.stack([statistics[str(name)] for statistics in found]).reshape(shape + array.shape),
            array.attrs,
        )
        for name, array in one.data_vars.items()
    }
    coords = {axis.name: axis.coordinate for axis in axes}
    return xr.Dataset(variables, coords={**coords, **one.coords}, attrs=one.attrs)
