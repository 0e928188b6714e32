"""What a simulation makes: draws, and their summary, or the summary alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import xarray as xr
from numpy.typing import NDArray

from recc_mc.parts.manifest import DRAWN, QUESTIONS, RunSettings
from recc_mc.parts.memory import Memory, fits_memory
from recc_mc.parts.parts import Parts
from recc_mc.parts.stored import stored_draws
from recc_mc.sampling.draws import FURTHER, PER_SAMPLE, compute_block, empty_draws
from recc_mc.simulation.product import Product
from recc_mc.study import Study
from recc_mc.summary.family import Baseline, Sizes, baseline_of
from recc_mc.summary.first import (
    Details,
    degree_samples,
    first_sample_statistics,
    first_samples,
    sample_counts,
)
from recc_mc.summary.labelled import samples_group, summarize, summarize_tally
from recc_mc.summary.obstacles import Obstacles
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.shape import completed
from recc_mc.summary.sketch import Edges
from recc_mc.summary.tally import (
    Tally,
    add_block,
    compute_tally,
    empty_tally,
    largest_error,
    tally_of_draws,
)
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.plan import criterion_members
from recc_mc.workers.blocks import Block

__all__ = ["Simulated"]

_Kept = tuple[dict[str, Any], Obstacles, Sequence[Details]]


class Simulated(Product):
    """Draws of the index where samples are kept, else their tally."""

    command = "simulate"
    groups = ("samples", "summary")
    format = DRAWN
    irrelevant = QUESTIONS

    stays_here = False
    """Whether draws never leave the memory of this process: those of the first samples then come
    with their details, too large to be sent or stored, and need not be evaluated once more."""

    @classmethod
    def is_sketched(cls, settings: RunSettings) -> bool:
        """Whether there are quantile sketches: draws have quantiles of their own."""
        return settings.keep == "summary"

    @classmethod
    def find_edges(cls, study: Study, model: CompiledStudy, settings: RunSettings) -> Edges:
        """What the bins of the sketches hang on."""
        return find_edges(model, settings.seed, settings.samples)

    @property
    def is_added_up(self) -> bool:
        """Whether the result needs the total of all blocks."""
        return not self.keeps_samples

    def task(self) -> Callable[[Block], Any]:
        """What workers do with a block."""
        # Compiles the kernels: better here than in every worker process at once.
        known, seed = self._known(), self.settings.seed
        if self.edges is None:
            if self.stays_here:
                detailed = degree_samples(self.model.plan, self.settings.samples)
                return partial(compute_block, self.model, seed, detailed=detailed)
            return partial(compute_block, self.model, seed)
        return partial(compute_tally, self.model, seed, self.edges, known, self.compared)

    def empty(self, samples: int) -> Any:
        """What is made of a block, its arrays of the right sizes, and nothing in them yet."""
        plan = self.model.plan
        if self.edges is None:
            return empty_draws(plan, samples)
        units = -(-samples // plan.options.unit)
        return empty_tally(Sizes.of(plan, self.edges, compared=self.compared), units)

    def tally(self, result: Any) -> Tally:
        """Tally of a block from what a worker made of it."""
        if isinstance(result, Tally):
            return result
        return tally_of_draws(self.model.plan, result, self._known(), compared=self.compared)

    def add(self, total: Any, part: Any) -> Tally:
        """Tally of all samples so far with that of the following ones."""
        return add_block(total, part)

    def largest_error(self, total: Any) -> float:
        """Largest standard error of the probabilities."""
        return largest_error(total)

    def drawn(self, result: Any) -> list[NDArray[Any]]:
        """Arrays of a block's draws that have a value for each sample."""
        return [getattr(result, name) for name in (*PER_SAMPLE, *FURTHER)]

    def fits_memory(self, samples: int) -> bool:
        """Whether draws may be in memory all at once."""
        return fits_memory(self.model.plan, samples)

    def memory(self, samples: int) -> Memory:
        """Place for draws in memory."""
        return Memory(self.model.plan, samples)

    def kept(self, memory: Any) -> _Kept:
        """Draws, the totals of the obstacle degrees, and details that blocks have come with."""
        return (*memory.draws(), memory.details)

    def stored(self, parts: Parts, blocks: Sequence[Block]) -> _Kept:
        """The same, as dask arrays, and no details."""
        return (*stored_draws(self.model.plan, parts, blocks), [])

    def group(self, total: Any, kept: Any, samples: int) -> xr.Dataset:
        """The group ``samples``, or ``summary`` of a run that keeps none."""
        if self.keeps_samples:
            arrays, totals, details = kept
            return self.samples_of(arrays | self.obstacles(totals) | self.first(samples, details))
        seed, own = self.settings.seed, (total.weights.ahp, total.weights.objective)
        first = first_samples(self.model, seed, total.samples, own)
        return summarize_tally(self.study, self.baseline, total, first, seed=seed)

    def made(
        self, group: xr.Dataset, aside: Executor
    ) -> tuple[dict[str, xr.Dataset], dict[str, Callable[[], xr.Dataset]]]:
        """Groups of a result: the summary of draws is made while they are written."""
        if not self.keeps_samples:
            return super().made(group, aside)
        # Compressing draws takes one core and releases the GIL. Those that are read from parts
        # are summarised before, so that no two windows of them are in memory.
        summary = aside.submit(summarize, group)
        if group.chunks:
            summary.result()
        return {"samples": group}, {"summary": summary.result}

    def samples_of(self, arrays: dict[str, Any]) -> xr.Dataset:
        """The group ``samples`` of draws and statistics that are not made of draws."""
        counts = sample_counts(self.model.plan, arrays["recc"].shape[-1])
        return samples_group(self.study, self.baseline, arrays, counts, seed=self.settings.seed)

    def obstacles(self, totals: Obstacles) -> dict[str, Any]:
        """Statistics of the obstacle degrees."""
        return totals.statistics(self._shape, criterion_members(self.study.hierarchy))

    def first(self, samples: int, there: Sequence[Details] = ()) -> dict[str, Any]:
        """Statistics of the first samples: of a function of study and seed, nothing is stored."""
        found = first_samples(self.model, self.settings.seed, samples, there=there)
        levels = self.study.settings.simulation.quantiles
        return dict(first_sample_statistics(found, self._shape, levels))

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.study.panel.mines), len(self.study.panel.years)

    def _known(self) -> Baseline:
        """What draws are compared with."""
        whole = completed(self.baseline)
        return baseline_of(whole["recc"].values, whole["rank"].values)
