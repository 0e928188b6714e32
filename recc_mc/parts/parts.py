"""Results of blocks as files, until one process puts them together."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import StudyWarning
from recc_mc.parts.folder import PREFIX, part_numbers, part_path
from recc_mc.parts.manifest import Manifest
from recc_mc.parts.partfile import (
    DamagedPartError,
    PartFile,
    open_part,
    write_part,
)
from recc_mc.workers.blocks import Block, Blocks

__all__ = ["Parts", "flat"]

Result = TypeVar("Result", bound=tuple[Any, ...])


class Parts:
    """Parts of one run, in a folder whose lock this process holds.

    Parameters
    ----------
    folder
        The folder.
    manifest
        What they belong to.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.folded = 0
        """How many of the first blocks have one part together."""

    def __len__(self) -> int:
        """How many parts there are, intact or not."""
        return len(part_numbers(self.folder)) + self.folded

    def path(self, block: Block) -> Path:
        """File of a block."""
        return part_path(self.folder, block.number)

    def write(self, block: Block, result: tuple[Any, ...]) -> None:
        """Write the result of a block.

        Parameters
        ----------
        block
            The block.
        result
            A named tuple of arrays, whole numbers and more such tuples.

        Raises
        ------
        RunError
            If it cannot be written, for instance because the disk is full.
        """
        write_part(self.path(block), self._label(block), dict(flat(result)))

    def open(self, block: Block) -> PartFile:
        """Part of a block, its data not yet read.

        Raises
        ------
        DamagedPartError
            If there is none, or it is damaged or that of another block or run.
        """
        part = open_part(self.path(block))
        if part.label != self._label(block):
            raise DamagedPartError("it is the part of another block or run")
        return part

    def read(self, block: Block, pattern: Result, within: str = "") -> Result:
        """Result of a block, or a tuple within it, without reading the rest.

        Parameters
        ----------
        block
            The block.
        pattern
            A result of any samples, for its structure.
        within
            Path of the tuple, such as ``"tally."``; of the whole result, empty.

        Raises
        ------
        DamagedPartError
            If there is no such part.
        """
        part = self.open(block)
        return _nested(pattern, part.array if within else part.arrays().__getitem__, within)

    def intact(self, blocks: Blocks) -> Iterator[Block]:
        """Those of some blocks whose parts are there, every byte of them as it was written.

        Parameters
        ----------
        blocks
            The blocks. Their files are looked up in the folder, not block by block: there may be
            many more blocks than files.

        Warns
        -----
        StudyWarning
            For each part that is there and of no use.
        """
        for block in blocks.among(part_numbers(self.folder)):
            try:
                self.open(block).verify()
            except DamagedPartError as error:
                path = self.path(block)
                if path.exists():
                    warnings.warn(f"{path}: {error}; not used", StudyWarning, stacklevel=2)
            else:
                yield block

    def fold(self, count: int, total: tuple[Any, ...]) -> None:
        """Put the total of the first blocks in the place of their parts.

        Parameters
        ----------
        count
            How many blocks; never the last of the run, which has more samples in a longer run.
        total
            Their total.

        Raises
        ------
        RunError
            If it cannot be written. The parts are there then.
        """
        label = [self.manifest.run, self.manifest.settings.chunk, count]
        write_part(self.folder / PREFIX, label, dict(flat(total)))
        self._let_go(count)

    def unfold(self, pattern: Result) -> Result | None:
        """Total of the first blocks; None if they have parts of their own.

        Parameters
        ----------
        pattern
            A total of anything, for its structure.

        Warns
        -----
        StudyWarning
            If there is a total that is of no use.
        """
        path = self.folder / PREFIX
        if not path.exists():
            return None
        try:
            part = open_part(path)
            part.verify()
            run, chunk, count = part.label
            if (run, chunk) != (self.manifest.run, self.manifest.settings.chunk):
                raise DamagedPartError("it is the part of another run")
        except DamagedPartError as error:
            warnings.warn(f"{path}: {error}; not used", StudyWarning, stacklevel=2)
            path.unlink()
            return None
        total = _nested(pattern, part.arrays().__getitem__)
        self._let_go(count)
        return total

    def _let_go(self, count: int) -> None:
        """Remove the parts of the first blocks."""
        for number in part_numbers(self.folder):
            if number < count:
                part_path(self.folder, number).unlink(missing_ok=True)
        self.folded = count

    def _label(self, block: Block) -> list[Any]:
        return [self.manifest.run, block.number, block.first, block.samples]


def flat(result: tuple[Any, ...], path: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Arrays of a named tuple by their paths, those of tuples in it included."""
    for name, value in zip(_fields(result), result, strict=True):
        if isinstance(value, tuple):
            yield from flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", np.asarray(value)


def _nested(pattern: Result, array: Callable[[str], NDArray[Any]], path: str = "") -> Result:
    """Named tuple of the arrays at its paths."""
    values: list[Any] = []
    for name, value in zip(_fields(pattern), pattern, strict=True):
        if isinstance(value, tuple):
            values.append(_nested(value, array, f"{path}{name}."))
        elif isinstance(value, int):
            values.append(int(array(f"{path}{name}")))
        else:
            values.append(array(f"{path}{name}"))
    return type(pattern)(*values)


def _fields(result: tuple[Any, ...]) -> tuple[str, ...]:
    names: tuple[str, ...] = result._fields  # type: ignore[attr-defined]
    return names
