"""Error of every method's estimates, and how often its 95 % intervals hold the truth.

Each analysis gets the same number of runs of the function. Errors and hits are those of inputs that
have an effect, all of them together: one without any is exactly 0 in every pick-freeze design.
"""

import math
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import truths
from benchmarks.analyses import ANALYSES, MEASURES, NotComparable
from benchmarks.coverage_picture import draw
from benchmarks.frame import FAILED, OURS, SKIPPED, Row, installed, measurement
from benchmarks.functions import (
    CLASSES,
    ISHIGAMI,
    RATIO,
    SOBOL_G,
    TOY,
    TOY_ZONE,
    Floats,
    Function,
)

SEEDS, FEW_SEEDS = 100, 2
# Rows of A: 8 scrambles of 64 rows, and as many runs for every other method.
ROWS, FEW_ROWS = 512, 16
# What some methods cannot do with fewer.
LEAST = {"fast": 65, "hdmr": 300, "delta": 200}
TITLES = {
    "first": "first order",
    "total": "total order",
    "shapley": "Shapley effect",
    "delta": "delta",
    "pawn": "PAWN, median",
    "mu_star": "mean elementary effect",
}
STUDIED = (ISHIGAMI, SOBOL_G, RATIO, CLASSES, TOY, TOY_ZONE)
PEERS = {"SALib": "SALib", "SciPy": "scipy", "OpenTURNS": "openturns"}
# Errors of this share less than ours are no chance of the seeds.
CLEARLY = 0.8


class Task(NamedTuple):
    """All analyses of a function by one method."""

    function: str
    method: tuple[str, str]
    runs: int
    seeds: int


class Summary(NamedTuple):
    """What the analyses of a task have shown of one measure."""

    measure: str
    bias: float  # mean error, of the input where it is largest
    rmse: float
    half_width: float  # mean; NaN without intervals
    coverage: float  # share of intervals that hold the truth; NaN without intervals
    lowest: float  # the same of the input where it is lowest
    answers: int  # seeds with estimates
    sure: int  # seeds with intervals
    runs: int
    seconds: float  # of CPU, of one analysis: the median


def truth_of(function: Function, measure: str) -> Floats:
    """What is estimated (column,)."""
    if measure in ("first", "total", "shapley"):
        return np.array(getattr(function, measure))
    if measure == "mu_star":
        return truths.elementary_effects_of(function)
    return np.array(truths.known()["functions"][function.name][measure]["value"])


def summarised(task: Task) -> list[Summary] | str:
    """Analyses of every seed against the truth; a sentence where there is nothing to compare."""
    (function,) = (f for f in STUDIED if f.name == task.function)
    analysis = ANALYSES[task.method]
    found, seconds = [], []
    for seed in range(task.seeds):
        start = time.process_time()
        try:
            found.append(analysis(function, task.runs, seed))
        except NotComparable as error:
            return f"{SKIPPED}{error}"
        except Exception as error:
            return f"{FAILED}{type(error).__name__}: {error}"
        seconds.append(time.process_time() - start)
    summaries = []
    for measure in found[0].measures:
        intervals = np.array([one.measures[measure] for one in found])[..., function.active]
        truth = truth_of(function, measure)[function.active]
        summaries.append(
            _summary(measure, intervals, truth, found[0].runs, float(np.median(seconds)))
        )
    return summaries


def _summary(
    measure: str, intervals: NDArray[np.float64], truth: Floats, runs: int, seconds: float
) -> Summary:
    """Of intervals (seed, 3, column); where a seed has no answer at all, it counts for nothing."""
    estimate, lower, upper = np.moveaxis(intervals, 1, 0)
    answers = np.isfinite(estimate).all(axis=1)
    sure = np.isfinite(upper - lower).all(axis=1) & answers
    nothing = np.full((1, len(truth)), np.nan)
    errors = (estimate - truth)[answers] if answers.any() else nothing
    # Rounding must not decide where a method is exact.
    slack = 1e-9 * np.abs(truth)
    hits = (lower - slack <= truth) & (truth <= upper + slack)
    share = hits[sure].mean(axis=0) if sure.any() else nothing[0]
    return Summary(
        measure,
        float(max(errors.mean(axis=0), key=abs)),
        float(np.sqrt(np.mean(errors**2))),
        float(np.mean((upper - lower)[sure])) / 2 if sure.any() else np.nan,
        float(share.mean()),
        float(share.min()),
        int(answers.sum()),
        int(sure.sum()),
        runs,
        seconds,
    )


