"""Questions that are asked: by the tables [[target]] of a study, or by arguments."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import xarray as xr

from recc_mc.errors import StudyWarning
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study import Study
from recc_mc.study.names import hint
from recc_mc.study.targets import Target
from recc_mc.study.wording import shown
from recc_mc.targets.aims import Aim, parse_aim, positive
from recc_mc.targets.levers import default_levers, parse_levers

__all__ = ["ALL", "Question", "Wish", "questions_of"]

ALL = "all"
"""Stands for each mine, one after the other."""


class Question(NamedTuple):
    """What it would take for one mine and year to reach one aim."""

    name: str
    mine: int
    year: int
    aim: Aim
    probability: float
    levers: tuple[int, ...]  # the indicators that are changed together
    most: float  # the largest change looked for
    extrapolate: bool  # whether more than the best value observed counts


class Wish(NamedTuple):
    """Arguments that ask questions, as they were given."""

    mine: object = None
    year: object = None
    below: object = None
    zone: object = None
    grade: object = None
    rank: object = None
    probability: object = 0.9
    indicators: object = None
    max: object = 1.0
    extrapolate: object = False


def questions_of(study: Study, problems: list[str], wish: Wish) -> list[Question]:
    """Questions of arguments, or where they name no mine those of the study.

    Parameters
    ----------
    study
        The study.
    problems
        Takes sentences on what is not allowed; what is returned is then of no use.
    wish
        The arguments.
    """
    if len(study.hierarchy.systems) < 2:
        problems.append("target: a study of one system has no index C")
        return []
    if wish.mine is None:
        return _of_study(study, problems, wish)
    return _of_arguments(study, problems, wish)


def _of_study(study: Study, problems: list[str], wish: Wish) -> list[Question]:
    problems += [
        f"{name}: needs a {study.nouns.one}: without one the tables [[target]] of the study say "
        "what is asked"
        for name, value, default in zip(Wish._fields, wish, Wish(), strict=True)
        if value != default
    ]
    if not study.targets:
        problems.append(
            "mine: is required: the study has no table [[target]] that says what is asked"
        )
    baseline = None
    if any(target.indicators is None for target in study.targets):
        baseline = evaluate(study)
    found = []
    for number, target in enumerate(study.targets, 1):
        goal = target.below, target.zone, target.grade, target.rank
        found.append(
            Question(
                target.name,
                target.mine,
                target.year,
                parse_aim(problems, *goal, len(study.panel.mines)),
                target.probability,
                _levers_of(study, problems, target, baseline, f"{study.path}: target[{number}]."),
                target.max,
                target.extrapolate,
            )
        )
    return found


def _levers_of(
    study: Study, problems: list[str], target: Target, baseline: xr.Dataset | None, place: str
) -> tuple[int, ...]:
    if target.indicators is None:
        assert baseline is not None
        return _default(study, problems, baseline, (target.mine, target.year), place)
    names = [study.hierarchy.names[j] for j in target.indicators]
    return parse_levers(problems, study, names, place)


def _default(
    study: Study,
    problems: list[str],
    baseline: xr.Dataset,
    where: tuple[int, int],
    place: str = "",
) -> tuple[int, ...]:
    found = default_levers(study, baseline, *where)
    if not found:
        mine = study.panel.mines[where[0]]
        problems.append(f'{place}indicators: none of "{mine}" is left to change: name some')
    return found


def _of_arguments(study: Study, problems: list[str], wish: Wish) -> list[Question]:
    """A question for each mine."""
    mines, years = study.panel.mines, study.panel.years
    year = years[-1] if wish.year is None else wish.year
    if year not in years:
        problems.append(f"year: must be a year of {years[0]} to {years[-1]}, got {shown(year)}")
    share = positive(problems, "probability", wish.probability, 1.0)
    most = positive(problems, "max", wish.max)
    aim = parse_aim(problems, wish.below, wish.zone, wish.grade, wish.rank, len(mines))
    names = _mine_names(problems, study, wish.mine)
    levers: tuple[int, ...] = ()
    if wish.indicators is not None:
        levers = parse_levers(problems, study, wish.indicators)
        _warn_of_others(study, levers)
    if problems:
        return []
    when = years.index(int(str(year)))
    baseline = evaluate(study)
    return [
        Question(
            f"{name} {years[when]}",
            mines.index(name),
            when,
            aim,
            share,
            levers or _default(study, problems, baseline, (mines.index(name), when)),
            most,
            bool(wish.extrapolate),
        )
        for name in names
    ]


def _warn_of_others(study: Study, levers: Sequence[int]) -> None:
    """Warn of what the table of indicators says is no lever: climate, reserves."""
    for name in _others(study, levers):
        warnings.warn(
            f'indicators: "{name}" is no lever, says the table of indicators',
            StudyWarning,
            stacklevel=4,
        )


def _others(study: Study, levers: Sequence[int]) -> Iterator[str]:
    indicators = (study.hierarchy.indicators[j] for j in levers)
    return (indicator.name for indicator in indicators if indicator.lever is False)


def _mine_names(problems: list[str], study: Study, given: object) -> list[str]:
    mines = study.panel.mines
    if given == ALL and ALL not in mines:
        return list(mines)
    names = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    problems += [
        f"mine: unknown {study.nouns.one} {shown(name)}{hint(str(name), mines)}"
        for name in names
        if name not in mines
    ]
    if not names:
        problems.append("mine: must name one or more, got none")
    return [str(name) for name in dict.fromkeys(names)]
