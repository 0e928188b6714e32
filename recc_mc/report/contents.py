"""What a report consists of, before it becomes a page."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import Any

import numpy as np
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.language import filled
from recc_mc.report.frames import PageTable
from recc_mc.report.recorded import recorded_evidence
from recc_mc.results import load
from recc_mc.results.reading import groups_of
from recc_mc.study.kinds import check_kind, check_path
from recc_mc.study.nouns import Nouns, nouns_of

__all__ = ["Exhibit", "Finding", "Result", "Section", "Source", "opened"]

Source = str | PathLike[str] | xr.DataTree | Sequence[str | PathLike[str]]
"""A result file, several of one study, or an open tree."""

_RANKS = ("rank_baseline", "rank")
READ = ("baseline", "summary", "samples", "sensitivity", "sweep", "scenarios")
BESIDE = ("tolerance", "assumptions", "target", "evidence")
"""Groups without mines and years of their own; of evidence there is one for each name."""
OF_OTHERS = ("evidence",)
"""Groups that are of other studies."""


MOST_OPEN = 12
"""Rows up to which a table that has no picture stands open on the page."""


@dataclass(frozen=True)
class Result:
    """Groups of a result that a report shows.

    Parameters
    ----------
    groups
        Datasets by name.
    attrs
        Attributes that all of them share.
    """

    groups: Mapping[str, xr.Dataset]
    attrs: Mapping[str, Any]

    def holds(self, group: str, *variables: str) -> bool:
        """Whether there is a group, with all of these variables."""
        return group in self.groups and all(name in self.groups[group] for name in variables)

    @property
    def nouns(self) -> Nouns:
        """What the study calls its mines."""
        return nouns_of(self.attrs)

    def keys_of(self, group: str) -> list[str]:
        """Keys of a group, if it is there; of evidence one for each name."""
        return [key for key in self.groups if _kind(key) == group]

    def named(self, group: str) -> Mapping[str, xr.Dataset]:
        """Groups within another, by their names: of ``evidence/management`` that is management."""
        start = f"{group}/"
        return {
            name.removeprefix(start): data
            for name, data in self.groups.items()
            if name.startswith(start)
        }

    def said(self, text: str, /, **values: object) -> str:
        """Text of ours, written for several mines, in the words of the study and the language."""
        number = self.any_group.sizes["mine"]
        text = self.nouns.worded(text)
        text = text.replace(self.nouns.with_years(2), self.nouns.with_years(number))
        return filled(text, values)

    @property
    def any_group(self) -> xr.Dataset:
        """A group with the mines and years, which all have."""
        return next(self.groups[name] for name in READ if name in self.groups)


@contextmanager
def opened(source: Source) -> Iterator[Result]:
    """Open the groups of a source; of files of one study, each group from the first that has it.

    Raises
    ------
    InputError
        If a file holds no result, or the files are results of different studies.
    """
    if isinstance(source, xr.DataTree):
        yield _result({"the result": source})
        return
    expected = "file names of results, or a tree as recc_mc.load returns it"
    check_kind("source", source, (str, PathLike, list, tuple), expected)
    paths = [source] if isinstance(source, str | PathLike) else list(source)
    for path in paths:
        check_path("source", path)
    trees: dict[str, xr.DataTree] = {}
    try:
        for path in paths:
            trees[fspath(path)] = load(path)
        yield _result(trees)
    finally:
        for tree in trees.values():
            tree.close()


def _result(trees: Mapping[str, xr.DataTree]) -> Result:
    groups: dict[str, xr.Dataset] = {}
    digests = {}
    empty = []
    for name, tree in trees.items():
        held = {key: data for key, data in groups_of(tree).items() if _kind(key) in READ + BESIDE}
        of_study = [data for key, data in held.items() if _kind(key) not in OF_OTHERS]
        if of_study:
            digests[name] = of_study[0].attrs.get("study_digest")
        if not held:
            empty.append(name)
        groups = held | groups
    if empty or groups.keys().isdisjoint(READ):
        expected = ", ".join(f"/{group}" for group in READ)
        problem = f"holds nothing to report; expected groups {expected}"
        raise InputError(f"{name}: {problem}" for name in empty or trees)
    if len(set(digests.values())) > 1:
        raise InputError(f"{', '.join(digests)}: are results of different studies")
    order = (*READ, *BESIDE)
    known = _in_order(dict(sorted(groups.items(), key=lambda item: order.index(_kind(item[0])))))
    attrs: dict[str, Any] = {}
    for data in known.values():
        attrs = {str(key): value for key, value in data.attrs.items()} | attrs
    if not any(_kind(key) == "evidence" for key in known):
        known |= recorded_evidence(attrs)
    return Result(known, attrs)


def _kind(key: str) -> str:
    """Group of a key: of ``evidence/management`` that is evidence."""
    return key.partition("/")[0]


def _in_order(groups: Mapping[str, xr.Dataset]) -> dict[str, xr.Dataset]:
    """Groups with their mines in one order: the most loaded of the baseline's last year first."""
    ranks = next((data[name] for data in groups.values() for name in _RANKS if name in data), None)
    if ranks is None:
        return dict(groups)
    last = ranks.isel(year=-1)
    places = np.where(last.values > 0, last.values, np.iinfo(np.int64).max)
    order = last["mine"].values[np.argsort(places, kind="stable")]
    return {
        name: data.sel({dim: order for dim in ("mine", "other_mine") if dim in data.dims})
        for name, data in groups.items()
    }


@dataclass(frozen=True)
class Finding:
    """A sentence of the summary.

    Parameters
    ----------
    text
        The sentence.
    section
        Anchor of the section that shows it.
    """

    text: str
    section: str


@dataclass(frozen=True)
class Exhibit:
    """A picture with its numbers, or a table alone.

    Parameters
    ----------
    anchor
        Identifier in the page, and name of the picture's file.
    title, note
        What it shows and how to read it.
    table
        The numbers.
    picture
        The picture as SVG; None for a table alone.
    width
        Width of the picture in inches.
    group
        The group that its numbers are of, set where sections are put together.
    """

    anchor: str
    title: str
    note: str
    table: PageTable
    picture: bytes | None = None
    width: float = 0.0
    group: str = ""

    @property
    def folded(self) -> bool:
        """Whether the page folds the table: a picture shows it, or it is long."""
        return self.picture is not None or self.table.total > MOST_OPEN


@dataclass(frozen=True)
class Section:
    """A chapter of the report."""

    anchor: str
    title: str
    introduction: str = ""
    exhibits: Sequence[Exhibit] = ()
    left_out: Sequence[str] = field(default=())
