"""The command scenarios, and its table: what each scenario changes of every mine."""

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr

from recc_mc.cli import commands
from recc_mc.cli.options import run_options, shard_option
from recc_mc.cli.result_tables import precision_text
from recc_mc.cli.text import (
    LINE,
    UNDEFINED,
    chance,
    grid,
    heading,
    headings,
    number,
    show,
    variation_lines,
)
from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.language.numbers import in_percent
from recc_mc.results.outputs import index_symbol, index_words, main_index
from recc_mc.simulation.assembly import Outcome
from recc_mc.simulation.scenarios import ScenarioRun
from recc_mc.study.scenarios import chosen_scenarios

__all__ = ["scenarios", "scenarios_table", "show_scenarios"]

# More than fits on a screen stays in the file.
MOST_ROWS = 120
# Indicators that a line lists.
MOST_LISTED = 5

_ANCHORS = {
    "reference": "goalposts and weights are those of the same draw of the reference",
    "recomputed": "goalposts and weights are found anew in the changed panel",
}


def scenarios(args: argparse.Namespace) -> None:
    """Find out what scenarios change."""
    options, shard = run_options(args), shard_option(args)
    study = commands.read_study_of(args)
    chosen_scenarios(study)
    if args.only is not None:
        options["only"] = chosen_scenarios(study, args.only, "--only").names
    found = commands.produce_result(study, args, options, shard, kind=ScenarioRun)
    if found is not None:
        show_scenarios(*found, args)


def show_scenarios(outcome: Outcome, path: Path, args: argparse.Namespace) -> None:
    """Print the table of a result."""
    if not args.quiet:
        show(scenarios_table(outcome.summary))
        show(f"\nresult: {path}")


def scenarios_table(found: xr.Dataset) -> str:
    """What scenarios change of the last year as text.

    Parameters
    ----------
    found
        Group ``scenarios`` of a result.

    Returns
    -------
    str
        For each scenario and mine the mean of C, its paired change with the interval between the
        outermost quantiles, the probability that it falls, and those of overload before and after;
        then what the changed values are beyond.
    """
    label = f" ({RECONSTRUCTION})" if RECONSTRUCTION in found.attrs.get("comment", "") else ""
    run = f"{int(found.attrs['samples']):,} samples, seed {int(found.attrs['seed'])}"
    head = [f"{found.attrs['title']}{label}", run, *variation_lines(found.attrs), *_anchor(found)]
    sections = ["\n".join(head), _titles(found), _changes(found), *_beyond(found)]
    return "\n\n".join([*sections, precision_text(found)])


def _anchor(found: xr.Dataset) -> Iterator[str]:
    anchor = str(found.attrs["anchor"])
    yield f"anchor:     {anchor}: {_ANCHORS[anchor]}"
    if "horizon" in found.attrs:
        how = {"hold": "its last values", "trend": "the trend of its given values"}
        words = f"the reference goes on with {how[str(found.attrs['continuation'])]}"
        yield f"horizon:    {int(found.attrs['horizon'])}: {words}"


def _titles(found: xr.Dataset) -> str:
    """Scenarios and what they are, the reference left out."""
    names = [str(name) for name in found["scenario"].values[1:]]
    width = max(map(len, names)) + 2
    lines = [
        line
        for name, title in zip(names, found["scenario_title"].values[1:].tolist(), strict=True)
        for line in textwrap.wrap(f"{name:<{width}}{title}", LINE, subsequent_indent=" " * width)
    ]
    return "\n".join([heading("Scenarios"), *lines])


def _changes(found: xr.Dataset) -> str:
    """Rows of all scenarios and mines of the last year."""
    last, index, symbol = found.isel(year=-1), main_index(found), index_symbol(found)
    low, high = _interval(found)
    header = ["scenario", "mine", f"mean {symbol}", f"change [{100 * (high - low):g} %]"]
    if f"{index}_fall_probability" in found:
        header.append(f"P({symbol} falls)")
    if "overload_probability" in found:
        header += ["P(C >= 1) before", "after"]
    rows = []
    for s, name in enumerate(found["scenario"].values[1:].tolist(), 1):
        for m, mine in enumerate(found["mine"].values.tolist()):
            # A name stands once above its rows.
            whose = [str(name) if m == 0 else "", str(mine)]
            rows.append([*whose, *_numbers(last.isel(mine=m), s, index)])
    title = heading(f"{int(last['year'])}: {index_words(found)}, paired with the reference")
    align = "<<" + ">" * (len(header) - 2)
    table = grid(headings(header, found.attrs), rows[:MOST_ROWS], align)
    more = len(rows) - MOST_ROWS
    note = f"\n... and {more} more rows; the file holds all" if more > 0 else ""
    return f"{title}\n{table}{note}"


def _interval(found: xr.Dataset) -> tuple[float, float]:
    """Probabilities of the quantiles that are shown: 90 % lie between them, if they are there."""
    levels = found["quantile"].values.tolist()
    return _USUAL if set(_USUAL) <= set(levels) else (min(levels), max(levels))


_USUAL = (0.05, 0.95)


def _numbers(cell: xr.Dataset, scenario: int, index: str) -> Iterator[str]:
    """What a scenario makes of a mine."""
    one = cell.isel(scenario=scenario)
    mean, deviation = (float(one[f"{index}_change_{name}"]) for name in ("mean", "std"))
    yield number(float(one[f"{index}_mean"]))
    if np.isnan(mean):
        yield UNDEFINED
    elif mean == 0 and not deviation > 0:
        yield "0"
    else:
        low, high = one[f"{index}_change_quantile"].sel(quantile=list(_interval(cell))).values
        yield f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"
    if f"{index}_fall_probability" in one:
        yield _chance(one, f"{index}_fall_probability")
    if "overload_probability" in one:
        yield _chance(cell.isel(scenario=0), "overload_probability")
        yield _chance(one, "overload_probability")


def _chance(cell: xr.Dataset, name: str) -> str:
    share = float(cell[name])
    # How near to 0 and 1 the probabilities of what all draws agree on are is said below.
    return f"{share:.0f}" if share in (0, 1) else chance(share, float(cell[f"{name}_error"]))


def _beyond(found: xr.Dataset) -> Iterator[str]:
    """Shares of changed values that are beyond something."""
    for name, what in _SHARES.items():
        lines = [
            f"  {scenario}: {shares}"
            for s, scenario in enumerate(found["scenario"].values.tolist())
            if (shares := _listed(found[name].isel(scenario=s)))
        ]
        if lines:
            yield "\n".join([f"Changed values {what}, of cells and samples:", *lines])


_SHARES = {
    "above_goalpost_share": "beyond the goalposts, r > 1, which count in full",
    "below_goalpost_share": "beyond the goalposts, r < 0, which count as 0",
    "bounded_share": "held at a bound",
}


def _listed(shares: xr.DataArray) -> str:
    """Indicators with the largest shares."""
    pairs = zip(shares["indicator"].values.tolist(), shares.values.tolist(), strict=True)
    some = sorted((pair for pair in pairs if pair[1] > 0), key=lambda pair: -pair[1])
    listed = [f"{name} {in_percent(share)}%" for name, share in some[:MOST_LISTED]]
    more = [f"and {len(some) - MOST_LISTED} more"] if len(some) > MOST_LISTED else []
    return ", ".join(listed + more)
