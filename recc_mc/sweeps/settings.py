"""Settings of a sweep: each is what was asked for, else the study's."""

from collections.abc import Iterable

from recc_mc.errors import InputError
from recc_mc.sampling.limits import most_samples
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.names import hint
from recc_mc.study.shape import outputs_of, ranked_by
from recc_mc.study.wording import shown
from recc_mc.summary.ranking import LEFT_OUT
from recc_mc.summary.tally import SUMMARY
from recc_mc.sweeps.grid import Point
from recc_mc.sweeps.work import Run, statistics_at_hand
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.placement import Placement

__all__ = ["OUTPUTS", "output_names", "sweep_run"]

OUTPUTS = (
    "recc_baseline",
    "recc_mean",
    "recc_std",
    "recc_quantile",
    "overload_probability",
    "rank_probability",
    "zone_probability",
    "grade_probability",
    "ranking_unchanged_probability",
)
"""Statistics of a sweep of which nothing else is said."""
_BESIDE = ("_error", "_resolution")


def sweep_run(
    study: Study,
    problems: list[str],
    samples: object,
    seed: object,
    chunk: object,
    placement: Placement | None,
    progress: bool,
) -> Run:
    """Settings of a sweep, each from the argument or else from the study.

    Parameters
    ----------
    study
        The study.
    problems
        Takes sentences about arguments that are not allowed.
    samples, seed, chunk, placement, progress
        The arguments.
    """
    table = study.settings.simulation
    samples = table.samples if samples is None else samples
    chunk = study.settings.run.chunk if chunk is None else chunk
    return Run(
        whole(problems, "samples", samples, 1, most_samples(len(study.panel.mines))),
        first_seed(problems, seed, table.seed),
        whole(problems, "chunk", chunk, 1),
        (),
        placement or Placement("synchronous"),
        progress,
    )


def output_names(
    wanted: Iterable[str] | None, point: Point, model: CompiledStudy, samples: int
) -> tuple[str, ...]:
    """Names of the statistics that are wanted, their errors included.

    Parameters
    ----------
    wanted
        Variables of the group ``summary``; None for `OUTPUTS`.
    point, model, samples
        As of `recc_mc.sweeps.work.statistics_at_hand`.

    Raises
    ------
    InputError
        If the study has no such statistic.
    """
    at_hand = statistics_at_hand(point, model, samples)
    if wanted is None:
        # Of one system its index stands in the place of C.
        index = ranked_by(outputs_of(point.study))
        known = [name.replace("recc", index, 1) for name in OUTPUTS]
        names = [name for name in known if name in at_hand]
    else:
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        problems = [
            f"outputs: the summary has no variable {shown(name)}{hint(str(name), SUMMARY)}"
            if name not in SUMMARY
            else f"outputs: {name} is none of the statistics of this study"
            + (f": {LEFT_OUT}" if name.split("_probability")[0] in LEFT_OUT else "")
            for name in names
            if name not in at_hand
        ]
        if problems or not names:
            raise InputError(problems or "outputs: must name at least one variable, got none")
    beside = [f"{name}{end}" for name in names for end in _BESIDE]
    return tuple(dict.fromkeys([*names, *(name for name in beside if name in at_hand)]))
