"""Nested rows: values of a factor that are known, each with the same rows of all the rest.

What is known is one row of the unit cube, of which each factor has its own columns: those that
number its noise among them, so that a known indicator is known cell by cell. All factors and all
values share the rows of the rest (common random numbers): a factor without effect changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial, reduce
from typing import NamedTuple, Self

import numpy as np

from recc_mc._typing import Floats, Integers
from recc_mc.kernels.nested import Counts, count_unit
from recc_mc.kernels.pickfreeze import Exchanges
from recc_mc.kernels.records import Inputs
from recc_mc.sampling.draws import raise_for
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import Group, exchange_rows
from recc_mc.uncertainty.layout import build_layout, is_linear
from recc_mc.variance.decisions import Verdict, judge
from recc_mc.variance.outcomes import Subject
from recc_mc.workers.blocks import Block

__all__ = [
    "Nested",
    "Verdicts",
    "compute_verdicts",
    "fast_counts",
    "further_counts",
    "no_counts",
    "plain_counts",
]


class Verdicts(NamedTuple):
    """Both decisions in the rows of a replicate, or in some of them."""

    largest: Verdict  # which mine is the most loaded: an option is a mine, a cell is a year
    over: Verdict  # whether a mine is overloaded: option 0 is yes, a cell is an object

    def plus(self, other: Self) -> Self:
        """Of the rows of both."""
        return type(self)(self.largest.plus(other.largest), self.over.plus(other.over))


@dataclass(frozen=True, eq=False)
class Nested:
    """The rows of an analysis.

    Parameters
    ----------
    subject
        What is analysed, noise being selected by columns.
    groups
        What may become known, with columns of noise.
    seed
        Seed of all rows.
    outer
        How many values become known in each replicate.
    inner
        Rows of the rest in each replicate, a power of two of two tiles or more.
    """

    subject: Subject
    groups: tuple[Group, ...]
    seed: int
    outer: int
    inner: int

    @property
    def model(self) -> CompiledStudy:
        """The study."""
        return self.subject.model

    @property
    def everything(self) -> tuple[bool, ...]:
        """Which groups hold all columns."""
        return tuple(len(group.columns) == self.subject.columns for group in self.groups)

    def rest(self, replicate: int) -> Floats:
        """Rows (column, row) of all that varies, the same for all values of a replicate."""
        return self._rows(replicate, 0, self.inner)

    def known(self, replicate: int, number: int) -> Floats:
        """The row (column, 1) of what is known."""
        return self._rows(replicate, self.inner + number, 1)

    def further(self, replicate: int, number: int) -> Floats:
        """Rows (column, row) of their own for each value, by which nothing becomes known.

        Evaluating them costs little beside the exchanges, and tells well what is known of all
        factors together, and of none.
        """
        first = self.inner + self.outer + number * self.inner
        return self._rows(replicate, first, self.inner)

    def _rows(self, replicate: int, first: int, count: int) -> Floats:
        start = replicate * (self.inner + self.outer + self.outer * self.inner) + first
        return RandomDesign(self.subject.columns, self.seed).rows(start, count)

    def pieces(self) -> Iterator[tuple[int, slice]]:
        """Rows that are computed together, with the half that they belong to."""
        size = min(self.model.plan.options.unit, self.inner // 2)
        for start in range(0, self.inner, size):
            yield start // (self.inner // 2), slice(start, start + size)


def compute_verdicts(nested: Nested, block: Block) -> Verdicts:
    """Verdicts of a block of rows, all of one replicate.

    Parameters
    ----------
    nested
        The analysis.
    block
        Which rows: `nested.inner` for each value, `nested.outer` values for each replicate.

    Raises
    ------
    RunError
        If some row has no value.
    """
    plan = nested.model.plan
    count = partial(plain_counts, nested)
    if nested.subject.scenario is None and is_linear(plan):
        count = partial(fast_counts, nested, build_layout(plan, nested.groups))
    first = block.first // nested.inner
    replicate = first // nested.outer
    rest = nested.rest(replicate)
    found = []
    for number in range(first, first + block.samples // nested.inner):
        value = number % nested.outer
        counts = count(rest, nested.known(replicate, value))
        found.append(_verdicts(nested, counts, further_counts(nested, replicate, value)))
    return reduce(Verdicts.plus, found)


def _verdicts(nested: Nested, counts: Counts, further: Counts) -> Verdicts:
    by_mine = nested.model.plan.options.mines, nested.subject.years

    def mines(each: Counts, axis: int) -> Integers:
        shape = (*each.largest.shape[:-1], *by_mine)
        return np.moveaxis(each.largest.reshape(shape), -2, axis)

    def yes_or_no(each: Counts, axis: int) -> Integers:
        return np.stack([each.over, each.defined - each.over], axis=axis)

    return Verdicts(
        judge(mines(counts, 1), counts.ranked, mines(further, 0), further.ranked),
        judge(yes_or_no(counts, 1), counts.defined, yes_or_no(further, 0), further.defined),
    )


def no_counts(nested: Nested) -> Counts:
    """Counts over no rows, by half."""
    mines, years = nested.model.plan.options.mines, nested.subject.years
    sets = len(nested.groups) + 1
    by_object = (2, sets, mines * years)
    return Counts(
        largest=np.zeros(by_object, np.int64),
        ranked=np.zeros((2, sets, years), np.int64),
        over=np.zeros(by_object, np.int64),
        defined=np.zeros(by_object, np.int64),
    )


def fast_counts(nested: Nested, exchanges: Exchanges, rest: Floats, known: Floats) -> Counts:
    """Counts with one value known, exchanges being put together from stored parts.

    Parameters
    ----------
    nested
        The analysis.
    exchanges
        What the kernel makes.
    rest, known
        Rows of the rest, and the row of what is known.
    """
    counts, status = no_counts(nested), np.zeros(3, np.int64)
    seed, stream = np.uint64(nested.seed), np.uint64(0)
    for half, piece in nested.pieces():
        a = np.ascontiguousarray(rest[:, piece])
        size = a.shape[1]
        b = np.repeat(known, size, axis=1)
        count_unit(
            nested.model.plan,
            exchanges,
            Inputs(a, piece.start, size, seed, stream),
            Inputs(b, piece.start, size, seed, stream),
            Counts(*(array[half] for array in counts)),
            status,
        )
        raise_for(status, nested.model)
    return counts


def plain_counts(nested: Nested, rest: Floats, known: Floats) -> Counts:
    """Counts with one value known, each factor's rows evaluated in full.

    Works for any study, at a cost of one evaluation per group and row.

    Parameters
    ----------
    nested
        The analysis.
    rest, known
        Rows of the rest, and the row of what is known.
    """
    counts = no_counts(nested)
    for half, piece in nested.pieces():
        a = rest[:, piece]
        b = np.repeat(known, a.shape[1], axis=1)
        sets = [a, *(exchange_rows(group, a, b) for group in nested.groups)]
        for number, rows in enumerate(sets):
            _add_counts(nested, rows, Counts(*(array[half, number] for array in counts)))
    return counts


def further_counts(nested: Nested, replicate: int, number: int) -> Counts:
    """Counts of further rows, without an axis of halves or sets.

    Parameters
    ----------
    nested
        The analysis.
    replicate, number
        Which rows.
    """
    rows, counts = nested.further(replicate, number), no_counts(nested)
    total = Counts(*(array[0, 0] for array in counts))
    for _, piece in nested.pieces():
        _add_counts(nested, rows[:, piece], total)
    return total


def _add_counts(nested: Nested, rows: Floats, counts: Counts) -> None:
    """Evaluate rows in full and add what is counted, to (object,) and (year,)."""
    draws = nested.subject.run(rows, seed=nested.seed)
    by_year = draws.rank.reshape(nested.model.plan.options.mines, nested.subject.years, -1)
    for array, holds in (
        (counts.largest, draws.rank == 1),
        (counts.ranked, (by_year > 0).any(axis=0)),
        (counts.over, draws.recc >= 1),
        (counts.defined, draws.recc == draws.recc),
    ):
        array += np.asarray(np.sum(holds, axis=-1))
