"""The public function `sweep`: statistics of a study at many values of its settings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import xarray as xr

from recc_mc.errors import InputError
from recc_mc.machine.stopping import Stop
from recc_mc.simulation.placing import place
from recc_mc.study import Study
from recc_mc.study.kinds import check_study
from recc_mc.sweeps.axes import axes_of
from recc_mc.sweeps.gathering import gathered, prepared
from recc_mc.sweeps.settings import OUTPUTS, sweep_run

__all__ = ["OUTPUTS", "sweep"]


def sweep(
    study: Study,
    vary: Mapping[str, Sequence[Any]],
    *,
    outputs: Iterable[str] | None = None,
    samples: int | None = None,
    seed: int | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Statistics of a study at all combinations of some values of its settings.

    The points share their random numbers: what differs from one to the next is due to the
    settings, not to chance.

    Parameters
    ----------
    study
        The study.
    vary
        Values by key path, as of `Study.replace`: ``{"uncertainty.data.cv": [0.05, 0.1, 0.2]}``.
        Numbers, texts (choices of the method), true and false, lists or tables. Several keys make
        a full grid.
    outputs
        Names of variables of the group ``summary``; None for `OUTPUTS`, as far as the study has
        them. Standard errors come along.
    samples, seed, chunk, scheduler, progress
        As of `recc_mc.simulate`; none of the last three changes a bit.

    Returns
    -------
    xarray.Dataset
        The group ``sweep`` of a result: the variables of the group ``summary``, each with the
        swept keys as its first dimensions. Such a dimension has the last part of its key as name
        (all of it where that is not unique), the values as coordinate, and the key as the
        coordinate's attribute ``key``.

    Raises
    ------
    InputError
        If a key is not known, a value is refused by the study, or an argument is not allowed.
    RunError
        If some sample has no value; says at which point.

    Warns
    -----
    StudyWarning
        For what does not stop the study of a point, but was not said of the study itself.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> swept = rm.sweep(study, {"uncertainty.data.cv": [0.0, 0.1]}, samples=1000, seed=1)
    >>> swept["overload_probability"].dims
    ('cv', 'mine', 'year')
    """
    check_study(study)
    problems: list[str] = []
    axes = _attempt(problems, lambda: axes_of(vary)) or ()
    placement = _attempt(problems, lambda: place(study, scheduler=scheduler))
    run = sweep_run(study, problems, samples, seed, chunk, placement, progress)
    if problems:
        raise InputError(problems)
    points, run = prepared(study, axes, outputs, run)
    return gathered(study, axes, points, run, None, Stop())


def _attempt(problems: list[str], make: Callable[[], Any]) -> Any:
    """What is made; if it is wrong, why, to be reported with all else."""
    try:
        return make()
    except InputError as error:
        problems += error.problems
        return None
