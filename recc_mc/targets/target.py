"""The public function `target`: what it would take for a mine to reach a goal."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.machine.memory import available_memory
from recc_mc.machine.stopping import Stop
from recc_mc.results import dataset
from recc_mc.sampling.limits import most_samples
from recc_mc.simulation.placing import placed
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.kinds import check_study
from recc_mc.targets.finding import curve_points, finding
from recc_mc.targets.levers import lever_table
from recc_mc.targets.questions import Question, Wish, questions_of
from recc_mc.targets.work import Run, answer, answer_all
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

__all__ = ["target"]

BOUNDS = ("lower", "upper")


def target(
    study: Study,
    *,
    mine: str | Iterable[str] | None = None,
    year: int | None = None,
    below: float | None = None,
    zone: str | None = None,
    grade: str | None = None,
    rank: int | None = None,
    probability: float = 0.9,
    indicators: Iterable[str] | None = None,
    max: float = 1.0,
    extrapolate: bool = False,
    samples: int | None = None,
    seed: int | None = None,
    keep: bool = False,
    chunk: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    stop: Stop | None = None,
) -> xr.Dataset:
    """Smallest change of indicators with which a mine reaches a goal.

    One relative change t of all named indicators, each in the way that helps, with goalposts,
    weights and method of the same draw as they are without the change. Every draw has its own
    smallest sufficient t; what is required is their quantile, so that one pass over the draws of
    `recc_mc.simulate` answers, with the whole curve.

    Parameters
    ----------
    study
        The study.
    mine
        Name of the mine, several of them, or ``"all"``, each for itself. None for what the tables
        [[target]] of the study ask; nothing that says what is asked can then be given.
    year
        The year; the last one if None.
    below, zone, grade, rank
        The goal, one of them: C below a number (1 if nothing else is given), a coupling zone or a
        better one, a grade or a lower one, a rank or one of less load: ``rank=2`` is to be no
        longer the most loaded. A grade can be left again by a larger change, as support grows:
        what is required is then where it is first reached, and the curve tells where it is held.
    probability
        Share of the draws in which it is to be reached.
    indicators
        Names of what is changed. If None the five largest contributions r W to P and the five
        largest obstacles of S in the baseline, of each mine its own. One that is best within a
        range moves towards it, as far as its nearer end. Where the table of indicators has a
        column `lever`, those without ``yes`` are left out.
    max
        Largest relative change looked for.
    extrapolate
        Whether S counts beyond the best value observed, r = 1. Natural bounds hold all the same,
        and a decrease ends at 0.
    samples, seed
        As of `recc_mc.simulate`: what the study says if None.
    keep
        Whether to return the smallest change of every draw, too.
    chunk, scheduler, progress
        As of `recc_mc.simulate`; they change no bit.
    stop
        Asks the run to stop.

    Returns
    -------
    xarray.Dataset
        The group ``target`` of a result, of one target for each mine: `required_change` (target)
        with its 95 % Monte Carlo interval `required_change_interval` (target, bound), NaN where
        `reached` says that no change up to `max` is enough; that of the index computed once,
        `required_change_deterministic`, with the probability that it is enough;
        `probability_curve` (target, change) at 101 changes; `required_change_quantile` (target,
        quantile); `single_indicator_change` (target, indicator), of each alone; `value_before` and
        `value_after` (target, indicator) in the units of the indicator. Dimensionless but for
        these. Memory is 8 bytes for each draw, target and indicator, and what blocks take.

    Raises
    ------
    InputError
        If an argument is not allowed, or the study has no index C.
    RunError
        If some sample has no value.
    RunStopped
        If the run was asked to stop.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> found = rm.target(study, mine="Bayan Obo", indicators=["P2-1", "P2-2", "P2-3"],
    ...                   samples=1000, seed=1)
    >>> found["required_change_deterministic"].round(4).values.tolist()
    [0.3711]
    """
    check_study(study)
    wish = Wish(mine, year, below, zone, grade, rank, probability, indicators, max, extrapolate)
    problems: list[str] = []
    run = _checked(study, problems, samples, seed, chunk, scheduler, progress, stop)
    questions = questions_of(study, problems, wish)
    if problems:
        raise InputError(problems)
    _check_memory(questions, run)
    return _answered(study, questions, run, keep=keep)


def _checked(
    study: Study,
    problems: list[str],
    samples: object,
    seed: object,
    chunk: object,
    scheduler: str | None,
    progress: bool,
    stop: Stop | None,
) -> Run:
    placement = placed(problems, study, scheduler)
    wanted = study.settings.simulation
    most = most_samples(len(study.panel.mines))
    return Run(
        whole(problems, "samples", wanted.samples if samples is None else samples, 1, most),
        first_seed(problems, seed, wanted.seed),
        whole(problems, "chunk", study.settings.run.chunk if chunk is None else chunk, 1),
        placement,
        Stop() if stop is None else stop,
        progress,
    )


def _check_memory(questions: Sequence[Question], run: Run) -> None:
    """Refuse a run whose changes would not fit.

    Raises
    ------
    InputError
        If they would not.
    """
    # Those of one target are put in order in a copy.
    numbers = sum(len(question.levers) + 2 for question in questions)
    needed, free = 8 * numbers * run.samples, available_memory()
    if needed > free:
        raise InputError(
            f"samples: the changes of {run.samples:,} draws take {needed / 2**30:,.1f} GiB, of "
            f"which {free / 2**30:,.1f} are free: fewer draws, mines or indicators take less"
        )


def _answered(study: Study, questions: Sequence[Question], run: Run, *, keep: bool) -> xr.Dataset:
    table = lever_table(study)
    certain = CompiledStudy.of(study, uncertain=False)
    change = curve_points(questions)
    none = [np.empty(0)] * len(questions)
    once = answer(certain, table, questions, none, run.seed, Block(0, 0, 1))
    points = [np.append(change, one.change) for one in once]
    found = answer_all(CompiledStudy.of(study), table, questions, points, run)
    arrays: dict[str, Any] = {}
    for question, alone, all_draws in zip(questions, once, found, strict=True):
        for name, value in finding(study, question, alone, all_draws, change).items():
            arrays.setdefault(name, []).append(value)
    if not keep:
        del arrays["draw_change"]
    mines, years = study.panel.mines, study.panel.years
    return dataset(
        "target",
        study,
        {name: np.array(values) for name, values in arrays.items()},
        coords={
            "target": [question.name for question in questions],
            "target_mine": [mines[question.mine] for question in questions],
            "target_year": [years[question.year] for question in questions],
            "target_goal": [question.aim.text for question in questions],
            "target_goal_kind": [question.aim.kind for question in questions],
            "change": change,
            "bound": BOUNDS,
        },
        seed=run.seed,
        samples=run.samples,
        anchor="reference",
        extrapolated=_extrapolated(questions),
    )


def _extrapolated(questions: Sequence[Question]) -> str | None:
    """Names of the targets in which S counts beyond the best value observed."""
    names = [question.name for question in questions if question.extrapolate]
    return ", ".join(names) or None
