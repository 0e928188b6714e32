"""Blocks of rows of a pick-freeze design: the unit of work of a variance decomposition.

Rows come from seed and number alone and are gone once their outputs have been added up, so memory
does not grow with their number. Sums run over units of rows, a fixed size, and leave a worker by
unit: whoever adds them up in order has the same bits however the rows were cut into blocks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.kernels.classes import FIRST_GRADE, FIRST_ZONE, GRADES, ZONES
from recc_mc.kernels.options import LANES
from recc_mc.kernels.philox import STREAMS
from recc_mc.kernels.pickfreeze import Exchanges, run_unit
from recc_mc.kernels.records import Inputs
from recc_mc.sampling.draws import raise_for
from recc_mc.sampling.sobol import SobolDesign
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import Group, exchange_rows, exchange_streams
from recc_mc.uncertainty.layout import build_layout, is_linear
from recc_mc.variance.outcomes import NUMBERS, Outcome, Subject
from recc_mc.variance.sums import (
    ClassSums,
    NumberSums,
    add_sums,
    class_sums,
    no_class_sums,
    no_number_sums,
    number_sums,
)
from recc_mc.workers.blocks import Block, cut, in_order

__all__ = [
    "CLASSES",
    "Effects",
    "Origin",
    "Rows",
    "add_effects",
    "blocks_of",
    "compute_effects",
    "fast_effects",
    "find_origin",
    "plain_effects",
    "whole_replicates",
]

CLASSES = ("zone", "grade")
"""Outputs that are classes."""
# Codes of the first class of each.
_LOWEST = np.array([FIRST_ZONE, FIRST_GRADE])[:, None, None]
# Outputs that the plain path keeps at a time, in numbers.
_MOST_KEPT = 2**24


class Effects(NamedTuple):
    """Sums of all outputs over some rows."""

    numbers: NumberSums  # outputs of `Subject.numbers`, a cell is an object
    shift: NumberSums  # average shift in rank, a cell is a year
    classes: ClassSums  # outputs CLASSES, a cell is an object


class Origin(NamedTuple):
    """What outputs are taken from in the sums."""

    numbers: Floats  # (output, object)
    rank: NDArray[np.int64]  # (object,) ranks that shifts are from; -1: none


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of an analysis, and what is done with them.

    Parameters
    ----------
    subject
        What is analysed.
    groups
        What is exchanged.
    seed
        Seed of the design and key of the counter-based numbers.
    number
        Rows of a replicate, a power of two.
    origin
        What outputs are taken from.
    """

    subject: Subject
    groups: tuple[Group, ...]
    seed: int
    number: int
    origin: Origin

    @property
    def model(self) -> CompiledStudy:
        """The study."""
        return self.subject.model

    @property
    def unit(self) -> int:
        """Rows over which sums run."""
        return min(self.model.plan.options.unit, self.number)

    @property
    def is_linear(self) -> bool:
        """Whether the kernel can put all exchanges together."""
        return self.subject.scenario is None and is_linear(self.model.plan)

    def pair(self, replicate: int, first: int) -> tuple[Floats, Floats]:
        """Rows of A and of B of one unit."""
        return SobolDesign(self.subject.columns, self.seed).rows(replicate, first, self.unit)


def blocks_of(rows: int, replicates: int, chunk: int, unit: int) -> tuple[Block, ...]:
    """Cut an analysis into blocks, none of which is of two replicates.

    Parameters
    ----------
    rows
        Rows of a replicate; row number k of replicate r is sample number r times `rows` plus k.
    replicates
        Number of replicates.
    chunk
        Rows per block, rounded up to whole units.
    unit
        Rows per unit.

    Examples
    --------
    >>> [(block.first, block.samples) for block in blocks_of(2048, 2, 1024, 1024)]
    [(0, 1024), (1024, 1024), (2048, 1024), (3072, 1024)]
    """
    pattern = cut(rows, min(chunk, rows), unit)
    return tuple(
        Block(
            replicate * len(pattern) + block.number, replicate * rows + block.first, block.samples
        )
        for replicate in range(replicates)
        for block in pattern
    )


