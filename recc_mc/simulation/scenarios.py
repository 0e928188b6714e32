"""The public function `scenarios`, and what a run of scenarios makes: their group of a result."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.parts.folder import parts_folder
from recc_mc.parts.manifest import Asked, RunSettings, format_of
from recc_mc.parts.memory import Columns, fits
from recc_mc.parts.parts import Parts
from recc_mc.parts.stored import stored_columns
from recc_mc.scenario.group import scenarios_group
from recc_mc.scenario.tally import ScenarioTally, add_tally, largest_error
from recc_mc.scenario.work import ScenarioBlock, ScenarioWork, find_scenario_edges
from recc_mc.simulation.begun import begun
from recc_mc.simulation.job import Job
from recc_mc.simulation.product import Product
from recc_mc.study import Study
from recc_mc.study.kinds import check_study
from recc_mc.study.reach import draw_attributes, warn_of_draws
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.summary.sketch import Edges
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from recc_mc.workers.blocks import Block

__all__ = ["ScenarioRun", "scenarios"]

# What is kept of each sample, as it is called in the results of blocks.
_KEPT = ("support", "pressure", "recc")


class ScenarioRun(Product):
    """Tallies of the scenarios and of the reference, beside S, P and C where samples are kept."""

    command = "scenarios"
    groups = ("scenarios",)
    format = format_of(ScenarioBlock)
    irrelevant = ("target",)

    @classmethod
    def folder(cls, path: str | os.PathLike[str]) -> Path:
        """Folder of the parts, which is another one than that of `recc_mc.simulate`."""
        return parts_folder(f"{os.path.realpath(path)}.scenarios")

    @classmethod
    def is_sketched(cls, settings: RunSettings) -> bool:
        """Whether there are quantile sketches: samples have quantiles of their own."""
        return settings.keep == "summary"

    @classmethod
    def find_edges(cls, study: Study, model: CompiledStudy, settings: RunSettings) -> Edges:
        """What the bins of the sketches hang on."""
        compiled = CompiledScenarios.of(study, model.plan, settings.only)
        return find_scenario_edges(model, compiled, settings.seed, settings.samples)

    @classmethod
    def unit_bytes(cls, study: Study, model: CompiledStudy) -> int:
        """Memory of what is made of a unit of samples that are kept."""
        shape = CompiledScenarios.of(study, model.plan).shape
        kept = shape.rows * shape.unit * len(_KEPT) * np.dtype(float).itemsize
        return kept + super().unit_bytes(study, model)

    @classmethod
    def warn(cls, study: Study, stacklevel: int = 2) -> None:
        """Warn of what a reader of the draws must know; changes may be all that is uncertain."""
        warn_of_draws(study, stacklevel + 1, varied=bool(study.scenarios.draws))

    @classmethod
    def is_made(cls, study: Study, groups: Mapping[str, xr.Dataset], wanted: Asked) -> bool:
        """Whether the group is there, with the scenarios and the samples that are wanted."""
        if not super().is_made(study, groups, wanted):
            return False
        _, *names = groups["scenarios"]["scenario"].values.tolist()
        return tuple(names) == chosen_scenarios(study, wanted.only).names

    @property
    def is_added_up(self) -> bool:
        """Whether the result needs the total of all blocks."""
        return True

    @cached_property
    def work(self) -> ScenarioWork:
        """What workers need to know."""
        compiled = CompiledScenarios.of(self.study, self.model.plan, self.settings.only)
        return ScenarioWork(self.model, compiled, self.settings.seed, self.edges, self.compared)

    def task(self) -> Callable[[Block], ScenarioBlock]:
        """What workers do with a block."""
        return self.work.compute

    def empty(self, samples: int) -> ScenarioBlock:
        """What is made of a block, its arrays of the right sizes, and nothing in them yet."""
        return self.work.empty(samples)

    def tally(self, result: Any) -> ScenarioTally:
        """Tally of a block from what a worker made of it."""
        found: ScenarioTally = result.tally
        return found

    def read_tally(self, parts: Parts, block: Block) -> ScenarioTally:
        """Tally of a block from its part, of which the samples are not read."""
        return parts.read(block, self.empty(0).tally, "tally.")

    def add(self, total: Any, part: Any) -> ScenarioTally:
        """Tally of all samples so far with that of the following ones."""
        return add_tally(total, part)

    def largest_error(self, total: Any) -> float:
        """Largest standard error of the probabilities."""
        return largest_error(total)

    def drawn(self, result: Any) -> list[NDArray[Any]]:
        """S, P and C of a block's samples."""
        return [getattr(result, name) for name in _KEPT]

    def fits_memory(self, samples: int) -> bool:
        """Whether S, P and C of so many samples may be in memory all at once."""
        shape = self.work.scenarios.shape
        # As they are drawn, and by scenario, where those of untouched years are the reference's.
        rows = shape.rows + shape.table.size
        return fits(samples * rows * len(_KEPT) * np.dtype(float).itemsize)

    def memory(self, samples: int) -> Columns:
        """Place for S, P and C in memory."""
        return Columns(self._pattern, samples)

    def kept(self, memory: Any) -> dict[str, NDArray[Any]]:
        """S, P and C (row, sample) of all blocks."""
        found: dict[str, NDArray[Any]] = memory.arrays
        return found

    def stored(self, parts: Parts, blocks: Sequence[Block]) -> dict[str, Any]:
        """The same, as dask arrays."""
        return stored_columns(self._pattern, parts, blocks)

    def group(self, total: Any, kept: Any, samples: int) -> xr.Dataset:
        """The group ``scenarios``."""
        seed, compiled = self.settings.seed, self.work.scenarios
        found = scenarios_group(self.study, compiled, total, seed=seed, kept=kept)
        told = draw_attributes(self.study)
        return found.assign_attrs({name: text for name, text in told.items() if text is not None})

    @property
    def _pattern(self) -> dict[str, NDArray[Any]]:
        return dict(zip(_KEPT, self.drawn(self.empty(0)), strict=True))


