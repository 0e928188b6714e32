"""A run: blocks are computed, kept, and put together."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import xarray as xr

from recc_mc.errors import RunError
from recc_mc.machine.stopping import Stop
from recc_mc.parts.manifest import RunSettings
from recc_mc.parts.partfile import DamagedPartError
from recc_mc.parts.parts import Parts
from recc_mc.simulation.product import Keeper, Product
from recc_mc.simulation.settings import STEP, blocks_of
from recc_mc.summary.prefix import Prefix
from recc_mc.workers.blocks import Block, Blocks
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["FOLDED", "Job"]

FOLDED = 64
"""Parts of so many blocks are kept before their total takes their place."""


@dataclass
class Job:
    """A run.

    Parameters
    ----------
    product
        What it makes.
    store
        Where the results of blocks are kept: in memory, or as parts in a folder that this process
        holds; None where nothing is kept but their total.
    stop
        Asks the run to stop.
    """

    product: Product
    store: Keeper | None
    stop: Stop = field(default_factory=Stop)
    prefix: Prefix | None = field(init=False)

    def __post_init__(self) -> None:
        product, settings = self.product, self.settings
        self.blocks = blocks_of(product.model.plan, settings)
        self.prefix = None
        self._computed: Keeper | None = None
        if product.is_added_up or settings.until is not None:
            read = self._read if isinstance(self.store, Parts) else None
            self.prefix = Prefix(
                self.blocks,
                read,
                bound=settings.until,
                step=STEP,
                add=product.add,
                error=product.largest_error,
            )

    @property
    def settings(self) -> RunSettings:
        """Settings of the run."""
        return self.product.settings

    @property
    def parts(self) -> Parts:
        """The parts of a run that is kept in a folder."""
        assert isinstance(self.store, Parts)
        return self.store

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
            self._computed = self.product.memory(self.blocks.samples)
        results = stream(
            self.product.task(),
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
                    self.prefix.add(block, self.product.tally(result))
                    if self.prefix.done:
                        break
                    self._fold()

    def _fold(self) -> None:
        """Put the total of the first blocks in their place, if they are many by now."""
        prefix, parts = self.prefix, self.store
        if prefix is None or not isinstance(parts, Parts) or not parts.manifest.folds:
            return
        if prefix.total is not None and prefix.count >= parts.folded + FOLDED:
            parts.fold(prefix.count, prefix.total)

    def _unfold(self) -> int:
        """Go on with the total of the first blocks, if there is one; how many they are."""
        if self.product.keeps_samples or self.parts.manifest.shards is not None:
            return 0
        total = self.parts.unfold(self.product.tally(self.product.empty(0)))
        if total is not None:
            assert self.prefix is not None
            self.prefix.start(total, self.parts.folded)
        return self.parts.folded

    def trial(self, block: Block) -> Any:
        """Result of a block, computed here and now, and not kept."""
        return self.product.task()(block)

    def _note(self) -> str:
        """How near a run with a bound is to it."""
        bound = self.settings.until
        if self.prefix is None or bound is None:
            return ""
        return f"standard error {self.prefix.error:.4f}, until {bound:g}"

    def group(self) -> xr.Dataset:
        """The first of the groups that the run makes."""
        total, blocks = None, self.blocks
        if self.prefix is not None:
            total, blocks = self.prefix.total, self.prefix.blocks
        kept = self._kept(blocks) if self.product.keeps_samples else None
        return self.product.group(total, kept, blocks.samples)

    def _kept(self, blocks: Blocks) -> Any:
        """What is kept of each sample."""
        product, memory = self.product, self._computed
        if not isinstance(self.store, Parts):
            return product.kept(self.store)
        parts = self.parts
        if memory is None or len(memory) < len(blocks):
            if sum(1 for _ in parts.intact(blocks)) < len(blocks):
                raise RunError(f"{parts.folder}: parts were damaged since they were written")
            # NumPy arrays where they fit: what is done with dask arrays takes twice as long.
            if not product.fits_memory(blocks.samples):
                return product.stored(parts, blocks)
            memory = product.memory(blocks.samples)
            for block in blocks:
                memory.write(block, parts.read(block, product.empty(0)))
        return product.kept(memory)

    def _stays(self) -> bool:
        """Whether blocks whose parts are written are kept, too, and need not be read again."""
        if not self.product.keeps_samples or self.settings.until is not None:
            return False
        if not isinstance(self.store, Parts) or self.parts.manifest.shards is not None:
            return False
        return self.product.fits_memory(self.blocks.samples)

    def _read(self, block: Block) -> Any:
        """Tally of a block whose part is there."""
        try:
            return self.product.read_tally(self.parts, block)
        except DamagedPartError as error:
            raise RunError(f"{self.parts.path(block)}: {error}") from error
