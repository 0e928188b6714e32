"""A simulation: blocks are computed, kept, and put together."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import xarray as xr

from recc_mc.errors import RunError
from recc_mc.kernels.records import Plan
from recc_mc.machine.stopping import Stop
from recc_mc.parts.manifest import RunSettings
from recc_mc.parts.memory import Memory, fits_memory
from recc_mc.parts.partfile import DamagedPartError
from recc_mc.parts.parts import Parts
from recc_mc.parts.stored import stored_draws
from recc_mc.sampling.draws import compute_block, empty_draws
from recc_mc.sampling.evaluate import evaluate
from recc_mc.simulation.settings import STEP, blocks_of
from recc_mc.study import Study
from recc_mc.summary.family import Baseline, Sizes, baseline_of
from recc_mc.summary.first import first_sample_statistics, first_samples, sample_counts
from recc_mc.summary.labelled import samples_group, summarize_tally
from recc_mc.summary.obstacles import Obstacles
from recc_mc.summary.prefix import Prefix
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.shape import completed
from recc_mc.summary.sketch import Edges
from recc_mc.summary.tally import Tally, compute_tally, empty_tally, tally_of_draws
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.plan import criterion_members
from recc_mc.workers.blocks import Block, Blocks
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["FOLDED", "Job", "empty_result"]

FOLDED = 64
"""Parts of so many blocks are kept before their total takes their place."""


@dataclass
class Job:
    """A simulation of a study.

    Parameters
    ----------
    study, model
        The study.
    settings
        Settings of the run.
    edges
        What the bins of the quantile sketch hang on; None where samples are kept.
    store
        Where the results of blocks are kept: in memory, or as parts in a folder that this process
        holds; None where nothing is kept but their total.
    stop
        Asks the run to stop.
    """

    study: Study
    model: CompiledStudy
    settings: RunSettings
    edges: Edges | None
    store: Memory | Parts | None
    stop: Stop = field(default_factory=Stop)
    prefix: Prefix | None = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self.blocks = blocks_of(self.model.plan, settings)
        self.prefix = None
        self._computed: Memory | None = None
        if settings.keep == "summary" or settings.until is not None:
            read = self._read if isinstance(self.store, Parts) else None
            self.prefix = Prefix(self.blocks, read, bound=settings.until, step=STEP)

    @property
    def parts(self) -> Parts:
        """The parts of a run that is kept in a folder."""
        assert isinstance(self.store, Parts)
        return self.store

    @cached_property
    def baseline(self) -> xr.Dataset:
        """The group ``baseline``. Computing it compiles the kernels."""
        return evaluate(self.study)

    def gather(self, blocks: Blocks) -> Sequence[Block]:
        """Take what is there from before; the blocks that are left to compute."""
        blocks = blocks[self._unfold() :]
        intact = set()
        for block in self.parts.intact(blocks):
            self.stop.check()
            intact.add(block.number)
            if self.prefix is not None:
                self.prefix.add(block)
        if self.prefix is not None and self.prefix.done:
            return []
        return blocks.without(intact)

    def compute(self, blocks: Sequence[Block], placement: Placement, progress: bool) -> None:
        """Compute blocks and keep their results."""
        if not blocks:
            return
        if self._stays():
            self._computed = Memory(self.model.plan, self.blocks.samples)
        results = stream(
            self._task(),
            blocks,
            scheduler=placement,
            progress=progress,
            note=self._note,
            stop=self.stop,
        )
        with self.stop.draining(), closing(results):
            for block, result in results:
                if self.store is not None:
                    self.store.write(block, result)
                if self._computed is not None:
                    self._computed.write(block, result)
                if self.prefix is not None:
                    self.prefix.add(block, self._tally(result))
                    if self.prefix.done:
                        break
                    self._fold()

    def _fold(self) -> None:
        """Put the total of the first blocks in their place, if they are many by now."""
        prefix, parts = self.prefix, self.store
        if prefix is None or not isinstance(parts, Parts) or not parts.manifest.folds:
            return
        if prefix.total and prefix.count >= parts.folded + FOLDED:
            parts.fold(prefix.count, prefix.total)

    def _unfold(self) -> int:
        """Go on with the total of the first blocks, if there is one; how many they are."""
        if self.edges is None or self.parts.manifest.shards is not None:
            return 0
        total = self.parts.unfold(self._pattern())
        if total is not None:
            assert self.prefix is not None
            self.prefix.start(total, self.parts.folded)
        return self.parts.folded

    def trial(self, block: Block) -> Any:
        """Result of a block, computed here and now, and not kept."""
        return self._task()(block)

    def _note(self) -> str:
        """How near a run with a bound is to it."""
        bound = self.settings.until
        if self.prefix is None or bound is None:
            return ""
        return f"standard error {self.prefix.error:.4f}, until {bound:g}"

    def summary(self) -> xr.Dataset:
        """The group ``summary`` of a run that keeps no samples."""
        total = None if self.prefix is None else self.prefix.total
        assert total is not None
        kept = total.weights.ahp, total.weights.objective
        first = first_samples(self.model, self.settings.seed, total.samples, kept)
        return summarize_tally(self.study, self.baseline, total, first, seed=self.settings.seed)

    def samples(self) -> xr.Dataset:
        """The group ``samples``."""
        blocks = self.blocks if self.prefix is None else self.prefix.blocks
        arrays, totals = self._draws(blocks)
        return self.samples_of(arrays | self.obstacles(totals) | self.first(blocks.samples))

    def samples_of(self, arrays: dict[str, Any]) -> xr.Dataset:
        """The group ``samples`` of draws and statistics that are not made of draws."""
        counts = sample_counts(self.model.plan, arrays["recc"].shape[-1])
        return samples_group(self.study, self.baseline, arrays, counts, seed=self.settings.seed)

    def obstacles(self, totals: Obstacles) -> dict[str, Any]:
        """Statistics of the obstacle degrees."""
        return totals.statistics(self._shape, criterion_members(self.study.hierarchy))

    def first(self, samples: int) -> dict[str, Any]:
        """Statistics of the first samples: of a function of study and seed, nothing is stored."""
        found = first_samples(self.model, self.settings.seed, samples)
        levels = self.study.settings.simulation.quantiles
        return dict(first_sample_statistics(found, self._shape, levels))

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.study.panel.mines), len(self.study.panel.years)

    def _draws(self, blocks: Blocks) -> tuple[dict[str, Any], Obstacles]:
        if isinstance(self.store, Memory):
            return self.store.draws()
        plan, parts = self.model.plan, self.parts
        memory = self._computed
        if memory is None or len(memory) < len(blocks):
            if sum(1 for _ in parts.intact(blocks)) < len(blocks):
                raise RunError(f"{parts.folder}: parts were damaged since they were written")
            # NumPy arrays where they fit: what is done with dask arrays takes twice as long.
            if not fits_memory(plan, blocks.samples):
                return stored_draws(plan, parts, blocks)
            memory = Memory(plan, blocks.samples)
            for block in blocks:
                memory.write(block, parts.read(block, self._pattern()))
        return memory.draws()

    def _stays(self) -> bool:
        """Whether blocks whose parts are written are kept, too, and need not be read again."""
        if self.edges is not None or self.settings.until is not None:
            return False
        if not isinstance(self.store, Parts) or self.parts.manifest.shards is not None:
            return False
        return fits_memory(self.model.plan, self.blocks.samples)

    def _task(self) -> Any:
        """What workers do with a block."""
        # Compiles the kernels: better here than in every worker process at once.
        known, seed = self._known(), self.settings.seed
        if self.edges is None:
            return partial(compute_block, self.model, seed)
        return partial(compute_tally, self.model, seed, self.edges, known, self.compared)

    @property
    def compared(self) -> bool:
        """Whether ranks and pairs of mines are counted."""
        asked = self.study.settings.simulation.compare_mines
        return is_compared(len(self.study.panel.mines), asked)

    def _known(self) -> Baseline:
        """What draws are compared with."""
        whole = completed(self.baseline)
        return baseline_of(whole["recc"].values, whole["rank"].values)

    def _tally(self, result: Any) -> Tally:
        """Tally of a block from what a worker made of it."""
        if isinstance(result, Tally):
            return result
        return tally_of_draws(self.model.plan, result, self._known(), compared=self.compared)

    def _read(self, block: Block) -> Tally:
        try:
            self.parts.open(block).verify()
            return self._tally(self.parts.read(block, self._pattern()))
        except DamagedPartError as error:
            raise RunError(f"{self.parts.path(block)}: {error}") from error

    def _pattern(self) -> Any:
        return empty_result(self.model.plan, self.edges, 0, compared=self.compared)


def empty_result(plan: Plan, edges: Edges | None, samples: int, *, compared: bool) -> Any:
    """What is made of a block, its arrays of the right sizes, and nothing in them yet.

    Parameters
    ----------
    plan
        The study.
    edges
        What the bins of the quantile sketch hang on; None where samples are kept.
    samples
        Number of samples of the block.
    compared
        Whether ranks and pairs of mines are counted.
    """
    if edges is None:
        return empty_draws(plan, samples)
    units = -(-samples // plan.options.unit)
    return empty_tally(Sizes.of(plan, edges, compared=compared), units)
