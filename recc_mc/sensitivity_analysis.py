"""The public function `sensitivity`: which uncertain factor makes the result vary."""

import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import NamedTuple

import numpy as np
import xarray as xr
from tqdm import tqdm

from recc_mc.errors import InputError, StudyWarning
from recc_mc.results import dataset
from recc_mc.sampling.sobol import MOST_COLUMNS
from recc_mc.simulation.footprint import crew
from recc_mc.simulation.placing import placed
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.kinds import check_study
from recc_mc.study.names import hint
from recc_mc.study.reach import draw_attributes, warn_of_draws
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.study.settings import SENSITIVITY_METHODS, InformationTable
from recc_mc.study.shape import analysed_outputs
from recc_mc.study.variation import variation
from recc_mc.study.wording import shown
from recc_mc.uncertainty.groups import CLASS
from recc_mc.uncertainty.layout import whole_ways
from recc_mc.variance.estimates import Estimates
from recc_mc.variance.information import InformationRun, information_arrays
from recc_mc.variance.outcomes import Subject, analysed, baseline_of
from recc_mc.variance.replicates import CONFIDENCE
from recc_mc.variance.rows import (
    CLASSES,
    Rows,
    blocks_of,
    compute_effects,
    find_origin,
    whole_replicates,
)
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import stream

__all__ = ["MOST_REPLICATES", "sensitivity"]

MOST_REPLICATES = 256
"""A bound that so many replicates do not meet needs more rows in each of them."""
MOST_NESTED = 2**31
"""Nested rows of a factor: squares of more would not be counted in 64 bits."""
SOBOL = "sobol"


