"""A run from its request to its result: what is there already, what is kept if it ends early."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from recc_mc.errors import InputError, RunError, StudyWarning
from recc_mc.machine.lock import locked
from recc_mc.machine.memory import available_memory
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.parts.folder import (
    LOCK,
    check_folder,
    part_count,
    remove,
)
from recc_mc.parts.manifest import Asked
from recc_mc.parts.parts import Parts
from recc_mc.results import Claim, check_ending
from recc_mc.simulation.assembly import Outcome, assemble
from recc_mc.simulation.finished import finished
from recc_mc.simulation.footprint import Crew, crew, largest_chunk
from recc_mc.simulation.forecast import check_disk, foresee, size_text
from recc_mc.simulation.job import Job
from recc_mc.simulation.product import Product
from recc_mc.simulation.setup import Request, read_setup, set_up
from recc_mc.simulation.simulated import Simulated
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement

__all__ = ["merge", "produce"]

Say = Callable[[str], None]

# Memory above which a run says beforehand that there is less.
NOTABLE = 2**30
# Numbers of blocks that a message lists.
LISTED = 10


def produce(
    study: Study,
    path: str | os.PathLike[str],
    request: Request,
    *,
    placement: Placement,
    progress: bool = False,
    say: Say = lambda text: None,
    command: str = "recc_mc.simulation.runs.produce",
    stop: Stop | None = None,
    kind: type[Product] = Simulated,
) -> Outcome | None:
    """Run a study and write the result to a file.

    Each block's result is written to a file of its own in the folder ``<path>.parts`` as soon as
    it is there. When all are, the result is made of them, and the folder removed. So a run that
    ended early, for whatever reason, can be continued, and its result is the same, bit for bit.

    Parameters
    ----------
    study
        The study.
    path
        Name of the result file; its folder must exist.
    request
        What is wanted of the run.
    placement
        Where blocks are computed.
    progress
        Whether to show progress on stderr.
    say
        Takes notes on the run for whoever waits for it.
    command
        What made the result, for the attribute ``history``.
    stop
        Asks the run to stop, from a signal handler.
    kind
        What the run makes.

    Returns
    -------
    Outcome or None
        The deterministic index and the summary; None if only a share of the blocks was computed.

    Raises
    ------
    InputError
        If the result exists, or parts of another run are in the way.
    RunError
        If blocks cannot be computed or files not be written. What is done is kept.
    RunStopped
        If the run was asked to stop. What is done is kept.
    """
    check_ending(path)
    folder = kind.folder(path)
    if request.shard is not None:
        _check_seed(study, request.asked)
    if request.resume and (outcome := _outcome_before(study, path, request.asked, kind)):
        say(f"{path}: is complete already")
        return outcome
    may_replace = request.overwrite or (request.resume and _may_replace(folder, kind))
    claim = Claim.stake(path, study.digest, kind.groups, overwrite=may_replace)
    workers = crew(placement)
    opened = _opened(study, folder, request, stop or Stop(), kind, workers)
    with opened as job, _kept(job, request):
        kind.warn(study)
        blocks = job.blocks
        if request.shard is not None:
            blocks = blocks[request.shard.number - 1 :: request.shard.of]
        left = job.gather(blocks)
        if len(left) < len(blocks):
            say(f"resumed: {len(blocks) - len(left)} of {len(blocks)} blocks are there")
        _foresee(job, left, request, workers, say)
        job.compute(left, placement, progress)
        return assemble(job, claim, command) if request.shard is None else None


def merge(
    study: Study,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    command: str = "recc_mc.simulation.runs.merge",
    stop: Stop | None = None,
    kind: type[Product] = Simulated,
) -> Outcome:
    """Make the result of a run whose blocks several processes have computed.

    Parameters
    ----------
    study
        The study.
    path
        Name of the result file, as it was given to `produce`.
    overwrite
        Replace an existing file.
    command
        What made the result, for the attribute ``history``.
    stop
        Asks the program to stop, from a signal handler.
    kind
        What the run makes.

    Raises
    ------
    InputError
        If there are no parts, or they are those of another study.
    RunError
        If blocks are missing or damaged; names them, and the shards to run again.
    """
    folder = kind.folder(path)
    check_folder(folder)
    claim = Claim.stake(path, study.digest, kind.groups, overwrite=overwrite)
    if read_setup(folder, kind)[0] is None:
        raise InputError(f"{folder}: there are no parts of a run")
    request = Request(resume=True, overwrite=overwrite)
    with _opened(study, folder, request, stop or Stop(), kind) as job:
        kind.warn(study)
        left = job.gather(job.blocks)
        if left:
            missing = _missing(left, job.parts.manifest.shards, kind.command)
            raise RunError(f"{folder}: {missing}")
        return assemble(job, claim, command)


@contextmanager
def _opened(
    study: Study,
    folder: Path,
    request: Request,
    stop: Stop,
    kind: type[Product],
    workers: Crew | None = None,
) -> Iterator[Job]:
    """The run in a folder, which is locked, and removed at the end if it holds no block."""
    check_folder(folder)
    model = CompiledStudy.of(study)
    most = None
    if workers is not None:
        most = largest_chunk(model, workers, kind.unit_bytes(study, model))
    shard = request.shard
    with locked(folder / LOCK, shared=shard is not None):
        # Shards share the folder; the first one writes what they have in common.
        common = locked(folder / f"setup.{LOCK}", wait=True) if shard else nullcontext()
        own = locked(folder / f"shard-{shard.number}.{LOCK}") if shard else nullcontext()
        try:
            with own:
                with common:
                    manifest, edges = set_up(study, model, folder, request, most, kind)
                product = kind(study, model, manifest.settings, edges)
                yield Job(product, Parts(folder, manifest), stop)
        finally:
            if shard is None and not part_count(folder):
                remove(folder)


@contextmanager
def _kept(job: Job, request: Request) -> Iterator[None]:
    """Say what is kept of a run that ends early, and how to go on."""

    def kept() -> str:
        count = len(job.parts)
        if not count:
            return ""
        return f"; {count} of {len(job.blocks)} blocks are kept in {job.parts.folder}"

    job.stop.last_words.insert(0, kept)
    try:
        yield
    except RunStopped as error:
        raise RunStopped(f"{error}{kept()}") from error
    except RunError as error:
        if not kept():
            raise
        again = "the same shard" if request.shard else "--resume"
        raise RunError(f"{error}{kept()}, {again} continues") from error
    finally:
        job.stop.last_words.remove(kept)


def _check_seed(study: Study, asked: Asked) -> None:
    if asked.seed is None and study.settings.simulation.seed is None:
        raise InputError("--shard: needs a seed, the same for all shards: use --seed")


def _outcome_before(
    study: Study, path: str | os.PathLike[str], asked: Asked, kind: type[Product]
) -> Outcome | None:
    """The outcome of a run that has nothing left to do; what it left behind is removed."""
    folder = kind.folder(path)
    manifest = read_setup(folder, kind)[0]
    if manifest is not None:
        asked = asked.or_else(manifest.asked).or_else(Asked(seed=manifest.settings.seed))
    outcome = finished(study, path, asked, kind)
    # A process may have been killed while it removed the folder, whose manifest goes first.
    if outcome is not None and folder.is_dir():
        check_folder(folder)
        with locked(folder / LOCK):
            remove(folder)
    return outcome


def _may_replace(folder: Path, kind: type[Product]) -> bool:
    """Whether an earlier run was told to replace an existing file."""
    manifest = read_setup(folder, kind)[0]
    return manifest is not None and manifest.overwrite


def _foresee(
    job: Job, left: Sequence[Block], request: Request, workers: Crew | None, say: Say
) -> None:
    """Say what a large run will take, and refuse one that the disk cannot hold."""
    settings = job.settings
    forecast = foresee(job, left, workers, whole=request.shard is None)
    # A run with a bound ends nobody knows when: its number of samples is not what it will take.
    if settings.until is None:
        check_disk(forecast, keeps_samples=settings.keep == "samples")
    if forecast.is_notable:
        say(f"at most {forecast}" if settings.until is not None else str(forecast))
    if forecast.memory is not None and NOTABLE <= forecast.memory > (free := available_memory()):
        text = (
            f"memory: only {size_text(free)} are free; fewer workers or a smaller chunk need less"
        )
        warnings.warn(text, StudyWarning, stacklevel=3)


def _missing(blocks: Sequence[Block], shards: int | None, command: str) -> str:
    listed = ", ".join(str(block.number) for block in blocks[:LISTED])
    listed += ", ..." if len(blocks) > LISTED else ""
    text = f"missing or damaged blocks: {listed}"
    if shards is None:
        return f"{text}; recc-mc {command} --resume computes them"
    again = ", ".join(f"{number}/{shards}" for number in _shards(blocks, shards))
    return f"{text}; run these shards again: {again}"


def _shards(blocks: Sequence[Block], shards: int) -> list[int]:
    """Which shards some blocks belong to."""
    found: set[int] = set()
    for block in blocks:
        found.add(block.number % shards + 1)
        if len(found) == shards:
            break
    return sorted(found)
