"""Smallest changes of all draws, computed as blocks of samples of which each answers all questions.

The draws are those of `recc_mc.simulate`. A change is kept for every draw, target and indicator, 8
bytes each, so that quantiles are those of the draws themselves.
"""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.goals import Goal, Place, find_changes
from recc_mc.kernels.levers import Terms, read_terms
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import AGGREGATION, LINEAR, Draws, Inputs, Plan, Records
from recc_mc.machine.stopping import Stop
from recc_mc.sampling.draws import by_cell, bytes_per_sample, fit_chunk, run_samples
from recc_mc.sampling.random import RandomDesign
from recc_mc.targets.aims import conditions_of, times_of
from recc_mc.targets.questions import Question
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["Changes", "Run", "answer", "answer_all"]


class Changes(NamedTuple):
    """Smallest changes of some draws: infinite where none is enough, NaN where C has no parts."""

    change: Floats  # (sample,) of all levers together
    alone: Floats  # (lever, sample) of each alone
    held: Integers  # (point,) in how many draws the aim is reached at some changes
    unreached: int  # in how many it is reached by no change
    undefined: int  # in how many C is undefined without a change


def answer(
    model: CompiledStudy,
    table: Records,
    questions: Sequence[Question],
    points: Sequence[Floats],
    seed: int,
    block: Block,
) -> list[Changes]:
    """Changes of a block of draws for each question.

    Parameters
    ----------
    model
        The study.
    table
        All its indicators as levers.
    questions
        The questions.
    points
        Of each question, changes at which draws are counted.
    seed
        Key of all random numbers.
    block
        Which samples.
    """
    rows = RandomDesign(model.columns, seed).rows(block.first, block.samples)
    draws = run_samples(model, rows, seed=seed, first=block.first)
    objects = _objects(model.plan, questions)
    read = _read_levers(model.plan, questions)
    padding = -block.samples % LANES
    padded = np.ascontiguousarray(np.pad(rows, ((0, 0), (0, padding)), mode="edge"))
    inputs = Inputs(padded, block.first, block.samples, np.uint64(seed), np.uint64(0))
    shape = (len(objects), len(read), block.samples + padding)
    level, rate, last = (np.empty(shape) for _ in range(3))
    terms = Terms(level, rate, last, np.empty(shape[2], np.int64))
    read_terms(model.plan, inputs, table[read], np.array(objects), terms)
    return [
        _changes(model.plan, draws, terms, (objects, read), question, at)
        for question, at in zip(questions, points, strict=True)
    ]


def _objects(plan: Plan, questions: Sequence[Question]) -> list[int]:
    """Mines and years that are asked for."""
    return list(dict.fromkeys(q.mine * plan.options.years + q.year for q in questions))


def _read_levers(plan: Plan, questions: Sequence[Question]) -> list[int]:
    """Indicators whose values are needed: the levers; all where S and P are no weighted sums."""
    row = plan.choices[AGGREGATION]
    if set(row["code"][: row["count"]].tolist()) != {LINEAR}:
        return list(range(len(plan.indicators)))
    return sorted({j for question in questions for j in question.levers})


def _changes(
    plan: Plan,
    draws: Draws,
    terms: Terms,
    where: tuple[list[int], list[int]],
    question: Question,
    points: Floats,
) -> Changes:
    """Changes of one question."""
    objects, read = where
    number = question.mine * plan.options.years + question.year
    samples = draws.recc.shape[1]
    k = objects.index(number)
    support = set(plan.member[: plan.options.support_members].tolist())
    level, rate, last = (
        np.ascontiguousarray(part[k, :, :samples]) for part in (terms.level, terms.rate, terms.last)
    )
    place = Place(
        level,
        rate,
        last,
        weight=draws.weight[read],
        system=np.array([int(j not in support) for j in read]),
        indices=np.stack([draws.support[number], draws.pressure[number]]),
        aggregation=np.ascontiguousarray(terms.aggregation[:samples]),
        load=_loads(plan, draws, question),
    )
    defined = ~np.isnan(place.indices).any(axis=0)
    rows = [read.index(j) for j in question.levers]
    together = _met(plan, place, question, rows)
    times = times_of(question.aim, [met[defined] for met in together], points)
    alone = np.empty((len(rows), samples))
    for one, row in zip(alone, rows, strict=True):
        met = _met(plan, place, question, [row])
        one[:] = times_of(question.aim, met, points).first
        one[~defined] = np.nan
    change = np.full(samples, np.nan)
    change[defined] = times.first
    unreached, undefined = np.isinf(times.first).sum(), np.isnan(draws.recc[number]).sum()
    return Changes(change, alone, times.held, int(unreached), int(undefined))


