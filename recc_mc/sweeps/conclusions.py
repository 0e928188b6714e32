"""What the baseline concludes of a year, and in how many draws each conclusion holds."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Integers
from recc_mc.kernels.records import Draws
from recc_mc.labels.dataset import outputs_in
from recc_mc.labels.declaration import ZONE_NAMES
from recc_mc.language.retelling import recorded
from recc_mc.study.class_names import GRADES
from recc_mc.study.nouns import nouns_of
from recc_mc.study.shape import SYMBOLS, ranked_by

__all__ = ["Conclusion", "conclusions_of", "count_holding"]


class Conclusion(NamedTuple):
    """Something that the baseline says of a year.

    Parameters
    ----------
    kind
        ``"top_rank"``, ``"order"``, ``"overload"``, ``"zone"`` or ``"grade"``.
    text
        The same as a sentence.
    mine, other
        Positions of the mine that it is about and of the one that it is compared with; -1 if none.
    code
        Code of the zone or grade; of overload whether there is one.
    """

    kind: str
    text: str
    mine: int
    other: int = -1
    code: int = 1


def conclusions_of(baseline: xr.Dataset) -> tuple[Conclusion, ...]:
    """Conclusions of a year: who is first, the order of neighbours, overload, zones and grades.

    Parameters
    ----------
    baseline
        Group ``baseline`` of a result, of one year. What is undefined in it, and the order of mines
        that share a rank, is no conclusion.
    """
    mines = list(map(str, baseline["mine"].values))
    return tuple(
        [*_ranking(mines, baseline), *_overload(mines, baseline), *_classes(mines, baseline)]
    )


def _values(baseline: xr.Dataset, name: str) -> NDArray[Any]:
    """Values by mine; none of what a study has no baseline of."""
    return baseline[name].values if name in baseline else np.full(baseline.sizes["mine"], -1)


def _ranking(mines: Sequence[str], baseline: xr.Dataset) -> Iterator[Conclusion]:
    ranks = _values(baseline, "rank")
    order = [int(i) for i in np.argsort(ranks, kind="stable") if ranks[i] > 0]
    if len(order) < 2:
        return
    first, more = "{mine} is the most loaded {one}", "{mine} is more loaded than {other}"
    index, one = ranked_by(outputs_in(baseline.attrs)), nouns_of(baseline.attrs).one
    if index != "recc":
        # Of one system ranks are by its index, which is no load.
        first, more = "{mine} has the largest {symbol}", "{mine} has a larger {symbol} than {other}"
    symbol = SYMBOLS[index]
    if ranks[order[0]] < ranks[order[1]]:
        text = recorded(first, mine=mines[order[0]], one=one, symbol=symbol)
        yield Conclusion("top_rank", text, order[0])
    for upper, lower in pairwise(order):
        if ranks[upper] < ranks[lower]:
            text = recorded(more, mine=mines[upper], other=mines[lower], symbol=symbol)
            yield Conclusion("order", text, upper, lower)


def _overload(mines: Sequence[str], baseline: xr.Dataset) -> Iterator[Conclusion]:
    for i, ratio in enumerate(_values(baseline, "recc").astype(np.float64)):
        if ratio >= 1:
            text = recorded("{mine} is overloaded (C >= 1)", mine=mines[i])
            yield Conclusion("overload", text, i)
        elif ratio >= 0:
            text = recorded("{mine} is not overloaded (C < 1)", mine=mines[i])
            yield Conclusion("overload", text, i, code=0)


def _classes(mines: Sequence[str], baseline: xr.Dataset) -> Iterator[Conclusion]:
    for i, code in enumerate(_values(baseline, "zone").tolist()):
        if code >= 0:
            text = recorded("{mine} is in the zone {zone}", mine=mines[i], zone=ZONE_NAMES[code])
            yield Conclusion("zone", text, i, code=code)
    for i, code in enumerate(_values(baseline, "grade").tolist()):
        if code >= 1:
            text = recorded("{mine} is of grade {grade}", mine=mines[i], grade=GRADES[code - 1])
            yield Conclusion("grade", text, i, code=code)


def count_holding(
    conclusions: Sequence[Conclusion], draws: Draws, year: int, years: int
) -> Integers:
    """In how many draws each conclusion holds, and in how many it has a truth (conclusion, 2).

    Parameters
    ----------
    conclusions
        The conclusions.
    draws
        Draws of the study.
    year, years
        Position of the year, and how many there are.
    """
    counts = np.empty((len(conclusions), 2), np.int64)
    recc, zone, grade, rank = (
        getattr(draws, name)[year::years] for name in ("recc", "zone", "grade", "rank")
    )
    for row, (kind, _, mine, other, code) in zip(counts, conclusions, strict=True):
        match kind:
            case "top_rank":
                holds, defined = rank[mine] == 1, rank[mine] > 0
            case "order":
                # Of one system it is that system's index.
                # Without a C of either mine the comparison is false.
                holds, defined = recc[mine] > recc[other], ~np.isnan(recc[mine] + recc[other])
            case "overload":
                defined = ~np.isnan(recc[mine])
                holds = ((recc[mine] >= 1) == bool(code)) & defined
            case "zone":
                holds, defined = zone[mine] == code, zone[mine] >= 0
            case _:
                holds, defined = grade[mine] == code, grade[mine] >= 1
        row[:] = np.count_nonzero(holds), np.count_nonzero(defined)
    return counts