def find_origin(subject: Subject, seed: int, baseline: Subject) -> Origin:
    """Take outputs from those of the very first row, so that no digits are lost in their variance.

    Parameters
    ----------
    subject
        What is analysed.
    seed
        Seed of the analysis.
    baseline
        The same without uncertainty, whose ranks shifts are from.
    """
    a, _ = SobolDesign(subject.columns, seed).rows(0, 0, 1)
    first = subject.run(a, seed=seed, stream=_stream(0))
    base = baseline.run(np.full((baseline.columns, 1), 0.5))
    return Origin(np.nan_to_num(_numbers(first)[..., 0]), base.rank[:, 0].astype(np.int64))


def compute_effects(rows: Rows, block: Block) -> tuple[Effects, ...]:
    """Sums over a block of rows, unit by unit.

    Parameters
    ----------
    rows
        The analysis.
    block
        Which rows.

    Returns
    -------
    tuple of Effects
        One for each unit.

    Raises
    ------
    RunError
        If some row has no value.
    """
    evaluate = partial(plain_effects, rows)
    if rows.is_linear:
        evaluate = partial(fast_effects, rows, build_layout(rows.model.plan, rows.groups))
    return tuple(
        evaluate(*divmod(first, rows.number))
        for first in range(block.first, block.first + block.samples, rows.unit)
    )


def add_effects(one: Effects, other: Effects) -> Effects:
    """Sums over the rows of both.

    Parameters
    ----------
    one, other
        Sums of the same analysis.
    """
    return Effects(
        add_sums(one.numbers, other.numbers),
        add_sums(one.shift, other.shift),
        add_sums(one.classes, other.classes),
    )


def whole_replicates(
    results: Iterable[tuple[Block, Sequence[Effects]]], units: int
) -> Iterator[Effects]:
    """Sums of one replicate after the other, added up in the order of their units.

    Parameters
    ----------
    results
        Blocks with the sums of their units, in any order; each replicate has as many units.
    units
        Units of a replicate.
    """
    total: Effects | None = None
    added = 0
    for effects in chain.from_iterable(in_order(results)):
        total = effects if total is None else add_effects(total, effects)
        added += 1
        if added == units:
            yield total
            total, added = None, 0


def fast_effects(rows: Rows, exchanges: Exchanges, replicate: int, first: int) -> Effects:
    """Sums over one unit of rows, exchanges being put together from stored parts of A and B.

    The result is that of `plain_effects` but for rounding, where `is_linear` holds only.

    Parameters
    ----------
    rows
        The analysis.
    exchanges
        What the kernel adds up.
    replicate
        Number of the replicate.
    first
        Number of the first row.
    """
    options = rows.model.plan.options
    objects, groups = options.mines * options.years, len(rows.groups)
    a, b = (
        np.pad(u, ((0, 0), (0, -rows.unit % LANES)), mode="edge") if rows.unit % LANES else u
        for u in rows.pair(replicate, first)
    )
    seed, stream = np.uint64(rows.seed), _stream(replicate)
    sums = Effects(
        no_number_sums(groups, len(rows.subject.numbers), objects),
        no_number_sums(groups, 1, options.years),
        no_class_sums(groups, len(CLASSES), objects, max(ZONES, GRADES)),
    )
    status = np.zeros(3, np.int64)
    run_unit(
        rows.model.plan,
        exchanges,
        Inputs(a, first, rows.unit, seed, np.uint64(stream)),
        Inputs(b, first, rows.unit, seed, np.uint64(stream + STREAMS)),
        rows.origin,
        sums,
        status,
    )
    raise_for(status, rows.model)
    return sums


