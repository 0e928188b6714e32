"""The command compare, and its table: the largest differences, and how sure they are."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc.cli.commands import spare, sweep
from recc_mc.cli.text import grid, heading, headings, number, show, variation_lines
from recc_mc.comparison import NO_ERRORS, RESULTS
from recc_mc.comparison import compare as difference
from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.results import check_ending, check_target, load, save
from recc_mc.results.variables import (
    COMPARED_PROBABILITIES,
    COMPARED_SCENARIOS,
    GRADES,
    INDICES,
    ZONE_NAMES,
)

__all__ = ["compare", "comparison_table"]

# More than fits on a screen stays in the dataset.
MOST_ROWS = 15
# A difference of more standard errors is not called chance.
CLEAR = 2.0
SCENARIO = "scenario_"
SYMBOLS = {"support": "S", "pressure": "P", "recc": "C"}
KINDS = ("mean", "baseline", "quantile")


def compare(args: argparse.Namespace) -> None:
    """Find out what differs between two results."""
    sweep([args.first, args.second])
    if args.output is not None:
        check_ending(args.output)
        check_target(args.output, overwrite=args.force)
        spare(Path(args.output), [Path(args.first), Path(args.second)])
    with load(args.first) as first, load(args.second) as second:
        differences = difference(first, second)
    if args.output is not None:
        save(args.output, comparison=differences, overwrite=args.force, command=args.invocation)
    if not args.quiet:
        show(comparison_table(differences, (args.first, args.second)))
        if args.output is not None:
            show(f"\nresult: {args.output}")


def comparison_table(differences: xr.Dataset, names: Sequence[str]) -> str:
    """Largest differences between two results as text.

    Parameters
    ----------
    differences
        Result of `recc_mc.compare`.
    names
        What the reader calls the two results, such as names of files.

    Returns
    -------
    str
        What is compared and where the standard errors come from; the largest differences of
        probabilities, then of indices, each with its standard error and how many of these it is.
    """
    sections = [_what(differences, names)]
    for title, variables in (
        ("Probabilities", COMPARED_PROBABILITIES),
        ("Indices", [f"{index}_{kind}" for index in INDICES for kind in KINDS]),
    ):
        present = (name for name in variables if name in differences)
        rows = [row for name in present for row in _rows(differences, name)]
        if rows:
            sections.append(_section(title, rows, differences))
    sections += _scenarios(differences)
    if differences.attrs.get("left_out"):
        sections.append(f"Not compared: {differences.attrs['left_out']}")
    return "\n\n".join(sections)


def _scenarios(differences: xr.Dataset) -> Iterator[str]:
    """Largest differences of scenarios, and how many are more than chance."""
    names = [f"{SCENARIO}{name}" for name in COMPARED_SCENARIOS]
    rows = [row for name in names if name in differences for row in _rows(differences, name)]
    if not rows:
        return
    yield _section("Scenarios", rows, differences)
    beyond = sum(_is_beyond(row) for row in rows)
    yield (
        f"Of {len(rows):,} differences of scenarios {beyond:,} are beyond {CLEAR:g} standard "
        f"errors ({differences.attrs['scenario_errors']})."
    )


def _is_beyond(row: "_Row") -> bool:
    """Whether a difference is more than Monte Carlo error."""
    return bool(row.difference and abs(row.difference) > CLEAR * row.error)


class _Row(NamedTuple):
    mine: str
    year: int
    what: str
    values: tuple[float, float]
    difference: float
    error: float
    scenario: str = ""


def _what(differences: xr.Dataset, names: Sequence[str]) -> str:
    attrs = differences.attrs
    lines = []
    for letter, name in zip(RESULTS, names, strict=True):
        lines.append(f"{letter}: {name}: {_result(differences, letter)}")
        lines += [f"   {line}" for line in variation_lines(attrs, of=f"_{letter}")]
    if attrs["errors"] == NO_ERRORS:
        lines.append(f"no standard errors, {attrs['errors_comment']}")
    else:
        lines.append(f"standard errors: {attrs['errors']}, {attrs['errors_comment']}")
    return "\n".join(lines)


def _result(differences: xr.Dataset, name: str) -> str:
    attrs = differences.attrs
    label = f" ({RECONSTRUCTION})" if RECONSTRUCTION in attrs.get(f"comment_{name}", "") else ""
    parts = [f"{attrs.get(f'title_{name}', 'untitled')}{label}"]
    if f"samples_{name}" in attrs:
        parts.append(f"{attrs[f'samples_{name}']:,} samples")
    if f"seed_{name}" in attrs:
        parts.append(f"seed {attrs[f'seed_{name}']}")
    return ", ".join(parts)


def _rows(differences: xr.Dataset, name: str) -> Iterator[_Row]:
    difference = differences[f"{name}_difference"]
    error = differences.get(f"{name}_difference_error")
    for cell in zip(*np.nonzero(~np.isnan(difference.values)), strict=True):
        at = dict(zip(difference.dims, cell, strict=True))
        first, second = differences[name].isel(at).values.tolist()
        here = difference.isel(at)
        yield _Row(
            str(here["mine"].item()),
            int(here["year"].item()),
            _label(name, here),
            (first, second),
            here.item(),
            np.nan if error is None else error.isel(at).item(),
            str(here["scenario"].item()) if "scenario" in at else "",
        )


def _label(name: str, at: xr.DataArray) -> str:
    """What differs, as a reader says it."""
    name = name.removeprefix(SCENARIO)
    if name.endswith("_change_mean"):
        return f"{SYMBOLS[name.removesuffix('_change_mean')]}, mean change"
    what, _, kind = name.rpartition("_")
    match what, kind:
        case "overload", _:
            return "P(C >= 1)"
        case "zone", _:
            return f"P({ZONE_NAMES[at['zone'].item()]})"
        case "grade", _:
            return f"P(grade {GRADES[at['grade'].item() - 1]})"
        case "rank", _:
            return f"P(rank {at['rank_position'].item()})"
        case _, "quantile":
            return f"{SYMBOLS[what]}, {at['quantile'].item() * 100:g} % quantile"
    return f"{SYMBOLS[what]}, {kind}"


def _section(title: str, rows: Sequence[_Row], differences: xr.Dataset) -> str:
    if not any(row.difference for row in rows):
        return f"{heading(title)}\nno difference in any of {len(rows):,}"
    largest = sorted(rows, key=lambda row: -abs(row.difference))[:MOST_ROWS]
    scenarios = any(row.scenario for row in rows)
    cells = [
        (
            *((row.scenario,) if scenarios else ()),
            row.mine,
            str(row.year),
            row.what,
            *(f"{value:z.4f}" for value in row.values),
            f"{row.difference:+z.4f}",
            number(row.error),
            _multiple(row),
        )
        for row in largest
    ]
    whose = ("scenario", "mine") if scenarios else ("mine",)
    columns = (*whose, "year", "what", *RESULTS, "B - A", "s.e.", "in s.e.")
    header = headings(columns, differences.attrs)
    align = "<" * scenarios + "<><>>>>>"
    count = f"the {len(cells):,} largest of {len(rows):,} differences"
    if len(cells) == len(rows):
        count = f"all {len(rows):,} differences, the largest first"
    return f"{heading(f'{title}: {count}')}\n{grid(header, cells, align)}"


def _multiple(row: _Row) -> str:
    """How many standard errors a difference is; none of a difference that is exactly 0."""
    if np.isnan(row.error):
        return "-"
    if row.difference == 0:
        return "0.0"
    return f"{abs(row.difference) / row.error:.1f}" if row.error else "no spread"
