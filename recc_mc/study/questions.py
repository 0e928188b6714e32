"""What a study asks beyond its index, in words: scenarios, evidence and targets."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from recc_mc.study.scenarios import Change
from recc_mc.study.targets import Target

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = ["change_words", "goal_words", "question_tables", "year_runs"]

# Names that a line lists.
_LISTED = 8
_VERBS = {"multiply": "times", "add": "plus", "set": "set to", "grow": "growing each year by"}


def question_tables(study: "Study") -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Title and rows of what a study asks; nothing of what it does not ask.

    Parameters
    ----------
    study
        The study.
    """
    found = study.scenarios
    if found.items:
        count = len(found.items)
        more = [f"{count} scenario{'s' * (count != 1)}", f"anchor {found.anchor}"]
        if found.horizon:
            ways = {"hold": "last values held", "trend": "trends continued"}
            more.append(f"{year_runs(found.horizon)} appended, {ways[found.continuation]}")
        yield f"Scenarios: {', '.join(more)}", list(_scenario_rows(study))
    if study.evidence:
        yield "Evidence", list(_evidence_rows(study))
    if study.targets:
        yield "Targets", [_target_row(study, target) for target in study.targets]


def _scenario_rows(study: "Study") -> Iterator[tuple[str, ...]]:
    for scenario in study.scenarios.items:
        name = scenario.name
        for change in scenario.changes:
            yield name, *change_words(study, change)
            name = ""
        if not scenario.changes:
            yield name, "changes nothing", "", ""


def change_words(study: "Study", change: Change) -> tuple[str, str, str]:
    """What a change does, to which mines, and in which years.

    Parameters
    ----------
    study
        The study.
    change
        One of its changes.
    """
    panel = study.panel
    years = (*panel.years, *study.scenarios.horizon)
    names = _listed([panel.indicators[j] for j in change.indicators])
    what = f"{names} {_VERBS[change.kind]} {change.number}"
    bounds = [
        f"{sign} {bound:g}"
        for sign, bound in ((">=", change.lower), ("<=", change.upper))
        if bound is not None
    ]
    mines = [panel.mines[i] for i in change.mines]
    everywhere = len(mines) == len(panel.mines)
    when = year_runs([years[t] for t in change.years])
    if change.phase == "linear" and change.start is not None and change.end is not None:
        beyond = change.end - (len(years) - 1)
        last = years[-1] + beyond if beyond > 0 else years[change.end]
        when += f", coming in until {last}"
    return (
        ", ".join([what, *bounds]),
        f"all {study.nouns.many}" if everywhere else _listed(mines) or "nowhere",
        when or "in no year",
    )


def _evidence_rows(study: "Study") -> Iterator[tuple[str, ...]]:
    for name, found in study.evidence.items():
        pooled = found.pooled
        measure = found.table.measure.replace("_", " ")
        low, high = pooled.interval()
        yield (
            name,
            f"{measure} of {pooled.studies} {'study' if pooled.studies == 1 else 'studies'}",
            f"mean {pooled.mean:.4f} [{low:.4f}, {high:.4f}]",
            f"tau2 {pooled.tau2:.4f} ({found.table.estimator})",
        )


def _target_row(study: "Study", target: Target) -> tuple[str, ...]:
    panel = study.panel
    names = [panel.indicators[j] for j in target.indicators or ()]
    what = f"by {_listed(names)}" if names else "by what matters most"
    return (
        target.name,
        f"{panel.mines[target.mine]} {panel.years[target.year]}",
        f"{goal_words(study, target)} with probability {target.probability:g}",
        f"{what}, up to {100 * target.max:g} %",
    )


def goal_words(study: "Study", target: Target) -> str:
    """What is to be reached: ``C < 1``, ``rank 2 of 6 or less loaded``.

    Parameters
    ----------
    study
        The study.
    target
        One of its targets.
    """
    if target.below is not None:
        return f"C < {target.below:g}"
    if target.rank is not None:
        return f"rank {target.rank} of {len(study.panel.mines)} or less loaded"
    kind, name = ("zone", target.zone) if target.zone is not None else ("grade", target.grade)
    return f"{kind} {name}".replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def year_runs(years: Sequence[int]) -> str:
    """Years in words, runs of them as ranges.

    Examples
    --------
    >>> year_runs([2012, 2013, 2014, 2019])
    '2012-2014, 2019'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
