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
from recc_mc.summary.labelled import summarize

__all__ = ["MADE", "Outcome", "assemble"]

MADE = ("samples", "summary")
"""Groups of a result that a run makes."""


class Outcome(NamedTuple):
    """What a finished run has to show besides its file."""

    baseline: xr.Dataset
    summary: xr.Dataset


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
    folder, output = job.parts.folder, job.study.settings.output
    # This process alone reads the parts and writes the file, whatever dask is else told to use.
    with dask.config.set(scheduler="threads"), ThreadPoolExecutor(1) as aside:
        groups = {"baseline": job.baseline}
        if job.settings.keep == "samples":
            samples = groups["samples"] = job.samples()
            # Compressing draws takes one core and releases the GIL. Those that are read from parts
            # are summarised before, so that no two windows of them are in memory.
            made = aside.submit(summarize, samples)
            if samples.chunks:
                made.result()
            last = {"summary": made.result}
        else:
            groups["summary"], last = job.summary(), {}
        encoding = Encoding(output.dtype, output.compression)
        with claim.held(("baseline", *MADE), job.stop.check) as kept:
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
            overwrite = job.parts.manifest.overwrite or adds_to(claim.path, job.study.digest, MADE)
            check_target(claim.path, overwrite=overwrite)
            move(folder / RESULT, claim.path, before)
    remove(folder)
    return Outcome(job.baseline, last["summary"]() if last else groups["summary"])