def sensitivity(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    replicates: int | None = None,
    method: str | None = None,
    until: float | None = None,
    information: bool | None = None,
    scenario: str | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Decompose the variance of every output among the uncertain factors.

    Factors are each judgment matrix, each indicator's data error and each method choice, and the
    classes judgment, data and method as factors of their own. Method ``"sobol"``: pick-freeze rows
    A, B and, per factor, A with its columns and its cell noise from B, on halves of one scrambled
    Sobol' sequence; first order by Saltelli et al. (2010), total order by Jansen (1999), errors
    from independent scrambles. Neither `chunk` nor `scheduler` changes a bit, and memory does not
    grow with the number of rows.

    Parameters
    ----------
    study
        The study.
    samples
        Rows of each replicate, a power of two; None for that of the study. Other methods than
        ``"sobol"`` count their samples in their own ways.
    seed
        Seed, 0 <= seed < 2**63; None for that of the study's simulation. If that gives none either,
        one is drawn.
    replicates
        Number of scrambles, 2 or more; None for that of the study.
    method
        ``"sobol"``, or a method of SALib: ``"morris"``, ``"fast"``, ``"rbd_fast"``, ``"delta"``,
        ``"pawn"``, ``"hdmr"``, ``"shapley"``; None for that of the study.
    until
        Add replicates until no half-width of a total order is wider than this.
    information
        Whether to find, too, what it is worth to know each factor, by nested rows as of
        ``[sensitivity.information]``; None for whether the study has that table.
    scenario
        Name of a scenario whose outcome is analysed, its random numbers being factors,
        ``scenario:<draw>``, and a class, too; every exchange is evaluated in full. None for the
        study as it is.
    chunk
        Number of rows that are computed together, rounded up to a multiple of 1024; None for that
        of the study.
    scheduler
        Where to compute, as of `recc_mc.simulate`.
    progress
        Whether to show progress on stderr, and beforehand what it costs where the method makes an
        index that is no sum over indicators (CRITIC, multiplied or game-theoretic weights,
        geometric means, TOPSIS): every exchange is then evaluated in full.

    Returns
    -------
    xarray.Dataset
        The group ``sensitivity`` of a result, dimensionless. ``first_order`` and ``total_order``
        (output, factor, mine, year), aggregated over the cells (output, factor), and those of the
        average shift in rank (factor, year); ``*_error`` is the half-width of the 95 % interval
        mean +- t sd / sqrt(R) of R replicates. ``first_order_sum`` and ``interaction_share``, 1
        minus that; ``variance``; ``undefined``, why an index is NaN; ``dropped_rows``. Outputs:
        support, pressure, recc, rank, zone, grade, as far as the study has them, and coordination
        where coupling is asked for.

        With `information`, for the decision which mine is the most loaded one in a year:
        ``decision_error`` (year), the chance that it is wrong; ``information_value`` (factor,
        year), by how much that falls if the factor is known exactly, and
        ``information_value_half`` if it is known by half; and for the verdict whether a mine is
        overloaded ``overload_decision_error`` (mine, year) and so on.

        Other methods than ``"sobol"`` have their own measures.

    Raises
    ------
    InputError
        If an argument is not allowed, or nothing in the study is uncertain.
    RunError
        If some row has no value.

    Warns
    -----
    StudyWarning
        If the baseline makes a choice that no draw can make, or `MOST_REPLICATES` do not meet the
        bound `until`.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> parts = rm.sensitivity(study, samples=64, replicates=2, seed=1)
    >>> total = parts["total_order_aggregate"].sel(output="recc")
    >>> bool(total.sel(factor="judgment:pressure") > total.sel(factor="judgment:climate"))
    True
    """
    check_study(study)
    chosen = study.settings.sensitivity.method if method is None else method
    if chosen not in SENSITIVITY_METHODS:
        known = hint(str(chosen), SENSITIVITY_METHODS)
        raise InputError(f"method: there is no method {shown(chosen)}{known}")
    if chosen != SOBOL:
        given: dict[str, object] = {"replicates": replicates, "until": until}
        given |= {"information": information, "scenario": scenario}
        return _by_salib(study, chosen, given, samples, seed, scheduler, progress)
    drawn = scenario is not None and bool(chosen_scenarios(study, [scenario], "scenario").draws)
    run = _checked(study, scenario, samples, seed, replicates, until, chunk, scheduler)
    warn_of_draws(study, varied=drawn)
    nested = _nested(study, run, information)
    parts = _decompose(study, run, progress)
    return parts if nested is None else _with_information(study, parts, nested, progress)


class _Run(NamedTuple):
    """Settings of a run, checked."""

    samples: int
    seed: int
    replicates: int
    until: float | None
    chunk: int
    scheduler: Placement
    scenario: str | None


def _decompose(study: Study, run: _Run, progress: bool) -> xr.Dataset:
    """The variance decomposition by pick-freeze rows."""
    subject, groups = analysed(study, run.scenario)
    origin = find_origin(subject, run.seed, baseline_of(study, run.scenario))
    rows = Rows(subject, groups, run.seed, run.samples, origin)
    most = run.replicates if run.until is None else max(run.replicates, MOST_REPLICATES)
    blocks = blocks_of(run.samples, most, run.chunk, rows.unit)
    if progress:
        _tell_cost(rows, run)
    estimates = Estimates(origin, np.array([group.kind != CLASS for group in groups]))
    compute = partial(compute_effects, rows)
    with closing(stream(compute, blocks, scheduler=run.scheduler, progress=progress)) as results:
        for effects in whole_replicates(results, run.samples // rows.unit):
            estimates.add(effects)
            if run.until is not None and _suffices(estimates, run.replicates, run.until):
                break
    outputs = (*subject.numbers, *CLASSES)
    found = dataset(
        "sensitivity",
        study,
        estimates.arrays(run.samples, len(study.panel.mines), subject.years),
        coords={
            "year": subject.calendar(study),
            "output": outputs,
            "factor": [group.label for group in groups],
            "factor_kind": [group.kind for group in groups],
        },
        method=SOBOL,
        samples=run.samples,
        replicates=estimates.number,
        seed=run.seed,
        confidence=CONFIDENCE,
        until=run.until,
        **draw_attributes(study) | _scenario_attributes(study, subject),
    )
    there = analysed_outputs(study)
    return found.isel(output=[k for k, name in enumerate(outputs) if name in there])


def _scenario_attributes(study: Study, subject: Subject) -> dict[str, str]:
    """Attributes that say which scenario a result is of; none of the study as it is."""
    if subject.scenario is None:
        return {}
    (name,) = subject.scenario.names
    scenarios = chosen_scenarios(study, [name])
    numbers = len(subject.scenario.draws)
    found = variation(study)
    of_study = [] if found.is_nothing else [found.varied]
    drawn = [f"{numbers} random number{'s' if numbers > 1 else ''} of the scenario"]
    return {
        "scenario": name,
        "scenario_title": scenarios.items[0].title,
        "anchor": scenarios.anchor,
        "varied": ", ".join([*of_study, *(drawn if numbers else [])]),
    }


def _nested(study: Study, run: _Run, information: bool | None) -> InformationRun | None:
    """Nested rows for the value of information, if that is asked for."""
    table = study.settings.sensitivity.information
    if table is None if information is None else not information:
        return None
    table = InformationTable() if table is None else table
    rows = table.outer * table.inner * run.replicates
    if rows > MOST_NESTED:
        raise InputError(
            f"sensitivity.information: outer x inner x replicates must be <= {MOST_NESTED:,}, got "
            f"{rows:,}"
        )
    return InformationRun(
        run.seed,
        run.replicates,
        table.outer,
        table.inner,
        run.chunk,
        run.scheduler,
        run.scenario,
    )


def _with_information(
    study: Study, parts: xr.Dataset, run: InformationRun, progress: bool
) -> xr.Dataset:
    """The decomposition of variance, and what it is worth to know each factor."""
    coords = {name: parts[name].values for name in ("year", "factor", "factor_kind")}
    arrays = information_arrays(study, run, progress=progress)
    found = dataset("sensitivity", study, arrays, coords=coords)
    attrs = {"information_outer": run.outer * run.replicates, "information_inner": run.inner}
    return parts.assign(found.data_vars).assign_attrs(attrs)


def _tell_cost(rows: Rows, run: _Run) -> None:
    """Say what exchanges cost that are not put together from parts of A and B, where they are not.

    The time is that of so many evaluations, of which some are done for it.
    """
    ways = whole_ways(rows.model.plan)
    if run.scenario is not None:
        ways = (f"scenario {run.scenario}",)
    if not ways:
        return
    first = np.full((rows.subject.columns, rows.unit), 0.5)
    rows.subject.run(first)
    began = time.perf_counter()
    rows.subject.run(first)
    single = (time.perf_counter() - began) / rows.unit
    evaluations = run.samples * run.replicates * (len(rows.groups) + 2)
    workers = crew(run.scheduler)
    seconds = evaluations * single / (1 if workers is None else workers.threads)
    whose = " of one worker's time" if workers is None else ""
    tqdm.write(
        f"{', '.join(ways)}: every exchange is evaluated in full, {len(rows.groups) + 2} "
        f"evaluations a row, {evaluations:,} in all: about {seconds:,.0f} s{whose}",
        file=sys.stderr,
    )


def _suffices(estimates: Estimates, fewest: int, until: float) -> bool:
    """Whether the bound is met; a warning if it is not and there will be no more replicates."""
    if estimates.number < fewest:
        return False
    widest = estimates.widest
    if widest >= until and estimates.number >= MOST_REPLICATES:
        text = (
            f"{estimates.number} replicates leave a half-width of {widest:.3g}, above the bound "
            f"{until:g}; use more samples"
        )
        warnings.warn(text, StudyWarning, stacklevel=5)
    return widest < until


def _by_salib(
    study: Study,
    method: str,
    given: Mapping[str, object],
    samples: int | None,
    seed: int | None,
    scheduler: str | None,
    progress: bool,
) -> xr.Dataset:
    """Hand over to the methods of SALib, imported where one is asked for."""
    problems = [
        f'{name}: is only for method "{SOBOL}", not {shown(method)}'
        for name, value in given.items()
        if value not in (None, False)
    ]
    if problems:
        raise InputError(problems)
    from recc_mc.salib import run_salib

    return run_salib(
        study, method, samples=samples, seed=seed, scheduler=scheduler, progress=progress
    )


def _checked(
    study: Study,
    scenario: str | None,
    samples: object,
    seed: object,
    replicates: object,
    until: object,
    chunk: object,
    scheduler: str | None,
) -> _Run:
    """Settings, each from the argument or else from the study."""
    table = study.settings.sensitivity
    problems = _problems_of(study, scenario)

    samples = table.samples if samples is None else samples
    replicates = table.replicates if replicates is None else replicates
    chunk = study.settings.run.chunk if chunk is None else chunk
    placement = placed(problems, study, scheduler)
    if until is not None and not (isinstance(until, float | int) and 0 < until < 1):
        problems.append(f"until: must be a number with 0 < until < 1, got {shown(until)}")
    checked = _Run(
        whole(problems, "samples", samples, 2, power_of_two=True),
        first_seed(problems, seed, study.settings.simulation.seed),
        whole(problems, "replicates", replicates, 2),
        until if isinstance(until, float | int) else None,
        whole(problems, "chunk", chunk, 1),
        placement,
        scenario,
    )
    if problems:
        raise InputError(problems)
    return checked


def _problems_of(study: Study, scenario: str | None) -> list[str]:
    """Why a study, or a scenario, has no decomposition of variance."""
    subject, groups = analysed(study, scenario)
    if not groups:
        what = "nothing is uncertain" + (
            ", and nothing that the scenario changes" if scenario else ""
        )
        return [f"uncertainty: {what}, so there is no variance to decompose"]
    if subject.columns > MOST_COLUMNS:
        return [
            f"uncertainty: {subject.columns} columns, but Sobol' rows have at most {MOST_COLUMNS}"
        ]
    return []
