"""What the pick-freeze kernel has to add up for the groups of a study."""

from collections.abc import Collection, Sequence

import numpy as np

from recc_mc.kernels.pickfreeze import BY_INDICATOR, BY_MATRIX, BY_VARIANT, Exchanges
from recc_mc.kernels.records import CRITERIA, Integers, Plan
from recc_mc.study.choices import CHOICES, LISTED
from recc_mc.uncertainty.groups import CLASS, Group

__all__ = ["build_layout", "is_linear", "whole_ways"]


def _found_anew(exchange: str) -> tuple[str, ...]:
    return tuple(choice.name for choice in CHOICES if choice.exchange == exchange)


# What a variant takes from A (0) or B (1): what makes a pass, what makes weights, and the rest.
_OF_PASS = ("data", *_found_anew("values"))
_OF_WEIGHTS = ("judgment", *_found_anew("priorities"))
_SOURCES = (*_OF_PASS, *_OF_WEIGHTS, *_found_anew("share"))
_SUM, _REST = slice(0, len(_OF_PASS + _OF_WEIGHTS)), slice(len(_OF_PASS + _OF_WEIGHTS), None)
_PASS, _WEIGHTS = slice(0, len(_OF_PASS)), slice(len(_OF_PASS), _SUM.stop)
_SUPPORT, _PRESSURE = 0, 1


def is_linear(plan: Plan) -> bool:
    """Whether the kernel can put all exchanges together.

    Parameters
    ----------
    plan
        The study.
    """
    return not whole_ways(plan)


def whole_ways(plan: Plan) -> tuple[str, ...]:
    """Ways of the method, held or drawn, for which every exchange is evaluated in full.

    Parameters
    ----------
    plan
        The study.

    Returns
    -------
    tuple of str
        Choice and alternative, such as ``"aggregation topsis"``; what else is made of the index.
    """
    pairs = zip(plan.choices, LISTED, strict=True)
    # Exchanging an error that indicators share changes several.
    shared = ("errors that indicators share",) if len(plan.shared) else ()
    # Scores of criteria are no parts of the indices that are stored.
    coupled = ("coupling of criteria",) if plan.coupling.of == CRITERIA else ()
    return (
        shared
        + coupled
        + tuple(
            f"{choice.name} {choice.names[code]}"
            for row, choice in pairs
            for code in row["code"][: row["count"]]
            if choice.alternatives[code].whole
        )
    )


def build_layout(plan: Plan, groups: Sequence[Group]) -> Exchanges:
    """Tables for the kernel `recc_mc.kernels.pickfreeze.run_unit`.

    Parameters
    ----------
    plan
        The study.
    groups
        What is exchanged: single factors and classes.
    """
    nodes = _nodes(plan)
    # What is certain is the same in A and B, and need not be computed twice.
    uncertain = [source for source in _SOURCES if _is_open(groups, source)]
    exchanged = [
        set(),
        set(_SOURCES),
        *({group.label, *group.choices} for group in groups if _is_variant(group)),
    ]
    sources = [_sources(names.intersection(uncertain)) for names in exchanged]
    passes = [_sources(set())[_PASS], _sources({"data"}.intersection(uncertain))[_PASS]]
    passes = list(dict.fromkeys([*passes, *(variant[_PASS] for variant in sources)]))
    weights = [_sources(set())[_WEIGHTS], _sources({"judgment"}.intersection(uncertain))[_WEIGHTS]]
    weights = list(dict.fromkeys([*weights, *(variant[_WEIGHTS] for variant in sources)]))
    sums = list(dict.fromkeys(variant[_SUM] for variant in sources))
    table, slots, counts = _slots(plan, groups, nodes)
    matrix_slots = np.full((len(plan.matrices), 2), -1)
    indicator_slots = np.full((len(plan.indicators), 2), -1)
    for (kind, number), row in zip(table, slots, strict=True):
        if kind == BY_MATRIX:
            matrix_slots[number] = row
        elif kind == BY_INDICATOR:
            indicator_slots[number] = row
    return Exchanges(
        groups=np.array(table).reshape(-1, 2),
        slots=slots,
        slot_counts=counts,
        passes=np.array(passes),
        weights=np.array(weights),
        sums=np.array([(passes.index(s[_PASS]), weights.index(s[_WEIGHTS])) for s in sums]),
        variants=np.array([(sums.index(variant[_SUM]), *variant[_REST]) for variant in sources]),
        nodes=nodes,
        matrix_slots=matrix_slots,
        indicator_slots=indicator_slots,
    )


def _sources(from_b: Collection[str]) -> tuple[int, ...]:
    return tuple(int(source in from_b) for source in _SOURCES)


def _is_open(groups: Sequence[Group], source: str) -> bool:
    return any(group.kind == source or source in group.choices for group in groups)


def _is_variant(group: Group) -> bool:
    return group.kind in ("method", CLASS)


def _nodes(plan: Plan) -> Integers:
    """Matrices of the items on each indicator's way, -1 beyond its end."""
    # Before the first item there is no matrix: -1 stays -1.
    nodes: Integers = np.searchsorted(plan.matrices["first_item"], plan.path, side="right") - 1
    return nodes


def _slots(
    plan: Plan, groups: Sequence[Group], nodes: Integers
) -> tuple[list[tuple[int, int]], Integers, Integers]:
    """Kind and number of each exchange, and where its indices are."""
    split = plan.options.support_members
    members = (plan.member[:split], plan.member[split:])
    table, slots, counts = [], np.full((len(groups), 2), -1), np.zeros(2, np.int64)
    variant = 2
    for group, row in zip(groups, slots, strict=True):
        if _is_variant(group):
            table.append((BY_VARIANT, variant))
            variant += 1
            systems = [_SUPPORT, _PRESSURE]
        elif group.kind == "judgment":
            (number,) = group.matrices
            table.append((BY_MATRIX, number))
            systems = [s for s in (_SUPPORT, _PRESSURE) if (nodes[members[s]] == number).any()]
        else:
            (number,) = group.indicators
            table.append((BY_INDICATOR, number))
            systems = [s for s in (_SUPPORT, _PRESSURE) if number in members[s]]
        row[systems] = counts[systems]
        counts[systems] += 1
    return table, slots, counts
