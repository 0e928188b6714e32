"""The points of a sweep: a validated study for each combination of values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study import Study
from recc_mc.study.choices import CHOICES
from recc_mc.study.loading import replaced
from recc_mc.study.reach import baseline_findings
from recc_mc.study.shape import outputs_of
from recc_mc.study.toml_text import toml_value
from recc_mc.sweeps.axes import Axis

__all__ = ["MOST_POINTS", "Point", "grid_of", "point_words"]

MOST_POINTS = 10_000


class Point(NamedTuple):
    """A combination of values.

    Parameters
    ----------
    at
        Position on each axis.
    study
        The study with these values.
    words
        The values as a reader writes them.
    """

    at: tuple[int, ...]
    study: Study
    words: str


def grid_of(study: Study, axes: Sequence[Axis], warn: Callable[[str], None]) -> tuple[Point, ...]:
    """Points of the full grid, the last axis fastest.

    Parameters
    ----------
    study
        The study.
    axes
        What is varied.
    warn
        Takes sentences about the studies of points that are not true of the study itself.

    Raises
    ------
    InputError
        With all that is wrong; what holds at some points only says at which.
    """
    count = prod(len(axis.values) for axis in axes)
    if count > MOST_POINTS:
        raise InputError(f"vary: the grid has {count:,} points, more than {MOST_POINTS:,}")
    points: list[Point] = []
    problems: dict[str, list[tuple[int, ...]]] = {}
    notes: dict[str, list[tuple[int, ...]]] = {}
    known = {*replaced(study, {}).notes, *baseline_findings(study)}
    for at in product(*(range(len(axis.values)) for axis in axes)):
        changes = {axis.key: axis.values[k] for axis, k in zip(axes, at, strict=True)}
        try:
            found, said = replaced(study, changes)
        except InputError as error:
            for problem in error.problems:
                problems.setdefault(problem, []).append(at)
            continue
        for problem in _other_shape(study, found):
            problems.setdefault(f"{study.path}: {problem}", []).append(at)
        for note in dict.fromkeys([*said, *baseline_findings(found), *_drawn_anyway(found, axes)]):
            if note not in known:
                notes.setdefault(note, []).append(at)
        points.append(Point(at, found, point_words(changes)))
    if problems:
        raise InputError(_located(problems, axes))
    for note in _located(notes, axes):
        warn(note)
    return tuple(points)


def point_words(changes: Mapping[str, Any]) -> str:
    """Values by key as a reader writes them.

    Examples
    --------
    >>> point_words({"uncertainty.data.cv": 0.05, "method.clip": True})
    'uncertainty.data.cv = 0.05, method.clip = true'
    """
    return ", ".join(f"{key} = {toml_value(value)}" for key, value in changes.items())


def _drawn_anyway(found: Study, axes: Sequence[Axis]) -> Iterator[str]:
    """Swept choices of the method that the draws do not take, as they draw them."""
    swept = {axis.key for axis in axes}
    for choice in CHOICES:
        key = f"method.{choice.key}"
        if key in swept and choice.drawn(found.settings.uncertainty.method) is not None:
            yield (
                f"{key}: moves the baseline only, as uncertainty.method.{choice.name} says what "
                "is drawn; vary that key, or leave it out"
            )


def _other_shape(study: Study, found: Study) -> Iterator[str]:
    """What a point's study may not have another of: the arrays of all points are put together."""
    for what, one, other in (
        ("mines", study.panel.mines, found.panel.mines),
        ("years", study.panel.years, found.panel.years),
        ("indicators", study.hierarchy.names, found.hierarchy.names),
        ("judgment matrices", study.judgments.names, found.judgments.names),
        ("outputs", outputs_of(study), outputs_of(found)),
    ):
        if one != other:
            yield f"the points of a sweep have the {what} of the study, got others"


def _located(found: Mapping[str, Sequence[tuple[int, ...]]], axes: Sequence[Axis]) -> Iterator[str]:
    """Sentences with the values that they hold at: none where they hold at all points."""
    total = prod(len(axis.values) for axis in axes)
    for sentence, places in found.items():
        common = {
            axis.key: axis.values[places[0][k]]
            for k, axis in enumerate(axes)
            if len(axis.values) > 1
            and len({at[k] for at in places}) == 1
            # Which says the value itself.
            and f": {axis.key}: " not in f": {sentence}"
        }
        where = f" (at {point_words(common)})" if common and len(places) < total else ""
        yield f"{sentence}{where}"
