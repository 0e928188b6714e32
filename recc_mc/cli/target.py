"""The command target, and its tables: what it would take for a mine to reach a goal."""

import argparse
import textwrap
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from recc_mc.cli import commands
from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_what_runs_spare
from recc_mc.cli.options import option_name, run_options
from recc_mc.cli.text import LINE, UNDEFINED, grid, heading, headings, show
from recc_mc.errors import InputError
from recc_mc.results import Claim
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study.wording import shown
from recc_mc.targets.target import target as find_targets
from recc_mc.targets.words import (
    WAYS,
    change_text,
    each_target,
    place_text,
    single_lever,
    target_sentence,
)

__all__ = ["target", "target_table"]

Number = TypeVar("Number", int, float)


def target(args: argparse.Namespace) -> None:
    """Find out what it would take."""
    options = run_options(args)
    wish = _wish(args)
    study = commands.read_study_of(args)
    leave_what_runs_spare()
    with commands.result_file(args, study) as path:
        claim = Claim.stake(path, study.digest, ["target"], overwrite=args.force)
        with compilation_shown(args.quiet), _in_options({*wish, *options}):
            found = find_targets(
                study,
                **wish,
                keep=args.keep_changes,
                progress=not args.quiet,
                stop=args.stop,
                **{name: options[name] for name in ("samples", "seed", "chunk", "scheduler")},
            )
        commands.write_result(claim, study, args, {"baseline": evaluate(study), "target": found})
    if not args.quiet:
        show(target_table(found))
        show(f"\nresult: {path}")


def _wish(args: argparse.Namespace) -> dict[str, Any]:
    """What is asked for, as far as the command line says it."""
    wish: dict[str, Any] = {"mine": args.mine, "extrapolate": args.extrapolate}
    problems: list[str] = []
    for name, kind, what in (
        ("year", int, "a whole number"),
        ("below", float, "a number"),
        ("rank", int, "a whole number"),
        ("probability", float, "a number"),
        ("max", float, "a number"),
    ):
        text = getattr(args, name)
        if text is not None:
            wish[name] = _number(problems, text, name, kind, what)
    if problems:
        raise InputError(problems)
    if args.indicators is not None:
        wish["indicators"] = [name.strip() for name in args.indicators.split(",")]
    named = {name: getattr(args, name) for name in ("zone", "grade")}
    return wish | {name: text for name, text in named.items() if text is not None}


def _number(
    problems: list[str], text: str, name: str, kind: Callable[[str], Number], what: str
) -> Number | None:
    try:
        return kind(text)
    except ValueError:
        problems.append(f"{option_name(name)}: must be {what}, got {shown(text)}")
        return None


@contextmanager
def _in_options(names: Collection[str]) -> Iterator[None]:
    """Have problems with arguments told in the words of the command line."""
    try:
        yield
    except InputError as error:
        raise InputError([_said(problem, names) for problem in error.problems]) from None


def _said(problem: str, names: Collection[str]) -> str:
    key, _, rest = problem.partition(":")
    name = key.partition("[")[0]
    return f"{option_name(name)}:{rest}" if name in names else problem


def target_table(found: xr.Dataset) -> str:
    """What it would take as text: a table of several targets, or of the indicators of one.

    Parameters
    ----------
    found
        Group ``target`` of a result.
    """
    several = found.sizes["target"] > 1
    title = f"What it would take, of {int(found.attrs['samples']):,} draws [95 % interval]"
    table = _of_targets(found) if several else _of_indicators(found.isel(target=0))
    notes = [target_sentence(one) for one in each_target(found)]
    lines = [line for note in notes for line in textwrap.wrap(note, LINE)]
    return "\n".join([heading(title), table, "", *lines])


def _of_targets(found: xr.Dataset) -> str:
    columns = ("mine", "year", "goal", "now", "required change", "computed once", "alone")
    header, align = headings(columns, found.attrs), "<><>>><"
    rows = [list(_target_row(one)) for one in each_target(found)]
    if any(str(one["target"].item()) != place_text(one) for one in each_target(found)):
        names = map(str, found["target"].values)
        header, align = ["target", *header], f"<{align}"
        rows = [[name, *row] for name, row in zip(names, rows, strict=True)]
    return grid(header, rows, align)


def _target_row(one: xr.Dataset) -> Iterator[str]:
    yield str(one["target_mine"].item())
    yield str(int(one["target_year"]))
    yield str(one["target_goal"].item())
    yield f"{float(one['probability_curve'][0]):.3f}"
    yield change_text(one)
    yield _percent(float(one["required_change_deterministic"]))
    yield single_lever(one)


def _of_indicators(one: xr.Dataset) -> str:
    header = ["indicator", "way", "now", "after", "units", "enough alone"]
    rows = []
    for j in np.flatnonzero(one["changed"].values):
        item = one.isel(indicator=j)
        values = (float(item[name]) for name in ("value_before", "value_after"))
        rows.append(
            [
                str(item["indicator"].item()),
                WAYS[int(item["changed"])],
                *(UNDEFINED if np.isnan(value) else f"{value:.6g}" for value in values),
                str(item["indicator_units"].item()),
                _percent(float(item["single_indicator_change"])),
            ]
        )
    return grid(header, rows, "<<>><>")


def _percent(change: float) -> str:
    return UNDEFINED if np.isnan(change) else f"{100 * change:.1f} %"
