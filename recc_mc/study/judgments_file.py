"""Reading the judgment matrices: one entry of a TOML file, or one sheet, per matrix and expert."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.study.files import parse_toml, read_text, with_lines
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.judgment_sheets import MatrixSheets, read_matrix_sheets
from recc_mc.study.judgments import JudgmentMatrix, Judgments
from recc_mc.study.judgments_entry import Entry, EntryReader
from recc_mc.study.names import BadName, clean_name, folded, hint, look_alikes
from recc_mc.study.saaty import is_number
from recc_mc.study.wording import key_path, shown

__all__ = ["judgments_of", "parse_judgments", "read_judgments"]

_TABLES = ("matrix", "expert_weights", "snapped")


def read_judgments(path: Path, name: str, hierarchy: Hierarchy) -> Judgments:
    """Read the judgments on every node of a hierarchy.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.
    hierarchy
        Its nodes are the matrices expected. One with a single item may be left out.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    if path.suffix.lower() == ".xlsx":
        return _judged(read_matrix_sheets(path, name), name, hierarchy)
    return parse_judgments(read_text(path, name), name, hierarchy)


def parse_judgments(text: str, name: str, hierarchy: Hierarchy) -> Judgments:
    """Judgments in the text of a file; the rest is as of `read_judgments`."""
    return judgments_of(parse_toml(text, name), name, hierarchy, text)


def judgments_of(
    document: dict[str, Any], name: str, hierarchy: Hierarchy, text: str = ""
) -> Judgments:
    """Judgments in the tables of a file, however they came about.

    Parameters
    ----------
    document
        The tables: ``matrix``, a list of them, and ``expert_weights``.
    name, hierarchy
        As of `read_judgments`.
    text
        The text they stand in, if any, for the lines of problems.

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """
    return _judged(MatrixSheets(document, [], []), name, hierarchy, text)


def _judged(sheets: MatrixSheets, name: str, hierarchy: Hierarchy, text: str = "") -> Judgments:
    document = sheets.document
    problems = sheets.problems + [
        f"unknown key {shown(key)}{hint(key, _TABLES)}" for key in document if key not in _TABLES
    ]
    tables = document.get("matrix", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{name}: matrix: must be tables, each headed [[matrix]]")
    entries: list[Entry] = []
    attempted: set[str] = set()
    experts: dict[str, None] = {}
    snapped: list[str] = []
    estimated: list[str] = []
    for number, (table, places) in enumerate(zip_longest(tables, sheets.places), 1):
        reader = EntryReader(number, table, hierarchy.nodes, places)
        entry = reader.entry()
        # An entry with something wrong has an expert all the same.
        experts.setdefault(folded(str(table.get("expert", ""))))
        attempted.add(reader.name)
        problems += reader.problems
        snapped += reader.snapped
        estimated += reader.estimated
        if entry is not None:
            entries.append(entry)
    problems += _repetitions(entries)
    first = {e.expert: f"{e.label}: expert" for e in reversed(entries) if e.expert}
    problems += look_alikes({e.expert: first[e.expert] for e in entries if e.expert})
    problems += _missing(hierarchy.nodes, attempted)
    experts.pop("", None)
    earlier, snapped_problems = _told(document.get("snapped", []))
    problems += snapped_problems
    weights, weight_problems = _expert_weights(document.get("expert_weights"), list(experts))
    problems += weight_problems
    if problems:
        # A cell stands right behind the name of its file.
        told = (f"{name}{'' if problem.startswith(':') else ': '}{problem}" for problem in problems)
        raise InputError(with_lines(told, name, text))
    return Judgments(
        tuple(_matrix(node, items, entries, weights) for node, items in hierarchy.nodes.items()),
        (*earlier, *snapped),
        tuple(estimated),
        tuple(weights.items()),
    )


def _told(lines: Any) -> tuple[list[str], list[str]]:
    """Decimals that were taken for fractions before the file was written, which are told only."""
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        return [folded(line) for line in lines], []
    return [], ["snapped: must be a list of texts in quotes"]


def _matrix(
    node: str, items: tuple[str, ...], entries: list[Entry], weights: Mapping[str, float]
) -> JudgmentMatrix:
    own = [entry for entry in entries if entry.name == node]
    if not own:
        return JudgmentMatrix(node, items, ("",), np.ones((1, 1, 1)), np.ones(1))
    experts = tuple(entry.expert for entry in own)
    stack = np.stack([entry.values for entry in own])
    missing = np.stack([entry.missing for entry in own])
    shares = _expert_shares(experts, weights)
    return JudgmentMatrix(node, items, experts, stack, shares, missing if missing.any() else None)


def _expert_shares(experts: Sequence[str], weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Share of each expert in a matrix; one without a weight has weight 1."""
    shares = np.array([weights.get(expert, 1.0) for expert in experts])
    normalized: NDArray[np.float64] = shares / shares.sum()
    return normalized


def _missing(nodes: Mapping[str, tuple[str, ...]], attempted: set[str]) -> Iterator[str]:
    for node, items in nodes.items():
        if len(items) > 1 and node not in attempted:
            yield f'no matrix "{node}": expected one over {", ".join(items)}'


def _repetitions(entries: list[Entry]) -> Iterator[str]:
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        earlier = first.setdefault((entry.name, entry.expert), entry)
        if earlier is not entry:
            whose = f' of expert "{entry.expert}"' if entry.expert else ""
            yield (
                f"{entry.label}: is given twice{whose}, first as {earlier.label.lstrip(':')}"
                + ("" if entry.expert else "; several experts each need an expert = name")
            )
    named = {entry.name for entry in entries if entry.expert}
    for entry in entries:
        if entry.name in named and not entry.expert:
            yield f"{entry.label}: expert: is required, as other entries of this matrix have one"


def _expert_weights(table: Any, experts: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Weights by expert, and what is wrong with them; no table gives all the same weight."""
    if table is None:
        return {}, []
    if not isinstance(table, dict):
        return {}, ["expert_weights: must be a table name = number"]
    problems: list[str] = []
    weights: dict[str, float] = {}
    given: set[str] = set()
    for key, value in table.items():
        place = key_path(("expert_weights", key))
        try:
            expert = clean_name(key)
        except BadName as problem:
            problems.append(f"{place}: expected {problem}")
            continue
        if expert in given:
            problems.append(f'{place}: "{expert}" is given twice')
        given.add(expert)
        if expert not in experts:
            problems.append(f"{place}: unknown expert{hint(expert, experts)}")
        elif not is_number(value) or value <= 0:
            problems.append(f"{place}: must be a number > 0, got {shown(value)}")
        else:
            weights[expert] = float(value)
    problems += [
        f"{key_path(('expert_weights', expert))}: is required, as other experts have a weight"
        for expert in experts
        if expert not in given
    ]
    return weights, problems