def plain_effects(rows: Rows, replicate: int, first: int) -> Effects:
    """Sums over one unit of rows, each exchange evaluated in full.

    Works for any study, at a cost of one evaluation per group and row.

    Parameters
    ----------
    rows
        The analysis.
    replicate
        Number of the replicate.
    first
        Number of the first row.
    """
    a, b = rows.pair(replicate, first)
    total = None
    for piece in _pieces(rows):
        found = _piece_effects(rows, replicate, first + piece.start, a[:, piece], b[:, piece])
        total = found if total is None else add_effects(total, found)
    if total is None:
        raise ValueError("a unit has no rows")
    return total


def _pieces(rows: Rows) -> Iterator[slice]:
    """Parts of a unit whose outputs are kept at the same time: powers of two from a tile up."""
    objects = len(rows.origin.rank)
    most = _MOST_KEPT // (objects * (len(rows.groups) + 2) * (len(NUMBERS) + len(CLASSES)))
    size = min(rows.unit, max(LANES, 1 << max(most, 1).bit_length() - 1))
    return (slice(start, start + size) for start in range(0, rows.unit, size))


def _piece_effects(rows: Rows, replicate: int, first: int, a: Floats, b: Floats) -> Effects:
    subject, stream = rows.subject, _stream(replicate)

    def run(subject: Subject, u: Floats, stream: int) -> Outcome:
        return subject.run(u, seed=rows.seed, first=first, stream=stream)

    of_a = run(subject, a, stream)
    # Of scenarios columns select the noise, so that it comes from where they do.
    of_b = run(subject, b, stream if subject.scenario else stream + STREAMS)
    of_ab = [
        run(_exchanged(subject, group), exchange_rows(group, a, b), stream) for group in rows.groups
    ]
    draws = [of_a, of_b, *of_ab]
    y_a, y_b, *y_ab = (_numbers(each) for each in draws)
    shift_a, shift_b, *shift_ab = (_shift(each, rows) for each in draws)
    class_a, class_b, *class_ab = (_classes(each) for each in draws)
    return Effects(
        number_sums(y_a, y_b, np.stack(y_ab), origin=rows.origin.numbers),
        number_sums(shift_a, shift_b, np.stack(shift_ab)),
        class_sums(class_a, class_b, np.stack(class_ab), classes=max(ZONES, GRADES)),
    )


def _exchanged(subject: Subject, group: Group) -> Subject:
    """The same with a group's noise from B, where columns do not select it."""
    if subject.scenario is not None:
        return subject
    plan = exchange_streams(group, subject.model.plan)
    return Subject(replace(subject.model, plan=plan))


def _stream(replicate: int) -> int:
    """Base stream of A; that of B follows. Plain runs have the one before all."""
    return STREAMS * (1 + 2 * replicate)


def _numbers(draws: Outcome) -> Floats:
    """Outputs of `Subject.numbers`, (output, object, row)."""
    rank = np.where(draws.rank < 0, np.nan, draws.rank)
    further = [draws.coordination] if len(draws.coordination) else []
    return np.stack([draws.support, draws.pressure, draws.recc, rank, *further])


def _shift(draws: Outcome, rows: Rows) -> Floats:
    """Mean over the mines of |rank - baseline's rank|, (output, year, row).

    Source: Saisana, Saltelli and Tarantola (2005). Mines without a baseline's rank are left out.
    """
    by_year = (rows.model.plan.options.mines, rows.subject.years, -1)
    base = rows.origin.rank[:, None]
    moved = np.where(draws.rank < 0, np.nan, np.abs(draws.rank - base)).reshape(by_year)
    ranked = (base >= 0).reshape(by_year)
    total = np.where(ranked, moved, 0.0).sum(axis=0)
    count = ranked.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)[None]


def _classes(draws: Outcome) -> NDArray[np.int64]:
    """Outputs CLASSES numbered from 0, negative where undefined, (output, object, row)."""
    return np.asarray(np.stack([draws.zone, draws.grade]).astype(np.int64) - _LOWEST)
