"""A run of the suite as JSON, as text for a terminal and as Markdown."""

import json
import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.frame import OURS, Row

#: What a run is: its header, and by measurement its title, seconds and rows.
Run = dict[str, Any]

TITLES = ("contender", "what", "value", "times ours", "agrees to", "samples", "note")


def write(path: Path, run: Run) -> None:
    """Write a run as JSON, whole or not at all."""
    measured = {
        name: {**one, "rows": [row._asdict() for row in one["rows"]]}
        for name, one in run["measurements"].items()
    }
    unfinished = path.with_name(path.name + ".part")
    text = json.dumps({**run, "measurements": measured}, indent=1, ensure_ascii=False) + "\n"
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)


def read(path: Path) -> Run:
    """Read a run that `write` wrote."""
    run = json.loads(path.read_text(encoding="utf-8"))
    for one in run["measurements"].values():
        one["rows"] = [Row(**row) for row in one["rows"]]
    return run  # type: ignore[no-any-return]


def number(value: float | None) -> str:
    """Three digits, or all before the point."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if abs(value) >= 1e-3 else f"{value:.1e}"


def head(header: dict[str, Any]) -> str:
    """Machine, versions, commit and date in a few lines."""
    versions = ", ".join(f"{name} {version}" for name, version in header["versions"].items())
    load = f"load {header['load_before']} before, {header.get('load_after', '?')} after"
    return (
        f"{header['date']}, commit {header['commit']}\n"
        f"{header['cores']} cores of {header['cpu']}, {header['memory_gib']} GiB, "
        f"{header['system']}; {load}\n{versions}"
    )


def text(run: Run) -> str:
    """The whole run for a terminal."""
    parts = [head(run["header"])]
    if run["small"]:
        parts.append(
            "A run with --small: it shows that everything runs, and no number means a thing."
        )
    for one in run["measurements"].values():
        parts.append(f"== {one['title']} ({one['seconds']:.0f} s)")
        for work, rows in _by_work(one["rows"]):
            parts.append(f"{work}\n{_columns([TITLES, *map(_cells, rows)])}")
    return "\n\n".join(parts) + "\n"


def markdown(rows: Iterable[Row]) -> str:
    """Rows as tables, one for each work, without columns that are empty."""
    parts = []
    for work, members in _by_work(rows):
        table = [TITLES, *map(_cells, members)]
        kept = [k for k in range(len(TITLES)) if any(cells[k] for cells in table[1:])]
        lines = [[cells[k].replace("|", "\\|") for k in kept] for cells in table]
        lines.insert(1, ["---"] * len(kept))
        parts.append(f"**{work}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts)


def brief(rows: Iterable[Row]) -> str:
    """One table, a line for each work: our time, and how many times as long others take."""
    lines = ["| work | recc_mc | others, times as long |", "|---|---|---|"]
    for work, members in _by_work(row for row in rows if row.ratio is not None):
        ours = next((row for row in members if row.contender == OURS), None)
        if ours:
            others = sorted(
                (row for row in members if row is not ours), key=lambda row: row.ratio or 0.0
            )
            said = "; ".join(_times(row) for row in others)
            lines.append(f"| {work} | {number(ours.value)} {ours.what} | {said} |")
    return "\n".join(lines)


def _times(row: Row) -> str:
    said = f"{row.contender} {number(row.ratio)}"
    return f"**{said}**" if row.ahead else said


def _by_work(rows: Iterable[Row]) -> Iterable[tuple[str, list[Row]]]:
    return ((work, list(members)) for work, members in groupby(rows, key=lambda row: row.work))


def _cells(row: Row) -> tuple[str, ...]:
    note = f"ahead of ours; {row.note}".rstrip("; ") if row.ahead else row.note
    return (
        row.contender,
        row.what,
        number(row.value),
        number(row.ratio),
        "" if row.agreed_to is None else f"{row.agreed_to:.0e}" if row.agreed_to else "same bits",
        f"{row.samples:,}" if row.samples else "",
        note,
    )


def _columns(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = {2, 3, 5}

    def padded(line: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  " + "  ".join(cells).rstrip()

    return "\n".join(map(padded, lines))
