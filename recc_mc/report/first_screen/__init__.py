"""The first screen of a report: what a reader takes along who reads for ten seconds."""

from typing import NamedTuple

from recc_mc.report.contents import Result
from recc_mc.report.first_screen.places import Places, places
from recc_mc.report.first_screen.state import State, state_of
from recc_mc.report.first_screen.varied import brief
from recc_mc.report.first_screen.verdict import verdict
from recc_mc.report.variation import varied_facts

__all__ = ["FirstScreen", "first_screen"]


class FirstScreen(NamedTuple):
    """What stands in front of everything else.

    Parameters
    ----------
    verdict
        A sentence or a few.
    varied, held_fixed
        What the draws vary and what they do not, in words a reader knows; empty if there are none.
    places
        One row for each mine; None where the result has no state of them.
    """

    verdict: str
    varied: str
    held_fixed: str
    places: Places | None


def first_screen(result: Result) -> FirstScreen:
    """Verdict, what it rests on, and one picture for each mine.

    Parameters
    ----------
    result
        Groups of a result; of what it lacks, nothing is said.
    """
    known = varied_facts(result)
    varied, held = ("", "") if known is None else (brief(text) for text in known)
    state: State | None = state_of(result)
    shown = None if state is None else places(result, state)
    return FirstScreen(verdict(result, state), varied, held, shown)
