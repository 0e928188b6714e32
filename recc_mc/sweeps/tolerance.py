"""The public function `tolerance`: how large errors may be before conclusions cease to hold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.errors import InputError
from recc_mc.language.retelling import recorded
from recc_mc.results import dataset
from recc_mc.results.variables.tolerance import STATES
from recc_mc.sampling.evaluate import evaluate
from recc_mc.sampling.limits import most_samples
from recc_mc.simulation.placing import placed
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.kinds import check_study
from recc_mc.study.names import hint
from recc_mc.study.wording import shown
from recc_mc.summary.probability import probability
from recc_mc.sweeps.conclusions import Conclusion, conclusions_of
from recc_mc.sweeps.crossing import POINTS, Search, fewest_draws
from recc_mc.sweeps.sources import LARGEST, SMALLEST, SOURCES, with_error
from recc_mc.sweeps.trials import Run, Trial, count_trials
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["SAMPLES", "tolerance"]

SAMPLES = 16_384
"""Samples at each size if nothing else is asked for: tolerances are then known to some per cent."""


def tolerance(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    level: float = 0.95,
    year: int | None = None,
    errors: Iterable[str] = tuple(SOURCES),
    others: bool = False,
    chunk: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Largest errors at which the conclusions of the baseline still hold.

    For each conclusion (which mine is the most loaded, the order of neighbours in the ranking,
    overload or not, zones, grades) the size of an error of the judgments alone, and of the data
    alone, up to which it holds in `level` of the draws. All sizes and all conclusions share their
    random numbers.

    Parameters
    ----------
    study
        The study. What it says of uncertainty gives the errors' distributions, not their sizes.
    samples
        Draws at each size; `SAMPLES` if None.
    seed
        Seed; None for that of the study. If that gives none either, one is drawn.
    level
        Share of the draws in which a conclusion has to hold.
    year
        Year of the conclusions; the last one if None.
    errors
        ``"judgment"``, sigma of ln a_ij of all matrices; ``"data"``, the relative standard
        deviation of every cell.
    others
        Whether what else is uncertain in the study stays so. If not, all else is exact: the other
        inputs, and the method as in the baseline.
    chunk, scheduler, progress
        As of `recc_mc.simulate`; they change no bit.

    Returns
    -------
    xarray.Dataset
        The group ``tolerance`` of a result: `tolerance` (conclusion, error_source) with its 95 %
        Monte Carlo limits `tolerance_lower` and `tolerance_upper`, in units of
        `error_source_measure`; NaN where `tolerance_state` says that the conclusion holds at all
        sizes from 0.01 to 0.6, or does not even at the smallest. The shares of the draws in which
        it holds, `holds_probability` (conclusion, error_source, step), at the sizes `error_size`.
        Where a share does not fall all the way, its first crossing counts: below a tolerance all
        sizes that were tried hold.

    Raises
    ------
    InputError
        If an argument is not allowed, or the study has no conclusion or no such error.
    RunError
        If some sample has no value.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> found = rm.tolerance(study, samples=1000, seed=1, errors=["judgment"])
    >>> first = found.isel(conclusion=0, error_source=0)
    >>> first["conclusion"].item(), bool(first["tolerance"] > 0.1)
    ('Bayan Obo is the most loaded mine', True)
    """
    check_study(study)
    run = _checked(study, samples, seed, level, year, errors, chunk, scheduler, progress)
    baseline = evaluate(study).isel(year=run.year)
    conclusions = conclusions_of(baseline)
    if not conclusions:
        raise InputError(
            f"tolerance: the baseline of {int(baseline['year'])} has no conclusion: no index C, "
            "zone or grade is defined"
        )
    searches, left_out = _searches(study, run, others)
    while any(search.wanted.size for search in searches.values()):
        sizes = [(name, float(size)) for name in searches for size in searches[name].wanted]
        trials = [_trial(study, *size, others) for size in sizes]
        counts = count_trials(trials, conclusions, run)
        for name, search in searches.items():
            if search.wanted.size:
                search.add(counts[[source == name for source, _ in sizes]])
    return _labelled(study, conclusions, searches, run, others, left_out)


