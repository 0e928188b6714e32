"""The command tolerance, and its table: how large errors may be for each conclusion to hold."""

import argparse
import textwrap
from collections.abc import Callable
from typing import TypeVar

import xarray as xr

from recc_mc.cli import commands
from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_what_runs_spare
from recc_mc.cli.options import run_options
from recc_mc.cli.text import LINE, grid, heading, show
from recc_mc.errors import InputError
from recc_mc.results import Claim
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study.wording import shown
from recc_mc.sweeps.tolerance import tolerance as tolerances
from recc_mc.sweeps.words import tolerance_sentences, tolerance_text

__all__ = ["tolerance", "tolerance_table"]

Number = TypeVar("Number", int, float)


def tolerance(args: argparse.Namespace) -> None:
    """Find out how large errors may be before conclusions cease to hold."""
    options = run_options(args)
    level = _number(args.level, "--level", float, "a number")
    year = None if args.year is None else _number(args.year, "--year", int, "a whole number")
    study = commands.read_study_of(args)
    leave_what_runs_spare()
    with commands.result_file(args, study) as path:
        claim = Claim.stake(path, study.digest, ["tolerance"], overwrite=args.force)
        with compilation_shown(args.quiet):
            found = tolerances(
                study,
                level=level,
                year=year,
                others=args.others,
                progress=not args.quiet,
                **{name: options[name] for name in ("samples", "seed", "chunk", "scheduler")},
            )
            made = {"baseline": evaluate(study), "tolerance": found}
        commands.write_result(claim, study, args, made)
    if not args.quiet:
        show(tolerance_table(found))
        show(f"\nresult: {path}")


def _number(text: str, option: str, kind: Callable[[str], Number], what: str) -> Number:
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"{option}: must be {what}, got {shown(text)}") from None


def tolerance_table(found: xr.Dataset) -> str:
    """Tolerances as text: a line for each conclusion, then the sentences on the most loaded mine.

    Parameters
    ----------
    found
        Group ``tolerance`` of a result.
    """
    sources = found["error_source"].values.tolist()
    measures = found["error_source_measure"].values.tolist()
    header = ["holds", *(f"{s} error, {m}" for s, m in zip(sources, measures, strict=True))]
    rows = [
        [
            str(found["conclusion"].values[k]),
            *(
                tolerance_text(found.isel(conclusion=k, error_source=j))
                for j in range(len(sources))
            ),
        ]
        for k in range(found.sizes["conclusion"])
    ]
    level, samples = float(found.attrs["level"]), int(found.attrs["samples"])
    title = (
        f"Largest errors at which conclusions of {int(found.attrs['conclusions_year'])} hold in "
        f"{100 * level:g} % of {samples:,} draws [95 % interval]"
    )
    lines = [heading(title), grid(header, rows, "<" * len(header)), ""]
    notes = [*tolerance_sentences(found), f"Errors: {found.attrs['errors_comment']}."]
    if "left_out" in found.attrs:
        notes.append(f"Left out: {found.attrs['left_out']}.")
    return "\n".join([*lines, *(line for note in notes for line in textwrap.wrap(note, LINE))])
