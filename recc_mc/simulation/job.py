"""The work on one run: blocks computed into parts, and the result made of them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

import dask.config
import xarray as xr

from recc_mc.errors import RunError
from recc_mc.machine.memory import available_memory
from recc_mc.machine.stopping import Stop
from recc_mc.parts.folder import RESULT, remove
from recc_mc.parts.partfile import DamagedPartError
from recc_mc.parts.parts import Parts
from recc_mc.parts.stored import stored_draws
from recc_mc.results import (
    Claim,
    Encoding,
    adds_to,
    check_target,
    identity,
    move,
    write_groups,
)
from recc_mc.sampling.draws import bytes_per_sample, compute_block, empty_draws
from recc_mc.sampling.evaluate import evaluate
from recc_mc.simulation.collect import collect
from recc_mc.simulation.setup import STEP, blocks_of
from recc_mc.simulation.simulate import MEMORY_SHARE
from recc_mc.study import Study
from recc_mc.summary.family import Baseline, Sizes, baseline_of
from recc_mc.summary.first import (
    FirstSamples,
    first_sample_statistics,
    first_samples,
    sample_counts,
)
from recc_mc.summary.labelled import samples_group, summarize, summarize_tally
from recc_mc.summary.obstacles import criterion_members
from recc_mc.summary.prefix import Prefix
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.sketch import Edges
from recc_mc.summary.tally import Tally, compute_tally, empty_tally, tally_of_draws
from recc_mc.uncertainty.model import Model
from recc_mc.workers.blocks import Block, Blocks
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["FOLDED", "MADE", "Job", "Outcome"]

FOLDED = 64
"""Parts of so many blocks are kept before their total takes their place."""
MADE = ("samples", "summary")
"""Groups of a result that a run makes."""


class Outcome(NamedTuple):
    """What a finished run has to show besides its file."""

    baseline: xr.Dataset
    summary: xr.Dataset


@dataclass
class Job:
    """A run whose folder this process holds.

    Parameters
    ----------
    study, model
        The study.
    parts
        Where its parts are.
    edges
        What the bins of the quantile sketch hang on; None where samples are kept.
    stop
        Asks the run to stop.
    """

    study: Study
    model: Model
    parts: Parts
    edges: Edges | None
    stop: Stop
    prefix: Prefix | None = field(init=False)

    def __post_init__(self) -> None:
        settings = self.parts.manifest.settings
        self.blocks = blocks_of(self.model, settings)
        self.prefix = None
        if settings.keep == "summary" or settings.until is not None:
            self.prefix = Prefix(self.blocks, self._read, bound=settings.until, step=STEP)

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
        """Compute blocks and write their parts."""
        if not blocks:
            return
        task = self._task()
        results = stream(
            task,
            blocks,
            scheduler=placement,
            progress=progress,
            note=self._note,
            stop=self.stop,
        )
        with self.stop.draining(), closing(results):
            for block, result in results:
                self.parts.write(block, result)
                if self.prefix is not None:
                    self.prefix.add(block, self._tally(result))
                    if self.prefix.done:
                        break
                    self._fold()

    @property
    def folds(self) -> bool:
        """Whether the parts of blocks give way to their total as the run goes on.

        Not where the run may end at any of its steps, nor where other processes compute blocks.
        """
        settings = self.parts.manifest.settings
        return settings.keep == "summary" and settings.until is None and not self._is_shared

    @property
    def _is_shared(self) -> bool:
        return self.parts.manifest.shards is not None

    def _fold(self) -> None:
        """Put the total of the first blocks in their place, if they are many by now."""
        prefix = self.prefix
        assert prefix is not None
        if self.folds and prefix.total and prefix.count >= self.parts.folded + FOLDED:
            self.parts.fold(prefix.count, prefix.total)

    def _unfold(self) -> int:
        """Go on with the total of the first blocks, if there is one; how many they are."""
        if self.edges is None or self._is_shared:
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
        bound = self.parts.manifest.settings.until
        if self.prefix is None or bound is None:
            return ""
        return f"standard error {self.prefix.error:.4f}, until {bound:g}"

    def assemble(self, claim: Claim, command: str) -> Outcome:
        """Make the result of the parts, which are then removed."""
        manifest = self.parts.manifest
        made = self.parts.folder / RESULT
        # This process alone reads the parts and writes the file, whatever dask is else told to use.
        with dask.config.set(scheduler="threads"):
            samples, summary = self._groups()
            groups = {"baseline": self.baseline, "samples": samples, "summary": summary}
            present = {name: data for name, data in groups.items() if data is not None}
            output = self.study.settings.output
            encoding = Encoding(output.dtype, output.compression)
            with claim.held(groups, self.stop.check) as kept:
                before = identity(claim.path)
                write_groups(made, present | kept, encoding, overwrite=True, command=command)
                self.stop.check()
                # A file may have come there in the meantime.
                overwrite = manifest.overwrite or adds_to(claim.path, self.study.digest, MADE)
                check_target(claim.path, overwrite=overwrite)
                move(made, claim.path, before)
        remove(self.parts.folder)
        return Outcome(self.baseline, summary)

    def _groups(self) -> tuple[xr.Dataset | None, xr.Dataset]:
        """Groups ``samples``, if they are kept, and ``summary``."""
        settings = self.parts.manifest.settings
        if settings.keep == "summary":
            assert self.prefix is not None
            assert self.prefix.total is not None
            total = self.prefix.total
            first = self._first(total.samples)
            summary = summarize_tally(self.study, self.baseline, total, first, seed=settings.seed)
            return None, summary
        blocks = self.blocks if self.prefix is None else self.prefix.blocks
        if sum(1 for _ in self.parts.intact(blocks)) < len(blocks):
            raise RunError(f"{self.parts.folder}: parts were damaged since they were written")
        samples = self._samples(blocks)
        return samples, summarize(samples)

    def _first(self, samples: int) -> FirstSamples:
        """The first samples once more: of a function of study and seed, nothing is stored."""
        return first_samples(self.model, self.parts.manifest.settings.seed, samples)

    def _samples(self, blocks: Blocks) -> xr.Dataset:
        plan, study = self.model.plan, self.study
        length = blocks.samples
        arrays: dict[str, Any]
        # NumPy arrays where they fit: what is done with dask arrays takes twice as long.
        if length * bytes_per_sample(plan) <= MEMORY_SHARE * available_memory():
            results = ((block, self.parts.read(block, self._pattern())) for block in blocks)
            arrays, totals = collect(plan, length, results)
        else:
            arrays, totals = stored_draws(plan, self.parts, blocks)
        members = criterion_members(study.hierarchy)
        shape = len(study.panel.mines), len(study.panel.years)
        arrays |= totals.statistics(shape, members)
        levels = study.settings.simulation.quantiles
        arrays |= first_sample_statistics(self._first(length), shape, levels)
        counts = sample_counts(plan, length)
        seed = self.parts.manifest.settings.seed
        return samples_group(study, self.baseline, arrays, counts, seed=seed)

    def _task(self) -> Any:
        """What workers do with a block."""
        manifest = self.parts.manifest
        seed = manifest.settings.seed
        # Compiles the kernels: better here than in every worker process at once.
        known = self._known()
        if self.edges is None:
            return partial(compute_block, self.model, seed)
        compared = bool(manifest.compared)
        return partial(compute_tally, self.model, seed, self.edges, known, compared)

    def _known(self) -> Baseline:
        """What draws are compared with."""
        return baseline_of(self.baseline["recc"].values, self.baseline["rank"].values)

    def _tally(self, result: Any) -> Tally:
        """Tally of a block from what a worker made of it."""
        if isinstance(result, Tally):
            return result
        asked = self.study.settings.simulation.compare_mines
        compared = is_compared(len(self.study.panel.mines), asked)
        return tally_of_draws(self.model.plan, result, self._known(), compared=compared)

    def _read(self, block: Block) -> Tally:
        try:
            self.parts.open(block).verify()
            return self._tally(self.parts.read(block, self._pattern()))
        except DamagedPartError as error:
            raise RunError(f"{self.parts.path(block)}: {error}") from error

    def _pattern(self) -> Any:
        plan, manifest = self.model.plan, self.parts.manifest
        if self.edges is None:
            return empty_draws(plan, 0)
        compared = bool(manifest.compared)
        return empty_tally(Sizes.of(plan, self.edges, compared=compared), 0)
