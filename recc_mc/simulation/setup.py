"""How a run to a file begins: its settings, its manifest, and whether earlier parts are its own."""

import hashlib
import warnings
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recc_mc.errors import InputError, StudyWarning
from recc_mc.parts.folder import (
    EDGES,
    MANIFEST,
    SCRATCH,
    clear,
    part_count,
    part_path,
)
from recc_mc.parts.manifest import (
    Asked,
    Manifest,
    differences,
    manifest_of,
    read_manifest,
    write_manifest,
)
from recc_mc.parts.partfile import DamagedPartError, open_part, write_part
from recc_mc.simulation.product import Product
from recc_mc.simulation.settings import blocks_of, resolve
from recc_mc.simulation.simulated import Simulated
from recc_mc.study import Study
from recc_mc.summary.sketch import Edges
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["Request", "Shard", "read_setup", "set_up"]


class Shard(NamedTuple):
    """One of the processes among which a run is shared out."""

    number: int  # from 1
    of: int


class Request(NamedTuple):
    """What is wanted of a run.

    Parameters
    ----------
    asked
        Options in place of what the study says.
    resume
        Continue an earlier run, whose options hold where none is given.
    overwrite
        Start over, and replace an existing result.
    shard
        Which share of the blocks to compute; None for all.
    """

    asked: Asked = Asked()
    resume: bool = False
    overwrite: bool = False
    shard: Shard | None = None


def set_up(
    study: Study,
    model: CompiledStudy,
    folder: Path,
    request: Request,
    most: int | None = None,
    kind: type[Product] = Simulated,
) -> tuple[Manifest, Edges | None]:
    """Decide what a run is, and write it down in its folder.

    Parameters
    ----------
    study, model
        The study.
    folder
        Folder of the parts, whose lock this process holds.
    request
        What is wanted.
    most
        Samples per block that the memory allows if samples are kept and no chunk is asked for.
    kind
        What the run makes.

    Returns
    -------
    tuple
        What the parts belong to, and what the bins of sketches hang on if there are any.

    Raises
    ------
    InputError
        If the parts of an earlier run are in the way; says what is different.
    """
    old, edges = _earlier(folder, request, kind)
    asked = request.asked
    if request.resume and old is not None:
        asked = asked.or_else(old.asked)
    before = None if old is None else old.settings
    settings = resolve(study, model.plan, asked, before=before, most=most)
    wanted = manifest_of(
        study,
        settings,
        asked,
        unit=model.plan.options.unit,
        shards=_shards(request, old),
        overwrite=request.overwrite or (old is not None and old.overwrite),
        format=kind.format,
        irrelevant=kind.irrelevant,
        sketched=kind.is_sketched(settings),
    )
    if old is not None:
        _compare(folder, old, wanted)
        if wanted.settings.samples > old.settings.samples:
            # The last block was cut short, and has more samples now.
            last = blocks_of(model.plan, old.settings)[-1]
            part_path(folder, last.number).unlink(missing_ok=True)
    if kind.is_sketched(settings):
        edges = edges or kind.find_edges(study, model, settings)
        wanted = replace(wanted, edges=_digest(edges))
    if wanted != old:
        _write_setup(folder, wanted, edges)
    return wanted, edges


def read_setup(
    folder: Path, kind: type[Product] = Simulated
) -> tuple[Manifest | None, Edges | None]:
    """What all parts of a folder have in common; None where that is not known.

    Parameters
    ----------
    folder
        The folder.
    kind
        What the run makes.
    """
    manifest = read_manifest(folder / MANIFEST, kind.format)
    if manifest is None or manifest.edges is None:
        return manifest, None
    try:
        part = open_part(folder / EDGES)
        part.verify()
    except DamagedPartError:
        return None, None
    arrays = part.arrays()
    edges = Edges(arrays["centre"], arrays["scale"], int(arrays["bins"]))
    return (manifest, edges) if _digest(edges) == manifest.edges else (None, None)


def _earlier(
    folder: Path, request: Request, kind: type[Product]
) -> tuple[Manifest | None, Edges | None]:
    """What an earlier run has left for this one to go on with."""
    if request.shard is not None:
        return read_setup(folder, kind)
    count = part_count(folder)
    if request.resume:
        # What a process that was killed was just writing; other shards may be at that right now.
        clear(folder, *SCRATCH)
        old, edges = read_setup(folder, kind)
        if old is None and count:
            text = f"{folder}: the manifest is damaged; it is not known what run the parts are of"
            warnings.warn(text, StudyWarning, stacklevel=2)
        return old, edges
    if count and not request.overwrite:
        raise InputError(
            f"{folder}: an interrupted run has left blocks here; use --resume to continue it or "
            "--force to start over"
        )
    clear(folder)
    return None, None


def _shards(request: Request, old: Manifest | None) -> int | None:
    if request.shard is not None:
        return request.shard.of
    return None if old is None else old.shards


def _compare(folder: Path, old: Manifest, wanted: Manifest) -> None:
    problems = differences(old, wanted)
    if problems:
        advice = "these parts are of another run; use --force to start over"
        if wanted.shards is not None:
            advice = "these parts are of another run; remove the folder to start over"
        raise InputError([*(f"{folder}: {problem}" for problem in problems), f"{folder}: {advice}"])


def _write_setup(folder: Path, manifest: Manifest, edges: Edges | None) -> None:
    """Write what all parts of a folder have in common.

    Parameters
    ----------
    folder
        The folder.
    manifest
        What the parts belong to.
    edges
        What the bins of the sketch hang on, if there is one.
    """
    if edges is not None:
        arrays = edges._asdict() | {"bins": np.array(edges.bins)}
        write_part(folder / EDGES, manifest.edges, arrays)
    write_manifest(folder / MANIFEST, manifest)


def _digest(edges: Edges) -> str:
    """Digest of what the bins of a sketch hang on."""
    digest = hashlib.sha256(str(edges.bins).encode())
    for array in (edges.centre, edges.scale):
        digest.update(array.astype("<f8").tobytes())
    return digest.hexdigest()
