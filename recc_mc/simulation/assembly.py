"""The result file of a run whose blocks are all there."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import dask.config
import xarray as xr

from recc_mc.parts.folder import RESULT, remove
from recc_mc.results import (
    Claim,
    Encoding,
    adds_to,
    check_target,
    identity,
    move,
    write_groups,
)
from recc_mc.simulation.job import Job

__all__ = ["Outcome", "assemble"]


class Outcome(NamedTuple):
    """What a finished run has to show besides its file."""

    baseline: xr.Dataset
    summary: xr.Dataset  # the last group that it makes


def assemble(job: Job, claim: Claim, command: str) -> Outcome:
    """Make the result of the parts, which are then removed.

    Parameters
    ----------
    job
        The run.
    claim
        What stood at the place of the result when the run began.
    command
        What made the result, for the attribute ``history``.
    """
    product, folder = job.product, job.parts.folder
    output = product.study.settings.output
    # This process alone reads the parts and writes the file, whatever dask is else told to use.
    with dask.config.set(scheduler="threads"), ThreadPoolExecutor(1) as aside:
        made, last = product.made(job.group(), aside)
        groups = {"baseline": product.baseline, **made}
        with claim.held(("baseline", *product.groups), job.stop.check) as kept:
            encoding = Encoding(output.dtype, output.compression, frozenset(kept))
            before = identity(claim.path)
            write_groups(
                folder / RESULT,
                groups | kept,
                encoding,
                overwrite=True,
                command=command,
                last=last,
            )
            job.stop.check()
            # A file may have come there in the meantime.
            digest, manifest = product.study.digest, job.parts.manifest
            overwrite = manifest.overwrite or adds_to(claim.path, digest, product.groups)
            check_target(claim.path, overwrite=overwrite)
            move(folder / RESULT, claim.path, before)
    remove(folder)
    shown = product.groups[-1]
    return Outcome(product.baseline, last[shown]() if shown in last else groups[shown])