def _checked(
    study: Study,
    samples: object,
    seed: object,
    level: object,
    year: object,
    errors: Iterable[str],
    chunk: object,
    scheduler: str | None,
    progress: bool,
) -> Run:
    problems: list[str] = []
    years = study.panel.years
    chosen = years[-1] if year is None else year
    if chosen not in years:
        problems.append(f"year: must be a year of {years[0]} to {years[-1]}, got {shown(year)}")
    if isinstance(level, bool) or not isinstance(level, float | int) or not 0 < level < 1:
        problems.append(f"level: must be a number with 0 < level < 1, got {shown(level)}")
        level = 0.5
    sources = tuple(dict.fromkeys([errors] if isinstance(errors, str) else errors))
    problems += [
        f"errors: there is no error {shown(name)}{hint(str(name), SOURCES)}"
        for name in sources
        if name not in SOURCES
    ]
    if not sources:
        problems.append("errors: must name judgment, data or both, got none")
    placement = placed(problems, study, scheduler)
    wanted = SAMPLES if samples is None else samples
    most = most_samples(len(study.panel.mines))
    run = Run(
        whole(problems, "samples", wanted, fewest_draws(float(level)), most),
        first_seed(problems, seed, study.settings.simulation.seed),
        float(level),
        0 if problems else years.index(int(str(chosen))),
        sources,
        whole(problems, "chunk", study.settings.run.chunk if chunk is None else chunk, 1),
        placement,
        progress,
    )
    if problems:
        raise InputError(problems)
    return run


def _searches(study: Study, run: Run, others: bool) -> tuple[dict[str, Search], list[str]]:
    """A search for each error that the study can have, and why it cannot have the others."""
    searches: dict[str, Search] = {}
    left_out: list[str] = []
    for name in run.errors:
        sizes = np.geomspace(SMALLEST, LARGEST, POINTS)
        while sizes.size:
            try:
                with_error(study, name, float(sizes[-1]), others=others)
            except InputError as error:
                why = f"{name}: not tried at {sizes[-1]:.3g}: {error.problems[0]}"
                sizes = sizes[:-1]
            else:
                break
        else:
            why = why.replace(f"{name}: not tried at {SMALLEST:.3g}: ", "", 1)
            left_out.append(why if why.startswith(name) else f"{name}: {why}")
            continue
        if sizes.size < POINTS:
            left_out.append(why)
        searches[name] = Search(run.level, sizes)
    if not searches:
        raise InputError([f"tolerance: {why}" for why in left_out])
    return searches, left_out


def _trial(study: Study, source: str, size: float, others: bool) -> Trial:
    model = CompiledStudy.of(with_error(study, source, size, others=others))
    return Trial(f"a {source} error of {size:.3g}", model)


def _labelled(
    study: Study,
    conclusions: Sequence[Conclusion],
    searches: Mapping[str, Search],
    run: Run,
    others: bool,
    left_out: Sequence[str],
) -> xr.Dataset:
    mines = study.panel.mines
    rest = recorded(
        "all else as the study says" if others else "all else exact, the method as in the baseline"
    )
    steps = max(search.sizes.size for search in searches.values())
    return dataset(
        "tolerance",
        study,
        _arrays(searches.values(), steps),
        coords={
            "conclusion": [one.text for one in conclusions],
            "conclusion_kind": [one.kind for one in conclusions],
            "conclusion_mine": [mines[one.mine] for one in conclusions],
            "conclusion_other_mine": [
                mines[one.other] if one.other >= 0 else "" for one in conclusions
            ],
            "error_source": list(searches),
            "error_source_measure": [SOURCES[name].measure for name in searches],
            "step": np.arange(steps),
        },
        seed=run.seed,
        samples=run.samples,
        level=run.level,
        conclusions_year=study.panel.years[run.year],
        errors_comment="; ".join([*(SOURCES[name].told for name in searches), rest]),
        left_out="; ".join(left_out) or None,
    )


def _arrays(searches: Iterable[Search], steps: int) -> dict[str, Any]:
    """Arrays (conclusion, error_source, ...)."""
    found: dict[str, list[Any]] = {}
    for search in searches:
        crossing, lower, upper = search.crossings()
        share, error = probability(search.counts[..., 0], search.counts[..., 1])
        padding = ((0, steps - search.sizes.size), (0, 0))
        for name, array in {
            "tolerance": np.where(np.isfinite(crossing) & (crossing > 0), crossing, np.nan),
            # What never fails does not before the largest size; what does at once, by the smallest.
            "tolerance_lower": np.minimum(lower, search.sizes[-1]),
            "tolerance_upper": np.where(upper == 0, search.sizes[0], upper),
            "tolerance_state": _states(crossing),
            "holds_probability": _padded(share, padding).T,
            "holds_probability_error": _padded(error, padding).T,
        }.items():
            found.setdefault(name, []).append(array)
        found.setdefault("error_size", []).append(_padded(search.sizes, padding[:1]))
    sizes = {"error_size": np.stack(found.pop("error_size"))}
    return {name: np.stack(parts, axis=1) for name, parts in found.items()} | sizes


def _states(crossing: Floats) -> Any:
    fails, holds = STATES.index("fails_at_the_smallest"), STATES.index("holds_at_the_largest")
    codes = np.where(crossing == 0, fails, np.where(np.isinf(crossing), holds, 0))
    return codes.astype(np.int8)


def _padded(array: Floats, padding: Any) -> Floats:
    return np.pad(array, padding, constant_values=np.nan)
