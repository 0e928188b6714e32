"""What a mine is to reach: a load below a number, a zone, a grade, or a rank."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.records import Options
from recc_mc.labels.declaration import ZONE_NAMES
from recc_mc.language.retelling import recorded
from recc_mc.study.arguments import whole
from recc_mc.study.class_names import GRADES, ZONES
from recc_mc.study.names import hint
from recc_mc.study.wording import shown

__all__ = ["Aim", "Condition", "Times", "conditions_of", "parse_aim", "positive", "times_of"]


class Aim(NamedTuple):
    """What is to be reached.

    Parameters
    ----------
    kind
        ``"below"``: C below the number; ``"zone"`` and ``"grade"``: of that code or a lower one;
        ``"rank"``: of that number or a higher one, so that 2 is no longer the most loaded.
    number
        The number.
    """

    kind: str
    number: float

    @property
    def text(self) -> str:
        """The same in words.

        Examples
        --------
        >>> Aim("below", 1.0).text, Aim("zone", 1).text, Aim("grade", 2).text, Aim("rank", 2).text
        ('C < 1', 'zone low-value surplus or better', 'grade II or lower', 'rank 2 or below')
        """
        if self.kind == "below":
            return recorded("C < {number}", number=f"{self.number:g}")
        if self.kind == "zone":
            text = "zone {zone} or better" if self.number else "zone {zone}"
            return recorded(text, zone=ZONE_NAMES[int(self.number)])
        if self.kind == "grade":
            text = "grade {grade} or lower" if self.number > 1 else "grade {grade}"
            return recorded(text, grade=GRADES[int(self.number) - 1])
        return recorded("rank {rank} or below", rank=f"{self.number:g}")


class Condition(NamedTuple):
    """A number that is below 0 where a condition is met, as of `recc_mc.kernels.goals`."""

    constant: float = 0.0
    p: float = 0.0
    p_squared: float = 0.0
    s: float = 0.0
    s_squared: float = 0.0


class Times(NamedTuple):
    """Changes at which an aim is reached, left and reached again in each draw."""

    first: Floats  # (sample,) the smallest at which it is reached
    held: Integers  # (point,) in how many draws it is reached at some changes


def parse_aim(
    problems: list[str], below: object, zone: object, grade: object, rank: object, mines: int
) -> Aim:
    """Aim of arguments, of which one is given; `below` is 1 where none is.

    Parameters
    ----------
    problems
        Takes sentences on what is not allowed.
    below, zone, grade, rank
        The arguments; None where not given.
    mines
        How many mines there are.
    """
    named = {"below": below, "zone": zone, "grade": grade, "rank": rank}
    given = {name: value for name, value in named.items() if value is not None}
    if len(given) > 1:
        problems.append(f"{', '.join(given)}: give one of below, zone, grade and rank")
    if zone is not None:
        return Aim("zone", _place(problems, "zone", zone, (ZONES, ZONE_NAMES)))
    if grade is not None:
        return Aim("grade", 1 + _place(problems, "grade", grade, (GRADES,)))
    if rank is not None and mines == 1:
        problems.append("rank: one alone has no rank")
    elif rank is not None:
        return Aim("rank", whole(problems, "rank", rank, 2, mines))
    return Aim("below", positive(problems, "below", 1.0 if below is None else below))


def positive(problems: list[str], name: str, value: object, end: float = inf) -> float:
    """Value as a number above 0, 1 if it is none.

    Parameters
    ----------
    problems
        Takes a sentence if it is not.
    name
        Name of the argument.
    value
        What was given.
    end
        What it must be below.
    """
    number = -1.0
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        number = float(value)
    if 0 < number < end:
        return number
    below = f" and < {end:g}" if end < inf else ""
    problems.append(f"{name}: must be > 0{below}, got {shown(value)}")
    return 1.0


def _place(problems: list[str], what: str, given: object, lists: Sequence[Sequence[str]]) -> int:
    for names in lists:
        if given in names:
            return list(names).index(str(given))
    problems.append(f"{what}: there is no {what} {shown(given)}{hint(str(given), lists[0])}")
    return 0


def conditions_of(aim: Aim, options: Options) -> tuple[Condition, ...]:
    """Conditions that an aim is made of, in the order that `times_of` takes them in.

    Parameters
    ----------
    aim
        The aim.
    options
        Options of the study, for the cuts of the grades.
    """
    if aim.kind in ("below", "rank"):
        return (Condition(p=1.0, s=aim.number if aim.kind == "below" else 1.0),)
    if aim.kind == "zone":
        # Beyond 1 indices count as 1, where all curves meet.
        curves = (
            Condition(p=1.0, s_squared=1.0),
            Condition(p=1.0, s=1.0),
            Condition(p_squared=1.0, s=1.0),
        )
        whole = Condition(constant=-1.0, p=1.0)
        return (whole, curves[int(aim.number)]) if aim.number < len(curves) else ()
    level, support = divmod(int(aim.number) - 1, 3)
    cuts = (options.low_cut, options.high_cut)
    never, always = Condition(constant=1.0), Condition(constant=-1.0)
    pressures = [never, *(Condition(constant=-cut, p=1.0) for cut in cuts), always]
    supports = [*(Condition(constant=cut, s=1.0) for cut in cuts), never]
    return pressures[level + 1], supports[support], pressures[level]


def times_of(aim: Aim, met: Sequence[Floats], points: Floats) -> Times:
    """When an aim is reached, from when its conditions are.

    C, zones and ranks are reached once and for all, as P falls and S grows. A grade is lower with
    less pressure, but higher with more support of the same level of pressure: it may be reached,
    left as the support grows, and reached again with the next lower level of pressure.

    Parameters
    ----------
    aim
        The aim.
    met
        Smallest changes (sample,) at which each condition is met, none of them NaN.
    points
        Changes at which draws are counted.
    """
    if aim.kind != "grade":
        first = np.maximum.reduce(met)
        return Times(first, _count(first, points))
    reached, left, again = met
    again = np.maximum(again, reached)
    left = np.clip(left, reached, again)
    held = _count(reached, points) - _count(left, points) + _count(again, points)
    return Times(np.where(left > reached, reached, again), held)


def _count(changes: Floats, points: Floats) -> Integers:
    """How many changes are no larger than each point."""
    return np.searchsorted(np.sort(changes), points, side="right").astype(np.int64)
