"""The public function `assumptions`: what the verdict would be without each assumption."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc.assumed.paired import Last, Run, last_draws, statistics
from recc_mc.assumed.variants import Assumption, assumptions_of, words_of
from recc_mc.errors import InputError, RunError
from recc_mc.results import dataset
from recc_mc.sampling.limits import most_samples
from recc_mc.simulation.placing import placed
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.kinds import check_study
from recc_mc.study.loading import replaced
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.study.shape import outputs_of, ranked_by
from recc_mc.sweeps.columns import common_columns
from recc_mc.sweeps.grid import point_words
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.more import asks_for_more

__all__ = ["SAMPLES", "assumptions", "rare_variants"]

SAMPLES = 4096
"""Samples of each variant if nothing else is asked for: changes are then known to about a point."""


class _Variant(NamedTuple):
    """An assumption that is dropped: the study without it, or why there is none."""

    assumption: Assumption
    study: Study | None
    problem: str = ""


def assumptions(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """What each assumption of a study does to the verdict of the last year, by dropping it.

    All variants share their random numbers, so that a difference is due to the assumption and not
    to chance.

    Parameters
    ----------
    study
        The study.
    samples
        Draws of each variant; `SAMPLES` if None.
    seed
        Seed; None for that of the study. If that gives none either, one is drawn.
    chunk, scheduler
        As of `recc_mc.simulate`; they change no bit.
    progress
        Show on stderr which variant is computed.

    Returns
    -------
    xarray.Dataset
        The group ``assumptions`` of a result, with the dimensions assumption (``reference``, the
        study as it is, first) and mine: `first_probability` of being the most loaded,
        `overload_probability` of C >= 1, `index_mean` of C (of the only index, where there is no
        C) and `rank_mean`; of each its standard error ``_error``, its paired change ``_change``
        against the reference and the standard error of that, ``_change_error``. A variant that
        the study cannot have is NaN, and `assumption_problem` says why.

    Raises
    ------
    InputError
        If an argument is not allowed, or the study makes no such assumption.
    RunError
        If some sample of the study itself has no value.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/worked_case.toml")
    >>> found = rm.assumptions(study, samples=100, seed=1)
    >>> found["overload_probability_change"].dims
    ('assumption', 'mine')
    """
    check_study(study)
    run = _checked(study, samples, seed, chunk, scheduler, progress)
    variants = _variants(study)
    known = [study, *(variant.study for variant in variants if variant.study is not None)]
    models = iter(
        CompiledStudy.of(one, factors=factors)
        for one, factors in zip(known, common_columns(known), strict=True)
    )
    reference = last_draws(next(models), run)
    found = [statistics(reference, reference)]
    problems = [""]
    for variant in _shown(variants, run):
        drawn: Last | RunError = RunError(variant.problem)
        if variant.study is not None:
            try:
                drawn = last_draws(next(models), run)
            except RunError as error:
                # What the study computes and a variant of it cannot is a finding about the variant.
                drawn = error
        found.append(statistics(reference, drawn))
        problems.append(str(drawn) if isinstance(drawn, RunError) else "")
    return _labelled(study, [variant.assumption for variant in variants], found, problems, run)


def _checked(
    study: Study,
    samples: object,
    seed: object,
    chunk: object,
    scheduler: str | None,
    progress: bool,
) -> Run:
    problems: list[str] = []
    placement = placed(problems, study, scheduler)
    wanted = SAMPLES if samples is None else samples
    run = Run(
        whole(problems, "samples", wanted, 2, most_samples(len(study.panel.mines))),
        first_seed(problems, seed, study.settings.simulation.seed),
        whole(problems, "chunk", study.settings.run.chunk if chunk is None else chunk, 1),
        placement,
        progress,
    )
    if problems:
        raise InputError(problems)
    return run


@lru_cache(maxsize=1)  # a command asks which are rare before it asks what comes of them
def _variants(study: Study) -> tuple[_Variant, ...]:
    return tuple(_variant(study, assumption) for assumption in assumptions_of(study))


def _variant(study: Study, assumption: Assumption) -> _Variant:
    try:
        return _Variant(assumption, replaced(study, assumption.changes).study)
    except InputError as error:
        return _Variant(assumption, None, error.problems[0])


def rare_variants(study: Study) -> list[str]:
    """Names of assumptions whose variants need kernels that the study itself does not.

    Parameters
    ----------
    study
        The study.
    """
    if asks_for_more(study):
        return []
    rare = (v for v in _variants(study) if v.study is not None and asks_for_more(v.study))
    return [variant.assumption.name for variant in rare]


def _shown(variants: Sequence[_Variant], run: Run) -> Iterator[_Variant]:
    """Variants, with a line of progress if that is wanted."""
    if not run.progress:
        yield from variants
        return
    from tqdm import tqdm

    yield from tqdm(variants, desc="assumptions", unit="variant", leave=False)


def _labelled(
    study: Study,
    dropped: Sequence[Assumption],
    found: Sequence[dict[str, np.ndarray]],
    problems: Sequence[str],
    run: Run,
) -> xr.Dataset:
    outputs = outputs_of(study)
    words = [words_of(one.name, study.nouns) for one in dropped]
    arrays = {name: np.stack([each[name] for each in found]) for name in found[0]}
    if "recc" not in outputs:
        arrays = {name: array for name, array in arrays.items() if "overload" not in name}
    return dataset(
        "assumptions",
        study,
        arrays,
        coords={
            "assumption": [REFERENCE, *(one.name for one in dropped)],
            "assumption_long_name": ["as it is", *words],
            "assumption_changes": ["", *(_changes(one) for one in dropped)],
            "assumption_problem": list(problems),
        },
        seed=run.seed,
        samples=run.samples,
        assumptions_year=study.panel.years[-1],
        assumptions_index=ranked_by(outputs),
    )


def _changes(assumption: Assumption) -> str:
    """The edit as a reader writes it; what is taken out has no value."""
    kept = {key: value for key, value in assumption.changes.items() if value is not None}
    out = [f"{key} left out" for key, value in assumption.changes.items() if value is None]
    return ", ".join(filter(None, [point_words(kept), *out]))
