"""The command assumptions, and its table: what each assumption does to the verdict if dropped."""

import argparse
import textwrap

import xarray as xr

from recc_mc.assumed.assumptions import assumptions as without_assumptions
from recc_mc.assumed.assumptions import rare_variants
from recc_mc.assumed.variants import words_of
from recc_mc.assumed.words import effects, leader_of, problems
from recc_mc.cli import commands
from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_what_runs_spare
from recc_mc.cli.options import run_options
from recc_mc.cli.text import LINE, grid, heading, show
from recc_mc.results import Claim
from recc_mc.sampling.evaluate import evaluate

__all__ = ["assumptions", "assumptions_table"]


def assumptions(args: argparse.Namespace) -> None:
    """Find out what each assumption of a study does to its verdict."""
    options = run_options(args)
    study = commands.read_study_of(args)
    leave_what_runs_spare()
    with commands.result_file(args, study) as path:
        claim = Claim.stake(path, study.digest, ["assumptions"], overwrite=args.force)
        rare = [words_of(name) for name in rare_variants(study)]
        if rare:
            commands.sayer(args)(
                f"{len(rare)} of the variants ({'; '.join(rare)}) need kernels that the study does "
                "not: once per installation they are compiled, which takes minutes"
            )
        with compilation_shown(args.quiet):
            found = without_assumptions(
                study,
                progress=not args.quiet,
                **{name: options[name] for name in ("samples", "seed", "chunk", "scheduler")},
            )
            made = {"baseline": evaluate(study), "assumptions": found}
        commands.write_result(claim, study, args, made)
    if not args.quiet:
        show(assumptions_table(found))
        show(f"\nresult: {path}")


def assumptions_table(found: xr.Dataset) -> str:
    """Effects of dropping each assumption as text, the largest first.

    Parameters
    ----------
    found
        Group ``assumptions`` of a result.
    """
    every = effects(found)
    columns = {"most loaded in": "first", "overloaded in": "overload", "mean (change)": "mean"}
    known = {title: key for title, key in columns.items() if any(getattr(e, key) for e in every)}
    rows = [[e.assumption, *(getattr(e, key) for key in known.values())] for e in every]
    leader = leader_of(found)
    title = (
        f"{found['mine'].values[leader]} in {int(found.attrs['assumptions_year'])} without each "
        f"assumption, {int(found.attrs['samples']):,} paired draws [points with 95 % interval]"
    )
    header = ["in its place", *known]
    lines = [heading(title), grid(header, rows, "<" * len(header))]
    notes = [f"Not possible here: {words}: {why}" for words, why in problems(found)]
    return "\n".join([*lines, "", *(line for note in notes for line in textwrap.wrap(note, LINE))])
