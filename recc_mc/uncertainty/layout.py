"""What the pick-freeze kernel has to add up for the groups of a study."""

from collections.abc import Sequence

import numpy as np

from recc_mc.kernels.pickfreeze import BY_INDICATOR, BY_MATRIX, BY_VARIANT, Exchanges
from recc_mc.kernels.records import AGGREGATION, Integers, Plan
from recc_mc.uncertainty.groups import CLASS, Group

__all__ = ["build_layout", "is_linear"]

# Of every variant: sources (0: A, 1: B) of data, goalposts, scope, judgments, prioritization and
# the AHP's share.
_FROM_A, _FROM_B = (0,) * 6, (1,) * 6
_CHANGED = {
    "goalposts": (0, 1, 0, 0, 0, 0),
    "scope": (0, 0, 1, 0, 0, 0),
    "prioritization": (0, 0, 0, 0, 1, 0),
    "ahp_share": (0, 0, 0, 0, 0, 1),
    "data": (1, 0, 0, 0, 0, 0),
    "judgment": (0, 0, 0, 1, 0, 0),
    "method": (0, 1, 1, 0, 1, 1),
}
_SUPPORT, _PRESSURE = 0, 1


def is_linear(plan: Plan) -> bool:
    """Whether no sample can be aggregated geometrically.

    Parameters
    ----------
    plan
        The study.
    """
    choice = plan.choices[AGGREGATION]
    return bool(choice["first"] == 0 and choice["second"] == 0)


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
    variants = [_FROM_A, _FROM_B, *(_CHANGED[_name(g)] for g in groups if _is_variant(g))]
    # What is certain is the same in A and B, and need not be computed twice.
    open_ = np.array([_is_open(groups, source) for source in _SOURCES])
    sources = [tuple((np.array(variant) * open_).tolist()) for variant in variants]
    passes = [(0, 0, 0), (1, 0, 0)] if open_[0] else [(0, 0, 0)]
    passes = list(dict.fromkeys([*passes, *(variant[:3] for variant in sources)]))
    weights = [(0, 0), (1, 0)] if open_[3] else [(0, 0)]
    weights = list(dict.fromkeys([*weights, *(variant[3:5] for variant in sources)]))
    sums = list(dict.fromkeys(variant[:5] for variant in sources))
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
        sums=np.array([(passes.index(s[:3]), weights.index(s[3:5])) for s in sums]),
        variants=np.array([(sums.index(variant[:5]), variant[5]) for variant in sources]),
        nodes=nodes,
        matrix_slots=matrix_slots,
        indicator_slots=indicator_slots,
    )


_SOURCES = ("data", "goalposts", "scope", "judgment", "prioritization", "ahp_share")


def _is_open(groups: Sequence[Group], source: str) -> bool:
    return any(group.kind == source or source in group.choices for group in groups)


def _is_variant(group: Group) -> bool:
    return group.kind in ("method", CLASS)


def _name(group: Group) -> str:
    return group.label if group.kind == CLASS else group.choices[0]


def _nodes(plan: Plan) -> Integers:
    """Matrices of each indicator's criterion and of itself."""
    items = np.stack([plan.indicators["criterion_item"], plan.indicators["local_item"]], axis=1)
    nodes: Integers = np.searchsorted(plan.matrices["first_item"], items, side="right") - 1
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