def _met(plan: Plan, place: Place, question: Question, rows: Sequence[int]) -> list[Floats]:
    """Smallest changes (sample,) of some rows that meet each condition of an aim."""
    ceiling = np.inf if question.extrapolate else 1.0
    found = []
    for condition in conditions_of(question.aim, plan.options):
        change = np.empty(place.load.shape)
        goal = Goal(*condition, ceiling, question.most)
        find_changes(place, goal, np.array(rows), change)
        found.append(change)
    # The last zone and those before it are everywhere.
    return found or [np.where(np.isnan(place.indices).any(axis=0), np.nan, 0.0)]


def _loads(plan: Plan, draws: Draws, question: Question) -> Floats:
    """Factor of S in the condition (sample,): of a rank the C of others that is to be below."""
    if question.aim.kind != "rank":
        return np.ones(draws.recc.shape[1])
    recc = by_cell(plan, "recc", draws.recc)[:, question.year]
    others = np.delete(recc, question.mine, axis=0)
    # Below -1 there is nothing: where too few others have a C, no change leaves them above.
    above: NDArray[np.float64] = np.where(np.isnan(others), -1.0, others)
    nth = above.shape[0] - (int(question.aim.number) - 1)
    return np.ascontiguousarray(np.partition(above, nth, axis=0)[nth])


def answer_all(
    model: CompiledStudy,
    table: Records,
    questions: Sequence[Question],
    points: Sequence[Floats],
    run: "Run",
) -> list[Changes]:
    """Changes of all draws of a run, as of `answer`.

    Raises
    ------
    RunError
        If some sample has no value.
    RunStopped
        If the run was asked to stop.
    """
    chunk = min(run.chunk, _most_at_once(model, questions))
    blocks = cut(run.samples, chunk, model.plan.options.unit)
    found = [
        Changes(
            np.empty(run.samples),
            np.empty((len(question.levers), run.samples)),
            np.zeros(len(at), np.int64),
            0,
            0,
        )
        for question, at in zip(questions, points, strict=True)
    ]
    compute = partial(answer, model, table, questions, points, run.seed)
    results = stream(compute, blocks, scheduler=run.placement, progress=run.progress, stop=run.stop)
    with run.stop.draining(), closing(results):
        for block, parts in results:
            own = slice(block.first, block.first + block.samples)
            for k, (whole, part) in enumerate(zip(found, parts, strict=True)):
                whole.change[own], whole.alone[:, own] = part.change, part.alone
                found[k] = whole._replace(
                    held=whole.held + part.held,
                    unreached=whole.unreached + part.unreached,
                    undefined=whole.undefined + part.undefined,
                )
    return found


def _most_at_once(model: CompiledStudy, questions: Sequence[Question]) -> int:
    """Samples of a block whose draws and lines together stay in bounds."""
    objects, read = _objects(model.plan, questions), _read_levers(model.plan, questions)
    one = bytes_per_sample(model.plan)
    lines = 24 * len(objects) * len(read) + 8 * sum(len(q.levers) + 1 for q in questions)
    return max(1, fit_chunk(model.plan, 2**62) * one // (one + lines))


class Run(NamedTuple):
    """Settings, checked."""

    samples: int
    seed: int
    chunk: int
    placement: Placement
    stop: Stop
    progress: bool = False
