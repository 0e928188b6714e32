"""What a run makes: of each block, of all blocks together, and of that the groups of a result.

A run itself, how it is cut, shared out, kept, continued, added up and ended, is the same whatever
it makes.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import xarray as xr
from numpy.typing import NDArray

from recc_mc.parts.folder import parts_folder
from recc_mc.parts.manifest import Asked, RunSettings
from recc_mc.parts.parts import Parts
from recc_mc.sampling.draws import empty_draws
from recc_mc.simulation.ahead import evaluate_first
from recc_mc.study import Study
from recc_mc.study.reach import warn_of_draws
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.sketch import Edges
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

__all__ = ["Keeper", "Product"]


class Keeper(Protocol):
    """Where the results of blocks are kept, as they come."""

    def __len__(self) -> int:
        """How many blocks there are."""

    def write(self, block: Block, result: Any) -> None:
        """Take the result of a block."""


@dataclass
class Product(ABC):
    """What a run makes.

    Parameters
    ----------
    study, model
        The study.
    settings
        Settings of the run.
    edges
        What the bins of the quantile sketches hang on; None where there are none.
    """

    study: Study
    model: CompiledStudy
    settings: RunSettings
    edges: Edges | None

    command: ClassVar[str]
    """Command that makes it."""
    groups: ClassVar[tuple[str, ...]]
    """Groups of a result that a run may make; the last is what it has to show."""
    format: ClassVar[str]
    """Digest of how the results of blocks are written."""
    irrelevant: ClassVar[tuple[str, ...]]
    """Tables of a study that decide none of them, beside those that never do."""

    @classmethod
    def begin(cls, study: Study, model: CompiledStudy, settings: RunSettings) -> Self:
        """The product of a run of which nothing is there yet.

        Raises
        ------
        RunError
            If some sample has no value.
        """
        sketched = cls.is_sketched(settings)
        edges = cls.find_edges(study, model, settings) if sketched else None
        return cls(study, model, settings, edges)

    @classmethod
    def folder(cls, path: str | os.PathLike[str]) -> Path:
        """Folder of the parts of a run to a file."""
        return parts_folder(path)

    @classmethod
    @abstractmethod
    def is_sketched(cls, settings: RunSettings) -> bool:
        """Whether there are quantile sketches."""

    @classmethod
    @abstractmethod
    def find_edges(cls, study: Study, model: CompiledStudy, settings: RunSettings) -> Edges:
        """What the bins of the sketches of a run hang on: a function of study and seed alone."""

    @classmethod
    def is_made(cls, study: Study, groups: Mapping[str, xr.Dataset], wanted: Asked) -> bool:
        """Whether what groups of a result hold is what is wanted, whatever seed and samples."""
        drawn = any("sample" in groups[name].dims for name in cls.groups if name in groups)
        return cls.groups[-1] in groups and drawn == (wanted.keep == "samples")

    @classmethod
    def unit_bytes(cls, study: Study, model: CompiledStudy) -> int:
        """Memory that what is made of a unit of samples takes if samples are kept."""
        return sum(array.nbytes for array in empty_draws(model.plan, model.plan.options.unit))

    @classmethod
    def warn(cls, study: Study, stacklevel: int = 2) -> None:
        """Warn of what a reader of the draws must know, before anything is drawn.

        Warns
        -----
        StudyWarning
            For each finding.
        """
        warn_of_draws(study, stacklevel + 1)

    @property
    def keeps_samples(self) -> bool:
        """Whether there are numbers of every sample."""
        return self.settings.keep == "samples"

    @cached_property
    def baseline(self) -> xr.Dataset:
        """The group ``baseline``. Computing it compiles the kernels."""
        return evaluate_first(self.study, self.model)

    @property
    def compared(self) -> bool:
        """Whether ranks and pairs of mines are counted."""
        asked = self.study.settings.simulation.compare_mines
        return is_compared(len(self.study.panel.mines), asked)

    @property
    @abstractmethod
    def is_added_up(self) -> bool:
        """Whether the result needs the total of all blocks."""

    @abstractmethod
    def task(self) -> Callable[[Block], Any]:
        """What workers do with a block; can be pickled."""

    @abstractmethod
    def empty(self, samples: int) -> Any:
        """What is made of a block: a named tuple, its arrays of the right sizes, nothing in them.

        Parameters
        ----------
        samples
            Number of samples of the block.
        """

    @abstractmethod
    def tally(self, result: Any) -> Any:
        """Tally of a block from what a worker made of it."""

    def read_tally(self, parts: Parts, block: Block) -> Any:
        """Tally of a block from its part.

        Raises
        ------
        DamagedPartError
            If there is no such part.
        """
        parts.open(block).verify()
        return self.tally(parts.read(block, self.empty(0)))

    @abstractmethod
    def add(self, total: Any, part: Any) -> Any:
        """Tally of all samples so far, None at the beginning, with that of the following ones."""

    @abstractmethod
    def largest_error(self, total: Any) -> float:
        """Largest standard error, or bound of it, of the probabilities of a tally."""

    @abstractmethod
    def drawn(self, result: Any) -> list[NDArray[Any]]:
        """Arrays of a block's result that have a value for each sample, as a result stores them."""

    @abstractmethod
    def fits_memory(self, samples: int) -> bool:
        """Whether what is kept of so many samples may be in memory all at once."""

    @abstractmethod
    def memory(self, samples: int) -> Keeper:
        """Place in memory for what is kept of each sample."""

    @abstractmethod
    def kept(self, memory: Any) -> Any:
        """What is kept of each sample, from the place in memory of all blocks."""

    @abstractmethod
    def stored(self, parts: Parts, blocks: Sequence[Block]) -> Any:
        """The same, as dask arrays that are read from the parts when they are used."""

    @abstractmethod
    def group(self, total: Any, kept: Any, samples: int) -> xr.Dataset:
        """The first of the groups that this run makes.

        Parameters
        ----------
        total
            Tally of all samples; None if the result does not need it.
        kept
            What is kept of each sample; None if nothing is.
        samples
            How many samples there are.
        """

    def made(
        self, group: xr.Dataset, aside: Executor
    ) -> tuple[dict[str, xr.Dataset], dict[str, Callable[[], xr.Dataset]]]:
        """Groups of a result, and those that can be had after these are written.

        Parameters
        ----------
        group
            What `group` has made.
        aside
            Computes while the file is written.
        """
        return {self.groups[-1]: group}, {}