def scenarios(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    only: Sequence[str] | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    keep: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Find out what the scenarios of a study would change, draw by draw.

    Each scenario changes drawn values, and is compared with the same draw of the unchanged study,
    the reference: errors that both share cancel out. With ``anchor = "reference"`` goalposts and
    weights are those of that draw, with ``"recomputed"`` they are found anew in the changed panel.
    A number that changes draw is a function of seed, its name and the sample's number alone, so
    that a further scenario moves no number of the others; neither `chunk` nor `scheduler` changes
    a bit.

    Parameters
    ----------
    study
        The study, with tables ``[[scenario]]``.
    samples, seed, chunk, scheduler, progress
        As of `recc_mc.simulate`, whose draws the reference has, bit for bit.
    only
        Names of the scenarios; None for all.
    keep
        ``"samples"`` for S, P and C of every sample beside their statistics, ``"summary"`` for the
        statistics alone; None for what the study says.

    Returns
    -------
    xarray.Dataset
        The group ``scenarios`` of a result, dimensionless, "reference" first: statistics of S, P
        and C (scenario, mine, year) and of their paired changes, years of the horizon included;
        probabilities that C falls or rises, of overload and that it ends or begins, of zones,
        grades and ranks and that they are others; mean obstacle degrees; shares of changed values
        beyond the goalposts, or held at a bound (scenario, indicator); what the changes draw
        (scenario, draw, quantile). The attribute ``anchor`` tells the anchor.

    Raises
    ------
    InputError
        If the study holds no scenario, an argument is not allowed, or samples do not fit into a
        quarter of the available memory.
    RunError
        If some sample has no value, in the reference or in a scenario.

    Warns
    -----
    StudyWarning
        If nothing is uncertain, or the baseline makes a choice that no draw can make.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml").replace(
    ...     {
    ...         "scenario": [
    ...             {"name": "more", "change": [{"indicators": ["P2-1"], "multiply": 1.25}]}
    ...         ]
    ...     }
    ... )
    >>> found = rm.scenarios(study, samples=1000, seed=1)
    >>> float(found["recc_fall_probability"].sel(scenario="more", mine="Bayan Obo", year=2019))
    0.0
    """
    check_study(study)
    wanted = [only] if isinstance(only, str) else only
    names = chosen_scenarios(study, wanted).names
    asked = Asked(samples, seed, keep, chunk, only=None if only is None else names)
    product, placement = begun(ScenarioRun, study, asked, scheduler)
    store, settings = None, product.settings
    if product.keeps_samples:
        if not product.fits_memory(settings.samples):
            raise InputError(
                f"samples: S, P and C of {settings.samples:,} samples of all scenarios do not fit "
                'into memory; use keep="summary", fewer samples, or recc-mc scenarios, which '
                "writes them to a file"
            )
        store = product.memory(settings.samples)
    job = Job(product, store)
    job.compute(job.blocks, placement, progress)
    return job.group()
