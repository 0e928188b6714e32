"""Experts' tables as the matrices of a study: under the names of their nodes, blank ones added."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from recc_mc.study.hierarchy import SEPARATOR, SYSTEMS, Hierarchy, Indicator
from recc_mc.study.names import folded_path
from recc_mc.study.saaty import ratio_of
from recc_mc.workbook.draft import DraftMatrix
from recc_mc.workbook.expert_tables import ExpertTable

__all__ = ["draft_matrices", "listed"]

_SHOWN = 6


def draft_matrices(
    indicators: Sequence[Mapping[str, Any]], found: Sequence[ExpertTable]
) -> tuple[list[DraftMatrix], list[str]]:
    """Matrices that were found under the names of their nodes, and blank ones for the others.

    Parameters
    ----------
    indicators
        Rows of the table of indicators.
    found
        The experts' tables.

    Returns
    -------
    tuple
        The matrices, and sentences about what is left to fill in.
    """
    nodes = _nodes(indicators)
    names = {str(row.get("long_name")): row["indicator"] for row in indicators}
    matrices: list[DraftMatrix] = []
    left: list[str] = []
    named: list[tuple[str, ExpertTable, tuple[str, ...]]] = []
    for square in found:
        items = tuple(names.get(item, item) for item in square.items)
        node = _node(nodes, items, square.names)
        if node is None:
            node = square.names[0]
            if nodes:
                left.append(
                    f"{square.place}: judgments on {listed(items)}: are the items of no system "
                    "and no criterion; correct the items, or the sheet indicators"
                )
        named.append((node, square, items))
    several = {node for node, count in Counter(node for node, *_ in named).items() if count > 1}
    has_experts = bool(several) or any(square.expert for _, square, _ in named)
    for node, square, items in named:
        if node in several and all(cell == "" for row in square.upper for cell in row):
            # Whoever judges nothing leaves the node to the others.
            left.append(f'{square.place}: holds no judgment on "{node}": is left out')
            continue
        expert = square.expert or (_expert(square, found) if has_experts else "")
        upper = [[None if cell == "" else _number(cell) for cell in row] for row in square.upper]
        matrices.append(DraftMatrix(node, items, [*upper, []], expert, square.weight))
        pairs = sum(cell is None for row in upper for cell in row)
        if pairs:
            left.append(
                f'{square.place}: blank judgments on "{node}": {pairs}; those not given are '
                "estimated from the others"
            )
    given = {matrix.name for matrix in matrices}
    for node, members in nodes.items():
        if node not in given and len(members) > 1:
            size = len(members)
            blank = [[None] * (size - 1 - i) for i in range(size)]
            matrices.append(DraftMatrix(node, members, blank))
            left.append(f'sheet of matrix "{node}": {size * (size - 1) // 2} judgments')
    if nodes and not found:
        left.append(
            "judgments: none are needed with method.ahp_share = 0, nor with method.weights = "
            '"given", which takes the column weight of the sheet indicators'
        )
    if not nodes:
        left.append(
            "judgments: when the sheet indicators is filled in, 'recc-mc import' of this workbook "
            "writes a sheet for each matrix"
        )
    return matrices, left


def _node(
    nodes: Mapping[str, tuple[str, ...]], items: Sequence[str], names: Sequence[str]
) -> str | None:
    """Node that has these items; of several, as below two criteria, one that is named."""
    found = [node for node, members in nodes.items() if set(members) == set(items)]
    known = {folded_path(name) for name in names}
    named = [n for n in found if n in known or n.rpartition(SEPARATOR)[2] in known]
    return next(iter([*named, *found]), None)


def _nodes(indicators: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Items of each matrix, as far as system and criterion of all indicators are known."""
    if any(row.get("system") not in SYSTEMS or not row.get("criterion") for row in indicators):
        return {}
    found = (
        Indicator(row["indicator"], row["system"], folded_path(str(row["criterion"])), 1, "", "")
        for row in indicators
    )
    return dict(Hierarchy(tuple(found)).nodes)


def _expert(square: ExpertTable, found: Sequence[ExpertTable]) -> str:
    """Expert of a table that names none: its file, or its sheet where all are of one file."""
    if len({other.table.file for other in found}) > 1:
        return Path(square.table.file).stem
    return square.table.name


def _number(cell: Any) -> Any:
    """Judgment as a number, so that the sheet's formulas can read it."""
    value = ratio_of(cell)
    return cell if value is None else int(value) if value.is_integer() else value


def listed(names: Iterable[str]) -> str:
    """The first of some names, and how many there are."""
    every = list(names)
    more = f", ... ({len(every)})" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more
