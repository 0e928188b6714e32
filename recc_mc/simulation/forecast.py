"""What a run will take: memory, disk and time, before it begins."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import RunError
from recc_mc.parts.parts import flat
from recc_mc.results.chunks import deflated, shuffled
from recc_mc.simulation.footprint import Crew, footprint
from recc_mc.simulation.job import FOLDED, Job
from recc_mc.simulation.product import Product
from recc_mc.summary.threads import CPU_COUNT
from recc_mc.workers.blocks import Block, sample_count

__all__ = ["Forecast", "check_disk", "foresee", "size_text"]

# Below all of these a run is like any other, and nothing is said.
_NOTABLE_BYTES = 2**30
_NOTABLE_SECONDS = 30.0
# A run of fewer units is over before a pilot could tell anything.
_FEWEST_UNITS = 16
# Draws of a result are summarised and checked, too: so many times the compression alone.
_WRITING = 2.0


class Forecast(NamedTuple):
    """What a run will take.

    Parameters
    ----------
    samples
        Samples that are still to be computed.
    memory
        Bytes of memory on this machine; None where it computes on others.
    disk
        Bytes that parts and result will take beside what is there already.
    seconds
        Time of the computation and of writing the result; None where that is not known, on a
        cluster, whose workers are not counted beforehand.
    folder
        Folder of the parts and of the result.
    """

    samples: int
    memory: int | None
    disk: int
    seconds: float | None
    folder: Path

    @property
    def is_notable(self) -> bool:
        """Whether the run is so large that whoever waits for it wants to know."""
        most = max(self.memory or 0, self.disk)
        return most >= _NOTABLE_BYTES or (self.seconds or 0) >= _NOTABLE_SECONDS

    def __str__(self) -> str:
        memory = "" if self.memory is None else f"{size_text(self.memory)} of memory, "
        seconds = "" if self.seconds is None else f", {_duration(self.seconds)}"
        where = f"{size_text(self.disk)} on disk in {self.folder}"
        return f"{self.samples:,} samples: about {memory}{where}{seconds}"


class _Pilot(NamedTuple):
    """What a unit of samples took."""

    samples: int
    computing: float  # seconds
    stored: int  # bytes in a result
    writing: float  # seconds


def foresee(job: Job, blocks: Sequence[Block], workers: Crew | None, *, whole: bool) -> Forecast:
    """Forecast of a run, its time from a unit of samples that is computed for it.

    Parameters
    ----------
    job
        The run.
    blocks
        The blocks that are still to be computed.
    workers
        Who computes them on this machine; None where others do.
    whole
        Whether the result is made in the end; a shard makes none.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    product, settings = job.product, job.settings
    samples, chunk = sample_count(blocks), settings.chunk
    memory = None if workers is None else footprint(product, workers)
    # Twice: blocks may be done before the one that they wait for.
    parts = min(len(blocks), 2 * FOLDED) if job.parts.manifest.folds else len(blocks)
    disk = parts * _part_bytes(product, min(chunk, samples)) if samples else 0
    of_all = settings.samples if whole and product.keeps_samples else 0
    threads = 1 if workers is None else workers.threads
    if samples < _FEWEST_UNITS * product.model.plan.options.unit:
        disk += of_all * _stored_bytes(product) if of_all else 0
        return Forecast(samples, memory, disk, 0.0, job.parts.folder.parent)
    pilot = _pilot(job, blocks[0])
    disk += of_all * pilot.stored // pilot.samples
    seconds = samples * pilot.computing / threads + of_all * _WRITING * pilot.writing / CPU_COUNT
    known = None if workers is None else seconds / pilot.samples
    return Forecast(samples, memory, disk, known, job.parts.folder.parent)


def check_disk(forecast: Forecast, *, keeps_samples: bool) -> None:
    """Refuse a run that the disk cannot hold.

    Parameters
    ----------
    forecast
        What the run will take. The result is made in the folder of the parts, which is on the disk
        on which it stays: what is free there decides.
    keeps_samples
        Whether a summary would take less.

    Raises
    ------
    RunError
        If the disk has too little free space.
    """
    free = shutil.disk_usage(forecast.folder).free
    if forecast.disk <= free:
        return
    instead = "use --keep summary, which stores no samples, or" if keeps_samples else "use"
    raise RunError(
        f"{forecast.folder}: {forecast.samples:,} samples take about {size_text(forecast.disk)} on "
        f"disk, only {size_text(free)} are free; {instead} fewer samples or another disk"
    )


def size_text(size: int) -> str:
    """Bytes as people say them.

    Examples
    --------
    >>> size_text(1_200_000_000), size_text(43 * 2**30), size_text(1000)
    ('1.1 GiB', '43 GiB', '0.1 MiB')
    """
    value, units = max(size, 1) / 2**20, ["MiB", "GiB", "TiB", "PiB", "EiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{max(value, 0.1):.{1 if value < 10 else 0}f} {units[0]}"


def _duration(seconds: float) -> str:
    for length, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{max(1.0, seconds):.0f} s"


def _part_bytes(product: Product, samples: int) -> int:
    """Size of the part of a block."""
    # Counts are stored in the smallest type that holds them.
    count = np.min_scalar_type(samples).itemsize
    return sum(
        array.size * (count if array.dtype == np.int64 else array.itemsize)
        for _, array in flat(product.empty(samples))
    )


def _stored(product: Product, result: Any) -> list[NDArray[Any]]:
    """What is kept of each sample, in the types in which a result holds it."""
    arrays, dtype = product.drawn(result), product.study.settings.output.dtype
    # What is beyond the type's range is infinite in the result too.
    with np.errstate(over="ignore"):
        return [array.astype(dtype) if array.dtype.kind == "f" else array for array in arrays]


def _stored_bytes(product: Product) -> int:
    """Size of a sample in a result that is not compressed."""
    return sum(array.nbytes for array in _stored(product, product.empty(1)))


def _pilot(job: Job, block: Block) -> _Pilot:
    """Compute the first unit of a block, and compress it as in a result."""
    product = job.product
    unit = product.model.plan.options.unit
    first = Block(block.number, block.first, min(block.samples, unit))
    # The kernels that the first call loads are loaded once, however long the run.
    result = job.trial(first)
    began = time.perf_counter()
    job.trial(first)
    computing = time.perf_counter() - began
    if not product.keeps_samples:
        return _Pilot(first.samples, computing, 0, 0.0)
    compression = product.study.settings.output.compression
    began = time.perf_counter()
    stored = sum(_compressed(array, compression) for array in _stored(product, result))
    return _Pilot(first.samples, computing, stored, time.perf_counter() - began)


def _compressed(array: NDArray[Any], compression: str) -> int:
    """Size of an array in a result, whose bytes are sorted by their place before compression."""
    if compression == "none":
        return array.nbytes
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return len(deflated(shuffled(array.itemsize, data)))
