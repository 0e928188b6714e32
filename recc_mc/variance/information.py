"""Value of information: which factor is worth knowing, for decisions that may be wrong."""

import sys
import time
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

from numpy.typing import NDArray
from tqdm import tqdm

from recc_mc.simulation.footprint import crew
from recc_mc.study import Study
from recc_mc.variance.decisions import decision_arrays
from recc_mc.variance.nested import Nested, Verdicts, compute_verdicts
from recc_mc.variance.outcomes import analysed
from recc_mc.variance.rows import blocks_of
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["InformationRun", "information_arrays"]


class InformationRun(NamedTuple):
    """How many rows, and where."""

    seed: int
    replicates: int
    outer: int  # values that become known, of each factor in each replicate
    inner: int  # rows for each of them
    chunk: int
    scheduler: Placement
    scenario: str | None


def information_arrays(
    study: Study, run: InformationRun, *, progress: bool = False
) -> dict[str, NDArray[Any]]:
    """Arrays of the value of information, of the group ``sensitivity``.

    The expected value of perfect information on a factor X for a decision between options d is
    E[max_d P(d is right | X)] - max_d P(d is right) (Raiffa and Schlaifer 1961; partial: EVPPI).

    Parameters
    ----------
    study
        The study.
    run
        How many rows, and where.
    progress
        Whether to show progress on stderr, and beforehand how long it takes.
    """
    subject, groups = analysed(study, run.scenario, noise=True)
    nested = Nested(subject, groups, run.seed, run.outer, run.inner)
    verdicts = _by_replicate(nested, run, progress)
    found: dict[str, NDArray[Any]] = decision_arrays(
        [each.largest for each in verdicts], nested.everything
    )
    found["most_loaded_probability"] = found.pop("chances")
    over = decision_arrays([each.over for each in verdicts], nested.everything)
    del over["chances"]
    cells = len(study.panel.mines), subject.years
    for name, values in over.items():
        found[f"overload_{name}"] = values.reshape(*values.shape[:-1], *cells)
    return found


def _by_replicate(nested: Nested, run: InformationRun, progress: bool) -> list[Verdicts]:
    """Verdicts of every replicate; they are integers, so that blocks may come in any order."""
    rows = run.outer * run.inner
    blocks = blocks_of(rows, run.replicates, run.chunk, run.inner)
    compute = partial(compute_verdicts, nested)
    if progress:
        _tell_cost(nested, run)
    found: dict[int, Verdicts] = {}
    with closing(stream(compute, blocks, scheduler=run.scheduler, progress=progress)) as results:
        for block, verdicts in results:
            replicate = block.first // rows
            before = found.get(replicate)
            found[replicate] = verdicts if before is None else before.plus(verdicts)
    return [found[replicate] for replicate in range(run.replicates)]


def _tell_cost(nested: Nested, run: InformationRun) -> None:
    """Say how long it takes, by the time that the rows of one value take."""
    one = Block(0, 0, run.inner)
    compute_verdicts(nested, one)
    began = time.perf_counter()
    compute_verdicts(nested, one)
    values = run.outer * run.replicates
    seconds = (time.perf_counter() - began) * values
    workers = crew(run.scheduler)
    whose = " of one worker's time" if workers is None else ""
    seconds /= 1 if workers is None else workers.threads
    tqdm.write(
        f"value of information: {values:,} values of every factor, {run.inner:,} rows for each: "
        f"about {seconds:,.0f} s{whose}",
        file=sys.stderr,
    )
