"""The outputs that a method analyses: computed for its design, or there already."""

import os
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.results import load
from recc_mc.salib.arguments import Run, check_enough, check_memory
from recc_mc.salib.designs import Design
from recc_mc.salib.problem import columns_of, salib_problem
from recc_mc.salib.rows import run_rows
from recc_mc.sampling.random import RandomDesign
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["Draws", "Evaluated", "designed", "evaluated", "given", "objects_of"]

Draws = xr.Dataset | str | os.PathLike[str]
"""Group ``samples`` of a result, or the file it is in."""


class Evaluated(NamedTuple):
    """A design and its outputs, (mine, selected year) flattened."""

    design: Design
    values: dict[str, NDArray[Any]]
    seed: int
    samples: int


def designed(study: Study, run: Run) -> Design:
    """Sample a method's design.

    Raises
    ------
    InputError
        If there are too few samples, or too many for the memory.
    """
    problem = salib_problem(study, noise=run.method.noise)
    columns, factors = problem["num_vars"], len(set(problem["groups"]))
    check_enough(run, run.samples, factors, columns)
    check_memory(run, factors if run.grouped else columns, columns, len(objects_of(study, run)))
    return run.method.sample(study, run.samples, run.seed, run.grouped)


def evaluated(study: Study, run: Run, design: Design, progress: bool) -> Evaluated:
    """Evaluate a method's design.

    Raises
    ------
    RunError
        If some row has no value.
    """
    values = run_rows(
        CompiledStudy.of(study, noise=run.method.noise),
        design.rows,
        run.outputs,
        run.where,
        seed=run.seed,
        shared=design.shared,
        objects=objects_of(study, run),
        progress=progress,
    )
    return Evaluated(design, values, run.seed, run.samples)


def given(study: Study, run: Run, draws: Draws, samples: int | None) -> Evaluated:
    """Draws that are there already, with their inputs computed once more.

    Raises
    ------
    InputError
        If the method needs another design, the draws are of another study, or too few.
    """
    if not run.method.given_data:
        raise InputError(f"draws: {run.name} needs a design of its own")
    if not isinstance(draws, xr.Dataset):
        with load(draws) as tree:
            if "samples" not in tree:
                raise InputError(f"{os.fspath(draws)}: has no group samples")
            return given(study, run, tree["samples"].to_dataset().load(), samples)
    _check_origin(study, run, draws)
    chosen = draws.isel(sample=slice(samples))
    numbers = chosen["sample"].values
    columns = len(columns_of(study))
    check_enough(run, len(numbers), len(set(salib_problem(study)["groups"])), columns)
    seed = int(draws.attrs["seed"])
    rows = RandomDesign(columns, seed).rows(0, int(numbers.max()) + 1)[:, numbers].T
    names = tuple(dict.fromkeys(salib_problem(study)["groups" if run.grouped else "names"]))
    chosen = chosen[list(run.outputs)].sel(year=list(run.years)).transpose("mine", "year", "sample")
    values = {name: chosen[name].values.reshape(-1, len(numbers)) for name in run.outputs}
    return Evaluated(Design(rows, rows, names), values, seed, len(numbers))


def _check_origin(study: Study, run: Run, draws: xr.Dataset) -> None:
    missing = [name for name in (*run.outputs, "sample") if name not in draws.variables]
    if missing:
        raise InputError(f"draws: are no samples, {', '.join(missing)} is missing")
    if draws.attrs.get("study_digest") != study.digest or "seed" not in draws.attrs:
        raise InputError(
            "draws: are of another study than the one given (study_digest), so that their inputs "
            "cannot be computed again"
        )


def objects_of(study: Study, run: Run) -> NDArray[np.int64]:
    """Numbers of the objects of the selected years."""
    years = [study.panel.years.index(year) for year in run.years]
    mines = np.arange(len(study.panel.mines))
    return np.add.outer(mines * len(study.panel.years), years).ravel()