def binomial_error(share: float, count: int) -> float:
    """Standard error of a share of so many; never 0, as of one trial more of either kind."""
    smoothed = (share * count + 1) / (count + 2)
    return math.sqrt(smoothed * (1 - smoothed) / count)


def tasks(small: bool) -> Iterator[Task]:
    """What is to be done."""
    rows, seeds = (FEW_ROWS, FEW_SEEDS) if small else (ROWS, SEEDS)
    for function in STUDIED[:3:2] if small else STUDIED:
        for program, method in ANALYSES:
            runs = rows * (function.columns + 2)
            if small:
                least = LEAST.get(method, 100)
                runs = max(runs, least * function.columns if method == "fast" else least)
            yield Task(function.name, (program, method), runs, seeds)


Done = Mapping[Task, list[Summary] | str]


@measurement(
    "coverage", "Error of sensitivity methods, and coverage of their 95 % intervals", draw=draw
)
def rows(small: bool) -> Iterator[Row]:
    """Rows by function and measure, ours first."""
    todo = [task for task in tasks(small) if _can(task)]
    with _pool(1 if small else len(os.sched_getaffinity(0))) as pool:
        done = dict(zip(todo, pool.map(summarised, todo), strict=True))
    done |= {task: f"{SKIPPED}not installed" for task in tasks(small) if task not in done}
    for function in dict.fromkeys(task.function for task in todo):
        mine = {task: found for task, found in done.items() if task.function == function}
        for measure in MEASURES:
            yield from _compared(function, measure, mine)
        yield from _unsaid(function, mine)


def _can(task: Task) -> bool:
    program, _ = task.method
    return program == OURS or installed(PEERS[program])


def _pool(processes: int) -> ProcessPoolExecutor:
    # A process that is forked would have the parent's threads in an unknown state.
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _compared(function: str, measure: str, done: Done) -> Iterator[Row]:
    """Rows of one measure; each is held against our own of the same method, or our first."""
    found = [
        (task, one)
        for task, summaries in done.items()
        if not isinstance(summaries, str)
        for one in summaries
        if one.measure == measure
    ]
    ours = {task.method[1]: one.rmse for task, one in found if task.method[0] == OURS}
    for task, one in found:
        program, method = task.method
        own = ours.get(method, next(iter(ours.values()), np.nan))
        row = Row(f"{function}: {TITLES[measure]}", f"{program} {method}", "rmse", None)
        if not one.answers:
            yield row._replace(note=f"{SKIPPED}the class changes too rarely for it in every seed")
            continue
        yield row._replace(
            value=one.rmse,
            samples=one.runs,
            note=_note(one, task.seeds),
            ahead=program != OURS and one.rmse < CLEARLY * own,
            more=_more(one, task.seeds),
        )


def _note(one: Summary, seeds: int) -> str:
    parts = [f"mean error {one.bias:+.1g}"]
    if one.sure:
        error = binomial_error(one.coverage, one.sure)
        verdict = {-1: ", too few", 0: "", 1: ", too wide"}[_verdict(one.coverage, error)]
        parts.append(f"{100 * one.coverage:.0f} ± {100 * error:.0f} % of intervals hold{verdict}")
        if one.lowest < one.coverage - 2 * error:
            parts.append(f"{100 * one.lowest:.0f} % of one input")
        parts.append(f"half-width {one.half_width:.2g}")
    else:
        parts.append("no interval")
    if one.answers < seeds:
        parts.append(f"an answer in {one.answers} of {seeds} seeds")
    elif 0 < one.sure < seeds:
        parts.append(f"an interval in {one.sure} of {seeds} seeds")
    return "; ".join([*parts, f"{one.seconds:.2g} s"])


def _verdict(coverage: float, error: float) -> int:
    """Whether intervals hold the truth less often than they say, or more."""
    apart = (coverage - 0.95) / error
    return 0 if abs(apart) <= 2 else int(np.sign(apart))


def _more(one: Summary, seeds: int) -> dict[str, float]:
    found = {"mean_error": one.bias, "seconds": one.seconds, "seeds": seeds}
    if not one.sure:
        return found
    error = binomial_error(one.coverage, one.sure)
    coverage = {"coverage": one.coverage, "coverage_error": error, "lowest": one.lowest}
    return found | coverage | {"half_width": one.half_width}


def _unsaid(function: str, done: Done) -> Iterator[Row]:
    """One row for all methods that have nothing to say of a function, by reason."""
    reasons: dict[str, list[str]] = {}
    for task, found in done.items():
        if isinstance(found, str):
            reasons.setdefault(found, []).append(" ".join(task.method))
    for reason, methods in reasons.items():
        yield Row(f"{function}: not compared", ", ".join(methods), "", None, note=reason)
