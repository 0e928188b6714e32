"""Mines and years that look like typing errors: they exist for a small part of the panel only.

A mistyped name or year makes an object of its own, which filling would complete from next to
nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recc_mc.study.names import nearest
from recc_mc.study.nouns import MINES, Nouns

__all__ = ["Suspect", "find_suspects"]

Cells = NDArray[np.bool_]

_MINE, _YEAR = 0, 1
_REMEDY = ', expected all (or method.missing = "interpolate")'


@dataclass(frozen=True)
class Suspect:
    """A mine or a year that may be none.

    Parameters
    ----------
    axis, index
        Which mine (axis 0) or year (axis 1) of the panel.
    place
        Where it stands first, such as ``panel.csv:57``.
    what
        What is found and suspected, without what is expected.
    question
        End of the sentence: what it may have been meant to be.
    is_sparse
        Whether it has few values, rather than lying apart only.
    """

    axis: int
    index: int
    place: str
    what: str
    question: str
    is_sparse: bool

    @property
    def note(self) -> str:
        """Sentence of a warning."""
        return f"{self.place}: {self.what}; {self.question}"

    @property
    def problem(self) -> str:
        """Sentence of an error, where values may not be missing."""
        return f"{self.place}: {self.what}{_REMEDY}; {self.question}"


def find_suspects(
    given: Cells,
    mines: Sequence[str],
    years: Sequence[int],
    places: Mapping[str | int, str],
    nouns: Nouns = MINES,
) -> list[Suspect]:
    """Find mines and years with few values, and years far from all others.

    A mine is suspect if its values are in one year only, or are fewer than half of what it should
    have; a year accordingly over the mines. A year lies apart if it is further from its neighbour
    than the nearest two years are from each other.

    Parameters
    ----------
    given
        Which values the file holds (mine, year, indicator).
    mines, years
        Labels of the first two axes; years ascending.
    places
        Where each mine and each year stands first.
    nouns
        What the study calls its mines.
    """
    # What no mine ever has is missing for another reason.
    given = given[:, :, given.any(axis=(0, 1))]
    found = [
        Suspect(
            _MINE, i, places[name], f'{nouns.one} "{name}": {what}', _question(name, mines), True
        )
        for i, name in enumerate(mines)
        if (what := _sparse(given[i], "years"))
    ]
    gaps = _gaps(given, years)
    for t, year in enumerate(years):
        few = _sparse(given[:, t], nouns.many)
        what = " and ".join(part for part in (few, gaps.get(t)) if part)
        if what:
            text = f"year {year}: {what}"
            found.append(Suspect(_YEAR, t, places[year], text, "is it mistyped?", bool(few)))
    return found


def _question(name: str, mines: Sequence[str]) -> str:
    near = nearest(name, [mine for mine in mines if mine != name])
    return f'did you mean "{near}"?' if near else "is its name right?"


def _sparse(given: Cells, units: str) -> str:
    """What there is of the values (units, indicator) of a mine or a year, empty if enough."""
    total, width = given.shape
    count, wide = int(given.any(axis=1).sum()), int(given.any(axis=0).sum())
    if total < 2 or (count > 1 and 2 * given.sum() >= given.size):
        return ""
    kinds = f" and {wide} of {width} indicators" if wide < width else ""
    return f"has values for {count} of {total} {units}{kinds}"


def _gaps(given: Cells, years: Sequence[int]) -> dict[int, str]:
    """Years beyond a gap: by position, what the gap is."""
    steps = [later - year for year, later in pairwise(years)]
    # Two years have one distance, which nothing says is too long.
    if len(steps) < 2:
        return {}
    values = given.sum(axis=(0, 2))
    return dict(_beyond(values, years, steps))


def _beyond(
    values: NDArray[np.int64], years: Sequence[int], steps: Sequence[int]
) -> Iterator[tuple[int, str]]:
    usual = min(steps)
    for t, step in enumerate(steps):
        if step == usual:
            continue
        apart = f"{step} years, where others are {usual} apart"
        # The side with fewer values is more likely the wrong one.
        if values[t] < values[t + 1]:
            yield t, f"is before {years[t + 1]} by {apart}"
        else:
            yield t + 1, f"is after {years[t]} by {apart}"
