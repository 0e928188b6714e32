"""Uncertainty analysis of the case study: draws to S, P, C, zone and rank, ours and by peers."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import recc_mc as rm
from benchmarks.contenders import CONTENDERS
from benchmarks.frame import OURS, Row, measurement, pinned, tried
from benchmarks.same_draws import agreement, same_draws
from benchmarks.timing import best_times

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
CHECKED = 256


@measurement("uncertainty", "Uncertainty analysis of the case study, beside peers")
def uncertainty(small: bool) -> Iterator[Row]:
    """Time of a sample, on one core and on all: each contender in turns with ours."""
    for cores in sorted({1, os.cpu_count() or 1}):
        what = "CPU time" if cores == 1 else "clock"
        work = f"uncertainty analysis, {cores} core{'s' if cores > 1 else ''} ({what})"
        for name, contender in CONTENDERS.items():
            if cores == 1 or contender.parallel:
                run = partial(pinned, cores, measured, work, name, cores, small)
                yield from tried(work, name, run, contender.needs)


def measured(work: str, name: str, cores: int, small: bool) -> Iterator[Row]:
    """Row of one contender, after the check.

    Parameters
    ----------
    work
        Heading of the row.
    name
        Of the contender.
    cores
        That there are: of one the CPU time counts, of several the clock.
    small
        Whether only to show that it runs.
    """
    study = rm.load_study(STUDY)
    contender, first = CONTENDERS[name], CONTENDERS[OURS]
    ready, ours = contender.ready(study, cores), first.ready(study, cores)
    given = same_draws(study, 16 if small else CHECKED)
    agreed = agreement(given.ours, ready.on(given), contender.most)
    samples, count = (64, 64) if small else (contender.samples, first.samples)
    runs = {OURS: partial(ours.run, count), name: partial(ready.run, samples)}
    clock = time.process_time if cores == 1 else time.perf_counter
    times = best_times(runs, 1 if small else 4, clock)
    row = Row(
        work,
        name,
        "us per sample",
        1e6 * times[name] / samples,
        agreed_to=agreed,
        samples=samples,
        note=contender.note,
    )
    yield row.beside(1e6 * times[OURS] / count)
    if ready.compiling is not None and cores == 1:
        yield Row(work, name, "s to compile", ready.compiling, note="apart, in every session")
